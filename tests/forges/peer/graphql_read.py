"""GraphQL's reading side: pull requests by id, and of them just the fields that are asked for.

A query names its fields; one that GitHub does not have there (or that this peer does not) is an
error, as on GitHub. Types and fields are those of GitHub's GraphQL reference.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.forges.peer import auth
from tests.forges.peer.clock import instant
from tests.forges.peer.hub import Hub
from tests.forges.peer.state import Hosted, Issue, Token
from tests.forges.peer.views import node
from tests.forges.peer.wire import Json, RefusedError

_TOKEN = re.compile(r"\.\.\.|[{}]|\([^()]*\)|\w+")


class UnknownFieldError(Exception):
    """A field is asked for that there is not."""


class Field(NamedTuple):
    """A field that is asked for, or what is asked of one type (`... on Type`)."""

    name: str
    arguments: str
    inner: "list[Field]"
    only: bool = False


def fields(query: str) -> list[Field]:
    """The outermost fields of a query."""
    _, _, selection = query.partition("{")
    return _fields(_TOKEN.finditer(selection))


def _fields(tokens: Iterator[re.Match[str]]) -> list[Field]:
    found: list[Field] = []
    for match in tokens:
        word = match[0]
        if word == "}":
            break
        if word == "{":
            found[-1].inner.extend(_fields(tokens))
        elif word == "...":
            next(tokens)  # on
            found.append(Field(next(tokens)[0], "", [], only=True))
        elif word.startswith("("):
            found[-1] = found[-1]._replace(arguments=word)
        else:
            found.append(Field(word, "", []))
    return found


def select(value: Any, asked: list[Field]) -> Any:
    """Of `value` what is asked for; raises UnknownFieldError."""
    if isinstance(value, list):
        return [select(item, asked) for item in value]
    if not isinstance(value, dict):
        return value
    found: Json = {}
    for field in asked:
        if field.only:
            if field.name == value["__typename"]:
                found |= select(value, field.inner)
        elif field.name not in value:
            kind = value["__typename"]
            raise UnknownFieldError(f"Field '{field.name}' doesn't exist on type '{kind}'")
        else:
            found[field.name] = select(value[field.name], field.inner)
    return found


def pull_requests(hub: Hub, token: Token, web: str, ids: list[str]) -> tuple[list[Any], list[Json]]:
    """The pull requests of these ids with all that they have, None for one that is not seen."""
    there = {
        node("PR", issue.id): (what, issue)
        for what in hub.repositories.values()
        for issue in what.pulls()
    }
    found: list[Any] = []
    errors: list[Json] = []
    for number, name in enumerate(ids):
        known = there.get(name)
        if known is None or not _may(token, known[0], "pull_requests:read"):
            message = f"Could not resolve to a node with the global id of '{name}'"
            errors.append({"type": "NOT_FOUND", "path": ["nodes", number], "message": message})
            found.append(None)
            continue
        shown = _pull_request(*known, web)
        if not _may(token, known[0], "checks:read"):
            path = ["nodes", number, "commits", "nodes", 0, "commit", "statusCheckRollup"]
            message = "Resource not accessible by personal access token"
            errors.append({"type": "FORBIDDEN", "path": path, "message": message})
            shown["commits"]["nodes"][0]["commit"]["statusCheckRollup"] = None
        found.append(shown)
    return found, errors


def _may(token: Token, what: Hosted, level: str) -> bool:
    try:
        auth.require(token, what, level)
    except RefusedError:
        return False
    return token.kind != "fine-grained" or token.may(*level.split(":"))


def _pull_request(what: Hosted, issue: Issue, web: str) -> Json:
    pull = issue.pull
    assert pull is not None
    state = "MERGED" if pull.merged else issue.state.upper()
    contexts = _contexts(what, pull.head_sha)
    rollup = {"__typename": "StatusCheckRollup", "contexts": contexts}
    commit = {
        "__typename": "Commit",
        "oid": pull.head_sha,
        "statusCheckRollup": rollup if contexts["nodes"] else None,
    }
    return {
        "__typename": "PullRequest",
        "id": node("PR", issue.id),
        "number": issue.number,
        "state": state,
        "isDraft": pull.draft,
        "title": issue.title,
        "body": issue.body or "",
        "url": f"{web}/{what.full_name}/pull/{issue.number}",
        "createdAt": instant(issue.created),
        "updatedAt": instant(issue.updated),
        "closedAt": instant(issue.closed) if issue.closed else None,
        "mergedAt": instant(pull.merged) if pull.merged else None,
        "headRefName": pull.head,
        "headRefOid": pull.head_sha,
        "isCrossRepository": pull.head_repository is not what,
        "baseRefName": pull.base,
        "baseRepository": {
            "__typename": "Repository",
            "defaultBranchRef": {"__typename": "Ref", "name": what.default},
        },
        "labels": {
            "__typename": "LabelConnection",
            "nodes": [{"__typename": "Label", "name": one.name} for one in issue.labels],
        },
        "reviewRequests": {
            "__typename": "ReviewRequestConnection",
            "nodes": [
                {"__typename": "ReviewRequest", "id": node("RR", number)}
                for number, _ in enumerate([*pull.reviewers, *pull.teams])
            ],
        },
        "commits": {
            "__typename": "PullRequestCommitConnection",
            "nodes": [{"__typename": "PullRequestCommit", "commit": commit}],
        },
    }


def _contexts(what: Hosted, sha: str) -> Json:
    runs = [
        {"__typename": "CheckRun", "name": one.name, "conclusion": _upper(one.conclusion)}
        for one in what.checks
        if one.sha == sha
    ]
    last = {one.context: one for one in what.statuses if one.sha == sha}
    statuses = [
        {"__typename": "StatusContext", "context": one.context, "state": _upper(one.state)}
        for one in last.values()
    ]
    return {
        "__typename": "StatusCheckRollupContextConnection",
        "pageInfo": {"__typename": "PageInfo", "hasNextPage": False},
        "nodes": [*runs, *statuses],
    }


def _upper(text: str | None) -> str | None:
    return text.upper() if text is not None else None

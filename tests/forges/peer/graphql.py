"""GraphQL: a draft made ready, and the other way; and many pull requests read at once.

It is no part of the REST description, so this package alone says what it takes.
"""

import json
import re

from tests.forges.peer import graphql_read
from tests.forges.peer.hub import Hub
from tests.forges.peer.state import Issue, Token
from tests.forges.peer.wire import Json, RefusedError, Reply

_MUTATION = re.compile(r"\b(markPullRequestReadyForReview|convertPullRequestToDraft)\b")
_MOST = 100
_NODE = re.compile(r"PR_(\d+)")


def reads(data: bytes) -> bool:
    """Whether a request changes nothing."""
    try:
        return not str(json.loads(data)["query"]).lstrip().startswith("mutation")
    except (ValueError, KeyError, TypeError):
        return False


def answer(hub: Hub, token: Token | None, data: bytes, web: str) -> Reply:
    """Answer a query for `nodes`, or perform a mutation on the pull request that it names."""
    if token is None:
        raise RefusedError(401, "Requires authentication")
    try:
        asked: Json = json.loads(data)
    except ValueError:
        raise RefusedError(400, "Problems parsing JSON") from None
    query = str(asked.get("query", ""))
    if reads(data):
        return _read(hub, token, query, asked, web)
    mutation = _MUTATION.search(query)
    named = _NODE.search(json.dumps(asked.get("variables") or {})) or _NODE.search(query)
    if mutation is None or named is None:
        return _error("Field doesn't exist on type 'Mutation'", "undefinedField")
    issue = _find(hub, int(named[1]))
    if issue is None or issue.pull is None:
        return _error("Could not resolve to a node with the global id", "NOT_FOUND")
    issue.pull.draft = mutation[1] == "convertPullRequestToDraft"
    issue.updated = hub.clock()
    shown = {"pullRequest": {"id": named[0], "isDraft": issue.pull.draft, "number": issue.number}}
    return Reply(200, {"data": {mutation[1]: shown}})


def _read(hub: Hub, token: Token, query: str, asked: Json, web: str) -> Reply:
    (wanted,) = graphql_read.fields(query)
    ids = (asked.get("variables") or {}).get("ids")
    if wanted.name != "nodes" or wanted.arguments != "(ids: $ids)" or not isinstance(ids, list):
        return _error(f"Field '{wanted.name}' doesn't exist on type 'Query'", "undefinedField")
    if len(ids) > _MOST:
        return _error(f"You may not provide more than {_MOST} node ids", "ARGUMENT_LIMIT")
    found, errors = graphql_read.pull_requests(hub, token, web, ids)
    try:
        shown = graphql_read.select(found, wanted.inner)
    except graphql_read.UnknownFieldError as error:
        return _error(str(error), "undefinedField")
    value: Json = {"data": {"nodes": shown}}
    return Reply(200, value | ({"errors": errors} if errors else {}))


def _find(hub: Hub, number: int) -> Issue | None:
    for what in hub.repositories.values():
        for issue in what.pulls():
            if issue.id == number:
                return issue
    return None


def _error(message: str, kind: str) -> Reply:
    return Reply(200, {"data": None, "errors": [{"message": message, "type": kind}]})

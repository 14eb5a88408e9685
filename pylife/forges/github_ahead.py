"""Many open pull requests read in one request, with what their checks say.

GitHub's REST API has a request for each pull request, one for its check runs and one for its
statuses; GraphQL gives all of that of fifty at a time. By GitHub's page on its limits ("Rate
limits and query limits for the GraphQL API", seen 2026-11) such a query costs two points of the
5000 of an hour. Where a server or a token does not allow it, REST is asked instead.
"""

import threading
from typing import Any, NamedTuple

from pylife.errors import RateLimitedError, ToolError
from pylife.forges.github_api import Api
from pylife.model import Checks

Json = dict[str, Any]

AT_ONCE = 50
FRESH = 60.0
"""Seconds for which what was read ahead is taken for what is."""

_QUERY = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest {
id number state isDraft title body url createdAt updatedAt closedAt mergedAt
headRefName headRefOid isCrossRepository baseRefName
baseRepository { defaultBranchRef { name } }
labels(first: 1) { nodes { name } } reviewRequests(first: 1) { nodes { id } }
commits(last: 1) { nodes { commit { oid statusCheckRollup { contexts(first: 100) {
pageInfo { hasNextPage }
nodes { ... on CheckRun { name conclusion } ... on StatusContext { context state } }
} } } } }
} } }"""
_FAILED = frozenset({"FAILURE", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE", "ERROR"})
_PASSED = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})
_GONE = "NOT_FOUND"


class _Read(NamedTuple):
    """What was read of it, when; `pull` as REST has it, `checks` those of the commit `head`."""

    at: float
    pull: Json
    head: str
    checks: tuple[Checks, tuple[str, ...]] | None


class Ahead:
    """Reads what will be asked for; several threads may use it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._wanted: dict[tuple[str, str], str] = {}
        """The ids that GraphQL has for open pull requests, by project and branch."""
        self._read: dict[tuple[str, str], _Read] = {}
        self._checks: dict[tuple[str, str], tuple[Checks, tuple[str, ...]]] = {}
        self._usable = True
        self._turn = threading.Lock()

    def note(self, project: str, branch: str, item: Json) -> None:
        """The open pull request `item` (as listed) of `branch` will be asked for."""
        node = item.get("node_id")
        if branch and isinstance(node, str) and node:
            self._wanted[project, branch] = node

    def pull(self, project: str, branch: str) -> Json | None:
        """The open pull request of `branch` as REST has it; None where it is to be asked for.

        Given once: who asks again wants what is then. Raises RateLimitedError.
        """
        key = (project, branch)
        with self._turn:
            if not self._is_fresh(key) and key in self._wanted and self._usable:
                self._fetch(key)
            found = self._read.pop(key, None) if self._is_fresh(key) else None
            self._wanted.pop(key, None)
        pull = found.pull if found is not None else None
        is_same = pull is not None and pull["state"] == "open" and pull["head"]["ref"] == branch
        return pull if is_same else None

    def checks(self, project: str, commit: str) -> tuple[Checks, tuple[str, ...]] | None:
        """What the checks of `commit` say; None where they are to be asked for. Given once."""
        return self._checks.pop((project, commit), None)

    def _is_fresh(self, key: tuple[str, str]) -> bool:
        known = self._read.get(key)
        return known is not None and self._now() < known.at + FRESH

    def _now(self) -> float:
        return self._api.session.pace.clock()

    def _fetch(self, first: tuple[str, str]) -> None:
        """Read `first`, and those that come after it."""
        others = [key for key in self._wanted if key != first and not self._is_fresh(key)]
        keys = [first, *others[: AT_ONCE - 1]]
        nodes = {self._wanted[key]: key for key in keys}
        try:
            said = self._api.ask("reading pull requests", _QUERY, {"ids": list(nodes)})
        except RateLimitedError:
            raise
        except ToolError:
            self._usable = False
            return
        errors = said.get("errors") or []
        if not isinstance(said.get("data"), dict) or any(e.get("type") != _GONE for e in errors):
            # Such as a token that may not read checks: what is missing looks like nothing.
            self._usable = False
            return
        at = self._now()
        for item in said["data"].get("nodes") or []:
            key = nodes.get((item or {}).get("id", ""))
            if key is None or item["isCrossRepository"]:
                continue
            found = _Read(at, _as_rest(item), str(item["headRefOid"]), _checks(item))
            self._read[key] = found
            if found.checks is not None:
                self._checks[key[0], found.head] = found.checks


def _as_rest(item: Json) -> Json:
    """A pull request of GraphQL with the names that REST has for what pylife reads."""
    default = ((item.get("baseRepository") or {}).get("defaultBranchRef") or {}).get("name", "")
    return {
        "number": item["number"],
        "node_id": item["id"],
        "state": "open" if item["state"] == "OPEN" else "closed",
        "draft": item["isDraft"],
        "title": item["title"],
        "body": item["body"],
        "html_url": item["url"],
        "created_at": item["createdAt"],
        "updated_at": item["updatedAt"],
        "closed_at": item["closedAt"],
        "merged_at": item["mergedAt"],
        "labels": (item.get("labels") or {}).get("nodes") or [],
        "requested_reviewers": (item.get("reviewRequests") or {}).get("nodes") or [],
        "head": {"ref": item["headRefName"], "sha": item["headRefOid"]},
        "base": {"ref": item["baseRefName"], "sha": "", "repo": {"default_branch": default}},
    }


def _checks(item: Json) -> tuple[Checks, tuple[str, ...]] | None:
    """What the checks of its last commit say; None where there are more than were told."""
    nodes = (item.get("commits") or {}).get("nodes") or []
    commit = nodes[-1]["commit"] if nodes else {}
    if commit.get("oid") != item["headRefOid"]:
        return None
    rollup = commit.get("statusCheckRollup")
    if rollup is None:
        return Checks.NONE, ()
    if rollup["contexts"]["pageInfo"]["hasNextPage"]:
        return None
    said = [
        (str(one.get("name") or one.get("context")), one.get("conclusion") or one.get("state"))
        for one in rollup["contexts"]["nodes"]
    ]
    failing = sorted({name for name, result in said if result in _FAILED})
    if failing:
        return Checks.FAILING, tuple(failing)
    # One that was cancelled or grew stale says nothing yet.
    if any(result not in _PASSED for _, result in said):
        return Checks.PENDING, ()
    return (Checks.PASSING if said else Checks.NONE), ()

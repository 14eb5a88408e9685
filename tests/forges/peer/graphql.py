"""The two mutations that GitHub has nowhere else: a draft made ready, and the other way.

They are no part of the REST description, so only this module says what they take.
"""

import json
import re

from tests.forges.peer.hub import Hub
from tests.forges.peer.state import Issue, Token
from tests.forges.peer.wire import Json, RefusedError, Reply

_MUTATION = re.compile(r"\b(markPullRequestReadyForReview|convertPullRequestToDraft)\b")
_NODE = re.compile(r"PR_(\d+)")


def answer(hub: Hub, token: Token | None, data: bytes) -> Reply:
    """Perform one of the mutations on the pull request that `pullRequestId` names."""
    if token is None:
        raise RefusedError(401, "Requires authentication")
    try:
        asked: Json = json.loads(data)
    except ValueError:
        raise RefusedError(400, "Problems parsing JSON") from None
    query = str(asked.get("query", ""))
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


def _find(hub: Hub, number: int) -> Issue | None:
    for what in hub.repositories.values():
        for issue in what.pulls():
            if issue.id == number:
                return issue
    return None


def _error(message: str, kind: str) -> Reply:
    return Reply(200, {"data": None, "errors": [{"message": message, "type": kind}]})

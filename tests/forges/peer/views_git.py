"""Commits, trees and checks as the JSON that GitHub's description asks for."""

from urllib.parse import quote

from tests.forges.peer.clock import instant
from tests.forges.peer.objects import Entry
from tests.forges.peer.state import Check, Hosted, Status
from tests.forges.peer.store import Commit, Signature
from tests.forges.peer.views import node, someone, user
from tests.forges.peer.wire import Call, Json


def _signed(who: Signature) -> Json:
    return {"name": who.name, "email": who.email, "date": instant(who.seconds)}


_UNSIGNED = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}


def git_commit(call: Call, where: Hosted, what: Commit) -> Json:
    """A commit of the git data API."""
    git = f"{call.api}/repos/{where.full_name}/git"
    page = f"{call.web}/{where.full_name}/commit"
    return {
        "sha": what.sha,
        "node_id": node("C", what.sha),
        "url": f"{git}/commits/{what.sha}",
        "html_url": f"{page}/{what.sha}",
        "author": _signed(what.author),
        "committer": _signed(what.committer),
        "tree": {"sha": what.tree, "url": f"{git}/trees/{what.tree}"},
        "message": what.message,
        "parents": [
            {"sha": sha, "url": f"{git}/commits/{sha}", "html_url": f"{page}/{sha}"}
            for sha in what.parents
        ],
        "verification": dict(_UNSIGNED),
    }


def commit(call: Call, where: Hosted, what: Commit, *, whole: bool = False) -> Json:
    """A commit of the repository, with the users that its addresses belong to."""
    url = f"{call.api}/repos/{where.full_name}/commits"
    page = f"{call.web}/{where.full_name}/commit"
    git = git_commit(call, where, what)
    author, committer = (
        call.hub.by_email(what.author.email),
        call.hub.by_email(what.committer.email),
    )
    view: Json = {
        "sha": what.sha,
        "node_id": node("C", what.sha),
        "url": f"{url}/{what.sha}",
        "html_url": f"{page}/{what.sha}",
        "comments_url": f"{url}/{what.sha}/comments",
        "commit": {
            "url": git["url"],
            "author": git["author"],
            "committer": git["committer"],
            "message": what.message,
            "tree": git["tree"],
            "comment_count": 0,
            "verification": git["verification"],
        },
        "author": author and someone(call, author),
        "committer": committer and someone(call, committer),
        "parents": [
            {"sha": sha, "url": f"{url}/{sha}", "html_url": f"{page}/{sha}"} for sha in what.parents
        ],
    }
    if whole:
        changed = files(call, where, what.parents[0] if what.parents else None, what.sha)
        added = sum(file["additions"] for file in changed)
        removed = sum(file["deletions"] for file in changed)
        view["stats"] = {"additions": added, "deletions": removed, "total": added + removed}
        view["files"] = changed
    return view


def files(call: Call, where: Hosted, old: str | None, new: str) -> list[Json]:
    """The files that change from `old` to `new`."""
    page = f"{call.web}/{where.full_name}"
    return [
        {
            "sha": file.sha,
            "filename": file.path,
            "status": file.status,
            "additions": file.added,
            "deletions": file.removed,
            "changes": file.added + file.removed,
            "blob_url": f"{page}/blob/{new}/{quote(file.path)}",
            "raw_url": f"{page}/raw/{new}/{quote(file.path)}",
            "contents_url": f"{call.api}/repos/{where.full_name}/contents/{quote(file.path)}?ref={new}",
        }
        | ({"previous_filename": file.before} if file.before else {})
        for file in where.git.differences(old, new)
    ]


def reference(call: Call, where: Hosted, name: str) -> Json:
    """A reference by its full name."""
    git = f"{call.api}/repos/{where.full_name}/git"
    sha = where.git.refs[name]
    found = where.git.read(sha)
    kind = found[0] if found else "commit"
    return {
        "ref": name,
        "node_id": node("REF", name),
        "url": f"{git}/{quote(name)}",
        "object": {"sha": sha, "type": kind, "url": f"{git}/{kind}s/{sha}"},
    }


def tree(call: Call, where: Hosted, sha: str, entries: list[Entry]) -> Json:
    """A tree and its entries."""
    git = f"{call.api}/repos/{where.full_name}/git"
    return {
        "sha": sha,
        "url": f"{git}/trees/{sha}",
        "truncated": False,
        "tree": [_leaf(git, entry) for entry in entries],
    }


def _leaf(git: str, entry: Entry) -> Json:
    view: Json = {"path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha}
    if entry.size is not None:
        view["size"] = entry.size
    if entry.kind != "commit":
        view["url"] = f"{git}/{entry.kind}s/{entry.sha}"
    return view


def check(call: Call, where: Hosted, what: Check) -> Json:
    """A check run."""
    url = f"{call.api}/repos/{where.full_name}/check-runs/{what.id}"
    return {
        "id": what.id,
        "node_id": node("CR", what.id),
        "head_sha": what.sha,
        "external_id": "",
        "url": url,
        "html_url": f"{call.web}/{where.full_name}/runs/{what.id}",
        "details_url": f"{call.web}/{where.full_name}/runs/{what.id}",
        "status": what.status,
        "conclusion": what.conclusion,
        "started_at": instant(what.started),
        "completed_at": what.completed and instant(what.completed),
        "name": what.name,
        "output": {
            "title": None,
            "summary": None,
            "text": None,
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": what.id},
        "app": _actions(call),
        "pull_requests": [],
    }


def _actions(call: Call) -> Json:
    """The App that makes check runs: only Apps can."""
    return {
        "id": 15368,
        "slug": "actions",
        "node_id": node("A", 15368),
        "owner": user(call, call.hub.user("makers", "Organization")),
        "name": "Actions",
        "description": None,
        "external_url": f"{call.web}/apps/actions",
        "html_url": f"{call.web}/apps/actions",
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z",
        "permissions": {},
        "events": [],
    }


def status(call: Call, where: Hosted, what: Status) -> Json:
    """A commit status."""
    return {
        "id": what.id,
        "node_id": node("SC", what.id),
        "url": f"{call.api}/repos/{where.full_name}/statuses/{what.sha}",
        "avatar_url": None,
        "state": what.state,
        "description": what.description,
        "target_url": None,
        "context": what.context,
        "created_at": instant(what.created),
        "updated_at": instant(what.created),
    }

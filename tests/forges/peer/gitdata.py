"""Operations of the git data API: blobs, trees, commits and references."""

import base64
import binascii
from typing import Any

from tests.forges.peer import views, views_git
from tests.forges.peer.clock import seconds
from tests.forges.peer.hub import WORKFLOWS
from tests.forges.peer.repositories import wrapped
from tests.forges.peer.state import Hosted
from tests.forges.peer.store import GitError, Signature
from tests.forges.peer.wire import Call, Json, RefusedError, Reply, route


def _filled(call: Call) -> Hosted:
    """The repository, which must not be empty: the git data API knows no first commit."""
    if call.repository.empty:
        raise RefusedError(409, "Git Repository is empty.")
    return call.repository


@route("POST", "/repos/{owner}/{repo}/git/blobs", "contents:write")
def create_blob(call: Call) -> Reply:
    """Write a blob."""
    what, text = _filled(call), str(call.body["content"])
    data = text.encode()
    if call.body.get("encoding") == "base64":
        try:
            data = base64.b64decode(text)
        except binascii.Error:
            raise RefusedError(422, "content is not valid Base64", errors=[]) from None
    sha = what.git.blob(data)
    url = f"{call.api}/repos/{what.full_name}/git/blobs/{sha}"
    return Reply(201, {"sha": sha, "url": url}, {"Location": url})


@route("GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", "contents:read")
def blob(call: Call) -> Reply:
    """Read a blob."""
    what, sha = _filled(call), call.values["file_sha"]
    found = what.git.read(sha)
    if found is None or found[0] != "blob":
        raise RefusedError(404, "Not Found")
    if call.raw:
        return Reply(200, data=found[1], media="application/vnd.github.raw+json; charset=utf-8")
    view: Json = {
        "sha": sha,
        "node_id": views.node("B", sha),
        "size": len(found[1]),
        "url": f"{call.api}/repos/{what.full_name}/git/blobs/{sha}",
        "content": wrapped(found[1]),
        "encoding": "base64",
    }
    return Reply(200, view)


@route("POST", "/repos/{owner}/{repo}/git/trees", "contents:write")
def create_tree(call: Call) -> Reply:
    """Write a tree; workflow files need their own permission, by any way."""
    what, wanted = _filled(call), call.body
    changes = [_change(call, what, entry) for entry in wanted["tree"]]
    if any(path.startswith(WORKFLOWS) for path, _, _ in changes):
        _need_workflows(call)
    base = wanted.get("base_tree")
    if base is not None and what.git.read(base) is None:
        raise RefusedError(422, "base_tree is not a valid tree oid", errors=[])
    try:
        sha = what.git.build(base, changes)
    except GitError as error:
        raise RefusedError(422, f"GitRPC::BadObjectState: {error}", errors=[]) from None
    return Reply(201, views_git.tree(call, what, sha, what.git.listing(sha, recursive=False)))


def _change(call: Call, what: Hosted, entry: Any) -> tuple[str, str, str | None]:
    path = str(entry.get("path", ""))
    if not path or path.startswith("/") or {"", ".", "..", ".git"} & set(path.split("/")):
        raise RefusedError(422, "tree.path contains a malformed path component", errors=[])
    if "content" in entry:
        return path, entry.get("mode", "100644"), what.git.blob(entry["content"].encode())
    sha = entry.get("sha")
    if sha is not None and what.git.read(sha) is None:
        raise RefusedError(422, f"tree.sha {sha} is not a valid blob", errors=[])
    return path, entry.get("mode", "100644"), sha


def _need_workflows(call: Call) -> None:
    if call.token is None or call.token.may_edit_workflows():
        return
    if call.token.kind == "classic":
        raise RefusedError(404, "Not Found")
    by = "integration" if call.token.kind == "app" else "personal access token"
    raise RefusedError(403, f"Resource not accessible by {by}")


@route("GET", "/repos/{owner}/{repo}/git/trees/{tree_sha}", "contents:read")
def tree(call: Call) -> Reply:
    """Read a tree, by its own name, a commit's or a branch's."""
    what, name = _filled(call), call.values["tree_sha"]
    sha = what.git.head(name) or what.git.refs.get(f"refs/tags/{name}") or name
    if sha == "HEAD":
        sha = what.git.head(what.default) or ""
    commit = what.git.show(sha) if len(sha) == 40 else None
    top = commit.tree if commit else sha
    found = what.git.read(top) if len(top) == 40 else None
    if found is None or found[0] != "tree":
        raise RefusedError(404, "Not Found")
    entries = what.git.listing(top, recursive="recursive" in call.query)
    return Reply(200, views_git.tree(call, what, top, entries))


@route("POST", "/repos/{owner}/{repo}/git/commits", "contents:write")
def create_commit(call: Call) -> Reply:
    """Write a commit. Without an author it is the caller's; without a committer the author's."""
    what, wanted = _filled(call), call.body
    found = what.git.read(wanted["tree"])
    if found is None or found[0] != "tree":
        raise RefusedError(422, "Tree SHA does not exist", errors=[])
    parents = wanted.get("parents", [])
    if any(what.git.show(parent) is None for parent in parents):
        raise RefusedError(422, "Parent SHA does not exist or is not a commit object", errors=[])
    author = _signature(call, wanted.get("author"), call.hub.signature(call.user))
    committer = _signature(call, wanted.get("committer"), author)
    sha = what.git.commit(wanted["tree"], parents, wanted["message"], author, committer)
    commit = what.git.show(sha)
    assert commit is not None
    view = views_git.git_commit(call, what, commit)
    return Reply(201, view, {"Location": view["url"]})


def _signature(call: Call, given: Json | None, otherwise: Signature) -> Signature:
    if not given:
        return otherwise
    try:
        when = seconds(given["date"]) if given.get("date") else int(call.hub.clock())
    except ValueError:
        raise RefusedError(422, "date wasn't supplied in ISO 8601", errors=[]) from None
    return Signature(given["name"], given.get("email", ""), when)


@route("GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", "contents:read")
def commit(call: Call) -> Reply:
    """Read a commit."""
    what = _filled(call)
    found = what.git.show(call.values["commit_sha"])
    if found is None:
        raise RefusedError(404, "Not Found")
    return Reply(200, views_git.git_commit(call, what, found))


@route("GET", "/repos/{owner}/{repo}/git/ref/{ref}", "contents:read")
def reference(call: Call) -> Reply:
    """Read a reference, by its whole name without `refs/`."""
    what, name = _filled(call), f"refs/{call.values['ref']}"
    if name not in what.git.refs:
        raise RefusedError(404, "Not Found")
    return Reply(200, views_git.reference(call, what, name))


@route("GET", "/repos/{owner}/{repo}/git/matching-refs/{ref}", "contents:read")
def matching(call: Call) -> Reply:
    """The references that begin with a text."""
    what, start = _filled(call), f"refs/{call.values['ref']}"
    names = sorted(name for name in what.git.refs if name.startswith(start))
    return Reply(200, [views_git.reference(call, what, name) for name in names])


def _commit_to_point_at(call: Call, what: Hosted) -> str:
    sha = str(call.body["sha"])
    if what.git.read(sha) is None:
        raise RefusedError(422, "Object does not exist", errors=[])
    if what.git.show(sha) is None:
        raise RefusedError(
            422, "Reference cannot be updated to an object that is no commit", errors=[]
        )
    if call.hub.workflows_changed(what, sha):
        _need_workflows(call)
    return sha


@route("POST", "/repos/{owner}/{repo}/git/refs", "contents:write")
def create_reference(call: Call) -> Reply:
    """Make a branch or tag."""
    what, name = _filled(call), str(call.body["ref"])
    if not name.startswith("refs/") or name.count("/") < 2:
        raise RefusedError(
            422, "Reference name must start with 'refs' and have two slashes.", errors=[]
        )
    if name in what.git.refs:
        raise RefusedError(422, "Reference already exists", errors=[])
    sha = _commit_to_point_at(call, what)
    branch = name.removeprefix("refs/heads/")
    call.hub.guard(what, branch, call.user.login, "create")
    try:
        what.git.set(name, sha)
    except GitError:
        raise RefusedError(422, f"{name} is not a valid ref name.", errors=[]) from None
    call.hub.settle(what)
    view = views_git.reference(call, what, name)
    return Reply(201, view, {"Location": view["url"]})


@route("PATCH", "/repos/{owner}/{repo}/git/refs/{ref}", "contents:write")
def update_reference(call: Call) -> Reply:
    """Move a branch or tag; not backwards unless forced."""
    what, name = _filled(call), f"refs/{call.values['ref']}"
    if name not in what.git.refs:
        raise RefusedError(422, "Reference does not exist", errors=[])
    sha = _commit_to_point_at(call, what)
    call.hub.guard(what, name.removeprefix("refs/heads/"), call.user.login, "update")
    if not call.body.get("force") and not what.git.ancestor(what.git.refs[name], sha):
        raise RefusedError(422, "Update is not a fast forward", errors=[])
    what.git.set(name, sha)
    call.hub.settle(what)
    return Reply(200, views_git.reference(call, what, name))


@route("DELETE", "/repos/{owner}/{repo}/git/refs/{ref}", "contents:write")
def delete_reference(call: Call) -> Reply:
    """Remove a branch or tag."""
    what, name = _filled(call), f"refs/{call.values['ref']}"
    if name not in what.git.refs:
        raise RefusedError(422, "Reference does not exist", errors=[])
    call.hub.guard(what, name.removeprefix("refs/heads/"), call.user.login, "delete")
    what.git.delete(name)
    call.hub.settle(what)
    return Reply(204)

"""Operations on repositories, branches, commits and contents."""

import base64
import textwrap
from typing import Any
from urllib.parse import quote

from tests.forges.peer import views, views_git, views_issues
from tests.forges.peer.objects import Entry
from tests.forges.peer.state import Hosted
from tests.forges.peer.store import Commit
from tests.forges.peer.wire import Call, Json, RefusedError, Reply, route

_LARGE = 1_000_000
"""Bytes above which contents are not given as JSON."""


def resolve(call: Call, ref: str) -> Commit:
    """The commit that a branch, tag or name of an object means; raises RefusedError."""
    what = call.repository
    if what.empty:
        raise RefusedError(409, "Git Repository is empty.")
    names = [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/{ref}", ref]
    sha = next((what.git.refs[name] for name in names if name in what.git.refs), ref)
    if ref == "HEAD":
        sha = what.git.head(what.default) or ""
    commit = what.git.show(sha) if len(sha) == 40 else None
    if commit is None:
        raise RefusedError(404, "Not Found")
    return commit


@route("GET", "/repos/{owner}/{repo}", "metadata:read")
def repository(call: Call) -> Reply:
    """The repository."""
    return Reply(200, views.full_repository(call, call.repository))


@route("GET", "/repos/{owner}/{repo}/branches", "contents:read")
def branches(call: Call) -> Reply:
    """All branches."""
    what = call.repository
    names = [name.removeprefix("refs/heads/") for name in what.git.refs if "/heads/" in name]
    found: list[Json] = []
    for name in sorted(names):
        sha = what.git.head(name)
        url = f"{call.api}/repos/{what.full_name}/commits/{sha}"
        found.append(
            {"name": name, "commit": {"sha": sha, "url": url}, "protected": _protected(what, name)}
        )
    shown, headers = call.paged(found)
    return Reply(200, shown, headers)


@route("GET", "/repos/{owner}/{repo}/branches/{branch}", "contents:read")
def branch(call: Call) -> Reply:
    """One branch; the old name of a renamed one leads to the new."""
    what, name = call.repository, call.values["branch"]
    sha = what.git.head(name)
    url = f"{call.api}/repos/{what.full_name}/branches"
    if sha is None and name in what.renamed:
        value = {"message": "Moved Permanently", "url": f"{url}/{quote(what.renamed[name])}"}
        return Reply(301, value, {"Location": str(value["url"])})
    if sha is None:
        raise RefusedError(404, "Branch not found")
    commit = what.git.show(sha)
    assert commit is not None
    protected = _protected(what, name)
    view: Json = {
        "name": name,
        "commit": views_git.commit(call, what, commit),
        "_links": {
            "self": f"{url}/{quote(name)}",
            "html": f"{call.web}/{what.full_name}/tree/{quote(name)}",
        },
        "protected": protected,
        "protection": {
            "enabled": protected,
            "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
        },
        "protection_url": f"{url}/{quote(name)}/protection",
    }
    return Reply(200, view)


@route("GET", "/repos/{owner}/{repo}/branches/{branch}/protection", "administration:read")
def protection(call: Call) -> Reply:
    """The protection of a branch, for those who may see it."""
    what, name = call.repository, call.values["branch"]
    if not what.at_least(call.user.login, "admin"):
        raise RefusedError(404, "Not Found")
    if not _protected(what, name):
        raise RefusedError(404, "Branch not protected")
    url = f"{call.api}/repos/{what.full_name}/branches/{quote(name)}/protection"
    return Reply(200, {"url": url, "allow_force_pushes": {"enabled": False}})


def _protected(what: Hosted, name: str) -> bool:
    return any(rule.holds(name, "") for rule in what.rules)


@route("GET", "/repos/{owner}/{repo}/commits", "contents:read")
def commits(call: Call) -> Reply:
    """The history of a branch, newest first."""
    what = call.repository
    head = resolve(call, call.query.get("sha", what.default))
    names = what.git.between(None, head.sha)[::-1]
    found = [commit for name in names if (commit := what.git.show(name)) is not None]
    if "author" in call.query:
        by = call.query["author"]
        found = [one for one in found if _by(call, one, by)]
    shown, headers = call.paged([views_git.commit(call, what, commit) for commit in found])
    return Reply(200, shown, headers)


def _by(call: Call, commit: Commit, author: str) -> bool:
    who = call.hub.by_email(commit.author.email)
    return author in {commit.author.email, who.login if who else None}


@route("GET", "/repos/{owner}/{repo}/commits/{ref}", "contents:read")
def commit(call: Call) -> Reply:
    """One commit with its files."""
    return Reply(
        200, views_git.commit(call, call.repository, resolve(call, call.values["ref"]), whole=True)
    )


@route("GET", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", "pull_requests:read")
def pulls_of_commit(call: Call) -> Reply:
    """The pull requests that a commit is part of."""
    what, sha = call.repository, call.values["commit_sha"]
    found = [
        views_issues.pull(call, what, issue, whole=False)
        for issue in what.pulls()
        if issue.pull is not None
        and sha
        in {issue.pull.merge_commit, *what.git.between(issue.pull.base_sha, issue.pull.head_sha)}
    ]
    shown, headers = call.paged(found)
    return Reply(200, shown, headers)


@route("GET", "/repos/{owner}/{repo}/compare/{basehead}", "contents:read")
def compare(call: Call) -> Reply:
    """How far two commits are from each other."""
    what = call.repository
    old, dots, new = call.values["basehead"].partition("...")
    if not dots:
        raise RefusedError(404, "Not Found")
    base, head = resolve(call, old.rpartition(":")[2]), resolve(call, new.rpartition(":")[2])
    start = what.git.base(base.sha, head.sha)
    common = what.git.show(start) if start else None
    if common is None:
        raise RefusedError(404, "No common ancestor between the two.")
    ahead, behind = what.git.between(base.sha, head.sha), what.git.between(head.sha, base.sha)
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}.get(
        (bool(ahead), bool(behind)), "identical"
    )
    shown, headers = call.paged([made for sha in ahead if (made := what.git.show(sha))])
    page = f"{call.web}/{what.full_name}/compare/{quote(call.values['basehead'])}"
    view: Json = {
        "url": f"{call.api}/repos/{what.full_name}/compare/{quote(call.values['basehead'])}",
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": views_git.commit(call, what, base),
        "merge_base_commit": views_git.commit(call, what, common),
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [views_git.commit(call, what, one) for one in shown],
        "files": views_git.files(call, what, common.sha, head.sha),
    }
    return Reply(200, view, headers)


@route("GET", "/repos/{owner}/{repo}/contents/{path}", "contents:read")
def contents(call: Call) -> Reply:
    """A file or folder at a commit."""
    what = call.repository
    if what.empty:
        raise RefusedError(404, "This repository is empty.")
    ref = call.query.get("ref", what.default)
    commit = resolve(call, ref)
    path = call.values["path"].strip("/")
    entry = what.git.find(commit.sha, path) if path else None
    if path and entry is None:
        raise RefusedError(404, "Not Found")
    if entry is None or entry.kind == "tree":
        inside = what.git.listing(entry.sha if entry else commit.sha, recursive=False)
        prefix = f"{path}/" if path else ""
        listed = [_content(call, one._replace(path=prefix + one.path), ref) for one in inside]
        return Reply(200, listed)
    found = what.git.read(entry.sha)
    data = found[1] if found else b""
    if call.raw:
        return Reply(200, data=data, media="application/vnd.github.raw+json; charset=utf-8")
    view = _content(call, entry, ref)
    if view["type"] == "file":
        small = len(data) <= _LARGE
        view["content"] = wrapped(data) if small else ""
        view["encoding"] = "base64" if small else "none"
    elif view["type"] == "symlink":
        view["target"] = data.decode()
    return Reply(200, view)


def wrapped(data: bytes) -> str:
    """As base64 in lines of 60, as GitHub gives it."""
    text = base64.b64encode(data).decode()
    return "".join(f"{line}\n" for line in textwrap.wrap(text, 60))


def _content(call: Call, entry: Entry, ref: str) -> Json:
    what = call.repository
    path = quote(entry.path)
    url = f"{call.api}/repos/{what.full_name}/contents/{path}?ref={quote(ref)}"
    kind = {"120000": "symlink", "160000": "submodule"}.get(entry.mode)
    kind = kind or ("dir" if entry.kind == "tree" else "file")
    plural = "trees" if kind == "dir" else "blobs"
    page = f"{call.web}/{what.full_name}"
    git = f"{call.api}/repos/{what.full_name}/git/{plural}/{entry.sha}"
    html = f"{page}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref)}/{path}"
    links: dict[str, Any] = {"self": url, "git": git, "html": html}
    return {
        "type": kind,
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "git_url": git,
        "html_url": html,
        "download_url": None if kind == "dir" else f"{page}/raw/{quote(ref)}/{path}",
        "_links": links,
    }

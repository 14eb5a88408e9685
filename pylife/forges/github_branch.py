"""A branch on GitHub: what is on it beyond its base, and how it is made anew."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from github3.git import Reference  # type: ignore[import-untyped] # it has no types
from github3.repos.repo import ShortRepository  # type: ignore[import-untyped] # it has no types

from pylife.errors import ToolError
from pylife.forges import github_tree as tree
from pylife.forges.base import signed
from pylife.forges.github_api import Api, absent
from pylife.forges.github_errors import LostError, RefusedError
from pylife.model import Proposed

_MOST = 300
"""Files that a comparison lists at most."""


class Base(NamedTuple):
    """The base branch's name, its head and that commit's tree."""

    name: str
    commit: str
    tree: str


class Made(NamedTuple):
    """Commits that were made: the base they stand on, the last one and its tree."""

    base: Base
    commit: str
    tree: str


class Branch(NamedTuple):
    """A branch beside its base.

    `tree` is that of its `head`, the last commit; `commits` says how many it has beyond the
    base, `foreign` that anybody but pylife is an author or committer of one, `behind` that the
    base has moved on. `files` are the ids of the files that differ, None for one that is gone;
    None where they are more than are told.
    """

    base: Base
    head: str
    tree: str
    commits: int
    foreign: bool
    behind: bool
    files: dict[str, str | None] | None

    def holds(self, proposed: Proposed) -> bool:
        """Whether the branch is on the base's head, with the files as proposed."""
        return (
            not (self.foreign or self.behind)
            and self.commits == 1 + len(proposed.then)
            and self.files == tree.wanted(proposed)
        )

    def alike(self, proposed: Proposed, made: Made) -> bool:
        """Whether the branch is as `made`, but for dates and messages."""
        return (
            not (self.foreign or self.behind)
            and self.commits == 1 + len(proposed.then)
            and self.tree == made.tree
        )


class Place(ShortRepository):  # type: ignore[misc] # it has no types
    """github3.py's repository by its address alone: to write to it, nothing need be read."""

    def _update_attributes(self, repo: dict[str, str]) -> None:
        self.url = self._api = repo["url"]
        self.full_name = repo["full_name"]


def place(api: Api, project: str) -> Place:
    """The repository `project` (`owner/name`), not asked for."""
    url = api.session.build_url("repos", *project.split("/"))
    return Place({"url": url, "full_name": project}, api.gh)


def base(api: Api, project: str, name: str) -> Base:
    """The base branch as it is now; raises ToolError where there is none of that name."""
    what = f"reading the branch {name!r} of {project}"
    try:
        found = api.get(what, "repos", *project.split("/"), "branches", name)
    except RefusedError as error:
        if not absent(error):
            raise
        raise ToolError(
            f"GitHub: {project} has no branch {name!r}; is it empty, or the branch renamed?",
            help="push a first commit, name the base branch, or exclude the project",
        ) from None
    commit = found["commit"]
    return Base(str(found["name"]), commit["sha"], commit["commit"]["tree"]["sha"])


def look(
    api: Api, project: str, against: str, branch: str, identity: tuple[str, str]
) -> Branch | None:
    """The branch beside the branch `against`, in one request; None where one is not there."""
    what = f"comparing {branch!r} of {project} with {against!r}"
    where = ("repos", *project.split("/"), "compare", f"{against}...{branch}")
    try:
        said = api.get(what, *where)
    except RefusedError as error:
        if not absent(error):
            raise
        return None
    commits = said["commits"]
    files = said.get("files") or []
    start = said["base_commit"]
    last = commits[-1] if commits else said["merge_base_commit"]
    foreign = any(_foreign(item["commit"], identity) for item in commits)
    return Branch(
        base=Base(against, start["sha"], start["commit"]["tree"]["sha"]),
        head=last["sha"],
        tree=last["commit"]["tree"]["sha"],
        commits=int(said["total_commits"]),
        foreign=foreign or int(said["total_commits"]) > len(commits),
        behind=bool(said["behind_by"]),
        files=_files(files) if len(files) < _MOST else None,
    )


def write(
    api: Api, repository: Any, start: Base, proposed: Proposed, identity: tuple[str, str]
) -> Made:
    """Make the commits of `proposed` on `start`; no branch has them yet.

    The same inputs make the same commits, so a lost answer is asked for again. `repository`
    is github3.py's. Raises ToolError where the base is not what the change was made from.
    """
    project = str(repository.full_name)
    places = tree.paths(proposed)
    nodes = tree.look(api, project, proposed, start.commit, start.tree)
    tree.check(proposed, start.name, nodes)
    parent, root = start.commit, start.tree
    for message, contents in ((proposed.message, proposed.contents), *proposed.then):
        changed = {places[name]: data for name, data in contents.items()}
        root = _tree(api, repository, changed, nodes, root)
        text = signed(message, identity) if proposed.sign_off else message
        parent = _commit(api, repository, text, root, parent, _who(identity, proposed.as_of))
    return Made(start, parent, root)


def point(api: Api, repository: Any, branch: str, commit: str, *, there: bool) -> bool:
    """Let `branch` be at `commit`; `there` says that it exists, and then it is moved.

    False, with nothing done, where it was said not to exist and does, at another commit.
    """
    what = f"making the branch {branch!r} of {repository.full_name}"
    url = f"{repository.url}/git/refs/heads/{branch}"
    if there:
        known = {"ref": f"refs/heads/{branch}", "url": url}
        node = {"sha": commit, "type": "commit", "url": ""}
        reference = Reference({**known, "object": node}, api.gh)
        api.sure(what, lambda: reference.update(commit, force=True))
        return True
    try:
        api.sure(what, lambda: repository.create_ref(f"refs/heads/{branch}", commit))
    except RefusedError as error:
        if "already exists" not in error.said.lower():
            raise
        return head(api, str(repository.full_name), branch) == commit
    return True


def head(api: Api, project: str, branch: str) -> str | None:
    """The commit that `branch` is at; None where there is none of that name."""
    where = ("repos", *project.split("/"), "git", "ref", "heads", *branch.split("/"))
    try:
        found = api.get(f"reading the branch {branch!r} of {project}", *where)
    except RefusedError as error:
        if not absent(error):
            raise
        return None
    return str(found["object"]["sha"])


def delete(api: Api, project: str, branch: str) -> str:
    """Delete `branch`, or see that it is gone; returns what went wrong, empty for nothing."""
    where = ("repos", *project.split("/"), "git", "refs", "heads", *branch.split("/"))
    try:
        api.change(f"deleting the branch {branch!r} of {project}", "DELETE", *where)
    except RefusedError as error:
        # "Reference does not exist" is a 422.
        if not absent(error) and "not exist" not in error.said.lower():
            return str(error)
    return ""


def _foreign(commit: Mapping[str, Any], identity: tuple[str, str]) -> bool:
    people = [commit.get("author") or {}, commit.get("committer") or {}]
    return any((who.get("name"), who.get("email")) != identity for who in people)


def _files(files: list[dict[str, Any]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for item in files:
        found[item["filename"]] = None if item["status"] == "removed" else item["sha"]
        if item["status"] == "renamed" and item.get("previous_filename"):
            found[item["previous_filename"]] = None
    return found


def _who(identity: tuple[str, str], as_of: dt.date) -> dict[str, str]:
    return {"name": identity[0], "email": identity[1], "date": f"{as_of.isoformat()}T00:00:00Z"}


def _tree(
    api: Api,
    repository: Any,
    contents: Mapping[str, bytes],
    nodes: Mapping[str, tree.Node],
    root: str,
) -> str:
    what = f"writing the files of {repository.full_name}"

    def make() -> Any:
        entries = tree.entries(repository, contents, nodes)
        return repository.create_tree(entries, base_tree=root)

    try:
        return str(_made(api.sure(what, make), what).sha)
    except RefusedError as error:
        flows = [path for path in contents if path.startswith(".github/workflows/")]
        # GitHub says "Not Found" to a token that may not write there, and nothing else.
        if not flows or error.status not in {403, 404}:
            raise
        raise ToolError(
            f"GitHub: {what}: the token may not change {flows[0]}: {error.said}",
            help="give it the scope workflow, or an App the permission Workflows (write)",
        ) from None


def _commit(
    api: Api, repository: Any, message: str, root: str, parent: str, who: dict[str, str]
) -> str:
    what = f"making a commit in {repository.full_name}"
    made = api.sure(
        what, lambda: repository.create_commit(message, root, [parent], author=who, committer=who)
    )
    return str(_made(made, what).sha)


def _made(made: Any, what: str) -> Any:
    """What github3.py made; it returns None for arguments that it does not send."""
    if made is None:
        raise LostError(f"GitHub: {what}: there was nothing to send")
    return made

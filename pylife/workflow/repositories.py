"""Where the projects of a fleet live on a forge, and what their branches are called."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife.errors import ToolError
from pylife.fleet import codeowners
from pylife.fleet.campaign import Campaign
from pylife.forges import git
from pylife.forges.local import slug
from pylife.model import Repository
from pylife.workflow.read import Read

_REMOTE = re.compile(
    r"(?:[a-z+]+://(?:[^/@]*@)?[^/]+/|(?:[^/@:]+@)?[^/:]+:)(?P<path>.+?)(?:\.git)?/?"
)
_NAME = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


class Home(NamedTuple):
    """A project's repository on the forge, and the root of its checkout where there is one."""

    repository: Repository
    root: Path | None = None


def homes(
    reads: Sequence[Read], settings: Mapping[str, Campaign], *, server: bool
) -> dict[str, Home | str]:
    """By project: its repository, or why it is not known.

    Without a `server` each project has a repository of its own. The name is what the settings
    say, else that of the URL or of the checkout's remote `origin`.
    """
    return {
        read.member.project.name: _home(read, settings[read.member.project.name], server=server)
        for read in reads
    }


def _home(read: Read, said: Campaign, *, server: bool) -> Home | str:
    project = read.member.project
    base = said.base or read.member.branch or ""
    folder = read.member.folder
    if not server:
        return Home(Repository(project.name), _root(folder))
    root = _root(folder)
    name = said.repository or name_of(project.url or "") or _of_remote(root)
    if name is None:
        return (
            "which repository it is on the forge is not known: say repository in its table"
            " [project.upgrade], or give it a remote origin"
        )
    inside = ""
    if folder is not None and root is not None and folder.resolve() != root:
        inside = folder.resolve().relative_to(root).as_posix()
    return Home(Repository(project.name, name, inside, base), root)


def name_of(url: str) -> str | None:
    """`owner/name` of a git URL or of an address such as git@host:owner/name.git."""
    match = _REMOTE.fullmatch(url.strip())
    path = match["path"] if match else ""
    return path if _NAME.fullmatch(path) else None


def _root(folder: Path | None) -> Path | None:
    if folder is None:
        return None
    try:
        said = git.run("rev-parse", "--show-toplevel", folder=folder)
    except ToolError:
        return None
    return Path(said.decode(errors="replace").strip()).resolve() if said.strip() else None


def _of_remote(root: Path | None) -> str | None:
    if root is None:
        return None
    try:
        said = git.run("config", "--get", "remote.origin.url", folder=root)
    except ToolError:
        return None
    return name_of(said.decode(errors="replace"))


def branches(homes_of: Mapping[str, Home | str], planned: Mapping[str, str]) -> dict[str, str]:
    """The branch of each project's proposal; `planned` are those of the plans.

    Where several projects share a repository, each has its own name in it.
    """
    shared = Counter(home.repository.name for home in homes_of.values() if isinstance(home, Home))
    found = {}
    for name, branch in planned.items():
        home = homes_of[name]
        several = (
            isinstance(home, Home) and home.repository.name and shared[home.repository.name] > 1
        )
        found[name] = branch.replace("pylife/", f"pylife/{slug(name)}/", 1) if several else branch
    return found


def reviewers(read: Read, said: Campaign, home: Home) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is asked to review, and why nobody is where somebody should be.

    Owners are those of the project, not of each file that changes.
    """
    match said.reviewers:
        case "owners":
            return _owner(read, said)
        case "codeowners":
            rules = codeowners.find(home.root) if home.root is not None else None
            if rules is None:
                return (), ("no reviewer: the repository has no CODEOWNERS",)
            found = codeowners.of_project(rules, home.repository.path)
            return found, () if found else ("no reviewer: CODEOWNERS names no owner of it",)
        case listed:
            return tuple(name.removeprefix("@") for name in listed), ()


def _owner(read: Read, said: Campaign) -> tuple[tuple[str, ...], tuple[str, ...]]:
    owner = read.member.project.owner
    if owner is None:
        return (), ("no reviewer: pylife.toml names no owner of it",)
    known = said.owners.get(owner)
    if known is None and not (owner.startswith("@") or "/" in owner):
        why = f"no reviewer: [upgrade.owners] does not say what the forge calls {owner}"
        return (), (why,)
    return ((known or owner).removeprefix("@"),), ()

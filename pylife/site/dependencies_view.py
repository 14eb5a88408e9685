"""The dependencies of the fleet: who uses each, which floors, and on which Pythons it works."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pylife.site.base import Site
from pylife.site.documents import Doc, is_checked
from pylife.site.slugs import assign
from pylife.site.text import python_key, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One project that uses the package: the versions resolved, and the Pythons of each."""

    name: str
    slug: str
    versions: tuple[tuple[str, str], ...]
    """Version and the Pythons on which it is what installs."""
    blocked: tuple[tuple[str, str, str], ...]
    """Python, reason and account, where the package is in the way."""
    floors: tuple[tuple[str, str, str], ...]
    """What is written, what it should be, and why."""
    requires: tuple[tuple[str, str, str], ...]
    """What its files say of the package: the words, the place, and for what where not to run."""
    unknown: str
    """Why its files may say more; `not read` where nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """From when the package works on a Python, as far as the verdicts say."""

    python: str
    version: str
    date: str
    blocks: int
    """How many projects it holds back there."""
    users: int
    """How many projects it installs for there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyPage:
    """Everything on the page of one package."""

    package: str
    slug: str
    own: str
    """The slug of the fleet's project that makes it; empty for others' packages."""
    users: tuple[User, ...]
    pythons: tuple[Allowed, ...]

    @property
    def blocks(self) -> tuple[str, ...]:
        """The Pythons on which it is in the way of somebody."""
        return tuple(one.python for one in self.pythons if one.blocks)


@dataclass(slots=True)
class _Use:
    picks: dict[str, str] = field(default_factory=dict)
    blockers: dict[str, Doc] = field(default_factory=dict)
    floors: list[Doc] = field(default_factory=list)
    requires: list[Doc] = field(default_factory=list)
    unknown: str = "not read"


def dependency_pages(site: Site) -> tuple[DependencyPage, ...]:
    """A page for each package that some project uses: what blocks most first, then by name."""
    found: dict[str, dict[tuple[str, str], _Use]] = defaultdict(lambda: defaultdict(_Use))
    for project in site.documents.projects:
        if is_checked(project):
            _collect(found, project, (project["name"], site.documents.slug(project)))
    slugs = assign((package, "") for package in found)
    own = {p["name"]: site.documents.slug(p) for p in site.documents.projects}
    made = [
        _page(package, slugs[package, ""], own.get(package, ""), used)
        for package, used in found.items()
    ]
    return tuple(sorted(made, key=lambda p: (-sum(a.blocks for a in p.pythons), p.package)))


def _collect(
    found: dict[str, dict[tuple[str, str], _Use]], project: Doc, who: tuple[str, str]
) -> None:
    told = project.get("dependencies") or {}
    for python, judged in told.get("pythons", {}).items():
        for pick in judged["picks"]:
            found[pick["package"]][who].picks[python] = pick["version"]
        for blocker in judged["blockers"]:
            found[blocker["package"]][who].blockers[python] = blocker
    for floor in told.get("floors") or ():
        found[floor["package"]][who].floors.append(floor)
    _written(found, project, who, judged=bool(told))


def _written(
    found: dict[str, dict[tuple[str, str], _Use]],
    project: Doc,
    who: tuple[str, str],
    *,
    judged: bool,
) -> None:
    """Take what the project's files say; of one that was judged it need not be installed."""
    listed = project.get("requirements")
    if not listed:
        return
    lines = listed["packages"]
    used = {package for package, users in found.items() if who in users}
    if judged:
        used |= {package for package in lines if any(one["use"] == "run" for one in lines[package])}
    for package in sorted(used):
        use = found[package][who]
        use.requires, use.unknown = lines.get(package, []), listed["unknown"] or ""


def _page(package: str, slug: str, own: str, used: dict[tuple[str, str], _Use]) -> DependencyPage:
    pythons = sorted(
        {python for use in used.values() for python in (*use.picks, *use.blockers)}, key=python_key
    )
    return DependencyPage(
        package=package,
        slug=slug,
        own=own,
        users=tuple(_user(who, use) for who, use in sorted(used.items())),
        pythons=tuple(_allowed(python, list(used.values())) for python in pythons),
    )


def _user(who: tuple[str, str], use: _Use) -> User:
    return User(
        name=who[0],
        slug=who[1],
        versions=tuple(_versions(use)),
        blocked=tuple(
            (python, use.blockers[python]["reason"], use.blockers[python].get("told") or "")
            for python in sorted(use.blockers, key=python_key)
        ),
        floors=tuple((floor["from"], floor["to"], floor["why"]) for floor in use.floors),
        requires=tuple(_line(line) for line in use.requires),
        unknown=use.unknown,
    )


def _line(line: Doc) -> tuple[str, str, str]:
    place = line["file"] if line["line"] is None else f"{line['file']}:{line['line']}"
    return line["written"], place, "" if line["use"] == "run" else line["use"]


def _versions(use: _Use) -> Iterator[tuple[str, str]]:
    by_version: dict[str, list[str]] = defaultdict(list)
    for python in sorted(use.picks.keys() - use.blockers.keys(), key=python_key):
        by_version[use.picks[python]].append(python)
    for version, pythons in by_version.items():
        yield version, spread(pythons)


def _allowed(python: str, uses: list[_Use]) -> Allowed:
    blockers = [use.blockers[python] for use in uses if python in use.blockers]
    first = next((one["loads_from"] for one in blockers if one["loads_from"]), None) or {}
    return Allowed(
        python=python,
        version=first.get("version") or "",
        date=first.get("date") or "",
        blocks=len(blockers),
        users=sum(python in use.picks and python not in use.blockers for use in uses),
    )

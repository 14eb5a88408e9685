"""One Python's page: how ready the fleet is for it, what is in the way, and who comes when."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from pylife.model import CellStatus, SourceState, Stage
from pylife.site import windows
from pylife.site.base import Site
from pylife.site.documents import Doc, is_checked
from pylife.site.evidence import Evidence, Tone
from pylife.site.fleet_view import Readiness, readiness
from pylife.site.render import day
from pylife.site.slugs import anchor
from pylife.site.text import count
from pylife.site.upgrade_view import TONES

_OWN = {CellStatus.FAILED, CellStatus.TIMEOUT, CellStatus.FLAKY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One project on this Python."""

    name: str
    link: str
    """To its row for this Python, from the site's root."""
    owner: str
    wave: int
    evidence: Evidence
    state: str
    """Where it stands in the upgrade; empty where nothing was proposed."""
    state_tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing in the way of some projects: a dependency, or the projects' own failures.

    `package` is empty for the projects' own. `cleared` says since when a release works, or
    that there is none; `told` is one account of it.
    """

    package: str
    what: str
    cleared: str
    told: str
    projects: tuple[tuple[str, str], ...]
    """Name and link of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The projects that move together, with how many of them are done."""

    number: int
    members: tuple[Member, ...]
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonPage:
    """Everything on the page of one Python."""

    python: str
    stage: windows.StageView
    by_policy: tuple[tuple[str, windows.StageView], ...]
    dates: str
    """When it was released, and when its life ends."""
    readiness: Readiness
    obstacles: tuple[Obstacle, ...]
    waves: tuple[Wave, ...]
    asked: bool
    """Whether any policy in use asks something about it."""


def python_page(site: Site, column: windows.Column) -> PythonPage:
    """The view of the Python of one column of the fleet's matrix."""
    documents, python = site.documents, column.python
    members = [_member(site, project, python) for project in documents.checked]
    by_policy = tuple(
        (name, windows.stage_view(documents.read["policies"][name]["pythons"].get(python)))
        for name in windows.used_policies(documents)
    )
    members.sort(key=lambda one: (one.wave, one.name))
    return PythonPage(
        python=python,
        stage=column.stage,
        by_policy=by_policy,
        dates=_dates(site, python),
        readiness=readiness(column, [one.evidence for one in members]),
        obstacles=tuple(obstacles(site, members, python)),
        waves=tuple(
            _wave(number, tuple(some)) for number, some in groupby(members, lambda one: one.wave)
        ),
        asked=any(view.stage not in {Stage.UNKNOWN, Stage.DROPPED} for _, view in by_policy),
    )


def _dates(site: Site, python: str) -> str:
    known = site.documents.read["calendar"]["releases"].get(python.removesuffix("t"), {})
    words = (("release", "released"), ("eol", "end of life"))
    said = [f"{word} {day(known[name])}" for name, word in words if known.get(name)]
    text = ", ".join(said)
    return text[:1].upper() + text[1:]


def _member(site: Site, project: Doc, python: str) -> Member:
    proposal = site.documents.proposals.get(project["name"])
    state = proposal["state"] if proposal else ""
    return Member(
        name=project["name"],
        link=row_link(site, project, python),
        owner=project.get("owner") or "",
        wave=project.get("wave") or 0,
        evidence=site.evidence(project, python),
        state=state,
        state_tone=TONES[state].value if state else "",
    )


def row_link(site: Site, project: Doc, python: str) -> str:
    """The address of what the project's page says of `python`, from the site's root."""
    page = f"projects/{site.documents.slug(project)}.html"
    has_row = python in windows.project_pythons(site.documents, project)
    return f"{page}#{anchor(f'py-{python}')}" if has_row else page


def _wave(number: int, members: tuple[Member, ...]) -> Wave:
    done = sum(one.evidence.tone is Tone.PASS for one in members)
    return Wave(number=number, members=members, done=done)


def obstacles(site: Site, members: list[Member], python: str) -> list[Obstacle]:
    """What is in the way on `python`, that of most projects first; then the projects' own."""
    return [*_dependencies(site, python), *_own(members)]


def _dependencies(site: Site, python: str) -> list[Obstacle]:
    found: dict[str, list[tuple[Doc, tuple[str, str]]]] = defaultdict(list)
    for project in site.documents.projects:
        told = (project.get("dependencies") or {}).get("pythons", {}).get(python)
        if told and is_checked(project):
            who = (project["name"], row_link(site, project, python))
            for blocker in told["blockers"]:
                found[blocker["package"]].append((blocker, who))
    ordered = sorted(found.items(), key=lambda item: (-len({who for _, who in item[1]}), item[0]))
    return [_obstacle(package, held) for package, held in ordered]


def _obstacle(package: str, held: list[tuple[Doc, tuple[str, str]]]) -> Obstacle:
    reasons = sorted({blocker["reason"] for blocker, _ in held})
    first = next((blocker["loads_from"] for blocker, _ in held if blocker["loads_from"]), None)
    cleared = "no release of it works yet"
    if first:
        day = f", since {first['date']}" if first["date"] else ""
        cleared = f"{package} {first['version']} works{day}"
    return Obstacle(
        package=package,
        what=", ".join(reasons),
        cleared=cleared,
        told=held[0][0].get("told") or "",
        projects=tuple(sorted({who for _, who in held})),
    )


def _own(members: list[Member]) -> list[Obstacle]:
    """The projects whose own tests or source fail there."""
    tests = [one for one in members if one.evidence.status in _OWN]
    source = [
        one
        for one in members
        if one.evidence.source is SourceState.FAILS and one not in tests and one.evidence.claims
    ]
    return [
        Obstacle(
            package="",
            what=what,
            cleared="",
            told=count(len(some), "project"),
            projects=tuple((one.name, one.link) for one in some),
        )
        for what, some in (("own tests fail", tests), ("own source fails", source))
        if some
    ]

"""One Python's page: how ready the fleet is for it, what is in the way, and who comes when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby

from pylife.model import Stage
from pylife.site import windows
from pylife.site.base import Site
from pylife.site.documents import Doc, is_checked
from pylife.site.evidence import Evidence, Tone
from pylife.site.fleet_view import Readiness, readiness
from pylife.site.migration import Migration, migration
from pylife.site.obstacles import Gone, Obstacle, gone, obstacles
from pylife.site.render import day
from pylife.site.slugs import anchor
from pylife.site.upgrade_view import TONES


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
    migration: Migration | None
    """The move to it, or off it; None where no policy asks for one."""
    obstacles: tuple[Obstacle, ...]
    gone: tuple[Gone, ...]
    waves: tuple[Wave, ...]
    asked: bool
    """Whether any policy in use asks something about it."""


def python_page(site: Site, column: windows.Column) -> PythonPage:
    """The view of the Python of one column of the fleet's matrix."""
    documents, python = site.documents, column.python
    links = {slug: _link(slug, rows, python) for slug, rows in site.once(_rows).items()}
    members = [_member(site, project, python, links) for project in documents.checked]
    held = [
        (project, (one.name, one.link), one.evidence)
        for project, one in zip(documents.checked, members, strict=True)
    ]
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
        migration=migration(site, column, links),
        obstacles=tuple(obstacles(site, held, python)),
        gone=tuple(gone(site, python)),
        waves=tuple(
            _wave(number, tuple(some)) for number, some in groupby(members, lambda one: one.wave)
        ),
        asked=any(view.stage not in {Stage.UNKNOWN, Stage.DROPPED} for _, view in by_policy),
    )


def _dates(site: Site, python: str) -> str:
    """`Released 7 October 2025, end of life expected October 2030`; empty where nobody knows."""
    known = site.documents.read["calendar"]["releases"].get(python.removesuffix("t"), {})
    expected = known.get("expected", ())
    coming = (known.get("release") or "") > site.documents.read["as_of"]
    word = "release" if coming or "release" in expected else "released"
    said = [
        f"{words}{' expected' if name in expected else ''} {day(known[name])}"
        for name, words in (("release", word), ("eol", "end of life"))
        if known.get(name)
    ]
    text = ", ".join(said)
    return text[:1].upper() + text[1:]


def _member(site: Site, project: Doc, python: str, links: Mapping[str, str]) -> Member:
    proposal = site.documents.proposals.get(project["name"])
    state = proposal["state"] if proposal else ""
    return Member(
        name=project["name"],
        link=links[site.documents.slug(project)],
        owner=project.get("owner") or "",
        wave=project.get("wave") or 0,
        evidence=site.evidence(project, python),
        state=state,
        state_tone=TONES[state].value if state else "",
    )


def _rows(site: Site) -> dict[str, frozenset[str]]:
    """By slug the Pythons of which the project's page has a row."""
    there = site.documents
    return {
        there.slug(project): frozenset(
            windows.project_pythons(there, project) if is_checked(project) else ()
        )
        for project in there.projects
    }


def _link(slug: str, rows: Collection[str], python: str) -> str:
    """The address of what the project's page says of `python`, from the site's root."""
    page = f"projects/{slug}.html"
    return f"{page}#{anchor(f'py-{python}')}" if python in rows else page


def _wave(number: int, members: tuple[Member, ...]) -> Wave:
    done = sum(one.evidence.tone is Tone.PASS for one in members)
    return Wave(number=number, members=members, done=done)

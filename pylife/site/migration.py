"""The move to one Python, or off it, as its page shows it: buckets, nights, and when it ends."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pylife import calendar
from pylife.errors import ConfigError
from pylife.model import CellStatus, MigrationState, Stage
from pylife.site import windows
from pylife.site.base import Site
from pylife.site.buckets import UNKNOWN, Bucket, Way
from pylife.site.changes import nights_of
from pylife.site.documents import Doc
from pylife.site.evidence import Evidence, Tone
from pylife.site.forecast_view import Forecast, forecast_view
from pylife.site.line_chart import LineChart, line_chart
from pylife.site.night import moves
from pylife.site.text import words
from pylife.site.upgrade_view import TONES

_LINES: dict[str, frozenset[str]] = {
    "done": frozenset({MigrationState.VERIFIED}),
    "in a PR": frozenset({MigrationState.IN_PR}),
    "to come": frozenset({MigrationState.AWAITING_PR, MigrationState.AWAITING_PARENTS}),
    "stuck": frozenset(
        {
            MigrationState.NOT_SOLVABLE,
            MigrationState.FAILING_TESTS,
            MigrationState.NEEDS_PERSON,
            MigrationState.DECLINED,
            MigrationState.ERROR,
        }
    ),
    "not shown": frozenset({MigrationState.MERGED, UNKNOWN}),
}
_RAN = frozenset(
    {
        CellStatus.PASSED,
        CellStatus.FLAKY,
        CellStatus.FAILS_ON_BASELINE,
        CellStatus.TIMEOUT,
    }
)
"""Of these "not tested" would be false."""
_STYLES = {"done": 1, "in a PR": 0, "to come": 6, "stuck": 2, "not shown": 7}
"""How the lines look: what is bad in the colour of what fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The projects of one bucket: each with its name, its link from the root, and why.

    `state` is the bucket's token, `unknown` for what nobody knows; of one bucket there is a group
    for each label.
    """

    state: str
    label: str
    tone: str
    members: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The move of all who are asked, in buckets; `aside` counts whom nobody asks.

    `asked` leaves the excluded out. `deadline` is the day on which the policy that most
    projects follow asks for it, empty where it knows none; `outlook` says in words whether
    that can be kept, as far as anybody knows.
    """

    way: Way
    groups: tuple[Group, ...]
    done: int
    asked: int
    aside: int
    deadline: str
    outlook: str
    forecast: Forecast | None
    chart: LineChart | None


def migration(site: Site, column: windows.Column, links: Mapping[str, str]) -> Migration | None:
    """The move to the column's Python, or off it; None where no policy asks for one.

    `links` are the addresses of the projects by their slugs, from the site's root.
    """
    if column.python not in site.once(moves):
        return None
    way, found = site.once(moves)[column.python]
    nights = nights_of(site)
    done = sum(state is MigrationState.VERIFIED for state in found.values())
    asked = sum(state is not MigrationState.EXCLUDED for state in found.values())
    forecast = forecast_view(site.documents) if done < asked else None
    deadline = _deadline(column.stage)
    return Migration(
        way=way,
        groups=tuple(_groups(site, column.python, found, links, way)),
        done=done,
        asked=asked,
        aside=len(site.documents.projects) - len(found),
        deadline=deadline,
        outlook=_outlook(site.as_of, deadline, forecast, left=asked - done),
        forecast=forecast,
        chart=_chart(nights, column.python, way, windows.since(site.documents, [column.python])),
    )


def _groups(
    site: Site, python: str, found: Mapping[str, Bucket], links: Mapping[str, str], way: Way
) -> Iterator[Group]:
    members: dict[tuple[Bucket, str, Tone], list[tuple[str, str, str]]] = {}
    for project in site.documents.projects:
        slug = site.documents.slug(project)
        if slug in found:
            state = found[slug]
            label, tone = _label(state, way, site.evidence(project, python))
            why = _why(site, project, python, state)
            group = members.setdefault((state, label, tone), [])
            group.append((project["name"], links[slug], why))
    order = [*MigrationState, None]
    for state, label, tone in sorted(members, key=lambda key: (order.index(key[0]), key[1])):
        yield Group(
            state=state or UNKNOWN,
            label=label,
            tone=tone.value,
            members=tuple(sorted(members[state, label, tone])),
        )


def _label(state: Bucket, way: Way, found: Evidence) -> tuple[str, Tone]:
    """What the bucket is called, and how it looks; what tests have shown there is said."""
    if state in {None, MigrationState.MERGED} and way is Way.GAIN and found.status in _RAN:
        return found.label, found.tone
    match state:
        case None if way is Way.GAIN:
            return "not known", Tone.OPEN
        case None:
            said = "still on it" if found.claims else found.declared.value
            return f"{said}, nothing proposed", Tone.OPEN
        case MigrationState.VERIFIED:
            label = "done: tests pass" if way is Way.GAIN else "done: not declared any more"
        case MigrationState.MERGED:
            label = "declared, not tested"
        case _:
            label = words(state)
    return label, TONES[state]


def _why(site: Site, project: Doc, python: str, state: Bucket) -> str:
    """Why it is there, if its upgrade, its own entry or its cell says so."""
    proposal = site.documents.proposals.get(project["name"])
    if proposal is not None and state is not None and state == proposal["state"]:
        return str(proposal.get("reason") or "")
    if state in {MigrationState.FAILING_TESTS, MigrationState.NOT_SOLVABLE}:
        return site.evidence(project, python).reason
    return str(project.get("excluded") or project.get("error") or "")


def _deadline(stage: windows.StageView) -> str:
    """The day from which the policy asks for what the move brings; empty for none."""
    match stage.stage:
        case Stage.ADOPTING if stage.next_stage == Stage.SUPPORTED:
            return stage.next_date
        case Stage.DEPRECATED if stage.next_stage == Stage.DROPPED:
            return stage.next_date
        case Stage.SUPPORTED | Stage.DROPPED:
            return stage.since
    return ""


def _outlook(as_of: dt.date, deadline: str, forecast: Forecast | None, *, left: int) -> str:
    """Whether all is done by the deadline, in words; never more than the forecast can bear.

    Its range is that of the whole campaign, so that it can show this move to be in time,
    and not that it is late: only a day that has passed does.
    """
    if not left:
        return "all are done"
    if not deadline:
        return "no policy sets a day for it"
    try:
        last = calendar.parse_dated(deadline).last
    except ConfigError:  # not a document that pylife made
        return "whether that is kept is not known"
    if last <= as_of:
        return "that day has passed"
    if forecast is None or not forecast.last:
        return "whether that is kept is not known"
    if dt.date.fromisoformat(forecast.last) <= last and not forecast.stuck:
        return "in time, by the forecast"
    return "whether that is kept is not known"


def _chart(
    nights: Sequence[Doc], python: str, way: Way, marks: Sequence[tuple[str, str]]
) -> LineChart | None:
    """The buckets over the nights, a few together; None where there is one night only."""
    seen = [(night, night["totals"].get("moves", {}).get(python)) for night in nights]
    if sum(bool(move) for _, move in seen) < 2:
        return None
    numbers = {name: [_number(night, move, name, way) for night, move in seen] for name in _LINES}
    used = {name: some for name, some in numbers.items() if any(some) or name == "done"}
    title = f"The move {'to' if way is Way.GAIN else 'off'} Python {python}, night by night"
    days = [night["as_of"] for night in nights]
    return line_chart(title, used, days, styles=_STYLES, marks=marks)


def _number(night: Doc, move: Doc | None, line: str, way: Way) -> int | None:
    """What the night's line counts; None where that night could not tell.

    What is done takes tests, or of a Python that goes declarations; the rest takes proposals.
    """
    if not move or move["way"] != way.value:
        return None
    seen = (
        (way is Way.LEAVE or night["tests_run"]) if line == "done" else night["upgrades_proposed"]
    )
    return sum(n for state, n in move["buckets"].items() if state in _LINES[line]) if seen else None

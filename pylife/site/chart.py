"""The release chart: where each bar, tick and mark of the SVG stands. No colours, no markup."""

import datetime as dt
from dataclasses import dataclass

from pylife import calendar
from pylife.model import Stage
from pylife.site.documents import Doc
from pylife.site.text import python_key

WIDTH = 1080
_LEFT, _RIGHT, _TOP, _ROW, _BAR = 64, 28, 46, 46, 18
_YEARS_BEFORE, _YEARS_AFTER = 4, 6
_CHARACTER = 6.4
"""Rough width of a character of the chart's small text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One phase of one release."""

    phase: str
    x: float
    width: float
    label: str
    """Empty where it does not fit."""
    title: str
    expected: bool
    """Whether the end is a plan, not a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A day on which the policy's stage changes."""

    stage: str
    x: float
    anchor: str
    text_x: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One release: its bars and marks, and `y`, the top of its bars."""

    python: str
    y: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything drawn, in SVG user units."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bar: int
    lines: tuple[Line, ...]
    years: tuple[tuple[float, str], ...]
    today: float
    as_of: str


@dataclass(frozen=True, slots=True)
class _Scale:
    start: dt.date
    end: dt.date

    def x(self, day: dt.date) -> float:
        """Where `day` stands, clipped to the chart."""
        day = min(max(day, self.start), self.end)
        share = (day - self.start).days / (self.end - self.start).days
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)


def chart(releases: Doc, policy: Doc, as_of: dt.date) -> Chart:
    """Lay out `releases` (of the read document), newest on top, with `policy`'s changes."""
    scale = _Scale(
        dt.date(as_of.year - _YEARS_BEFORE, 1, 1), dt.date(as_of.year + _YEARS_AFTER, 1, 1)
    )
    shown = [p for p in sorted(releases, key=python_key) if _is_in(releases[p], scale)][::-1]
    lines = []
    for number, python in enumerate(shown):
        lines.append(
            Line(
                python=python,
                y=_TOP + number * _ROW + 10,
                bars=_bars(releases[python], scale),
                marks=_marks(policy.get(python), scale),
            )
        )
    years = range(scale.start.year, scale.end.year + 1)
    return Chart(
        width=WIDTH,
        height=_TOP + len(shown) * _ROW + 8,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        top=_TOP,
        bar=_BAR,
        lines=tuple(lines),
        years=tuple((scale.x(dt.date(year, 1, 1)), str(year)) for year in years),
        today=scale.x(as_of),
        as_of=as_of.isoformat(),
    )


def _is_in(release: Doc, scale: _Scale) -> bool:
    starts = [release[event] for event in ("beta1", "release") if release.get(event)]
    if not starts or calendar.parse_dated(starts[0]).first >= scale.end:
        return False
    return not release.get("eol") or calendar.parse_dated(release["eol"]).last > scale.start


def _bars(release: Doc, scale: _Scale) -> tuple[Bar, ...]:
    events = ("beta1", "release", "bugfix_end", "eol")
    phases = ("prerelease", "bugfix", "security")
    bars = []
    for phase, begin, end in zip(phases, events[:-1], events[1:], strict=True):
        if not (release.get(begin) and release.get(end)):
            continue
        x = scale.x(calendar.parse_dated(release[begin]).last)
        width = round(scale.x(calendar.parse_dated(release[end]).last) - x, 1)
        if width <= 0:
            continue
        bars.append(
            Bar(
                phase=phase,
                x=x,
                width=width,
                label=phase if width > len(phase) * _CHARACTER + 12 else "",
                title=f"{phase}: {release[begin]} to {release[end]}",
                expected=end in release.get("expected", ()),
            )
        )
    return tuple(bars)


def _marks(entry: Doc | None, scale: _Scale) -> tuple[Mark, ...]:
    """The change that led to the present stage (text to its left) and the next one (right)."""
    if entry is None or entry["stage"] == Stage.UNKNOWN:
        return ()
    following = entry.get("next") or {}
    changes = (
        (entry["stage"], entry.get("since"), "end", -8),
        (following.get("stage"), following.get("date"), "start", 8),
    )
    marks = []
    for stage, date, side, gap in changes:
        if not stage or not date:
            continue
        day = calendar.parse_dated(date).last
        if not scale.start < day < scale.end:
            continue
        x = scale.x(day)
        text = f"{stage} {date}"
        room = x - _LEFT if side == "end" else WIDTH - _RIGHT - x
        anchor, shift = side, gap
        if room < len(text) * _CHARACTER:
            anchor, shift = ("start", 8) if side == "end" else ("end", -8)
        marks.append(Mark(stage=stage, x=x, anchor=anchor, text_x=round(x + shift, 1), text=text))
    return tuple(marks)

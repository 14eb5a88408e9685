"""A line chart over nights: where each line, label and grid line stands. No colours, no markup."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

WIDTH, HEIGHT = 1080, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 150, 22, 28
_ROOM = 90
"""Units that a date below the chart needs, and a mark's words above it."""
_APART = 15
"""Units between two labels at the end of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series: its lines' points as SVG wants them, and where its label stands.

    A night on which nothing is known is a gap between two `runs`; a night that is known between
    two such is a point of `dots`. `style` counts the series, so that lines are told apart without
    colour.
    """

    name: str
    style: int
    runs: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    last: int
    """The last number that is known, at `end_x` and `end_y`."""
    end_x: float
    end_y: float
    label_y: float

    @property
    def far(self) -> bool:
        """Whether the label stands so far from where the line ends that they have to be tied."""
        return abs(self.label_y - self.end_y) > 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Everything drawn, in SVG user units."""

    title: str
    width: int
    height: int
    left: int
    right: int
    bottom: int
    lines: tuple[Line, ...]
    top: int
    grid: tuple[tuple[float, int], ...]
    """`y` and number of each horizontal line."""
    days: tuple[tuple[float, str, str], ...]
    """`x`, date and place (`first`, `last` or empty) of nights, and of the first days of months."""
    marks: tuple[tuple[float, str, str, str], ...]
    """`x`, the SVG's text-anchor, words and date of what happened on a day."""
    names: tuple[str, ...]
    """Of all series, also of one without a line, in the order of the numbers in `rows`."""
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    """Night and its numbers, newest first: the same as a table."""


def line_chart(
    title: str,
    series: Mapping[str, Sequence[int | None]],
    days: Sequence[str],
    *,
    styles: Mapping[str, int] | None = None,
    marks: Sequence[tuple[str, str]] = (),
) -> LineChart:
    """A chart of `series` (numbers by name, None where nothing is known) over `days` (ISO dates).

    Nights stand apart as their dates do, so that a week without one is seen. `styles` gives
    lines another style than that of their place; `marks` are days (ISO dates, those beyond the
    nights are left out) on which something happened, with the words for it.
    """
    most = max((n for numbers in series.values() for n in numbers if n is not None), default=0)
    xs = _xs([dt.date.fromisoformat(day) for day in days])
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    top = _ceiling(most)

    def y(number: int) -> float:
        return round(bottom - (bottom - _TOP) * number / top, 1)

    lines = []
    for style, (name, numbers) in enumerate(series.items()):
        runs = _runs([None if n is None else (x, y(n)) for x, n in zip(xs, numbers, strict=True)])
        if runs:
            end_x, end_y = runs[-1][-1]
            lines.append(
                Line(
                    name=name,
                    style=(styles or {}).get(name, style % 8),
                    runs=tuple(
                        " ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1
                    ),
                    dots=tuple(run[0] for run in runs if len(run) == 1),
                    last=next(n for n in reversed(numbers) if n is not None),
                    end_x=end_x,
                    end_y=end_y,
                    label_y=end_y,
                )
            )
    return LineChart(
        title=title,
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=right,
        bottom=bottom,
        lines=_spread(lines, bottom),
        grid=tuple((y(number), number) for number in _steps(top)),
        top=_TOP,
        days=_ticks(days, xs) if len(days) > 1 else (),
        marks=_marks(marks, days) if len(days) > 1 else (),
        names=tuple(series),
        rows=tuple(
            (day, tuple(numbers[index] for numbers in series.values()))
            for index, day in reversed(list(enumerate(days)))
        ),
    )


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The points that follow each other without a gap."""
    found = [list(some) for known, some in groupby(points, lambda one: one is not None) if known]
    return [[one for one in some if one is not None] for some in found]


def _xs(days: list[dt.date]) -> list[float]:
    return [_x(day, days[0], days[-1]) for day in days]


def _x(day: dt.date, first: dt.date, last: dt.date) -> float:
    span = max(1, (last - first).days)
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / span, 1)


def _ticks(days: Sequence[str], xs: Sequence[float]) -> tuple[tuple[float, str, str], ...]:
    """The first and the last night, and between them the first days of months that have room."""
    found = [(xs[0], days[0], "first")]
    first, last = dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[-1])
    month = first
    while (month := (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)) < last:
        x = _x(month, first, last)
        if x - found[-1][0] > _ROOM and xs[-1] - x > _ROOM:
            found.append((x, month.isoformat(), ""))
    return (*found, (xs[-1], days[-1], "last"))


def _marks(
    marks: Sequence[tuple[str, str]], days: Sequence[str]
) -> tuple[tuple[float, str, str, str], ...]:
    """What happened between the first night and the last; that of one day in one mark."""
    told: dict[str, list[str]] = {}
    for day, words in sorted(marks):
        if days[0] < day <= days[-1]:
            told.setdefault(day, []).append(words)
    first, last = dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[-1])
    found: list[tuple[float, str, str, str]] = []
    for day, happened in told.items():
        x = _x(dt.date.fromisoformat(day), first, last)
        # Where there is no room for the words, the mark's title has them all the same.
        near = found and x - found[-1][0] < 2 * _ROOM
        side = "end" if x > (_LEFT + WIDTH - _RIGHT) / 2 else "start"
        found.append(
            (x, side, "" if near else ", ".join(happened), f"{day}: {', '.join(happened)}")
        )
    return tuple(found)


def _ceiling(most: int) -> int:
    """The number at the top: at least 4, and one that four steps divide."""
    step = max(1, -(-most // 4))
    size = int("1" + "0" * (len(str(step)) - 1))
    return 4 * (-(-step // size) * size)


def _steps(top: int) -> list[int]:
    return [top * part // 4 for part in range(5)]


def _spread(lines: list[Line], bottom: int) -> tuple[Line, ...]:
    """The lines with their labels moved apart, in the order of where they end.

    They move down, and up again from `bottom` where many lines end there.
    """
    ordered = sorted(lines, key=lambda one: (one.end_y, one.style))
    places: list[float] = []
    for line in ordered:
        places.append(max(line.end_y, places[-1] + _APART if places else line.end_y))
    highest = float(bottom)
    for number in reversed(range(len(places))):
        places[number] = min(places[number], highest)
        highest = places[number] - _APART
    return tuple(
        replace(line, label_y=round(y, 1)) for line, y in zip(ordered, places, strict=True)
    )

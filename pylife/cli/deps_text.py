"""How `pylife deps` shows its verdicts to people."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pylife.cli.deps_elsewhere import elsewhere, some, word
from pylife.dependencies.records import Blocker, Dated, Flag, Judged, Verdict
from pylife.formats.shared import count, plain
from pylife.model import PythonVersion
from pylife.workflow.dependencies.document import (
    When,
    age,
    counted,
    nothing_said,
    rewritten,
    written,
)
from pylife.workflow.dependencies.inputs.records import Sort
from pylife.workflow.dependencies.ranking import Ranked, ranked
from pylife.workflow.dependencies.results import ProjectVerdicts, SetVerdicts

_COLORS = {
    Verdict.INSTALLS: "32",
    Verdict.SDIST_ONLY: "33",
    Verdict.BLOCKED: "31",
    Verdict.UNKNOWN: "35",
}
_SAID = frozenset({Flag.ANCIENT, Flag.YANKED, Flag.PRERELEASE, Flag.UPPER_BOUND})
_ROWS = 20
_LEAST = 60


class Style(NamedTuple):
    """How to show it: `width` in columns; `verbose` shows every pick that something is said of."""

    width: int = 100
    color: bool = False
    verbose: bool = False
    quiet: bool = False


def render(results: Sequence[ProjectVerdicts], when: When, style: Style) -> str:
    """The matrix, who blocks, what is not known, the floors to raise, and what it rests on."""
    lines = [*_matrix(results, style), ""]
    for title, body in (
        ("Blockers", list(_blockers(results, style))),
        ("Not known", list(_unknown(results))),
        ("Other platforms", list(elsewhere(results, verbose=style.verbose))),
        ("Looked at twice", list(_flagged(results, style))),
        ("Floors to raise", list(_floors(results))),
        ("Installable since", list(_since(results))),
    ):
        if body:
            lines.append(f"\033[1m{title}\033[0m" if style.color else title)
            for line in body:
                lines += _wrapped(line, style)
            lines.append("")
    lines += _wrapped(_basis(results, when), style, 0)
    return "\n".join(lines) + "\n"


def _matrix(results: Sequence[ProjectVerdicts], style: Style) -> Iterator[str]:
    """A row for each project, and one for each of its sets that says something else."""
    pythons = sorted({python for result in results for python in result.pythons})
    rows = [row for result in results for row in _rows(result, style)]
    names = max((len(name) for name, _ in rows), default=7)
    widths = [
        max(len(str(python)), *(len(word(one, python)) for _, one in rows), 0) for python in pythons
    ]
    heading = "  ".join(
        str(python).ljust(width) for python, width in zip(pythons, widths, strict=True)
    )
    yield f"{'':{names}}  {heading}".rstrip()
    for name, one in rows:
        if isinstance(one, str):
            yield f"{name:{names}}  {one}"
            continue
        cells = [
            _painted(word(one, python), width, style)
            for python, width in zip(pythons, widths, strict=True)
        ]
        yield f"{name:{names}}  {'  '.join(cells)}".rstrip()


def _rows(result: ProjectVerdicts, style: Style) -> Iterator[tuple[str, SetVerdicts | str]]:
    name = plain(result.member.project.name)
    told = result.error and f"could not be looked at: {plain(result.error)}"
    if told or result.plain is None:
        yield name, told or nothing_said(result) or ""
    else:
        yield name, result.plain
    for one in result.sets:
        if one.group.sort is Sort.RUN:
            continue
        same = result.plain is not None and all(
            word(one, python) == word(result.plain, python) for python in result.pythons
        )
        if style.verbose or not same:
            label = f"[{one.group.name}]" if one.group.sort is Sort.EXTRA else one.group.key
            yield f"  {plain(label)}", one


def _painted(word: str, width: int, style: Style) -> str:
    text = word.ljust(width)
    color = next((code for verdict, code in _COLORS.items() if verdict.value == word), None)
    return f"\033[{color}m{text}\033[0m" if style.color and color else text


def _blockers(results: Sequence[ProjectVerdicts], style: Style) -> Iterator[str]:
    """Each package with the Pythons on which it holds back the same projects in the same way."""
    merged: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Ranked]] = {}
    for row in ranked(results):
        reasons = tuple(reason.value for reason in row.reasons)
        merged.setdefault((row.package, reasons, row.projects), []).append(row)
    shown = list(merged.items()) if style.verbose else list(merged.items())[:_ROWS]
    for (package, reasons, projects), rows in shown:
        pythons = ", ".join(dict.fromkeys(str(python) for python in sorted(_pythons(rows))))
        held = count(len(projects), "project")
        yield (
            f"{package} on {pythons}: {', '.join(reasons)};"
            f" holds back {held} ({some(projects, verbose=style.verbose)})"
        )
        yield from _told(results, rows[0].held[0].blocker)
    if len(merged) > len(shown):
        yield f"and {len(merged) - len(shown)} more: see -v"


def _pythons(rows: Sequence[Ranked]) -> set[PythonVersion]:
    return {row.target.python for row in rows}


def _told(results: Sequence[ProjectVerdicts], blocker: Blocker) -> Iterator[str]:
    if len(blocker.chain) > 1:
        yield f"  through {' > '.join(plain(part) for part in blocker.chain)}"
    if blocker.own_cap is not None:
        lines = [line for result in results if result.plain for line in result.plain.question.lines]
        text, at = written(blocker.own_cap, lines)
        yield f"  relax {plain(text)}" + (f" ({at})" if at else "")
    dates = [
        f"{word} {_dated(dated)}"
        for word, dated in (("loads from", blocker.loads_from),
                            ("shown for it from", blocker.evidenced_from))
        if dated is not None
    ]  # fmt: skip
    if dates:
        yield f"  {', '.join(dates)}"
    elif blocker.told:
        yield f"  {plain(blocker.told)}"


def _dated(dated: Dated) -> str:
    return f"{dated.version} ({dated.date})" if dated.date else dated.version


def _unknown(results: Sequence[ProjectVerdicts]) -> Iterator[str]:
    """Each reason once, with whom and what it concerns."""
    found: dict[str, dict[str, list[str]]] = {}
    for result in results:
        for one in result.sets:
            name = result.member.project.name
            label = name if one.group.sort is Sort.RUN else f"{name} {one.group.key}"
            for target, judged in one.verdicts.items():
                if judged.verdict is Verdict.UNKNOWN:
                    where = found.setdefault(judged.reason or "no reason was given", {})
                    where.setdefault(label, []).append(str(target.python))
    for reason, where in found.items():
        labels = [f"{label} on {', '.join(pythons)}" for label, pythons in where.items()]
        yield f"{plain('; '.join(labels))}: {plain(reason)}"


def _flagged(results: Sequence[ProjectVerdicts], style: Style) -> Iterator[str]:
    """Picks that an audit speaks against, and where pip would do otherwise."""
    found: dict[str, list[str]] = {}
    for result in results:
        if result.plain is None:
            continue
        for target, judged in result.plain.verdicts.items():
            for text in _remarks(judged, style):
                place = f"{result.member.project.name} on {target.python}"
                found.setdefault(text, []).append(place)
    for text, places in found.items():
        yield f"{plain(text)}: {plain(some(places, verbose=style.verbose))}"


def _remarks(judged: Judged, style: Style) -> Iterator[str]:
    for pick in judged.picks:
        flags = [flag for flag in pick.flags if style.verbose or flag in _SAID]
        if flags:
            words = ", ".join(flag.value for flag in flags)
            yield f"{pick.package} {pick.version} is {words}" + (
                f" ({pick.note})" if pick.note else ""
            )
    yield from judged.disagreements


def _floors(results: Sequence[ProjectVerdicts]) -> Iterator[str]:
    for result in results:
        if result.advice is None:
            continue
        name = plain(result.member.project.name)
        lines = result.plain.question.lines if result.plain else ()
        for floor in result.advice.floors:
            before, after, at = rewritten(floor, lines)
            where = f" ({at})" if at else ""
            yield f"{name}{where}: {plain(before)} -> {plain(after)}: {plain(floor.why)}"
        for reason in result.advice.reasons:
            yield f"{name}: {plain(reason)}"


def _since(results: Sequence[ProjectVerdicts]) -> Iterator[str]:
    for result in results:
        for python, found in result.since.items():
            name, day = plain(result.member.project.name), found["day"] or "not known"
            yield f"{name} on {python}: {day} ({plain(found['told'] or '')})"


def _basis(results: Sequence[ProjectVerdicts], when: When) -> str:
    """The summary, and what it rests on."""
    judged = [one for result in results for each in result.sets for one in each.verdicts.values()]
    counts = ", ".join(f"{number} {word}" for word, number in counted(results).items() if number)
    resolvers = sorted({one.basis.resolver for one in judged if one.basis.resolver})
    dates = sorted(one.basis.index_date for one in judged if one.basis.index_date)
    rests = [" and ".join(resolvers)] if resolvers else []
    if dates:
        days = age(dates[0], when.today)
        rests.append(f"an index as of {dates[0][:16].replace('T', ' ')} UTC, {_days(days)}")
    undated = sorted({name for one in judged for name in one.basis.undated})
    if when.before is not None:
        rests.append(f"with what was published by {when.before}")
        if undated:
            rests.append(f"of which not all of {'; '.join(undated)} says when")
    text = f"{count(len(results), 'project')}: {counts or 'no verdict'}"
    return f"{text}; by {', '.join(rests)}" if rests else text


def _days(days: int | None) -> str:
    return "today's" if not days else f"{count(days, 'day')} old"


def _wrapped(text: str, style: Style, indent: int = 2) -> list[str]:
    inner = len(text) - len(text.lstrip())
    first = " " * (indent + inner)
    return textwrap.wrap(
        text.strip(), max(_LEAST, style.width), initial_indent=first,
        subsequent_indent=first + "    ", break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip

"""`pylife deps` as a document: schema `pylife/deps/1`."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pylife import __version__
from pylife.dependencies.records import Floor, Indexes, Judged, Verdict
from pylife.workflow.dependencies.inputs.records import Line, Sort
from pylife.workflow.dependencies.plain import (
    blocker_document,
    dated_document,
    floor_document,
    judged_document,
)
from pylife.workflow.dependencies.ranking import Ranked, ranked
from pylife.workflow.dependencies.results import FEW, ProjectVerdicts, SetVerdicts, declares

SCHEMA = "pylife/deps/1"
_WORST = (Verdict.BLOCKED, Verdict.UNKNOWN, Verdict.SDIST_ONLY, Verdict.INSTALLS)


class When(NamedTuple):
    """The day that is judged by, the day of the past that was asked for, and the present one."""

    as_of: dt.date
    before: dt.date | None
    today: dt.date


def document(results: Sequence[ProjectVerdicts], when: When) -> dict[str, Any]:
    """All verdicts; the plain sets under `pythons`, extras and other sets beside them."""
    return {
        "schema": SCHEMA,
        "tool": f"pylife {__version__}",
        "as_of": when.as_of.isoformat(),
        "projects": [_project(result, when) for result in results],
        "blockers": [_ranked(row) for row in ranked(results)],
        "summary": {
            "projects": len(results),
            "verdicts": {verdict.value: count for verdict, count in counted(results).items()},
        },
    }


def written_out(found: dict[str, Any]) -> str:
    """The document as text: of many projects, each is one line, which is written much faster."""
    projects = found["projects"]
    if len(projects) <= FEW:
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in projects)
    rest = json.dumps({**found, "projects": []}, ensure_ascii=False)
    head, _, tail = rest.partition('"projects": []')
    return f'{head}"projects": [\n{lines}\n]{tail}\n'


def counted(results: Iterable[ProjectVerdicts]) -> dict[Verdict, int]:
    """How many (project, Python) of the plain sets have each verdict."""
    counts = Counter(
        worst([judged for _, judged in result.plain.on(python)]).verdict
        for result in results
        if result.plain is not None
        for python in result.pythons
    )
    return {verdict: counts[verdict] for verdict in Verdict}


def worst(judged: Sequence[Judged]) -> Judged:
    """Of several platforms the verdict that counts: the first of the worst."""
    return min(judged, key=lambda item: _WORST.index(item.verdict))


def nothing_said(result: ProjectVerdicts) -> str | None:
    """Why a project that is there has no plain set."""
    if result.error is not None or result.plain is not None:
        return None
    return "it says nowhere what it requires"


def _project(result: ProjectVerdicts, when: When) -> dict[str, Any]:
    project = result.member.project
    plain = result.plain
    return {
        "name": project.name,
        "path": project.path,
        "error": result.error,
        "reason": nothing_said(result),
        "pythons": {} if plain is None else _pythons(plain, result, when),
        **_elsewhere(result, when),
        "extras": {
            one.group.name: _pythons(one, result, when)
            for one in result.sets
            if one.group.sort is Sort.EXTRA
        },
        "sets": {
            one.group.key: _pythons(one, result, when)
            for one in result.sets
            if one.group.sort in {Sort.GROUP, Sort.FILE}
        },
        "floors": None if result.advice is None else list(_floors(result)),
        "floors_basis": None
        if result.advice is None
        else {
            "verified": result.advice.verified,
            "reasons": list(result.advice.reasons),
            "left": list(result.advice.left),
            "caps": list(result.advice.caps),
        },
        "since": {str(python): dict(found) for python, found in result.since.items()},
        "indexes": None if plain is None else _indexes(plain.question.demand.indexes),
        "assumed": [{"package": name, "version": version} for name, version in result.assumed],
    }


def _elsewhere(result: ProjectVerdicts, when: When) -> dict[str, Any]:
    """`platforms`: the plain set on further ones; not there where only some were asked for."""
    found = result.plain.elsewhere() if result.plain is not None else {}
    said = {name: _pythons(one, result, when) for name, one in found.items()}
    return {"platforms": said} if said else {}


def _floors(result: ProjectVerdicts) -> Iterator[dict[str, Any]]:
    """The floors to be raised, each with its requirement as it is written, and where."""
    lines = result.plain.question.lines if result.plain is not None else ()
    for floor in result.advice.floors if result.advice is not None else ():
        before, after, at = rewritten(floor, lines)
        yield {**floor_document(floor), "from": before, "to": after, "at": at}


def _pythons(one: SetVerdicts, result: ProjectVerdicts, when: When) -> dict[str, dict[str, Any]]:
    found = {}
    for python in result.pythons:
        by_platform = one.on(python)
        if by_platform:
            found[str(python)] = {
                **_several(by_platform, one.question.lines, when),
                "declared": declares(result, python),
            }
    return found


def _several(
    by_platform: Sequence[tuple[str, Judged]], lines: Sequence[Line], when: When
) -> dict[str, Any]:
    """The verdict that counts, and those of the platforms."""
    counting = worst([judged for _, judged in by_platform])
    platform = next(name for name, judged in by_platform if judged is counting)
    return {
        **_judged(counting, lines, when),
        "platform": platform,
        "platforms": {
            name: _judged(judged, lines, when)
            for name, judged in by_platform
            if len(by_platform) > 1
        },
    }


def _judged(judged: Judged, lines: Sequence[Line], when: When) -> dict[str, Any]:
    found = judged_document(judged)
    found["basis"]["age"] = age(judged.basis.index_date, when.today)
    found["blockers"] = []
    for blocker in judged.blockers:
        cap, at = written(blocker.own_cap, lines) if blocker.own_cap is not None else (None, None)
        found["blockers"].append({**blocker_document(blocker), "own_cap": cap, "own_cap_at": at})
    return found


def age(index_date: str | None, today: dt.date) -> int | None:
    """How many days old the oldest page is; None where none was used."""
    if index_date is None:
        return None
    return max(0, (today - dt.datetime.fromisoformat(index_date).date()).days)


def written(text: str, lines: Iterable[Line]) -> tuple[str, str | None]:
    """A requirement as it is written, and where: `pyproject.toml:12`."""
    for line in lines:
        if line.text == text:
            return line.raw, line.file if line.line is None else f"{line.file}:{line.line}"
    return text, None


def _indexes(indexes: Indexes) -> dict[str, Any]:
    """Where packages come from, without credentials."""
    return {
        "told_by": indexes.told_by or None,
        "strategy": indexes.strategy.value,
        "urls": [without_credentials(one.url) for one in indexes.indexes],
        "find_links": [without_credentials(url) for url in indexes.find_links],
    }


def without_credentials(url: str) -> str:
    """An address without user and password."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else url


def _ranked(row: Ranked) -> dict[str, Any]:
    return {
        "package": row.package,
        "python": str(row.target.python),
        "platform": row.target.platform,
        "reasons": [reason.value for reason in row.reasons],
        "projects": list(row.projects),
        "loads_from": dated_document(row.cleared),
        "evidenced_from": dated_document(row.evidenced),
    }


def rewritten(floor: Floor, lines: Iterable[Line]) -> tuple[str, str, str | None]:
    """A requirement as it is written, the same text with the floor raised, and where it is."""
    from pylife.dependencies.reasons.wanted import carried

    before, at = written(floor.from_, lines)
    return before, carried(before, floor.from_, floor.to, floor.marker), at

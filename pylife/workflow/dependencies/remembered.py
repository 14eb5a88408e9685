"""What a run said of projects, as it is kept for `pylife check` and published in facts."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pylife.dependencies.records import Blocker, Dated, Flag, Judged, Verdict
from pylife.workflow.dependencies.asking import Question
from pylife.workflow.dependencies.document import worst, written
from pylife.workflow.dependencies.inputs.lines import parts
from pylife.workflow.dependencies.inputs.records import Line
from pylife.workflow.dependencies.recall import place
from pylife.workflow.dependencies.results import ProjectVerdicts

_NOTABLE = frozenset(
    {Flag.ANCIENT, Flag.YANKED, Flag.PRERELEASE, Flag.UPPER_BOUND, Flag.SDIST_ONLY}
)


def remembered(
    results: Iterable[ProjectVerdicts], state: Path, now: dt.datetime
) -> dict[str, dict[str, Any]]:
    """What is kept of each project that has a plain set, by its folder's path from `state`."""
    return {
        place(result.member, state): document
        for result in results
        if (document := remembered_document(result, now)) is not None
    }


def remembered_document(result: ProjectVerdicts, now: dt.datetime) -> dict[str, Any] | None:
    """What is kept of a project: of its plain set, on each Python the verdict that counts."""
    plain = result.plain
    if plain is None or not plain.verdicts:
        return None
    dates = [one.basis.index_date for one in plain.verdicts.values() if one.basis.index_date]
    resolvers = sorted({one.basis.resolver for one in plain.verdicts.values()})
    pythons = {}
    for python in result.pythons:
        by_platform = plain.on(python)
        if by_platform:
            counting = worst([judged for _, judged in by_platform])
            platform = next(name for name, judged in by_platform if judged is counting)
            pythons[str(python)] = {
                **_verdict(counting, platform, plain.question.lines),
                "sets": _sets(by_platform, plain.question),
            }
    return {
        "name": result.member.project.name,
        "requires": result.requires,
        "made": now.date().isoformat(),
        "index_date": min(dates, default=None),
        "resolver": " and ".join(resolvers),
        "pythons": pythons,
    }


def _sets(
    by_platform: Iterable[tuple[str, Judged]], question: Question
) -> dict[str, dict[str, str]]:
    """By platform what was chosen, of whatever installs, without the fleet's own libraries."""
    own = {one.name for one in question.libraries}
    return {
        name: {pick.package: pick.version for pick in judged.picks if pick.package not in own}
        for name, judged in by_platform
        if judged.verdict in {Verdict.INSTALLS, Verdict.SDIST_ONLY}
    }


def _verdict(judged: Judged, platform: str, lines: tuple[Line, ...]) -> dict[str, Any]:
    return {
        "verdict": judged.verdict.value,
        "reason": judged.reason,
        "platform": platform,
        "blockers": [_blocker(blocker, lines) for blocker in judged.blockers],
        "picks": [
            {
                "package": pick.package,
                "version": pick.version,
                "flags": [flag.value for flag in pick.flags],
                "note": pick.note,
            }
            for pick in judged.picks
            if _NOTABLE & set(pick.flags)
        ],
        "disagreements": list(judged.disagreements),
    }


def _blocker(blocker: Blocker, lines: tuple[Line, ...]) -> dict[str, Any]:
    at = _line(blocker, lines)
    return {
        "package": blocker.package,
        "chain": list(blocker.chain),
        "reason": blocker.reason.value,
        "own_cap": None if blocker.own_cap is None else written(blocker.own_cap, lines)[0],
        "loads_from": _dated(blocker.loads_from),
        "evidenced_from": _dated(blocker.evidenced_from),
        "file": at.file if at is not None else None,
        "line": at.line if at is not None else None,
    }


def _line(blocker: Blocker, lines: tuple[Line, ...]) -> Line | None:
    """The project's own requirement that leads to the blocker."""
    for line in lines:
        if line.text == blocker.own_cap:
            return line
    first = blocker.chain[0] if blocker.chain else blocker.package
    for line in lines:
        found = parts(line.text)
        if found is not None and found.name == first:
            return line
    return None


def _dated(dated: Dated | None) -> str | None:
    if dated is None:
        return None
    return f"{dated.version} ({dated.date})" if dated.date else dated.version

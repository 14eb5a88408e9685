"""The baseline: how many findings of each rule each project had, a number that only shrinks."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pylife.errors import ConfigError
from pylife.formats import CheckReport
from pylife.model import Finding, Suppression, SuppressionKind
from pylife.syntax.edits import replace_file

SCHEMA = "pylife/baseline/1"

Counts = Mapping[str, Mapping[str, int]]
"""Findings by project, then by rule."""


class Held(NamedTuple):
    """A report with what the baseline takes away.

    `grown` are the (project, code, allowed, found) that have more than the baseline
    allows: all of them count. `shrunk` are those that have fewer: the baseline can be
    written anew.
    """

    report: CheckReport
    grown: tuple[tuple[str, str, int, int], ...] = ()
    shrunk: tuple[tuple[str, str, int, int], ...] = ()


def counts(report: CheckReport) -> dict[str, dict[str, int]]:
    """How many findings count today, by project and rule."""
    found: dict[str, Counter[str]] = {}
    for item in report.counted:
        found.setdefault(item.project, Counter())[item.code] += 1
    return {project: dict(sorted(codes.items())) for project, codes in sorted(found.items())}


def read(path: Path) -> Counts | None:
    """The baseline of the file `path`; None where there is no such file.

    Raises ConfigError for a file that is no baseline.
    """
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"the baseline cannot be read: {error}", path=str(path)) from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ConfigError(
            "is no baseline of pylife",
            path=str(path),
            help=f"its schema must be {SCHEMA!r}; --write-baseline makes one",
        )
    projects = document.get("projects")
    if not isinstance(projects, dict) or not all(map(_is_counts, projects.values())):
        raise ConfigError(
            "the baseline's projects are not numbers of findings by rule",
            path=str(path),
            help='write {"projects": {"name": {"RNG002": 1}}}, or make it with --write-baseline',
        )
    return projects


def hold(report: CheckReport, allowed: Counts) -> Held:
    """Suppress what `allowed` covers: the findings of a rule in a project, all or none.

    Which of three findings is the new one cannot be told from a number, so that where
    there are more than allowed, all of them count.
    """
    found = counts(report)
    asked = _asked(report)
    covered, grown, shrunk = set(), [], []
    for project in sorted({*found, *allowed}):
        for code in sorted({*found.get(project, {}), *allowed.get(project, {})}):
            have = found.get(project, {}).get(code, 0)
            may = allowed.get(project, {}).get(code, 0)
            if 0 < have <= may:
                covered.add((project, code))
            if 0 < may < have:
                grown.append((project, code, may, have))
            if have < may and _looked_at(report, asked, project, code):
                shrunk.append((project, code, may, have))
    reason = "it was there when the baseline was written"
    suppression = Suppression(SuppressionKind.BASELINE, reason)

    def suppressed(item: Finding) -> Finding:
        counts_today = not item.suppressed and not item.upcoming
        if counts_today and (item.project, item.code) in covered:
            return item._replace(suppressed=suppression)
        return item

    return Held(
        report._replace(findings=tuple(map(suppressed, report.findings))),
        tuple(grown),
        tuple(shrunk),
    )


def written(report: CheckReport, before: Counts | None) -> dict[str, dict[str, int]]:
    """What the baseline becomes: today's counts, but nowhere more than `before` allowed.

    `report` is one on which no baseline was held. A project or a rule that `before` does
    not have is not added: a baseline may only shrink. What was not looked at this time (a
    project that is not in the report or could not be read in full, a rule that was not
    asked for) stays as it was.
    """
    found = counts(report)
    if before is None:
        return found
    asked = _asked(report)
    smaller = {
        project: {
            code: min(allowed, found.get(project, {}).get(code, 0))
            if _looked_at(report, asked, project, code)
            else allowed
            for code, allowed in codes.items()
        }
        for project, codes in before.items()
    }
    positive = {
        project: {code: number for code, number in sorted(codes.items()) if number}
        for project, codes in sorted(smaller.items())
    }
    return {project: codes for project, codes in positive.items() if codes}


def _asked(report: CheckReport) -> dict[str, tuple[str, ...]]:
    """The rules that were asked of each project that was read in full."""
    return {row.project.name: row.asked for row in report.rows if row.status == "checked"}


def _looked_at(
    report: CheckReport, asked: Mapping[str, tuple[str, ...]], project: str, code: str
) -> bool:
    return project == report.fleet or code in asked.get(project, ())


def write(path: Path, baseline: Counts) -> None:
    """Replace the file `path`, atomically; raises ConfigError where that cannot be done."""
    document = {"schema": SCHEMA, "projects": baseline}
    try:
        replace_file(path, (json.dumps(document, indent=2, sort_keys=True) + "\n").encode())
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", path=str(path)) from None


def _is_counts(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(number, int) and not isinstance(number, bool) and number >= 0
        for number in value.values()
    )

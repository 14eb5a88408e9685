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
    except (OSError, ValueError) as error:
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
    covered, grown, shrunk = set(), [], []
    for project in sorted({*found, *allowed}):
        for code in sorted({*found.get(project, {}), *allowed.get(project, {})}):
            have = found.get(project, {}).get(code, 0)
            may = allowed.get(project, {}).get(code, 0)
            if 0 < have <= may:
                covered.add((project, code))
            if 0 < may < have:
                grown.append((project, code, may, have))
            if have < may:
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
    not have is not added: a baseline may only shrink.
    """
    found = counts(report)
    if before is None:
        return found
    smaller = {
        project: {
            code: min(number, before.get(project, {}).get(code, 0))
            for code, number in codes.items()
            if before.get(project, {}).get(code, 0)
        }
        for project, codes in found.items()
    }
    return {project: codes for project, codes in smaller.items() if codes}


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

"""`pylife check` as one step: what counts, what is waived or was there before, what comes."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pylife.errors import UsageError
from pylife.fleet.load import CONFIG
from pylife.fleet.settings import Settings
from pylife.formats import CheckReport
from pylife.model import Finding, Severity
from pylife.workflow.records import Scan
from pylife.workflow.report import settle
from pylife.workflow.waivers import Waivers

BASELINE = "pylife-baseline.json"


class Asked(NamedTuple):
    """What the command line asks for; None where it leaves that to pylife.toml."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    until: dt.date | None = None
    """Up to which day upcoming findings are looked for."""
    baseline: Path | None = None
    writing: bool = False


class Checked(NamedTuple):
    """A report, and what follows from it.

    `failing` are the findings at or above what the run was to fail on. `incomplete` says that
    a project could not be checked and nobody has waived that. `notes` are for people.
    """

    report: CheckReport
    failing: tuple[Finding, ...]
    incomplete: bool
    notes: tuple[str, ...] = ()


def check(scan: Scan, asked: Asked) -> Checked:
    """Everything of a check but reading, fixing and printing.

    Writes the baseline where that was asked for. Raises ConfigError for a baseline that is
    none, UsageError for settings that contradict each other.
    """
    settings = _settings(scan)
    fail_on = asked.fail_on or settings.fail_on or Severity.ERROR.value
    found, waivers = settle(scan, select=asked.select, ignore=asked.ignore)
    notes: list[str] = []
    path = _baseline_path(scan, asked, settings)
    if path is not None:
        found = _held(found, path, asked, notes)
    if asked.until is not None:
        from pylife.workflow.horizon import upcoming

        at_least = Severity.ERROR if fail_on == "never" else Severity(fail_on)
        coming = upcoming(
            scan, found, asked.until, at_least=at_least, select=asked.select, ignore=asked.ignore
        )
        found = found._replace(findings=(*found.findings, *coming), horizon=asked.until.isoformat())
    notes += _above(scan)
    return Checked(
        report=found,
        failing=tuple(_failing(found, fail_on)),
        incomplete=_incomplete(scan, waivers),
        notes=tuple(notes),
    )


def _above(scan: Scan) -> Iterator[str]:
    """That a folder above, in the same repository, says how what is here is to be judged."""
    for config in scan.fleet.configs:
        if config.document is not None or scan.facts_of is not None:
            continue
        for folder in (root := config.root.resolve(), *root.parents):
            if folder != root and (folder / CONFIG).is_file():
                above = os.path.relpath(folder)
                yield (
                    f"note: {above}/{CONFIG} says by which policy a fleet is judged; it was not"
                    f" used for {config.root}: check {above}"
                )
                break
            if (folder / ".git").exists():
                break


def _failing(found: CheckReport, fail_on: str) -> Iterator[Finding]:
    if fail_on != "never":
        limit = Severity(fail_on).rank
        yield from (item for item in found.counted if item.severity.rank >= limit)


def _incomplete(scan: Scan, waivers: Waivers) -> bool:
    """Whether a project could not be had, or not be read in full, and nobody has waived that."""
    return any(
        read.status in {"error", "incomplete"} and not waivers.project(read) for read in scan.reads
    )


def _held(found: CheckReport, path: Path, asked: Asked, notes: list[str]) -> CheckReport:
    """The report with the baseline of `path` held on it, written first if that was asked for."""
    from pylife.workflow import baseline

    allowed = baseline.read(path)
    if asked.writing:
        smaller = baseline.written(found, allowed)
        if smaller != allowed:
            baseline.write(path, smaller)
        total = sum(sum(codes.values()) for codes in smaller.values())
        what = "findings" if total != 1 else "finding"
        notes.append(f"the baseline {path} holds {total} {what}")
        allowed = smaller
    if allowed is None:
        raise UsageError(f"there is no baseline {path}", help="--write-baseline makes one")
    held = baseline.hold(found, allowed)
    notes += [
        f"{project}: {code} has grown from {may} to {have}; all of them count"
        for project, code, may, have in held.grown
    ]
    if held.shrunk and not asked.writing:
        notes.append(
            f"the baseline {path} allows more than there is: --write-baseline makes it smaller"
        )
    return held.report


def _baseline_path(scan: Scan, asked: Asked, settings: Settings) -> Path | None:
    if asked.baseline is not None:
        return asked.baseline
    root = scan.fleet.configs[0].root if scan.fleet.configs else Path()
    if settings.baseline is not None:
        return root / settings.baseline
    return root / BASELINE if asked.writing else None


def _settings(scan: Scan) -> Settings:
    """What pylife.toml says of the whole run; several folders must not contradict each other."""
    found = [config.settings for config in scan.fleet.configs] or [Settings()]
    for name in ("fail_on", "baseline"):
        said = {getattr(settings, name) for settings in found}
        if len(said) > 1:
            option = name.replace("_", "-")
            raise UsageError(
                f"the folders' pylife.toml differ in check.{option}",
                help=f"give --{option}, or check them one by one",
            )
    return found[0]

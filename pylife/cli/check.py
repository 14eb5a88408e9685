"""`pylife check`: judge the Python declarations of repositories."""

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pylife.cli import EXIT_CODES, options, scanning
from pylife.errors import ExitCode, UsageError, combine
from pylife.fleet import Fleet
from pylife.formats import FORMATS, CheckReport, renderer
from pylife.model import Severity
from pylife.rules import RULES
from pylife.source.facts import SourceFacts
from pylife.workflow import read
from pylife.workflow.check import Asked, Checked, check
from pylife.workflow.configured import is_code, near
from pylife.workflow.facts import Facts
from pylife.workflow.report import with_lines

if TYPE_CHECKING:
    from pylife.dependencies.stored import Stored

_WITH_LINES = frozenset({"text", "sarif", "github"})
_IN_REPOSITORY = frozenset({"sarif", "github", "gitlab"})
_FAIL_ON = [*(severity.value for severity in Severity), "never"]


@click.command("check", epilog=EXIT_CODES)
@options.paths()
@options.as_of()
@options.policy()
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@click.option("--select", metavar="CODES", default="", help="Only these rules, such as RNG,RUN201.")
@click.option("--ignore", metavar="CODES", default="", help="Not these rules.")
@click.option(
    "--fail-on", type=click.Choice(_FAIL_ON), default=None,
    help="Exit 1 from this severity on (default: error).",
)  # fmt: skip
@click.option(
    "--horizon", metavar="DURATION", default=None,
    help="Also say what will fail in that time, such as P6M; it does not change the exit code.",
)  # fmt: skip
@click.option(
    "--baseline", type=click.Path(path_type=Path), metavar="FILE", default=None,
    help="Findings that this file counts do not count.",
)  # fmt: skip
@click.option(
    "--write-baseline", "writing", is_flag=True,
    help="Write the baseline (pylife-baseline.json unless given); one that is there only shrinks.",
)  # fmt: skip
@click.option(
    "--facts", metavar="FILE|URL", default=None,
    help="What `pylife nightly` has published of the whole fleet; a URL uses the network.",
)  # fmt: skip
@click.option(
    "--source/--no-source", "sourcing", default=True,
    help="Judge the source code too (default), or the declarations alone.",
)  # fmt: skip
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--fix", "fixing", is_flag=True, help="Edit the files so that findings pass.")
@click.option(
    "--unsafe-fixes", "unsafe", is_flag=True,
    help="With --fix or --diff: also what only a test run can prove, such as removing a cap.",
)  # fmt: skip
@options.state()
@options.common()
def command(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, format_name: str,
    output: Path | None, select: str, ignore: str, fail_on: str | None, horizon: str | None,
    baseline: Path | None, writing: bool, facts: str | None, sourcing: bool, diff: bool,
    fixing: bool, unsafe: bool, state_path: Path | None, quiet: bool, verbose: bool, color: str,
    offline: bool,
) -> int:  # fmt: skip
    """Judge the Python declarations of the projects at PATH against their policy.

    Reads only; executes nothing of what it reads, and needs no network unless --facts is
    a URL. With --fix, the exit code speaks of what is left. A format other than text does
    not change the exit code.
    """
    started = time.perf_counter()
    if diff and (fixing or writing or format_name != "text"):
        raise UsageError("--diff prints a diff and changes nothing: it goes alone")
    if unsafe and not (diff or fixing):
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    roots = options.roots(paths)
    asked = Asked(
        select=codes(select),
        ignore=codes(ignore),
        fail_on=fail_on,
        until=options.horizon(horizon, as_of) if horizon else None,
        baseline=baseline,
        writing=writing,
    )
    state = options.state_of(roots, state_path)

    def look() -> read.Scan:
        with scanning.shown(quiet=quiet, color=color) as progress:
            return read.scan(
                roots,
                as_of=as_of,
                policy_name=policy_name,
                cache=state / "repositories",
                facts=facts,
                offline=offline,
                source=_source(state, progress) if sourcing else None,
                dependencies=lambda fleet, published: _verdicts(state, fleet, published),
            )

    scan = look()
    if diff or fixing:
        files = _fix(scan, asked, output, unsafe=unsafe, diff=diff)
        if fixing:
            scan = look()
            if not quiet:
                for file in files:
                    click.echo(f"edited {file}", err=True)
                click.echo(f"edited {len(files)} file{'' if len(files) == 1 else 's'}", err=True)
    checked = check(scan, asked)
    if not diff:
        seconds = time.perf_counter() - started
        found = checked.report
        if format_name in _WITH_LINES and not quiet:
            found = with_lines(scan, found)
        _print(found, roots, format_name, output, quiet=quiet, verbose=verbose, color=color,
               seconds=seconds)  # fmt: skip
    if not quiet:
        for note in checked.notes:
            click.echo(note, err=True)
    return exit_code(checked)


def _source(
    state: Path, progress: Callable[[int, int], None] | None
) -> Callable[[Fleet], Mapping[str, SourceFacts]]:
    from pylife.workflow.source_facts import Look  # --no-source needs none of it

    return Look(state, progress=progress).of


def _verdicts(state: Path, fleet: Fleet, published: Facts | None) -> "Mapping[str, Stored]":
    """What `pylife deps` last said of the fleet's dependencies: here, or in the facts."""
    told = published.dependencies if published is not None else {}
    if not told and not (state / "dependencies" / "verdicts.sqlite").is_file():
        return {}
    from pylife.workflow.dependencies.recall import Recall

    return Recall(state, os.environ, told).of(fleet)


def _fix(
    scan: read.Scan, asked: Asked, output: Path | None, *, unsafe: bool, diff: bool
) -> list[str]:
    """Make the fixes, or print them; returns the paths of the files."""
    from pylife.workflow import fix

    files = fix.fixes(scan, fix.Wanted(asked.select, asked.ignore, unsafe))
    if diff:
        options.write(fix.diff(files), output)
    else:
        fix.write(files)
    return [file.shown for file in files]


def _print(
    report: CheckReport, roots: list[Path], format_name: str, output: Path | None, *,
    quiet: bool, verbose: bool, color: str, seconds: float,
) -> None:  # fmt: skip
    shown = report._replace(
        color=output is None and options.colored(color),
        verbose=verbose,
        quiet=quiet,
        width=options.width(),
        rules=tuple(RULES.values()),
        prefix=options.repository_prefix(roots) if format_name in _IN_REPOSITORY else "",
        # What a program reads is the same bytes each time; people want to know how long.
        seconds=seconds if output is None and options.is_terminal() else None,
    )
    options.write(renderer(format_name)(shown), output)
    if format_name == "github":
        options.job_summary(shown)


def exit_code(checked: Checked) -> ExitCode:
    """What the outcome means for the process."""
    report = checked.report
    statuses = report.statuses
    codes = {ExitCode.OK}
    looked_at = any(row.declarations for row in report.rows) or bool(report.findings)
    if not statuses["checked"] + statuses["incomplete"] or not looked_at:
        codes.add(ExitCode.NOTHING)
    if checked.incomplete:
        codes.add(ExitCode.INCOMPLETE)
    if checked.failing:
        codes.add(ExitCode.FINDINGS)
    return combine(codes)


def codes(text: str) -> tuple[str, ...]:
    """Read `--select` and `--ignore`; raises UsageError for what no rule begins with."""
    found = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    for code in found:
        if not is_code(code):
            raise UsageError(f"no rule begins with {code!r}", help=near(code))
    return found

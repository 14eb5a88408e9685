"""`pylife check`: judge the Python declarations of repositories."""

import datetime as dt
import time
from pathlib import Path

import click

from pylife.cli import options
from pylife.errors import ExitCode, UsageError, combine
from pylife.formats import FORMATS, CheckReport, renderer
from pylife.model import Severity
from pylife.rules import RULES
from pylife.workflow import read


@click.command("check")
@options.paths()
@options.as_of()
@options.policy()
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@click.option("--select", metavar="CODES", default="", help="Only these rules, such as RNG,RUN201.")
@click.option("--ignore", metavar="CODES", default="", help="Not these rules.")
@click.option(
    "--fail-on", type=click.Choice([*(s.value for s in Severity), "never"]), default="error",
    help="Exit 1 from this severity on (default: error).",
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
    output: Path | None, select: str, ignore: str, fail_on: str, diff: bool, fixing: bool,
    unsafe: bool, state_path: Path | None, quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Judge the Python declarations of the projects at PATH against their policy.

    Reads only; executes nothing of what it reads, and needs no network. With
    --fix, the exit code speaks of what is left.
    """
    started = time.perf_counter()
    if diff and (fixing or format_name != "text"):
        raise UsageError("--diff prints a diff and changes nothing: it goes alone")
    if unsafe and not (diff or fixing):
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    chosen, ignored = _codes(select), _codes(ignore)

    roots = options.roots(paths)
    cache = options.state_of(roots, state_path) / "repositories"

    def look() -> read.Scan:
        return read.scan(roots, as_of=as_of, policy_name=policy_name, cache=cache)

    scan = look()
    if diff or fixing:
        from pylife.workflow import fix

        files = fix.fixes(scan, fix.Wanted(chosen, ignored, unsafe))
        if diff:
            options.write(fix.diff(files), output)
        else:
            fix.write(files)
            scan = look()
            if not quiet:
                for file in files:
                    click.echo(f"edited {file.shown}", err=True)
                click.echo(f"edited {len(files)} file{'' if len(files) == 1 else 's'}", err=True)
    report = read.report(scan, select=chosen, ignore=ignored)
    if not diff:
        shown = report._replace(color=output is None and options.colored(color), verbose=verbose)
        options.write(renderer(format_name)(shown), output)
    if format_name == "text" and not quiet and not diff:
        click.echo(f"{time.perf_counter() - started:.2f} s", err=True)
    return exit_code(report, fail_on)


def exit_code(report: CheckReport, fail_on: str) -> ExitCode:
    """What the report means for the process."""
    statuses = report.statuses
    codes = {ExitCode.OK}
    if not statuses["checked"] + statuses["incomplete"]:
        codes.add(ExitCode.INCOMPLETE if statuses["error"] else ExitCode.NOTHING)
    if statuses["incomplete"] or statuses["error"]:
        codes.add(ExitCode.INCOMPLETE)
    if fail_on != "never" and any(
        item.severity.rank >= Severity(fail_on).rank and not item.suppressed
        for item in report.findings
    ):
        codes.add(ExitCode.FINDINGS)
    return combine(codes)


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
    known = list(RULES)
    for code in codes:
        if not any(rule.startswith(code) for rule in known):
            raise UsageError(f"no rule begins with {code!r}", help="rules: " + ", ".join(known))
    return codes

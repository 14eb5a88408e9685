"""`pylife deps`: whether dependencies install on each Python, and if not, who blocks it."""

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import click

from pylife.cli import EXIT_CODES, options, scanning
from pylife.dependencies.records import Verdict
from pylife.errors import ExitCode, UsageError, combine
from pylife.model import PythonVersion
from pylife.workflow.dependencies.inputs.records import Sort
from pylife.workflow.dependencies.results import (
    DEFAULT_SORTS,
    FEW,
    Asked,
    ProjectVerdicts,
)
from pylife.workflow.dependencies.session import Wish, verdicts

_WIDTH = 100
_SORTS = [sort.value for sort in Sort]


def _pythons(
    _context: click.Context, _parameter: click.Parameter, value: Sequence[str]
) -> tuple[PythonVersion, ...]:
    """`--python`, given several times or with commas."""
    try:
        found = {PythonVersion.parse(word.strip()) for one in value for word in one.split(",")}
    except ValueError as error:
        raise UsageError(f"--python: {error}") from None
    return tuple(sorted(found))


def _sorts(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> frozenset[Sort]:
    if value is None:
        return DEFAULT_SORTS
    words = [word.strip() for word in value.split(",")]
    odd = next((word for word in words if word not in _SORTS), None)
    if odd is not None:
        raise UsageError(f"--sets: {odd!r} is none", help=f"give some of {', '.join(_SORTS)}")
    return frozenset(map(Sort, words))


@click.command("deps", epilog=EXIT_CODES)
@options.paths()
@click.option(
    "--requirement", "-r", "requirements", multiple=True, metavar="FILE",
    type=click.Path(path_type=Path), help="Judge this requirements file, without a project.",
)  # fmt: skip
@click.option(
    "--python", "pythons", multiple=True, metavar="X.Y", callback=_pythons,
    help="Judge this Python (default: the policy's window and the next one).",
)  # fmt: skip
@click.option(
    "--platform", "platforms", multiple=True, metavar="PLATFORM",
    help="Judge this platform, such as linux-aarch64 (default: the policy's).",
)  # fmt: skip
@click.option(
    "--extra", "extras", multiple=True, metavar="NAME", help="Of the extras, only this one."
)
@click.option(
    "--sets", "sorts", metavar="SORTS", callback=_sorts,
    help="Which sets of requirements: run, extra, group, file (default: run,extra).",
)  # fmt: skip
@options.as_of()
@options.policy()
@click.option(
    "--floors/--no-floors", default=None,
    help="Tell which floors to raise so that it works on all supported Pythons"
    f" (default: for up to {FEW} projects).",
)  # fmt: skip
@click.option("--since", is_flag=True, help="Tell since which day it has been installable.")
@click.option(
    "--planned", is_flag=True,
    help="Take the fleet's own libraries with the range that their policy asks for.",
)  # fmt: skip
@click.option(
    "--build/--no-build", default=True,
    help="Build source distributions where only that tells what they require (default).",
)  # fmt: skip
@click.option("--refresh", is_flag=True, help="Ask the indexes anew, whatever is kept of them.")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Resolutions at a time.")
@options.state()
@options.common()
def command(
    *, paths: tuple[Path, ...], requirements: tuple[Path, ...],
    pythons: tuple[PythonVersion, ...], platforms: tuple[str, ...], extras: tuple[str, ...],
    sorts: frozenset[Sort], as_of: dt.date, policy_name: str | None, floors: bool | None,
    since: bool, planned: bool, build: bool, refresh: bool, format_name: str, output: Path | None,
    jobs: int | None, state_path: Path | None, quiet: bool, verbose: bool, color: str,
    offline: bool,
) -> int:  # fmt: skip
    """Tell whether the dependencies at PATH install on each Python, and if not, who blocks it.

    A verdict is by an audited resolution with wheels alone; projects are read, never run.
    Asks the package indexes that uv or pip is configured with; with --offline, what is kept of
    them. It reports, and fails only where something could not be judged.
    """
    if refresh and offline:
        raise UsageError("--refresh needs the network", help="leave out --offline")
    roots = options.roots(paths) if paths or not requirements else []
    now = dt.datetime.now(tz=dt.UTC)
    before = as_of if as_of < now.date() else None
    with (
        options.interruptible(),
        scanning.shown(quiet=quiet, color=color, what="Judging dependencies") as progress,
    ):
        results = verdicts(
            Wish(
                roots=roots,
                requirements=requirements,
                state=_state(roots, state_path),
                as_of=as_of,
                now=now,
                asked=Asked(
                    pythons=pythons,
                    platforms=tuple(dict.fromkeys(platforms)),
                    sorts=sorts | {Sort.EXTRA} if extras else sorts,
                    extras=extras,
                    before=before,
                    floors=floors,
                    since=since,
                    planned=planned,
                ),
                environment=dict(os.environ),
                policy_name=policy_name,
                offline=offline,
                refresh=refresh,
                build=build,
                jobs=jobs or 2 * (os.cpu_count() or 1),
                progress=progress,
                remember=not (pythons or platforms or planned),
            )
        )
    from pylife.workflow.dependencies.document import When

    when = When(as_of, before, now.date())
    if format_name == "json":
        from pylife.workflow.dependencies.document import document, written_out

        text = written_out(document(results, when))
    else:
        from pylife.cli.deps_text import Style, render

        painted = output is None and options.colored(color)
        width = options.width() if options.is_terminal() else _WIDTH
        text = render(results, when, Style(width, painted, verbose, quiet))
    options.write(text, output)
    return exit_code(results)


def _state(roots: Sequence[Path], state_path: Path | None) -> Path:
    """The state folder; of files alone, one of this user."""
    if state_path is not None or roots:
        return options.state_of(roots, state_path)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "pylife"


def exit_code(results: Sequence[ProjectVerdicts]) -> ExitCode:
    """What the verdicts mean for the process: that something blocks is a result like others."""
    judged = [one for result in results for each in result.sets for one in each.verdicts.values()]
    codes = {ExitCode.OK if judged else ExitCode.NOTHING}
    if any(one.verdict is Verdict.UNKNOWN for one in judged) or any(one.error for one in results):
        codes.add(ExitCode.INCOMPLETE)
    return combine(codes)

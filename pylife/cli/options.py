"""Options that several commands share, and how output is written."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from pylife import calendar
from pylife.errors import PylifeError, UsageError
from pylife.formats import CheckReport
from pylife.syntax.edits import replace_file

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> dt.date:
    # The one place where the clock is read.
    return calendar.parse_day(value) if value else dt.datetime.now(tz=dt.UTC).date()


def as_of() -> Decorator:
    """`--as-of`: the day to judge by; today unless given."""
    return click.option(
        "--as-of",
        "as_of",
        metavar="DATE",
        callback=_day,
        help="Judge by this day (default: today).",
    )


def paths() -> Decorator:
    """`PATH…`: projects, monorepos or folders with pylife.toml; the current folder unless given."""
    return click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


def policy() -> Decorator:
    """`--policy`: overrides the configuration."""
    return click.option(
        "--policy", "policy_name", metavar="NAME|FILE", help="Judge by this policy."
    )


def state() -> Decorator:
    """`--state`: where results are kept; `.pylife` in PATH unless given."""
    return click.option(
        "--state", "state_path", metavar="DIR", type=click.Path(path_type=Path),
        help="Keep results here (default: .pylife in PATH).",
    )  # fmt: skip


STORE = "PYLIFE_STORE"
"""The environment variable that names the store, where a password must not stand in argv."""


def without_password(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse a URL, or one of several, that has a password on the command line."""
    source = context.get_parameter_source(parameter.name or "")
    if value is not None and source is click.core.ParameterSource.COMMANDLINE:
        from pylife.evidence.postgres_url import has_password, is_url

        for one in (value,) if isinstance(value, str) else value:
            if is_url(one) and has_password(one):
                raise UsageError(
                    "a URL with a password must not stand on a command line, which everybody on"
                    " this machine can read",
                    help=f"put it into {STORE}, or the password into a file that PGPASSFILE names",
                )
    return value


def store() -> Decorator:
    """`--store`: where the evidence of test cells is; in the state folder unless given."""
    return click.option(
        "--store", "where", metavar="FILE|URL", envvar=STORE, callback=without_password,
        help=f"The evidence's SQLite file or postgresql:// URL; also {STORE} in the environment"
        " (default: in the state folder).",
    )  # fmt: skip


def common() -> Decorator:
    """`-q`, `-v`, `--color`, `--offline`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong."),
            click.option("-v", "--verbose", is_flag=True, help="Say more."),
            click.option(
                "--color", type=click.Choice(["auto", "always", "never"]), default="auto",
                help="Colour the output (default: on a terminal).",
            ),
            click.option("--offline", is_flag=True, help="Use no network."),
        ):  # fmt: skip
            function = option(function)
        return function

    return decorate


def state_of(given: Sequence[Path], state_path: Path | None) -> Path:
    """The state folder: as it was given, or `.pylife` in the first PATH."""
    return state_path if state_path is not None else given[0] / ".pylife"


def roots(given: tuple[Path, ...]) -> list[Path]:
    """The paths that were given, or the current folder."""
    return list(given) or [Path()]


def one_root(given: tuple[Path, ...]) -> Path:
    """The one path that this command works on."""
    found = roots(given)
    if len(found) > 1:
        raise UsageError("this command takes one PATH", help="describe several in a pylife.toml")
    return found[0]


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Take SIGTERM like Ctrl-C, so that a job that is ended leaves no child behind."""
    import signal

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    import sys

    return sys.stdout.isatty()


def colored(choice: str) -> bool:
    """Whether to colour standard output (the NO_COLOR convention is honoured)."""
    import os

    if choice == "auto":
        return is_terminal() and not os.environ.get("NO_COLOR")
    return choice == "always"


def repository_prefix(given: Sequence[Path]) -> str:
    """The path from the git repository's root to what findings' files are relative to."""
    base = (given[0] if len(given) == 1 else Path()).resolve()
    for above in (base, *base.parents):
        if (above / ".git").exists():
            inside = base.relative_to(above).as_posix()
            return "" if inside == "." else f"{inside}/"
    return ""


def width() -> int:
    """The columns of the terminal; a great many where standard output is none: whole lines."""
    if not is_terminal():
        return 1000
    import shutil

    return shutil.get_terminal_size().columns


def horizon(text: str, as_of: dt.date) -> dt.date:
    """Read `--horizon`: the day that lies the ISO 8601 duration `text`, such as P6M, after."""
    from pylife.policy.offsets import Offset

    try:
        until = Offset.parse(text).after(as_of)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--horizon: {error}", help="give a duration such as P6M") from None
    if until <= as_of:
        raise UsageError(f"--horizon {text} leads back", help="give a duration such as P6M")
    return until


def job_summary(report: CheckReport) -> None:
    """Append the report to the page of the GitHub job, where there is one.

    Source: GitHub Docs, "Workflow commands", GITHUB_STEP_SUMMARY.
    """
    import os

    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        from pylife.formats import github

        with contextlib.suppress(OSError), open(path, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(github.job_summary(report))


def write(text: str, output: Path | None) -> None:
    """Print `text`, or replace the file `output` with it."""
    if output is None:
        click.echo(text, nl=False, color=True)  # what is painted was asked for
        return
    if not output.parent.is_dir():
        raise UsageError(f"{output.parent} is no folder to write {output.name} in")
    try:
        replace_file(output, text.encode())
    except OSError as error:
        raise PylifeError(f"cannot be written: {error.strerror}", path=str(output)) from None

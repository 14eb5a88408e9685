"""`pylife policy`: show, test and compare policies."""

import datetime as dt
from pathlib import Path
from typing import Any

import click

from pylife.cli import options
from pylife.errors import ExitCode, UsageError, combine

LIST_SCHEMA = "pylife/policy-list/1"
SHOW_SCHEMA = "pylife/policy-show/1"
TEST_SCHEMA = "pylife/policy-test/1"
DIFF_SCHEMA = "pylife/policy-diff/1"


@click.group("policy")
def command() -> None:
    """Show, test and compare policies, and the support windows that they give.

    A policy is named by a preset's name, an installed policy's, or the path of a file; one that
    does not end in .toml may be a pipe, as <(git show HEAD:policy.toml) makes one.
    """


def _output() -> options.Decorator:
    def decorate(function: Any) -> Any:
        function = click.option(
            "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here."
        )(function)
        return click.option(
            "--format", "format_name", type=click.Choice(["text", "json"]), default="text"
        )(function)

    return decorate


def _width(output: Path | None) -> int:
    """The columns for text: a file is the same whatever the terminal."""
    return options.width() if output is None else 1000


@command.command("list")
@_output()
def list_(*, format_name: str, output: Path | None) -> int:
    """List the presets, and the policies that installed packages offer.

    One that is broken is listed with the reason.
    """
    from pylife.cli import policies as shown
    from pylife.workflow.policies import listed

    found = listed()
    if format_name == "json":
        rows = [shown.entry_document(entry) for entry in found]
        options.write(shown.json_text(LIST_SCHEMA, policies=rows), output)
    else:
        options.write("\n".join(map(shown.entry_text, found)) + "\n", output)
    return 0


@command.command("show")
@click.argument("name", metavar="PRESET|FILE")
@options.as_of()
@click.option("--all", "everything", is_flag=True, help="Show long-dropped Pythons as well.")
@click.option("--kind", help="As it is for projects of this kind, such as model.")
@click.option("--tier", type=int, help="… of this tier.")
@click.option("--owner", help="… of this owner.")
@click.option("--project", help="… of this name.")
@click.option("--project-path", help="… at this path of the fleet.")
@_output()
def show(
    *,
    name: str,
    as_of: dt.date,
    everything: bool,
    format_name: str,
    output: Path | None,
    **selectors: Any,
) -> int:
    """Show the stage of each Python under a policy on a day, with the rule and the next date.

    A policy may have scopes: --kind, --tier, --owner, --project and --project-path show it as it is
    for the projects that these describe.
    """
    from pylife import calendar, policy
    from pylife.cli import policies as shown
    from pylife.workflow.policies import given

    found = given(name)
    if any(value is not None for value in selectors.values()):
        found = policy.for_project(found, _project(**selectors))
    window = policy.window(found, calendar.load(), as_of)
    if format_name == "json":
        options.write(shown.json_text(SHOW_SCHEMA, **shown.window_document(window)), output)
        return 0
    options.write(shown.window_text(window, _width(output), everything=everything), output)
    return 0


def _project(
    kind: str | None,
    tier: int | None,
    owner: str | None,
    project: str | None,
    project_path: str | None,
) -> Any:
    from pylife.model import Kind, Project

    try:
        meant = Kind(kind) if kind else Kind.LIBRARY
    except ValueError:
        kinds = ", ".join(Kind)
        raise UsageError(f"--kind {kind!r} is no kind of project", help=f"one of {kinds}") from None
    path = project_path or "."
    name = project or path.rpartition("/")[2]
    return Project(name=name, path=path, kind=meant, tier=tier, owner=owner)


@command.command("test")
@click.argument("names", metavar="[PRESET|FILE]...", nargs=-1)
@click.option("-v", "--verbose", is_flag=True, help="Tell the examples that hold as well.")
@_output()
def test(*, names: tuple[str, ...], verbose: bool, format_name: str, output: Path | None) -> int:
    """Run the examples that are written beside policies; all presets unless some are named.

    Exits 1 where an example does not hold, 3 where there is no example at all, and 4 where
    some policies have none: what was not tested has not passed.
    """
    from pylife import policy
    from pylife.cli import policy_tests
    from pylife.cli.policies import json_text
    from pylife.workflow.policies import given, tested

    found = [(item, tested(item)) for item in map(given, names or policy.names())]
    if format_name == "json":
        options.write(json_text(TEST_SCHEMA, **policy_tests.document(found)), output)
    else:
        options.write(policy_tests.text(found, verbose=verbose), output)
    codes = [ExitCode.INCOMPLETE for _, outcomes in found if not outcomes]
    if len(codes) == len(found):
        codes = [ExitCode.NOTHING]
    if not all(outcome.passed for _, outcomes in found for outcome in outcomes):
        codes.append(ExitCode.FINDINGS)
    return int(combine(codes))


@command.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))
@options.as_of()
@click.option("--until", metavar="DATE", help="Compare up to this day.")
@click.option(
    "--horizon", metavar="DURATION", help="Compare this far ahead, such as P6M (default: P2Y)."
)
@options.state()
@_output()
def diff(
    *,
    old: str,
    new: str,
    path: Path | None,
    as_of: dt.date,
    until: str | None,
    horizon: str | None,
    state_path: Path | None,
    format_name: str,
    output: Path | None,
) -> int:
    """Show which Pythons change stage, and when, if policy B takes the place of A.

    With PATH, a project or a folder with pylife.toml, also what each project there would have to
    do earlier, later, or no longer. Both policies are applied to all of them, whatever
    pylife.toml says. Differences do not change the exit code.
    """
    from pylife.cli import comparison
    from pylife.cli.policies import json_text
    from pylife.workflow.policies import given
    from pylife.workflow.policies.diff import compare

    found = compare(
        given(old),
        given(new),
        as_of=as_of,
        until=_until(as_of, until, horizon),
        fleet=path,
        cache=options.state_of([path or Path()], state_path) / "repositories",
    )
    if format_name == "json":
        options.write(json_text(DIFF_SCHEMA, **comparison.document(found)), output)
    else:
        options.write(comparison.render(found, _width(output)), output)
    return 0


def _until(as_of: dt.date, until: str | None, horizon: str | None) -> dt.date:
    from pylife import calendar

    if until is not None and horizon is not None:
        raise UsageError("--until and --horizon say the same", help="give one of them")
    if until is None:
        return options.horizon(horizon or "P2Y", as_of)
    day = calendar.parse_day(until)
    if day <= as_of:
        raise UsageError(f"--until {day} is not after {as_of}", help="give a later day")
    return day

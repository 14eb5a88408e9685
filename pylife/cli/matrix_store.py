"""`pylife matrix merge`, `import` and `prune`: the store of what was shown."""

import datetime as dt
from pathlib import Path

import click

from pylife.cli import options
from pylife.cli.nightly import parse_python
from pylife.errors import ExitCode, UsageError
from pylife.evidence.postgres_url import is_url


@click.command("merge")
@click.argument(
    "sources", nargs=-1, required=True, metavar="STORE|FILE...", callback=options.without_password
)
@click.option(
    "--into", "into", required=True, metavar="STORE|FILE", envvar=options.STORE,
    callback=options.without_password,
    help=f"A state folder, SQLite file, postgresql:// URL, .jsonl, .zip or .results folder"
    f" ({options.STORE} in the environment).",
)  # fmt: skip
@options.common()
def merge(
    *, sources: tuple[str, ...], into: str, quiet: bool, verbose: bool, color: str,  # noqa: ARG001
    offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Join the evidence of several runners, each a store or a file of results.

    Where the same cell with the same key came to different outcomes it is flaky
    afterwards, which is said: never silently the good one.
    """
    from pylife.evidence.merge import merge as join

    done = join(sources, into)
    for one in done.differing:
        cell = one.cell
        click.echo(f"{cell.project} {cell.python} {cell.session}: {cell.status}, {cell.reason}")
    if not quiet:
        logs = " (a database has no logs)" if is_url(into) else f", {done.logs} logs written"
        click.echo(f"{done.results} results, {done.new} of them new{logs}")
    return ExitCode.OK


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--project", required=True, metavar="NAME", help="The project that was tested.")
@click.option(
    "--python", "python", required=True, metavar="X.Y", help="The Python it was tested on."
)
@click.option("--commit", required=True, metavar="SHA", help="The whole commit that was tested.")
@click.option("--url", required=True, metavar="URL", help="Where the run can be looked at.")
@click.option("--check", "checks", multiple=True, metavar="NAME", help="A check run that tests.")
@click.option("--session", default="tests", metavar="NAME", help="What JUnit files are called.")
@options.as_of()
@options.state()
@options.store()
@options.common()
def import_(
    *, files: tuple[Path, ...], project: str, python: str, commit: str, url: str,
    checks: tuple[str, ...], session: str, as_of: dt.date, state_path: Path | None,
    where: str | None, quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Take results of a project's own CI as evidence, for the commit that was tested alone.

    FILE is JUnit XML (several are parts of one run), or what GitHub's API says
    of a commit's check runs, as JSON; of these, --check names those that test.
    """
    from packaging.utils import canonicalize_name

    from pylife import evidence
    from pylife.evidence import imported

    asked = imported.Asked(
        project=canonicalize_name(project),
        python=parse_python(python),
        commit=commit.lower(),
        url=url,
        as_of=as_of,
        session=session,
        checks=checks,
    )
    found = imported.read({str(path): _bytes(path) for path in files}, asked)
    state = options.state_of([Path()], state_path)
    with evidence.open(where if where is not None else state / evidence.FILE) as kept:
        told = {one.cell.key: one.cell for one in kept.merge(found.results, ())}
    for one in found.results:
        cell = told.get(one.cell.key, one.cell)
        if not quiet or cell is not one.cell:
            click.echo(f"{cell.project} {cell.python} {cell.session}: {cell.status}, {cell.reason}")
    for remark in found.remarks:
        click.echo(f"not used: {remark}")
    return ExitCode.OK if found.results else ExitCode.NOTHING


@click.command("prune")
@options.paths()
@options.as_of()
@options.policy()
@options.state()
@options.store()
@options.common()
def prune(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, state_path: Path | None,
    where: str | None, quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Delete results, observations and logs that are older than the policy keeps them."""
    from pylife.workflow import store as stores
    from pylife.workflow.read import scan
    from pylife.workflow.state import locked

    roots = options.roots(paths)
    state = options.state_of(roots, state_path)
    scanned = scan(roots, as_of=as_of, policy_name=policy_name, cache=state / "repositories")
    with locked(state), stores.opened(scanned, state, where) as kept:
        done = stores.prune(scanned, state, kept)
    if not quiet:
        click.echo(
            f"deleted {done.results} results, {done.observations} observations, {done.logs} logs"
        )
    return ExitCode.OK


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


COMMANDS = (merge, import_, prune)

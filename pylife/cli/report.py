"""`pylife report`: write the HTML site."""

import datetime as dt
from pathlib import Path

import click

from pylife import evidence
from pylife.cli import options
from pylife.cli.nightly import exit_code, summary
from pylife.errors import UsageError
from pylife.workflow import bundle, documents, publish
from pylife.workflow.dependencies.nightly import published
from pylife.workflow.nightly import Done
from pylife.workflow.read import scan
from pylife.workflow.source_facts import Look


@click.command("report")
@options.paths()
@options.as_of()
@options.policy()
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR",
    help="The site's folder; it is replaced. (default with --serve: in the state folder)",
)  # fmt: skip
@click.option("--serve", is_flag=True, help="Show the site on this machine until Ctrl-C.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
    help="With --serve: the port; 0 is any free one.",
)  # fmt: skip
@options.state()
@options.common()
def command(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, output: Path | None,
    serve: bool, port: int,
    state_path: Path | None, quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Read and judge the projects at PATH and write the site; runs no test.

    What the state folder holds of the same day's verdicts, tests and proposals is shown too.
    """
    if output is None and not serve:
        raise UsageError("Missing option '--output'", help="say where, or look at it with --serve")
    roots = options.roots(paths)
    state = options.state_of(roots, state_path)
    output = output or state / "report"
    scanned = scan(
        roots,
        as_of=as_of,
        policy_name=policy_name,
        cache=state / "repositories",
        source=Look(state).of,
    )
    read = documents.read_document(scanned)
    found = {
        step: documents.open_document(state / "results" / f"{step}.json", schema)
        for step, schema in (
            ("resolve", "pylife/deps/1"),
            ("run", "pylife/matrix-run/1"),
            ("propose", "pylife/upgrade/1"),
        )
    }
    resolve, run, propose = (
        document if document and document["as_of"] == as_of.isoformat() else None
        for document in found.values()
    )
    page = publish.publish(
        read,
        run,
        propose,
        output=output,
        logs=state,
        resolve=resolve,
        facts=bundle.document(scanned, published(scanned, state)),
        nights=publish.nights(state / evidence.FILE, as_of),
        calendar=publish.calendar_of(scanned),
    )
    done = Done(resolve=None, read=read, run=None, propose=None, page=page)
    if not quiet:
        click.echo("\n".join(summary(done)))
    if serve:
        from pylife.cli.serve import ADDRESS, server
        from pylife.cli.serve import serve as answer

        listening = server(output, port)
        click.echo(f"serving   http://{ADDRESS}:{listening.server_port}/ until Ctrl-C")
        answer(listening)
    return exit_code(done, "never")

"""`pylife report`: write the HTML site."""

import datetime as dt
from pathlib import Path

import click

from pylife import evidence
from pylife.cli import options
from pylife.cli.nightly import exit_code, summary
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
    "--output", type=click.Path(path_type=Path), metavar="DIR", required=True,
    help="The site's folder; it is replaced.",
)  # fmt: skip
@options.state()
@options.common()
def command(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, output: Path,
    state_path: Path | None, quiet: bool, verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Read and judge the projects at PATH and write the site; runs no test.

    What the state folder holds of the same day's verdicts, tests and proposals is shown too.
    """
    roots = options.roots(paths)
    state = options.state_of(roots, state_path)
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
    return exit_code(done, "never")

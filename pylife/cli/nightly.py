"""`pylife nightly`: the main job, from declarations to the site."""

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pylife.cli import EXIT_CODES, executor, options, private, progress
from pylife.errors import ExitCode, UsageError, combine
from pylife.matrix import artefacts
from pylife.model import CellStatus, PythonVersion, Severity
from pylife.workflow.nightly import Done, Job, Step, nightly
from pylife.workflow.wanted import Wanted

_NOT_BAD = frozenset(
    {
        CellStatus.PASSED,
        CellStatus.SKIPPED,
        CellStatus.NO_TESTS,
        CellStatus.NOT_VALIDATED,
        CellStatus.NEEDS,
    }
)
_NOT_SEEN = frozenset(
    {CellStatus.MISSING_INTERPRETER, CellStatus.NOT_RUN, CellStatus.INFRASTRUCTURE}
)
_SAYS_NOTHING = _NOT_SEEN | {CellStatus.NO_TESTS, CellStatus.SKIPPED, CellStatus.NEEDS}
"""Where no cell says more, nothing was tested."""


@click.command("nightly", epilog=EXIT_CODES)
@options.paths()
@options.as_of()
@options.policy()
@click.option(
    "--only", metavar="STEPS", default=",".join(Step),
    help="Do only these of read,resolve,run,propose,publish; results are kept in the state folder.",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), help="Cells at a time (default: by cores, memory).")
@click.option("--python", "pythons", multiple=True, metavar="X.Y", help="Test only this Python.")
@executor.options()
@click.option("--no-proof", is_flag=True, help="Do not test the trees as upgrades will make them.")
@click.option(
    "--forge", "forge_name", type=click.Choice(["local", "github"]),
    help="Where proposals go (default: as pylife.toml says, else local).",
)  # fmt: skip
@click.option("--site", type=click.Path(path_type=Path), metavar="DIR", help="Write the site here.")
@click.option(
    "--fail-on", type=click.Choice([*(s.value for s in Severity), "never"]), default="error",
    help="Exit 1 from this severity on; failed cells count as errors (default: error).",
)  # fmt: skip
@options.state()
@options.store()
@options.common()
def command(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, only: str,
    jobs: int | None, pythons: tuple[str, ...], executor_name: str, scheduler: str | None,
    wait: int, no_proof: bool, forge_name: str | None, site: Path | None, fail_on: str,
    state_path: Path | None, where: str | None, quiet: bool, verbose: bool,  # noqa: ARG001
    color: str, offline: bool,
) -> int:  # fmt: skip
    """Read, test, propose and publish the fleet at PATH.

    The step run EXECUTES the projects' code, in copies of their trees as they are, and as their
    upgrades will make them. Stopped
    and started again, it does not repeat finished cells.
    """
    roots = options.roots(paths)
    if offline:
        os.environ["UV_OFFLINE"] = "1"
    job = Job(
        roots=roots,
        state=options.state_of(roots, state_path),
        as_of=as_of,
        policy_name=policy_name,
        fetch=not offline,
        jobs=jobs or 0,
        wanted=Wanted(pythons=tuple(map(parse_python, pythons))),
        store=where,
        cluster=executor.cluster(executor_name, scheduler, wait),
        forge=forge_name,
        prove=not no_proof,
        site=site,
        environment=private.environment(),
        now=dt.datetime.now(tz=dt.UTC),
    )
    with options.interruptible(), progress.watcher(quiet=quiet, color=color) as watcher:
        done = nightly(job, steps_of(only), watcher)
    if not quiet:
        options.write("\n".join(summary(done)) + "\n", None)
    return exit_code(done, fail_on)


def steps_of(text: str) -> list[Step]:
    """Read `--only`."""
    try:
        return [Step(word.strip()) for word in text.split(",") if word.strip()]
    except ValueError:
        raise UsageError(
            f"--only {text!r} names an unknown step", help=f"steps: {','.join(Step)}"
        ) from None


def parse_python(text: str) -> PythonVersion:
    """Read `--python`."""
    try:
        return PythonVersion.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from None


def summary(done: Done) -> Iterator[str]:
    """What was read, judged, tested, proposed and written, a line each."""
    if done.read is not None:
        found = done.read["summary"]
        counts = found["findings"]
        yield (
            f"read      {found['projects']} projects ({found['excluded']} excluded,"
            f" {found['errors']} not to be had, {found['incomplete']} not read in full)"
        )
        yield (
            f"judged    {counts['error']} errors, {counts['warning']} warnings,"
            f" {counts['info']} infos; {found['not_evaluated']} verdicts not evaluated"
        )
    if done.resolve is not None:
        yield f"resolved  {_verdicts(done.resolve)}"
    if done.run is not None:
        yield f"tested    {_cells(done.run)}"
        yield from _imports(done.run)
        proofs = list(done.run.get("proofs", {}).values())
        if proofs:
            yield f"proven    {len(proofs)} upgrades: {_counted(proofs, 'verdict')}"
    if done.propose is not None:
        yield f"proposed  {_counted(done.propose['proposals'], 'state')}"
        for proposal in done.propose["proposals"]:
            if proposal["branch"]:
                yield (
                    f"            wave {proposal['wave']}  {proposal['project']}:"
                    f" {proposal['title']} [{proposal['outcome']}]"
                )
        for line in done.propose.get("forecast", {}).get("words", ()):
            yield f"            {line}"
    if done.page is not None:
        yield f"site      {done.page}"


def _verdicts(resolve: dict[str, Any]) -> str:
    """How many (project, Python) have each verdict, or why there is none."""
    if resolve["error"]:
        return f"nothing: {resolve['error']}"
    counts = [f"{number} {word}" for word, number in resolve["summary"]["verdicts"].items()]
    return ", ".join(text for text in counts if not text.startswith("0 ")) or "nothing to judge"


def _cells(run: dict[str, Any]) -> str:
    cells = run["cells"]
    cached = sum(1 for cell in cells if cell["cached"])
    known = f"; {cached} known from earlier runs" if cached else ""
    return f"{len(cells)} cells: {_counted(cells, 'status') or 'none'}{known}"


def _imports(run: dict[str, Any]) -> Iterator[str]:
    """How many results of projects' own CIs there are, and why some are not used."""
    rows = run.get("imported", ())
    if rows:
        used = sum(1 for row in rows if row["used"])
        yield f"imported  {len(rows)} results of projects' own CIs, {used} of them used"
    for row in rows:
        if not row["used"]:
            yield (
                f"            {row['project']} {row['python']} {row['session']} is not used:"
                f" {row['reason']}"
            )


def _counted(rows: list[dict[str, Any]], key: str) -> str:
    counts = Counter(row[key] for row in rows)
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))


def known_broken(done: Done) -> frozenset[str]:
    """The projects whose failing cells somebody has waived for a while."""
    projects = done.read["projects"] if done.read is not None else ()
    return frozenset(project["name"] for project in projects if project["cells_waived"])


def waived(done: Done) -> frozenset[str]:
    """The projects that somebody has waived for a while, because they cannot be had or read."""
    projects = done.read["projects"] if done.read is not None else ()
    return frozenset(project["name"] for project in projects if project["waived"])


def exit_code(done: Done, fail_on: str) -> ExitCode:
    """What the job means for the process."""
    codes = {ExitCode.OK}
    if done.read is not None:
        found = done.read["summary"]
        if found["projects"] == found["excluded"]:
            codes.add(ExitCode.NOTHING)
        if any(
            (project["error"] or project["problems"]) and project["name"] not in waived(done)
            for project in done.read["projects"]
        ):
            codes.add(ExitCode.INCOMPLETE)
        codes |= {
            ExitCode.FINDINGS
            for severity, number in found["findings"].items()
            if fail_on != "never" and number and Severity(severity).rank >= Severity(fail_on).rank
        }
    codes |= set(_codes_of_cells(done, fail_on))
    if done.propose is not None and any(
        proposal["state"] == "error" and proposal["project"] not in waived(done)
        for proposal in done.propose["proposals"]
    ):
        codes.add(ExitCode.INCOMPLETE)
    return combine(codes)


def _codes_of_cells(done: Done, fail_on: str) -> Iterator[ExitCode]:
    """What the tested cells mean for the process; a run that saw no test saw nothing."""
    cells = done.run["cells"] if done.run is not None else []
    if cells and {CellStatus(cell["status"]) for cell in cells} <= _SAYS_NOTHING:
        yield ExitCode.NOTHING
    known = known_broken(done) | waived(done)
    if any(_could_not_run(cell) for cell in cells if cell["project"] not in known):
        yield ExitCode.INCOMPLETE
    if fail_on != "never" and any(
        CellStatus(cell["status"]) not in _NOT_BAD | _NOT_SEEN
        for cell in cells
        if cell["project"] not in known_broken(done)
    ):
        yield ExitCode.FINDINGS


def _could_not_run(cell: dict[str, Any]) -> bool:
    """Whether the cell ought to have run, and something was in its way."""
    match CellStatus(cell["status"]):
        case CellStatus.INFRASTRUCTURE:
            return True
        case CellStatus.NOT_RUN:
            return not artefacts.is_meant(cell["reason"])
    return False

"""One cell: a copy of the tree, one nox or tox process, and what is to be believed of it."""

import os
import re
import shlex
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pylife.matrix import (
    artefacts,
    failure,
    generated,
    lowest,
    process,
    runs_seen,
    tools,
    tox_run,
)  # fmt: skip
from pylife.matrix.base import CellPlan, Interpreter, Origin
from pylife.matrix.context import Context
from pylife.matrix.names import printable, slug
from pylife.matrix.observe import Places, observe, written
from pylife.matrix.presets import Bounds
from pylife.matrix.resolved import Resolved, constrain
from pylife.matrix.verdict import judge
from pylife.matrix.wheels import Overrides, Wheels
from pylife.model import Cell, CellStatus

_LONGEST_WAIT = 300.0
"""Seconds between two runs of a cell, at most."""


def run_cell(plan: CellPlan, key: str, context: Context, wheels: Wheels) -> Cell:
    """Run the cell, again where that is asked for; never raises OSError.

    What was not the project's doing is run again as often as `retries` says, each
    time after a longer wait, and what failed as often as `retries_failed`: one
    that fails and then passes is flaky. A cell that was stopped is `not-run`.
    """
    preset = plan.project.preset
    infrastructure, failed = preset.retries, preset.retries_failed
    wait, number = preset.backoff, 1
    before: Cell | None = None
    while True:
        cell = _attempt(plan, key, context, wheels, append=number > 1)
        number += 1
        match cell.status:
            case CellStatus.INFRASTRUCTURE if infrastructure:
                infrastructure -= 1
                if context.stop.wait(min(wait, _LONGEST_WAIT)):
                    return outcome(plan, key, CellStatus.NOT_RUN, "stopped before it ran again")
                wait *= 2
            case CellStatus.FAILED if failed:
                failed -= 1
                before = before or cell
            case _:
                return cell if before is None else _again(before, cell)


def _again(before: Cell, after: Cell) -> Cell:
    """What is to be said of a cell that failed and was run again."""
    if after.status is CellStatus.PASSED:
        reason = f"failed, and passed when run again; at first: {before.reason}"
        return after._replace(
            status=CellStatus.FLAKY, reason=reason, failure=before.failure, hints=before.hints
        )
    if after.status is CellStatus.NOT_RUN:
        return after
    # Whatever the second run was stopped by, the first one's failure was seen.
    return before._replace(seconds=after.seconds or before.seconds)


def _attempt(plan: CellPlan, key: str, context: Context, wheels: Wheels, *, append: bool) -> Cell:
    try:
        cell = _once(plan, key, context, wheels, append=append, held=plan.resolved)
        if cell.status is not CellStatus.BLOCKED or not cell.resolved or context.stop.is_set():
            return cell
        # What the session asks for beside the project may not go with the set: then
        # that is not the project's fault, and what it says is told without the set.
        return _once(plan, key, context, wheels, append=True, held=None)
    except OSError as error:
        reason = f"it could not be run: {error.strerror or error}"
        return outcome(plan, key, CellStatus.INFRASTRUCTURE, reason)


def outcome(plan: CellPlan, key: str, status: CellStatus, reason: str) -> Cell:
    """The cell of `plan` with a status that needed no run."""
    return Cell(
        project=plan.project.name,
        python=plan.python,
        session=plan.session,
        status=status,
        reason=reason,
        key=key,
    )


def log_name(plan: CellPlan) -> str:
    """The cell's log, from the state folder: `logs/<project>/<python>-<session>.log`."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plan.session).strip("-")
    if plain != plan.session:
        # Two sessions must not share a log because their names differ in punctuation.
        plain += "-" + sha256(plan.session.encode()).hexdigest()[:8]
    return f"logs/{slug(plan.project.name)}/{plan.python}-{plain}.log"


def header(plan: CellPlan, key: str) -> str:
    """A log's first line, which says what it is the log of."""
    release = plan.interpreter.release if plan.interpreter else str(plan.python)
    name = printable(plan.project.name)
    return f"pylife: {name}, {plan.session} on Python {release}, cell {key}\n"


def _once(
    plan: CellPlan,
    key: str,
    context: Context,
    wheels: Wheels,
    *,
    append: bool,
    held: Resolved | None,
) -> Cell:
    """Run the cell, its installer held to the set `held`."""
    if plan.interpreter is None:
        return outcome(plan, key, CellStatus.MISSING_INTERPRETER, "no such Python here")
    project, timeout = plan.project, plan.project.preset.timeout
    log = log_name(plan)
    with context.work(f"{project.name}-{key[:12]}") as folder:
        overrides = wheels.override(project, plan.interpreter, folder)
        if context.stop.is_set():
            return outcome(plan, key, CellStatus.NOT_RUN, "stopped before it ran")
        if isinstance(overrides, str):
            return outcome(plan, key, CellStatus.BLOCKED, overrides)
        places = Places(folder)
        tree = context.copy(project, folder)
        environment = _environment(plan, plan.interpreter, context, places, overrides)
        environment |= artefacts.environment(plan, context.environment)
        if held is not None:
            environment |= constrain(held, environment, folder)

        def run(command: list[str], first: str = "") -> process.Ended:
            return context.execute(
                artefacts.isolated(plan),
                command,
                folder=folder,
                cwd=tree,
                env=environment,
                log=context.state / log,
                timeout=timeout,
                header=first,
                append=append or not first,
            )

        begin, pins = header(plan, key), None
        if plan.bounds is Bounds.LOWEST_DIRECT:
            found = lowest.resolve(
                lambda command: run(command, begin),
                lambda ended: written(ended, context.state / log),
                tree, folder, plan.interpreter,
            )  # fmt: skip
            if not isinstance(found, lowest.Lowest):
                return outcome(plan, key, *found)._replace(log=log)
            environment |= lowest.environment(found, environment, tree)
            begin, pins = "", found
        try:
            ended = run(_command(plan, tree, places, context), begin)
        finally:
            artefacts.clean(plan, tree, places, context.environment)
        context.hidden.files((places.junit, places.report, *artefacts.outputs(places)))
        context.hidden.files(runs_seen.files(places.seen))
        if plan.origin is Origin.TOX:
            seen = tox_run.observe(plan, ended, context.state / log, places)
        else:
            seen = observe(ended, context.state / log, places)
        if plan.origin in artefacts.ORIGINS:
            (status, reason), seen = artefacts.judge(seen, plan, places, tree)
        else:
            status, reason = judge(seen, plan.python, timeout)
        if pins is not None:
            status, reason = lowest.judged((status, reason), pins, places)
        hints = failure.hints(seen, status, plan.python)
    return Cell(
        project=project.name,
        python=plan.python,
        session=plan.session,
        status=status,
        reason=context.hidden.text(with_hint(reason, hints)),
        seconds=round(ended.seconds, 2),
        log=log,
        key=key,
        counts=dict(seen.tests.counts) if seen.tests is not None else {},
        failure=context.hidden.text(failure.first(seen, status)),
        hints=hints,
        resolved=held.digest if held is not None else "",
    )


def with_hint(reason: str, hints: tuple[str, ...]) -> str:
    """The reason, and what of Python changed, where that is known."""
    return f"{reason} ({hints[0]})" if hints else reason


def _command(plan: CellPlan, tree: Path, places: Places, context: Context) -> list[str]:
    if plan.origin is Origin.TOX and plan.interpreter is not None:
        return tox_run.command(plan, plan.interpreter, places)
    noxfile, chosen = "noxfile.py", plan.nox
    if plan.origin in artefacts.ORIGINS:
        noxfile = artefacts.write(plan, tree, places, context.environment)
    if plan.origin is Origin.GENERATED:
        noxfile, chosen = generated.FILE, ("-s", f"{generated.SESSION}-{plan.python}")
        text = generated.noxfile(tree, str(plan.python), plan.project.preset.extras)
        (tree / noxfile).write_text(text, encoding="utf-8")
    return [
        *tools.nox(),
        *("--noxfile", noxfile, "--nocolor", "--non-interactive"),
        *("--default-venv-backend", "uv", "--error-on-missing-interpreters"),
        *("--envdir", str(places.environments), "--report", str(places.report)),
        *chosen,
    ]


def _environment(
    plan: CellPlan, interpreter: Interpreter, context: Context, places: Places, overrides: Overrides
) -> dict[str, str]:
    environment = context.cleaned(plan.project, places.folder, interpreter)
    junit = f"-o junit_family=xunit2 --junitxml={shlex.quote(os.fspath(places.junit))}"
    own = environment.get("PYTEST_ADDOPTS", "")
    return environment | {
        "PYTEST_ADDOPTS": f"{own} {junit}".strip(),
        "UV_OVERRIDE": str(overrides.uv),
        # Sessions with nox's virtualenv backend install with pip.
        "PIP_CONSTRAINT": str(overrides.pip),
        **_seen(plan, places, environment),
    }


def _seen(plan: CellPlan, places: Places, environment: Mapping[str, str]) -> dict[str, str]:
    """What makes tests tell where they ran, and `uv run` take the cell's Python."""
    if plan.origin in artefacts.ORIGINS:
        return {}
    # The version, not the path: that would have `uv pip` leave the session's environment.
    return runs_seen.write(places.seen, environment) | {"UV_PYTHON": str(plan.python)}

"""One cell: a copy of the tree, one nox process, and what is to be believed of it."""

import os
import re
import shlex
from hashlib import sha256
from pathlib import Path

from pylife.matrix import generated, process, tools
from pylife.matrix.base import CellPlan, Interpreter, Origin
from pylife.matrix.context import Context
from pylife.matrix.observe import Places, observe
from pylife.matrix.verdict import judge
from pylife.matrix.wheels import Overrides, Wheels
from pylife.model import Cell, CellStatus


def run_cell(plan: CellPlan, key: str, context: Context, wheels: Wheels) -> Cell:
    """Run the cell, again where it was not the project's doing; never raises OSError.

    A cell that was stopped is `not-run`.
    """
    for left in range(plan.project.preset.retries, -1, -1):
        try:
            cell = _once(plan, key, context, wheels)
        except OSError as error:
            reason = f"it could not be started: {error.strerror or error}"
            cell = outcome(plan, key, CellStatus.INFRASTRUCTURE, reason)
        if cell.status is not CellStatus.INFRASTRUCTURE or not left or context.stop.is_set():
            break
    return cell


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
    return f"logs/{plan.project.name}/{plan.python}-{plain}.log"


def header(plan: CellPlan, key: str) -> str:
    """A log's first line, which says what it is the log of."""
    release = plan.interpreter.release if plan.interpreter else str(plan.python)
    return f"pylife: {plan.project.name}, {plan.session} on Python {release}, cell {key}\n"


def _once(plan: CellPlan, key: str, context: Context, wheels: Wheels) -> Cell:
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
        ended = process.run(
            _command(plan, tree, places),
            cwd=tree,
            env=_environment(plan, plan.interpreter, context, places, overrides),
            log=context.state / log,
            timeout=timeout,
            stop=context.stop,
            header=header(plan, key),
        )
        seen = observe(ended, context.state / log, places)
        status, reason = judge(seen, plan.python, timeout)
    return Cell(
        project=project.name,
        python=plan.python,
        session=plan.session,
        status=status,
        reason=reason,
        seconds=round(ended.seconds, 2),
        log=log,
        key=key,
        counts=dict(seen.tests.counts) if seen.tests is not None else {},
    )


def _command(plan: CellPlan, tree: Path, places: Places) -> list[str]:
    noxfile, chosen = "noxfile.py", plan.nox
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
    }

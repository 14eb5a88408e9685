"""What a run of test cells means for the process: what was not tested is no pass."""

from pathlib import Path
from typing import Any

import pytest

from pylife.cli.nightly import exit_code
from pylife.model import CellStatus
from pylife.workflow.nightly import Done
from tests.conftest import MakeTree, Pylife
from tests.matrix.matrix_help import HERE, OWN_TESTS

AS_OF = "2026-11-21"
PROJECT = '[project]\nname = "NAME"\nversion = "1"\nrequires-python = ">=3.11"\n'
PASSES = 'print("Ran 1 test in 0.001s\\n\\nOK")\n'
GOOD = {"pyproject.toml": PROJECT, "noxfile.py": OWN_TESTS, "run.py": PASSES}


def row(status: str, reason: str = "why", project: str = "p") -> dict[str, Any]:
    return {"project": project, "status": status, "reason": reason}


def read(**project: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": "p",
        "error": None,
        "problems": [],
        "waived": False,
        "cells_waived": False,
    }
    summary = {"projects": 2, "excluded": 0, "findings": {}}
    return {"summary": summary, "projects": [told | project]}


def code(*cells: dict[str, Any], said: dict[str, Any] | None = None, fail_on: str = "error") -> int:
    done = Done(read=said, resolve=None, run={"cells": list(cells)}, propose=None, page=None)
    return exit_code(done, fail_on)


@pytest.mark.parametrize("status", ["not-run", "infrastructure"])
def test_a_cell_that_could_not_run_makes_the_run_incomplete(status: str) -> None:
    assert code(row("passed"), row(status)) == 4
    assert code(row("passed"), row(status), fail_on="never") == 4
    assert code(row("failed"), row(status)) == 4
    assert code(row(status)) == 3
    # Unless somebody has taken it on for a while.
    for waiver in ("waived", "cells_waived"):
        assert code(row("passed"), row(status), said=read(**{waiver: True})) == 0


@pytest.mark.parametrize(
    "reason",
    [
        "the matrix preset m leaves models out (models = false)",
        "the matrix preset m leaves images out (images = false)",
        "its Dockerfile makes an image of Python 3.12",
    ],
)
def test_what_nobody_wants_to_run_is_not_missed(reason: str) -> None:
    assert code(row("passed"), row("not-run", reason)) == 0
    assert code(row("not-run", reason)) == 3


@pytest.mark.parametrize("status", ["no-tests", "skipped", "needs", "missing-interpreter"])
def test_a_run_that_saw_no_test_saw_nothing(status: str) -> None:
    assert code(row(status), row(status)) == 3
    assert code(row(status), row("passed")) == 0
    assert code(row(status), row("failed")) == 1
    assert code(row(status), row("failed"), fail_on="never") == 0


@pytest.mark.parametrize("status", list(CellStatus))
def test_only_what_was_seen_is_well_alone(status: CellStatus) -> None:
    green = {CellStatus.PASSED, CellStatus.NOT_VALIDATED}
    assert (code(row(status)) == 0) is (status in green)


@pytest.mark.slow
def test_a_noxfile_that_does_not_load(tree: MakeTree, pylife: Pylife, tmp_path: Path) -> None:
    files = {f"{name}/{path}": text.replace("NAME", f"nw-{name}")
             for name in ("a", "b") for path, text in GOOD.items()}  # fmt: skip
    root = tree(files | {"b/noxfile.py": "raise ValueError\n"})
    state = ("--state", tmp_path / "state")
    common = (root, "--as-of", AS_OF, "--python", str(HERE), *state)
    ran = pylife("matrix", "run", *common)
    assert (ran.code, "1 not-run, 1 passed" in ran.out) == (4, True), ran
    assert pylife("matrix", "run", *common, "--project", "nw-a").code == 0
    (root / "b/noxfile.py").write_text(OWN_TESTS)
    (root / "b/run.py").write_text("")
    assert pylife("matrix", "run", *common, "--project", "nw-b").code == 3
    assert pylife("matrix", "run", *common).code == 0


def test_the_help_lists_the_codes(pylife: Pylife) -> None:
    assert "some projects could not be checked" in pylife("matrix", "run", "--help").out

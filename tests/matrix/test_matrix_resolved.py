"""Cells install the very set that was judged, and run again where that is another."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pylife.matrix import keys
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.presets import Bounds, MatrixPreset
from pylife.matrix.resolved import Resolved, constrain
from pylife.matrix.run_cell import log_name
from pylife.model import Cell, CellStatus, Kind
from tests.conftest import MakeTree, Pylife
from tests.dependencies.served import Dist, Served
from tests.dependencies.workflow.worlds_deps import configured, project
from tests.matrix.matrix_help import HERE, found, make, run

SET = Resolved((("pure", "1.0"),), "2026-11-21", "linux-x86_64")
TELLS = """\
import importlib.metadata, unittest
print("pure is", importlib.metadata.version("pure"))
class Test(unittest.TestCase):
    def test_it(self):
        pass
unittest.main()
"""


def noxfile(wanted: str = "pure", backend: str = "uv") -> str:
    return (
        f'import nox\n\n\n@nox.session(python="{HERE}", venv_backend="{backend}")\n'
        f'def tests(session):\n    session.install("{wanted}")\n'
        '    session.run("python", "run.py")\n'
    )


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Served]:
    projects = {"pure": [Dist("1.0"), Dist("2.0")], "other": [Dist("1.0")]}
    with configured(monkeypatch, tmp_path / "home", projects) as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url)
        yield served


def log(state: Path, cell: Cell) -> str:
    assert cell.log is not None
    return (state / cell.log).read_text()


def one(base: Path, text: str, resolved: Resolved | None) -> MatrixProject:
    made = make(base, "app", {"noxfile.py": text, "run.py": TELLS})
    sets = {HERE: resolved} if resolved is not None else {}
    return MatrixProject(
        name="app", folder=made.folder, kind=Kind.LIBRARY, preset=made.preset, pythons=(HERE,),
        resolved=sets,
    )  # fmt: skip


@pytest.mark.parametrize("backend", ["uv", "venv"])
def test_uv_and_pip_are_held_to_the_set(tmp_path: Path, index: Served, backend: str) -> None:
    state = tmp_path / "state"
    (free,) = run([one(tmp_path, noxfile(backend=backend), None)], state)
    assert free.status is CellStatus.PASSED, log(state, free)
    assert "pure is 2.0" in log(state, free)
    assert free.resolved == ""
    (held,) = run([one(tmp_path, noxfile(backend=backend), SET)], state)
    assert held.status is CellStatus.PASSED, log(state, held)
    assert "pure is 1.0" in log(state, held)
    assert held.resolved == SET.digest
    assert held.key != free.key
    # As stored, too: the same set again, judged on another day, is not run again.
    (again,) = run(
        [one(tmp_path, noxfile(backend=backend), SET._replace(made="2026-12-01"))], state
    )
    assert (again.cached, again.resolved, again.key) == (True, SET.digest, held.key)


def test_a_set_that_does_not_go_with_the_session_blocks_nothing(
    tmp_path: Path, index: Served
) -> None:
    state = tmp_path / "state"
    (cell,) = run([one(tmp_path, noxfile("pure>=2"), SET)], state)
    assert cell.status is CellStatus.PASSED, log(state, cell)
    assert cell.resolved == ""
    assert "pure is 2.0" in log(state, cell)
    assert "pure==1.0" in log(state, cell)  # what was tried first is told too


def test_what_blocks_is_told_without_the_set(tmp_path: Path, index: Served) -> None:
    state = tmp_path / "state"
    (cell,) = run([one(tmp_path, noxfile("pure>=3"), SET)], state)
    assert cell.status is CellStatus.BLOCKED
    assert "1.0" not in cell.reason
    assert cell.resolved == ""


def test_the_key_has_the_set_and_nothing_where_there_is_none(tmp_path: Path) -> None:
    def key(resolved: Resolved | None, bounds: Bounds = Bounds.HIGHEST) -> str:
        sets = {HERE: resolved} if resolved is not None else {}
        app = MatrixProject(
            name="app", folder=tmp_path, kind=Kind.LIBRARY, preset=MatrixPreset(name="t"),
            resolved=sets,
        )  # fmt: skip
        plan = CellPlan(
            project=app, python=HERE, session="tests", origin=Origin.OWN,
            interpreter=found()[HERE], bounds=bounds,
        )  # fmt: skip
        assert log_name(plan)
        return keys.key(plan, {"app": "x"}, [], {})

    newer = SET._replace(picks=(("pure", "2.0"),))
    assert len({key(None), key(SET), key(newer)}) == 3
    assert key(SET) == key(SET._replace(made="2026-12-01"))
    # The lowest versions are found by themselves.
    assert key(SET, Bounds.LOWEST_DIRECT) == key(None, Bounds.LOWEST_DIRECT)


def test_constraints_that_are_there_stay(tmp_path: Path) -> None:
    before = {"UV_CONSTRAINT": "/a.txt", "PIP_CONSTRAINT": "/b.txt"}
    assert constrain(SET, before, tmp_path) == {
        "UV_CONSTRAINT": f"/a.txt {tmp_path}/resolved.txt",
        "PIP_CONSTRAINT": f"/b.txt {tmp_path}/resolved.txt",
    }
    assert (tmp_path / "resolved.txt").read_text() == "pure==1.0\n"


def test_the_job_installs_what_it_judged(
    pylife: Pylife, tree: MakeTree, index: Served, tmp_path: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("the policy judges linux alone")
    root = tree(
        {
            "pylife.toml": '[fleet]\nmatrix = "./here.toml"\n',
            "here.toml": f'[matrix]\nname = "here"\npythons = ["{HERE}"]\n',
            "app/pyproject.toml": project("app", "pure", python=">=3.9"),
            "app/noxfile.py": noxfile(),
            "app/run.py": TELLS,
        }
    )
    state = tmp_path / "state"

    def cell(*steps: str) -> dict[str, Any]:
        ran = pylife("nightly", root, "--only", ",".join(steps), "--state", state,
                     "--fail-on", "never")  # fmt: skip
        assert ran.code == 0, ran.err
        document = json.loads((state / "results" / "run.json").read_text())
        (row,) = document["cells"]
        return dict(row)

    def installed(row: dict[str, Any]) -> str:
        return (state / str(row["log"])).read_text()

    unknown = cell("read", "run")
    assert unknown["resolved"] == ""
    first = cell("resolve", "run")
    assert len(first["resolved"]) == 64
    assert (first["cached"], "pure is 2.0" in installed(first)) == (False, True)
    # What appears after it was judged is not what is judged: nothing is run again.
    assert isinstance(index.projects["pure"], list)
    index.projects["pure"].append(Dist("3.0"))
    assert cell("run") == {**first, "cached": True}
    # Judged anew it is another set, and another cell.
    assert pylife("deps", root, "--refresh", "--no-floors", "--state", state).code == 0
    second = cell("run")
    assert (second["cached"], "pure is 3.0" in installed(second)) == (False, True)
    assert second["key"] != first["key"]
    assert second["resolved"] != first["resolved"]
    assert second["status"] == first["status"] == "passed"
    # What is published has no set, and the set is of no requirements but these.
    assert "sets" not in (state / "results" / "facts.json").read_text()
    (root / "app" / "pyproject.toml").write_text(project("app", "pure", "other", python=">=3.9"))
    third = cell("run")
    assert third["resolved"] == ""

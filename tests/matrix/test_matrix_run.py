"""Real runs: real nox, real uv, real interpreters, small projects."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pylife import matrix
from pylife.evidence import Store
from pylife.matrix.base import MatrixProject
from pylife.matrix.context import workshop
from pylife.matrix.presets import MatrixPreset
from pylife.model import Cell, CellStatus, PythonVersion
from tests.matrix.matrix_help import (
    ABSENT,
    DAY,
    HERE,
    OWN_TESTS,
    alive,
    found,
    make,
    package,
    run,
    wait_for,
)

pytestmark = pytest.mark.slow

PASS = "def test_one() -> None:\n    assert True\n"
NEWER = tuple(one for one in found() if one >= PythonVersion(3, 12) and not one.free_threaded)[:1]
OLDER = tuple(one for one in found() if PythonVersion(3, 9) <= one <= PythonVersion(3, 11))[-1:]
READS = """\
from pathlib import Path
assert Path("data/one.txt").read_text() == "one"
print("Ran 1 test in 0.001s\\n\\nOK")
"""
HANGS = """\
import subprocess, sys, time
code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
code += "print('up', flush=True); time.sleep(300)"
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
child.stdout.readline()
with open({pids!r}, "w") as file:
    print(child.pid, file=file)
print("it hangs here", flush=True)
time.sleep(300)
"""
UNITTEST = """\
import unittest


class T(unittest.TestCase):
    def test_one(self):
        pass


unittest.main()
"""
CANARY = """\
import os
from pathlib import Path


def test_no_secret_is_here():
    here = {**os.environ}
    assert "t0k3n" not in repr(here)
    assert not (Path.home() / ".netrc").exists()


def test_writes_in_its_tree():
    Path("written").write_text("x")
    Path("src.txt").write_text("changed")
"""
MANY = f"""\
import nox


@nox.session(python=["{HERE}", "pypy3.10"], tags=["tests"])
@nox.parametrize("size", ["small", "big one"])
def unit(session, size):
    session.run("python", "run.py")


@nox.session(default=False, tags=["tests"])
def quiet(session):
    session.run("python", "-c", "pass")


@nox.session(tags=["tests"])
def says_no(session):
    session.skip("no database here")


@nox.session
def lint(session):
    raise RuntimeError("is not asked for")
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture(scope="module", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A secret in the environment, and one uv cache for all runs."""
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("machine x password t0k3n\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_TOKEN", "t0k3n")
        patch.setenv("HOME", str(home))
        patch.setenv("UV_CACHE_DIR", str(tmp_path_factory.mktemp("uv")))
        yield


def projects(base: Path) -> list[MatrixProject]:
    at = base / "fleet"
    old_and_new = (*OLDER, *NEWER)
    short = MatrixPreset(name="t", timeout=4, retries=0)
    removed = 'import imp\n\n\ndef test_it():\n    assert imp.__name__ == "imp"\n'
    return [
        make(at, "passing", package("passing", PASS), pythons=(HERE, ABSENT)),
        make(at, "failing", package("failing", "def test_one():\n    assert 1 == 2, 'no'\n")),
        make(at, "no-tests", package("no-tests")),
        make(at, "removed", package("removed", removed), pythons=old_and_new),
        make(at, "blocked", package("blocked", PASS, requires='"iniconfig>=9999"')),
        make(at, "canary", {**package("canary", CANARY), "src.txt": "as it was"}),
        make(at, "notes", {"notes.txt": "x"}),
        make(at, "gone", {}),
        make(at, "crash", {"noxfile.py": OWN_TESTS, "run.py": "import os\nos.abort()\n"}),
        make(
            at,
            "hangs",
            {"noxfile.py": OWN_TESTS, "run.py": HANGS.format(pids=str(base / "pids"))},
            preset=short,
        ),
        make(at, "unittests", {"noxfile.py": OWN_TESTS, "run.py": UNITTEST}),
        make(at, "silent", {"noxfile.py": OWN_TESTS, "run.py": "print('all is well')\n"}),
        make(at, "many", {"noxfile.py": MANY, "run.py": UNITTEST}),
        make(at, "unloadable", {"noxfile.py": "import no_such_module_here\n"}),
        make(at, "broken", {"noxfile.py": "print('hello')\nraise ValueError('boom')\n"}),
        make(
            at,
            "other-python",
            {
                "noxfile.py": OWN_TESTS.replace(f'"{HERE}"', '"3.8"'),
                "run.py": "import sys\nprint(sys.version_info[:2])\n" + UNITTEST,
            },
        ),
        make(at, "deep", package("deep", body="VALUE = 1\n")),
        make(at, "middle", package("middle", body="import deep\n", requires='"deep"')),
        make(
            at,
            "top",
            package(
                "top",
                "import middle\n\n\ndef test_it():\n    assert middle.deep.VALUE == 1\n",
                requires='"middle>=1"',
            ),
            requires=("middle",),
        ),
        make(at, "bad-build", {"setup.py": "raise SystemExit('no build today')\n"}, pythons=()),
        make(
            at, "needs-bad", package("needs-bad", PASS), requires=("bad-build",)
        ),
    ]  # fmt: skip


Cells = dict[tuple[str, str, str], Cell]


@pytest.fixture(scope="module")
def cells(base: Path) -> Cells:
    done = run(projects(base), base / "state")
    assert [(one.project, one.python, one.session) for one in done] == sorted(
        (one.project, one.python, one.session) for one in done
    )
    return {(one.project, str(one.python), one.session): one for one in done}


def cell(cells: Cells, project: str, python: PythonVersion = HERE, session: str = "tests") -> Cell:
    return cells[project, str(python), session]


def test_a_pass_has_counts_a_log_and_a_time(cells: Cells, base: Path) -> None:
    one = cell(cells, "passing")
    assert (one.status, one.reason, one.counts) == (CellStatus.PASSED, "", {"passed": 1})
    assert one.log == f"logs/passing/{HERE}-tests.log"
    assert "1 passed" in (base / "state" / one.log).read_text()
    assert one.seconds
    assert len(one.key) == 64


def test_a_missing_interpreter_is_its_own_status(cells: Cells) -> None:
    one = cell(cells, "passing", ABSENT)
    assert one.status is CellStatus.MISSING_INTERPRETER
    assert one.reason == "no Python 3.99 was found on this machine"


def test_a_failure_says_which_test_and_why(cells: Cells) -> None:
    one = cell(cells, "failing")
    assert one.status is CellStatus.FAILED
    assert one.reason == "1 of 1 tests failed; test_it::test_one: AssertionError: no"
    assert one.counts == {"failed": 1}


def test_no_tests_is_no_pass(cells: Cells) -> None:
    for project in ("no-tests", "silent"):
        assert cell(cells, project).status is CellStatus.NO_TESTS


@pytest.mark.skipif(not (OLDER and NEWER), reason="needs a Python before 3.12 and one after")
def test_a_removed_module_fails_where_it_is_removed(cells: Cells) -> None:
    assert cell(cells, "removed", OLDER[0]).status is CellStatus.PASSED
    one = cell(cells, "removed", NEWER[0])
    assert one.status is CellStatus.FAILED
    assert "No module named 'imp'" in one.reason


def test_a_dependency_that_does_not_resolve_blocks_and_is_named(cells: Cells) -> None:
    one = cell(cells, "blocked")
    assert one.status is CellStatus.BLOCKED
    assert "iniconfig" in one.reason


def test_a_project_sees_no_secret_and_changes_nothing(cells: Cells, base: Path) -> None:
    assert cell(cells, "canary").reason == ""
    assert cell(cells, "canary").counts == {"passed": 2}
    folder = base / "fleet" / "canary"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["canary.py", "pyproject.toml", "src.txt", "test_it.py"]
    assert (folder / "src.txt").read_text() == "as it was"


def test_what_cannot_run_says_why(cells: Cells) -> None:
    notes, gone = cell(cells, "notes"), cell(cells, "gone")
    assert (notes.status, notes.reason) == (
        CellStatus.NOT_RUN,
        "no installable project, no noxfile and no tox configuration",
    )
    assert (gone.status, gone.reason) == (CellStatus.NOT_RUN, "its folder is not there")
    unloadable, broken = cell(cells, "unloadable"), cell(cells, "broken")
    assert unloadable.status is CellStatus.NEEDS
    assert "no_such_module_here" in unloadable.reason
    assert broken.status is CellStatus.NOT_RUN
    assert "ValueError: boom" in broken.reason


def test_a_crash_is_a_failure_with_its_signal(cells: Cells) -> None:
    one = cell(cells, "crash")
    assert one.status is CellStatus.FAILED
    assert "SIGABRT" in one.reason


def test_a_timeout_leaves_no_process(cells: Cells, base: Path) -> None:
    one = cell(cells, "hangs")
    assert one.status is CellStatus.TIMEOUT
    assert one.reason == "not done after 4 s; last seen: it hangs here"
    assert not alive(int((base / "pids").read_text()))


def test_unittest_counts_as_tests(cells: Cells) -> None:
    one = cell(cells, "unittests")
    assert (one.status, one.counts) == (CellStatus.PASSED, {"passed": 1})


def test_sessions_are_chosen_by_tag_and_parameters_are_cells(cells: Cells) -> None:
    mine = {key[2]: one.status for key, one in cells.items() if key[0] == "many"}
    assert mine == {
        "unit(size='small')": CellStatus.PASSED,
        "unit(size='big one')": CellStatus.PASSED,
        "quiet": CellStatus.NO_TESTS,
        "says_no": CellStatus.SKIPPED,
    }
    assert cell(cells, "many", session="says_no").reason == "no database here"


def test_a_python_that_the_noxfile_does_not_name_is_tested_all_the_same(
    cells: Cells, base: Path
) -> None:
    one = cell(cells, "other-python")
    assert one.status is CellStatus.PASSED
    assert one.log is not None
    assert str((HERE.major, HERE.minor)) in (base / "state" / one.log).read_text()


def test_the_fleets_own_libraries_are_used_three_levels_deep(cells: Cells) -> None:
    assert cell(cells, "top").reason == ""
    assert cell(cells, "top").status is CellStatus.PASSED


def test_a_library_that_does_not_build_blocks_what_needs_it(cells: Cells) -> None:
    one = cell(cells, "needs-bad")
    assert one.status is CellStatus.BLOCKED
    assert one.reason.startswith("bad-build, which it needs, has no wheel: ")
    assert "no build today" in one.reason


def test_a_run_leaves_only_what_it_keeps(cells: Cells, base: Path) -> None:
    assert list(workshop(base / "state").iterdir()) == []


def test_reasons_hold_no_path_of_this_machine(cells: Cells, base: Path) -> None:
    text = json.dumps(matrix.to_document(cells.values(), found(), DAY))
    assert str(base) not in text
    assert sys.prefix not in text


def test_a_second_run_repeats_only_what_was_not_conclusive(cells: Cells, base: Path) -> None:
    names = {"passing", "failing", "blocked", "silent"}
    fleet = [one for one in projects(base) if one.name in names]
    again = {(one.project, one.python): one for one in run(fleet, base / "state")}
    for name in ("passing", "failing", "silent"):
        one = again[name, HERE]
        assert one.cached
        assert one.status is cell(cells, name).status
        assert one.log == cell(cells, name).log
    assert not again["blocked", HERE].cached
    (base / "fleet" / "silent" / "run.py").write_text("print('changed')\n")
    changed = run([one for one in fleet if one.name == "silent"], base / "state")
    assert [one.cached for one in changed] == [False]


DRIVER = """\
import datetime, sys
from pathlib import Path
from pylife import matrix
from pylife.evidence import Store
from tests.matrix.matrix_help import run
from tests.matrix.test_matrix_run import resumed

base = Path(sys.argv[1])
run(resumed(base, hang=True), base / "state", jobs=1,
    progress=lambda event: print(event.kind, event.cell.project, flush=True))
"""


def resumed(base: Path, *, hang: bool) -> list[MatrixProject]:
    """A project that ends at once, and one that hangs while `hang` is there."""
    slow = f"import os\nif os.path.exists({str(base / 'hang')!r}):\n"
    slow += "".join(
        "    " + line + "\n" for line in HANGS.format(pids=str(base / "pids")).split("\n")
    )
    if hang:
        (base / "hang").touch()
    return [
        make(base, "a-quick", {"noxfile.py": OWN_TESTS, "run.py": UNITTEST}),
        make(base, "b-slow", {"noxfile.py": OWN_TESTS, "run.py": slow + UNITTEST}),
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_had_ended_is_not_run_again(tmp_path: Path, number: signal.Signals) -> None:
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
    )
    try:
        child = int(wait_for(tmp_path / "pids"))
        driver.send_signal(number)
        out, err = driver.communicate(timeout=120)
    finally:
        driver.kill()
    assert set(out.split()) >= {"a-quick", "b-slow"}, err
    assert "finished a-quick" in out
    if number is signal.SIGINT:
        assert "KeyboardInterrupt" in err
        assert not alive(child)
        assert list(workshop(tmp_path / "state").iterdir()) == []
    (tmp_path / "hang").unlink()
    with Store(tmp_path / "state" / "evidence.sqlite") as store:
        assert [one.project for one in store.cells()] == ["a-quick"]
    started: list[str] = []
    done = run(
        resumed(tmp_path, hang=False),
        tmp_path / "state",
        progress=lambda event: (
            started.append(event.cell.project) if event.kind == "started" else None
        ),
    )
    assert started == ["b-slow"]
    # SIGKILL cannot be answered: what that run left is put away by the next one.
    assert not alive(child)
    assert list(workshop(tmp_path / "state").iterdir()) == []
    assert [(one.status, one.cached) for one in done] == [
        (CellStatus.PASSED, True),
        (CellStatus.PASSED, False),
    ]


def test_only_what_was_not_the_projects_doing_is_tried_again(tmp_path: Path) -> None:
    once = "import os\nwith open({path!r}, 'a') as file:\n    print('run', file=file)\n"
    killed, fails = tmp_path / "killed", tmp_path / "fails"
    dies = once.format(path=str(killed)) + (
        f"if len(open({str(killed)!r}).readlines()) == 1:\n    os.kill(os.getpid(), 9)\n"
    )
    preset = MatrixPreset(name="t", timeout=60, retries=2)
    fleet = [
        make(tmp_path, "dies", {"noxfile.py": OWN_TESTS, "run.py": dies + UNITTEST}, preset=preset),
        make(
            tmp_path,
            "errs",
            {"noxfile.py": OWN_TESTS, "run.py": once.format(path=str(fails)) + "raise OSError(1)"},
            preset=preset,
        ),
    ]
    done = run(fleet, tmp_path / "state")
    assert [one.status for one in done] == [CellStatus.PASSED, CellStatus.FAILED]
    assert killed.read_text() == "run\nrun\n"
    assert fails.read_text() == "run\n"


def test_stopping_leaves_the_rest_not_run(tmp_path: Path) -> None:
    stop = threading.Event()

    def watch() -> None:
        wait_for(tmp_path / "pids")
        stop.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    fleet = resumed(tmp_path, hang=True)
    with Store(tmp_path / "e.sqlite") as store:
        done = matrix.run(
            fleet[::-1],
            interpreters={HERE: found()[HERE]},
            state=tmp_path / "state",
            jobs=1,
            store=store,
            as_of=DAY,
            stop=stop,
        )
    watcher.join()
    assert [one.status for one in done] == [CellStatus.PASSED, CellStatus.NOT_RUN]
    assert not alive(int((tmp_path / "pids").read_text()))


def test_what_a_project_shares_with_its_repository_is_there_and_counts(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "shared").mkdir(parents=True)
    (root / "shared" / "one.txt").write_text("one")
    project = make(root, "p", {"noxfile.py": OWN_TESTS, "run.py": READS})
    (project.folder / "data").symlink_to("../shared")
    (alone,) = run([project], tmp_path / "state")
    assert (alone.status, alone.reason) == (
        CellStatus.NOT_RUN,
        "its link data -> ../shared leads out of its repository: no copy has that",
    )
    (root / ".git").mkdir()
    (first,) = run([project], tmp_path / "state")
    (again,) = run([project], tmp_path / "state")
    assert (first.status, again.cached) == (CellStatus.PASSED, True)
    (root / "shared" / "one.txt").write_text("two")
    (changed,) = run([project], tmp_path / "state")
    assert (changed.status, changed.cached) == (CellStatus.FAILED, False)

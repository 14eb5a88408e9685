"""Cells on a real Dask scheduler and real workers, which are broken on purpose."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.matrix.matrix_help import ABSENT, DAY, HERE, OWN_TESTS, alive, make, wait_for

pytest.importorskip("distributed", reason="many machines need pylife's extra dask")

from pylife import matrix
from pylife.errors import ToolError
from pylife.evidence import Store
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.executors import dask_wire
from pylife.matrix.executors.dask_link import Waits
from pylife.matrix.presets import MatrixPreset
from pylife.model import Cell, CellStatus, PythonVersion
from tests.conftest import Pylife
from tests.matrix import dask_help
from tests.matrix.dask_help import SECONDS, WAITS, Cluster, run, started, wait_for_workers

pytestmark = [
    pytest.mark.slow,
    # Dask's own: its event loops and sockets end a moment after their threads.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

PASSES = "import unittest\nclass T(unittest.TestCase):\n    def test(self): pass\nunittest.main()\n"
BACKEND = """\
import zipfile


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "dask_lib-1.0-py3-none-any.whl"
    info = "dask_lib-1.0.dist-info"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("dask_lib.py", "answer = 42\\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: dask-lib\\nVersion: 1.0\\n")
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        )
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""
LIBRARY = {
    "pyproject.toml": (
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "dask-lib"\nversion = "1.0"\n'
    ),
    "backend.py": BACKEND,
}


def project(base: Path, name: str, code: str = PASSES, **more: str) -> MatrixProject:
    return make(base, name, {"noxfile.py": OWN_TESTS, "run.py": code, **more})


def run_here(
    projects: list[MatrixProject], state: Path, interpreters: dict[PythonVersion, Interpreter]
) -> list[Cell]:
    """The cells on this machine, with the interpreters that the workers used."""
    with Store(state / "evidence.sqlite", logs=state) as store:
        return matrix.run(
            projects, interpreters=interpreters, state=state, jobs=2, store=store, as_of=DAY
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers that nobody breaks."""
    with started(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def eventually(what: Callable[[], bool], seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def marked(name: str) -> list[int]:
    """The live processes whose command line has `name`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if name.encode() in (entry / "cmdline").read_bytes() and alive(int(entry.name)):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_cells_are_what_they_are_here_with_their_logs_and_stored(
    cluster: Cluster, tmp_path: Path
) -> None:
    fails = "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.fail('no')\n"
    projects = [
        project(tmp_path / "fleet", "good"),
        project(tmp_path / "fleet", "bad", fails + "unittest.main()\n"),
        project(tmp_path / "fleet", "loud", "print('x' * 5_000_000)\n" + PASSES),
    ]
    events: list[tuple[str, str]] = []
    seen: dict[PythonVersion, Interpreter] = {}
    cells = run(
        projects, tmp_path / "far", cluster.address, seen=seen,
        progress=lambda event: events.append((event.kind, event.cell.project)),
    )  # fmt: skip
    near = run_here(projects, tmp_path / "near", seen)
    assert [cell.status for cell in cells] == [
        CellStatus.FAILED, CellStatus.PASSED, CellStatus.PASSED,
    ]  # fmt: skip
    for far, here in zip(cells, near, strict=True):
        assert far._replace(seconds=None) == here._replace(seconds=None)
    for cell in cells:
        assert cell.log is not None
        log = (tmp_path / "far" / cell.log).read_text(encoding="utf-8")
        assert log.startswith(f"pylife: {cell.project}, tests on Python")
        assert len(log) < 2_100_000
    with Store(tmp_path / "far" / "evidence.sqlite") as store:
        assert {cell.key for cell in store.cells()} == {cell.key for cell in near}
        assert all(len(result.log_digest) == 64 for result in store.results())
    for name in ("good", "bad", "loud"):
        assert [kind for kind, about in events if about == name] == ["started", "finished"]
    # The same store and a run on this machine: the key is the same, wherever it was run.
    again = run_here(projects, tmp_path / "far", seen)
    assert all(cell.cached for cell in again)


def test_a_wheel_is_built_once_and_travels(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of the cells' variables these are passed: uv needs nothing but the wheel.
    monkeypatch.setenv("UV_OFFLINE", "1")
    uses = OWN_TESTS.replace("    session.run", '    session.install("dask-lib")\n    session.run')
    preset = MatrixPreset(name="t", timeout=120, retries=0, environment=("UV_OFFLINE",))
    library = make(tmp_path / "fleet", "dask-lib", LIBRARY, pythons=())
    code = "import dask_lib\nassert dask_lib.answer == 42\n" + PASSES
    users = [
        make(
            tmp_path / "fleet", f"user{number}", {"noxfile.py": uses, "run.py": code},
            requires=("dask-lib",), preset=preset,
        )
        for number in range(3)
    ]  # fmt: skip
    cells = run([library, *users], tmp_path / "state", cluster.address)
    assert {cell.status for cell in cells} == {CellStatus.PASSED}, cells
    [wheel] = (tmp_path / "state" / "wheelhouse").glob("*/any/*.whl")
    assert wheel.name == "dask_lib-1.0-py3-none-any.whl"
    (tmp_path / "fleet" / "dask-lib" / "backend.py").write_text("raise OSError('no compiler')\n")
    cells = run([library, *users], tmp_path / "state", cluster.address)
    assert {cell.status for cell in cells} == {CellStatus.BLOCKED}
    assert "dask-lib, which it needs, has no wheel" in cells[0].reason
    assert "no compiler" in cells[0].reason


def test_only_what_the_preset_names_travels(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "canary-of-the-run")
    monkeypatch.setenv("ALLOWED", "allowed-by-the-preset")
    shows = "import os\nprint(sorted(os.environ.items()))\n" + PASSES
    one = project(tmp_path / "fleet", "shows", shows)
    one = replace(one, preset=replace(one.preset, environment=("ALLOWED", "NOT_SET")))
    [cell] = run([one], tmp_path / "state", cluster.address)
    assert cell.status is CellStatus.PASSED
    assert cell.log is not None
    log = (tmp_path / "state" / cell.log).read_text(encoding="utf-8")
    assert "allowed-by-the-preset" in log
    for path in [*tmp_path.rglob("*"), *cluster.base.rglob("*")]:
        if path.is_file():
            assert b"canary-of-the-run" not in path.read_bytes(), path


def test_a_python_that_no_worker_has_is_missing(cluster: Cluster, tmp_path: Path) -> None:
    one = make(tmp_path / "fleet", "new", {"noxfile.py": OWN_TESTS}, pythons=[ABSENT])
    began = time.monotonic()
    [cell] = run(
        [one], tmp_path / "state", cluster.address, waits=WAITS._replace(worker=3),
        wanted=[ABSENT],
    )  # fmt: skip
    assert time.monotonic() - began < 60
    assert cell.status is CellStatus.MISSING_INTERPRETER
    assert f"none of the 2 workers of {cluster.address} had one within 3 s" in cell.reason


def test_a_worker_must_declare_what_it_has(tmp_path: Path) -> None:
    with started(tmp_path / "cluster", 0) as cluster:
        cluster.add(resources="")
        wait_for_workers(cluster.address, 1)
        one = project(tmp_path / "fleet", "p")
        waits = WAITS._replace(worker=3)
        [cell] = run([one], tmp_path / "state", cluster.address, waits=waits)
    assert cell.status is CellStatus.MISSING_INTERPRETER
    assert f"declares the resource python{HERE}, though some have it" in cell.reason


def test_the_only_worker_goes_away_and_its_cell_is_missing_an_interpreter(tmp_path: Path) -> None:
    with started(tmp_path / "cluster", 1) as cluster:
        there = tmp_path / "there"
        one = project(tmp_path / "fleet", "p", _tells(there, "time.sleep(100)"))
        with _running([one], tmp_path / "state", cluster.address, waits=WAITS._replace(worker=4)
        ) as later:  # fmt: skip
            nox = int(wait_for(there, SECONDS))
            [worker] = cluster.workers
            os.killpg(worker.pid, signal.SIGKILL)
            [cell] = later()
        assert cell.status is CellStatus.MISSING_INTERPRETER
        assert "for 4 s" in cell.reason
        _end(nox)


def test_a_killed_worker_loses_no_cell_and_leaves_no_process(tmp_path: Path) -> None:
    with started(tmp_path / "cluster", 2) as cluster:
        there, second = tmp_path / "there", tmp_path / "second"
        code = _tells(there, f"os.path.exists({str(second)!r}) or time.sleep(200)")
        others = [project(tmp_path / "fleet", f"other{number}") for number in range(4)]
        one = project(tmp_path / "fleet", "p", code)
        with _running([one, *others], tmp_path / "state", cluster.address) as later:
            first = int(wait_for(there, SECONDS))
            second.touch()
            there.unlink()
            os.kill(_worker_of(first), signal.SIGKILL)
            cells = later()
        assert {cell.status for cell in cells} == {CellStatus.PASSED}, cells
        assert int(there.read_text()) != first
        # At the end the other worker puts away what the killed one left; so does a new one.
        eventually(lambda: not alive(first))
        with Store(tmp_path / "state" / "evidence.sqlite") as store:
            assert len(store.cells()) == 5


def test_a_cell_that_kills_its_workers_is_given_up(tmp_path: Path) -> None:
    with started(tmp_path / "cluster", 2) as cluster:
        kills = (
            "import os, signal\n"
            "pid = os.getppid()\n"
            "for above in ('supervisor', 'worker'):\n"
            "    stat = open(f'/proc/{pid}/stat').read()\n"
            "    pid = int(stat.rpartition(')')[2].split()[1])\n"
            "os.kill(pid, signal.SIGKILL)\n"
        )
        one = project(tmp_path / "fleet", "kills", kills)
        other = project(tmp_path / "fleet", "other")
        cells = run([one, other], tmp_path / "state", cluster.address)
    assert [cell.status for cell in cells] == [CellStatus.INFRASTRUCTURE, CellStatus.PASSED], cells
    assert cells[0].reason.startswith("3 workers were lost while they ran it: tcp://127.0.0.1:")


def test_the_scheduler_is_killed_and_comes_back(tmp_path: Path) -> None:
    with started(tmp_path / "cluster", 0) as cluster:
        workers = [_serve(cluster, tmp_path / "root") for _ in range(2)]
        try:
            wait_for_workers(cluster.address, 2)
            there = tmp_path / "there"
            slow = [
                project(tmp_path / "fleet", f"slow{number}", _tells(there, "time.sleep(2)"))
                for number in range(4)
            ]
            quick = [project(tmp_path / "fleet", f"p{number}") for number in range(4)]
            finished: list[str] = []

            def tell(event: matrix.Event) -> None:
                if event.kind == "finished":
                    finished.append(event.cell.key)

            with _running(
                [*quick, *slow], tmp_path / "state", cluster.address, progress=tell
            ) as later:
                wait_for(there, SECONDS)
                before = list(finished)
                assert cluster.scheduler is not None
                cluster.scheduler.kill()
                cluster.scheduler.wait()
                time.sleep(1)
                cluster.start()
                cells = later()
            assert {cell.status for cell in cells} == {CellStatus.PASSED}, cells
            assert len(finished) == len(set(finished)) == 8
            assert set(before) <= {cell.key for cell in cells}
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            for worker in workers:
                assert worker.wait(60) == 0
    assert not marked(str(tmp_path))


def test_a_scheduler_that_stays_away_ends_the_run_in_time(tmp_path: Path) -> None:
    with started(tmp_path / "cluster", 1) as cluster:
        there = tmp_path / "there"
        one = project(tmp_path / "fleet", "p", _tells(there, "time.sleep(100)"))
        waits = Waits(worker=60, scheduler=6, idle=60)
        with _running([one], tmp_path / "state", cluster.address, waits=waits) as later:
            nox = int(wait_for(there, SECONDS))
            assert cluster.scheduler is not None
            cluster.scheduler.kill()
            began = time.monotonic()
            [cell] = later()
        assert time.monotonic() - began < 60
        assert cell.status is CellStatus.INFRASTRUCTURE
        assert "was lost and did not come back within 6 s" in cell.reason
        eventually(lambda: not alive(nox))


def test_stopping_ends_what_runs_on_the_workers(cluster: Cluster, tmp_path: Path) -> None:
    there, stop = tmp_path / "there", threading.Event()
    one = project(tmp_path / "fleet", "p", _tells(there, "time.sleep(100)"))
    with _running([one], tmp_path / "state", cluster.address, stop=stop) as later:
        nox = int(wait_for(there, SECONDS))
        stop.set()
        [cell] = later()
    assert cell.status is CellStatus.NOT_RUN
    eventually(lambda: not alive(nox), 30)
    # The workers go on.
    [cell] = run([project(tmp_path / "fleet", "q")], tmp_path / "state", cluster.address)
    assert cell.status is CellStatus.PASSED


def test_a_killed_run_leaves_nothing_on_the_workers_and_is_resumed(
    cluster: Cluster, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    project(tmp_path / "fleet", "p", _tells(there, "time.sleep(3)"))
    runner = subprocess.Popen(
        [sys.executable, "-c", _RUNNER, str(tmp_path), cluster.address],
        cwd=Path(__file__).parents[2],
    )
    nox = int(wait_for(there, SECONDS))
    runner.kill()
    runner.wait()
    eventually(lambda: not alive(nox), 60)
    [cell] = run(
        [project(tmp_path / "fleet", "p", _tells(there, "time.sleep(3)"))],
        tmp_path / "state", cluster.address,
    )  # fmt: skip
    assert (cell.status, cell.cached) == (CellStatus.PASSED, False)


def test_another_release_of_pylife_is_a_clear_error(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = dask_wire.VERSION
    monkeypatch.setattr(dask_wire, "VERSION", "99.0")
    with pytest.raises(
        ToolError, match=re.escape(f"its pylife is {own}, and this is 99.0")
    ) as error:
        run([project(tmp_path / "fleet", "p")], tmp_path / "state", cluster.address)
    assert error.value.help == "install python-lifecycle[nightly,dask]==99.0 where they run"


def test_no_scheduler_is_a_clear_error(tmp_path: Path) -> None:
    waits = Waits(worker=1, scheduler=2, idle=1)
    with pytest.raises(ToolError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        run([], tmp_path / "state", "tcp://127.0.0.1:1", waits=waits)


def test_from_the_command_line(cluster: Cluster, tmp_path: Path, pylife: Pylife) -> None:
    folder = project(tmp_path, "tiny").folder
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "tiny"\nversion = "1"\nrequires-python = ">={HERE}"\n'
    )
    arguments = ["matrix", "run", folder, "--as-of", str(DAY), "--python", str(HERE), "--offline"]
    far = ["--executor", "dask", "--scheduler", cluster.address, "--wait", "60"]
    ran = pylife(*arguments, *far)
    assert ran.code == 0, ran
    assert "1 cells: 1 passed" in ran.out
    assert pylife(*arguments, "--executor", "dask").code == 2
    assert pylife(*arguments, "--scheduler", cluster.address).code == 2
    again = pylife(*arguments, *far)
    assert "1 known from earlier runs" in again.out


_RUNNER = """
import sys
from pathlib import Path
from tests.matrix import dask_help, matrix_help
base = Path(sys.argv[1])
if __name__ == "__main__":
    project = matrix_help.make(base / "fleet", "p", {})
    dask_help.run([project], base / "state", sys.argv[2])
"""


def _tells(there: Path, then: str) -> str:
    """Code that writes its process number into a file, does something, and passes."""
    return (
        "import os, time\n"
        f"with open({str(there)!r} + str(os.getpid()), 'w') as file:\n"
        "    file.write(f'{os.getpid()}\\n')\n"
        f"os.replace({str(there)!r} + str(os.getpid()), {str(there)!r})\n"
        f"{then}\n" + PASSES
    )


class _running:  # noqa: N801 - reads as a word
    """A run in a thread of its own; its cells, or what it raises, come later."""

    def __init__(
        self, projects: list[MatrixProject], state: Path, address: str, **options: Any
    ) -> None:
        self._stop: threading.Event = options.setdefault("stop", threading.Event())
        self._work: Callable[[], list[Cell]] = lambda: run(projects, state, address, **options)
        self._cells: list[Cell] = []
        self._error: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._cells = self._work()
        except BaseException as error:  # noqa: BLE001 - raised in the test
            self._error.append(error)

    def __enter__(self) -> Callable[[], list[Cell]]:
        self._thread.start()
        return self._later

    def _later(self) -> list[Cell]:
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the run did not end"
        if self._error:
            raise self._error[0]
        return self._cells

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(SECONDS)


def _worker_of(pid: int) -> int:
    """The worker's process: above the test's, nox and its supervisor."""
    for _ in range(3):
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return pid


def _serve(cluster: Cluster, root: Path) -> "subprocess.Popen[bytes]":
    with (cluster.base / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", dask_help.DIES_WITH_US, "pylife", "matrix", "worker",
             cluster.address, "--slots", "1",
             "--state", str(root), "--", "--host", "127.0.0.1",
             "--local-directory", str(cluster.base / "scratch")],
            stdout=log, stderr=log, env=dask_help.environment(root),
        )  # fmt: skip


def _end(pid: int) -> None:
    """End what a worker left whose machine is thought to be gone."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_the_helper_names_the_resource_of_the_tests() -> None:
    assert f"python{HERE}" == dask_help.RESOURCE

"""Each kind of bad end, designed: real nox and real interpreters, nothing installed."""

import time
from pathlib import Path

import pytest

from pylife.matrix.base import MatrixProject
from pylife.matrix.presets import MatrixPreset
from pylife.model import Cell, CellStatus, PythonVersion
from tests.matrix.matrix_help import alive, make, need, python, run, wait_for

pytestmark = pytest.mark.slow

NOXFILE = """\
import nox


@nox.session
def tests(session):
    session.run("python", "run.py")
"""
HEAD = """\
import os, sys, time, unittest

NEW = sys.version_info >= (3, 12)
"""
TAIL = """

unittest.main(verbosity=0)
"""
OLD, NEW = "3.11", "3.12"
QUICK = MatrixPreset(name="t", timeout=60, retries=0, backoff=0)


def project(
    base: Path,
    name: str,
    body: str,
    *,
    preset: MatrixPreset = QUICK,
    pythons: tuple[str, ...] = (OLD, NEW),
    baseline: str | None = OLD,
) -> MatrixProject:
    """A project whose one test has `body`."""
    need(*pythons, *([baseline] if baseline else []))
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    text = f"{HEAD}\nclass T(unittest.TestCase):\n    def test_it(self):\n{lines}{TAIL}"
    return make(
        base,
        name,
        {"noxfile.py": NOXFILE, "run.py": text},
        pythons=tuple(map(python, pythons)),
        baseline=python(baseline) if baseline else None,
        preset=preset,
    )


def cells(project: MatrixProject, base: Path) -> dict[PythonVersion, Cell]:
    return {cell.python: cell for cell in run([project], base / "state")}


def test_a_removed_module_is_explained(tmp_path: Path) -> None:
    done = cells(project(tmp_path, "removed", "import distutils.version"), tmp_path)
    assert done[python(OLD)].status is CellStatus.PASSED
    one = done[python(NEW)]
    told = "distutils was removed in 3.12: use packaging or setuptools"
    assert one.status is CellStatus.FAILED
    assert one.hints == (told,)
    assert one.reason.endswith(f"({told})")
    assert one.failure.startswith("ERROR: test_it")
    assert one.failure.endswith("ModuleNotFoundError: No module named 'distutils'")
    assert str(tmp_path) not in one.failure


def test_what_fails_on_the_baseline_too_is_not_the_pythons_doing(tmp_path: Path) -> None:
    done = cells(project(tmp_path, "old", "assert 1 == 2, 'never'"), tmp_path)
    assert done[python(OLD)].status is CellStatus.FAILED
    one = done[python(NEW)]
    assert one.status is CellStatus.FAILS_ON_BASELINE
    assert one.reason.startswith(f"it fails on {OLD} too; here: 1 of 1 tests failed")
    assert "AssertionError: never" in one.failure


@pytest.mark.parametrize(("body", "status"), [
    ("assert not NEW", CellStatus.FAILED),
    ("assert False", CellStatus.FAILS_ON_BASELINE),
])  # fmt: skip
def test_the_baseline_is_run_also_where_it_was_not_asked_for(
    tmp_path: Path, body: str, status: CellStatus
) -> None:
    narrow = project(tmp_path, "narrow", body, pythons=(NEW,))
    done = cells(narrow, tmp_path)
    assert done[python(NEW)].status is status
    assert python(OLD) in done
    again = cells(narrow, tmp_path)
    assert [(one.status, one.cached) for one in again.values()] == [
        (one.status, True) for one in done.values()
    ]


def test_a_pass_asks_for_no_baseline(tmp_path: Path) -> None:
    done = cells(project(tmp_path, "fine", "pass", pythons=(NEW,)), tmp_path)
    assert [(one.python, one.status) for one in done.values()] == [(python(NEW), CellStatus.PASSED)]


SHORT = MatrixPreset(name="t", timeout=4, retries=0, backoff=0)


@pytest.mark.parametrize(("body", "preset", "statuses", "reason"), [
    (
        "if NEW: print('here', flush=True); time.sleep(60)", SHORT,
        (CellStatus.PASSED, CellStatus.FAILED),
        f"it hangs here and passes on {OLD}: not done after 4 s; last seen: here",
    ),
    (
        "time.sleep(60)", SHORT, (CellStatus.TIMEOUT, CellStatus.TIMEOUT), "not done after 4 s",
    ),
    (
        "if NEW: os.kill(os.getpid(), 9)", QUICK, (CellStatus.PASSED, CellStatus.FAILED),
        f"it fails here and passes on {OLD}: `python run.py` was ended by signal 9 (SIGKILL)",
    ),
    (
        "os.kill(os.getpid(), 9)", QUICK, (CellStatus.INFRASTRUCTURE, CellStatus.INFRASTRUCTURE),
        "`python run.py` was ended by signal 9 (SIGKILL)",
    ),
    (
        "if NEW: os.abort()", QUICK, (CellStatus.PASSED, CellStatus.FAILED),
        "`python run.py` was ended by signal 6 (SIGABRT)",
    ),
    (
        "os.abort()", QUICK, (CellStatus.FAILED, CellStatus.FAILS_ON_BASELINE),
        f"it fails on {OLD} too; here: `python run.py` was ended by signal 6 (SIGABRT)",
    ),
    (
        "if NEW: raise RuntimeError('No CUDA GPUs are available')", QUICK,
        (CellStatus.PASSED, CellStatus.FAILED),
        f"it fails here and passes on {OLD}: needs an NVIDIA GPU, which is not here",
    ),
], ids=["hang", "hangs", "killed", "both-killed", "crash", "both-crash", "lack"])  # fmt: skip
def test_a_hang_or_a_signal_is_judged_by_the_baseline(
    tmp_path: Path, body: str, preset: MatrixPreset, statuses: tuple[CellStatus, ...], reason: str
) -> None:
    done = cells(project(tmp_path, "one", body, preset=preset), tmp_path)
    assert tuple(done[python(version)].status for version in (OLD, NEW)) == statuses
    assert done[python(NEW)].reason.startswith(reason)


@pytest.mark.parametrize(("body", "status", "reason"), [
    ("import winreg", CellStatus.NEEDS, "needs Windows, which is not here"),
    (
        "raise ConnectionRefusedError(111, \"Connect call failed ('127.0.0.1', 5432)\")",
        CellStatus.NEEDS, "needs PostgreSQL, which is not here",
    ),
    (
        "raise ConnectionRefusedError(111, \"Connect call failed ('127.0.0.1', 49327)\")",
        CellStatus.FAILED, "0 tests failed, 1 could not be run; test_it",
    ),
    (
        "import socket; socket.gethostbyname('no-such-host.invalid')",
        CellStatus.INFRASTRUCTURE, "no network",
    ),
    ("open('/dev/full', 'w').write('x' * 100000)", CellStatus.INFRASTRUCTURE, "the disk is full"),
    ("raise unittest.SkipTest('no')", CellStatus.NO_TESTS, "all 1 tests were skipped"),
], ids=["platform", "service", "own-port", "network", "disk", "skipped"])  # fmt: skip
def test_what_is_not_here_is_no_failure(
    tmp_path: Path, body: str, status: CellStatus, reason: str
) -> None:
    done = cells(project(tmp_path, "one", body, pythons=(OLD,)), tmp_path)
    one = done[python(OLD)]
    assert one.status is status, one
    assert one.reason.startswith(reason)


def test_one_real_failure_beside_a_lack_is_a_failure(tmp_path: Path) -> None:
    made = project(tmp_path, "both", "import winreg", pythons=(OLD,))
    script = made.folder / "run.py"
    script.write_text(
        script.read_text().replace(TAIL, "\n    def test_other(self):\n        assert 0\n" + TAIL)
    )
    assert cells(made, tmp_path)[python(OLD)].status is CellStatus.FAILED


ONCE = """\
path = {path!r}
with open(path, 'a') as file: print('run', file=file)
print('attempt', len(open(path).readlines()), flush=True)
assert len(open(path).readlines()) >= {good}, 'not yet'
"""


@pytest.mark.parametrize(("retries", "good", "status"), [
    (0, 2, CellStatus.FAILED), (1, 2, CellStatus.FLAKY), (2, 9, CellStatus.FAILED),
])  # fmt: skip
def test_a_failure_that_passes_when_run_again_is_flaky(
    tmp_path: Path, retries: int, good: int, status: CellStatus
) -> None:
    path = tmp_path / "runs"
    preset = MatrixPreset(name="t", timeout=60, retries=0, retries_failed=retries)
    body = ONCE.format(path=str(path), good=good)
    made = project(tmp_path, "flaky", body, preset=preset, pythons=(OLD,))
    one = cells(made, tmp_path)[python(OLD)]
    assert one.status is status
    assert len(path.read_text().splitlines()) == retries + 1
    assert one.log is not None
    log = (tmp_path / "state" / one.log).read_text()
    assert [f"attempt {n}\n" in log for n in (1, 2, 3)] == [n <= retries + 1 for n in (1, 2, 3)]
    assert "AssertionError: not yet" in one.reason
    if status is CellStatus.FLAKY:
        assert one.reason.startswith("failed, and passed when run again; at first: 1 of 1")
        assert one.counts == {"passed": 1}


def test_a_wait_grows_before_each_retry_and_ends_when_it_is_stopped(tmp_path: Path) -> None:
    preset = MatrixPreset(name="t", timeout=60, retries=2, backoff=0.5)
    made = project(tmp_path, "full", "open('/dev/full', 'w').write('x' * 9999)", preset=preset,
                   pythons=(OLD,))  # fmt: skip
    began = time.monotonic()
    one = cells(made, tmp_path)[python(OLD)]
    assert one.status is CellStatus.INFRASTRUCTURE
    assert time.monotonic() - began > 0.5 + 1.0
    assert one.log is not None
    assert (tmp_path / "state" / one.log).read_text().count("pylife: full, tests") == 3


FORK = """\
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with open({path!r}, 'w') as file: print(os.getpid(), file=file)
        time.sleep(300)
    os._exit(0)
os.wait()
"""


def test_a_fork_that_outlives_the_session_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    body = FORK.format(path=str(path)) + f"while not os.path.exists({str(path)!r}): time.sleep(.01)"
    made = project(tmp_path, "forks", body, pythons=(OLD,))
    one = cells(made, tmp_path)[python(OLD)]
    assert one.status is CellStatus.PASSED
    assert not alive(int(wait_for(path)))


def test_200_mb_of_output_are_a_short_log(tmp_path: Path) -> None:
    body = "line = 'x' * 999_999\nfor _ in range(200): print(line, flush=True)"
    one = cells(project(tmp_path, "loud", body, pythons=(OLD,)), tmp_path)[python(OLD)]
    assert one.status is CellStatus.PASSED
    assert one.log is not None
    assert (tmp_path / "state" / one.log).stat().st_size < 2_500_000

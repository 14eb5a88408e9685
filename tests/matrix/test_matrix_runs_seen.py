"""Runs of pytest tell of themselves: all of them count, and where they ran."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pylife.matrix import observe, runs_seen
from pylife.matrix.observe import Places
from pylife.matrix.process import Ended
from pylife.matrix.runs_seen import Run
from pylife.model import CellStatus, PythonVersion
from tests.matrix.matrix_help import HERE, found, make, run

OTHER = next((one for one in sorted(found()) if one != HERE and not one.free_threaded), None)
GOOD = "def test_good(): pass\n"
BAD = "def test_bad(): assert False\n"
GONE = "import os\ndef test_gone(): os._exit(0)\n"
SKIPPED = "import pytest\n@pytest.mark.skip\ndef test_skipped(): pass\n"
INNER = """\
import subprocess, sys
pytest_plugins = ["pytester"]

def test_process():
    assert subprocess.run([sys.executable, "-m", "pytest", "bad.py"]).returncode == 1

def test_inside(pytester):
    pytester.makepyfile("def test_x(): assert 0")
    for _ in range(2):
        pytester.inline_run().assertoutcome(failed=1)
    assert pytester.runpytest_subprocess().ret == 1
"""
FILES = {
    "good.py": GOOD,
    "bad.py": BAD,
    "gone.py": GONE,
    "skipped.py": SKIPPED,
    "inner.py": INNER,
    "pytest.ini": "[pytest]\n",
}


def started(
    folder: Path, *commands: str, env: Mapping[str, str] | None = None
) -> tuple[tuple[Run, ...], str]:
    """What runs of pytest with these arguments tell, and what they print."""
    for name, content in FILES.items():
        (folder / name).write_text(content)
    places = Places(folder)
    before = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = runs_seen.write(places.seen, before)
    own = f"-o junit_family=xunit2 --junitxml={shlex.quote(str(places.junit))}"
    environment = {**before, **told, "PYTEST_ADDOPTS": own, **(env or {})}
    printed = ""
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *command.split()],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        printed += done.stdout + done.stderr
    return runs_seen.read(places.seen), printed


def counts(
    folder: Path, *commands: str, env: Mapping[str, str] | None = None
) -> tuple[dict[str, int], int]:
    """The counts of all runs, and how many came to no result."""
    runs, printed = started(folder, *commands, env=env)
    tests = runs_seen.counted(runs, Places(folder).junit, printed)
    return ({}, 0) if tests is None else (tests.counts, tests.unfinished)


NOT_SEEN = {"PYTHONPATH": "elsewhere"}


@pytest.mark.slow
@pytest.mark.parametrize("env", [{}, NOT_SEEN, {"PYTEST_ADDOPTS": ""}], ids=str)
@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        (("bad.py", "good.py"), ({"failed": 1, "passed": 1}, 0)),
        (("good.py", "skipped.py"), ({"passed": 1, "skipped": 1}, 0)),
        (("good.py", "gone.py"), ({"passed": 1}, 1)),
        (("gone.py",), ({}, 1)),
        (("good.py --junitxml=own.xml", "bad.py"), ({"failed": 1, "passed": 1}, 0)),
        (("good.py bad.py -n 2",), ({"failed": 1, "passed": 1}, 0)),
        (("-p no:junitxml -o addopts= good.py bad.py",), ({"failed": 1, "passed": 1}, 0)),
        (("inner.py",), ({"passed": 2}, 0)),
        (("--markers", "good.py --collect-only", "good.py"), ({"passed": 1}, 0)),
    ],
    ids=lambda one: " + ".join(one) if isinstance(one[0], str) else "",
)
def test_every_run_counts_once(
    tmp_path: Path,
    commands: tuple[str, ...],
    expected: tuple[dict[str, int], int],
    env: dict[str, str],
) -> None:
    if "-p no:junitxml" in commands[0]:
        env = {**env, "PYTEST_ADDOPTS": ""}
    assert counts(tmp_path, *commands, env=env) == expected


def test_a_quiet_run_that_ends_without_a_result_is_seen(tmp_path: Path) -> None:
    assert counts(tmp_path, "-q good.py", "-q gone.py") == ({"passed": 1}, 1)


@pytest.mark.parametrize("command", ["nowhere.py", "-q nowhere.py"])
def test_a_run_of_nothing_is_no_result(tmp_path: Path, command: str) -> None:
    assert counts(tmp_path, "good.py", command) == ({"passed": 1}, 1)


def test_a_sessions_own_junit_file_stays_its_own(tmp_path: Path) -> None:
    (told,), _ = started(tmp_path, "bad.py --junitxml=own.xml")
    assert told.tests is not None
    assert "assert False" in told.tests.first
    assert (tmp_path / "own.xml").is_file()
    assert not (tmp_path / "junit.xml").exists()


def test_where_runs_were_is_known(tmp_path: Path) -> None:
    runs, printed = started(tmp_path, "good.py")
    assert [one.python for one in runs] == [HERE]
    environments = frozenset({HERE})
    assert runs_seen.pythons((), printed, environments) == {HERE}
    free = frozenset({PythonVersion(3, 13, free_threaded=True)})
    header = "platform linux -- Python 3.13.1, pytest-9.0.0, pluggy-1.6.0\n"
    assert runs_seen.pythons((), header, free) == free
    assert runs_seen.pythons((), header, frozenset()) == {PythonVersion(3, 13)}


def test_what_runs_tell_may_be_broken(tmp_path: Path) -> None:
    runs = tmp_path / "seen" / "runs"
    runs.mkdir(parents=True)
    for number, text in enumerate(("", "[]", '{"python": 3}', '{"python": [3, 13]}')):
        (runs / f"{number}.json").write_text(text)
    (tmp_path / "a.log").write_text("1 passed in 0.01s\n")
    seen = observe.observe(Ended(code=0, seconds=1), tmp_path / "a.log", Places(tmp_path))
    assert seen.tests is not None
    assert seen.tests.counts == {"passed": 1}


# In cells

NOXFILE = f"""\
import nox

nox.options.default_venv_backend = "venv"

@nox.session(python="{HERE}", tags=["tests"])
def {{name}}(session):
    session.install("pytest")
{{body}}
"""
KILLED = "import os, signal\ndef test_it(): os.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (
            '    session.run("pytest", "bad.py", success_codes=[0, 1])\n    session.run("pytest", "good.py")',
            CellStatus.FAILED,
            "the session ended well, though: 1 of 2 tests failed; bad::test_bad: assert False",
        ),
        (
            '    session.run("pytest", "good.py")\n    session.run("pytest", "-q", "gone.py")',
            CellStatus.FAILED,
            "the session ended well, though a test run that began came to no result",
        ),
        (
            '    session.run("pytest", "good.py")\n    session.run("pytest", "skipped.py")',
            CellStatus.PASSED,
            "",
        ),
        (
            '    session.run("pytest", "killed.py")',
            CellStatus.INFRASTRUCTURE,
            "`pytest killed.py` was ended by signal 9 (SIGKILL)",
        ),
    ],
)
@pytest.mark.parametrize("tool", ["nox", "tox"])
def test_cells_count_all_their_runs(
    tmp_path: Path, tool: str, body: str, status: CellStatus, reason: str
) -> None:
    files = {**FILES, "killed.py": KILLED}
    if tool == "nox":
        files["noxfile.py"] = NOXFILE.format(name="tests", body=body)
    else:
        words = [line.split("(")[1].split(")")[0] for line in body.splitlines()]
        lines = [
            ("- " if "success_codes" in line else "")
            + line.partition(", success_codes")[0].replace('"', "").replace(",", "")
            for line in words
        ]
        commands = "\n".join(f"  {line}" for line in lines)
        files["tox.ini"] = (
            "[tox]\nenvlist = tests\n[testenv]\nskip_install = true\ndeps = pytest\n"
            f"commands =\n{commands}\n"
        )
    (cell,) = run([make(tmp_path, "thing", files)], tmp_path / "state")
    assert (cell.status, cell.reason) == (status, reason)


@pytest.mark.slow
@pytest.mark.skipif(OTHER is None, reason="only one Python on this machine")
def test_tests_on_another_python_are_no_evidence(tmp_path: Path) -> None:
    assert OTHER is not None
    install = f'    session.run({str(found()[OTHER].path)!r}, "-m", "venv", "v", external=True)\n'
    install += '    session.run("v/bin/pip", "install", "-q", "pytest", external=True)\n'
    body = install + '    session.run("v/bin/python", "-m", "pytest", "good.py", external=True)'
    files = {**FILES, "noxfile.py": NOXFILE.format(name="tests", body=body)}
    (cell,) = run([make(tmp_path, "thing", files)], tmp_path / "state")
    assert (cell.status, cell.reason) == (
        CellStatus.NO_TESTS,
        f"tests ran on {OTHER}, not on {HERE}",
    )


@pytest.mark.slow
@pytest.mark.skipif(OTHER is None, reason="only one Python on this machine")
def test_uv_takes_the_cells_python(tmp_path: Path) -> None:
    files = {
        **FILES,
        ".python-version": f"{OTHER}\n",
        "pyproject.toml": (
            '[project]\nname = "thing"\nversion = "1"\nrequires-python = ">=3.8"\n'
            '[dependency-groups]\ndev = ["pytest"]\n'
        ),
        "tox.ini": (
            "[tox]\nenvlist = tests\nskipsdist = true\n[testenv]\nskip_install = true\n"
            "allowlist_externals = uv\ncommands = uv run pytest good.py\n"
        ),
    }
    (cell,) = run([make(tmp_path, "thing", files)], tmp_path / "state")
    assert (cell.status, cell.reason) == (CellStatus.PASSED, "")

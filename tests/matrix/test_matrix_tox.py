"""Projects with a tox configuration: which environments are cells, and what runs say."""

import textwrap
from pathlib import Path

import pytest

from pylife.matrix import tools, tox_files, tox_sessions
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.plan import plan
from pylife.matrix.presets import MatrixPreset
from pylife.model import Cell, CellStatus, PythonVersion
from tests.matrix.matrix_help import ABSENT, HERE, found, make, run

pytestmark = pytest.mark.slow

OTHER = next((one for one in reversed(found()) if one != HERE and one >= (3, 9, False)), HERE)
SHORT = f"{HERE.major}{HERE.minor}"
ELSE = f"{OTHER.major}{OTHER.minor}"
TESTS = """\
import os, re, sys, unittest
found = re.search(r"--junitxml=(\\S+)", os.environ.get("PYTEST_ADDOPTS", ""))
with open(found[1], "w") as file:
    file.write('<testsuites><testsuite><testcase name="a"/><testcase name="b"/>'
               '</testsuite></testsuites>')
print("ran under", sys.version)
"""
BARE = "[testenv]\nskip_install = true\ncommands = python run.py\n"
"""A configuration that installs nothing."""
TOML = 'skip_install = true\ncommands = [["python", "run.py"]]\n'


def project(
    base: Path,
    files: dict[str, str],
    pythons: tuple[PythonVersion, ...] = (HERE,),
    *,
    preset: MatrixPreset | None = None,
) -> MatrixProject:
    return make(base, "thing", {"run.py": TESTS, **files}, pythons=pythons, preset=preset)


def planned(one: MatrixProject, state: Path) -> list[CellPlan]:
    state.mkdir()
    context = Context(state=state, interpreters=found(), environment={"PATH": "/usr/bin:/bin"})
    return plan([one], context)


def cells(one: MatrixProject, base: Path) -> list[tuple[str, str, str]]:
    """Python, session and what chooses the environment, or why nothing does."""
    return [
        (
            str(cell.python),
            cell.session,
            cell.nox[1] if cell.nox else (cell.decided or ("", ""))[1],
        )
        for cell in planned(one, base / "state")
    ]


def only(one: MatrixProject, base: Path) -> Cell:
    (cell,) = run([one], base / "state")
    return cell


def test_environments_of_a_python_are_cells_and_others_are_none(tmp_path: Path) -> None:
    tox = f"[tox]\nenvlist = py{{{SHORT},{ELSE}}}{{,-extra}}, lint, docs, pypy3, py{SHORT}-mypy\n"
    one = project(tmp_path, {"tox.ini": tox + BARE}, (HERE, OTHER, ABSENT))
    expected = [
        (str(python), session, f"py{python.major}{python.minor}{session[2:]}")
        for python in sorted((HERE, OTHER, ABSENT))
        for session in ("py", "py-extra")
    ]
    assert cells(one, tmp_path) == expected


def test_where_an_environment_stands_is_told(tmp_path: Path) -> None:
    tox = (
        f"[tox]\nenvlist =\n  py{SHORT}\n  lint\n{BARE}\n[testenv:py{ELSE}]\ncommands = python x\n"
    )
    one = project(tmp_path, {"tox.ini": tox}, (HERE, OTHER))
    told = {str(cell.python): cell.source for cell in planned(one, tmp_path / "state")}
    assert told == {str(HERE): "tox.ini:3", str(OTHER): "tox.ini:9"}


def test_another_python_is_no_cell_where_it_would_run_something_else(tmp_path: Path) -> None:
    tox = (
        f"[tox]\nenvlist = py{SHORT}\n[testenv]\nskip_install = true\ncommands =\n"
        f"  py{SHORT}: python run.py\n  !py{SHORT}: python other.py\n"
    )
    one = project(tmp_path, {"tox.ini": tox}, (HERE, ABSENT))
    reason = "no environment of its tox configuration that tests can run on this Python"
    assert cells(one, tmp_path) == [
        (str(HERE), "py", f"py{SHORT}"),
        (str(ABSENT), "tests", reason),
    ]


def test_an_environment_without_a_python_gets_the_cells_own(tmp_path: Path) -> None:
    tox = f"[tox]\nenvlist = tests\n{BARE}"
    one = project(tmp_path, {"tox.ini": tox}, (HERE, OTHER))
    ran = run([one], tmp_path / "state")
    assert [(cell.session, cell.python, cell.status) for cell in ran] == [
        ("tests", python, CellStatus.PASSED) for python in sorted((HERE, OTHER))
    ]
    for cell in ran:
        log = (tmp_path / "state" / (cell.log or "")).read_text()
        assert f"ran under {cell.python}." in log


def test_one_with_a_python_of_its_own_runs_on_no_other(tmp_path: Path) -> None:
    tox = f"[tox]\nenvlist = tests\n{BARE}basepython = python{HERE}\n"
    one = project(tmp_path, {"tox.ini": tox}, (HERE, OTHER))
    assert [row[0] for row in cells(one, tmp_path) if row[2] == "tests"] == [str(HERE)]


def test_without_a_list_tox_runs_py(tmp_path: Path) -> None:
    one = project(tmp_path, {"tox.ini": BARE + "[testenv:docs]\ncommands = python x\n"}, (OTHER,))
    assert cells(one, tmp_path) == [(str(OTHER), "py", f"py{ELSE}")]


@pytest.mark.parametrize(
    ("preset", "sessions"),
    [
        (MatrixPreset(name="t", sessions=("slow",)), ["py-slow"]),
        (MatrixPreset(name="t", sessions=("lint",)), ["lint"]),
        (MatrixPreset(name="t", tags=("all",)), ["py"]),
        (MatrixPreset(name="t", sessions=("slow",), tags=("all",)), ["py", "py-slow"]),
    ],
)
def test_presets_choose_by_name_factor_or_label(
    tmp_path: Path, preset: MatrixPreset, sessions: list[str]
) -> None:
    tox = f"[tox]\nenvlist = py{SHORT}{{,-slow}}, lint\n{BARE}[testenv:py{SHORT}]\nlabels = all\n"
    one = project(tmp_path, {"tox.ini": tox}, preset=preset)
    assert [session for _, session, _ in cells(one, tmp_path)] == sessions


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("tox.ini", BARE),
        ("setup.cfg", f"[tox:tox]\nenvlist = py{SHORT}\n{BARE}"),
        ("tox.toml", f'env_list = ["{HERE}"]\n[env_run_base]\n{TOML}'),
        ("pyproject.toml", f'[tool.tox]\nenv_list = ["{HERE}"]\n[tool.tox.env_run_base]\n{TOML}'),
        ("pyproject.toml", f"[tool.tox]\nlegacy_tox_ini = '''\n{BARE}'''\n"),
    ],
)  # fmt: skip
def test_every_file_that_tox_reads_runs(tmp_path: Path, file: str, text: str) -> None:
    one = project(tmp_path, {file: text})
    assert tox_files.find(one.folder) == file
    cell = only(one, tmp_path)
    assert (cell.status, cell.reason) == (CellStatus.PASSED, "")
    assert dict(cell.counts) == {"passed": 2}


def test_what_only_configures_other_tools_is_no_tox_configuration(tmp_path: Path) -> None:
    one = project(
        tmp_path, {"tox.ini": "[pytest]\naddopts = -q\n", "setup.cfg": "[flake8]\nx = 1\n"}
    )
    assert tox_files.find(one.folder) is None


def test_an_own_noxfile_wins(tmp_path: Path) -> None:
    nox = "import nox\n\n@nox.session\ndef tests(session):\n    session.run('python', 'run.py')\n"
    one = project(tmp_path, {"tox.ini": BARE, "noxfile.py": nox})
    (cell,) = planned(one, tmp_path / "state")
    assert (cell.origin, cell.session) == (Origin.OWN, "tests")


def test_a_session_sees_the_cleaned_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "t0k3n")
    monkeypatch.setenv("TOX_OVERRIDE", "testenv.set_env=LEAK=1")
    code = TESTS + textwrap.dedent("""\
        assert not {"MY_TOKEN", "LEAK"} & set(os.environ), sorted(os.environ)
        assert "PYLIFE_CELL" in os.environ, "what is left running is found by it"
    """)
    one = project(tmp_path, {"tox.ini": BARE + "pass_env = *\n", "run.py": code})
    assert only(one, tmp_path).status is CellStatus.PASSED


@pytest.mark.parametrize(
    ("tox", "files", "status", "reason"),
    [
        ("commands = python -c 'print(1); raise SystemExit(3)'", {}, CellStatus.FAILED,
         "`python -c 'print(1); raise SystemExit(3)'` ended with 3: 1"),
        ("commands = python -c 'import os; os.abort()'", {}, CellStatus.FAILED, "SIGABRT"),
        ("commands = python -c ''", {}, CellStatus.NO_TESTS,
         "the session ended well, but no test run was seen"),
        ("platform = nowhere", {}, CellStatus.SKIPPED, "nowhere"),
        ("deps = no-such-thing-anywhere", {}, CellStatus.BLOCKED,
         "nothing found for no-such-thing-anywhere"),
        ("skip_install = false", {"setup.py": "raise ValueError('not today')\n",
         "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'backend'\n"
         "backend-path = ['.']\n[project]\nname = 'thing'\nversion = '1'\n",
         "backend.py": "def build_sdist(sdist_directory, config_settings=None):\n    raise ValueError('not today')\n"
         },
         CellStatus.BLOCKED, "not today"),
        ("commands = nowhere-to-be-found", {}, CellStatus.FAILED, "nowhere-to-be-found"),
    ],
)  # fmt: skip
def test_what_ends_badly_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tox: str, files: dict[str, str],
    status: CellStatus, reason: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    key = tox.partition(" =")[0]
    lines = [line for line in BARE.splitlines() if not line.startswith(key)]
    cell = only(project(tmp_path, {"tox.ini": "\n".join([*lines, tox, ""]), **files}), tmp_path)
    assert cell.status is status, cell
    assert reason in cell.reason


def test_a_timeout_leaves_nothing_running(tmp_path: Path) -> None:
    code = "import time\nprint('here', flush=True)\ntime.sleep(300)\n"
    preset = MatrixPreset(name="t", timeout=6, retries=0)
    one = project(tmp_path, {"tox.ini": BARE, "run.py": code}, preset=preset)
    cell = only(one, tmp_path)
    assert cell.status is CellStatus.TIMEOUT
    assert (cell.seconds or 0) < 15


def test_a_configuration_that_is_none_says_so(tmp_path: Path) -> None:
    one = project(tmp_path, {"tox.ini": "[tox]\nenvlist = py{3\n[testenv\n"})
    (cell,) = planned(one, tmp_path / "state")
    assert cell.decided is not None
    assert cell.unknown
    assert cell.decided[0] is CellStatus.NOT_RUN
    assert cell.decided[1].startswith("tox cannot read its configuration: ")


def test_without_tox_it_is_said_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "tox", lambda: None)
    (cell,) = planned(project(tmp_path, {"tox.ini": BARE}), tmp_path / "state")
    assert cell.decided == (CellStatus.NEEDS, tox_sessions.HELP)


def test_what_was_listed_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = project(tmp_path, {"tox.ini": BARE})
    state = tmp_path / "state"
    first = planned(one, state)
    monkeypatch.setattr(tools, "tox", lambda: None)
    context = Context(state=state, interpreters=found(), environment={"PATH": "/usr/bin:/bin"})
    assert plan([one], context) == first
    (one.folder / "tox.ini").write_text(BARE + "# changed\n")
    fresh = Context(state=state, interpreters=found(), environment={"PATH": "/usr/bin:/bin"})
    assert plan([one], fresh) != first


def test_a_cell_that_is_known_does_not_run_again(tmp_path: Path) -> None:
    one = project(tmp_path, {"tox.ini": BARE})
    assert not only(one, tmp_path).cached
    assert only(one, tmp_path).cached

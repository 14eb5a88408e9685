"""Which cells a preset makes of a project: bounds, platforms, previews; and their wheels."""

from pathlib import Path

import pytest

from pylife.errors import ConfigError
from pylife.matrix import lowest, platforms, presets
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.observe import Places
from pylife.matrix.plan import plan
from pylife.matrix.presets import Bounds, MatrixPreset
from pylife.model import CellStatus, PythonVersion
from tests.matrix.matrix_help import ABSENT, HERE, OWN_TESTS, found, make, run
from tests.matrix.wheels_help import EXTENSION, PURE, buildable, wheel

BOTH = (Bounds.HIGHEST, Bounds.LOWEST_DIRECT)
AWAY = "windows" if platforms.here()[0] != "windows" else "linux"
VERSIONS = """\
import nox


@nox.session(python="{here}")
def tests(session):
    session.install(".", "nw_tool"{more})
    session.run("python", "run.py")
"""
SAYS = """\
import unittest

import nw_base, nw_inner, nw_tool
print("base", nw_base.VERSION, "inner", nw_inner.VERSION, "tool", nw_tool.VERSION)


class T(unittest.TestCase):
    def test_one(self):
        pass


unittest.main()
"""


def planned(one: MatrixProject, state: Path) -> list[CellPlan]:
    state.mkdir()
    context = Context(state=state, interpreters=found(), environment={"PATH": "/usr/bin:/bin"})
    return plan([one], context)


def load(base: Path, text: str) -> MatrixPreset:
    (base / "m.toml").write_text(f'[matrix]\nname = "m"\n{text}')
    return presets.load("m.toml", base)


def test_everything_that_a_preset_can_say(tmp_path: Path) -> None:
    (tmp_path / "pythons").mkdir()
    preset = load(
        tmp_path,
        'bounds = ["lowest-direct", "highest"]\nplatforms = ["linux", "macos-arm64", "linux"]\n'
        'tags = ["ci"]\nprereleases = "left-out"\ninterpreters = ["pythons"]\n'
        '[matrix.runners]\nlinux = ["self-hosted", "big"]\nmacos-arm64 = "our-mac"\n',
    )
    assert preset.bounds == BOTH, "the highest are what the others are compared with"
    assert preset.platforms == ("linux", "macos-arm64")
    assert preset.tags == ("ci",)
    assert preset.prereleases is presets.Prereleases.LEFT_OUT
    assert preset.interpreters == (tmp_path / "pythons",)
    assert platforms.runner("linux", preset).github == ("self-hosted", "big")
    assert platforms.runner("macos-arm64", preset).gitlab == ("our-mac",)
    assert preset.file == "m.toml"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('bounds = ["lowest"]', 3, "'lowest', not one of highest, lowest-direct"),
        ("bounds = []", 3, "matrix.bounds is empty"),
        ('platforms = ["linux", "solaris"]', 3, "linux, macos or windows"),
        ('prereleases = "never"', 3, "not one of allowed-to-fail, required, left-out"),
        ('tags = "ci"', 3, "must be an array"),
        ('title = "x"\ninterpreters = [".", "nowhere"]', 4, "'nowhere' is no folder"),
        ('[matrix.runners]\nbsd = "x"', 4, "'bsd' in matrix.runners does not fit"),
        ("[matrix.runners]\nlinux = []", 4, "is empty"),
        ("retrys = 1", 3, "unknown key 'retrys' in matrix"),
    ],
)
def test_what_is_wrong_with_a_preset_has_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert (caught.value.path, caught.value.line) == ("m.toml", line)
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["default", "lowest", "platforms"])
def test_the_shipped_presets_load(name: str, tmp_path: Path) -> None:
    assert presets.load(name, tmp_path).name == name


def test_a_cell_for_each_platform_and_bounds(tmp_path: Path) -> None:
    here = platforms.here()[1]
    preset = MatrixPreset(name="t", bounds=BOTH, platforms=(here, AWAY))
    one = make(
        tmp_path, "thing", {"noxfile.py": OWN_TESTS, **buildable("thing", tmp_path / "log")},
        preset=preset,
    )  # fmt: skip
    cells = {cell.session: cell for cell in planned(one, tmp_path / "state")}
    assert sorted(cells) == sorted(
        [
            f"tests [{here}]",
            f"tests [{here}, lowest-direct]",
            f"tests [{AWAY}]",
            f"tests [{AWAY}, lowest-direct]",
        ]
    )
    assert {cell.nox for cell in cells.values()} == {("-s", "tests")}, "as the noxfile has it"
    assert cells[f"tests [{here}, lowest-direct]"].decided is None
    assert cells[f"tests [{AWAY}]"].decided == (
        CellStatus.NEEDS,
        f"needs {AWAY}: this machine is {here}",
    )


def test_what_is_of_another_platform_is_never_run_nor_failed(tmp_path: Path) -> None:
    preset = MatrixPreset(name="t", platforms=(AWAY,))
    one = make(tmp_path, "thing", {"noxfile.py": "raise SystemExit\n"}, preset=preset)
    nox = OWN_TESTS + "    raise ValueError\n"
    (one.folder / "noxfile.py").write_text(nox)
    (cell,) = run([one], tmp_path / "state")
    assert (cell.status, cell.key) == (CellStatus.NEEDS, "")


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", ("linux", "linux-x86_64")),
        ("linux", "aarch64", ("linux", "linux-arm64")),
        ("darwin", "arm64", ("macos", "macos-arm64")),
        ("win32", "AMD64", ("windows", "windows-x86_64")),
    ],
)
def test_what_a_machine_is_called(system: str, machine: str, expected: tuple[str, str]) -> None:
    assert platforms.here(system, machine) == expected


def test_without_a_project_there_are_no_bounds(tmp_path: Path) -> None:
    preset = MatrixPreset(name="t", bounds=BOTH)
    one = make(tmp_path, "thing", {"noxfile.py": OWN_TESTS}, preset=preset)
    high, low = planned(one, tmp_path / "state")
    assert high.decided is None
    assert low.decided == (CellStatus.NOT_RUN, "no installable project: it has no bounds")


def test_without_a_source_it_is_told_where_a_session_comes_from(tmp_path: Path) -> None:
    files = buildable("thing", tmp_path / "log")
    one = make(tmp_path, "thing", files, pythons=(HERE, ABSENT))
    cells = planned(one, tmp_path / "state")
    assert [(cell.origin, cell.source) for cell in cells] == [
        (Origin.GENERATED, "pyproject.toml")
    ] * 2
    named = OWN_TESTS.replace("@nox.session(", "@nox.session(name='check', tags=['tests'], ")
    (one.folder / "noxfile.py").write_text("# one\n" + named)
    (tmp_path / "again").mkdir()
    told = planned(one, tmp_path / "again" / "state")
    assert {(cell.session, cell.source) for cell in told} == {("check", "noxfile.py:6")}


def test_tags_choose_by_tag_alone(tmp_path: Path) -> None:
    nox = (
        "import nox\n@nox.session(tags=['ci'])\ndef one(session): pass\n"
        "@nox.session\ndef ci(session): pass\n@nox.session\ndef tests(session): pass\n"
    )
    for preset, sessions in (
        (MatrixPreset(name="t", tags=("ci",)), ["one"]),
        (MatrixPreset(name="t", sessions=("ci",)), ["ci", "one"]),
        (MatrixPreset(name="t", sessions=("tests",), tags=("ci",)), ["one", "tests"]),
    ):
        base = tmp_path / "-".join(sessions)
        one = make(base, "thing", {"noxfile.py": nox}, preset=preset)
        assert [cell.session for cell in planned(one, base / "state")] == sessions


class Index:
    """A folder of wheels that uv and pip take everything from."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for version in ("1.0", "1.5", "2.0"):
            wheel(folder, "nw_base", version, "nw-inner>=0.1")
            wheel(folder, "nw_tool", version)
        for version in ("0.1", "0.9"):
            wheel(folder, "nw_inner", version)
        for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
            monkeypatch.setenv(name, str(folder))
        for name in ("UV_OFFLINE", "PIP_NO_INDEX"):
            monkeypatch.setenv(name, "1")


def bounded(base: Path, *, more: str = "", requires: str = "nw-base>=1.2") -> MatrixProject:
    files = {
        "noxfile.py": VERSIONS.format(here=HERE, more=more),
        "run.py": SAYS,
        **buildable("thing", base / "log", requires=(requires,)),
    }
    preset = MatrixPreset(name="t", timeout=120, retries=0, bounds=BOTH)
    return make(base, "thing", files, preset=preset)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["uv", "virtualenv"])
def test_lowest_are_the_lowest_of_what_the_project_asks_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    Index(tmp_path / "wheels", monkeypatch)
    one = bounded(tmp_path)
    text = (one.folder / "noxfile.py").read_text()
    (one.folder / "noxfile.py").write_text(
        text.replace("nox.session(", f"nox.session(venv_backend={backend!r}, ")
    )
    high, low = run([one], tmp_path / "state")
    assert (high.session, high.status, high.reason) == ("tests", CellStatus.PASSED, "")
    assert (low.session, low.status, low.reason) == (
        "tests [lowest-direct]",
        CellStatus.PASSED,
        "",
    )
    assert high.key != low.key
    said = [(tmp_path / "state" / (cell.log or "")).read_text() for cell in (high, low)]
    assert "base 2.0 inner 0.9 tool 2.0" in said[0]
    assert "base 1.5 inner 0.9 tool 2.0" in said[1], "the tests' own tools stay new"


@pytest.mark.slow
def test_a_session_that_takes_others_has_not_run_with_the_lowest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Index(tmp_path / "wheels", monkeypatch)
    own = ")\n    session.install('--no-deps', 'nw-base==2.0', env={'UV_CONSTRAINT': ''}"
    high, low = run([bounded(tmp_path, more=own)], tmp_path / "state")
    assert high.status is CellStatus.PASSED
    assert (low.status, low.reason) == (
        CellStatus.NOT_RUN,
        "the session does not take the lowest versions: it has nw-base 2.0 instead of 1.5",
    )


@pytest.mark.slow
def test_bounds_that_nothing_fits_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Index(tmp_path / "wheels", monkeypatch)
    one = bounded(tmp_path, requires="nw-base>=3")
    low = run([one], tmp_path / "state")[1]
    assert low.status is CellStatus.BLOCKED
    assert low.reason.startswith("with the lowest versions: no solution: ")
    assert "base" in low.reason


def test_the_projects_own_requirements_among_compiled_ones() -> None:
    compiled = (
        "base==1.5                 # via thing (pyproject.toml)\n"
        "inner==0.9                # via base\n"
        "own @ file:///x.whl       # via thing (pyproject.toml)\n"
        "My.Name==2.0rc1 ; sys_platform == 'linux'  # via other, thing (setup.py)\n"
    )
    direct = lowest.direct(compiled)
    assert {name: str(version) for name, version in direct.items()} == {
        "base": "1.5",
        "my-name": "2.0rc1",
    }


def test_what_is_not_installed_was_not_tested(tmp_path: Path) -> None:
    versions = lowest.direct("base==1.5  # via thing (pyproject.toml)\n")
    pins = lowest.Lowest(versions, tmp_path)
    verdict = lowest.judged((CellStatus.PASSED, ""), pins, Places(tmp_path))
    reason = "the session does not take the lowest versions: it has no base"
    assert verdict == (CellStatus.NOT_RUN, reason)
    blocked = (CellStatus.BLOCKED, "x")
    assert lowest.judged(blocked, pins, Places(tmp_path)) == blocked


USES = """\
import nox


@nox.session(python="{python}")
def tests(session):
    session.install("inside")
    session.run("python", "-c", "import inside; print('built by', inside.BUILT)")
    session.run("python", "run.py")
"""
UNIT = (
    "import unittest\nclass T(unittest.TestCase):\n    def test_one(self): pass\nunittest.main()\n"
)
TWO = tuple(
    one for one in found() if one >= PythonVersion(3, 9) and not one.free_threaded
)[-2:]  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(len(TWO) < 2, reason="only one Python on this machine")
@pytest.mark.parametrize(("tag", "builds"), [(PURE, 1), (EXTENSION, 2)], ids=["pure", "extension"])
def test_a_pure_wheel_is_built_once_and_another_once_for_each_python(
    tmp_path: Path, tag: str, builds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    log = tmp_path / "built.txt"
    inside = make(tmp_path, "inside", buildable("inside", log, tag=tag), pythons=())
    files = {"run.py": UNIT}
    users = [
        make(tmp_path, name, files, pythons=TWO, requires=("inside",)) for name in ("one", "two")
    ]
    for user in users:
        python = USES.replace('"{python}"', repr([str(one) for one in TWO]))
        (user.folder / "noxfile.py").write_text(python)
    cells = run([inside, *users], tmp_path / "state")
    assert [cell.status for cell in cells] == [CellStatus.PASSED] * 4, cells
    assert len(log.read_text().splitlines()) == builds
    for cell in cells:
        said = (tmp_path / "state" / (cell.log or "")).read_text()
        built = f"built by ({cell.python.major}, {cell.python.minor})"
        assert (built in said) or tag == PURE
    # Another run of other sources of its users builds nothing anew.
    (users[0].folder / "more.py").write_text("x = 1\n")
    again = run([inside, *users], tmp_path / "state")
    assert sum(cell.cached for cell in again) == 2
    assert len(log.read_text().splitlines()) == builds

"""Projects whose names are no names of distributions, or are meant to do harm."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from pylife import matrix
from pylife.errors import UsageError
from pylife.matrix import gitlab_jobs, listings, names, needs
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.wheels import Wheels
from pylife.model import CellStatus
from pylife.workflow import run as run_step
from pylife.workflow import wanted as wanting
from pylife.workflow.read import scan
from pylife.workflow.wanted import Wanted
from tests.conftest import MakeTree, Pylife
from tests.matrix.matrix_help import DAY, HERE, OWN_TESTS, found, make, run
from tests.matrix.wheels_help import buildable, wheel

PASSES = 'print("Ran 1 test in 0.001s\\n\\nOK")\n'
INSTALLS = f"""\
import nox


@nox.session(python="{HERE}", venv_backend="BACKEND")
def tests(session):
    session.install("--no-index", "--no-build-isolation", ".")
    session.run("python", "run.py")
"""
ODD = ("solo (py)", "foo (a/foo)", "foo@2.x", "_shared", "a @ file:///x\n-i http://x/y\n#", "-e x")


def called(project: MatrixProject, name: str, distribution: str | None = None) -> MatrixProject:
    return replace(project, name=name, distribution=distribution)


def wheels_of(projects: list[MatrixProject], state: Path) -> Wheels:
    known = {one.name: one for one in projects}
    context = Context(state=state, interpreters=found(), environment={})
    digests = {name: context.digest(one) for name, one in known.items()}
    return Wheels(known, digests, needs.needed(known), context)


@pytest.mark.parametrize("name", ["nw-core", "_shared", "My_Lib", "lib.two"])
def test_a_plain_name_is_a_folder_as_it_is(name: str) -> None:
    assert names.slug(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "/abs/x", "a/b", "solo (py)", "a\nb", "\udc80", "x" * 300]
)
def test_any_other_name_is_one_part_of_a_path(name: str) -> None:
    told = names.slug(name)
    assert Path(told).name == told
    assert len(told) < 100
    assert told.isascii()
    assert told not in {".", ".."}


def test_no_name_can_be_chosen_to_share_anothers_folder() -> None:
    theirs = names.slug("foo (x)")
    assert names.slug(theirs) != theirs
    assert len({names.slug(one) for one in ("foo (x)", "foo [x]", "foo -x-", theirs)}) == 4


def test_overrides_name_distributions_and_nothing_else(tmp_path: Path) -> None:
    fleet = [make(tmp_path, f"p{number}", {"a.py": ""}) for number in range(len(ODD))]
    fleet = [called(one, name) for one, name in zip(fleet, ODD, strict=True)]
    fleet += [
        called(make(tmp_path, "branch-a", {"a.py": ""}), "up@1.x", "up"),
        called(make(tmp_path, "branch-b", {"a.py": ""}), "up@2.x", "up"),
        called(make(tmp_path, "web", {"a.py": ""}), "The web", "nw-web"),
        called(make(tmp_path, "notes", {"a.md": ""}), "notes", ""),
        make(tmp_path, "lib", {"a.py": ""}),
    ]
    (tmp_path / "out").mkdir()
    wheels = wheels_of(fleet, tmp_path / "state")
    files = wheels.override(fleet[-1], found()[HERE], tmp_path / "out")
    assert not isinstance(files, str)
    for file in (files.uv, files.pip):
        lines = [Requirement(line) for line in file.read_text().splitlines()]
        assert [one.name for one in lines] == ["nw-web", "up"]
        assert all("/not-built/" in str(one.url) for one in lines)
    # A branch's own tests install that branch: its name is not somebody else's there.
    assert wheels.others(fleet[len(ODD)]) == ["lib", "nw-web"]


@pytest.mark.parametrize("backend", ["uv", "venv"])
def test_one_odd_name_blocks_no_other_project(tmp_path: Path, backend: str) -> None:
    files = buildable("lib", tmp_path / "log")
    noxfile = INSTALLS.replace("BACKEND", backend)
    lib = make(tmp_path, "lib", {**files, "noxfile.py": noxfile, "run.py": PASSES})
    others = [
        called(make(tmp_path, f"p{number}", {"a.py": ""}, pythons=()), name)
        for number, name in enumerate(ODD)
    ]
    (cell,) = run([lib, *others], tmp_path / "state")
    assert (cell.status, cell.reason) == (CellStatus.PASSED, "")


def test_a_library_that_the_fleet_calls_otherwise_is_built_for_those_that_name_it(
    tmp_path: Path,
) -> None:
    asking = "import nox\n\n\n@nox.session(python=PYTHON)\ndef tests(session):\n"
    asking += '    session.install("--no-index", "nwcore")\n    session.run("python", "run.py")\n'
    files = {"noxfile.py": asking.replace("PYTHON", f'"{HERE}"'), "run.py": PASSES}
    core = make(tmp_path, "core", buildable("nwcore", tmp_path / "log"), pythons=())
    app = make(tmp_path, "app", files)
    (cell,) = run([app, called(core, "The core", "nwcore")], tmp_path / "state")
    assert (cell.status, cell.reason) == (CellStatus.PASSED, "")


@pytest.mark.parametrize("name", ["/{}/x", "../../x", "a/b", "evil\npwned:\n# ", "x" * 300])
def test_no_name_leads_out_of_the_state_folder(tmp_path: Path, name: str) -> None:
    base = tmp_path / "base"
    name = name.format(str(tmp_path / "elsewhere").strip("/"))
    project = called(make(base, "p", {"noxfile.py": OWN_TESTS, "run.py": PASSES}), name)
    state = tmp_path / "state"
    (cell,) = run([project], state)
    assert (cell.project, cell.status) == (name, CellStatus.PASSED)
    assert cell.log is not None
    assert (state / cell.log).resolve().parent.parent == (state / "logs").resolve()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base", "state"]
    assert [path.name for path in base.iterdir()] == ["p"]
    context = Context(state=state, interpreters={}, environment={})
    packages = context.packages(project)
    assert packages.parent == state / "cache" / "uv" / "projects"
    (again,) = run([project], state)
    assert (again.cached, again.log) == (True, cell.log)


def test_a_name_makes_no_job_of_its_own(tmp_path: Path) -> None:
    evil = called(make(tmp_path, "p", {}), "evil\npwned:\n  script: [id]\n\x85more:\n# $CI")
    plans = [
        CellPlan(project=evil, python=HERE, session="tests", origin=Origin.OWN, decided=decided)
        for decided in (None, (CellStatus.NOT_RUN, "no\nsuch: thing"))
    ]
    text = gitlab_jobs.render(plans, "1.0")
    pipeline = yaml.safe_load(text)
    assert sorted(pipeline) == ["cells 1", "variables"]
    (row,) = pipeline["cells 1"]["parallel"]["matrix"]
    assert row["PYLIFE_PROJECT"] == evil.name.replace("$", "$$")
    assert sum(line.startswith("# no job: evil pwned:") for line in text.splitlines()) == 1
    assert all("\n" not in line for line in listings.text(plans))


def test_the_distribution_is_what_the_files_say(tree: MakeTree) -> None:
    declared = '[project]\nname = "Foo.Bar"\nversion = "1"\nrequires-python = ">=3.11"\n'
    root = tree(
        {
            "a/foo/pyproject.toml": declared,
            "b/foo/pyproject.toml": declared,
            "web/pyproject.toml": declared.replace("Foo.Bar", "nw-web"),
            "computed/setup.py": "from setuptools import setup\nsetup(name=open('NAME').read())\n",
            "_shared/conf.py": "",
            "pylife.toml": '[fleet]\nname = "f"\n'
            + "".join(
                f'[[project]]\npath = "{path}"\n'
                for path in ("a/foo", "b/foo", "computed", "_shared")
            )
            + '[[project]]\npath = "web"\nname = "The web"\n',
        }
    )
    scanned = scan([root], as_of=DAY, policy_name=None, cache=root / "cache")
    projects = run_step.projects(scanned)
    assert {one.name: names.distribution(one) for one in projects} == {
        "foo-bar (a/foo)": "foo-bar",
        "foo-bar (b/foo)": "foo-bar",
        "The web": "nw-web",
        "computed": "computed",
        "_shared": "",
    }
    assert names.alone(projects) == {"computed": "computed", "nw-web": "The web"}


FLEET = ("nw-core", "My_Lib", "foo@2.x", "foo@2-x", "solo (py)")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("nw-core", ["nw-core"]),
        ("NW_Core", ["nw-core"]),
        ("My_Lib", ["My_Lib"]),
        ("my-lib", ["My_Lib"]),
        ("foo@2.x", ["foo@2.x"]),
        ("FOO@2.x", ["foo@2-x", "foo@2.x"]),
        ("solo (py)", ["solo (py)"]),
    ],
)
def test_a_project_is_found_by_the_name_that_is_printed(asked: str, meant: list[str]) -> None:
    assert sorted(wanting.chosen(FLEET, Wanted(projects=(asked,)))) == meant
    assert len(wanting.chosen(FLEET, Wanted(projects=(asked, "nw-core")))) >= len(meant)
    assert wanting.chosen(FLEET, Wanted()) == set(FLEET)


def test_who_asks_for_a_name_that_is_none_is_told_a_command_that_is_one() -> None:
    with pytest.raises(UsageError) as caught:
        wanting.chosen(FLEET, Wanted(projects=("zzz",)))
    words = re.findall(r"`pylife ([a-z ]+)`", str(caught.value))
    assert words == ["matrix list"]
    with pytest.raises(UsageError, match="did you mean nw-core"):
        wanting.chosen(FLEET, Wanted(projects=("nw-cor",)))


def test_every_name_that_is_listed_can_be_asked_for(tree: MakeTree, pylife: Pylife) -> None:
    project = '[project]\nname = "foo"\nversion = "1"\nrequires-python = ">=3.11"\n'
    names = {"a/foo/pyproject.toml": project, "My_Lib/setup.py": "setup(name=open('N').read())\n"}
    root = tree({**names, "b/foo/pyproject.toml": project})
    common = ("matrix", "list", root, "--as-of", "2026-11-21", "--python", str(HERE))
    cells = json.loads(pylife(*common, "--format", "json").out)["cells"]
    assert {one["project"] for one in cells} == {"My_Lib", "foo (a/foo)", "foo (b/foo)"}
    for name in {one["project"] for one in cells}:
        one = pylife(*common, "--format", "json", "--project", name)
        assert {row["project"] for row in json.loads(one.out)["cells"]} == {name}


ASKS = f"""\
import nox


@nox.session(python="{HERE}")
def tests(session):
    session.install("--no-index", "--find-links", LINKS, "tool")
    session.run("python", "run.py")


@nox.session(python="{HERE}")
def test(session):
    session.run("python", "run.py")
"""


@pytest.mark.slow
def test_a_library_that_a_tool_of_the_tests_needs_is_built_too(tmp_path: Path) -> None:
    log, state = tmp_path / "log", tmp_path / "state"
    wheel(tmp_path / "links", "tool", "1.0", "inner")
    noxfile = ASKS.replace("LINKS", repr(str(tmp_path / "links")))
    app = make(tmp_path, "app", {"noxfile.py": noxfile, "run.py": PASSES})
    inner = make(tmp_path, "inner", buildable("inner", log, requires=("lowest",)), pythons=())
    lowest = make(tmp_path, "lowest", buildable("lowest", log), pythons=())
    events: list[matrix.Event] = []
    cells = run([app, inner, lowest], state, progress=events.append)
    assert [(one.session, one.status, one.reason) for one in cells] == [
        ("test", CellStatus.PASSED, ""),
        ("tests", CellStatus.PASSED, ""),
    ]
    assert sorted(line.split()[0] for line in log.read_text().splitlines()) == ["inner", "lowest"]
    ended = [one for one in events if one.kind == "finished"]
    assert [(one.done, one.total) for one in ended] == [(1, 2), (2, 2)]
    assert all(one.cached for one in run([app, inner, lowest], state))
    # What was needed is part of what was shown, and of nothing else.
    (inner.folder / "inner.txt").write_text("changed")
    again = run([app, inner, lowest], state)
    assert [(one.session, one.cached) for one in again] == [("test", True), ("tests", False)]
    assert {one.status for one in again} == {CellStatus.PASSED}


@pytest.mark.slow
def test_that_a_library_has_no_wheel_is_said_after_it_was_built(tmp_path: Path) -> None:
    wheel(tmp_path / "links", "tool", "1.0", "inner")
    noxfile = ASKS.replace("LINKS", repr(str(tmp_path / "links"))).replace("def test(", "def x(")
    app = make(tmp_path, "app", {"noxfile.py": noxfile, "run.py": PASSES})
    broken = buildable("inner", tmp_path / "log")
    broken["backend.py"] = 'raise ValueError("not today")\n'
    inner = make(tmp_path, "inner", broken, pythons=())
    (cell,) = run([app, inner], tmp_path / "state")
    assert cell.status is CellStatus.BLOCKED
    assert cell.reason == "inner, which it needs, has no wheel: ValueError: not today"
    branches = [called(inner, "inner@1", "inner"), called(inner, "inner@2", "inner")]
    (cell,) = run([app, *branches], tmp_path / "other")
    assert cell.status is CellStatus.BLOCKED
    assert cell.reason.endswith("is what several projects are called: inner@1, inner@2")

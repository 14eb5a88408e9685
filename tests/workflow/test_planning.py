"""Plans by all that is known: tests, source, dependencies; and what follows with them."""

import datetime as dt
import os
from pathlib import Path

import pytest

from pylife.model import Cell, CellStatus, Obstacle, PythonVersion
from pylife.upgrade import ProjectPlan, text
from pylife.workflow.means import Means
from pylife.workflow.planning import plans
from pylife.workflow.read import Scan, scan
from pylife.workflow.source_facts import Look
from tests.conftest import MakeTree, Pylife
from tests.dependencies.served import Dist, Projects
from tests.dependencies.workflow.worlds_deps import configured, deps

DAY = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
POLICY = """name = "p"
[stages]
adopt = { anchor = "python.release", offset = "P1M" }
drop = { anchor = "python.eol" }
"""


def wheel(version: str, *pythons: str, uploaded: str = "2025-11-01") -> list[Dist]:
    return [
        Dist(version, tag=f"cp{p}-cp{p}-manylinux_2_17_x86_64", uploaded=uploaded) for p in pythons
    ]


INDEX: Projects = {
    "pure": [Dist("1.0"), Dist("2.0")],
    "compiled": [
        *wheel("1.0", "311", "312", uploaded="2023-11-01"),
        *wheel("2.0", "311", "312", "313", uploaded="2024-11-01"),
        *wheel("3.0", "312", "313", "314"),
    ],
    "late": wheel("1.0", "311", "312", "313"),
}


def library(name: str, *requires: str, python: str = ">=3.11,<3.14", more: str = "") -> str:
    listed = "".join(f'    "{one}",\n' for one in requires)
    named = ('"Programming Language :: Python :: 3.11", "Programming Language :: Python :: 3.12",'
             ' "Programming Language :: Python :: 3.13"')  # fmt: skip
    return (
        f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = "{python}"\n'
        f"classifiers = [{named}]\ndependencies = [\n{listed}]\n{more}"
    )


def v(version: str) -> PythonVersion:
    return PythonVersion.parse(version)


def scanned(root: Path) -> Scan:
    return scan([root], as_of=DAY, policy_name=None, cache=root / ".cache")


def fleet(tree: MakeTree, files: dict[str, str], policy: str = POLICY) -> Path:
    """A fleet whose policy has 3.11 to 3.14 (and, from another day on, 3.15)."""
    head = {"pylife.toml": '[fleet]\npolicy = "p.toml"\n', "p.toml": policy}
    return tree({**head, **files})


def one(listed: list[ProjectPlan], name: str) -> ProjectPlan:
    return next(plan for plan in listed if plan.project.name == name)


def test_source_that_needs_what_is_gone_holds_a_python_back(tree: MakeTree) -> None:
    root = fleet(
        tree,
        {
            "a/pyproject.toml": library("a", python=">=3.11,<3.12").replace(
                ', "Programming Language :: Python :: 3.12", "Programming Language :: Python'
                ' :: 3.13"', ""),
            "a/a/__init__.py": "import asyncore\n",
            "a/tests/test_a.py": "import imp\n",
        },
    )  # fmt: skip
    made = one(plans(scanned(root), [], Look(None).of), "a")
    assert made.adds == ()
    assert {(item.python, item.kind) for item in made.held} == {
        (v(python), Obstacle.SOURCE) for python in ("3.12", "3.13", "3.14", "3.15")
    }
    assert "a/a/__init__.py:1: asyncore" in made.held[0].words
    assert made.obstacles == {Obstacle.SOURCE}
    unseen = one(plans(scanned(root), []), "a")
    assert unseen.adds
    assert any("it was not scanned" in line for line in unseen.unsure)


def test_tests_only_hold_what_is_in_the_tests(tree: MakeTree) -> None:
    root = fleet(
        tree,
        {
            "a/pyproject.toml": library("a"),
            "a/a.py": "x = 1\n",
            "a/tests/test_a.py": "import imp\n",
        },
    )
    made = one(plans(scanned(root), [], Look(None).of), "a")
    assert v("3.14") in made.adds
    assert made.held == ()


def test_cells_hold_back_by_their_kind(tree: MakeTree) -> None:
    root = fleet(tree, {"a/pyproject.toml": library("a")})
    cells = [
        Cell("a", v("3.13"), "tests", CellStatus.PASSED),
        Cell("a", v("3.14"), "tests", CellStatus.BLOCKED, "no wheel of numpy"),
        Cell("a", v("3.15"), "tests", CellStatus.NOT_RUN),
    ]
    made = one(plans(scanned(root), cells), "a")
    assert [(item.python, item.kind) for item in made.held] == [
        (v("3.14"), Obstacle.DEPENDENCY),
        (v("3.15"), Obstacle.TESTS),
    ]
    assert made.held[0].words == "tests blocked: no wheel of numpy"
    assert (
        "- 3.14 (dependency): `tests blocked: no wheel of numpy`" in text.body(made) or made.empty
    )


def judged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pylife: Pylife, root: Path
) -> list[ProjectPlan]:
    """The plans of a fleet after `pylife deps` has judged it against the index."""
    with configured(monkeypatch, tmp_path, INDEX):
        deps(pylife, root, "--no-floors", "--as-of", DAY.isoformat())
        state = root / ".pylife"
        means = Means(state, dict(os.environ), NOW, DAY, locks=False, jobs=2)
        return plans(scanned(root), [], **means.options())


def test_a_blocker_holds_its_python_back_with_name_and_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tree: MakeTree, pylife: Pylife
) -> None:
    root = fleet(
        tree, {"a/pyproject.toml": library("a", "late>=1"), "b/pyproject.toml": library("b")}
    )
    listed = judged(monkeypatch, tmp_path, pylife, root)
    held = one(listed, "a")
    assert {(item.python, item.kind, item.blocker) for item in held.held} == {
        (v("3.14"), Obstacle.DEPENDENCY, "late"),
        (v("3.15"), Obstacle.DEPENDENCY, "late"),
    }
    assert held.obstacles == {Obstacle.DEPENDENCY}
    assert held.empty
    assert v("3.14") in one(listed, "b").adds


def test_what_waits_for_the_fleet_goes_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tree: MakeTree, pylife: Pylife
) -> None:
    root = fleet(
        tree,
        {
            "base/pyproject.toml": library("base", "pure"),
            "top/pyproject.toml": library("top", "base"),
            "stuck/pyproject.toml": library("stuck", "late"),
            "upon/pyproject.toml": library("upon", "stuck"),
        },
    )
    listed = judged(monkeypatch, tmp_path, pylife, root)
    assert v("3.14") in one(listed, "top").adds
    assert one(listed, "top").held == ()
    waiting = one(listed, "upon")
    assert waiting.empty
    assert {item.blocker for item in waiting.held} & {"stuck", "late"}


def test_a_floor_rises_with_a_marker_for_the_python_that_needs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tree: MakeTree, pylife: Pylife
) -> None:
    files = {"a/pyproject.toml": library("a", "pure>=1", "compiled>=1.0")}
    root = fleet(tree, files)
    made = one(judged(monkeypatch, tmp_path, pylife, root), "a")
    assert made.adds == (v("3.14"),)
    assert [item.python for item in made.held] == [v("3.15")]
    assert made.adds == (v("3.14"),)
    said = made.contents["pyproject.toml"].decode()
    assert 'requires-python = ">=3.11,<3.15"' in said  # 3.15 is known not to work
    assert "\"compiled>=1.0; python_version < '3.14'\"" in said
    assert "\"compiled>=3.0; python_version >= '3.14'\"" in said
    assert '"pure>=1"' in said
    (bump,) = made.bumps
    assert bump.why.startswith("compiled 1.0 has no wheel for Python 3.14")
    assert not any("floors" in line for line in made.unsure)


def test_one_floor_that_does_for_all_has_no_marker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tree: MakeTree, pylife: Pylife
) -> None:
    files = {"a/pyproject.toml": library("a", "compiled>=1.0,<3", python=">=3.11,<3.13").replace(
        ', "Programming Language :: Python :: 3.13"', "")}  # fmt: skip
    made = one(judged(monkeypatch, tmp_path, pylife, fleet(tree, files)), "a")
    assert made.adds == (v("3.13"),)
    assert b'"compiled>=2.0,<3"' in made.contents["pyproject.toml"]
    assert b'requires-python = ">=3.11,<3.14"' in made.contents["pyproject.toml"]


def test_floors_that_nobody_looked_at_are_said_to_be_unknown(tree: MakeTree) -> None:
    made = one(plans(scanned(fleet(tree, {"a/pyproject.toml": library("a", "pure")})), []), "a")
    body = text.body(made)
    assert "## Not known" in body
    assert "- `whether what is required installs on 3.14 and 3.15: not resolved`" in body
    assert "- `whether the floors of what is required hold there: not looked at`" in body


DEAD = {
    "a/pyproject.toml": library("a", "tomli; python_version < '3.11'", python=">=3.11"),
    "a/a.py": "import sys\n\nif sys.version_info >= (3, 11):\n    x = 1\nelse:\n    x = 2\n",
}
FOLLOW = POLICY + "[upgrade]\nfollow-up = true\n"


def test_what_is_dead_follows_once_nothing_else_is_to_do(tree: MakeTree) -> None:
    ready = library("a", "tomli; python_version < '3.11'", python=">=3.11").replace(
        '"Programming Language :: Python :: 3.13"]',
        '"Programming Language :: Python :: 3.13",'
        ' "Programming Language :: Python :: 3.14", "Programming Language :: Python :: 3.15"]',
    )
    files = DEAD | {"a/pyproject.toml": ready}
    root = fleet(tree, files, FOLLOW)
    made = one(plans(scanned(root), [], Look(None).of), "a")
    assert made.branch.endswith("-cleanup")
    assert made.cleanup == v("3.11")
    assert set(made.contents) == {"a.py", "pyproject.toml"}
    assert b"else" not in made.contents["a.py"]
    assert b"tomli" not in made.contents["pyproject.toml"]
    assert made.before["a.py"] == DEAD["a/a.py"].encode()
    assert text.title(made) == "Remove what Python 3.11 and newer do not need"
    for path, data in made.contents.items():
        (root / "a" / path).write_bytes(data)
    again = one(plans(scanned(root), [], Look(None).of), "a")
    assert again.empty
    assert again.cleanup is None


@pytest.mark.parametrize("policy", [POLICY, FOLLOW])
def test_nothing_follows_before_or_where_nobody_asks(tree: MakeTree, policy: str) -> None:
    made = one(plans(scanned(fleet(tree, DEAD, policy)), [], Look(None).of), "a")
    assert made.cleanup is None  # its classifiers lack 3.14
    assert made.branch == "pylife/python-3.11-3.15"

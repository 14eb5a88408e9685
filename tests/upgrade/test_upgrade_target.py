"""The target of a project: pure, from declarations and a window."""

from pathlib import Path

import pytest

from pylife import declarations
from pylife.model import Kind, Project
from pylife.upgrade import UpgradeTarget, target
from tests.upgrade.upgrade_help import files_of, v, window, write


def target_of(
    folder: Path, files: dict[str, str], kind: Kind = Kind.LIBRARY, without: str | None = None
) -> UpgradeTarget:
    write(folder, files)
    read = declarations.read(folder, files_of(folder)).declarations
    tried = {v(without)} if without else set()
    return target(Project(name="demo", path=".", kind=kind), read, window(), without=tried)


def ranged(requires: str) -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "d"\nrequires-python = "{requires}"\n'}


@pytest.mark.parametrize(
    ("requires", "floor", "cap", "add"),
    [
        (">=3.9", "3.10", False, ()),
        (">=3.10", None, False, ()),
        (">=3.11", None, False, ()),
        (">=3.10,<3.14", None, True, ("3.14", "3.15")),
        (">=3.10,<=3.14", None, True, ("3.14", "3.15")),
        (">=3.10,<3.15", None, True, ("3.15",)),
        (">=3.10,<3.16", None, False, ()),
        (">=3.10,<4", None, False, ()),
        (">=3.10,!=3.15.*", None, False, ()),
        (">=3.10,<4,!=3.15", None, False, ()),
        (">=3.10,<4,!=3.12.*,!=3.13.*", None, False, ()),
        (">=3.9.2,<3.12", "3.10", True, ("3.12", "3.13", "3.14", "3.15")),
    ],
)
def test_ranges(
    tmp_path: Path, requires: str, floor: str | None, cap: bool, add: tuple[str, ...]
) -> None:
    found = target_of(tmp_path, ranged(requires))
    assert found.floor == (v(floor) if floor else None)
    assert found.remove_cap is cap
    assert found.add == tuple(map(v, add))


def test_something_deployed_needs_no_more_than_its_runtime(tmp_path: Path) -> None:
    files = ranged(">=3.10,<3.13") | {"Dockerfile": "FROM python:3.12\n"}
    assert not target_of(tmp_path, files, Kind.SERVICE).remove_cap
    moving = target_of(tmp_path, files | {"Dockerfile": "FROM python:3.10\n"}, Kind.SERVICE)
    assert moving.remove_cap
    assert (moving.runtime, moving.leaving, moving.add) == (v("3.14"), (v("3.10"),), (v("3.14"),))


def test_lists_name_only_what_the_range_reaches(tmp_path: Path) -> None:
    files = ranged(">=3.10,!=3.12.*") | {"tox.ini": "[tox]\nenvlist = py{39,310,311}\n"}
    found = target_of(tmp_path, files)
    assert found.reach == tuple(map(v, ("3.11", "3.13", "3.14", "3.15")))
    assert found.add == tuple(map(v, ("3.13", "3.14", "3.15")))
    assert found.drop == (v("3.9"),)


def test_free_threaded_builds_go_with_their_python(tmp_path: Path) -> None:
    workflow = "jobs:\n t:\n  strategy:\n   matrix:\n    python-version: ['3.9', '3.9t', '3.15']\n"
    found = target_of(tmp_path, ranged(">=3.10") | {".github/workflows/ci.yml": workflow})
    assert found.drop == (v("3.9"), v("3.9t"))


def test_what_was_tried_in_vain_is_nobodys_target(tmp_path: Path) -> None:
    assert target_of(tmp_path, ranged(">=3.10,<3.15"), without="3.15") == UpgradeTarget(
        reach=tuple(map(v, ("3.11", "3.12", "3.13", "3.14"))), single=v("3.14")
    )


def test_a_model_only_says_what_a_person_does(tmp_path: Path) -> None:
    found = target_of(tmp_path, {"python_env.yaml": "python: 3.9.18\n"}, Kind.MODEL)
    assert found == UpgradeTarget(
        needs_person=("python_env.yaml:1: retrain or re-validate under 3.14; trained with 3.9.18",)
    )

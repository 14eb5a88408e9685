"""Plans of single projects: what changes, what stays, and what is left to people."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest

from pylife.model import AddPython, DropPython, Kind, RemoveCap, SetFloor, SetPython
from tests.upgrade.upgrade_help import carry_out, plan_of, v, write

PYPROJECT = """\
[project]
name = "demo"
version = "1"
requires-python = "{range}"
classifiers = [
    "Programming Language :: Python :: 3",
    "Programming Language :: Python :: 3.9",
    "Programming Language :: Python :: 3.13",  # the newest
]
"""


def added(diff: str) -> list[str]:
    return [
        line[1:].strip()
        for line in diff.splitlines()
        if line.startswith("+") and not line.startswith("+++")
    ]


def test_floor_classifiers_and_tool_move_together(tmp_path: Path) -> None:
    text = PYPROJECT.format(range=">=3.9") + '[tool.ruff]\ntarget-version = "py39"\n'
    made = plan_of(write(tmp_path, {"pyproject.toml": text}))
    new = made.contents["pyproject.toml"].decode()
    assert 'requires-python = ">=3.10"' in new
    assert 'target-version = "py310"' in new
    assert "3.9" not in new
    assert ":: 3.15" in new
    assert "# the newest" in new
    assert made.floor == v("3.10")
    assert made.drops == (v("3.9"),)
    assert made.adds == tuple(map(v, ("3.11", "3.12", "3.14", "3.15")))
    assert made.needs_person == ()
    assert any(line.startswith("3.9 is dropped since 2026-01-31") for line in made.reasons)
    assert (tmp_path / "pyproject.toml").read_text() == text


def test_deprecated_pythons_stay(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"pyproject.toml": PYPROJECT.format(range=">=3.10")}))
    assert not any(isinstance(change, SetFloor) for change in made.changes)
    assert v("3.10") not in made.drops


def test_a_cap_goes_only_where_it_keeps_a_wanted_python_out(tmp_path: Path) -> None:
    capped = plan_of(write(tmp_path, {"pyproject.toml": PYPROJECT.format(range=">=3.9,<3.14")}))
    assert 'requires-python = ">=3.10"' in capped.contents["pyproject.toml"].decode()
    harmless = plan_of(write(tmp_path, {"pyproject.toml": PYPROJECT.format(range=">=3.9,<4")}))
    assert 'requires-python = ">=3.10,<4"' in harmless.contents["pyproject.toml"].decode()
    assert not any(isinstance(change, RemoveCap) for change in harmless.changes)


def test_an_inclusive_cap_keeps_patch_releases_out(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"pyproject.toml": PYPROJECT.format(range=">=3.10,<=3.15")}))
    assert 'requires-python = ">=3.10"' in made.contents["pyproject.toml"].decode()


def test_an_excluded_python_is_left_to_people_and_not_claimed(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"pyproject.toml": PYPROJECT.format(range=">=3.10,!=3.12.*")}))
    assert v("3.12") not in made.adds
    assert any("leaves out 3.12" in line for line in made.needs_person)
    assert ">=3.10,!=3.12.*" in made.contents["pyproject.toml"].decode()


@pytest.mark.parametrize("given", ["==3.9.*", "~=3.9.2", "<3.14"])
def test_a_range_that_cannot_move_stops_everything(tmp_path: Path, given: str) -> None:
    text = PYPROJECT.format(range=given) + '[tool.ruff]\ntarget-version = "py39"\n'
    made = plan_of(write(tmp_path, {"pyproject.toml": text}))
    assert made.empty
    assert made.diff == ""
    assert any(line.startswith("pyproject.toml:4: requires-python") for line in made.needs_person)


def test_a_computed_range_leaves_lists_alone(tmp_path: Path) -> None:
    text = '[project]\nname = "demo"\ndynamic = ["requires-python"]\nversion = "1"\n'
    text += 'classifiers = ["Programming Language :: Python :: 3.9"]\n'
    made = plan_of(write(tmp_path, {"pyproject.toml": text}))
    assert made.empty
    assert "requires-python cannot be read" in made.needs_person[0]


def test_a_missing_range_is_added_as_one_line(tmp_path: Path) -> None:
    text = '[project]\nname = "demo"\nversion = "1" # one\ndependencies = [\n  "a",\n]\n'
    made = plan_of(write(tmp_path, {"pyproject.toml": text}))
    assert added(made.diff) == ['requires-python = ">=3.10"']
    assert (
        made.contents["pyproject.toml"].decode().replace('requires-python = ">=3.10"\n', "") == text
    )


def test_a_missing_range_keeps_windows_line_endings(tmp_path: Path) -> None:
    text = '[project]\r\nname = "demo"\r\nversion = "1"\r\n'
    made = plan_of(write(tmp_path, {"pyproject.toml": text}))
    assert made.contents["pyproject.toml"] == (text + 'requires-python = ">=3.10"\r\n').encode()


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": 'project = {name = "demo", version = "1"}\n'},
        {"pyproject.toml": 'project.name = "demo"\nproject.version = "1"\n'},
        {"setup.cfg": "[metadata]\nname = demo\n"},
    ],
    ids=["inline", "dotted", "setup.cfg"],
)
def test_a_missing_range_without_a_plain_place_is_left_to_people(
    tmp_path: Path, files: dict[str, str]
) -> None:
    made = plan_of(write(tmp_path, files))
    assert made.empty
    assert any("no range is declared: begin it with >=3.10" in line for line in made.needs_person)


def test_lists_of_tests_grow_where_they_lead_and_lint_jobs_stay(tmp_path: Path) -> None:
    tox = "[tox]\nenvlist = py{39,310}-old, py{311,312,313}-new, lint\n"
    tox += "[testenv:lint]\nbasepython = python3.12\n"
    files = {"pyproject.toml": PYPROJECT.format(range=">=3.9"), "tox.ini": tox}
    made = plan_of(write(tmp_path, files))
    new = made.contents["tox.ini"].decode()
    assert "py{310}-old, py{311,312,313,314,315}-new" in new
    assert "basepython = python3.12" in new


def test_a_list_grows_beyond_what_a_lint_job_already_runs_on(tmp_path: Path) -> None:
    tox = "[tox]\nenvlist = py{312,313}\n[testenv:lint]\nbasepython = python3.14\n"
    files = {"pyproject.toml": PYPROJECT.format(range=">=3.12"), "tox.ini": tox}
    made = plan_of(write(tmp_path, files))
    assert b"envlist = py{312,313,314,315}\n" in made.contents["tox.ini"]


def test_jobs_named_after_a_dropped_python_are_never_moved(tmp_path: Path) -> None:
    workflow = """\
jobs:
  py39-test:
    steps:
      - uses: actions/setup-python@v5
        with:
          python-version: "3.9"
      - run: tox -e py39
  release:
    steps:
      - uses: actions/setup-python@v5
        with:
          python-version: "3.9"
"""
    files = {
        "pyproject.toml": PYPROJECT.format(range=">=3.9"),
        ".github/workflows/ci.yml": workflow,
    }
    made = plan_of(write(tmp_path, files))
    new = made.contents[".github/workflows/ci.yml"].decode().splitlines()
    assert new[5].strip() == 'python-version: "3.9"'
    assert new[11].strip() == 'python-version: "3.14"'
    assert ".github/workflows/ci.yml:6,7: remove what runs for 3.9 alone" in made.needs_person, (
        made.needs_person
    )


SERVICE = {
    "pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9,<3.12"\n',
    "Dockerfile": "FROM python:3.10-slim AS build\nFROM python:3.10-slim\n",
    ".python-version": "3.10\n",
    "requirements.txt": "# This file is autogenerated by pip-compile with Python 3.10\na==1\n",
    ".github/workflows/ci.yml": (
        "jobs:\n  test:\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n"
        "          python-version: '3.10'\n"
    ),
}


def test_a_deprecated_runtime_moves_everywhere_at_once(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, SERVICE), kind=Kind.SERVICE)
    assert made.contents["Dockerfile"].decode().count("3.14-slim") == 2
    assert made.contents[".python-version"] == b"3.14\n"
    assert b"'3.14'" in made.contents[".github/workflows/ci.yml"]
    assert b'">=3.10"' in made.contents["pyproject.toml"]
    assert made.runtime == v("3.14")
    assert made.needs_person == (
        "requirements.txt was compiled for Python 3.10: run pip-compile under 3.14",
    )


def test_a_pinned_image_stops_a_service(tmp_path: Path) -> None:
    files = SERVICE | {"Dockerfile": f"FROM python:3.10-slim@sha256:{'0' * 64}\n"}
    made = plan_of(write(tmp_path, files), kind=Kind.SERVICE)
    assert made.empty
    assert any(
        line.startswith("Dockerfile:1: dockerfile-from: set to 3.14") for line in made.needs_person
    )


def test_a_stale_runtime_follows_the_one_beside_it(tmp_path: Path) -> None:
    files = SERVICE | {"Dockerfile": "FROM python:3.13\n", "requirements.txt": "a==1\n"}
    made = plan_of(write(tmp_path, files), kind=Kind.SERVICE)
    assert made.runtime == v("3.13")
    assert made.contents[".python-version"] == b"3.13\n"
    assert "Dockerfile" not in made.contents


def test_what_was_tried_in_vain_is_not_added(tmp_path: Path) -> None:
    files = {"pyproject.toml": PYPROJECT.format(range=">=3.9")}
    made = plan_of(write(tmp_path, files), without={v("3.15"), v("3.14")})
    assert made.adds == (v("3.11"), v("3.12"))
    assert made.drops == (v("3.9"),)
    service = plan_of(write(tmp_path, SERVICE), kind=Kind.SERVICE, without={v("3.14")})
    assert service.runtime == v("3.13")


def test_a_model_is_never_edited(tmp_path: Path) -> None:
    files = {"MLmodel": "flavors:\n  python_function:\n    python_version: 3.9.18\n"}
    for kind in (Kind.MODEL, Kind.SERVICE):
        made = plan_of(write(tmp_path, files | {"python_env.yaml": "python: 3.9.18\n"}), kind=kind)
        assert made.empty
        (line,) = made.needs_person
        assert line.endswith("retrain or re-validate under 3.14; trained with 3.9.18")
        assert "MLmodel:3, python_env.yaml:1" in line


def test_locks_are_refreshed_by_people_and_only_after_a_range_moved(tmp_path: Path) -> None:
    files = {"pyproject.toml": PYPROJECT.format(range=">=3.9"), "uv.lock": "version = 1\n"}
    made = plan_of(write(tmp_path, files))
    assert "uv.lock: refresh the lock (uv lock)" in made.needs_person
    assert "uv.lock" not in made.contents
    carry_out(made, tmp_path)
    assert plan_of(tmp_path).needs_person == ()


def test_an_unreadable_file_is_a_line_and_nothing_is_green(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"pyproject.toml": "[project\n"}))
    assert made.empty
    assert made.needs_person[0].startswith("pyproject.toml:1: not valid TOML")


def test_a_project_that_declares_nothing_is_not_green(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"README.md": "x\n", "setup.cfg": "[flake8]\n"}))
    assert made.needs_person == ("nothing in this project declares a Python version",)


def test_a_link_is_edited_at_its_target(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": PYPROJECT.format(range=">=3.10"),
        "docker/Dockerfile": "FROM python:3.9\n",
    }
    write(tmp_path, files)
    (tmp_path / "Dockerfile").symlink_to("docker/Dockerfile")
    made = plan_of(tmp_path)
    assert "Dockerfile" not in made.contents
    assert made.contents["docker/Dockerfile"] == b"FROM python:3.14\n"


def test_a_comment_beside_a_moved_range_is_pointed_at(tmp_path: Path) -> None:
    text = '[project]\nname = "d"\nversion = "1"\n'
    text += 'requires-python = ">=3.10,<3.14"  # until 3.14 works\n'
    made = plan_of(write(tmp_path, {"pyproject.toml": text}))
    assert made.needs_person == (
        "pyproject.toml:4: see whether the comment still holds: until 3.14 works",
    )


def test_the_diff_is_one_that_git_applies(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": PYPROJECT.format(range=">=3.9").rstrip("\n"),
        "docker files/Dockerfile": "FROM python:3.9\r\nRUN true",
    }
    made = plan_of(write(tmp_path, files))
    assert set(made.contents) == set(files)
    subprocess.run(["git", "apply", "-"], input=made.diff.encode(), cwd=tmp_path, check=True)
    assert {name: (tmp_path / name).read_bytes() for name in files} == made.contents


def test_changes_are_in_a_stable_order(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"pyproject.toml": PYPROJECT.format(range=">=3.9")}))
    kinds = [type(change) for change in made.changes]
    assert kinds == [SetFloor, AddPython, AddPython, AddPython, AddPython, DropPython]
    assert not any(isinstance(change, SetPython) for change in made.changes)
    assert plan_of(tmp_path) == made


def test_an_empty_window_asks_for_nothing_new(tmp_path: Path) -> None:
    files = {"pyproject.toml": PYPROJECT.format(range=">=3.9")}
    made = plan_of(write(tmp_path, files), day=dt.date(2060, 1, 1))
    assert made.adds == ()
    assert made.floor is None

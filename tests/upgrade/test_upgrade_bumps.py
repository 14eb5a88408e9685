"""Floors that rise with a plan, and Pythons that are held back with the reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from pylife import declarations, policy
from pylife.calendar import load
from pylife.model import Kind, Obstacle, Project, SetCap
from pylife.policy import Window
from pylife.upgrade import Held, ProjectPlan, plan, text
from pylife.upgrade.bumps import raised
from pylife.upgrade.records import Bump
from tests.upgrade.upgrade_help import TODAY, carry_out, files_of, plan_of, v, window, write

FILES = {
    "pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10,<3.14"\n'
    'classifiers = ["Programming Language :: Python :: 3.13"]\n'
    'dependencies = [\n    "numpy>=1.22",  # arrays\n]\n',
    "setup.py": "from setuptools import setup\nsetup(install_requires=['a>=1'])\n",
}
WHY = "numpy 1.22 has no wheel for 3.15"
BUMP = Bump("pyproject.toml", 7, "numpy>=1.22", ("numpy>=2.3",), WHY, (v("3.15"),))


def test_a_floor_rises_in_place_and_is_explained(tmp_path: Path) -> None:
    made = raised(plan_of(write(tmp_path, FILES)), [BUMP])
    new = made.contents["pyproject.toml"].decode()
    assert '    "numpy>=2.3",  # arrays\n' in new
    assert 'requires-python = ">=3.10"' in new
    assert made.before == {"pyproject.toml": FILES["pyproject.toml"].encode()}
    body = text.body(made)
    assert "| `pyproject.toml:7` | `requirement` | `numpy>=1.22` | `numpy>=2.3` |" in body
    assert "- `numpy>=1.22`: `numpy 1.22 has no wheel for 3.15`" in body
    carry_out(made, tmp_path)
    assert raised(plan_of(tmp_path), [BUMP]).bumps == ()


def test_what_cannot_be_edited_is_left_to_people(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, FILES))
    lines = raised(made, [Bump("setup.py", 2, "a>=1", ("a>=2",), "why")]).needs_person
    assert lines[-1] == (
        "setup.py:2: require 'a>=2' in place of 'a>=1', why: it is not written where it can be"
        " edited"
    )
    gone = raised(made, [BUMP._replace(file="no.txt")])
    assert gone.contents == made.contents
    assert "no.txt" in gone.needs_person[-1]


def planned(folder: Path, *held: Held, kind: Kind = Kind.LIBRARY) -> ProjectPlan:
    files = files_of(folder)
    reading = declarations.read(folder, files)
    return plan(Project("demo", ".", kind), folder, files, reading, window(), held=held)


def test_a_held_python_is_not_added_and_the_reason_is_kept(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    dependency = Held(v("3.15"), Obstacle.DEPENDENCY, "numpy (no-wheel)", "numpy")
    source = Held(v("3.14"), Obstacle.SOURCE, "a.py:1: import imp")
    made = planned(tmp_path, dependency, source)
    assert v("3.14") not in made.adds
    assert v("3.15") not in made.adds
    assert made.held == (source, dependency)
    assert made.failing == (v("3.14"),)  # 3.15 is not supported yet, but adopting
    assert made.obstacles == {Obstacle.SOURCE}
    assert (
        "make the source work on 3.14, which the policy asks for: a.py:1: import imp"
        in made.needs_person
    )
    assert "- 3.15 (dependency): `numpy (no-wheel)`" in text.body(made)


def test_only_dependencies_in_the_way_can_be_told_from_the_rest(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    blocked = Held(v("3.14"), Obstacle.DEPENDENCY, "numpy (no-wheel)", "numpy")
    assert planned(tmp_path, blocked).obstacles == {Obstacle.DEPENDENCY}
    assert "3.14, which the policy asks for, waits for what is required: numpy (no-wheel)" in (
        planned(tmp_path, blocked).needs_person
    )
    both = planned(tmp_path, blocked, Held(v("3.14"), Obstacle.TESTS, "tests failed"))
    assert both.obstacles == {Obstacle.DEPENDENCY, Obstacle.TESTS}


def test_what_is_deployed_is_stuck_only_where_no_python_is_left(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM python:3.9\n"})
    newest = Held(v("3.14"), Obstacle.DEPENDENCY, "numpy (no-wheel)", "numpy")
    assert planned(tmp_path, newest, kind=Kind.SERVICE).runtime == v("3.13")
    assert planned(tmp_path, newest, kind=Kind.SERVICE).failing == ()
    listed = [newest._replace(python=v(python)) for python in ("3.11", "3.12", "3.13", "3.14")]
    stuck = planned(tmp_path, *listed, kind=Kind.SERVICE)
    assert stuck.empty
    assert stuck.failing == tuple(map(v, ("3.11", "3.12", "3.13", "3.14")))
    assert stuck.obstacles == {Obstacle.DEPENDENCY}
    assert any("waits for what is required" in line for line in stuck.needs_person)


def with_caps(tmp_path: Path, caps: str) -> Window:
    path = write(tmp_path / "p", {"p.toml": POLICY + f'[upgrade]\ncaps = "{caps}"\n'}) / "p.toml"
    return policy.window(policy.find(str(path), tmp_path), load(), TODAY)


POLICY = """name = "p"
[stages]
adopt = { anchor = "python.release" }
drop = { anchor = "python.eol" }
"""


@pytest.mark.parametrize(
    ("caps", "given", "wanted"),
    [
        ("remove", ">=3.11,<3.14", ">=3.11"),
        ("move", ">=3.11,<3.14", ">=3.11,<3.16"),
        ("move", ">=3.11, <=3.13", ">=3.11, <3.16"),
        ("move", ">=3.9,<3.14", ">=3.11,<3.16"),
        ("move", ">=3.11,<4", None),
        ("keep", ">=3.11,<3.14", None),
        ("keep", ">=3.9,<3.14", ">=3.11,<3.14"),
    ],
)
def test_caps_are_kept_moved_or_removed_as_the_policy_says(
    tmp_path: Path, caps: str, given: str, wanted: str | None
) -> None:
    folder = write(tmp_path / "d", {"pyproject.toml": f'[project]\nname="d"\nversion="1"\n'
                                    f'requires-python = "{given}"\n'})  # fmt: skip
    held = with_caps(tmp_path, caps)
    project = Project("d", ".", Kind.LIBRARY)
    for again in (False, True):
        reading = declarations.read(folder, ["pyproject.toml"])
        made = plan(project, folder, ["pyproject.toml"], reading, held)
        if wanted is None or again:
            assert made.empty
        else:
            assert f'requires-python = "{wanted}"' in made.contents["pyproject.toml"].decode()
            assert any(isinstance(c, SetCap) for c in made.changes) is (caps == "move")
        if caps == "keep":
            assert any("leaves out 3.14" in line for line in made.needs_person)
            assert not {v("3.14"), v("3.15")} & set(made.adds)
        carry_out(made, folder)


def test_a_cap_that_cannot_move_stops_everything(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[project]\nname="d"\nrequires-python = "==3.13.*"\n'})
    reading = declarations.read(tmp_path, ["pyproject.toml"])
    project = Project("d", ".", Kind.LIBRARY)
    made = plan(project, tmp_path, ["pyproject.toml"], reading, with_caps(tmp_path, "move"))
    assert made.empty
    assert any("move the upper bound up to <3.16" in line for line in made.needs_person)


def test_a_follow_up_says_that_it_only_removes(tmp_path: Path) -> None:
    made = replace(plan_of(write(tmp_path, FILES)), cleanup=v("3.11"), rows=(), dead=("a.py:1: x",))
    assert text.title(made) == "Remove what Python 3.11 and newer do not need"
    assert "## What is dead" in text.body(made)
    assert "## What changes" not in text.body(made)


def test_a_model_is_explained_and_not_edited(tmp_path: Path) -> None:
    files = {
        "MLmodel": "flavors:\n  python_function:\n    python_version: 3.9.18\n",
        "python_env.yaml": "python: 3.9.18\n",
        "requirements.txt": "scikit-learn==1.2.0\nnumpy==1.23.5  # `x`\n",
        "conda.yaml": "dependencies:\n- python=3.9.18\n- pip:\n  - mlflow==2.9\n",
    }
    made = plan_of(write(tmp_path, files), kind=Kind.MODEL)
    assert made.empty
    assert made.page.startswith("## `.`: retrain or re-validate under 3.14\n")
    assert "- trained with `Python 3.9.18`, by `python_env.yaml:1`" in made.page
    assert "- 3.9 is dropped since 2026-01-31" in made.page
    for pin in ("scikit-learn==1.2.0", "numpy==1.23.5", "mlflow==2.9"):
        assert f"- `{pin}`\n" in made.page
    fresh = {name: said.replace("3.9.18", "3.13.1") for name, said in files.items()}
    assert plan_of(write(tmp_path, fresh), kind=Kind.MODEL).page == ""

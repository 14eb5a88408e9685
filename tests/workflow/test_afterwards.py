"""What an upgrade says of the code: what is dead afterwards, and what ruff makes of it."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pylife.forges.local import LocalForge
from pylife.upgrade import Proposal
from pylife.workflow import propose as step
from pylife.workflow.read import scan
from pylife.workflow.source_facts import Look

DAY = dt.date(2026, 11, 21)  # 3.10 deprecated, 3.9 dropped
POLICY = """name = "p"
[stages]
adopt = { anchor = "python.release", offset = "P6M" }
deprecate = { anchor = "python.eol" }
drop = { anchor = "python.eol", offset = "P3M" }
"""
CODE = '''"""A module."""

import sys
from typing import List, Union

try:
    import zoneinfo
except ImportError:
    from backports import zoneinfo

if sys.version_info >= (3, 9):
    text = """kept
    as it is"""
else:
    text = ""

if sys.version_info >= (3, 11):
    new = True


def lengths(texts: List[str]) -> List[Union[int, float]]:
    return [len(text) for text in texts]
'''
RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
needs_ruff = pytest.mark.skipif(RUFF is None, reason="ruff is not installed")


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    for path, text in {
        "pylife.toml": '[fleet]\npolicy = "policy.toml"\n',
        "policy.toml": POLICY,
        "libs/shelf/pyproject.toml": "[project]\nname = 'shelf'\nversion = '1'\n"
        "requires-python = '>=3.8'\n"
        "dependencies = [\n    'backports.zoneinfo; python_version < \"3.9\"',\n    'other',\n]\n",
        "libs/shelf/src/shelf/__init__.py": CODE,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def proposal(root: Path, state: Path, *, dry_run: bool = True, look: bool = True) -> Proposal:
    read = scan([root], as_of=DAY, policy_name=None, cache=state / "repositories")
    found = step.propose(
        read, LocalForge(state), cells=[], dry_run=dry_run, look=Look(state).of if look else None
    )
    return {each.project: each for each in found}["shelf"]


def modernising(root: Path) -> None:
    (root / "policy.toml").write_text(f'{POLICY}[upgrade]\nmodernise = "ruff"\n')


def test_what_is_dead_afterwards_is_listed_with_the_edit(fleet: Path, tmp_path: Path) -> None:
    made = proposal(fleet, tmp_path / "state")
    assert made.title == "Drop Python 3.8 and 3.9"
    listed = [line for line in made.body.splitlines() if line.startswith("- `")]
    for said in (
        "pyproject.toml:6: 'backports.zoneinfo; python_version < \"3.9\"' is never installed",
        "src/shelf/__init__.py:9: the import of backports.zoneinfo is reached on no declared",
        "src/shelf/__init__.py:11: `sys.version_info >= (3, 9)` is always true; declares >=3.10",
    ):
        assert any(said in line for line in listed), said
    assert not any("(3, 11)" in line for line in listed)
    edit = made.body.partition("```diff\n")[2].partition("\n```\n")[0]
    assert [line for line in edit.splitlines() if line[:1] in "+-" and line[1:2] not in "+-"] == [
        "-    'backports.zoneinfo; python_version < \"3.9\"',",
        "-try:",
        "-    import zoneinfo",
        "-except ImportError:",
        "-    from backports import zoneinfo",
        "+import zoneinfo",
        "-if sys.version_info >= (3, 9):",
        '-    text = """kept',
        '+text = """kept',
        "-else:",
        '-    text = ""',
    ]
    assert made.files == ("pyproject.toml",)  # it is told, and not made


def test_what_is_dead_already_under_the_old_floor_is_no_reason_for_an_upgrade(
    fleet: Path, tmp_path: Path
) -> None:
    metadata = fleet / "libs" / "shelf" / "pyproject.toml"
    metadata.write_text(metadata.read_text().replace(">=3.8", ">=3.10"))
    assert proposal(fleet, tmp_path / "state").body == ""


def test_what_people_keep_is_not_listed(fleet: Path, tmp_path: Path) -> None:
    code = fleet / "libs" / "shelf" / "src" / "shelf" / "__init__.py"
    mark = "(3, 9):  # pylife: ignore[SRC606] a plugin reads it"
    code.write_text(CODE.replace("(3, 9):", mark))
    body = proposal(fleet, tmp_path / "state").body
    listed = [line for line in body.splitlines() if line.startswith("- `")]
    assert not any("(3, 9)" in line for line in listed)
    assert any("backports" in line for line in listed)
    assert "-if sys.version_info >= (3, 9)" not in body


def test_without_the_source_conditions_speak_for_themselves(fleet: Path, tmp_path: Path) -> None:
    body = proposal(fleet, tmp_path / "state", look=False).body
    assert "src/shelf/__init__.py:11: sys.version_info >= (3, 9) is always true" in body
    assert "```diff" not in body


def test_nothing_is_modernised_unless_the_policy_asks(fleet: Path, tmp_path: Path) -> None:
    assert "Modernised" not in proposal(fleet, tmp_path / "state").body


def git(state: Path, *arguments: str) -> str:
    repository = state / "forge" / "shelf.git"
    if not repository.is_dir():
        (repository,) = state.rglob("shelf.git")
    done = subprocess.run(
        ["git", "--git-dir", repository, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


@needs_ruff
def test_ruff_makes_a_commit_of_its_own(fleet: Path, tmp_path: Path) -> None:
    modernising(fleet)
    state = tmp_path / "state"
    made = proposal(fleet, state, dry_run=False)
    assert "ruff check --select UP --fix, for 3.10" in made.body
    subjects = git(state, "log", "--format=%s", made.branch).splitlines()
    assert subjects == [
        "Modernise the code for Python 3.10", "Drop Python 3.8 and 3.9", "The project as it stands",
    ]  # fmt: skip
    first = git(state, "show", "--format=", "--name-only", f"{made.branch}~1").split()
    second = git(state, "show", "--format=", "--name-only", made.branch).split()
    assert (first, second) == (["pyproject.toml"], ["src/shelf/__init__.py"])
    assert "list[int | float]" in git(state, "show", f"{made.branch}:src/shelf/__init__.py")
    assert "+def lengths(texts: list[str])" in made.diff
    assert (fleet / "libs/shelf/src/shelf/__init__.py").read_text() == CODE
    assert proposal(fleet, state, dry_run=False).outcome == "unchanged"


@needs_ruff
def test_the_projects_own_settings_hold(fleet: Path, tmp_path: Path) -> None:
    modernising(fleet)
    (fleet / "base.toml").write_text("lint.ignore = ['UP007']\n")
    (fleet / "ruff.toml").write_text("extend = 'base.toml'\nlint.extend-ignore = ['UP006']\n")
    body = proposal(fleet, tmp_path / "one").diff
    assert "def lengths" not in body
    (fleet / "libs" / "shelf" / "ruff.toml").write_text("exclude = ['src']\n")
    assert "changes nothing" in proposal(fleet, tmp_path / "two").body


@needs_ruff
def test_what_ruff_refuses_is_a_remark(fleet: Path, tmp_path: Path) -> None:
    modernising(fleet)
    (fleet / "ruff.toml").write_text("required-version = '==0.0.1'\n")
    body = proposal(fleet, tmp_path / "state").body
    assert "ruff could not modernise the code" in body
    assert "What changes" in body


def test_without_ruff_the_proposal_says_so(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modernising(fleet)
    git_ = shutil.which("git")
    assert git_ is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(git_)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    found = os.environ["PATH"]
    assert shutil.which("ruff", path=found) is None
    body = proposal(fleet, tmp_path / "state", look=False).body
    assert "ruff is not found: install it beside pylife" in body

"""What the start of `pylife check` costs: what it loads, and what its end looks through."""

import subprocess
import sys
from pathlib import Path

import pytest

from pylife.model import (
    AddPython,
    DropFallback,
    DropPython,
    PythonVersion,
    RemoveCap,
    SetFloor,
    SetPython,
    Span,
    Target,
)

_RUN = """
import atexit, gc, sys
atexit.register(lambda: print(gc.get_freeze_count() > 1000, *sorted(sys.modules)))
from pylife.__main__ import main
sys.argv = ["pylife", "check", *sys.argv[1:]]
sys.exit(main())
"""
_PROJECT = """
[project]
name = "small"
version = "1"
requires-python = ">=3.11"
"""
_NEVER = {
    "asyncio", "dataclasses", "hashlib", "multiprocessing", "shutil", "tempfile", "tomlkit", "yaml",
    "pylife.source.runner", "pylife.workflow.endings", "pylife.workflow.fix",
}  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(_PROJECT)
    (tmp_path / "small.py").write_text("print()\n")
    return tmp_path


def ended(*arguments: str) -> tuple[bool, set[str]]:
    """Whether the process had put its objects aside when it ended, and what it had loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    frozen, *modules = done.stdout.splitlines()[-1].split()
    return frozen == "True", set(modules)


def theirs() -> set[str]:
    """What the requirements load by themselves, which differs from Python to Python."""
    program = "import sys, click, packaging.specifiers, packaging.version; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_a_small_repository_loads_nothing_that_it_does_not_need(small: Path) -> None:
    at = (str(small), "--as-of", "2026-11-21")
    never = _NEVER - theirs()
    found = ended(*at, "--no-source")[1]
    assert not found & {*never, "json", "sqlite3", "pylife.source.cache"}
    ended(*at)  # scans, which needs more
    modules = ended(*at)[1]
    assert "pylife.source.cache" in modules
    assert not modules & never


def test_the_end_of_a_check_looks_for_no_garbage(small: Path) -> None:
    assert ended(str(small), "--no-source")[0]


def test_two_kinds_of_change_are_never_the_same() -> None:
    at, version = Target("pyproject.toml", "requires-python"), PythonVersion(3, 11)
    changes = {
        SetFloor(at, version), AddPython(at, version), DropPython(at, version),
        SetPython(at, version), RemoveCap(at), DropFallback(at, 1),
    }  # fmt: skip
    assert len(changes) == 6
    assert SetFloor(at, version) == SetFloor(at=at, version=version)


def test_a_span_ends_where_it_begins_or_later() -> None:
    assert sorted([Span(2, 3), Span(1, 9)])[0] == Span(start=1, end=9)
    for start, end in ((-1, 2), (3, 2)):
        with pytest.raises(ValueError, match="not a span"):
            Span(start, end)

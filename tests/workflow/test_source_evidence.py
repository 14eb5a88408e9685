"""The real scan as a rung of evidence: clean, failing with its lines, or not known."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pylife.site.evidence import evidence
from pylife.workflow.documents import read_document
from pylife.workflow.read import scan
from pylife.workflow.source_facts import Look

DAY = dt.date(2026, 11, 21)
FILES = {
    "pyproject.toml": "[project]\nname = 'shelf'\nversion = '1'\nrequires-python = '>=3.10'\n",
    "src/shelf/__init__.py": "import tomllib\nimport cgi\n",
    "tests/test_shelf.py": "import imp\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / "p" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / path).write_text(text)
    return tmp_path / "p"


def project(root: Path, *, scanned: bool = True) -> Any:
    look = Look(root.parent / "state").of if scanned else None
    found = scan([root], as_of=DAY, policy_name=None, cache=root.parent / "cache", source=look)
    (only,) = read_document(found)["projects"]
    return only


def state(made: Any, python: str) -> tuple[str, tuple[str, ...], str | None]:
    found = evidence(made, python, [])
    return found.source.value, found.source_lines, found.rung and found.rung.value


def test_each_python_has_its_state_and_lines(root: Path) -> None:
    made = project(root)
    assert state(made, "3.10") == ("fails", ("src/shelf/__init__.py:1: tomllib",), "declared")
    assert state(made, "3.11") == ("clean", (), "source-clean")
    assert state(made, "3.12") == ("clean", (), "source-clean")  # tests are no part of it
    assert state(made, "3.13") == ("fails", ("src/shelf/__init__.py:2: cgi",), "declared")
    assert evidence(made, "3.13", []).contradiction.startswith("declared, but the source uses")


def test_what_is_ignored_or_required_does_not_count(root: Path) -> None:
    code = root / "src" / "shelf" / "__init__.py"
    code.write_text("import tomllib  # pylife: ignore[SRC601] never imported there\nimport cgi\n")
    metadata = root / "pyproject.toml"
    metadata.write_text(f"{metadata.read_text()}dependencies = ['legacy-cgi']\n")
    made = project(root)
    assert {state(made, python)[0] for python in ("3.10", "3.13", "3.14")} == {"clean"}


def test_what_cannot_be_parsed_is_not_known(root: Path) -> None:
    (root / "src" / "shelf" / "broken.py").write_text("def:\n")
    kind, lines, rung = state(project(root), "3.11")
    assert (kind, rung) == ("unknown", "declared")
    assert lines[0].startswith("src/shelf/broken.py: Python 3.")
    # A test that cannot be parsed says nothing of what is installed.
    (root / "src" / "shelf" / "broken.py").rename(root / "tests" / "test_broken.py")
    assert state(project(root), "3.11")[0] == "clean"


def test_nothing_scanned_and_nothing_to_scan_are_not_clean(root: Path) -> None:
    assert state(project(root, scanned=False), "3.11")[:2] == (
        "unknown", ("the source was not scanned",),
    )  # fmt: skip
    for path in root.rglob("*.py"):
        path.unlink()
    assert state(project(root), "3.11")[:2] == ("unknown", ("there is no Python source",))

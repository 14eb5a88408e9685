"""What all tests share: trees of files, and the command line run in this process."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pylife.cli import run

collect_ignore_glob = [
    "declarations/fixtures/*",
    "rules/fixtures/*",
]  # other people's tests, to be read only
ROOT = Path(__file__).resolve().parent.parent
AS_OF = "2026-11-21"

# The tests' projects are the tests' own: they may run beside whatever this machine holds.
# What tests that they may not says so itself.
os.environ.setdefault("PYLIFE_TRUST_PROJECTS", "1")

MakeTree = Callable[[Mapping[str, str | bytes]], Path]


@dataclass(frozen=True)
class Ran:
    """What a command returned and printed."""

    code: int
    out: str
    err: str


Pylife = Callable[..., Ran]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that no process waits at the end for one that began late."""
    items.sort(key=lambda item: "slow" not in item.keywords)


@pytest.fixture(autouse=True)
def _environment_of_each_test() -> Iterator[None]:
    """Undo what a command said to its own children (`--offline`), which ends with its process."""
    before = dict(os.environ)
    yield
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def tree(tmp_path: Path) -> MakeTree:
    """Write files (path: content) below a fresh folder, and return the folder."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "tree"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make


@pytest.fixture
def pylife(capsys: pytest.CaptureFixture[str]) -> Pylife:
    """Run `pylife ARGUMENTS` in this process."""

    def call(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call

"""The same inputs give the same bytes: whatever the process, the hash seed and the order of files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import AS_OF, ROOT

EXAMPLE = ROOT / "examples" / "platform"
COMMANDS = [
    ("check", "--format", "text"),
    ("check", "--format", "json"),
    ("check", "--format", "sarif"),
    ("calendar", "--format", "text"),
    ("calendar", "--format", "json"),
    ("calendar", "--format", "ics"),
]


# File systems list a folder in the order in which files were made, or in one of their own (ext4
# sorts by a hash, whatever was first): so the order is also turned in the process itself.
SHUFFLED = """
import os, random

def shuffled(listed):
    random.Random(os.environ["LISTING"]).shuffle(listed)
    return listed

class Entries(list):
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
    def __next__(self):
        if not self: raise StopIteration
        return self.pop(0)
    def __iter__(self): return self

scandir, listdir = os.scandir, os.listdir
os.scandir = lambda *args: Entries(shuffled(list(scandir(*args))))
os.listdir = lambda *args: shuffled(listdir(*args))
"""


def files() -> list[str]:
    return [
        path.relative_to(EXAMPLE).as_posix()
        for path in sorted(EXAMPLE.rglob("*"))
        if path.is_file() and not {"__pycache__", ".pylife"} & set(path.parts)
    ]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Copies of the fleet whose files were made in different orders."""
    names = files()
    made = []
    for order in (names, names[::-1], sorted(names, key=lambda name: len(name) * 7919 % 101)):
        made.append(tmp_path_factory.mktemp("fleet") / "platform")
        for name in order:
            (made[-1] / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(EXAMPLE / name, made[-1] / name)
    return made


@pytest.fixture(scope="module")
def shuffling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that makes Python list folders in the order that LISTING seeds."""
    folder = tmp_path_factory.mktemp("shuffling")
    (folder / "sitecustomize.py").write_text(SHUFFLED, encoding="utf-8")
    return folder


def fresh(arguments: list[str], folder: Path, shuffling: Path, seed: str) -> bytes:
    """What a fresh Python prints that is started in `folder`; findings are no failure here."""
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    environment |= {
        "PYTHONHASHSEED": seed,
        "LISTING": seed,
        "PYTHONPATH": f"{shuffling}{os.pathsep}{ROOT}",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr.decode()
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_same_bytes(copies: list[Path], shuffling: Path, command: tuple[str, ...]) -> None:
    arguments = ["-m", "pylife", command[0], ".", "--as-of", AS_OF, *command[1:]]
    printed = [
        fresh(arguments, folder, shuffling, seed)
        for folder, seed in zip((copies[0], *copies), ("0", "1", "2", "4242"), strict=True)
    ]
    assert len(printed[0]) > 1000, "it says something"
    assert len(set(printed)) == 1


@pytest.mark.slow
def test_the_order_of_files_and_of_sets_really_differs(copies: list[Path], shuffling: Path) -> None:
    code = "import os; print(os.listdir(), [e.name for e in os.scandir()], {'a', 'b', 'c', 'd'})"
    assert len({fresh(["-c", code], copies[0], shuffling, seed) for seed in "012"}) == 3

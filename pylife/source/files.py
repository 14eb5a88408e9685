"""Which files of a project are Python source, of what scope, and what they can import of its own.

Everything is told from paths, and for scripts without an ending from the first line; nothing
is parsed.
"""

import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from pylife.model import Scope

# fmt: off
_DOCS = frozenset([
    "docs", "doc", "documentation", "examples", "example", "samples", "sample", "demos", "demo",
    "tutorials", "tutorial", "notebooks",
])
_TOOLS = frozenset([
    "tools", "tool", "scripts", "script", "bin", "ci", "benchmarks", "benchmark", "bench",
    "asv_bench", "hack", "dev", "devtools", "build_tools", "buildtools", "maint",
])
_TOOL_FILES = frozenset([
    "setup.py", "noxfile.py", "toxfile.py", "tasks.py", "fabfile.py", "dodo.py", "pavement.py",
    "versioneer.py", "hatch_build.py", "build.py", "make.py", "ez_setup.py", "pdm_build.py",
    "runtests.py",
])
# fmt: on
_TEST_FILE = re.compile(r"(?:test_.*|.*_test|tests|conftest)\.pyw?")
SUFFIXES = (".py", ".pyw")
_SCRIPT_FOLDERS = frozenset({"bin", "scripts"})
_SHEBANG = re.compile(rb"#![^\n]*\bpython[0-9.]*w?\b")


class SourceFile(NamedTuple):
    """A file of Python source: its path from the project's folder, and what it is for.

    `own` are the top-level modules of the project that it can import.
    """

    path: str
    scope: Scope = Scope.PACKAGE
    own: frozenset[str] = frozenset()


def find(folder: Path, files: Iterable[str], named: Collection[str] = ()) -> list[SourceFile]:
    """The Python source among `files`, which are paths from `folder`, in their order.

    `named` are the packages that the project's metadata names, as folders such as `lib/tools`.
    """
    paths = [path for path in files if _is_source(folder, path)]
    layout = _Layout(paths, named)
    return [SourceFile(path, layout.scope(path), layout.own(path)) for path in paths]


def _is_source(folder: Path, path: str) -> bool:
    if path.endswith(SUFFIXES):
        return True
    if "." in _name(path) or _name(_above(path)) not in _SCRIPT_FOLDERS:
        return False
    try:
        # Non-blocking: not to hang on a named pipe.
        descriptor = os.open(folder / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            return _SHEBANG.match(file.read(128)) is not None
    except OSError:
        return False


class _Layout:
    """Where the packages and the tests of a project are."""

    def __init__(self, paths: Collection[str], named: Collection[str]) -> None:
        self._named = frozenset(named)
        self._packages = self._named | {
            _above(path) for path in paths if _name(path) == "__init__.py"
        }
        self._tested = {
            folder
            for path in paths
            if _TEST_FILE.fullmatch(_name(path))
            for folder in _all_above(path)
        }
        self._modules: dict[str, set[str]] = {}
        for path in paths:
            self._modules.setdefault(_above(path), set()).add(_name(path).partition(".")[0])
        for package in self._packages - {""}:
            self._modules.setdefault(_above(package), set()).add(_name(package))
        roots = {"", "src", *(_above(package) for package in self._named)}
        self._top = frozenset().union(*(self._modules.get(root, ()) for root in roots))

    def own(self, path: str) -> frozenset[str]:
        """What of the project `path` can import: all on top, and what a script has beside it."""
        root = _above(path)
        while root and root in self._packages:
            root = _above(root)
        return self._top | self._modules.get(root, set())

    def scope(self, path: str) -> Scope:
        """What the file is for, by the conventions of names."""
        found: Scope | None = None
        installed = path.startswith("src/")
        for folder in _all_above(path):
            name = _name(folder)
            # Inside a package `docs` and `tools` are names like others.
            installed = installed or folder in self._named or _above(folder) in self._packages
            if name == "tests" or (name == "test" and self._holds_tests(folder)):
                return Scope.TESTS
            if found is None and not installed:
                found = self._aside(name)
        if _TEST_FILE.fullmatch(_name(path)):
            return Scope.TESTS
        return found or (Scope.TOOLS if path in _TOOL_FILES else Scope.PACKAGE)

    @staticmethod
    def _aside(name: str) -> Scope | None:
        if name in _DOCS:
            return Scope.DOCS
        return Scope.TOOLS if name in _TOOLS or name.startswith(".") else None

    def _holds_tests(self, folder: str) -> bool:
        """A package's part `test` may be what helps others to test, such as Django's."""
        return _above(folder) not in self._packages or folder in self._tested


def _all_above(path: str) -> list[str]:
    """The folders above `path`, outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _name(path: str) -> str:
    return path.rpartition("/")[2]

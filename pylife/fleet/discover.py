"""Finding the projects of a tree, and which files belong to which, in one walk.

A project is a folder with packaging metadata of its own (also a distribution that
a BUILD file of Pants or Bazel makes), or an MLflow model.
Every file belongs to the nearest project above it; what is above all projects
belongs to the tree's root.
"""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from pylife.model import Kind

# fmt: off
_NOT_WALKED = frozenset([
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "node_modules", "__pycache__",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".eggs", ".pylife",
    "site-packages", ".idea", ".vscode", ".direnv", ".pixi",
])
_LEFT_OUT = {
    "vendored code": frozenset(["vendor", "_vendor", "vendored", "third_party", "thirdparty"]),
    "a template": frozenset(["_template", "template", "templates", "cookiecutter"]),
    "test data": frozenset([
        "fixtures", "__fixtures__", "test-fixtures", "test_fixtures",
        "testdata", "test_data", "test-data",
    ]),
}
_TESTS = frozenset(["tests", "test", "testing"])
_TEST_DATA = frozenset(["data", "resources", "assets", "snapshots", "golden"])
"""What holds test data where it stands in a folder of tests, and is anything elsewhere."""
# fmt: on
_METADATA_FILES = frozenset(["pyproject.toml", "setup.cfg", "setup.py"])
_METADATA = re.compile(rb"^[ \t]*\[[ \t]*(project|tool\.poetry|tool\.flit\.metadata)[ \t]*\]", re.M)
_SETUP_CFG = re.compile(rb"^\[metadata\]", re.M)
_BUILD_FILES = ("BUILD", "BUILD.pants", "BUILD.bazel")
_BUILD = re.compile(rb"^(?:python_distribution|py_wheel)\(", re.M)
_TELLING = _METADATA_FILES.union(_BUILD_FILES)


class Found(NamedTuple):
    """A project in a tree: its folder from the root (`.` is the root), and its files from there."""

    path: str
    kind: Kind
    files: tuple[str, ...]


class Skipped(NamedTuple):
    """A folder that was not looked into, with the reason."""

    path: str
    reason: str


class Tree(NamedTuple):
    """What one walk found."""

    projects: tuple[Found, ...]
    skipped: tuple[Skipped, ...]


def discover(root: Path, skip: Collection[str] = ()) -> Tree:
    """Walk `root` and tell its projects, the root first; links to folders are not followed.

    `skip` are folders, from the root, that are not looked into.

    The root itself is listed if it is a project or holds files of its own beside
    its projects (then as a workspace), or if there is no project at all.
    """
    files: dict[str, list[str]] = {}
    kinds: dict[str, Kind] = {}
    skipped: list[Skipped] = []
    for folder, names in _walk(root, frozenset(skip), skipped):
        files[folder] = names
        kind = _kind(root, folder, frozenset(names))
        if kind is not None:
            kinds[folder] = kind
    owned: dict[str, list[str]] = {folder: [] for folder in kinds}
    owned.setdefault(".", [])
    for folder, names in files.items():
        owner = _owner(folder, owned)
        inside = folder if owner == "." else folder[len(owner) + 1 :]
        prefix = "" if inside in {"", "."} else inside + "/"
        owned[owner] += [prefix + name for name in names]
    kinds.setdefault(".", Kind.WORKSPACE)
    found = [
        Found(path=path, kind=kinds[path], files=tuple(sorted(names)))
        for path, names in sorted(owned.items())
        if path != "." or kinds["."] is not Kind.WORKSPACE or names or len(owned) == 1
    ]
    return Tree(projects=tuple(found), skipped=tuple(sorted(skipped, key=lambda item: item.path)))


def _walk(
    root: Path, skip: frozenset[str], skipped: list[Skipped]
) -> Iterator[tuple[str, list[str]]]:
    """Yield each folder (from the root) with the names of its files, in a stable order."""
    pending = ["."]
    while pending:
        folder = pending.pop()
        names: list[str] = []
        below: list[str] = []
        try:
            with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118 - many folders
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=False):
                        if not _is_link_to_folder(entry):
                            names.append(entry.name)
                        continue
                    if entry.name in _METADATA_FILES:
                        names.append(entry.name)  # a folder there is for a reader to complain of
                    if entry.name not in _NOT_WALKED:
                        below.append(entry.name)
        except OSError as error:
            skipped.append(Skipped(path=folder, reason=f"cannot be listed: {error.strerror}"))
            continue
        if "pyvenv.cfg" in names:
            skipped.append(Skipped(path=folder, reason="a virtual environment"))
            continue
        yield folder, sorted(names)
        for name in sorted(below, reverse=True):
            path = name if folder == "." else f"{folder}/{name}"
            reason = "skipped by pylife.toml" if path in skip else _reason(folder, name)
            if reason:
                skipped.append(Skipped(path=path, reason=reason))
            else:
                pending.append(path)


def _is_link_to_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False  # a link to itself: a file that cannot be read


def _reason(folder: str, name: str) -> str | None:
    """Why the folder `name` of `folder` is left out, by its name alone; None where it is not."""
    if "{{" in name:
        return "a template"
    if name in _TEST_DATA and folder.rpartition("/")[2] in _TESTS:
        return "test data"
    return next((reason for reason, names in _LEFT_OUT.items() if name in names), None)


def _kind(root: Path, path: str, names: frozenset[str]) -> Kind | None:
    """What the folder `path` is by its own files; None where it is no project of its own."""
    if "MLmodel" in names:
        return Kind.MODEL
    if names.isdisjoint(_TELLING):
        return None
    folder = root / path
    if (
        "setup.py" in names
        or ("setup.cfg" in names and _matches(folder / "setup.cfg", _SETUP_CFG))
        or ("pyproject.toml" in names and _matches(folder / "pyproject.toml", _METADATA))
        or any(name in names and _matches(folder / name, _BUILD) for name in _BUILD_FILES)
    ):
        return Kind.LIBRARY
    return None


def _matches(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Whether the start of the file matches; one that cannot be read is somebody's to look at."""
    if not path.is_file():
        return True
    try:
        with path.open("rb") as file:
            return pattern.search(file.read(1 << 20)) is not None
    except OSError:
        return True


def _owner(folder: str, owned: dict[str, list[str]]) -> str:
    while folder not in owned:
        folder = folder.rpartition("/")[0] or "."
    return folder

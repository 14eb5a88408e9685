"""A project's source tree: its digest, and a copy to run in.

Both leave out the same: version control, environments, caches and build output,
so that what is digested is what is run.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

_NEVER = frozenset(
    {
        ".git", ".hg", ".svn", ".nox", ".tox", ".venv", ".eggs", ".cache", ".pylife",
        "__pycache__", "__pypackages__", "node_modules",
        ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints",
    }
)  # fmt: skip
_OUTPUT = frozenset({"build", "dist"})
"""Left out at the top only, and unless they are packages: elsewhere they are source."""

_VERSION_TOOLS = (
    b"setuptools_scm", b"setuptools-scm", b"hatch-vcs", b"hatch_vcs", b"versioningit",
    b"versioneer", b"dunamai", b"dynamic-versioning", b'source = "scm"', b"pbr",
)  # fmt: skip


def files(folder: Path, leave_out: Collection[Path] = ()) -> Iterator[tuple[str, Path]]:
    """Each file and link of the tree, as (path with `/`, path), in order.

    `leave_out` are folders (such as the state folder) that do not belong to it.
    """
    yield from _walk(folder, "", {path.resolve() for path in leave_out})


def _walk(folder: Path, prefix: str, leave_out: set[Path]) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = Path(entry.path)
        relative = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            if not _is_left_out(path, relative) and path.resolve() not in leave_out:
                yield from _walk(path, relative + "/", leave_out)
        elif entry.name.endswith((".pyc", ".pyo")) or entry.name == ".coverage":
            continue
        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
            yield relative, path


def _is_left_out(path: Path, relative: str) -> bool:
    return (
        path.name in _NEVER
        or path.name.endswith(".egg-info")
        or (relative in _OUTPUT and not (path / "__init__.py").exists())
        or (path / "pyvenv.cfg").exists()
    )


def digest(folder: Path, leave_out: Collection[Path] = ()) -> str:
    """SHA-256 (hex) over paths, contents, executable bits and link targets of the tree."""
    total = hashlib.sha256()
    for relative, path in files(folder, leave_out):
        if path.is_symlink():
            kind, content = b"l", os.fsencode(path.readlink())
            inner = hashlib.sha256(content).digest()
        else:
            kind = b"x" if path.stat().st_mode & stat.S_IXUSR else b"f"
            with path.open("rb") as file:
                inner = hashlib.file_digest(file, "sha256").digest()
        name = os.fsencode(relative)
        # The length keeps a name from running into what follows it.
        total.update(kind + len(name).to_bytes(4, "big") + name + inner)
    return total.hexdigest()


def copy(folder: Path, target: Path, leave_out: Collection[Path] = ()) -> None:
    """Copy the tree to `target`, which must not exist; links stay links.

    The git history comes along only where the version is made from it.
    """
    target.mkdir(parents=True)
    for relative, path in files(folder, leave_out):
        place = target / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place, follow_symlinks=False)
    history = folder / ".git"
    if history.is_dir() and _version_from_git(folder):
        shutil.copytree(history, target / ".git", symlinks=True)


def _version_from_git(folder: Path) -> bool:
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        path = folder / name
        if path.is_file() and any(tool in path.read_bytes() for tool in _VERSION_TOOLS):
            return True
    return False

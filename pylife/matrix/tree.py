"""A project's source tree: its digest, and a copy to run in.

Both leave out the same: version control, environments, caches and build output,
so that what is digested is what is run. A link that leads out of the project would lead
nowhere from a copy: of one that stays in the repository, what it leads to is taken.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple, Self

_NEVER = frozenset(
    {
        ".git", ".hg", ".svn", ".nox", ".tox", ".venv", ".eggs", ".cache", ".pylife",
        "__pycache__", "__pypackages__", "node_modules",
        ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints",
    }
)  # fmt: skip
_OUTPUT = frozenset({"build", "dist"})
"""Left out at the top only, and unless they are packages: elsewhere they are source."""

_DEEPEST = 3
"""How many links out of the project are followed, one within the other."""

_VERSION_TOOLS = (
    b"setuptools_scm", b"setuptools-scm", b"hatch-vcs", b"hatch_vcs", b"versioningit",
    b"versioneer", b"dunamai", b"dynamic-versioning", b'source = "scm"', b"pbr",
)  # fmt: skip


class Bounds(NamedTuple):
    """What belongs to a tree: the project's own folder, and where its links may lead."""

    folder: Path
    repository: Path | None
    """The repository around the project; None where it is in none."""
    leave_out: frozenset[Path]
    entered: tuple[Path, ...] = ()
    """The folders outside of the project that are being walked."""

    @classmethod
    def of(cls, folder: Path, leave_out: Collection[Path]) -> Self:
        """The bounds of the project in `folder`."""
        real = folder.resolve()
        around = (one for one in (real, *real.parents) if (one / ".git").exists())
        return cls(real, next(around, None), frozenset(path.resolve() for path in leave_out))

    def meant(self, link: Path) -> Path | None:
        """What to take in place of `link`: None where that is the link itself."""
        try:
            real = link.resolve(strict=True)
        except (OSError, RuntimeError):
            return None  # it leads nowhere
        if self.repository is None or not real.is_relative_to(self.repository):
            return None
        parts = real.relative_to(self.repository).parts
        inside = real.is_relative_to(self.folder) and not self.entered
        # One that leads to what it is in itself would have no end.
        endless = any(one.is_relative_to(real) for one in (self.folder, *self.entered))
        hidden = ".git" in parts or any(real.is_relative_to(one) for one in self.leave_out)
        deep = len(self.entered) == _DEEPEST
        return None if inside or endless or hidden or deep else real

    def below(self, folder: Path) -> Self:
        """The bounds in a folder to which a link led."""
        return self._replace(entered=(*self.entered, folder))


def files(folder: Path, leave_out: Collection[Path] = ()) -> Iterator[tuple[str, Path]]:
    """Each file and link of the tree, as (path with `/`, path of its content), in order.

    `leave_out` are folders (such as the state folder) that do not belong to it.
    """
    yield from _walk(folder, "", Bounds.of(folder, leave_out))


def leads_out(folder: Path, leave_out: Collection[Path] = ()) -> str | None:
    """The first link that leads elsewhere from a copy of the tree; None where there is none.

    That is one out of the repository, of which nothing is copied; one by an absolute
    path leads to the same from everywhere.
    """
    own = folder.resolve()
    for relative, path in files(own, leave_out):
        if not path.is_symlink() or not path.exists() or _is_left_out(path, relative):
            continue
        if not path.is_relative_to(own):
            continue  # of a folder that a link led to: one without an end
        if not path.readlink().is_absolute() and not path.resolve().is_relative_to(own):
            return f"{relative} -> {path.readlink()}"
    return None


def _walk(folder: Path, prefix: str, bounds: Bounds) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = Path(entry.path)
        relative = prefix + entry.name
        if entry.is_symlink() and (real := bounds.meant(path)) is not None:
            if real.is_dir() and not _is_left_out(path, relative) | _is_left_out(real, relative):
                yield from _walk(real, relative + "/", bounds.below(real))
            elif real.is_file():
                yield relative, real
        elif entry.is_dir(follow_symlinks=False):
            if not _is_left_out(path, relative) and path.resolve() not in bounds.leave_out:
                yield from _walk(path, relative + "/", bounds)
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

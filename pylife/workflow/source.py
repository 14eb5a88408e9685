"""What the code of projects uses of Python, and on which Pythons it runs. Executes none of it."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife.fleet import Fleet, Member
from pylife.model import Kind, Project, Scope
from pylife.source import files, layout, reader, results
from pylife.source.cache import Cache
from pylife.source.files import SourceFile
from pylife.source.packages import Package, packages
from pylife.source.results import FileResult, Verdict
from pylife.workflow.state import prepare

_ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


class Looked(NamedTuple):
    """What was looked at: by the parser of which Python, and what was found in each project."""

    parser: tuple[int, int]
    projects: tuple["ProjectSource", ...]


class Target(NamedTuple):
    """A project with its files of Python source, or one file by itself."""

    member: Member
    files: tuple[SourceFile, ...]
    named: bool = False
    """Whether it is a file that was asked for: it is looked at wherever it leads."""


class ProjectSource(NamedTuple):
    """A project with what was found in its source, file by file, in the order of the paths."""

    member: Member
    files: tuple[FileResult, ...]

    def verdict(self, looked_at: int, scope: Scope | None = None) -> Verdict:
        """On which of the Pythons `looked_at` it runs: all of it, or what is of `scope`."""
        chosen = (file for file in self.files if scope in {None, file.scope})
        return results.judged(chosen, looked_at)

    def packages(self) -> dict[Package, list[FileResult]]:
        """The files of what is installed or deployed, by the import packages that they make."""
        shipped = [file for file in self.files if file.scope is Scope.PACKAGE]
        of = packages(file.path for file in shipped)
        found: dict[Package, list[FileResult]] = {}
        for file in shipped:
            found.setdefault(of[file.path], []).append(file)
        return dict(sorted(found.items()))


def targets(fleet: Fleet) -> Iterator[Target]:
    """The members of the fleet that are not excluded, with their source."""
    for member in fleet.members:
        folder = member.folder
        if member.project.excluded is not None:
            continue
        if folder is None or member.project.error is not None:
            yield Target(member, ())
            continue
        hidden = layout.left_out(folder, member.files, _skipped(fleet, member))
        paths = sorted({*member.files, *hidden})
        named = layout.named_packages(folder, member.files)
        yield Target(member, tuple(files.find(folder, paths, named)))


def _skipped(fleet: Fleet, member: Member) -> frozenset[str]:
    """The folders of the member that pylife.toml says not to look into."""
    document = fleet.config(member).document
    listed = document.table("fleet").get("skip", []) if document else []
    prefix = "" if member.project.path == "." else f"{member.project.path}/"
    paths = [path.strip("/").removeprefix("./") for path in listed]
    return frozenset(path.removeprefix(prefix) for path in paths if path.startswith(prefix))


def alone(path: Path) -> Target:
    """One file as a project of its own; what lies around it says what it is for."""
    folder = Path(os.path.abspath(path.parent))  # noqa: PTH100 - links stay as they were given
    above = (folder, *folder.parents)
    root = next((one for one in above if any((one / m).exists() for m in _ROOT_MARKS)), folder)
    inits = [one / "__init__.py" for one in above[: above.index(root) + 1]]
    # What was asked for is looked at, whatever it is called.
    given = folder / (path.name if path.suffix in files.SUFFIXES else f"{path.name}.py")
    around = [*folder.glob("*.py"), *filter(Path.is_file, inits), given]
    listed = sorted({one.relative_to(root).as_posix() for one in around})
    named = layout.named_packages(root, ["pyproject.toml"])
    told = {one.path: one for one in files.find(root, listed, named)}
    found = told[given.relative_to(root).as_posix()]
    # A script `cgi.py` that imports `cgi` hardly means itself.
    found = found._replace(path=path.name, own=found.own - {path.stem})
    project = Project(name=path.name, path=path.parent.as_posix(), kind=Kind.LIBRARY)
    return Target(Member(project, folder=path.parent, files=(path.name,)), (found,), named=True)


def scan(
    found: Sequence[Target],
    *,
    state: Path | None,
    processes: int = 0,
    progress: reader.Progress | None = None,
) -> Looked:
    """Look at the source of all targets; what was seen before is taken from the folder `state`."""
    if state is not None:
        with contextlib.suppress(OSError):  # where it cannot be made, nothing is kept
            prepare(state)
    with Cache(None if state is None else state / "source" / "cache.db") as kept:
        read = reader.read(_given(found), kept, processes=processes, progress=progress)
    projects = tuple(
        ProjectSource(
            target.member,
            tuple(
                results.within(
                    FileResult(f.path, f.scope, read.found[_place(target, f)]) for f in target.files
                )
            ),
        )
        for target in found
    )
    return Looked(read.parser, projects)


def _given(found: Sequence[Target]) -> Iterator[reader.Given]:
    for target in found:
        root = "" if target.named else os.path.realpath(target.member.folder or Path())
        for file in target.files:
            yield reader.Given(_place(target, file), file.own, root)


def _place(target: Target, file: SourceFile) -> str:
    return os.path.abspath(os.path.join(target.member.folder or "", file.path))  # noqa: PTH100, PTH118

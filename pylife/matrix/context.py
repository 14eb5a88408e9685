"""What every cell of a run shares: the state folder, the interpreters, the environment."""

import hashlib
import os
import stat
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pylife.errors import StateError
from pylife.matrix import environment, tree, workfolder
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.model import PythonVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One run of the matrix; `environment` is what pylife itself was started with."""

    state: Path
    interpreters: Mapping[PythonVersion, Interpreter]
    environment: Mapping[str, str]
    stop: threading.Event = field(default_factory=threading.Event)
    digests: dict[Path, str] = field(default_factory=dict)
    """Of the source trees that were read, by folder."""

    @property
    def logs(self) -> Path:
        """Where the logs are."""
        return self.state / "logs"

    def digest(self, project: MatrixProject) -> str:
        """The digest of the project's source tree; a tree is read once in a run."""
        if project.folder not in self.digests:
            self.digests[project.folder] = tree.digest(project.folder, [self.state])
        return self.digests[project.folder]

    @contextmanager
    def work(self, name: str) -> Iterator[Path]:
        """A new folder to work in, gone afterwards."""
        parent = workshop(self.state)
        _make_private(parent)
        with workfolder.made(parent, name) as folder:
            yield folder

    def mark(self, folder: Path) -> str:
        """What the processes that work in `folder` carry in their environment."""
        return workfolder.mark(folder)

    def sweep(self) -> None:
        """Put away what runs of this state folder left that were killed.

        Their processes, on Linux, and their work folders.
        """
        workfolder.sweep(workshop(self.state))

    def copy(self, project: MatrixProject, folder: Path) -> Path:
        """A copy of the project's tree inside `folder`."""
        # The folder keeps its name: some tests and build backends look at it.
        target = folder / "tree" / (project.folder.name or "project")
        tree.copy(project.folder, target, [self.state])
        return target

    def cleaned(
        self, project: MatrixProject, folder: Path, interpreter: Interpreter | None = None
    ) -> dict[str, str]:
        """The environment of a program that works in `folder` for `project`.

        With an `interpreter`, `python`, `python3` and `python3.N` are that one.
        """
        home, first = folder / "home", folder / "bin"
        home.mkdir(parents=True, exist_ok=True)
        first.mkdir(exist_ok=True)
        environment.copy_uv_settings(self.environment, home)
        if interpreter is not None:
            for name in ("python", "python3", f"python{interpreter.version}"):
                link = first / name
                if not link.is_symlink():
                    link.symlink_to(interpreter.path)
        return environment.cleaned(
            self.environment,
            home=home,
            cache=self.state / "cache" / "uv",
            interpreters=tuple(self.interpreters.values()),
            first=first,
            also=project.preset.environment,
        )


def workshop(state: Path) -> Path:
    """Where the runs of the folder `state` work: among temporary files, never in a repository.

    There pytest, tox or git would find the repository's configuration above the
    copy of a project and take it for the project's own.
    """
    digest = hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"pylife-{os.getuid()}-{digest}"


def _make_private(folder: Path) -> None:
    """Make `folder`, or see that it is ours: others can write where temporary files are."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise StateError(
            f"cannot be made: {error.strerror}", path=str(folder), help="choose another TMPDIR"
        ) from None
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise StateError("belongs to someone else", path=str(folder), help="choose another TMPDIR")

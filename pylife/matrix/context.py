"""What every cell of a run shares: the state folder, the interpreters, the environment."""

import hashlib
import os
import stat
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pylife.errors import StateError
from pylife.matrix import (
    environment,
    names,
    process,
    redact,
    sandbox,
    secrets,
    tree,
    visible,
    workfolder,
)  # fmt: skip
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.isolation import Cache
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
    absent: Mapping[PythonVersion, str] = field(default_factory=dict)
    """Of Pythons that could not be had, though they were asked for: why."""
    cache: Path | None = None
    """Where programs keep what they may use again; in `state` unless given."""

    def missing(self, python: PythonVersion) -> str:
        """Why there is no interpreter of that version."""
        reason = f"no Python {python} was found on this machine"
        return f"{reason}, {self.absent[python]}" if python in self.absent else reason

    @property
    def logs(self) -> Path:
        """Where the logs are."""
        return self.state / "logs"

    def digest(self, project: MatrixProject) -> str:
        """The digest of the project's source tree; a tree is read once in a run."""
        if project.folder not in self.digests:
            self.digests[project.folder] = tree.digest(project.folder, [self.state])
        return self.digests[project.folder]

    def leads_out(self, project: MatrixProject) -> str | None:
        """A link of the project's tree that leads nowhere from a copy; None without one."""
        try:
            return tree.leads_out(project.folder, [self.state])
        except OSError:
            return None  # that it cannot be read is said where it is copied

    @contextmanager
    def work(self, name: str) -> Iterator[Path]:
        """A new folder to work in, gone afterwards."""
        parent = workshop(self.state)
        make_private(parent)
        with workfolder.made(parent, names.slug(name)) as folder:
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
            cache=self.packages(project),
            interpreters=tuple(self.interpreters.values()),
            first=first,
            also=project.preset.environment,
            grant=project.preset.isolation.grant,
        )

    def packages(self, project: MatrixProject) -> Path:
        """What uv keeps for a project: its own, unless the preset lets all share one."""
        named = self.environment.get("UV_CACHE_DIR")
        whole = Path(named) if named else (self.cache or self.state / "cache") / "uv"
        shared = project.preset.isolation.cache is Cache.SHARED
        return whole if shared else whole / "projects" / names.slug(project.name)

    @property
    def hidden(self) -> redact.Redactor:
        """What takes this process's credentials out of what is kept."""
        return redact.of(secrets.values(self.environment))

    def execute(
        self,
        project: MatrixProject,
        command: Sequence[str],
        *,
        folder: Path,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        timeout: float,
        header: str = "",
        append: bool = False,
    ) -> process.Ended:
        """Run a program of `project` that works in `folder`, as the preset isolates it.

        All that executes projects' code goes through here. Raises OSError as
        `process.run`, ToolError where the wrapper is not here.
        """
        cache = self.packages(project)
        cache.mkdir(parents=True, exist_ok=True)
        isolation = project.preset.isolation
        wrapped = sandbox.wrap(
            isolation,
            command,
            env,
            lambda: sandbox.Places(
                folder, cache,
                visible.paths(self.interpreters.values(), env, self.state, self.environment),
            ),
            cwd,
        )  # fmt: skip
        try:
            return process.run(
                wrapped.command,
                cwd=cwd,
                env=wrapped.environment,
                log=log,
                timeout=timeout,
                stop=self.stop,
                header=header,
                mark=self.mark(folder),
                append=append,
                hide=self.hidden,
            )
        finally:
            sandbox.finish(wrapped)


def workshop(state: Path) -> Path:
    """Where the runs of the folder `state` work: among temporary files, never in a repository.

    There pytest, tox or git would find the repository's configuration above the
    copy of a project and take it for the project's own.
    """
    digest = hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"pylife-{os.getuid()}-{digest}"


def make_private(folder: Path) -> None:
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

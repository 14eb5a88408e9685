"""Refusing to run projects' code where it could read credentials.

On Linux every process can read the first environment of every other process of
its user, also that of its parents, however these have changed it since; and the
files of its user. So before projects' code is run it is looked whether any
credential lies there: in the environment of any process that can be read, in
the usual files of the home folder, or in the configuration of the projects' git
repositories. A wrapper is tried out instead: a process with a mark in its
environment is started beside it, and must not be seen from inside.

Only names and places are ever told, never a value.
"""

import contextlib
import os
import pwd
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pylife.errors import UsageError
from pylife.matrix import secrets

TRUST = "PYLIFE_TRUST_PROJECTS"
"""Set to 1 in the environment: every project may read what this user can read."""
_PROC = Path("/proc")
_MOST = 1 << 20
"""Bytes of a file that are looked at; environments are shorter."""
_SHOWN = 3
HELP = (
    "run this in a job, or as a user, without them; or hide them with"
    ' wrapper = "bubblewrap" in [isolation] of the matrix preset; or say'
    f" {TRUST}=1 where every project may have them (docs/matrix.md, Isolation)"
)


class Readable(NamedTuple):
    """A credential that projects' code could read: `what` lies `where`."""

    what: str
    where: str
    kind: secrets.Kind

    def __str__(self) -> str:
        return f"{self.what} in {self.where}" if self.what else self.where


def is_trusted(environment: Mapping[str, str]) -> bool:
    """Whether whoever runs pylife says that projects may read what the user can."""
    return environment.get(TRUST) == "1"


def require(
    environment: Mapping[str, str],
    folders: Iterable[Path] = (),
    *,
    granted: Collection[str] = (),
    kinds: Collection[secrets.Kind] = tuple(secrets.Kind),
    proc: Path = _PROC,
) -> None:
    """Raise UsageError where code that runs as this user could read a credential of `kinds`.

    `environment` is that of this process, `folders` are the projects', `granted`
    the variables that all that is run gets anyway.
    """
    if is_trusted(environment):
        return
    readable = (*in_processes(granted, proc), *in_files(environment, folders))
    found = [one for one in readable if one.kind in kinds]
    if found:
        raise UsageError(refusal(found), help=HELP)


def refusal(found: Collection[Readable]) -> str:
    """What is wrong, in one line."""
    shown = ", ".join(map(str, list(found)[:_SHOWN]))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"projects' code is not run where it could read credentials: {shown}{more}"


def in_processes(granted: Collection[str] = (), proc: Path = _PROC) -> Iterator[Readable]:
    """The credentials in the environments of processes that can be read.

    By the id of the process, then by name; nothing where the system has no /proc.
    """
    try:
        pids = sorted(int(name) for name in os.listdir(proc) if name.isdigit())  # noqa: PTH208
    except OSError:
        return
    looked_at: dict[bytes, set[str]] = {}  # processes inherit: most have the same
    for pid in pids:
        try:
            with (proc / str(pid) / "environ").open("rb") as file:
                content = file.read(_MOST)
        except OSError:
            continue  # another user's, or gone
        if content not in looked_at:
            looked_at[content] = secrets.in_block(content)
        for name in sorted(looked_at[content].difference(granted)):
            where = f"the environment of process {pid}{_called(proc / str(pid))}"
            yield Readable(name, where, secrets.named(name))


def _called(process: Path) -> str:
    try:
        name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
    return f" ({name})"


def in_files(environment: Mapping[str, str], folders: Iterable[Path] = ()) -> Iterator[Readable]:
    """The files with credentials in the user's home folders and the projects' repositories."""
    for path, file in dict(candidates(environment, folders)).items():
        if holds(path, file):
            yield Readable("", str(path), file.kind)


def candidates(
    environment: Mapping[str, str], folders: Iterable[Path] = ()
) -> Iterator[tuple[Path, secrets.File]]:
    """The files to look at, whether they are there or not."""
    for home in homes(environment):
        configs = {home / ".config"}
        if named := environment.get("XDG_CONFIG_HOME"):
            configs.add(Path(named))
        for file in secrets.files():
            for base in sorted(configs) if file.in_config else [home]:
                yield base / file.path, file
    for variable, usual in (("NETRC", ".netrc"), ("PGPASSFILE", ".pgpass")):
        if named := environment.get(variable):
            yield from ((Path(named), file) for file in secrets.files() if file.path == usual)
    for folder in sorted({above for one in folders for above in _repositories(one)}):
        for file in secrets.of_repository():
            yield folder / file.path, file


def homes(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The home folder by the environment, and that which the system has for the user."""
    found = [environment["HOME"]] if environment.get("HOME") else []
    with contextlib.suppress(KeyError):  # a container's user that has no name
        found.append(pwd.getpwuid(os.getuid()).pw_dir)
    return tuple(Path(one) for one in dict.fromkeys(found) if one)


def holds(path: Path, file: secrets.File) -> bool:
    """Whether the file is there, can be read, and has a credential in it."""
    try:
        with path.open("rb") as opened:
            content = opened.read(_MOST)
    except OSError:
        return False
    return file.pattern.search(content.decode("utf-8", errors="replace")) is not None


def _repositories(folder: Path) -> Iterator[Path]:
    """The innermost repository around a folder."""
    for above in (folder, *folder.parents):
        if (above / ".git").is_dir():
            yield above / ".git"
            return

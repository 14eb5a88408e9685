"""Locks and compiled files that an upgrade leaves behind, and how each is made anew."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pylife.errors import UnreadableError
from pylife.model import PythonVersion, Stage
from pylife.policy import Window
from pylife.syntax import text
from pylife.upgrade import headers
from pylife.upgrade.headers import Recipe, Refused
from pylife.upgrade.places import is_lock

_COMPILED = re.compile(
    r"(?:.*/)?[^/]*(?:requirements|constraints)[^/]*\.txt|(?:.*/)?requirements/.*\.txt"
)
_COMMANDS = {"uv.lock": "uv lock", "poetry.lock": "poetry lock", "pdm.lock": "pdm lock"}
_VERSION = re.compile(r"(--python-version|--python|-p)([ =])\S+")


class Lock(NamedTuple):
    """A lock of a whole project, which `command` writes in the folder of `path`."""

    path: str
    command: str


class Stale(NamedTuple):
    """A file that some tool has to make anew, for the Python `to`.

    `line` says so to a person; `how` is how it is made, with the reason where pylife does not do
    that, and None where nothing is known.
    """

    file: str
    line: str
    how: Recipe | Refused | Lock | None
    to: PythonVersion | None = None


def stale(
    folder: Path,
    files: Collection[str],
    window: Window,
    *,
    to: PythonVersion | None,
    leaving: Collection[PythonVersion],
) -> Iterator[Stale | str]:
    """The compiled files for a Python that is dropped or left; a text says what is unreadable."""
    for path in sorted(files):
        how = _how(folder, path, files)
        if isinstance(how, str):
            yield how
            continue
        python = how.python if how is not None else None
        if how is None or python is None:
            continue
        if window.stage(python) is Stage.DROPPED or python in leaving:
            line = f"{path} was compiled for Python {python}: run {_command(how, to)}"
            yield Stale(path, line, how, to)


def following(
    folder: Path, files: Collection[str], changed: Collection[str], to: PythonVersion | None
) -> Iterator[Stale]:
    """The compiled files of which a source is `changed`, for the Python that they are for."""
    for path in sorted(files):
        how = _how(folder, path, files)
        if isinstance(how, Recipe) and not set(how.files).isdisjoint(changed):
            made_from = ", ".join(name for name in how.sources if name in changed) or "them"
            own = how.python or to
            line = f"{path} is compiled from {made_from}, which changes: run {_command(how, own)}"
            yield Stale(path, line, how, own)


def locks(files: Iterable[str], to: PythonVersion | None) -> Iterator[Stale]:
    """The lock files, whose range and requirements have to follow those of the project."""
    for path in sorted(files):
        if is_lock(path):
            command = _COMMANDS.get(path.rpartition("/")[2])
            line = f"{path}: refresh the lock" + (f" ({command})" if command else "")
            yield Stale(path, line, Lock(path, command) if command else None, to)


def command_for(recipe: Recipe | Refused, to: PythonVersion | None) -> str:
    """The command of a header, for another Python where it names one."""
    return _VERSION.sub(rf"\g<1>\g<2>{to}", recipe.command) if to else recipe.command


def _how(folder: Path, path: str, files: Collection[str]) -> Recipe | Refused | str | None:
    if _COMPILED.fullmatch(path) is None:
        return None
    try:
        head = text.read(folder, path).text[: headers.HEADER]
    except UnreadableError as error:
        return str(error)
    return headers.read(path, head, files)


def _command(how: Recipe | Refused, to: PythonVersion | None) -> str:
    command = command_for(how, to) if how.tool != "pip-compile" else how.command
    told = command or how.tool
    return told if _VERSION.search(told) and how.tool != "pip-compile" else f"{told} under {to}"

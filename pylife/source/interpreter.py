"""The interpreter that reads source: the newest on this machine, so that it can parse all of it.

A light search of the usual places, by name: PATH, pyenv's versions, uv's own folder. Only what
is newer than the Python that pylife runs on is started, once, to see that it does.
"""

import os
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import NamedTuple

_PROBE = (
    "import ast, json, sys, tokenize, zlib;"
    " print(sys.implementation.name, *sys.version_info[:2],"
    " '.'.join(map(str, sys.version_info[:3])))"
)
_SECONDS = 20
_PASSED_ON = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""What an interpreter may need to start; nothing else of the environment is handed on."""
Remembered = MutableMapping[str, str]
"""What interpreters said when they were started, by path and time of change."""


class Interpreter(NamedTuple):
    """A CPython: `release` as `3.15.2`; `host` is the one that pylife itself runs on."""

    path: str
    version: tuple[int, int]
    release: str
    host: bool = False


def host() -> Interpreter:
    """The interpreter that runs pylife."""
    release = ".".join(map(str, sys.version_info[:3]))
    return Interpreter(sys.executable, sys.version_info[:2], release, host=True)


def newest(
    greatest: tuple[int, int],
    remembered: Remembered | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Interpreter:
    """The newest interpreter up to `greatest` that starts; the host where none is newer.

    What was started is noted in `remembered`, and not started again while it stays the same.
    """
    own = host()
    known = {} if remembered is None else remembered
    for minor in range(greatest[1], own.version[1], -1):
        for path in _candidates(minor, environment):
            release = _release(path, (greatest[0], minor), known)
            if release:
                return Interpreter(str(path), (greatest[0], minor), release)
    return own


def clean_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment that a reading process gets: no PYTHON variables, no secrets."""
    return {name: environment[name] for name in _PASSED_ON if name in environment} | {
        "LC_ALL": "C.UTF-8"
    }


def _candidates(minor: int, environment: Mapping[str, str]) -> Iterator[Path]:
    """Files that should be Python 3.`minor`, in the order of preference."""
    name = f"python3.{minor}"
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        # pyenv's shims are there for every version, and mostly say that it is not chosen.
        path = Path(folder, name)
        if path.is_absolute() and path.parent.name != "shims" and path.is_file():
            yield path
    home = environment.get("HOME", "~")
    data = environment.get("XDG_DATA_HOME") or f"{home}/.local/share"
    for root, pattern in (
        (environment.get("PYENV_ROOT") or f"{home}/.pyenv", f"versions/3.{minor}.*/bin/{name}"),
        (
            environment.get("UV_PYTHON_INSTALL_DIR") or f"{data}/uv/python",
            f"cpython-3.{minor}.*/bin/{name}",
        ),
    ):
        versions = Path(root).expanduser()
        if versions.is_dir():
            yield from sorted(versions.glob(pattern), reverse=True)


def _release(path: Path, version: tuple[int, int], known: Remembered) -> str:
    """The release that `path` says it is; empty where it does not start, or is something else."""
    try:
        status = path.stat()
    except OSError:
        return ""
    key = f"{path}|{status.st_mtime_ns}|{status.st_size}|{status.st_ino}"
    if key not in known:
        known[key] = _started(path)
    words = known[key].split()
    fits = words[:3] == ["cpython", *map(str, version)] and len(words) == 4
    return words[3] if fits else ""


def _started(path: Path) -> str:
    import subprocess  # costs a start-up more than all the rest of this, and is hardly ever needed

    try:
        done = subprocess.run(
            [str(path), "-I", "-S", "-c", _PROBE],
            env=clean_environment(),
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

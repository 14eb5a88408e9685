"""Which Pythons this machine has: found by uv, believed once each has started.

uv looks on PATH, in its own folder and wherever `paths` says; pyenv's versions
are added, since its shims hide all but one. `uv python list` of uv 0.13 tells
variant and implementation; PyPy, GraalPy and debug builds are left out. A
free-threaded build is a Python of its own. Only `install` downloads anything.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from pylife.errors import ToolError
from pylife.matrix import tools
from pylife.matrix.base import Interpreter
from pylife.model import PythonVersion

_PROBE = (
    "import json, platform, sys, sysconfig;"
    "print(json.dumps([platform.python_version(), sys.version,"
    " bool(sysconfig.get_config_var('Py_GIL_DISABLED')), platform.python_implementation()]))"
)
_SECONDS = 30
_DOWNLOAD = 600
"""Seconds for one Python."""
_LABEL = re.compile(r"^(?:error|Caused by|cause): *", re.IGNORECASE)
_Listed = tuple[Version, bool, Path]
"""Release, whether free-threaded, path."""


def find(paths: Sequence[Path] = ()) -> dict[PythonVersion, Interpreter]:
    """The CPythons of this machine by feature release, oldest first.

    `paths` are folders with interpreters: what is in them counts before all else, of
    several the first. Else of several releases of one feature release the newest does.
    One that does not start is not there. Raises ToolError where uv is missing or fails.
    """
    listed = sorted(_listed(paths), key=_place)
    listed.sort(key=lambda found: found[0], reverse=True)
    ranks = {path.resolve(): rank for rank, path in reversed([*enumerate(paths)])}
    listed.sort(key=lambda found: ranks.get(found[2].parent.resolve(), len(ranks)))
    candidates: dict[PythonVersion, list[Path]] = {}
    for release, threaded, path in listed:
        version = PythonVersion(release.major, release.minor, threaded)
        candidates.setdefault(version, []).append(path)
    found: dict[PythonVersion, Interpreter] = {}
    with ThreadPoolExecutor(4) as pool:
        for interpreter in pool.map(_first_that_starts, candidates.values()):
            if interpreter is not None:
                found.setdefault(interpreter.version, interpreter)
    return dict(sorted(found.items()))


def _listed(paths: Sequence[Path]) -> Iterable[_Listed]:
    command = [tools.uv(), "python", "list", "--only-installed", "--offline", "--no-config"]
    environment = os.environ | {
        "PATH": os.pathsep.join([*map(str, paths), *map(str, pyenv()), _path()]),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    done = subprocess.run(
        [*command, "--output-format", "json"],
        env=environment,
        # Not a project's folder: its .venv would be listed.
        cwd=Path(tools.uv()).parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    try:
        rows: list[Mapping[str, Any]] = json.loads(done.stdout)
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise ToolError(f"`uv python list` failed: {reason}", help="is uv 0.13 or newer?") from None
    for row in rows:
        if row["implementation"] != "cpython" or row["path"] is None:
            continue
        if "debug" in row["variant"]:
            continue
        try:
            yield Version(row["version"]), "freethreaded" in row["variant"], Path(row["path"])
        except InvalidVersion:
            continue


def pyenv(environment: Mapping[str, str] = os.environ) -> list[Path]:
    """The `bin` folders of pyenv's versions, newest release first."""
    root = Path(environment.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    found = []
    for folder in root.glob("*/bin") if root.is_dir() else ():
        try:
            found.append((Version(folder.parent.name.removesuffix("t")), folder))
        except InvalidVersion:
            continue  # a virtual environment of pyenv-virtualenv, pypy3.10-7.3, ...
    return [folder for _, folder in sorted(found, reverse=True)]


def installed(folder: Path) -> list[Path]:
    """The `bin` folders of what `install` has put into `folder`."""
    return sorted(folder.glob("*/bin")) if folder.is_dir() else []


def install(
    versions: Iterable[PythonVersion], folder: Path, environment: Mapping[str, str]
) -> dict[PythonVersion, str]:
    """Download these Pythons into `folder`, with uv; of those that cannot be had, why.

    `environment` may name a mirror, proxies and certificates. Raises ToolError
    without uv.
    """
    failed = {}
    for version in sorted(set(versions)):
        try:
            done = subprocess.run(
                [tools.uv(), "python", "install", str(version), "--no-bin", "--no-config",
                 "--no-progress", "--color", "never", "--install-dir", str(folder)],
                # "manual" allows what is asked for by name, also where "never" is usual.
                env={**environment, "UV_PYTHON_DOWNLOADS": "manual"},
                cwd=Path(tools.uv()).parent,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_DOWNLOAD,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            failed[version] = f"and it was not downloaded within {_DOWNLOAD} s"
            continue
        if done.returncode != 0:
            lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
            said = lines[-1] if lines else f"uv ended with {done.returncode}"
            failed[version] = f"and it cannot be downloaded: {_LABEL.sub('', said)}"
    return failed


def _path() -> str:
    return os.environ.get("PATH", os.defpath)


def _place(found: _Listed) -> tuple[object, ...]:
    """A real file before pyenv's shim; `python3.13` before `python3`."""
    path = found[2]
    return ("shims" in path.parts, -len(path.name), str(path))


def _first_that_starts(paths: Sequence[Path]) -> Interpreter | None:
    return next(filter(None, map(probe, paths)), None)


def probe(path: Path) -> Interpreter | None:
    """Start the interpreter at `path` and ask what it is; None where it does not answer."""
    try:
        done = subprocess.run(
            [str(path), "-I", "-S", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        release, build, threaded, implementation = json.loads(done.stdout)
        number = Version(release.rstrip("+"))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0 or implementation != "CPython":
        return None
    version = PythonVersion(number.major, number.minor, threaded)
    return Interpreter(version=version, path=path, release=release, build=" ".join(build.split()))

"""The tools that make locks: where they are, and how they run.

They get a cleaned environment: what tells where packages come from, and no tokens of forges.
"""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pylife.dependencies.resolve.environment import clean, redact
from pylife.dependencies.resolve.process import Processes
from pylife.matrix import interpreters, tools
from pylife.model import PythonVersion
from pylife.workflow.lock_inputs import NotHereError

_SECONDS = 600.0
_PIP_TOOLS = "pip-tools>=7.5"
_PASSED = re.compile(
    r"PIP_(?:INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|TRUSTED_HOST|CERT|CONFIG_FILE)"
    r"|UV_(?:INDEX|DEFAULT_INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CONFIG_FILE)"
)


class Tools:
    """Runs tools; `state` is where environments with pip-tools are kept.

    Methods raise NotHereError with the reason where something cannot be done.
    """

    def __init__(self, state: Path, environment: Mapping[str, str]) -> None:
        self._state = state
        self._environment = environment
        self._processes = Processes()
        self._found: Mapping[PythonVersion, Path] | None = None

    def find(self, name: str) -> str:
        """The path of the program `name`."""
        found = shutil.which(name, path=self._environment.get("PATH"))
        if found is None:
            raise NotHereError(f"{name} is not in PATH")
        return found

    def pip_tools(self, to: PythonVersion) -> list[str]:
        """pip-tools under `to`: that of pylife's own environment, else one that is made for it."""
        if sys.version_info[:2] == (to.major, to.minor) and importlib.util.find_spec("piptools"):
            return [sys.executable, "-I", "-m", "piptools"]
        folder = (self._state / "locks" / f"pip-tools-{to}").resolve()
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not (folder / "complete").is_file():
            interpreter = self.python(to)
            if interpreter is None:
                raise NotHereError(f"there is no Python {to} here to run pip-compile under")
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            uv, away = tools.uv(), folder.parent
            self.run([uv, "venv", "--quiet", "--python", str(interpreter), str(folder)], away, {})
            install = [uv, "pip", "install", "--quiet", "--only-binary=:all:"]
            self.run([*install, "--python", str(python), _PIP_TOOLS, "pip"], away, {})
            (folder / "complete").touch()
        return [str(python), "-I", "-m", "piptools"]

    def python(self, version: PythonVersion) -> Path | None:
        """The interpreter of a feature release; None where there is none here."""
        if sys.version_info[:2] == (version.major, version.minor) and not version.free_threaded:
            return Path(sys.executable)
        if self._found is None:
            self._found = {found: one.path for found, one in interpreters.find().items()}
        return self._found.get(version)

    def run(self, command: Sequence[str], folder: Path, extra: Mapping[str, str]) -> None:
        """Run a tool in `folder`, with variables beside those that are passed, to its end."""
        kept = {name: value for name, value in self._environment.items() if _PASSED.fullmatch(name)}
        environment = (
            clean(self._environment)
            | kept
            | dict(extra)
            | {
                "PIP_ONLY_BINARY": ":all:",
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                "PIP_NO_INPUT": "1",
                "PYTHONNOUSERSITE": "1",
            }
        )
        environment.pop("RUST_LOG", None)
        done = self._processes.run(command, cwd=folder, env=environment, timeout=_SECONDS)
        if done.code == 0:
            return
        if done.code is None:
            raise NotHereError(f"it did not end within {_SECONDS:.0f} s")
        said = redact(_reason(done.err or done.out), self._environment)
        raise NotHereError(said.replace(f"{folder}/", "").replace(str(folder), "."))

    def version(self, start: Sequence[str]) -> str:
        """How a tool names itself, with its version."""
        words = start[: start.index("piptools") + 2] if "piptools" in start else list(start)
        done = self._processes.run(
            [*words, "--version"], cwd=self._state.parent, env=clean(self._environment), timeout=60
        )
        name = "pip-tools" if "piptools" in words else Path(words[0]).name
        number = re.search(r"\d+\.\d[\w.]*", done.out)
        return f"{name} {number[0]}" if number else name


def _reason(said: str) -> str:
    """The line of a tool's complaint that says the most."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", said).splitlines()]
    lines = [line for line in lines if line]
    telling = [line for line in lines if re.match(r"(?:ERROR|error|cause|[\w.]+Error)\b", line)]
    return (telling or lines or ["it failed without a word"])[-1][:300]

"""Which sessions a noxfile has, asked of nox itself.

`nox --list --json` RUNS the noxfile, so this happens in a copy of the tree, in
the cleaned environment, with a deadline. Measured with nox 2026.10: the list
holds selected sessions only, and `-k "not 0"` selects all; with `-P` a session
that has its Pythons from `@nox.parametrize("python", ...)` is listed with wrong
ones, so the noxfile's own list is asked for too.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pylife.matrix import places, tools
from pylife.matrix.base import MatrixProject
from pylife.matrix.context import Context
from pylife.matrix.presets import MatrixPreset
from pylife.model import CellStatus, PythonVersion

_ALL = ("-k", "not 0")
_DEADLINE = 120.0
_LEAST = 15.0
"""Seconds that a tool may need to start, however short tests are."""
_OWN_PYTHON = re.compile(r"(?:c?python-?)?(3\.[0-9]+t?)(?:\.[0-9]+)?")
_NO_MODULE = re.compile(r"No module named '([^']+)'")
_RAISED = re.compile(r"(?:nox > )?[\w.]*(?:Error|Exception)(?::|$)")
"""How a traceback tells the exception; its message may have more lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One session that can be run: `name` with parameters, without its Python."""

    name: str
    python: PythonVersion
    tags: tuple[str, ...]
    arguments: tuple[str, ...]
    """What nox (or tox) needs to be told to run it, and nothing else."""
    source: str = ""
    """Where it stands, as `FILE:LINE`."""

    @property
    def base(self) -> str:
        """The name without parameters."""
        return self.name.partition("(")[0]


class ListingError(Exception):
    """The noxfile's sessions cannot be known; `status` is what its cells become."""

    def __init__(self, reason: str, status: CellStatus = CellStatus.NOT_RUN) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def find(
    project: MatrixProject, pythons: Sequence[PythonVersion], context: Context
) -> list[Listed]:
    """The sessions that the preset asks for, on each of `pythons` on which they can run.

    A session runs as the noxfile has it on the Pythons that it names, and with
    `--force-python` on others. Raises ListingError.
    """
    with context.work(f"{project.name}-list") as folder:
        tree = context.copy(project, folder)
        ask = _Asker(project, context, folder, tree)
        own = [(row, _own_python(row)) for row in ask(*_ALL)]
        forced = ask(*_ALL, "-P", *map(str, pythons))
        names = _chosen([row for row, _ in own], project.preset, ask)
        sources = {name: places.nox(tree, name) for name in names}
    found: dict[tuple[str, PythonVersion], Listed] = {}
    for row, python in own:
        if python is not None and python in pythons and row["name"] in names:
            one = _listed(row, python, ("-s", row["session"]), sources[row["name"]])
            found[one.name, one.python] = one
    for row in forced:
        if row["name"] in names and "python" not in row["call_spec"]:
            python = PythonVersion.parse(row["python"])
            signature = f"{row['name']}-{python}{_parameters(row)}"
            arguments = ("-P", str(python), "-s", signature)
            one = _listed(row, python, arguments, sources[row["name"]])
            found.setdefault((one.name, one.python), one)
    return sorted(found.values(), key=lambda one: (one.python, one.name))


class _Asker:
    """Calls `nox --list --json` in a copy of the tree."""

    def __init__(self, project: MatrixProject, context: Context, folder: Path, tree: Path) -> None:
        self._context, self._project = context, project
        self._folder, self._tree = folder, tree
        self._environment = context.cleaned(project, folder)
        self._deadline = deadline(project.preset, _DEADLINE)

    def __call__(self, *arguments: str) -> list[dict[str, Any]]:
        log = self._folder / "list.log"
        command = [*tools.nox(), "--noxfile", "noxfile.py", "--nocolor", "--list", "--json"]
        ended = self._context.execute(
            self._project,
            [*command, *arguments],
            folder=self._folder,
            cwd=self._tree,
            env=self._environment,
            log=log,
            timeout=self._deadline,
        )
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        if ended.stopped:
            raise ListingError("stopped before its sessions were listed")
        if ended.timed_out:
            raise ListingError(f"its noxfile did not load within {self._deadline:g} s")
        for line in reversed(lines):
            # The noxfile may print, before nox prints its one line.
            if ended.code == 0 and line.startswith("["):
                try:
                    rows: list[dict[str, Any]] = json.loads(line)
                except ValueError:
                    continue
                return rows
        last = telling(lines).removeprefix("nox > ") or f"exit code {ended.code}"
        if missing := _NO_MODULE.search(last):
            raise ListingError(
                f"its noxfile needs the module {missing[1]}, which nox here does not have",
                CellStatus.NEEDS,
            )
        raise ListingError(f"its noxfile does not load: {last[:200]}")


def deadline(preset: MatrixPreset, most: float) -> float:
    """For how many seconds a project's sessions are waited for: no longer than for its tests."""
    return min(max(preset.timeout, _LEAST), most)


def telling(lines: Sequence[str]) -> str:
    """The line that says why a program ended: of the last exception, else the last."""
    raised = (line for line in reversed(lines) if _RAISED.match(line))
    return next(raised, lines[-1] if lines else "")


def _chosen(rows: list[dict[str, Any]], preset: MatrixPreset, ask: _Asker) -> set[str]:
    if preset.sessions or preset.tags:
        return _matching(rows, preset.sessions) | _tagged(rows, preset.tags)
    tests = _matching(rows, ("test", "tests"))
    return tests or {row["name"] for row in ask()}


def _matching(rows: list[dict[str, Any]], wanted: Sequence[str]) -> set[str]:
    return {row["name"] for row in rows if row["name"] in wanted} | _tagged(rows, wanted)


def _tagged(rows: list[dict[str, Any]], wanted: Sequence[str]) -> set[str]:
    return {row["name"] for row in rows if set(row["tags"]) & set(wanted)}


def _own_python(row: dict[str, Any]) -> PythonVersion | None:
    """The feature release that the noxfile names for a session, where it names one."""
    match = _OWN_PYTHON.fullmatch(str(row["python"] or ""))
    return PythonVersion.parse(match[1]) if match else None


def _parameters(row: dict[str, Any]) -> str:
    """nox's `(django='5.0')` of the session's own text, or nothing."""
    _, bracket, rest = str(row["session"]).partition("(")
    return bracket + rest


def _listed(
    row: dict[str, Any], python: PythonVersion, arguments: tuple[str, ...], source: str
) -> Listed:
    # A Python among the parameters is the cell's Python, not part of its name.
    parameters = re.sub(r"python='[^']*'(, )?", "", _parameters(row)).replace("()", "")
    return Listed(
        name=row["name"] + parameters,
        python=python,
        tags=tuple(row["tags"]),
        arguments=arguments,
        source=source,
    )

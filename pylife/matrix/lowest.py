"""Cells with the lowest versions that a project's own requirements allow.

uv resolves the project's requirements with `--resolution lowest-direct`; what came
out for those that the project names itself constrains all that the session installs,
by uv (`UV_CONSTRAINT`) and by pip (`PIP_CONSTRAINT`). So tests' own tools stay new,
though nobody wrote a lower bound for them. Where uv locks the project (`uv.lock`), uv's
own commands are told by `UV_RESOLUTION`.

A session may take its versions from elsewhere (a lock, a requirements file). What its
environment holds is therefore looked at afterwards, and a cell whose environment has
other versions is not said to have passed with the lowest.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pylife.matrix import installs, tools
from pylife.matrix.base import Interpreter
from pylife.matrix.observe import Places
from pylife.matrix.process import Ended
from pylife.matrix.verdict import Verdict
from pylife.model import CellStatus

_SOURCES = ("pyproject.toml", "setup.py", "setup.cfg")
_DIRECT = re.compile(r"\((?:pyproject\.toml|setup\.py|setup\.cfg)\)")
"""How uv notes that the project itself asks for something."""
_SHOWN = 3
"""How many differing versions a reason names."""
_JUDGED = frozenset({CellStatus.PASSED, CellStatus.FAILED, CellStatus.NO_TESTS, CellStatus.SKIPPED})


class Lowest(NamedTuple):
    """The lowest versions, by normalised name, and the file with them as constraints."""

    versions: Mapping[str, Version]
    file: Path


def resolve(
    run: Callable[[list[str]], Ended],
    said: Callable[[Ended], str],
    tree: Path,
    folder: Path,
    interpreter: Interpreter,
) -> Lowest | Verdict:
    """The lowest versions of the project in `tree`, or why there are none.

    `run` runs a command in the cell's environment, and `said` tells what it printed.
    Writes into `folder`. Raises OSError where that cannot be done.
    """
    source = next((name for name in _SOURCES if (tree / name).is_file()), _SOURCES[0])
    compiled, file = folder / "compiled.txt", folder / "lowest.txt"
    ended = run(
        [tools.uv(), "pip", "compile", source, "--resolution", "lowest-direct",
         "--python", str(interpreter.path), "--annotation-style", "line", "--no-header",
         "--no-progress", "--quiet", "--output-file", str(compiled)]
    )  # fmt: skip
    if ended.stopped:
        return CellStatus.NOT_RUN, "stopped before its lowest versions were found"
    if ended.timed_out:
        return CellStatus.TIMEOUT, "its lowest versions were not found in time"
    if ended.code != 0 or not compiled.is_file():
        status, reason = installs.explain(said(ended))
        return status, f"with the lowest versions: {reason}"
    versions = direct(compiled.read_text(encoding="utf-8"))
    lines = [f"{name}=={version}\n" for name, version in sorted(versions.items())]
    file.write_text("".join(lines), encoding="utf-8")
    return Lowest(versions, file)


def direct(compiled: str) -> dict[str, Version]:
    """The versions of what the project itself asks for, of uv's compiled requirements.

    What comes from a URL or a path is left out: it has but one version.
    """
    found: dict[str, Version] = {}
    for line in compiled.splitlines():
        text, _, note = line.partition("  #")
        if not _DIRECT.search(note):
            continue
        try:
            requirement = Requirement(text.strip())
            pins = [pin for pin in requirement.specifier if pin.operator == "=="]
            if requirement.url is None and len(pins) == 1:
                found[canonicalize_name(requirement.name)] = Version(pins[0].version)
        except (InvalidRequirement, InvalidVersion):
            continue
    return found


def environment(lowest: Lowest, before: Mapping[str, str], tree: Path) -> dict[str, str]:
    """What the session's environment has besides `before`."""
    pip = " ".join(filter(None, (before.get("PIP_CONSTRAINT", ""), os.fspath(lowest.file))))
    found = {"UV_CONSTRAINT": os.fspath(lowest.file), "PIP_CONSTRAINT": pip}
    if (tree / "uv.lock").is_file():
        found["UV_RESOLUTION"] = "lowest-direct"
    return found


def judged(verdict: Verdict, lowest: Lowest, places: Places) -> Verdict:
    """`verdict`, or that the session did not run with the lowest versions."""
    if verdict[0] not in _JUDGED:
        return verdict
    there = installed(places)
    others = []
    for name, wanted in sorted(lowest.versions.items()):
        found = there.get(name, set())
        if not found:
            others.append(f"no {name}")
        elif found != {wanted}:
            others.append(f"{name} {max(found)} instead of {wanted}")
    if not others:
        return verdict
    shown = ", ".join(others[:_SHOWN])
    return CellStatus.NOT_RUN, f"the session does not take the lowest versions: it has {shown}"


def installed(places: Places) -> dict[str, set[Version]]:
    """The versions in the session's environments, by normalised name."""
    found: dict[str, set[Version]] = {}
    for path in places.environments.glob("*/lib*/python*/site-packages/*.dist-info"):
        name, _, number = path.name.removesuffix(".dist-info").partition("-")
        try:
            found.setdefault(canonicalize_name(name), set()).add(Version(number))
        except InvalidVersion:
            continue
    return found

"""Platforms: what this machine is, and which runners of a forge have which.

A platform is a system (`linux`, `macos`, `windows`), or a system with a machine
(`linux-arm64`). Which runners have them is data (`pylife/data/runners.toml`).
"""

import platform
import sys
from functools import lru_cache
from typing import Any, NamedTuple

from pylife import resources
from pylife.matrix.presets import MatrixPreset
from pylife.syntax import text, toml

_FILE = "runners.toml"
_SYSTEMS = {"darwin": "macos", "win32": "windows"}
"""`sys.platform` where it is not the system's name."""
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64", "i386": "i686"}
"""`platform.machine()` as other systems call the same."""
RUNS_PYLIFE = ("linux", "macos")
"""The systems that pylife itself runs on."""


class Runner(NamedTuple):
    """What a job asks for so that it runs on a platform; empty where nothing is known."""

    github: str | tuple[str, ...] = ""
    gitlab: tuple[str, ...] = ()


def here(system: str = sys.platform, machine: str | None = None) -> tuple[str, str]:
    """What this machine is: its system, and that with its machine."""
    name = _SYSTEMS.get(system, system)
    word = (platform.machine() if machine is None else machine).lower()
    return name, f"{name}-{_MACHINES.get(word, word)}"


def is_pylifes(wanted: str) -> bool:
    """Whether pylife itself can run on that platform."""
    return wanted.partition("-")[0] in RUNS_PYLIFE


def runner(wanted: str, preset: MatrixPreset) -> Runner:
    """The runner for the platform; `linux` where none is `wanted`. The preset's word counts first.

    Its labels are what either forge is asked for.
    """
    name = wanted or RUNS_PYLIFE[0]
    own = dict(preset.runners).get(name)
    if own is not None:
        return Runner(own, (own,) if isinstance(own, str) else own)
    if not wanted:
        # GitLab's default runner is what everybody has; only GitHub must be told.
        return Runner(_known()[name].github)
    return _known().get(name, Runner())


def limit(forge: str) -> int:
    """How many jobs one matrix of `github` or `gitlab` may have."""
    number: int = _document()["limits"][forge]
    return number


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    return toml.parse(text.Source(_FILE, resources.data(_FILE).read_bytes())).value


@lru_cache(maxsize=1)
def _known() -> dict[str, Runner]:
    return {
        row["platform"]: Runner(row.get("github", ""), tuple(row.get("gitlab", ())))
        for row in _document()["runner"]
    }

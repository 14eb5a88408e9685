"""Floors that are proposed, applied in a copy: with all of them it works, without one it does not.

What works: on every Python it resolves at the highest, and at the lowest that is asked for a real
pip takes the wheels of the very floors.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.dependencies.served import Dist, Projects, serve
from tests.dependencies.traps.recorded import environment, judge

PYTHONS = ("3.11", "3.12", "3.13")


def wheel(version: str, python: str, *requires: str) -> Dist:
    """A release that is compiled for one Python."""
    bare = "cp" + python.replace(".", "")
    return Dist(version, f"{bare}-{bare}-manylinux_2_17_x86_64", requires)


def wheels(version: str, *pythons: str, requires: Sequence[str] = ()) -> list[Dist]:
    """A release with wheels for some Pythons, and its source."""
    made = [wheel(version, python, *requires) for python in pythons]
    return [*made, Dist(version, "sdist", tuple(requires))]


YAML = [
    *wheels("6.0", "3.11"),
    *wheels("6.0.1", "3.11", "3.12"),
    *wheels("6.0.2rc1", *PYTHONS),
    *wheels("6.0.2", *PYTHONS),
    *wheels("6.0.3", *PYTHONS),
]
ARRAYS = [
    *wheels("1.24", "3.11"),
    *wheels("1.26", "3.11", "3.12"),
    *wheels("2.1", *PYTHONS),
    *wheels("2.3", *PYTHONS),
]
PROJECTS: dict[str, tuple[Projects, tuple[str, ...], tuple[str, ...]]] = {
    "one package, and a candidate before the release": (
        {"pyyaml": YAML, "click": [Dist("8.0"), Dist("8.1")]},
        ("pyyaml>=6", "click>=8"),
        ("pyyaml>=6.0.2",),
    ),
    "two packages": (
        {"pyyaml": YAML, "arrays": ARRAYS},
        ("arrays>=1.24", "pyyaml>=6.0"),
        ("arrays>=2.1", "pyyaml>=6.0.2"),
    ),
    "one that brings another": (
        {
            "arrays": ARRAYS,
            "pyyaml": YAML,
            "frames": [
                *wheels("2.0", "3.11", requires=("arrays<2",)),
                *wheels("2.2", *PYTHONS, requires=("arrays>=1.26",)),
            ],
        },
        ("frames>=2.0", "pyyaml>=6.0.1,<7"),
        ("frames>=2.2", "pyyaml>=6.0.2,<7"),
    ),
}  # fmt: skip


def lowest(requirements: Sequence[str]) -> list[str]:
    """The requirements with each floor as the one release that there is."""
    return [re.sub(r">=\s*([^,;]+).*", r"==\1", text) for text in requirements]


def pip_takes(requirements: Sequence[str], python: str, url: str, folder: Path) -> bool:
    """Whether a real pip finds wheels for all of them on a Python."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-q"]
    command += ["--only-binary", ":all:", "--no-cache-dir", "--target", str(folder / "target")]
    command += ["--python-version", python, "--platform", "manylinux_2_17_x86_64"]
    done = subprocess.run(
        [*command, "--index-url", url, *requirements],
        env=environment(folder, url),
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


@pytest.mark.parametrize("name", PROJECTS)
def test_all_of_them_are_enough_and_each_is_needed(name: str, tmp_path: Path) -> None:
    index, requirements, expected = PROJECTS[name]
    with serve(index) as served:
        project = judge(requirements, PYTHONS, served.url, tmp_path, "--floors")
        bumps = {bump["from"]: bump["to"] for bump in project["floors"]}
        assert tuple(bumps.values()) == expected
        assert project["floors_basis"]["verified"]

        def works(applied: dict[str, str]) -> bool:
            lines = [applied.get(text, text) for text in requirements]
            after: dict[str, Any] = judge(lines, PYTHONS, served.url, tmp_path, "--no-floors")
            highest = [one["verdict"] for one in after["pythons"].values()]
            assert highest == ["installs"] * len(PYTHONS)
            return all(pip_takes(lowest(lines), one, served.url, tmp_path) for one in PYTHONS)

        assert works(bumps)
        for left_out in bumps:
            assert not works({text: to for text, to in bumps.items() if text != left_out})
        again = judge(
            [bumps.get(text, text) for text in requirements],
            PYTHONS, served.url, tmp_path, "--floors",
        )  # fmt: skip
        assert again["floors"] == []

"""A fleet's whole way to its policy's window, with real tests on every night."""

from pathlib import Path

import pytest

from pylife.matrix import interpreters
from pylife.model import MigrationState, PythonVersion
from pylife.workflow.wanted import EVERYTHING
from tests.forges.fleet_help import Files, Fleet, by_name
from tests.forges.peer import Peer

NARROW = """\
name = "narrow"
[stages]
adopt = { anchor = "python.release", offset = "P1M" }
deprecate = { anchor = "python.release", offset = "P20M" }
drop = { anchor = "python.release", offset = "P24M" }
"""
WINDOW = [PythonVersion(3, 14), PythonVersion(3, 15)]


def library(name: str, requires: str = "", test: str = "") -> Files:
    return {
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "1"\n'
        f'requires-python = ">=3.13,<3.15"\ndependencies = [{requires}]\n'
        'classifiers = ["Programming Language :: Python :: 3.13"]\n',
        "setup.py": f"from setuptools import setup\nsetup(py_modules=['{name}'])\n",
        f"{name}.py": "",
        f"test_{name}.py": f"def test_it():\n    import {name}\n{test}",
    }


BREAKS = "    import sys\n    assert sys.version_info < (3, 15)\n"


@pytest.mark.slow
def test_night_after_night_until_only_a_person_can_go_on(peer: Peer, tmp_path: Path) -> None:
    missing = set(WINDOW) - interpreters.find([]).keys()
    if missing:
        pytest.skip(f"no Python {', '.join(map(str, sorted(missing)))} here")
    projects = {
        "core": library("core"),
        "app": library("app", '"core"', "    import core\n"),
        "old": library("old", test=BREAKS),
    }
    fleet = Fleet(peer, tmp_path, projects=projects, policy=NARROW)
    merged, nights = [], []
    for _ in range(8):
        nights.append(by_name(fleet.night(wanted=EVERYTHING)))
        names = fleet.merge()
        merged.append(names)
        if not names:
            break
    states = [{name: str(one.state) for name, one in night.items()} for night in nights]
    told = "\n".join(f"{states[n]} merged: {merged[n]}" for n in range(len(nights)))
    assert states[-1] == {"core": "verified", "app": "verified", "old": "failing-tests"}, told
    # What is left, the first night left to people already; the rest of its change was made.
    assert nights[-1]["old"].todo in nights[0]["old"].needs_person
    assert "3.15" in nights[-1]["old"].todo
    assert not fleet.open_pulls()
    # app lets in what core drops, so that core's floor rises last, in a pull request of its own.
    order = [name for names in merged for name in names]
    assert order == ["core", "old", "app", "core"], told
    # A person mends it; the next nights do the rest.
    peer.person("dana").push(
        fleet.hosted["old"], "main", {"test_old.py": "def test_it():\n    pass\n"}
    )
    assert by_name(fleet.night(wanted=EVERYTHING))["old"].state is MigrationState.IN_PR
    assert fleet.merge() == ["old"]
    last = by_name(fleet.night(wanted=EVERYTHING))
    assert {one.state for one in last.values()} == {MigrationState.VERIFIED}

"""The newest patch releases: the data, and the script that makes it."""

import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from pylife import calendar
from pylife.dependencies.resolve import patches
from pylife.model import PythonVersion

TOOL = Path(__file__).resolve().parents[3] / "tools" / "refresh_patches.py"


def test_each_is_a_release_of_its_own_series() -> None:
    found = patches.load()
    assert found.newest
    for python, text in found.newest.items():
        assert Version(text).release[:2] == (python.major, python.minor)


def test_the_pythons_of_the_calendar_that_are_alive_are_there() -> None:
    """A new feature release has to come with its patch releases: run the script with --fetch."""
    day = patches.load().date
    for python, release in calendar.load().releases.items():
        born, dead = release.release, release.eol
        if born and dead and born.last < day < dead.first:
            assert python in patches.load().newest, python


@pytest.mark.parametrize(
    ("python", "full"),
    [
        (PythonVersion(3, 8), "3.8.20"),
        (PythonVersion(3, 8, free_threaded=True), "3.8.20"),
        (PythonVersion(2, 7), "2.7"),
        (PythonVersion(3, 99), "3.99"),
    ],
)
def test_the_newest_patch_release(python: PythonVersion, full: str) -> None:
    assert patches.full(python) == full


def test_the_data_is_what_the_script_makes() -> None:
    subprocess.run([sys.executable, TOOL, "--check"], check=True)

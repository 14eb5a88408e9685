"""Each trap, by the real command line and the real uv; and what a real pip does with the same."""

import json
from pathlib import Path

import pytest

from tests.dependencies.served import serve
from tests.dependencies.traps.recorded import SNAPSHOTS, interpreter, judged, pip, traps

TRAPS = traps()
PAIRS = [(name, python) for name, trap in TRAPS.items() for python in trap.pythons]


@pytest.mark.parametrize("name", TRAPS)
def test_what_is_said_of_it(name: str, tmp_path: Path) -> None:
    trap = TRAPS[name]
    with serve(trap.projects) as index:
        found = judged(trap, index.url, tmp_path)
    assert found == (SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8")


def test_every_snapshot_is_of_a_trap() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == set(TRAPS)


@pytest.mark.parametrize(("name", "python"), PAIRS)
def test_pip_agrees(name: str, python: str, tmp_path: Path) -> None:
    trap = TRAPS[name]
    if interpreter(python) is None:
        pytest.skip(f"there is no real Python {python.removesuffix('t')} here")
    project = json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8"))
    mine = project["pythons"][python]
    with serve(trap.projects) as index:
        theirs = pip(trap, python, index.url, tmp_path)
    assert (theirs is not None) == (mine["verdict"] == "installs")
    if theirs is not None:
        assert theirs == {pick["package"]: pick["version"] for pick in mine["picks"]}


def test_the_traps_are_traps() -> None:
    """What must be seen of each, whatever else is said."""

    def seen(name: str, python: str) -> tuple[str, set[str]]:
        one = json.loads((SNAPSHOTS / f"{name}.json").read_text())["pythons"][python]
        flags = {flag for pick in one["picks"] for flag in pick["flags"]}
        return one["verdict"], flags | {blocker["reason"] for blocker in one["blockers"]}

    assert seen("capped", "3.12") == ("installs", set())
    assert seen("capped", "3.13")[0] == "blocked"
    assert "ancient" in seen("led-to-an-old-one", "3.15")[1]
    assert "ancient" in seen("ancient", "3.13")[1]
    assert seen("source-alone", "3.13") == ("sdist-only", {"sdist-only", "unevidenced"})
    assert [seen("abi3-without-gil", python)[0] for python in ("3.13", "3.13t", "3.14t")] == [
        "installs",
        "sdist-only",
        "sdist-only",
    ]
    assert [seen("marker", python)[0] for python in ("3.12", "3.13", "3.14")] == [
        "installs",
        "installs",
        "blocked",
    ]
    assert seen("lagging", "3.13") == ("blocked", {"absent-version"})
    assert seen("lagging-behind-a-sibling", "3.13") == ("blocked", {"absent-version"})
    assert seen("prerelease", "3.12")[0] == "sdist-only"

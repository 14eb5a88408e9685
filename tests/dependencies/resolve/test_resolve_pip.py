"""Whether uv, as pylife asks it, and the real pip take the same releases of the same wheels."""

import importlib.util
import sys
from pathlib import Path

import pytest

from pylife.dependencies.records import Solved, Strategy
from tests.dependencies.resolve.asked import HERE, NATIVE, OTHER, on, picks, pip, world
from tests.dependencies.served import Dist, Projects

PYTHON = f"{HERE.major}.{HERE.minor}"
BEYOND = f"<{PYTHON}"
"""A requires-python that leaves this Python out by its upper bound."""

CASES: dict[str, tuple[Projects, tuple[str, ...], dict[str, str] | None]] = {
    "the newest": (
        {"one": [Dist("1.0"), Dist("1.5"), Dist("2.0")]},
        ("one<2",),
        {"one": "1.5"},
    ),
    "an upper bound leads to an older release": (
        {"one": [Dist("1.0"), Dist("2.0", requires_python=BEYOND)]},
        ("one",),
        {"one": "1.0"},
    ),
    "an upper bound on everything": (
        {"one": [Dist("1.0", requires_python=BEYOND), Dist("2.0", requires_python=BEYOND)]},
        ("one",),
        None,
    ),
    "an upper bound behind another release": (
        {
            "one": [Dist("1.0", requires=("two<2",)), Dist("2.0", requires=("two>=2",))],
            "two": [Dist("1.0"), Dist("2.0", requires_python=BEYOND)],
        },
        ("one",),
        {"one": "1.0", "two": "1.0"},
    ),
    "an upper bound that another one uncovers": (
        {
            "one": [Dist("1.0", requires=("two",)), Dist("2.0", requires_python=BEYOND)],
            "two": [Dist("1.0"), Dist("2.0", requires_python=f"!={PYTHON}.*")],
        },
        ("one",),
        {"one": "1.0", "two": "1.0"},
    ),
    "a release that excludes this Python led uv away": (
        {
            "one": [Dist("1.0"), Dist("2.0", requires=("two>=2",))],
            "two": [
                Dist("1.0"),
                Dist("2.0"),
                Dist("3.0", requires=("one<2",), requires_python=BEYOND),
            ],
        },
        ("two", "one"),
        {"one": "2.0", "two": "2.0"},
    ),
    "wheels for another Python": (
        {"one": [Dist("1.0", NATIVE), Dist("2.0", OTHER)]},
        ("one",),
        {"one": "1.0"},
    ),
    "no wheel at all": ({"one": [Dist("1.0", "sdist")]}, ("one",), None),
    "an sdist is newer": (
        {"one": [Dist("1.0"), Dist("2.0", "sdist")]},
        ("one",),
        {"one": "1.0"},
    ),
    "a prerelease is not taken": (
        {"one": [Dist("1.0"), Dist("2.0rc1")]},
        ("one",),
        {"one": "1.0"},
    ),
    "only a prerelease loads": (
        {"one": [Dist("1.0", OTHER), Dist("2.0rc1", NATIVE)]},
        ("one",),
        {"one": "2.0rc1"},
    ),
    "the final releases exclude this Python": (
        {"one": [Dist("1.0", requires_python=BEYOND), Dist("2.0rc1")]},
        ("one",),
        {"one": "2.0rc1"},
    ),
    "a prerelease excludes this Python": (
        {
            "one": [
                Dist("1.0", OTHER),
                Dist("2.0rc1"),
                Dist("2.0rc2", requires_python=BEYOND),
            ]
        },
        ("one",),
        {"one": "2.0rc1"},
    ),
    "a requirement of another package names a prerelease": (
        {
            "one": [Dist("1.0"), Dist("0.9b1"), Dist("2.0rc1")],
            "two": [Dist("1.0", requires=("one>=0.9b1",))],
        },
        ("two",),
        {"one": "2.0rc1", "two": "1.0"},
    ),
    "a release candidate is asked for": (
        {"one": [Dist("1.0"), Dist("2.0rc1")]},
        ("one>=2.0rc1",),
        {"one": "2.0rc1"},
    ),
    "a withdrawn release is passed over": (
        {"one": [Dist("1.0"), Dist("2.0", yanked="broken")]},
        ("one",),
        {"one": "1.0"},
    ),
    "a withdrawn release is pinned": (
        {"one": [Dist("1.0"), Dist("2.0", yanked="broken")]},
        ("one==2.0",),
        {"one": "2.0"},
    ),
    "a withdrawn release is pinned by another package": (
        {
            "one": [Dist("1.0"), Dist("2.0", yanked="broken")],
            "two": [Dist("1.0", requires=("one==2.0",))],
        },
        ("two",),
        {"one": "2.0", "two": "1.0"},
    ),
    "a withdrawn release is pinned by the newest of another": (
        {
            "one": [Dist("1.0"), Dist("2.0", yanked="broken")],
            "two": [Dist("1.0", requires=("one<2",)), Dist("2.0", requires=("one==2.0",))],
        },
        ("two",),
        {"one": "2.0", "two": "2.0"},
    ),
    "all is withdrawn": ({"one": [Dist("1.0", yanked="broken")]}, ("one",), None),
    "a conflict": (
        {
            "one": [Dist("1.0"), Dist("2.0")],
            "two": [Dist("1.0", requires=("one<2",))],
            "three": [Dist("1.0", requires=("one>=2",))],
        },
        ("two", "three"),
        None,
    ),
    "a name that nobody has": ({"one": [Dist("1.0", requires=("none-such",))]}, ("one",), None),
    "a version that nobody has": ({"one": [Dist("1.0")]}, ("one==1.1",), None),
    "an extra": (
        {
            "one": [Dist("1.0", requires=("two; extra == 'more'",))],
            "two": [Dist("1.0")],
        },
        ("one[more]",),
        {"one": "1.0", "two": "1.0"},
    ),
    "a local version": (
        {"one": [Dist("1.0"), Dist("1.0+cpu"), Dist("0.9")]},
        ("one==1.0",),
        {"one": "1.0+cpu"},
    ),
    "a marker of this Python": (
        {
            "one": [
                Dist(
                    "1.0",
                    requires=(
                        f"two; python_version == '{PYTHON}'",
                        "none-such; python_version < '3'",
                    ),
                )
            ],
            "two": [Dist("1.0")],
        },
        ("one",),
        {"one": "1.0", "two": "1.0"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_uv_takes_what_pip_takes(case: str, tmp_path: Path) -> None:
    projects, requirements, expected = CASES[case]
    with world(tmp_path, projects) as asked:
        target = on(platform="linux-x86_64-glibc-2.17")
        answer = asked.resolver(asked.demand(*requirements), target)
        if expected is None:
            assert not isinstance(answer, Solved)
        else:
            assert picks(answer) == expected
        if importlib.util.find_spec("pip") is not None and sys.platform == "linux":
            told = pip(tmp_path, asked.indexes, *requirements)
            assert told == expected if expected else isinstance(told, str), told


def test_with_several_indexes_pip_takes_the_best(tmp_path: Path) -> None:
    first: Projects = {"one": [Dist("1.0")]}
    second: Projects = {"one": [Dist("2.0")], "two": [Dist("1.0", requires=("one",))]}
    expected = {"one": "2.0", "two": "1.0"}
    with world(tmp_path, first, second, strategy=Strategy.UNSAFE_BEST_MATCH) as asked:
        assert picks(asked.resolver(asked.demand("two", "one"), on())) == expected
        if importlib.util.find_spec("pip") is not None:
            assert pip(tmp_path, asked.indexes, "two", "one") == expected

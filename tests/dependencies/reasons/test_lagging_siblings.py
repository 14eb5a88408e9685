"""What is absent for those who ask for it, told apart from what cannot go together."""

from pathlib import Path

import pytest

from pylife.dependencies.reasons.blockers import explain
from pylife.dependencies.reasons.lagging import Missing, missing
from pylife.dependencies.records import Reason
from pylife.dependencies.resolve.trace import PROJECT, Trace, Wish
from tests.dependencies.reasons.universe import on
from tests.dependencies.resolve.asked import world
from tests.dependencies.served import Dist, Projects

LISTED = ("2.0", "1.0")


def tried(**wishes: list[Wish]) -> Trace:
    """Releases such as `a_1` in the order in which they were tried, and what each asks for."""
    releases = {(key[0], key[2:]): tuple(wished) for key, wished in wishes.items()}
    return Trace(tuple(releases), {PROJECT: (("x", ">=9"),), **releases})


@pytest.mark.parametrize(
    ("trace", "found"),
    [
        (tried(a_1=[("x", ">=3, <4")]), Missing("a 1", ">=3,<4")),
        (tried(a_1=[("x", "*"), ("x", ">=3")]), Missing("a 1", ">=3")),
        (tried(a_2=[("x", ">=4")], a_1=[("x", ">=3")]), Missing("a 2", ">=4")),
        (tried(b_1=[("x", ">=1")], a_1=[("x", ">=3")]), Missing("a 1", ">=3")),
        (tried(a_2=[("x", ">=3")], a_1=[("x", "<2")]), None),
        (tried(a_2=[("x", ">=3")], a_1=[]), None),
        (tried(a_1=[("x", ">=2")], b_1=[("x", "<2")]), None),
        (tried(a_1=[("y", ">=3")]), None),
        (Trace(), None),
    ],
)
def test_who_asks_for_what_is_not_listed(trace: Trace, found: Missing | None) -> None:
    assert missing(trace, "x", LISTED) == found


X = [Dist("1.0"), Dist("2.0")]
TREES: dict[str, tuple[Projects, Reason, str]] = {
    "absent, for one that others lead to": (
        {
            "head": [Dist("1.0", requires=("low", "mid"))],
            "low": [Dist("1.0", requires=("x<2",))],
            "mid": [Dist("1.0", requires=("x>=3",)), Dist("1.1", requires=("x>=4",))],
            "x": X,
        },
        Reason.ABSENT_VERSION,
        "no release of x is `>=4`, which mid 1.1 asks for; the newest is 2.0",
    ),
    "listed, but not for both": (
        {
            "head": [Dist("1.0", requires=("low", "mid"))],
            "low": [Dist("1.0", requires=("x<2",))],
            "mid": [Dist("1.0", requires=("x>=2",))],
            "x": X,
        },
        Reason.CONFLICT,
        "what `head` needs of x cannot be had together",
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_it_is_told_apart(name: str, tmp_path: Path) -> None:
    projects, reason, told = TREES[name]
    with world(tmp_path, projects) as real:
        found = explain(
            real.demand("head"),
            on("3.13"),
            resolver=real.resolver,
            support=real.support,
            witnesses={},
        )
    blocker = next(each for each in found.blockers if each.package == "x")
    assert blocker.reason is reason
    assert told in blocker.told

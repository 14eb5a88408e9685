"""Many verdicts: each question once, the same whatever was known and how many work at it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pylife.dependencies.records import Blocker, Judged, Reason, Solved, Target, Verdict
from pylife.dependencies.resolve.many import Question, judge_all
from tests.dependencies.resolve.asked import World, on, world
from tests.dependencies.served import Dist, Projects

LINUX = "manylinux_2_17_x86_64"
PROJECTS: Projects = {
    "one": [Dist("1.0", f"cp312-cp312-{LINUX}"), Dist("1.0", f"cp311-cp311-{LINUX}")],
    "two": [Dist("1.0", requires=("one",))],
    "three": [Dist("1.0"), Dist("2.0", requires_python="<3.13")],
}
PYTHONS = ("3.11", "3.12", "3.13")


class Told(NamedTuple):
    blockers: tuple[Blocker, ...]
    complete: bool = True
    told: str = ""


def explain(
    demand: Any, target: Target, *, resolver: Any, support: Any, witnesses: Mapping[Target, Solved]
) -> Told:
    """Who blocks, as far as other resolutions show it."""
    chain = tuple(str(each.python) for each in sorted(witnesses))
    return Told((Blocker("one", chain, Reason.NO_WHEEL),))


def questions(asked: World) -> list[Question]:
    names = ("two", "three", "two")
    return [(asked.demand(name), on(python)) for name in names for python in PYTHONS]


def test_each_question_is_answered_once(tmp_path: Path) -> None:
    done: list[tuple[Any, ...]] = []
    with world(tmp_path, PROJECTS) as asked:
        found = judge_all(
            questions(asked),
            resolver=asked.resolver,
            support=asked.support,
            explain=explain,
            done=lambda *each: done.append(each),
        )
    assert len(done) == len(found) == 6
    told = {
        (demand.requirements[0], str(target.python)): judged
        for (demand, target), judged in found.items()
    }
    assert list(told) == [(name, python) for name in ("two", "three") for python in PYTHONS]
    assert {key for key, judged in told.items() if judged.verdict is not Verdict.INSTALLS} == {
        ("two", "3.13")
    }
    # All other resolutions of the demand were there when it was explained.
    (blocker,) = told["two", "3.13"].blockers
    assert blocker.chain == ("3.11", "3.12")


def test_the_answers_do_not_depend_on_how_they_came_about(tmp_path: Path) -> None:
    with world(tmp_path, PROJECTS) as asked:

        def run(**more: Any) -> dict[Question, Judged]:
            fresh = World(
                asked.indexes,
                asked.support,
                asked.uv,
                type(asked.resolver)(asked.uv, asked.support),
            )
            return judge_all(
                more.pop("of", questions(asked)),
                resolver=fresh.resolver,
                support=asked.support,
                explain=explain,
                **more,
            )

        whole = run(workers=1)
        assert run(workers=8) == whole
        assert run(of=questions(asked)[::-1]) == whole
        for place in range(len(whole)):
            known = dict(list(whole.items())[: place + 1])
            new: list[Question] = []
            again = run(
                known=known, done=lambda demand, target, _, new=new: new.append((demand, target))
            )
            assert again == whole
            assert set(new) == set(whole) - set(known)


def test_an_interruption_ends_what_runs(tmp_path: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with world(tmp_path, PROJECTS) as asked:
        with pytest.raises(KeyboardInterrupt):
            judge_all(
                questions(asked), resolver=asked.resolver, support=asked.support, done=interrupt
            )
        (judged,) = judge_all(
            questions(asked)[:1], resolver=asked.resolver, support=asked.support
        ).values()
    assert (judged.verdict, judged.reason) == (Verdict.UNKNOWN, "stopped")


def test_nothing_is_asked_for(tmp_path: Path) -> None:
    with world(tmp_path, PROJECTS) as asked:
        assert judge_all([], resolver=asked.resolver, support=asked.support) == {}

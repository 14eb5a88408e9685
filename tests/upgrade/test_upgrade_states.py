"""Where a project stands: every state, by the facts that make it so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pylife.model import (
    Cell,
    CellStatus,
    Checks,
    MigrationState,
    Obstacle,
    Proving,
    PullRequest,
)
from pylife.upgrade import Held, ProjectPlan
from pylife.upgrade.proof import Proof, judge
from pylife.upgrade.states import Facts, Parent, Standing, standing
from tests.upgrade.upgrade_help import plan_of, v, write

BEHIND = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\n'
DONE = BEHIND.replace("3.9", "3.10")


def pull(**values: Any) -> PullRequest:
    given = {"state": "open", "where": "https://forge.example/1"} | values
    return PullRequest(
        project="demo", branch="b", title="t", digest="d", base="b", commit="c",
        edited=given.pop("edited", False), **given,
    )  # fmt: skip


def passed(plan: ProjectPlan) -> list[Cell]:
    return [
        Cell(project="demo", python=python, session="tests", status=CellStatus.PASSED)
        for python in plan.required
    ]


@pytest.fixture
def behind(tmp_path: Path) -> ProjectPlan:
    made = plan_of(write(tmp_path / "behind", {"pyproject.toml": BEHIND}))
    assert not made.empty
    return made


@pytest.fixture
def done(tmp_path: Path) -> ProjectPlan:
    made = plan_of(write(tmp_path / "done", {"pyproject.toml": DONE}))
    assert made.empty
    assert not made.needs_person
    return made


PARENT = Parent("core", Standing(MigrationState.FAILING_TESTS, "they fail"))
OPEN = Parent("core", Standing(MigrationState.IN_PR), pull())

AHEAD: list[tuple[dict[str, Any], MigrationState, str]] = [
    ({}, MigrationState.AWAITING_PR, ""),
    ({"waits": ("frozen until then", "")}, MigrationState.AWAITING_PR, "frozen until then"),
    ({"unmerged": [PARENT]}, MigrationState.AWAITING_PARENTS, "core is failing-tests (they fail)"),
    ({"unmerged": [PARENT], "forced": "now"}, MigrationState.AWAITING_PR, ""),
    ({"unmerged": [OPEN]}, MigrationState.AWAITING_PR, ""),
    (
        {"unmerged": [OPEN], "wait_for_merge": True},
        MigrationState.AWAITING_PARENTS,
        "core is in-pr",
    ),
    ({"proof": Proof(Proving.PASSED)}, MigrationState.AWAITING_PR, ""),
    ({"proof": Proof(Proving.FAILED, "no")}, MigrationState.FAILING_TESTS, "with the upgrade, no"),
    ({"proof": Proof(Proving.FAILED, "no"), "forced": "now"}, MigrationState.AWAITING_PR, ""),
    ({"proof": Proof(Proving.BLOCKED, "no")}, MigrationState.NOT_SOLVABLE, "with the upgrade, no"),
    ({"proof": Proof(Proving.UNPROVEN, "no")}, MigrationState.AWAITING_PR, ""),
    (
        {"proof": Proof(Proving.UNPROVEN, "no Python"), "unproven_waits": True},
        MigrationState.AWAITING_PR,
        "it could not be tested: no Python",
    ),
    ({"pull": pull()}, MigrationState.IN_PR, "its pull request is open"),
    ({"pull": pull(draft=True)}, MigrationState.IN_PR, "its pull request is a draft"),
    (
        {"pull": pull(checks=Checks.PENDING)},
        MigrationState.IN_PR,
        "its pull request is open; its checks are still running",
    ),
    (
        {"pull": pull(checks=Checks.FAILING, failing=("lint", "tests"))},
        MigrationState.FAILING_TESTS,
        "its pull request's own checks fail: lint and tests",
    ),
    (
        {"pull": pull(edited=True)},
        MigrationState.IN_PR,
        "people committed to the branch, so it is left to them",
    ),
    ({"pull": pull(state="closed")}, MigrationState.DECLINED, "closed without merging"),
    # Merged, and yet the files ask for it again: it is due once more.
    ({"pull": pull(state="merged")}, MigrationState.AWAITING_PR, ""),
    ({"opt_out": "frozen for good"}, MigrationState.EXCLUDED, "frozen for good"),
]


@pytest.mark.parametrize(("facts", "state", "reason"), AHEAD)
def test_of_a_project_that_is_behind(
    behind: ProjectPlan, facts: dict[str, Any], state: MigrationState, reason: str
) -> None:
    found = standing(Facts(plan=behind, **facts))
    assert (found.state, found.reason) == (state, reason)
    told = {MigrationState.FAILING_TESTS, MigrationState.NOT_SOLVABLE, MigrationState.DECLINED}
    if state in told:
        assert found.todo


def test_work_that_is_done_counts_whoever_did_it(done: ProjectPlan) -> None:
    for one in (None, pull(), pull(state="closed"), pull(state="merged")):
        assert standing(Facts(done, passed(done), pull=one)).state is MigrationState.VERIFIED
        found = standing(Facts(done, passed(done)[1:], pull=one))
        assert found.state is MigrationState.MERGED
        assert "3.11" in found.reason


def test_of_a_project_that_pylife_has_nothing_to_change_in(done: ProjectPlan) -> None:
    def of(plan: ProjectPlan, **facts: Any) -> tuple[MigrationState, str]:
        return standing(Facts(plan, passed(plan), **facts))[:2]

    def held(kind: Obstacle, *, internal: bool = False) -> ProjectPlan:
        one = Held(v("3.14"), kind, "it does not", "core", internal)
        return replace(done, failing=(v("3.14"),), held=(one,), needs_person=("make it work",))

    assert of(held(Obstacle.TESTS)) == (MigrationState.FAILING_TESTS, "3.14: it does not")
    assert of(held(Obstacle.SOURCE))[0] is MigrationState.FAILING_TESTS
    assert of(held(Obstacle.DEPENDENCY)) == (MigrationState.NOT_SOLVABLE, "3.14: it does not")
    assert of(held(Obstacle.DEPENDENCY, internal=True)) == (
        MigrationState.AWAITING_PARENTS,
        "core must support it first",
    )
    assert of(replace(done, awaits=("base",)))[0] is MigrationState.AWAITING_PARENTS
    assert of(replace(done, needs_person=("look",))) == (MigrationState.NEEDS_PERSON, "look")
    assert of(done, held={v("3.9"): ("api",)}) == (
        MigrationState.AWAITING_PARENTS,
        "its floor keeps 3.9 until api no longer lets it in",
    )
    assert of(replace(done, idle="holds others"))[0] is MigrationState.EXCLUDED
    gone = replace(done, project=done.project._replace(error="no such folder"))
    assert of(gone) == (MigrationState.ERROR, "no such folder")


def test_a_follow_up_takes_nothing_back(behind: ProjectPlan) -> None:
    follow_up = replace(behind, cleanup=v("3.10"))
    for one in (None, pull(), pull(state="closed")):
        assert standing(Facts(follow_up, passed(behind), pull=one)).state is MigrationState.VERIFIED


def cell(status: CellStatus, python: str = "3.14", reason: str = "") -> Cell:
    return Cell(project="d", python=v(python), session="tests", status=status, reason=reason)


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ([CellStatus.PASSED], Proving.PASSED),
        ([CellStatus.PASSED, CellStatus.SKIPPED], Proving.PASSED),
        ([CellStatus.PASSED, CellStatus.NEEDS], Proving.PASSED),
        ([CellStatus.NEEDS], Proving.UNPROVEN),
        ([CellStatus.NO_TESTS], Proving.UNPROVEN),
        ([CellStatus.PASSED, CellStatus.FAILED], Proving.FAILED),
        ([CellStatus.PASSED, CellStatus.TIMEOUT], Proving.FAILED),
        ([CellStatus.FAILS_ON_BASELINE], Proving.FAILED),
        ([CellStatus.BLOCKED], Proving.BLOCKED),
        ([CellStatus.FLAKY], Proving.UNPROVEN),
        ([CellStatus.PASSED, CellStatus.INFRASTRUCTURE], Proving.UNPROVEN),
        ([CellStatus.MISSING_INTERPRETER], Proving.UNPROVEN),
        ([CellStatus.NOT_RUN], Proving.UNPROVEN),
        ([], Proving.UNPROVEN),
    ],
)
def test_only_a_pass_that_nothing_contradicts_proves(
    statuses: list[CellStatus], verdict: Proving
) -> None:
    found, reason = judge([cell(status) for status in statuses], [v("3.14")])
    assert found is verdict
    assert bool(reason) == (verdict is not Proving.PASSED)


def test_each_python_that_is_asked_for_must_be_shown() -> None:
    found = judge([cell(CellStatus.PASSED)], [v("3.14"), v("3.15")])
    assert found == (Proving.UNPROVEN, "3.15: no test was run")
    assert judge([], ())[0] is Proving.UNPROVEN

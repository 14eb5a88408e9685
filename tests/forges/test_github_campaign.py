"""The example fleet on a GitHub, night after night, until nothing is left but what people do."""

from pathlib import Path

import pytest

from pylife.model import MigrationState, Outcome
from tests.forges.fleet_help import Fleet, by_name
from tests.forges.peer import Peer

LEFT = {MigrationState.MERGED, MigrationState.NEEDS_PERSON, MigrationState.FAILING_TESTS}


@pytest.fixture
def fleet(peer: Peer, tmp_path: Path) -> Fleet:
    return Fleet(peer, tmp_path)


def test_wave_after_wave_until_only_people_are_left(fleet: Fleet) -> None:
    opened = []
    found = fleet.night()
    for _ in range(12):
        made = [p.project for p in found.proposals if p.outcome is Outcome.CREATED]
        opened.append(made)
        for name, number, draft in fleet.open_pulls():
            if draft and not by_name(found)[name].body.count("## Merge first"):
                fleet.peer.person("dana").ready(fleet.hosted[name], number)
        if not fleet.merge() and not made:
            break
        found = fleet.night()
    assert len(opened[0]) == 2  # canaries
    every = [name for night in opened for name in night]
    assert len(every) == len(set(every))
    place = {name: number for number, night in enumerate(opened) for name in night}
    assert place["nw-core"] <= place["nw-config"] <= place["nw-serving"]
    assert not fleet.open_pulls()
    states = {name: one.state for name, one in by_name(found).items()}
    assert set(states.values()) <= LEFT, states
    assert states["churn-model"] is MigrationState.NEEDS_PERSON
    assert states["nw-core"] is states["nw-config"] is MigrationState.MERGED
    # Its lock is not made here, as the plan said all along.
    assert states["nw-serving"] is MigrationState.NEEDS_PERSON
    assert "requirements.txt" in by_name(found)["nw-serving"].reason
    assert found.forecast.first is None or found.forecast.stuck


def test_a_night_on_which_nothing_changed_writes_nothing(fleet: Fleet) -> None:
    fleet.night()
    fleet.peer.requests.clear()
    again = fleet.night()
    assert [what for what in fleet.peer.wrote() if not what.endswith("/git-upload-pack")] == []
    done = {one.outcome for one in again.proposals}
    assert Outcome.UNCHANGED in done
    assert not done & {Outcome.CREATED, Outcome.UPDATED, Outcome.ERROR}


def test_failing_checks_of_the_pull_request_are_the_state(fleet: Fleet) -> None:
    first = by_name(fleet.night())
    assert first["nw-core"].state is MigrationState.IN_PR
    fleet.peer.check(fleet.hosted["nw-core"], first["nw-core"].branch, "tests", "failure")
    again = by_name(fleet.night())["nw-core"]
    assert (again.state, again.reason) == (
        MigrationState.FAILING_TESTS,
        "its pull request's own checks fail: tests",
    )
    assert again.todo.startswith("look at http")


def test_declined_stays_declined_and_work_by_hand_counts(fleet: Fleet) -> None:
    first = by_name(fleet.night())
    (core,) = [n for name, n, _ in fleet.open_pulls() if name == "nw-core"]
    fleet.peer.person("dana").close(fleet.hosted["nw-core"], core)
    again = by_name(fleet.night())
    assert again["nw-core"].state is MigrationState.DECLINED
    assert again["nw-config"].state is MigrationState.AWAITING_PARENTS
    assert "nw-core is declined" in again["nw-config"].reason
    branch = first["nw-core"].branch
    there = fleet.hosted["nw-core"]
    files = {path: fleet.peer.read(there, branch, path) for path in first["nw-core"].files}
    fleet.peer.person("dana").push(there, "main", files)
    assert by_name(fleet.night())["nw-core"].state is MigrationState.MERGED

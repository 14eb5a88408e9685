"""How many pull requests may be opened now."""

import datetime as dt

from pylife.model import PullRequest
from pylife.upgrade.caps import Caps, Room

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
BRANCH = "pylife/python-3.11-3.15"


def pull(state: str, minutes: int = 600, branch: str = BRANCH) -> PullRequest:
    return PullRequest(
        project="p", branch=branch, state=state, title="", digest="", base="", commit="",
        edited=False, where="", created=NOW - dt.timedelta(minutes=minutes),
    )  # fmt: skip


def room(caps: Caps, *pulls: PullRequest) -> Room:
    return Room(caps, pulls, {BRANCH}, NOW)


def test_two_canaries_first_then_twice_as_many_as_were_merged() -> None:
    caps = Caps(canary=2)
    assert room(caps).left() == 2
    assert room(caps, pull("open"), pull("open")).left() == 0
    assert room(caps, pull("merged"), pull("open")).left() == 1
    assert room(caps, pull("merged"), pull("merged")).left() == 4
    assert room(caps, *[pull("merged")] * 10).left() == 20
    full = room(caps, pull("open"), pull("open")).full()
    assert full == (
        "2 open and none merged: a few go first, then more", "merge those that are open"
    )  # fmt: skip


def test_another_windows_merges_are_no_proof_of_this_one() -> None:
    old = [pull("merged", branch="pylife/python-3.10-3.14")] * 10
    assert room(Caps(canary=2), *old).left() == 2


def test_caps_count_the_whole_fleet_and_the_last_hour() -> None:
    other = "pylife/python-3.10-3.14"
    assert room(Caps(max_open=3), pull("open"), pull("open", branch=other)).left() == 1
    assert room(Caps(max_per_hour=2), pull("merged", 59), pull("closed", 61)).left() == 1
    assert room(Caps()).left() is None
    assert room(Caps()).full() is None


def test_what_is_opened_takes_its_place() -> None:
    there = room(Caps(max_open=5, limit=2))
    there.take()
    assert there.left() == 1
    there.take()
    assert there.full() == ("this run opens 2 at most", "")

"""The example fleet on a GitHub, night after night, until nothing is left but what people do."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pylife.forges.credentials import Secret, Token
from pylife.forges.github import GitHubForge
from pylife.forges.github_pace import Pace
from pylife.model import MigrationState, Outcome
from pylife.upgrade import Proposal
from pylife.workflow import upgrading
from pylife.workflow.campaign import Campaigned, Wish
from pylife.workflow.forge import Chosen
from pylife.workflow.read import scan
from pylife.workflow.source_facts import Look
from pylife.workflow.upgrading import Upgrading
from tests.conftest import ROOT
from tests.forges.peer import Hosted, Peer

PLATFORM = ROOT / "examples" / "platform"
DAY = dt.date(2026, 11, 21)
KINDS = {"nw-serving": "service", "nw-training-pipeline": "pipeline", "churn-model": "model"}
LIBRARIES = (
    "nw-core", "nw-config", "nw-features", "nw-client", "nw-legacy-metrics", "nw-notebooks",
)  # fmt: skip
LEFT = {MigrationState.MERGED, MigrationState.NEEDS_PERSON, MigrationState.FAILING_TESTS}


class Fleet:
    """The example fleet, each project a repository of its own."""

    def __init__(self, peer: Peer, folder: Path, settings: str = "") -> None:
        self.peer, self.root, self.state = peer, folder / "fleet", folder / "state"
        self.hosted: dict[str, Hosted] = {}
        self.root.mkdir()
        policy = (PLATFORM / "policies" / "platform.toml").read_text()
        (self.root / "policy.toml").write_text(policy)
        parts = [f'[fleet]\nname = "nw"\npolicy = "policy.toml"\n{settings}']
        for name in (*LIBRARIES, *KINDS):
            place = next(path for path in PLATFORM.rglob(name) if path.is_dir())
            files: dict[str, str | bytes] = {
                path.relative_to(place).as_posix(): path.read_bytes()
                for path in sorted(place.rglob("*"))
                if path.is_file() and not {".nox", "__pycache__", ".pylife"} & set(path.parts)
            }
            self.hosted[name] = peer.repository("acme", name, files)
            kind = KINDS.get(name, "library")
            parts.append(
                f'[[project]]\nurl = "{peer.url}/acme/{name}.git"\nname = "{name}"\nkind = "{kind}"\n'
                f'upgrade = {{ base = "main" }}\n'
            )
        (self.root / "pylife.toml").write_text("\n".join(parts))
        peer.person("dana")
        for there in self.hosted.values():
            peer.person("dana").invite(there, "dana")

    def night(self, **wish: Any) -> Campaigned:
        """What one night does."""
        self.peer.clock.advance(86400)
        scanned = scan(
            [self.root], as_of=DAY, policy_name=None, cache=self.state / "repositories", fetch=True
        )
        self.state.mkdir(exist_ok=True)
        pace = Pace(clock=self.peer.clock, sleep=self.peer.clock.advance)
        token = Token(Secret(self.peer.token), "$TOKEN")
        forge = GitHubForge(token, url=self.peer.url, pace=pace, checks=True)
        now = dt.datetime.fromtimestamp(self.peer.clock(), dt.UTC)
        return upgrading.run(
            Upgrading(scan=scanned, state=self.state, look=Look(self.state).of),
            Chosen(forge, "github", server=True),
            Wish(as_of=DAY, now=now, **wish),
            unproven=True,
        )

    def open_pulls(self) -> list[tuple[str, int, bool]]:
        """Repository, number and whether it is a draft, of each open pull request."""
        return [
            (name, issue.number, issue.pull.draft)
            for name, there in self.hosted.items()
            for issue in there.pulls()
            if issue.pull is not None and issue.state == "open"
        ]

    def merge(self) -> int:
        """Somebody merges what waits for nothing else; how many that were."""
        ready = [(name, number) for name, number, draft in self.open_pulls() if not draft]
        for name, number in ready:
            self.peer.person("dana").merge(self.hosted[name], number, "squash", delete=True)
        return len(ready)


@pytest.fixture
def fleet(peer: Peer, tmp_path: Path) -> Fleet:
    return Fleet(peer, tmp_path)


def by_name(found: Campaigned) -> dict[str, Proposal]:
    return {proposal.project: proposal for proposal in found.proposals}


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

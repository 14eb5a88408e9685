"""Proposals of the example fleet through the local forge: states, outcomes, order, documents."""

import datetime as dt
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pylife.errors import RateLimitedError, StateError, ToolError
from pylife.fleet.campaign import Campaign, Freeze
from pylife.fleet.graph import internal
from pylife.forges import LocalForge
from pylife.model import (
    Cell,
    CellStatus,
    MigrationState,
    Outcome,
    Proposed,
    Proving,
    PullRequest,
    PythonVersion,
    Repository,
)
from pylife.upgrade import ProjectPlan, Proposal, from_document, propose, to_document
from pylife.upgrade.caps import Caps, Room
from pylife.upgrade.entry import Entry, Prove, Tonight
from pylife.upgrade.order import Move, Place, order
from pylife.upgrade.proof import Proof
from tests.upgrade.upgrade_help import TODAY, example, plan_member, plan_of, v, write

NOW = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
Fleet = tuple[list[ProjectPlan], dict[str, tuple[str, ...]]]


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    members = example(tmp_path / "fleet")
    return [plan_member(member) for member in members], internal(members)


@pytest.fixture
def forge(tmp_path: Path) -> LocalForge:
    return LocalForge(tmp_path / "state")


def by_name(proposals: list[Proposal]) -> dict[str, Proposal]:
    return {proposal.project: proposal for proposal in proposals}


def entries(fleet: Fleet, forge: LocalForge | None = None) -> list[Entry]:
    plans, requires = fleet
    moves = {
        plan.project.name: Move(
            frozenset({*plan.adds, *filter(None, [plan.runtime])}),
            frozenset(),
            frozenset(plan.adds),
        )
        for plan in plans
    }
    every = frozenset(python for move in moves.values() for python in move.gains)
    places = order({n: m._replace(lets_in=every) for n, m in moves.items()}, requires)
    return [
        Entry(
            plan,
            places[plan.project.name],
            pulls=forge.pulls(Repository(plan.project.name)) if forge is not None else (),
        )
        for plan in plans
    ]


NO_CAPS = Caps()


def tonight(caps: Caps = NO_CAPS, *, dry_run: bool = False, **more: object) -> Tonight:
    room = Room(caps, (), (), NOW)
    return Tonight(as_of=TODAY, room=room, dry_run=dry_run)._replace(**more)  # type: ignore[arg-type]


def proving(verdict: Proving, reason: str = "") -> Prove:
    def prove(asked: Sequence[Entry]) -> Mapping[str, Proof]:
        return {entry.name: Proof(verdict, reason) for entry in asked}

    return prove


def test_a_proposal_tells_the_floor_that_it_sets(fleet: Fleet, forge: LocalForge) -> None:
    found = by_name(propose(entries(fleet), forge, tonight(dry_run=True)))
    # It said nothing of Python, so that nothing that it named is dropped.
    assert (found["nw-notebooks"].drops, found["nw-notebooks"].floor) == ((), "3.10")
    assert found["nw-core"].floor == ""
    document = to_document(list(found.values()), TODAY)
    assert by_name(from_document(document))["nw-notebooks"].floor == "3.10"
    for row in document["proposals"]:  # of before
        del row["floor"]
    assert by_name(from_document(document))["nw-notebooks"].floor == ""


def test_the_example_fleet(fleet: Fleet, forge: LocalForge) -> None:
    found = by_name(propose(entries(fleet), forge, tonight()))
    states = {name: (str(p.state), str(p.outcome), p.wave) for name, p in found.items()}
    assert states == {
        "churn-model": ("needs-person", "nothing-to-do", 1),
        "nw-client": ("in-pr", "created", 2),
        "nw-config": ("in-pr", "created", 2),
        "nw-core": ("in-pr", "created", 1),
        "nw-features": ("merged", "nothing-to-do", 3),
        "nw-legacy-metrics": ("in-pr", "created", 1),
        "nw-notebooks": ("in-pr", "created", 2),
        "nw-old-sdk": ("excluded", "nothing-to-do", 1),
        "nw-serving": ("in-pr", "created", 4),
        "nw-training-pipeline": ("in-pr", "created", 4),
    }
    assert "- `nw-core`: `pylife/python-3.10-3.15`" in found["nw-config"].body
    # However deep, but only where the same Python comes: nw-notebooks merely gets a floor.
    serving = found["nw-serving"].body.partition("## Merge first")[2]
    named = {name for name in states if f"- `{name}`:" in serving}
    assert named == {"nw-client", "nw-config"}
    assert "Merge first" not in found["nw-core"].body + found["nw-notebooks"].body
    assert found["nw-old-sdk"].reason.startswith("archived 2024-03")
    assert found["nw-config"].why == "after nw-core, which must have what it gains first"
    pull = forge.find(Repository("nw-core"), found["nw-core"].branch)
    assert pull is not None
    assert (pull.base, pull.commit) == (found["nw-core"].base, found["nw-core"].commit)
    assert found["nw-config"].draft  # until nw-core's is merged
    assert not found["nw-core"].draft
    again = propose(entries(fleet, forge), forge, tonight())
    assert {p.outcome for p in again} == {Outcome.UNCHANGED, Outcome.NOTHING_TO_DO}


def test_a_dry_run_asks_no_forge(fleet: Fleet, forge: LocalForge) -> None:
    found = by_name(propose(entries(fleet), forge, tonight(dry_run=True)))
    assert found["nw-core"].state is MigrationState.AWAITING_PR
    assert found["nw-config"].state is MigrationState.AWAITING_PARENTS
    assert found["nw-core"].outcome is None
    assert found["nw-core"].diff
    assert found["nw-config"].diff
    assert not forge.root.exists()


def test_a_damaged_forge_is_one_projects_error(fleet: Fleet, forge: LocalForge) -> None:
    (forge.root / "nw-core.git").mkdir(parents=True)
    (forge.root / "nw-core.git" / "HEAD").write_text("broken")
    found = by_name(propose(entries(fleet), forge, tonight()))
    assert found["nw-core"].state is MigrationState.ERROR
    assert found["nw-core"].outcome is Outcome.ERROR
    assert "git" in found["nw-core"].reason
    assert str(forge.state) not in found["nw-core"].reason
    assert found["nw-legacy-metrics"].outcome is Outcome.CREATED
    assert found["nw-config"].outcome is Outcome.AWAITING_PARENTS


def test_the_document_and_back(fleet: Fleet, forge: LocalForge, tmp_path: Path) -> None:
    proposals = propose(entries(fleet), forge, tonight(), proving(Proving.PASSED))
    document = to_document(proposals, TODAY)
    assert document["schema"] == "pylife/upgrade/1"
    assert document["as_of"] == "2026-11-21"
    said = json.dumps(document)
    assert from_document(json.loads(said)) == proposals
    assert str(tmp_path) not in said
    brief = to_document(proposals, TODAY, brief=True)
    assert not any({"body", "diff"} & set(row) for row in brief["proposals"])
    # What a version before wrote can be read still.
    later = {"why", "floor_wave", "todo", "number", "draft", "parents", "proof", "missing"}
    old = [{k: w for k, w in row.items() if k not in later} for row in document["proposals"]]
    assert len(from_document({**document, "proposals": old})) == len(proposals)
    shutil.rmtree(forge.root)
    plans, requires = fleet
    flipped = entries((list(reversed(plans)), requires))
    once_more = propose(flipped, forge, tonight(), proving(Proving.PASSED))
    assert json.dumps(to_document(once_more, TODAY)) == said


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"schema": "pylife/upgrade/2"}, {"schema": "pylife/upgrade/1"},
     {"schema": "pylife/upgrade/1", "proposals": [{}]}],
)  # fmt: skip
def test_other_documents_are_refused(document: object) -> None:
    with pytest.raises(StateError):
        from_document(document)


class Answering:
    """A forge that gives one answer; what local git cannot be made to say."""

    def __init__(self, outcome: Outcome | Exception, missing: Sequence[str] = ()) -> None:
        self.outcome, self.lacks = outcome, list(missing)
        self.proposed: list[Proposed] = []
        self.retired: list[str] = []

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        self.proposed.append(proposed)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return pull(proposed.project, proposed.branch, draft=proposed.draft), self.outcome

    def retire(self, repository: Repository, pull: PullRequest, reason: str) -> Outcome:
        self.retired.append(f"{repository.project} {pull.branch}: {reason}")
        return Outcome.UPDATED

    def missing(self, repository: Repository, paths: Sequence[str]) -> list[str]:
        return self.lacks


def pull(
    project: str, branch: str, state: str = "open", *, draft: bool = False, edited: bool = False
) -> PullRequest:
    return PullRequest(
        project=project, branch=branch, state=state, title="", digest="", base="b", commit="c",
        edited=edited, where="w", draft=draft,
    )  # fmt: skip


FILES = {"pyproject.toml": '[project]\nname = "d"\nversion = "1"\nrequires-python = ">=3.9"\n'}


def one(tmp_path: Path, name: str = "demo", **more: object) -> Entry:
    made = plan_of(write(tmp_path / name, FILES), name=name)
    return Entry(made, Place(1, "so"))._replace(**more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.DECLINED, MigrationState.DECLINED),
        (Outcome.EDITED_BY_PEOPLE, MigrationState.IN_PR),
        (Outcome.UPDATED, MigrationState.IN_PR),
        (ToolError("refused"), MigrationState.ERROR),
    ],
)
def test_what_the_forge_says_is_the_state(
    tmp_path: Path, outcome: Outcome | Exception, state: MigrationState
) -> None:
    (proposal,) = propose([one(tmp_path)], Answering(outcome), tonight())
    assert proposal.state is state
    wanted = outcome if isinstance(outcome, Outcome) else Outcome.ERROR
    assert (proposal.outcome, bool(proposal.reason)) == (wanted, True)


def test_a_broken_project_is_an_error_and_an_unreadable_one_needs_a_person(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"pyproject.toml": "[project\n"}))
    entry = Entry(made, Place(1, ""))
    (unreadable,) = propose([entry], Answering(Outcome.CREATED), tonight())
    assert unreadable.state is MigrationState.NEEDS_PERSON
    gone = replace(made, project=made.project._replace(error="no such folder"))
    (broken,) = propose([entry._replace(plan=gone)], Answering(Outcome.CREATED), tonight())
    assert (broken.state, broken.reason) == (MigrationState.ERROR, "no such folder")


def test_what_no_test_has_shown_is_not_verified(tmp_path: Path) -> None:
    made = plan_of(
        write(tmp_path, {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.11"\n'})
    )
    assert made.empty
    cells = [
        Cell(project=made.project.name, python=python, session="t", status=CellStatus.PASSED)
        for python in made.required
    ]

    def state(seen: list[Cell]) -> MigrationState:
        entry = Entry(made, Place(1, ""), cells=seen)
        (found,) = propose([entry], Answering(Outcome.CREATED), tonight())
        return found.state

    assert len(made.required) > 1
    assert state(cells) is MigrationState.VERIFIED
    assert state(cells[1:]) is state([]) is MigrationState.MERGED


def test_what_fails_is_not_proposed_unless_a_person_forces_it(tmp_path: Path) -> None:
    forge = Answering(Outcome.CREATED)
    fails = proving(Proving.FAILED, "tests on 3.15: 1 of 2 failed")
    (proposal,) = propose([one(tmp_path)], forge, tonight(), fails)
    assert proposal.state is MigrationState.FAILING_TESTS
    assert proposal.outcome is Outcome.FAILING_TESTS
    assert not forge.proposed
    assert "--force demo=REASON" in proposal.todo
    (forced,) = propose([one(tmp_path)], forge, tonight(forced={"demo": "we need it"}), fails)
    assert forced.outcome is Outcome.CREATED
    (sent,) = forge.proposed
    assert sent.draft
    assert "**Forced** by a person: `we need it`" in sent.body
    assert "1 of 2 failed" in sent.body
    assert sent.forced == "we need it"


@pytest.mark.parametrize("proven", [Proving.FAILED, Proving.PASSED])
def test_what_was_forced_stays_so_until_tests_pass(tmp_path: Path, proven: Proving) -> None:
    entry, forge = one(tmp_path), Answering(Outcome.UPDATED)
    before = pull("demo", entry.plan.branch)._replace(forced="we need it")
    (found,) = propose([entry._replace(pulls=(before,))], forge, tonight(), proving(proven, "no"))
    (sent,) = forge.proposed
    still = proven is Proving.FAILED
    assert sent.forced == ("we need it" if still else "")
    assert ("**Forced** by a person: `we need it`" in sent.body) is still
    assert ("forced by a person: we need it" in found.reason) is still


def test_what_could_not_be_tested_is_a_draft_or_waits(tmp_path: Path) -> None:
    forge = Answering(Outcome.CREATED)
    unproven = proving(Proving.UNPROVEN, "3.15: no Python 3.15 was found")
    (proposal,) = propose([one(tmp_path)], forge, tonight(), unproven)
    assert proposal.draft
    assert "**Not proven**: `3.15: no Python 3.15 was found`" in proposal.body
    waiting = one(tmp_path, settings=Campaign(unproven="wait"))
    (proposal,) = propose([waiting], forge, tonight(), unproven)
    assert proposal.state is MigrationState.AWAITING_PR
    assert len(forge.proposed) == 1
    ready = one(tmp_path, settings=Campaign(draft=frozenset()))
    (proposal,) = propose([ready], forge, tonight(), unproven)
    assert not proposal.draft


def test_those_that_fail_take_nobodys_place(tmp_path: Path) -> None:
    listed = [one(tmp_path, f"p{n}") for n in range(6)]

    def prove(asked: Sequence[Entry]) -> Mapping[str, Proof]:
        bad = {"p0", "p1", "p2"}
        return {
            e.name: Proof(Proving.FAILED if e.name in bad else Proving.PASSED, "no") for e in asked
        }

    forge = Answering(Outcome.CREATED)
    found = by_name(propose(listed, forge, tonight(Caps(canary=2)), prove))
    assert [p.project for p in forge.proposed] == ["p3", "p4"]
    assert found["p5"].outcome is Outcome.RATE_LIMITED
    assert "a few go first" in found["p5"].reason
    assert found["p5"].proof is None  # nor was it tested in vain
    late = tonight(Caps(limit=2), later={"p3": "it failed once"})
    found = by_name(propose(listed, Answering(Outcome.CREATED), late, prove))
    assert (found["p3"].state, found["p3"].reason) == (
        MigrationState.AWAITING_PR, "it failed once",
    )  # fmt: skip
    assert found["p4"].outcome is found["p5"].outcome is Outcome.CREATED


def test_one_limit_of_the_forge_ends_the_asking(tmp_path: Path) -> None:
    listed = [one(tmp_path, f"p{n}") for n in range(3)]
    forge = Answering(RateLimitedError("too much was asked"))
    found = propose(listed, forge, tonight())
    assert {p.outcome for p in found} == {Outcome.RATE_LIMITED}
    assert len(forge.proposed) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Campaign(freeze=(Freeze(TODAY, TODAY, "holidays"),)), f"frozen until {TODAY}: holidays"),
        (Campaign(snooze=TODAY + dt.timedelta(days=1)), "snoozed until 2026-11-22"),
    ],
)
def test_frozen_and_snoozed_projects_are_left_alone(
    tmp_path: Path, settings: Campaign, said: str
) -> None:
    forge = Answering(Outcome.CREATED)
    (proposal,) = propose([one(tmp_path, settings=settings)], forge, tonight())
    assert (proposal.state, proposal.outcome, proposal.reason) == (
        MigrationState.AWAITING_PR, Outcome.NOTHING_TO_DO, said,
    )  # fmt: skip
    old = pull("demo", "pylife/python-3.8-3.13")
    propose([one(tmp_path, settings=settings, pulls=(old,))], forge, tonight())
    assert not forge.proposed
    assert not forge.retired


def test_only_those_asked_for(tmp_path: Path) -> None:
    forge = Answering(Outcome.CREATED)
    propose([one(tmp_path, "a"), one(tmp_path, "b")], forge, tonight(only=frozenset({"b"})))
    assert [p.project for p in forge.proposed] == ["b"]


def test_what_an_earlier_window_left_is_put_away(tmp_path: Path) -> None:
    forge = Answering(Outcome.CREATED)
    old, done = pull("demo", "pylife/python-3.8-3.13"), pull("demo", "pylife/x", "merged")
    (proposal,) = propose([one(tmp_path, pulls=(old, done))], forge, tonight())
    assert forge.retired == [
        "demo pylife/python-3.8-3.13: superseded by pylife/python-3.10-3.15"
    ]  # fmt: skip
    assert proposal.outcome is Outcome.CREATED
    gone = one(tmp_path, pulls=(old,), settings=Campaign(opt_out="replaced"))
    (proposal,) = propose([gone], forge, tonight())
    assert proposal.state is MigrationState.EXCLUDED
    assert forge.retired[1].endswith("no upgrade is wanted here: replaced")


def test_work_done_by_hand_puts_the_pull_request_away(tmp_path: Path) -> None:
    forge = Answering(Outcome.CREATED)
    entry = one(tmp_path)
    branch = entry.plan.branch
    done = plan_of(
        write(tmp_path / "hand", {"pyproject.toml": FILES["pyproject.toml"].replace("3.9", "3.10")})
    )
    propose([entry._replace(plan=done, pulls=(pull("demo", branch),))], forge, tonight())
    assert forge.retired == [f"demo {branch}: nothing of it is left to change"]


def test_what_pylife_may_not_do_is_listed_and_left(tmp_path: Path) -> None:
    forge = Answering(Outcome.CREATED, ["it may not write .github/workflows"])
    (proposal,) = propose([one(tmp_path)], forge, tonight())
    assert proposal.state is MigrationState.NEEDS_PERSON
    assert proposal.missing == ("it may not write .github/workflows",)
    assert not forge.proposed
    unsure = Answering(Outcome.CREATED, ["unknown: whether it may write"])
    (proposal,) = propose([one(tmp_path)], unsure, tonight())
    assert proposal.outcome is Outcome.CREATED
    assert proposal.missing == ("unknown: whether it may write",)


def test_labels_reviewers_templates_and_sign_off(tmp_path: Path) -> None:
    forge = Answering(Outcome.CREATED)
    settings = Campaign(
        title="chore({project}): {title}", commit="{title}\n\nBranch {branch}", sign_off=True,
        labels=("python",),
    )  # fmt: skip
    propose([one(tmp_path, settings=settings, reviewers=("alice",))], forge, tonight())
    (sent,) = forge.proposed
    assert sent.title == "chore(demo): Drop Python 3.9"
    assert sent.message == "Drop Python 3.9\n\nBranch pylife/python-3.10-3.15\n"
    assert (sent.labels, sent.reviewers, sent.sign_off) == (("python",), ("alice",), True)


def test_the_body_tells_what_was_tested_with_what(tmp_path: Path) -> None:
    cells = (
        Cell("demo", v("3.10"), "tests", CellStatus.PASSED, counts={"passed": 7}),
        Cell("demo", v("3.15"), "te|sts", CellStatus.FLAKY, "once | <b>"),
    )
    proof = Proof(Proving.UNPROVEN, "3.15: it is flaky", cells, (v("3.10"), v("3.15")), ("core",))

    def prove(asked: Sequence[Entry]) -> Mapping[str, Proof]:
        return {entry.name: proof for entry in asked}

    held = Place(1, "so", held={v("3.9"): ("api",)})
    (proposal,) = propose([one(tmp_path, place=held)], Answering(Outcome.CREATED), tonight(), prove)
    assert "| 3.10 | `tests` | passed (7 tests) |" in proposal.body
    assert "It was tested together with upgrades that are not merged yet: `core`." in proposal.body
    assert "- 3.9 stays for now: `api` still lets it in." in proposal.body
    table = proposal.body.partition("## Tested with this change")[2].partition("##")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    assert all(row.replace("\\|", "").count("|") == 4 for row in rows)


def test_an_unquoted_3_10_is_for_a_person(tmp_path: Path) -> None:
    workflow = "jobs:\n  t:\n    strategy:\n      matrix:\n        python: [3.10, 3.11, 3.12, 3.13, 3.14]\n"
    files = {
        "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.10"\n',
        ".github/workflows/ci.yml": workflow,
    }
    made = plan_of(write(tmp_path, files))
    assert any("YAML reads an unquoted 3.10 as 3.1" in line for line in made.needs_person)
    assert PythonVersion(3, 1) not in made.drops

"""Proposals of the example fleet through the local forge: states, outcomes, order, documents."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pylife.errors import StateError
from pylife.fleet.graph import internal
from pylife.forges import LocalForge
from pylife.model import (
    Cell,
    CellStatus,
    MigrationState,
    Outcome,
    Proposed,
    PullRequest,
    PythonVersion,
    Repository,
)
from pylife.upgrade import ProjectPlan, Proposal, from_document, propose, to_document
from tests.upgrade.upgrade_help import TODAY, example, plan_member, plan_of, write

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


def test_the_example_fleet(fleet: Fleet, forge: LocalForge) -> None:
    plans, requires = fleet
    proposals = propose(plans, forge, dry_run=False, requires=requires)
    found = by_name(proposals)
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
    assert [p.wave for p in proposals] == sorted(p.wave for p in proposals)
    assert "- `nw-core`: `pylife/python-3.10-3.15`" in found["nw-config"].body
    # However deep, but only where the same Python comes: nw-notebooks merely gets a floor.
    serving = found["nw-serving"].body.partition("## Merge first")[2]
    assert [name for name in states if f"- `{name}`:" in serving] == ["nw-client", "nw-config"]
    assert "Merge first" not in found["nw-core"].body + found["nw-notebooks"].body
    assert found["nw-old-sdk"].reason.startswith("archived 2024-03")
    pull = forge.find(Repository("nw-core"), found["nw-core"].branch)
    assert pull is not None
    assert (pull.base, pull.commit) == (found["nw-core"].base, found["nw-core"].commit)
    again = propose(plans, forge, dry_run=False, requires=requires)
    assert {p.outcome for p in again} == {Outcome.UNCHANGED, Outcome.NOTHING_TO_DO}


def test_a_dry_run_asks_no_forge(fleet: Fleet, forge: LocalForge) -> None:
    plans, requires = fleet
    found = by_name(propose(plans, forge, dry_run=True, requires=requires))
    assert found["nw-core"].state is MigrationState.AWAITING_PR
    assert found["nw-core"].outcome is None
    assert found["nw-core"].diff
    assert not forge.root.exists()


def test_a_damaged_forge_is_one_projects_error(fleet: Fleet, forge: LocalForge) -> None:
    plans, requires = fleet
    (forge.root / "nw-core.git").mkdir(parents=True)
    (forge.root / "nw-core.git" / "HEAD").write_text("broken")
    found = by_name(propose(plans, forge, dry_run=False, requires=requires))
    assert found["nw-core"].state is MigrationState.ERROR
    assert found["nw-core"].outcome is Outcome.ERROR
    assert "git" in found["nw-core"].reason
    assert str(forge.state) not in found["nw-core"].reason
    assert found["nw-config"].outcome is Outcome.CREATED


def test_the_document_and_back(fleet: Fleet, forge: LocalForge, tmp_path: Path) -> None:
    plans, requires = fleet
    proposals = propose(plans, forge, dry_run=False, requires=requires)
    document = to_document(proposals, TODAY)
    assert document["schema"] == "pylife/upgrade/1"
    assert document["as_of"] == "2026-11-21"
    said = json.dumps(document)
    assert from_document(json.loads(said)) == proposals
    assert str(tmp_path) not in said
    shutil.rmtree(forge.root)
    once_more = propose(list(reversed(plans)), forge, dry_run=False, requires=requires)
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

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        pull = PullRequest(
            project=proposed.project, branch=proposed.branch, state="open", title="", digest="",
            base="b", commit="c", edited=False, where="w",
        )  # fmt: skip
        return pull, self.outcome


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.DECLINED, MigrationState.DECLINED),
        (Outcome.EDITED_BY_PEOPLE, MigrationState.IN_PR),
        (Outcome.UPDATED, MigrationState.IN_PR),
    ],
)
def test_what_the_forge_says_is_the_state(
    tmp_path: Path, outcome: Outcome, state: MigrationState
) -> None:
    files = {"pyproject.toml": '[project]\nname = "d"\nversion = "1"\nrequires-python = ">=3.9"\n'}
    made = plan_of(write(tmp_path, files))
    (proposal,) = propose([made], Answering(outcome), dry_run=False, requires={})
    assert (proposal.state, proposal.outcome) == (state, outcome)
    assert bool(proposal.reason) == (outcome is not Outcome.UPDATED)


def test_a_broken_project_is_an_error_and_an_unreadable_one_needs_a_person(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"pyproject.toml": "[project\n"}))
    (unreadable,) = propose([made], Answering(Outcome.CREATED), dry_run=False, requires={})
    assert unreadable.state is MigrationState.NEEDS_PERSON
    gone = replace(made, project=made.project._replace(error="no such folder"))
    (broken,) = propose([gone], Answering(Outcome.CREATED), dry_run=False, requires={})
    assert (broken.state, broken.reason) == (MigrationState.ERROR, "no such folder")


def test_what_no_test_has_shown_is_not_verified(tmp_path: Path) -> None:
    made = plan_of(
        write(tmp_path, {"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.11"\n'})
    )
    assert made.empty
    name = made.project.name
    cells = [
        Cell(project=name, python=python, session="tests", status=CellStatus.PASSED)
        for python in made.required
    ]

    def state(seen: list[Cell]) -> MigrationState:
        answering = Answering(Outcome.CREATED)
        (one,) = propose([made], answering, dry_run=False, requires={}, cells={name: seen})
        return one.state

    assert len(made.required) > 1
    assert state(cells) is MigrationState.VERIFIED
    assert state(cells[1:]) is state([]) is MigrationState.MERGED


def test_an_unquoted_3_10_is_for_a_person(tmp_path: Path) -> None:
    workflow = "jobs:\n  t:\n    strategy:\n      matrix:\n        python: [3.10, 3.11, 3.12, 3.13, 3.14]\n"
    files = {
        "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.10"\n',
        ".github/workflows/ci.yml": workflow,
    }
    made = plan_of(write(tmp_path, files))
    assert any("YAML reads an unquoted 3.10 as 3.1" in line for line in made.needs_person)
    assert PythonVersion(3, 1) not in made.drops

"""A fleet's upgrades as the commands and the nightly job do them: planned, proven, proposed.

Planning and proposing execute nothing of any project. Proving does: its outcome is part of the
run step's document, which is all that the job that proposes takes from the one that tests.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pylife.errors import StateError, ToolError, UsageError
from pylife.model import Cell, Proving
from pylife.upgrade.entry import Entry
from pylife.upgrade.proof import Proof
from pylife.upgrade.records import ProjectPlan
from pylife.workflow import campaign, memory, planning, proof, proof_rows, propose
from pylife.workflow.campaign import Campaigned, Wish
from pylife.workflow.entries import Prepared
from pylife.workflow.forge import Chosen
from pylife.workflow.read import Scan
from pylife.workflow.run import trees

PROOFS = "proofs"
"""The key of the run step's document under which proofs are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrading:
    """A fleet's upgrades: what is planned, and what tests have shown, of this very tree.

    `run` is the document of the step that tests, None where there is none; `look` and what is in
    `more` are as in `pylife.workflow.planning.plans`.
    """

    scan: Scan
    state: Path
    run: Mapping[str, Any] | None = None
    look: propose.Look | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    _cells: list[Sequence[Cell]] = field(default_factory=list)

    @property
    def cells(self) -> Sequence[Cell]:
        """What was seen of the trees as they are."""
        if not self._cells:
            self._cells.append(propose.evidence(self.scan, self.run, self.state))
        return self._cells[0]

    def plans(self, scan: Scan) -> list[ProjectPlan]:
        """The plan of each member of `scan`."""
        return planning.plans(scan, self.cells, self.look, **self.more)

    def prepared(self, *, server: bool = False) -> Prepared:
        """The plans on their branches, floors held where consumers need them."""
        return campaign.prepare(self.scan, self.plans, server=server)

    def keys(self, ready: Prepared) -> dict[str, str]:
        """What tells each planned change from all others."""
        return proof.keys(self.scan, ready, trees(self.scan, self.state))

    def known(self, ready: Prepared) -> dict[str, Proof]:
        """The proofs of the changes as they are planned now; damaged ones count for nothing."""
        rows = (self.run or {}).get(PROOFS, {})
        with contextlib.suppress(StateError, KeyError, TypeError, ValueError):
            return proof_rows.from_rows(rows, self.keys(ready))
        return {}


def prove(
    what: Upgrading, ready: Prepared, setting: proof.Setting, names: Sequence[str] | None = None
) -> dict[str, Any]:
    """Test the upgraded trees of the projects `names` (all that change, unless given).

    Returns rows for the run step's document. What passed before is taken over; what was tried
    in vain lately waits, and comes last. Raises as `pylife.workflow.proof.prove`.
    """
    keys, known = what.keys(ready), what.known(ready)
    remembered, day = memory.load(setting.state), what.scan.as_of
    wanted = sorted(
        plan.project.name
        for plan in ready.plans
        if plan.project.name in keys
        and (names is None or plan.project.name in names)
        and ready.settings[plan.project.name].prove
        and ready.settings[plan.project.name].opt_out is None
    )
    due = [
        name
        for name in wanted
        if (name not in known or known[name].verdict is not Proving.PASSED)
        and not (name in known and remembered.later(_mark(name), day, keys[name]))
    ]
    found = proof.prove(what.scan, ready, due, setting)
    before = remembered
    for name, one in found.items():
        failed = one.verdict in {Proving.FAILED, Proving.BLOCKED}
        remembered = (
            remembered.failed(_mark(name), day, keys[name])
            if failed
            else remembered.worked(_mark(name))
        )
    if remembered != before:
        with contextlib.suppress(OSError):
            memory.save(setting.state, remembered)
    return proof_rows.to_rows({**known, **found}, keys)


def require(ready: Prepared, names: Iterable[str]) -> None:
    """Raise UsageError for the first of `names` that no project has."""
    there = {plan.project.name for plan in ready.plans}
    for name in names:
        if name not in there:
            raise UsageError(f"no project of the fleet is called {name!r}")


def _mark(name: str) -> str:
    """What a proof that failed is remembered by: not what a forge refused."""
    return f"proof of {name}"


def run(
    what: Upgrading,
    chosen: Chosen,
    wish: Wish,
    *,
    proving: proof.Setting | None = None,
    unproven: bool = False,
) -> Campaigned:
    """Propose what is due: with the proofs that there are, and with `proving` others.

    Where `unproven`, nothing is asked to be proven. Raises UsageError for a name that no
    project has.
    """
    ready = what.prepared(server=chosen.server)
    require(ready, [*wish.only, *wish.forced])
    known = what.known(ready)
    return campaign.run(
        what.scan,
        ready,
        chosen,
        wish,
        cells=what.cells,
        proofs=None if unproven else known,
        prove=_prover(what, ready, proving) if proving is not None else None,
        state=what.state,
    )


def _prover(what: Upgrading, ready: Prepared, setting: proof.Setting) -> Any:
    def found(entries: Sequence[Entry]) -> Mapping[str, Proof]:
        names = [entry.name for entry in entries]
        try:
            return proof.prove(what.scan, ready, names, setting)
        except (UsageError, ToolError) as error:
            # Such as: code that is run here could read what the forge is spoken to with.
            nothing = Proof(Proving.UNPROVEN, f"the tests were not run: {error}")
            return dict.fromkeys(names, nothing)

    return found

"""The third step: plan upgrades and propose them. Executes nothing of any project."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pylife import upgrade
from pylife.forges.base import Forge
from pylife.matrix import from_document
from pylife.model import Cell
from pylife.workflow.afterwards import Look
from pylife.workflow.forge import Chosen
from pylife.workflow.planning import plans
from pylife.workflow.read import Scan
from pylife.workflow.run import trees

__all__ = ["Look", "evidence", "plans", "propose"]


def evidence(scan: Scan, run: Mapping[str, Any] | None, state: Path) -> list[Cell]:
    """The cells of the run step's document that speak of the trees as they are now.

    None where no cell was run; a project that has changed since has no evidence.
    """
    if run is None:
        return []
    now = trees(scan, state)
    then = run.get("trees", {})
    same = {name for name, digest in now.items() if then.get(name) == digest}
    return [cell for cell in from_document(run) if cell.project in same]


def propose(
    scan: Scan,
    forge: Forge,
    *,
    cells: Sequence[Cell],
    dry_run: bool = False,
    look: Look | None = None,
) -> list[upgrade.Proposal]:
    """Open or refresh a proposal for every member that needs one, without proof and without caps.

    `cells` are what is known of the trees as they are; `look` is as in `plans`. What goes wrong
    with one project is its proposal's state.
    """
    from pylife.workflow import campaign

    ready = campaign.prepare(scan, lambda given: plans(given, cells, look), server=False)
    midnight = dt.datetime.combine(scan.as_of, dt.time(), dt.UTC)
    wish = campaign.Wish(as_of=scan.as_of, now=midnight, dry_run=dry_run)
    chosen = Chosen(forge, "local", server=False)
    return campaign.run(scan, ready, chosen, wish, cells=cells, state=None).proposals

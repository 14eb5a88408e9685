"""Upgrades: what a project has to change to be inside its policy's window, as one pull request.

`target` says where it should be, `plan` edits its declarations together in
memory, `waves` gives the order of the fleet, `propose` hands each plan to a
forge. Nothing here writes to a project.
"""

from pylife.upgrade.document import from_document, to_document
from pylife.upgrade.held import Held
from pylife.upgrade.plan import ProjectPlan, plan
from pylife.upgrade.proposal import Proposal
from pylife.upgrade.propose import propose
from pylife.upgrade.target import UpgradeTarget, target
from pylife.upgrade.waves import cycles, waves

__all__ = [
    "Held",
    "ProjectPlan",
    "Proposal",
    "UpgradeTarget",
    "cycles",
    "from_document",
    "plan",
    "propose",
    "target",
    "to_document",
    "waves",
]

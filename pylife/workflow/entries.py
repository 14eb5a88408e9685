"""The projects of a fleet with their plans, their repositories and their pull requests."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pylife.errors import PylifeError, RateLimitedError
from pylife.fleet.campaign import Campaign
from pylife.forges.base import Forge
from pylife.model import Cell
from pylife.upgrade.entry import Entry
from pylife.upgrade.order import Place
from pylife.upgrade.records import ProjectPlan
from pylife.upgrade.turns import in_turn
from pylife.workflow import repositories
from pylife.workflow.read import Read, Scan
from pylife.workflow.repositories import Home


class Prepared(NamedTuple):
    """A fleet's plans on their branches, with all that decides how they are proposed."""

    plans: list[ProjectPlan]
    places: Mapping[str, Place]
    settings: Mapping[str, Campaign]
    homes: Mapping[str, Home | str]


def entries(
    scan: Scan,
    ready: Prepared,
    forge: Forge,
    cells: Sequence[Cell],
    *,
    closer: bool,
    at_once: int = 1,
) -> list[Entry]:
    """Each project with what the forge knows of it; what cannot be asked is its trouble.

    `closer` asks for the checks and commits of open pull requests as well. So many projects are
    asked for `at_once`; more than one takes a forge that threads may share.
    """
    by_project: dict[str, list[Cell]] = {}
    for cell in cells:
        by_project.setdefault(cell.project, []).append(cell)
    limited: list[str] = []

    def known(read: Read, plan: ProjectPlan) -> Entry:
        name = plan.project.name
        home = ready.homes[name]
        entry = Entry(
            plan=plan,
            place=ready.places[name],
            settings=ready.settings[name],
            cells=tuple(by_project.get(name, ())),
        )
        if isinstance(home, str):
            entry = entry._replace(trouble=home if _takes_part(entry) else "")
        elif limited:
            entry = entry._replace(repository=home.repository, trouble=limited[0], limited=True)
        else:
            entry = _asked(read, entry, home, forge)
            if entry.limited:
                limited.append(entry.trouble)
        return entry

    found = in_turn(at_once, known, scan.reads, ready.plans)
    # Only now, so that the forge knows all that it will be asked for.
    return in_turn(at_once, lambda entry: _closer(forge, entry), found) if closer else found


def _takes_part(entry: Entry) -> bool:
    return not (entry.plan.project.error or entry.plan.project.excluded or entry.plan.idle)


def _asked(read: Read, entry: Entry, home: Home, forge: Forge) -> Entry:
    """The entry with its pull requests, where anything could come of them."""
    who, remarks = repositories.reviewers(read, entry.settings, home)
    entry = entry._replace(repository=home.repository, reviewers=who, remarks=remarks)
    if not _takes_part(entry):
        return entry
    try:
        return entry._replace(pulls=tuple(forge.pulls(home.repository)))
    except RateLimitedError as error:
        return entry._replace(trouble=str(error), limited=True)
    except (PylifeError, OSError) as error:
        return entry._replace(trouble=str(error))


def _closer(forge: Forge, entry: Entry) -> Entry:
    """The entry with the checks and commits of its open pull requests."""
    try:
        pulls = tuple(
            (forge.find(entry.where, pull.branch) or pull) if pull.state == "open" else pull
            for pull in entry.pulls
        )
    except RateLimitedError as error:
        return entry._replace(trouble=str(error), limited=True)
    except (PylifeError, OSError) as error:
        return entry._replace(trouble=str(error))
    return entry._replace(pulls=pulls)

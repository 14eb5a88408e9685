"""What each project of a fleet does in a campaign, and which floors wait for whom."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pylife import calendar
from pylife.declarations.authority import deciding
from pylife.fleet.campaign import Campaign
from pylife.model import Cell, Kind, PythonVersion, Role, Stage
from pylife.policy import Window
from pylife.upgrade.order import Move, Place, order
from pylife.upgrade.records import ProjectPlan
from pylife.upgrade.summary import covered
from pylife.workflow.planning import spared
from pylife.workflow.read import Read, Scan, requires

Planner = Callable[[Scan], list[ProjectPlan]]
"""Plans each member of a scan, in its order."""
Evidence = Sequence[Cell]


class Planned(NamedTuple):
    """The plans of a fleet in the order of its members, and each project's place by name."""

    plans: list[ProjectPlan]
    places: dict[str, Place]


def planned(scan: Scan, settings: Mapping[str, Campaign], planner: Planner) -> Planned:
    """The plans, with floors that stay where they are while a consumer needs them there."""
    edges = requires(scan)
    names = [read.member.project.name for read in scan.reads]
    before = {
        name: _move(read, settings[name]) for name, read in zip(names, scan.reads, strict=True)
    }
    below = _below(scan)
    held = {name: place.held for name, place in order(before, edges, below).items() if place.held}
    reads = [
        read._replace(window=keeping(read.window, held[name])) if name in held else read
        for name, read in zip(names, scan.reads, strict=True)
    ]
    plans = planner(scan._replace(reads=tuple(reads)))
    moves = {
        name: before[name]._replace(gains=_gains(plan))
        for name, plan in zip(names, plans, strict=True)
    }
    return Planned(plans, order(moves, edges, below))


def _below(scan: Scan) -> dict[str, list[str]]:
    """By project without a range of its own: those in its folder that have one.

    The root of a repository often holds the CI and tox files of all its packages.
    """
    ranged = [read for read in scan.reads if read.is_there and covered(read.declarations)]
    packages = [read.member for read in ranged if not read.member.project.kind.is_application]
    bare = [read.member for read in scan.reads if read.is_there and read not in ranged]
    return {
        root.project.name: [
            one.project.name
            for one in packages
            if root.folder and one.folder and root.folder in one.folder.parents
        ]
        for root in bare
    }


def keeping(window: Window, pythons: Mapping[PythonVersion, object]) -> Window:
    """`window` with dropped Pythons still in it, and all that are newer: it has no holes."""
    kept = {
        python: info._replace(stage=Stage.DEPRECATED)
        for python, info in window.stages.items()
        if info.stage is Stage.DROPPED and python >= min(pythons)
    }
    return window._replace(stages={**window.stages, **kept})


def _gains(plan: ProjectPlan) -> frozenset[PythonVersion]:
    return frozenset({*plan.adds, *filter(None, [plan.runtime])})


def _move(read: Read, said: Campaign) -> Move:
    """What is known before anything is planned: what it lets in, and what of that it would lose.

    A model's packages are pinned with it, so that it holds nobody's floor; nor does a project
    that does not take part.
    """
    project = read.member.project
    whole = frozenset(calendar.known() if project.kind is Kind.WORKSPACE else ())
    if not read.is_there or project.kind is Kind.MODEL or said.opt_out is not None:
        return Move(lets_in=whole)
    dropped = frozenset(spared(read).at(Stage.DROPPED))
    lets_in = whole or _lets_in(read)
    loses = (
        lets_in & dropped if said.hold_floors and not project.kind.is_application else frozenset()
    )
    return Move(loses=loses, lets_in=lets_in)


def _lets_in(read: Read) -> frozenset[PythonVersion]:
    """The Pythons of its ranges, else those that it runs on; all, where nobody can know."""
    found = covered(read.declarations)
    if found:
        return found
    runtimes = {
        python
        for item in read.declarations
        if item.role is Role.RUNS_ON
        for python in item.effective
    }
    if read.member.project.kind.is_application and not deciding(read.declarations):
        return frozenset(runtimes)
    return frozenset(calendar.known())

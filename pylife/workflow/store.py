"""The evidence store as a fleet's run uses it: what is still good, imported, and kept."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pylife import evidence
from pylife.errors import ToolError
from pylife.evidence import Result, Store
from pylife.evidence.imported import of_now
from pylife.evidence.retention import First, Pruned
from pylife.evidence.retention import prune as delete
from pylife.forges import git
from pylife.matrix.names import matching, slug
from pylife.model import Cell
from pylife.policy.offsets import Offset
from pylife.policy.parts import Retention
from pylife.workflow.records import Scan

_NO_END = Retention()


class Imports(NamedTuple):
    """What projects' own CIs say of what is there, and what of it is not used."""

    cells: tuple[Cell, ...] = ()
    bases: tuple[dict[str, Any], ...] = ()
    """Each result with what it rests on, whether it is used, and why not."""


def opened(scan: Scan, state: Path, where: str | None) -> Store:
    """The store of a run in `state`; at `where` (a file, folder or URL) if given.

    What is older than its project's policy allows is not given, and nor is what
    lies so far ahead of the day of `scan`.
    """
    target = where if where is not None else state / evidence.FILE
    return evidence.open(target, logs=state, accept=_accept(scan))


def imports(scan: Scan, store: Store) -> Imports:
    """The results of the projects' own CIs, as cells, where they speak of the files as they are.

    That is of the commit at which a project is, with nothing changed in its folder.
    """
    fleet = [read.member.project.name for read in scan.reads]
    known = [_as_called(one, fleet) for one in store.imported()]
    if not known:
        return Imports()
    names = {one.cell.project for one in known}
    present = {
        read.member.project.name: _commit(read.member.folder)
        for read in scan.reads
        if read.member.project.name in names
    }
    used, left = of_now(known, present)
    accept = _accept(scan)
    why = {one.cell.key: reason for one, reason in left}
    why |= {
        one.cell.key: f"it is of {one.as_of}, which is too long ago for the policy"
        for one in used
        if not accept(one)
    }
    return Imports(
        tuple(one.cell._replace(cached=True) for one in used if one.cell.key not in why),
        tuple(_basis(one, why.get(one.cell.key)) for one in known),
    )


def _as_called(result: Result, fleet: Sequence[str]) -> Result:
    """`result` of the project as the fleet calls it: an import has its name normalised."""
    meant = matching(result.cell.project, fleet)
    if len(meant) != 1:
        return result
    return result._replace(cell=result.cell._replace(project=meant[0]))


def prune(scan: Scan, state: Path, store: Store) -> Pruned:
    """Delete what the policies of the fleet do not keep on its day; raises StateError.

    What is not of the fleet any longer is kept as long as that policy says which keeps longest.
    """
    return delete(
        store,
        state,
        results=_first(scan, lambda said: said.results),
        logs=_first(scan, lambda said: said.logs),
    )


def _basis(result: Result, why: str | None) -> dict[str, Any]:
    told = result.imported
    assert told is not None  # noqa: S101 - only such are asked for
    return {
        "project": result.cell.project,
        "python": str(result.cell.python),
        "session": result.cell.session,
        "status": result.cell.status.value,
        "commit": told.revision,
        "url": told.url,
        "as_of": result.as_of.isoformat(),
        "used": why is None,
        "reason": why or "",
    }


def _commit(folder: Path | None) -> str | None:
    """The commit whose files are in `folder`; None where that is not known, or some are others."""
    if folder is None:
        return None
    try:
        head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", folder=folder)
        changed = git.run(
            "status", "--porcelain", "--untracked-files=normal", "--", ".", folder=folder
        )
    except ToolError:
        return None
    return None if changed.strip() else head.decode().strip()


def _said(scan: Scan) -> dict[str, Retention]:
    return {
        read.member.project.name: read.window.policy.retention or _NO_END for read in scan.reads
    }


def _accept(scan: Scan) -> Callable[[Result], bool]:
    ages = {name: said.max_age for name, said in _said(scan).items() if said.max_age is not None}
    spans = {name: (_before(age, scan.as_of), age.after(scan.as_of)) for name, age in ages.items()}

    def accept(result: Result) -> bool:
        span = spans.get(result.cell.project)
        return span is None or span[0] <= result.as_of <= span[1]

    return accept


def _first(scan: Scan, which: Callable[[Retention], Offset | None]) -> First:
    days: dict[str, dt.date | None] = {}
    for name, said in _said(scan).items():
        offset = which(said)
        days[name] = None if offset is None else _before(offset, scan.as_of)
        days[slug(name)] = days[name]  # as its logs' folder is called
    known = [day for day in days.values() if day is not None]
    longest = min(known) if known and len(known) == len(days) else None
    return lambda project: days.get(project, longest)


def _before(offset: Offset, day: dt.date) -> dt.date:
    """The day that lies so long before `day`."""
    return Offset(-offset.months, -offset.days).after(day)

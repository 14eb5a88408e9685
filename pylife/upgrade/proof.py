"""What the tests of an upgraded tree came to."""

from collections.abc import Sequence
from typing import NamedTuple

from pylife.model import Cell, CellStatus, Proving, PythonVersion

_FAILED = frozenset({CellStatus.FAILED, CellStatus.TIMEOUT, CellStatus.FAILS_ON_BASELINE})


class Proof(NamedTuple):
    """What was run of a tree as it will be, and what that shows.

    `tree` is the digest of the upgraded tree; `pythons` those that were asked for; `upon` are
    the projects of the fleet whose own upgraded trees, not merged yet, it was tested with.
    """

    verdict: Proving
    reason: str = ""
    cells: tuple[Cell, ...] = ()
    pythons: tuple[PythonVersion, ...] = ()
    upon: tuple[str, ...] = ()
    tree: str = ""
    cached: bool = False
    """Whether nothing had to be run, as all was known."""


NOTHING = Proof(Proving.UNPROVEN, "the tests were not run")


def judge(cells: Sequence[Cell], pythons: Sequence[PythonVersion]) -> tuple[Proving, str]:
    """The verdict of `cells` on `pythons`, and why it is no pass (empty for a pass).

    A Python counts as shown where a session of it passed and none failed; where none did
    either, nobody knows.
    """
    if not pythons:
        return Proving.UNPROVEN, "there is no Python to test it on"
    unknown = []
    found = Proving.PASSED
    reasons: dict[Proving, str] = {}
    for python in pythons:
        own = [cell for cell in cells if cell.python == python]
        failed = next((cell for cell in own if cell.status in _FAILED), None)
        blocked = next((cell for cell in own if cell.status is CellStatus.BLOCKED), None)
        if failed is not None:
            reasons.setdefault(Proving.FAILED, f"{_where(failed)}: {_said(failed)}")
        elif blocked is not None:
            reasons.setdefault(Proving.BLOCKED, f"{_where(blocked)}: {_said(blocked)}")
        elif not _shown(own):
            unknown.append(f"{python}: {_why(own)}")
    for verdict in (Proving.FAILED, Proving.BLOCKED):
        if verdict in reasons:
            return verdict, reasons[verdict]
    if unknown:
        found = Proving.UNPROVEN
    return found, "; ".join(unknown)


def _shown(cells: Sequence[Cell]) -> bool:
    """Whether tests ran and passed; a session that another platform is needed for does not count
    against it, one that is flaky or could not be run does."""
    statuses = {cell.status for cell in cells}
    open_ends = statuses - {CellStatus.PASSED, CellStatus.SKIPPED, CellStatus.NO_TESTS}
    return CellStatus.PASSED in statuses and open_ends <= {CellStatus.NEEDS}


def _why(cells: Sequence[Cell]) -> str:
    cell = next((one for one in cells if one.status is not CellStatus.PASSED), None)
    if cell is None:
        return "no test was run"
    return f"{cell.session}: {_said(cell)}"


def _where(cell: Cell) -> str:
    return f"{cell.session} on {cell.python}"


def _said(cell: Cell) -> str:
    if cell.status is CellStatus.FAILS_ON_BASELINE:
        return "fails, and on the oldest supported Python too" + (
            f": {cell.reason}" if cell.reason else ""
        )
    return cell.reason or cell.status.value

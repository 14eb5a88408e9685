"""What is kept of several outcomes of one key: never silently the good one.

A key is the digest of all that could change the outcome. Where two outcomes of
one key differ, the session does not always end alike: it is flaky, and the
reason tells what was seen when.
"""

import json
from collections.abc import Iterable, Sequence

from pylife.evidence.records import Observation, Result
from pylife.evidence.rows import to_document
from pylife.model import CellStatus


def renewed(old: Result | None, new: Result) -> Result:
    """What is kept where a key that had an outcome was run again, as an old cell is.

    The new outcome; but one that is good where the old one was not is flaky.
    """
    if old is None or old.cell.status is new.cell.status:
        return new
    return _flaky((old, new)) if new.cell.status is CellStatus.PASSED else new


def joined(results: Iterable[Result]) -> Result:
    """One result of several (at least one) with the same key, whatever their order.

    The newest where all have the same outcome, else a flaky one that tells them.
    """
    ordered = sorted(results, key=_newest)
    if len({one.cell.status for one in ordered}) == 1:
        return ordered[-1]
    said = [one for one in ordered if one.cell.status is CellStatus.FLAKY]
    return said[-1] if said else _flaky(ordered)


def worse(one: Observation, other: Observation) -> Observation:
    """Of two observations of one cell on one night the one that is not good, always the same."""
    return max(one, other, key=lambda it: (it.status is not CellStatus.PASSED, it.status, it.key))


def _flaky(results: Sequence[Result]) -> Result:
    """The newest that is not good, as flaky; of two days the later one.

    What was flaky before keeps its words, which would grow with each night.
    """
    ordered = sorted(results, key=_newest)
    bad = [one for one in ordered if one.cell.status is not CellStatus.PASSED][-1]
    if bad.cell.status is CellStatus.FLAKY:
        return bad._replace(as_of=ordered[-1].as_of)
    told = dict.fromkeys(f"{one.cell.status} on {one.as_of}{_why(one)}" for one in ordered)
    reason = f"different outcomes of the same key: {'; '.join(told)}"
    cell = bad.cell._replace(status=CellStatus.FLAKY, reason=reason)
    return bad._replace(cell=cell, as_of=ordered[-1].as_of)


def _why(result: Result) -> str:
    return f" ({result.cell.reason})" if result.cell.reason else ""


def _newest(result: Result) -> tuple[str, str]:
    # Of one day, what is later in the alphabet: any order will do that is always the same.
    return (result.as_of.isoformat(), json.dumps(to_document(result), sort_keys=True))

"""What tests need that is not here (a GPU, a service, another platform), seen in failures.

The patterns are data (`pylife/data/needs.toml`), each with its source.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pylife import resources
from pylife.model import CellStatus
from pylife.syntax import text, toml

_FILE = "needs.toml"
_LAST = 3
"""Lines of a failure without pytest's marks that can be what was raised."""
_REFUSED = (
    r"(?:[Cc]onnection refused|ECONNREFUSED|Errno 111|Errno 61|Connect call failed"
    r"|WinError 10061|Failed to establish a new connection)"
)


class Lack(NamedTuple):
    """One thing that may not be here, by the words that show it."""

    pattern: re.Pattern[str]
    status: CellStatus
    what: str


@lru_cache(maxsize=1)
def lacks() -> tuple[Lack, ...]:
    """All that is known, in the order of the file."""
    document = toml.parse(text.Source(_FILE, resources.data(_FILE).read_bytes())).value
    found = [
        Lack(re.compile(row["pattern"]), CellStatus(row["status"]), row["what"])
        for row in document["lack"]
    ]
    for row in document["service"]:
        # Both in one line: a refused connection to another port is the tests' own affair.
        port = rf"(?<![\d.]){row['port']}(?!\d)"
        pattern = re.compile(rf"{_REFUSED}[^\n]*{port}|{port}[^\n]*{_REFUSED}")
        found.append(Lack(pattern, CellStatus.NEEDS, row["name"]))
    return tuple(found)


def judge(failures: Iterable[str]) -> tuple[CellStatus, str] | None:
    """Status and reason where every one of `failures` is for want of something; else None.

    One failure that nothing explains makes the cell a failed one.
    """
    found: dict[str, CellStatus] = {}
    for failure in failures:
        lack = _lack(failure)
        if lack is None:
            return None
        found.setdefault(lack[1], lack[0])
    if not found:
        return None
    needs = [what for what, status in found.items() if status is CellStatus.NEEDS]
    if needs:
        return CellStatus.NEEDS, f"needs {' and '.join(needs)}, which is not here"
    return CellStatus.INFRASTRUCTURE, next(iter(found))


def _lack(failure: str) -> tuple[CellStatus, str] | None:
    said = _said(failure)
    for lack in lacks():
        if match := lack.pattern.search(said):
            name = match.groupdict().get("name") or ""
            return lack.status, lack.what.replace("{name}", name)
    return None


def _said(failure: str) -> str:
    """What was raised: pytest's lines with E, else the last lines; not the source around it."""
    lines = [line for line in failure.splitlines() if line.strip()]
    raised = [line for line in lines if line.startswith("E  ")]
    return "\n".join(raised or lines[-_LAST:])

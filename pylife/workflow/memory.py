"""What failed lately, so that it is tried more and more rarely; losing it does no harm.

After each failure in a row twice as many days pass until the next attempt, up to a month. A
project that changed is tried at once.
"""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pylife.syntax.edits import replace_file

SCHEMA = "pylife/campaign-memory/1"
FILE = "campaign.json"
"""The file's name in the state folder."""
LONGEST = 32
"""Days between two attempts, at most."""


class Failure(NamedTuple):
    """How often in a row something failed, on which day last, and of what (a digest)."""

    times: int
    last: dt.date
    what: str = ""

    @property
    def until(self) -> dt.date:
        """The day of the next attempt."""
        return self.last + dt.timedelta(days=min(LONGEST, 2 ** (self.times - 1)))


class Memory(NamedTuple):
    """The failures, by project."""

    failures: Mapping[str, Failure] = {}

    def later(self, name: str, day: dt.date, what: str = "") -> str:
        """Why `name` waits on `day`; empty where it does not. `what` is what would be tried."""
        known = self.failures.get(name)
        if known is None or known.what != what or not known.last <= day < known.until:
            return ""
        times = "once" if known.times == 1 else f"{known.times} times in a row"
        return f"it failed {times}, on {known.last} last; it is tried again on {known.until}"

    def failed(self, name: str, day: dt.date, what: str = "") -> "Memory":
        """With one failure more; a second one of the same day counts for nothing."""
        known = self.failures.get(name)
        if known is not None and known.what == what:
            times = known.times if known.last >= day else known.times + 1
        else:
            times = 1
        return Memory({**self.failures, name: Failure(times, day, what)})

    def worked(self, name: str) -> "Memory":
        """Without the failures of `name`."""
        return Memory({one: known for one, known in self.failures.items() if one != name})


def load(state: Path) -> Memory:
    """What is remembered in the folder `state`; nothing where that is lost or damaged."""
    try:
        document = json.loads((state / FILE).read_bytes())
        if document["schema"] != SCHEMA:
            return Memory()
        return Memory(
            {
                str(name): Failure(
                    int(row["times"]), dt.date.fromisoformat(row["last"]), str(row["what"])
                )
                for name, row in document["failures"].items()
                if int(row["times"]) > 0
            }
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory()


def save(state: Path, memory: Memory) -> None:
    """Replace the file; raises OSError."""
    rows = {
        name: {"times": known.times, "last": known.last.isoformat(), "what": known.what}
        for name, known in sorted(memory.failures.items())
    }
    document = {"schema": SCHEMA, "failures": rows}
    replace_file(state / FILE, (json.dumps(document, indent=2) + "\n").encode())

"""What the evidence store costs: a thousand cells put, asked for, observed and joined.

    python tools/benchmark_store.py [URL]

In a SQLite file of a temporary folder, or in the database at URL, which should
be an empty one.
"""

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pylife import evidence
from pylife.evidence import Result
from pylife.model import Cell, CellStatus, PythonVersion

COUNT = 1000
DAY = dt.date(2026, 11, 21)


def main() -> int:
    """Measure, and print a line each; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        where = sys.argv[1] if len(sys.argv) > 1 else Path(folder) / evidence.FILE
        cells = [
            Cell(f"p{number % 50}", PythonVersion(3, 9 + number % 6), f"s{number}",
                 CellStatus.PASSED, key=f"{number:064x}", counts={"passed": number})
            for number in range(COUNT)
        ]  # fmt: skip
        keys = [one.key for one in cells]
        _say("opened for the first time", lambda: evidence.open(where).close())
        with evidence.open(where) as store:
            _say(f"put {COUNT}, one by one", lambda: [store.put(one, as_of=DAY) for one in cells])
            _say(f"get {COUNT}, one by one", lambda: [store.get(key) for key in keys])
            _say(f"get_many {COUNT}", lambda: store.get_many(keys))
            _say(f"observe {COUNT}", lambda: store.observe(cells, as_of=DAY))
            _say(f"observe {COUNT} once more", lambda: store.observe(cells, as_of=DAY))
            results = [Result(one, DAY) for one in cells]
            _say(f"merge {COUNT}", lambda: store.merge(results, []))
            _say(f"claim and release {COUNT}", lambda: [_claimed(store, key) for key in keys])
        _say("opened", lambda: evidence.open(where).close())
    return 0


def _claimed(store: evidence.Store, key: str) -> bool:
    found = store.claim(key)
    store.release(key)
    return found


def _say(what: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{what:32} {1000 * (time.perf_counter() - start):9.1f} ms")


if __name__ == "__main__":
    sys.exit(main())

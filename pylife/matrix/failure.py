"""The first failure's text, and what of Python's changes shows in it.

Only texts of a bounded size leave here, without this machine's folders and
addresses in memory: the same failure has the same text everywhere.
"""

import re

from pylife.matrix import whatsnew
from pylife.matrix.observe import Observed
from pylife.model import CellStatus, PythonVersion

LONGEST = 4000
"""Characters of a failure's text that are kept: of its head and its tail."""
_LINES = 30
_FOLDERS = re.compile(r"(?:(?<=file://)|(?<![\w./:…-]))(?:/[\w.+@=-]+)+/(?=[\w.+-])")
"""The folders of an absolute path: they say nothing on another machine."""
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
_TOLD = frozenset(
    {
        CellStatus.FAILED,
        CellStatus.BLOCKED,
        CellStatus.TIMEOUT,
        CellStatus.INFRASTRUCTURE,
        CellStatus.NEEDS,
    }
)
_CHANGED = frozenset({CellStatus.FAILED, CellStatus.BLOCKED})
"""Statuses that a change of Python can be the reason of."""


def first(seen: Observed, status: CellStatus) -> str:
    """The first failure's text; of the log's end where no test tells; empty for a good end."""
    if status not in _TOLD:
        return ""
    if seen.tests is not None and seen.tests.failures:
        return bounded(seen.tests.failures[0])
    said = [line.rstrip() for line in seen.log.splitlines() if line.strip()]
    return bounded("\n".join(said[-_LINES:]))


def hints(seen: Observed, status: CellStatus, python: PythonVersion) -> tuple[str, ...]:
    """What changed in Python up to `python` and shows in the failures, else in the log."""
    if status not in _CHANGED:
        return ()
    if seen.tests is not None and seen.tests.failures:
        return whatsnew.recognise("\n".join(seen.tests.failures), python)
    return whatsnew.recognise(seen.log, python)


def bounded(text: str) -> str:
    """`text` that can be printed anywhere, cut in its middle where it is long."""
    text = _ADDRESS.sub("0x...", plain(text))
    text = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
    text = "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))
    if len(text) <= LONGEST:
        return text
    half = (LONGEST - 20) // 2
    return f"{text[:half]}\n[...]\n{text[-half:]}"


def plain(text: str) -> str:
    """`text` with paths of this machine cut to their last part."""
    return _FOLDERS.sub("", text)

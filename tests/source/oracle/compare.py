"""The scanner's verdicts against what the interpreters said, cell by cell.

A cell is one snippet on one Python. Where the snippet fails and the scanner says so it is a true
positive, where only the scanner says so a false one.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pylife
from pylife.source.scanner.versions import ALL, names
from tests.source.oracle.truth import PYTHONS, Snippet, Truth

ROOT = Path(pylife.__file__).resolve().parent.parent
PROGRAM = (
    "import sys; sys.path.insert(0, {!r}); from pylife.source.scanner.main import main; main()"
)


class Cell(NamedTuple):
    """One snippet on one Python."""

    snippet: Snippet
    python: str
    fails: bool
    said: bool


def verdicts(snippets: list[Snippet], python: str) -> list[frozenset[str] | None]:
    """The Pythons on which the scanner says that each fails, as that interpreter reads them.

    None for what it cannot parse though a newer one could.
    """
    done = subprocess.run(
        [python, "-I", "-c", PROGRAM.format(str(ROOT))],
        input=json.dumps({"files": [[each.name, str(each.path)] for each in snippets]}),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [_verdict(json.loads(line)) for line in done.stdout.splitlines()]


def _verdict(result: Any) -> frozenset[str] | None:
    if result["unparsed"] is not None:
        newer = "or newer" in result["unparsed"]
        return None if newer else frozenset(PYTHONS)
    failing = 0
    for use in result["uses"]:
        failing |= use["fails_on"]
    return frozenset(names(failing & ALL))


def cells(snippets: list[Snippet], truth: Truth, python: str = sys.executable) -> list[Cell]:
    """Every cell of the snippets that the interpreter can read."""
    found = []
    for snippet, said in zip(snippets, verdicts(snippets, python), strict=True):
        if said is not None:
            fails = truth.fails[snippet.name]
            found += [Cell(snippet, each, each in fails, each in said) for each in PYTHONS]
    return found


class Score(NamedTuple):
    """How many cells fail, were found, and were blamed though they work; of how many."""

    failing: int
    found: int
    blamed: int
    working: int


def score(chosen: Iterable[Cell]) -> Score:
    """The count of some cells."""
    counted = Counter((cell.fails, cell.said) for cell in chosen)
    return Score(
        counted[True, True] + counted[True, False],
        counted[True, True],
        counted[False, True],
        counted[False, True] + counted[False, False],
    )


def table(found: list[Cell]) -> str:
    """Found of failing, and what was blamed of what works, by kind and by Python."""
    kinds = sorted({cell.snippet.kind for cell in found})
    head = f"{'':14}" + "".join(f"{python:>13}" for python in PYTHONS) + f"{'all':>16}"
    lines = [head]
    for kind in [*kinds, "all", "static"]:
        row = [
            cell
            for cell in found
            if kind in {cell.snippet.kind, "all"} or (kind == "static" and cell.snippet.static)
        ]
        columns = [_shown([cell for cell in row if cell.python == python]) for python in PYTHONS]
        lines.append(
            f"{kind:14}" + "".join(f"{each:>13}" for each in columns) + f"{_shown(row):>16}"
        )
    return "\n".join(lines)


def _shown(chosen: list[Cell]) -> str:
    failing, found, blamed, _ = score(chosen)
    return f"{found}/{failing} +{blamed}"


def misses(found: Iterable[Cell]) -> Iterator[str]:
    """What the scanner did not see, and what it blamed though it works, a line for a snippet."""
    lines: dict[str, tuple[list[str], list[str]]] = {}
    for cell in found:
        if cell.fails != cell.said:
            lines.setdefault(cell.snippet.name, ([], []))[cell.said].append(cell.python)
    for name, (unseen, blamed) in lines.items():
        yield f"{name}: " + "; ".join(
            f"{word} on {' '.join(pythons)}"
            for word, pythons in (("not seen", unseen), ("blamed", blamed))
            if pythons
        )

"""Syntax that not every Python has, as data: what it is called, and which Pythons take it."""

import functools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from pylife.source.scanner.text import Text
from pylife.source.scanner.versions import mask, parse

DATA = Path(__file__).resolve().parents[2] / "data"


class Feature(NamedTuple):
    """One piece of syntax; `present` is the set of Pythons that compile it."""

    what: str
    present: int
    deprecated: tuple[int, int] | None
    note: str


class SyntaxUse(NamedTuple):
    """One place that uses such syntax; line and column count from 1, columns in characters."""

    line: int
    column: int
    what: str
    present: int
    deprecated: tuple[int, int] | None
    removal: tuple[int, int] | None
    note: str


@functools.cache
def features() -> dict[str, Feature]:
    """All features by name."""
    rows = json.loads((DATA / "syntax.json").read_text(encoding="utf-8"))["features"]
    return {
        name: Feature(
            row["what"],
            these(row["present"]),
            parse(row["deprecated"]) if "deprecated" in row else None,
            row["note"],
        )
        for name, row in rows.items()
    }


def these(names: list[str]) -> int:
    """A set of Pythons from their names."""
    return mask([parse(name) for name in names])


def use(name: str, line: int, column: int) -> SyntaxUse:
    """A use of the feature of that name."""
    feature = features()[name]
    return SyntaxUse(
        line, column, feature.what, feature.present, feature.deprecated, None, feature.note
    )


def found_at(name: str, node: Any, text: Text) -> SyntaxUse:
    """A use of the feature of that name where a node begins."""
    return use(name, node.lineno, text.column(node.lineno, node.col_offset))


Handler = Callable[[Any, Text], Iterable[SyntaxUse]]

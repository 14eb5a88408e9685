"""Make `pylife/data/whatsnew.toml` from the hand-kept `tools/sources/whatsnew.toml`.

    python tools/refresh_whatsnew.py [--check]

`--check` writes nothing and exits 1 where the shipped file differs. What the
examples of the source say under real interpreters is tested by the tests.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "whatsnew.toml"
TARGET = HERE.parent / "pylife" / "data" / "whatsnew.toml"


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = render(tomllib.loads(SOURCE.read_text(encoding="utf-8")))
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its source gives: run {Path(__file__).name}")
    return 1


def render(sources: dict[str, Any]) -> str:
    """The text of whatsnew.toml; raises ValueError for a row that is not complete."""
    day = sources["snapshot"]["date"]
    head = "# Made by tools/refresh_whatsnew.py; edit its source, not this file."
    blocks = [f'{head}\nschema = "pylife/whatsnew/1"\nsnapshot = {day}\n']
    for row in sorted(rows(sources), key=_order):
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()]
        blocks.append("\n".join(["[[change]]", *lines, f"date = {day}"]) + "\n")
    return "\n".join(blocks)


def rows(sources: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Each change as `since`, `what`, `use`, `pattern` and `source`."""
    for kind in ("module", "attribute", "member", "message"):
        for row in sources[kind]:
            since = row["since"]
            if re.fullmatch(r"3\.\d+", since) is None:
                raise ValueError(f"{since!r} is no Python")
            pattern = _pattern(kind, row)
            re.compile(pattern)
            yield {
                "since": since,
                "what": row.get("what") or f"{_names(kind, row)} removed",
                "use": row["use"],
                "pattern": pattern,
                "source": f"docs.python.org, What's New In Python {since}, {row['section']}",
            }


def examples(sources: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """(`since`, code, whether it is sure to work before) of each row, to be run."""
    for kind in ("module", "attribute", "member", "message"):
        for row in sources[kind]:
            codes = [row["example"]] if "example" in row else []
            if not codes and kind == "module":
                codes = [f"import {name}" for name in row["names"]]
            if not codes and kind == "attribute":
                codes = [f"import {row['of']}; {row['of']}.{name}" for name in row["names"]]
                codes.append(f"from {row['of']} import {row['names'][0]}")
            for code in codes:
                yield row["since"], code.strip(), not (row.get("bundled") or row.get("optional"))


def _pattern(kind: str, row: dict[str, Any]) -> str:
    if kind == "message":
        return str(row["pattern"])
    names = "|".join(map(re.escape, row["names"]))
    match kind:
        case "module":
            return rf"No module named '(?P<name>{names})(?:\.[\w.]*)?'"
        case "attribute":
            of = re.escape(row["of"])
            return (
                rf"module '{of}' has no attribute '(?P<name>{names})'"
                rf"|cannot import name '(?P<again>{names})' from '{of}'"
            )
        case _:
            # Classes are in the message by their name, instances as objects.
            return rf"'(?:{row['of']})' (?:object )?has no attribute '(?P<name>{names})'"


def _names(kind: str, row: dict[str, Any]) -> str:
    prefix = "" if kind == "module" else f"{row['of'].partition('|')[0]}."
    prefix = re.sub(r"[^\w.]|\(\?:.*?\)\??", "", prefix)
    names = [prefix + name for name in row["names"]]
    if len(names) == 1:
        return f"{names[0]} was"
    # The message says which one it was.
    return "{prefix}{name} was".replace("{prefix}", prefix)


def _order(row: dict[str, str]) -> tuple[int, str, str]:
    return (int(row["since"].partition(".")[2]), row["what"], row["pattern"])


if __name__ == "__main__":
    sys.exit(main())

"""Make `pylife/data/platforms.toml` from the hand-kept `tools/sources/platforms.toml`.

    python tools/refresh_platforms.py [--check]

`--check` writes nothing and exits 1 where the shipped file differs.
"""

import argparse
import datetime as dt
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "platforms.toml"
TARGET = HERE.parent / "pylife" / "data" / "platforms.toml"

HEAD = "# Made by tools/refresh_platforms.py; edit its source, not this file."
EVENTS = ("deprecated", "blocked", "eol")


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
    """The text of platforms.toml; raises ValueError for a row that is none, or one twice."""
    tables = _unique(_platforms(sources), "the list of platforms")
    head = f'{HEAD}\nschema = "pylife/platforms/1"\nsnapshot = {sources["snapshot"]["date"]}\n'
    dependencies = sorted(sources["dependency"], key=lambda table: table["name"])
    blocks = [head, *(tables[name] for name in sorted(tables)), *map(_dependency, dependencies)]
    return "\n".join(blocks)


def _platforms(sources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for table in sources["runtime"]:
        yield table["name"], _runtime(table)
    for table in sources["releases"]:
        for row in table["rows"]:
            name = f"{table['name']}-{row['version']}"
            yield name, _release(name, table, row)


def _runtime(table: dict[str, Any]) -> str:
    keys = {"title": table["title"], "runtime": table["runtime"], "images": table["images"]}
    if "blocked-means" in table:
        keys["blocked-means"] = table["blocked-means"]
    rows = _unique(((row["python"], _dates(row)) for row in table["rows"]), table["name"])
    lines = [f"[platform.{table['name']}]", *_lines(keys), *_origin(table)]
    for python in sorted(rows, key=_number):
        dates = ", ".join(f'{event} = "{text}"' for event, text in rows[_python(python)].items())
        lines.append(f'python."{python}" = {{ {dates} }}')
    return "\n".join(lines) + "\n"


def _release(name: str, table: dict[str, Any], row: dict[str, Any]) -> str:
    keys = {"title": f"{table['title']} {row['version']}"}
    if "python" in row:
        keys["has"] = _python(row["python"])
    if "images" in row:
        keys["images"] = row["images"]
    return "\n".join(
        [f'[platform."{name}"]', *_lines({**keys, **_dates(row)}), *_origin(table), ""]
    )


def _dependency(table: dict[str, Any]) -> str:
    rows = _unique(table["rows"], table["name"])
    pairs = [f'"{version}" = "{_date(rows[version])}"' for version in sorted(rows, key=_number)]
    lines = [f"[dependency.{table['name']}]", f'title = "{table["title"]}"', *_origin(table)]
    return "\n".join([*lines, f"eol = {{ {', '.join(pairs)} }}"]) + "\n"


def _unique(rows: Iterable[Any], name: str) -> dict[str, Any]:
    found = list(rows)
    if len(dict(found)) != len(found):
        raise ValueError(f"{name} has a row twice")
    return dict(found)


def _dates(row: dict[str, Any]) -> dict[str, str]:
    """The dates of a row; they come one after the other."""
    found = {event: _date(row[event]) for event in EVENTS if event in row}
    if not found or list(found.values()) != sorted(found.values()):
        raise ValueError(f"{row}: no dates, or not in order")
    return found


def _date(text: str) -> str:
    """The text of a day or month; raises ValueError for anything else."""
    dt.date.fromisoformat(text if len(text) > len("2026-10") else f"{text}-01")
    return text


def _python(text: str) -> str:
    if re.fullmatch(r"[23]\.\d+", text) is None:
        raise ValueError(f"{text!r} is no Python")
    return text


def _number(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]


def _lines(keys: dict[str, Any]) -> list[str]:
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]


def _origin(table: dict[str, Any]) -> list[str]:
    return [
        f"source = {json.dumps(table['source'], ensure_ascii=False)}",
        f"date = {table['date']}",
    ]


if __name__ == "__main__":
    sys.exit(main())

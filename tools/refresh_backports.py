"""Make `pylife/data/backports.toml`: what brings newer standard modules to older Pythons.

    python tools/refresh_backports.py [--check | --measure PYTHON...]

It is made from two files in `tools/sources/`: `backports.toml` is kept by hand, and
`backports-names.toml` says which names of typing_extensions the standard library has, since
which Python, and since which Python both are one object. `--measure` makes that anew with
the interpreters PYTHON, one for each feature release, each of which must have
typing_extensions installed. `--check` writes nothing and exits 1 where the shipped file
differs.
"""

import argparse
import datetime as dt
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "backports.toml"
NAMES = HERE / "sources" / "backports-names.toml"
TARGET = HERE.parent / "pylife" / "data" / "backports.toml"

HEAD = "# Made by tools/refresh_backports.py; edit its sources, not this file."
MODULES = (
    "typing", "collections.abc", "types", "warnings", "annotationlib", "inspect", "io",
    "builtins",
)  # fmt: skip
"""Where a name of typing_extensions may have its home, the likeliest first."""

PROBE = """
import importlib, importlib.metadata, json, sys, typing_extensions
found = {}
for name in typing_extensions.__all__:
    found[name] = {}
    for module in sys.argv[1:]:
        try:
            there = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
        found[name][module] = there is getattr(typing_extensions, name)
version = importlib.metadata.version("typing_extensions")
print(json.dumps(["%d.%d" % sys.version_info[:2], version, found]))
"""


class Probe(NamedTuple):
    """What one interpreter says: its names with the modules that have them, the same or not."""

    python: str
    version: str
    names: dict[str, dict[str, bool]]


def main() -> int:
    """Write or check the files; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--measure", nargs="+", metavar="PYTHON")
    options = parser.parse_args()
    if options.measure:
        today = dt.datetime.now(tz=dt.UTC).date()
        NAMES.write_text(measured([probe(python) for python in options.measure], today), "utf-8")
    text = render(
        tomllib.loads(SOURCE.read_text(encoding="utf-8")),
        tomllib.loads(NAMES.read_text(encoding="utf-8")),
    )
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its sources give: run {Path(__file__).name}")
    return 1


def probe(python: str) -> Probe:
    """Ask one interpreter."""
    ran = subprocess.run(
        [python, "-I", "-W", "ignore", "-c", PROBE, *MODULES],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Probe(*json.loads(ran.stdout))


def measured(probes: Sequence[Probe], day: dt.date) -> str:
    """The text of backports-names.toml."""
    ordered = sorted(probes, key=lambda item: number(item.python))
    lines = [
        "# Which names of typing_extensions the standard library has: since when, and since when",
        "# it is the very same object. Made by `tools/refresh_backports.py --measure`, in:",
        *(f"# Python {item.python} with typing_extensions {item.version}" for item in ordered),
        f"date = {day}",
        "",
        "[names]",
    ]
    for name in sorted({name for item in ordered for name in item.names}):
        row = home(name, ordered)
        if row:
            lines.append(f"{name} = {row}")
    return "\n".join(lines) + "\n"


def home(name: str, probes: Sequence[Probe]) -> str:
    """Where the standard library has `name`, since when, and since when the same; else empty."""
    for item in probes:
        module = next((one for one in MODULES if one in item.names.get(name, {})), None)
        if module is not None:
            break
    else:
        return ""
    # The same from a Python on, and on all that follow and still have it.
    same = ""
    for later in reversed(probes):
        if name in later.names:
            if not later.names[name].get(module):
                break
            same = later.python
    row = f'{{ standard = "{module}.{name}", since = "{item.python}"'
    return row + (f', same = "{same}" }}' if same else " }")


def render(sources: dict[str, Any], names: dict[str, Any]) -> str:
    """The text of backports.toml; raises ValueError for a row that is none, or one twice."""
    snapshot = max(sources["snapshot"]["date"], names["date"])
    blocks = [f'{HEAD}\nschema = "pylife/backports/1"\nsnapshot = {snapshot}\n']
    blocks += _unique(map(_backport, sources["backport"]))
    blocks += _unique(map(_returned, sources["returned"]))
    lines = [
        f"{name} = {{ "
        + ", ".join(f"{key} = {_text(value)}" for key, value in _checked(row).items())
        + " }"
        for name, row in sorted(names["names"].items())
    ]
    blocks.append("\n".join(["[backport.typing-extensions.names]", *lines]) + "\n")
    return "\n".join(blocks)


def _backport(row: dict[str, Any]) -> str:
    lines = [f"import = {_text(row['import'])}", f"standard = {_text(row['standard'])}"]
    lines.append(f"since = {_text(_checked(row)['since'])}")
    if row.get("ahead"):
        lines.append("ahead = true")
    return _table(f"backport.{row['distribution']}", lines, row)


def _returned(row: dict[str, Any]) -> str:
    number(row["gone"])
    lines = [f"imports = {json.dumps(row['imports'])}", f"gone = {_text(row['gone'])}"]
    return _table(f"returned.{row['distribution']}", lines, row)


def _table(name: str, lines: list[str], row: dict[str, Any]) -> str:
    if re.fullmatch(r"[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*", name) is None:
        raise ValueError(f"{name}: the name of a distribution is to be normalised")
    origin = [f"source = {_text(row['source'])}", f"date = {row['date']}"]
    return "\n".join([f"[{name}]", *lines, *origin]) + "\n"


def _unique(blocks: Any) -> list[str]:
    found = sorted(blocks)
    heads = [block.split("\n")[0] for block in found]
    if len(set(heads)) != len(heads):
        raise ValueError("a distribution has two rows")
    return found


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    for key in ("since", "same"):
        if key in row:
            number(row[key])
    return row


def number(python: str) -> tuple[int, ...]:
    """`3.11` as (3, 11); raises ValueError for what is no Python."""
    if re.fullmatch(r"[23]\.\d+", python) is None:
        raise ValueError(f"{python!r} is no Python")
    return tuple(int(part) for part in python.split("."))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())

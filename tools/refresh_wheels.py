"""Make `pylife/data/wheels.toml` from the hand-kept `tools/sources/wheels.toml`.

    python tools/refresh_wheels.py [--check] [--uv]

`--check` writes nothing and exits 1 where the shipped file differs. `--uv` asks the installed
uv for which targets it knows, and says what the source does not have of them.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "wheels.toml"
TARGET = HERE.parent / "pylife" / "data" / "wheels.toml"
FAMILIES = {"glibc", "musl", "macos", "windows"}


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--uv", action="store_true")
    options = parser.parse_args()
    source = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    if options.uv:
        return _compare(source)
    text = render(source)
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its source gives: run {Path(__file__).name}")
    return 1


def render(source: dict[str, Any]) -> str:
    """The text of wheels.toml; raises ValueError for a row that is not complete."""
    named = source["sources"]
    lines = [
        "# Made by tools/refresh_wheels.py; edit its source, not this file.",
        'schema = "pylife/wheels/1"',
        f"snapshot = {source['snapshot']}",
    ]
    for name in ("glibc", "uv"):
        lines += ["", f"[{name}]", *_rows(source[name], named)]
    for row in sorted(source["platform"], key=lambda row: str(row["name"])):
        if row["family"] not in FAMILIES or not row["uv"]:
            raise ValueError(f"{row['name']}: no such family, or nothing of uv's")
        lines += ["", f"[platform.{row['name']}]"]
        lines += _rows({key: value for key, value in row.items() if key != "name"}, named)
    return "\n".join(lines) + "\n"


def _rows(table: dict[str, Any], named: dict[str, str]) -> list[str]:
    told = {**table, "source": named[table["source"]]}
    return [f"{key} = {_value(value)}" for key, value in told.items()]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (str, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _compare(source: dict[str, Any]) -> int:
    told = subprocess.run(
        ["uv", "help", "pip", "compile"], capture_output=True, text=True, check=True
    ).stdout
    block = told.partition("--python-platform")[2].partition("--universal")[0]
    names = set(re.findall(r"^ +- ([a-z0-9_-]+):", block, re.M))
    known = {name for row in source["platform"] for name in row["uv"]}
    known |= {
        f"{arch}-manylinux_{version.replace('.', '_')}"
        for arch in source["glibc"]["oldest"]
        for version in source["uv"]["glibc"]
    }
    for name in sorted(known - names):
        print(f"uv does not know {name}")
    for name in sorted(names - known):
        print(f"not in the source: {name}")
    return 1 if known - names else 0


if __name__ == "__main__":
    sys.exit(main())

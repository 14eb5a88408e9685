"""Make `pylife/data/runtimes.toml` from the hand-kept `tools/sources/runtimes.toml`.

    python tools/refresh_runtimes.py [--check]

`--check` writes nothing and exits 1 where the shipped file differs.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "runtimes.toml"
TARGET = HERE.parent / "pylife" / "data" / "runtimes.toml"


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = render(tomllib.loads(SOURCE.read_text(encoding="utf-8")))
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its source gives: run {Path(__file__).name}")
    return 1


def render(sources: dict[str, Any]) -> str:
    """The text of runtimes.toml; raises ValueError for a row that is none, or a runtime twice."""
    lines = [
        "# Made by tools/refresh_runtimes.py; edit its source, not this file.",
        'schema = "pylife/runtimes/1"',
        f"checked = {sources['checked']}",
    ]
    for name, table in sorted(sources["table"].items()):
        rows = {key: (python, source) for key, python, source in table["python"]}
        if len(rows) != len(table["python"]):
            raise ValueError(f"{name} names a runtime twice")
        lines += ["", f"[table.{name}]", f'title = "{table["title"]}"']
        lines += [f'source = "{table["source"]}"', f'url = "{table["url"]}"']
        lines += ["", f"[table.{name}.python]"]
        for key in sorted(rows, key=lambda text: [int(part) for part in text.split(".")]):
            python, source = rows[key]
            if re.fullmatch(r"3\.\d+", python) is None:
                raise ValueError(f"{name}: {python!r} is no Python")
            lines.append(f'"{key}" = "{python}"  # {source}')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())

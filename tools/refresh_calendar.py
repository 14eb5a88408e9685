"""Make `pylife/data/calendar.toml` from the release data of python/peps.

    python tools/refresh_calendar.py [--peps python-releases.toml] [--check]

`--peps` is a newer copy of release_management/python-releases.toml (CC0); without
it the extract in `tools/sources/` is used. `tools/sources/calendar-corrections.toml`
holds what other sources say. `--check` writes nothing and exits 1 where the
shipped file differs.
"""

import argparse
import datetime as dt
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "pylife" / "data" / "calendar.toml"
EVENTS = {
    "feature-freeze": "beta1",
    "first-release": "release",
    "end-of-bugfix": "bugfix_end",
    "end-of-life": "eol",
}


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peps", type=Path, default=HERE / "sources" / "python-releases.toml")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    peps = tomllib.loads(options.peps.read_text(encoding="utf-8"))
    corrections = tomllib.loads(
        (HERE / "sources" / "calendar-corrections.toml").read_text(encoding="utf-8")
    )
    text = render(peps, corrections)
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its sources give: run {Path(__file__).name}")
    return 1


def render(peps: dict[str, Any], corrections: dict[str, Any]) -> str:
    """The text of calendar.toml."""
    snapshot: dt.date = corrections["snapshot"]["date"]
    merged: dict[str, dict[str, tuple[dt.date, str]]] = {}
    for version, table in peps["metadata"].items():
        if version[0] == "3":
            merged[version] = {
                event: (table[event], f"PEP {table['pep']}") for event in EVENTS if event in table
            }
    for version, table in corrections["python"].items():
        for event in EVENTS:
            if event in table:
                merged.setdefault(version, {})[event] = (table[event], table["source"])
    lines = [
        "# Made by tools/refresh_calendar.py; edit its sources, not this file.",
        "# Source: python/peps, release_management/python-releases.toml (CC0-1.0),",
        "# with tools/sources/calendar-corrections.toml.",
        'schema = "pylife/calendar/1"',
        f"snapshot = {snapshot}",
    ]
    for version in sorted(merged, key=lambda text: [int(part) for part in text.split(".")]):
        lines += ["", f'[python."{version}"]']
        for event, name in EVENTS.items():
            if event in merged[version]:
                lines.append(f"{name} = {entry(*merged[version][event], event, snapshot)}")
    for row in corrections["disagreement"]:
        lines += ["", "[[disagreement]]", f'python = "{row["python"]}"']
        lines += [f'event = "{EVENTS[row["event"]]}"', f"date = {row['date']}"]
        lines.append(f'source = "{row["source"]}"')
    return "\n".join(lines) + "\n"


def entry(date: dt.date, source: str, event: str, snapshot: dt.date) -> str:
    """One date as an inline table: precision, actual or expected, and source."""
    # The release PEPs give an end of life that lies ahead as a month only.
    month = event == "end-of-life" and date.day == 1 and date > snapshot
    shown = f'"{date:%Y-%m}"' if month else str(date)
    state = "actual" if date <= snapshot else "expected"
    return f'{{ date = {shown}, state = "{state}", source = "{source}" }}'


if __name__ == "__main__":
    sys.exit(main())

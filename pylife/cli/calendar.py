"""`pylife calendar`: the CPython release calendar on a day."""

import datetime as dt
import json
from pathlib import Path

import click

from pylife import calendar
from pylife.cli import options

SCHEMA = "pylife/calendar/1"


@click.command("calendar")
@options.as_of()
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
def command(*, as_of: dt.date, format_name: str, output: Path | None) -> int:
    """Show each Python's phase on a day, and its dates with their precision."""
    known = calendar.load()
    if format_name == "json":
        document = {
            "schema": SCHEMA,
            "as_of": as_of.isoformat(),
            "snapshot": known.snapshot.isoformat(),
            "pythons": {
                str(version): {
                    "phase": release.phase(as_of).value,
                    **{
                        event: None
                        if (date := release.date(event)) is None
                        else {"date": str(date), "expected": date.expected, "source": date.source}
                        for event in calendar.EVENTS
                    },
                }
                for version, release in known.releases.items()
            },
        }
        options.write(json.dumps(document, indent=2) + "\n", output)
        return 0
    lines = [f"{'':7}{'phase':13}{'beta 1':12}{'release':12}{'bugfix ends':13}end of life"]
    for version, release in known.releases.items():
        dates = [_shown(release.date(event)) for event in calendar.EVENTS]
        lines.append(
            f"{version!s:7}{release.phase(as_of):13}{dates[0]:12}{dates[1]:12}{dates[2]:13}{dates[3]}".rstrip()
        )
    lines.append(f"as of {as_of}; data of {known.snapshot}; * expected")
    options.write("\n".join(lines) + "\n", output)
    return 0


def _shown(date: calendar.Dated | None) -> str:
    return "-" if date is None else f"{date!s:10}{'*' if date.expected else ''}"

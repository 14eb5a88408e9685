"""`pylife calendar`: CPython's release calendar, or an organisation's own dates."""

import datetime as dt
import json
from pathlib import Path

import click

from pylife import calendar
from pylife.cli import options
from pylife.errors import ExitCode, UsageError, combine
from pylife.model import Kind

SCHEMA = "pylife/calendar/1"


@click.command("calendar")
@options.paths()
@options.as_of()
@click.option(
    "--policy", "policy_name", metavar="NAME|FILE",
    help="The dates of this policy, whatever the configuration says.",
)  # fmt: skip
@click.option("--until", metavar="DATE", help="List dates up to this day.")
@click.option("--horizon", metavar="P2Y", help="List dates for this time (default: P2Y).")
@click.option("--owner", metavar="NAME", help="Only projects of this owner (may be a pattern).")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Only such projects.")
@click.option("--project", metavar="NAME", help="Only this project (may be a pattern).")
@click.option("--format", "format_name", type=click.Choice(["text", "json", "ics"]), default="text")
@click.option("--alarms", is_flag=True, help="With ics: remind when the policy begins to warn.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@options.state()
@options.common()
def command(
    *, paths: tuple[Path, ...], as_of: dt.date, policy_name: str | None, until: str | None,
    horizon: str | None, owner: str | None, kind: str | None, project: str | None,
    format_name: str, alarms: bool, output: Path | None, state_path: Path | None, quiet: bool,
    verbose: bool, color: str, offline: bool,  # noqa: ARG001
) -> int:  # fmt: skip
    """Show the organisation's dates for the projects at PATH: what is to be done by when.

    Without PATH, show CPython's calendar: each Python's phase and its dates. Reads only;
    executes nothing of what it reads, and needs no network. With -q, only what is overdue;
    with -v, each date by itself, with the rule that sets it.
    """
    if alarms and format_name != "ics":
        raise UsageError("--alarms goes with --format ics")
    if not paths:
        if format_name == "ics" or any((policy_name, until, horizon, owner, kind, project)):
            raise UsageError(
                "without PATH, only CPython's own calendar is shown",
                help="name the fleet's folder, for example: pylife calendar .",
            )
        options.write(_cpython(as_of, format_name), output)
        return ExitCode.OK
    last = _until(as_of, until, horizon)

    from pylife.workflow import dates, read

    scan = read.scan(
        paths, as_of=as_of, policy_name=policy_name,
        cache=options.state_of(paths, state_path) / "repositories",
    )  # fmt: skip
    scan = dates.chosen(scan, owner=owner, kind=kind, project=project)
    if not scan.reads:
        raise UsageError(
            "no project is such", help="see --owner, --kind and --project, and pylife.toml"
        )
    found = dates.entries(scan, last)
    if format_name == "json":
        from pylife.workflow.dates.document import document

        text = json.dumps(document(scan, last, found), indent=2, ensure_ascii=False) + "\n"
    elif format_name == "ics":
        from pylife.workflow.dates import ics

        some = ", ".join(part for part in (project, kind, owner) if part)
        name = f"{scan.fleet.name}: Python dates" + (f" ({some})" if some else "")
        text = ics.feed(name, found, as_of, alarms=alarms)
    else:
        from pylife.cli.dates import Style, render

        text = render(
            scan, last, found,
            Style(options.width(), output is None and options.colored(color), verbose, quiet),
        )  # fmt: skip
    options.write(text, output)
    return _exit_code({item.status for item in scan.reads})


def _exit_code(statuses: set[str]) -> ExitCode:
    """What could not be looked at counts; what is overdue is for `pylife check` to say."""
    codes = {ExitCode.OK}
    if not statuses & {"checked", "incomplete"}:
        codes.add(ExitCode.INCOMPLETE if "error" in statuses else ExitCode.NOTHING)
    if statuses & {"incomplete", "error"}:
        codes.add(ExitCode.INCOMPLETE)
    return combine(codes)


def _until(as_of: dt.date, until: str | None, horizon: str | None) -> dt.date:
    if until and horizon:
        raise UsageError("--until and --horizon say the same: give one of them")
    if not until:
        return options.horizon(horizon or "P2Y", as_of)
    last = calendar.parse_day(until)
    if last < as_of:
        raise UsageError(f"--until {last} is before {as_of}", help="see --as-of")
    return last


def _cpython(as_of: dt.date, format_name: str) -> str:
    """CPython's own calendar as text or as `pylife/calendar/1`."""
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
        return json.dumps(document, indent=2) + "\n"
    lines = [f"{'':7}{'phase':13}{'beta 1':12}{'release':12}{'bugfix ends':13}end of life"]
    for version, release in known.releases.items():
        dates = [_shown(release.date(event)) for event in calendar.EVENTS]
        lines.append(
            f"{version!s:7}{release.phase(as_of):13}{dates[0]:12}{dates[1]:12}{dates[2]:13}{dates[3]}".rstrip()
        )
    lines.append(f"as of {as_of}; data of {known.snapshot}; * expected")
    return "\n".join(lines) + "\n"


def _shown(date: calendar.Dated | None) -> str:
    return "-" if date is None else f"{date!s:10}{'*' if date.expected else ''}"

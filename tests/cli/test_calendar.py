"""`pylife calendar`: CPython's dates, and an organisation's own as text, JSON and iCalendar."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import icalendar
import jsonschema
import pytest

from pylife import resources
from pylife.cli.dates import Style, render
from pylife.workflow import dates
from pylife.workflow.dates import DateKind
from pylife.workflow.read import scan
from tests.conftest import AS_OF, ROOT, MakeTree, Pylife

EXAMPLE = ROOT / "examples" / "platform"
SCHEMA = json.loads(resources.data("dates.schema.json").read_text(encoding="utf-8"))


def project(name: str = "one", range_: str = ">=3.10") -> dict[str, str]:
    text = f'[project]\nname = "{name}"\nrequires-python = "{range_}"\n'
    return {f"{name}/pyproject.toml": text}


def fleet(*tables: str, name: str = "fleet") -> dict[str, str]:
    return {"pylife.toml": f'[fleet]\nname = "{name}"\n' + "".join(tables)}


# Without PATH: CPython's own.


def test_cpython_as_text(pylife: Pylife) -> None:
    ran = pylife("calendar", "--as-of", AS_OF)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].split() == [
        "phase",
        "beta",
        "1",
        "release",
        "bugfix",
        "ends",
        "end",
        "of",
        "life",
    ]
    assert "3.10   end-of-life  2021-05-03  2021-10-04  2023-04-05   2026-10   *" in lines
    assert lines[-1] == "as of 2026-11-21; data of 2026-08-22; * expected"


def test_cpython_as_json(pylife: Pylife) -> None:
    ran = pylife("calendar", "--as-of", AS_OF, "--format", "json")
    document = json.loads(ran.out)
    assert list(document) == ["schema", "as_of", "snapshot", "pythons"]
    assert document["schema"] == "pylife/calendar/1"
    assert document["pythons"]["3.10"]["phase"] == "end-of-life"
    assert document["pythons"]["3.10"]["eol"] == {
        "date": "2026-10", "expected": True, "source": "PEP 619",
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "ics"],
        ["--policy", "upstream"],
        ["--until", "2027-01-01"],
        ["--horizon", "P1Y"],
        ["--owner", "a"],
        ["--kind", "library"],
        ["--project", "a"],
    ],
)
def test_what_needs_a_path_says_so(pylife: Pylife, arguments: list[str]) -> None:
    ran = pylife("calendar", *arguments)
    assert ran.code == 2
    assert "pylife calendar ." in ran.err


# With PATH: the organisation's.


# Made by: pylife calendar examples/platform --as-of 2026-11-21 --until 2027-10-31
def test_as_text(pylife: Pylife) -> None:
    ran = pylife("calendar", EXAMPLE, "--as-of", AS_OF, "--until", "2027-10-31")
    assert ran.code == 0
    assert ran.out == (Path(__file__).parent / "calendar.txt").read_text(encoding="utf-8")


def test_each_date_by_itself_with_its_rule(pylife: Pylife) -> None:
    ran = pylife("calendar", EXAMPLE, "--as-of", AS_OF, "--until", "2027-01-31", "-v")
    assert "nw-legacy-metrics     raise the floor above 3.8 (>=3.8 covers it)\n" in ran.out
    assert "let the range begin with >=3.11; end of life + P3M, to the month end\n" in ran.out
    assert "7 projects" not in ran.out


def test_quiet_says_what_is_overdue(pylife: Pylife) -> None:
    ran = pylife("calendar", EXAMPLE, "--as-of", AS_OF, "-q")
    headings = [line for line in ran.out.splitlines() if line and not line.startswith(" ")]
    assert headings[0] == "overdue on 2026-11-21"
    assert re.match(r"9 projects: \d+ dates overdue, \d+ to come; ", headings[1])
    assert len(headings) == 2


def rendered(style: Style) -> str:
    day, until = dt.date(2026, 11, 21), dt.date(2028, 11, 21)
    read = scan([EXAMPLE], as_of=day, policy_name=None, cache=EXAMPLE / ".none")
    return render(read, until, dates.entries(read, until), style)


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_lines_are_as_wide_as_the_terminal(columns: int) -> None:
    text = rendered(Style(width=columns))
    rows = [line for line in text.splitlines() if line.startswith("  ")]
    # A path is never broken, so that it can be copied.
    long = "(src/nw_training_pipeline/pipeline.py:10"
    assert all(len(row) <= columns or row.endswith(long) for row in rows)
    words = " ".join(text.split())
    assert words.count(long) == 1
    assert words.count("raise the floor above 3.10: nw-client, nw-config, nw-core,") == 1


def test_color_is_asked_for() -> None:
    bare, painted = rendered(Style()), rendered(Style(color=True))
    assert "\033[1m2027-01\033[0m" in painted
    assert re.sub(r"\033\[\d*m", "", painted) == bare


def test_a_name_does_not_drive_the_terminal(pylife: Pylife, tree: MakeTree) -> None:
    root = tree(fleet('[[project]]\npath = "one"\nowner = "a"\n', name="a\\u001b[31mb") | project())
    ran = pylife("calendar", root, "--as-of", AS_OF)
    assert "\033" not in ran.out
    assert "a\\x1b[31mb: dates from" in ran.out


def test_many_projects_are_one_line(pylife: Pylife, tree: MakeTree) -> None:
    files = {k: v for n in range(12) for k, v in project(f"p{n:02}").items()}
    files |= project("other", ">=3.11,<3.14")
    ran = pylife("calendar", tree(files), "--as-of", "2026-08-22", "--until", "2026-10-31")
    assert (
        "12 projects      raise the floor above 3.10: p00, p01, p02, p03, p04, p05 and 6 more"
        in ran.out
    )
    (tree({}) / "other" / "pyproject.toml").unlink()
    again = pylife("calendar", tree({}), "--as-of", "2026-08-22", "--until", "2026-10-31")
    assert "all 12 projects  raise the floor above 3.10\n" in again.out


def test_counts_agree_in_number(pylife: Pylife, tree: MakeTree) -> None:
    ran = pylife("calendar", tree(project()), "--as-of", AS_OF, "--until", AS_OF)
    assert ran.out.splitlines()[-1].startswith(
        "1 project: 1 date overdue, 0 to come (as of 2026-11-21;"
    )


def test_output_goes_to_a_file(pylife: Pylife, tmp_path: Path) -> None:
    file = tmp_path / "dates.ics"
    ran = pylife("calendar", EXAMPLE, "--as-of", AS_OF, "--format", "ics", "--output", file)
    assert (ran.code, ran.out) == (0, "")
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--until", "2026-11-20"], "is before 2026-11-21"),
        (["--until", "soon"], "is no date"),
        (["--until", "2027-01-01", "--horizon", "P1Y"], "give one of them"),
        (["--horizon", "2"], "--horizon"),
        (["--horizon", "-P1Y"], "--horizon"),
        (["--alarms"], "--format ics"),
        (["--owner", "nobody"], "no project"),
        (["--kind", "elephant"], "elephant"),
        (["--policy", "nowhere"], "no policy 'nowhere'"),
    ],
)
def test_wrong_arguments(pylife: Pylife, arguments: list[str], says: str) -> None:
    ran = pylife("calendar", EXAMPLE, "--as-of", AS_OF, *arguments)
    assert ran.code == 2
    assert says in ran.err


def test_exit_codes(pylife: Pylife, tree: MakeTree) -> None:
    root = tree(fleet('[[project]]\npath = "one"\n', '[[project]]\npath = "gone"\n') | project())
    ran = pylife("calendar", root, "--as-of", AS_OF)
    assert ran.code == 4, "one could not be had"
    assert "1 could not be had" in ran.out
    assert re.search(r"^not known\n  gone +\S", ran.out, re.M)
    assert pylife("calendar", root, "--as-of", AS_OF, "--project", "gone").code == 4
    assert pylife("calendar", EXAMPLE, "--as-of", AS_OF, "--project", "nw-old-sdk").code == 3


# As JSON.


def test_json_follows_its_schema(pylife: Pylife) -> None:
    ran = pylife("calendar", EXAMPLE, "--as-of", AS_OF, "--format", "json")
    document = json.loads(ran.out)
    jsonschema.Draft7Validator(SCHEMA).validate(document)
    assert document["schema"] == "pylife/dates/1"
    overdue = [item for item in document["dates"] if item["overdue"]]
    assert document["dates"][: len(overdue)] == overdue, "what is overdue comes first"
    assert document["summary"] == {
        "projects": 10, "dates": len(document["dates"]), "overdue": len(overdue),
    }  # fmt: skip
    assert len(overdue) >= 8
    (one,) = [
        item
        for item in document["dates"]
        if item["project"] == "nw-features" and item["kind"] == "runtime-end-of-life"
    ]
    assert one | {"uid": ""} == {
        "uid": "",
        "date": "2027-10",
        "first": "2027-10-01",
        "last": "2027-10-31",
        "expected": True,
        "overdue": False,
        "warned": "2027-08-02",
        "kind": "runtime-end-of-life",
        "project": "nw-features",
        "policy": "platform",
        "python": "3.11",
        "subject": "3.11",
        "text": "end of life of the runtime 3.11"
        " (.python-version:1; the policy drops it on 2028-01-31)",
        "help": "move to a newer Python than 3.11",
        "rule": "PEP 664",
        "file": "nw-features/.python-version",
        "line": 1,
    }
    names = {item["name"]: item for item in document["projects"]}
    assert names["nw-notebooks"]["unknown"] == ["it declares no range"]
    assert names["nw-old-sdk"]["status"] == "excluded"


def test_the_schema_knows_all_kinds_and_no_more(pylife: Pylife) -> None:
    definition = SCHEMA["definitions"]["date"]["properties"]["kind"]
    assert definition["enum"] == [kind.value for kind in DateKind]
    ran = pylife("calendar", EXAMPLE, "--as-of", AS_OF, "--format", "json")
    document = json.loads(ran.out)
    document["dates"][0]["kind"] = "party"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(SCHEMA).validate(document)


# As iCalendar (RFC 5545).


def parse(data: str | bytes) -> Any:
    """By the library; its types know nothing of what an event must have."""
    return icalendar.Calendar.from_ical(data)


def feed(pylife: Pylife, *arguments: str | Path) -> str:
    ran = pylife("calendar", *arguments, "--format", "ics")
    assert ran.code == 0, ran.err
    return ran.out


def raw(pylife: Pylife, tmp_path: Path, *arguments: str | Path) -> bytes:
    file = tmp_path / "feed.ics"
    ran = pylife("calendar", *arguments, "--format", "ics", "--output", file)
    assert ran.code == 0, ran.err
    return file.read_bytes()


def test_ics_is_what_the_rfc_asks_for(pylife: Pylife, tmp_path: Path) -> None:
    data = raw(pylife, tmp_path, EXAMPLE, "--as-of", AS_OF, "--alarms")
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines), "only CRLF ends a line"
    assert max(map(len, lines)) <= 75, "octets, without the line's end"
    parsed = parse(data)
    assert not parsed.errors
    assert parsed["version"] == "2.0"
    assert parsed["prodid"].startswith("-//pylife//")
    events = parsed.walk("VEVENT")
    assert len({event["uid"] for event in events}) == len(events) > 30
    for event in events:
        assert not event.errors
        assert event["uid"].endswith("@pylife")
        assert event["dtstamp"].to_ical() == b"20261121T000000Z"
        assert event["dtstart"].params["VALUE"] == event["dtend"].params["VALUE"] == "DATE"
        assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(days=1)
        assert event["status"] in {"TENTATIVE", "CONFIRMED"}
    assert parsed.to_ical() == data, "nothing was lost on the way"


def test_ics_says_what_the_json_says(pylife: Pylife) -> None:
    document = json.loads(pylife("calendar", EXAMPLE, "--as-of", AS_OF, "--format", "json").out)
    parsed = parse(feed(pylife, EXAMPLE, "--as-of", AS_OF))
    events = {str(event["uid"]): event for event in parsed.walk("VEVENT")}
    for item in document["dates"]:
        event = events.pop(item["uid"])
        assert event.decoded("dtstart").isoformat() == item["last"]
        assert item["text"] in event["summary"]
        assert (event["status"] == "TENTATIVE") == (
            item["expected"] or item["first"] != item["last"]
        )
        assert event["summary"].startswith("OVERDUE: ") == item["overdue"]
        assert item["kind"] in event["categories"].cats
    assert not events


def test_ics_names_the_month_where_the_day_is_not_known(pylife: Pylife) -> None:
    parsed = parse(feed(pylife, EXAMPLE, "--as-of", AS_OF, "--project", "nw-features"))
    (event,) = [
        event
        for event in parsed.walk("VEVENT")
        if "runtime-end-of-life" in event["categories"].cats
    ]
    assert event.decoded("dtstart") == dt.date(2027, 10, 31)
    assert event["summary"].endswith(", by the end of 2027-10 (day not known)")
    assert event["categories"].cats == ["runtime-end-of-life", "library", "tier 1", "ml-features"]
    assert str(parsed["x-wr-calname"]) == "Northwind ML platform: Python dates (nw-features)"


def test_ics_alarms_are_asked_for(pylife: Pylife) -> None:
    def alarms(*more: str) -> list[Any]:
        text = feed(pylife, EXAMPLE, "--as-of", AS_OF, *more)
        return [e for e in parse(text).walk("VEVENT") if e.walk("VALARM")]

    assert not alarms()
    found = alarms("--alarms")
    assert len(found) >= 30
    assert not any(event["summary"].startswith("OVERDUE") for event in found)
    for event in found:
        (alarm,) = event.walk("VALARM")
        assert alarm["action"] == "DISPLAY"
        assert alarm["description"] == event["summary"]
        assert alarm.decoded("trigger") == -dt.timedelta(days=90), "the policy's warning time"


def test_a_later_feed_replaces_an_earlier_one(pylife: Pylife) -> None:
    def events(day: str) -> dict[str, Any]:
        text = feed(pylife, EXAMPLE, "--as-of", day)
        return {str(e["uid"]): e for e in parse(text).walk("VEVENT")}

    before, after = events("2026-11-21"), events("2026-11-22")
    assert before.keys() <= after.keys()
    for uid, event in before.items():
        assert after[uid]["sequence"] > event["sequence"]
        assert after[uid].decoded("dtstamp") > event.decoded("dtstamp")


def test_ics_folds_and_escapes_whatever_is_in_names(
    pylife: Pylife, tree: MakeTree, tmp_path: Path
) -> None:
    owner = "Zoë, Ünal; & 東京チーム \\\\ " + "ö" * 60
    root = tree(
        fleet(
            f'[[project]]\npath = "one"\nowner = "{owner}"\n',
            name="Ä\\u001b\\r\\nX-EVIL:1 " + "é" * 80,
        )
        | project()
    )
    data = raw(pylife, tmp_path, root, "--as-of", "2026-08-22")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(line.startswith(b"X-EVIL") for line in lines)
    for line in lines:
        assert not re.search(r"[\x00-\x1f\x7f]", line.decode()), "and no character is cut in two"
    parsed = parse(data)
    events = [event for event in parsed.walk("VEVENT") if "library" in event["categories"].cats]
    assert events
    for event in events:
        assert event["categories"].cats[-1] == owner.replace("\\\\", "\\")

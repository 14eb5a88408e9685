"""The organisation's dates: what is listed, and that `check` says the same on those days."""

import datetime as dt
import re
from pathlib import Path

import pytest

from pylife import calendar, policy
from pylife.model import Ending, EndingKind, Kind, PythonVersion, Severity, Stage, Waiver
from pylife.workflow import dates
from pylife.workflow.dates import DateKind, Entry
from pylife.workflow.dates.entry import together, words
from pylife.workflow.dates.timeline import line
from pylife.workflow.read import Scan, scan
from tests.conftest import ROOT, MakeTree

V = PythonVersion.parse
EXAMPLE = ROOT / "examples" / "platform"
TODAY = dt.date(2026, 11, 21)
LATER = dt.date(2028, 11, 21)
CODES = {
    DateKind.FLOOR: ("RNG002", Severity.ERROR),
    DateKind.RANGE: ("RNG00", Severity.ERROR),  # RNG003, or RNG004 where a cap is to blame
    DateKind.TESTS: ("DRF102", Severity.WARNING),
    DateKind.RUNTIME_EOL: ("RUN201", Severity.WARNING),
    DateKind.RUNTIME_DROPPED: ("RUN201", Severity.ERROR),
}


def look(root: Path = EXAMPLE, day: dt.date = TODAY, policy_name: str | None = None) -> Scan:
    return scan([root], as_of=day, policy_name=policy_name, cache=root / ".none")


def shown(found: tuple[Entry, ...]) -> list[tuple[str, str, str]]:
    return [(entry.shown, entry.about, entry.text) for entry in found]


def library(range_: str) -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "one"\nrequires-python = "{range_}"\n'}


def test_the_dates_of_one_project() -> None:
    some = dates.chosen(look(), project="nw-features")
    raw = "^3.10 covers it"
    assert shown(dates.entries(some, LATER)) == [
        ("2027-01-31", "policy platform", "3.10 is dropped"),
        ("2027-01-31", "nw-features", f"raise the floor above 3.10 ({raw})"),
        ("2027-04-01", "policy platform", "3.15 must be supported"),
        ("2027-10-05", "policy platform", "3.16 is released: adopt it"),
        ("2027-10", "policy platform", "3.11 is deprecated"),
        (
            "2027-10", "nw-features",
            (
                "end of life of the runtime 3.11"
                " (.python-version:1; the policy drops it on 2028-01-31)"
            ),
        ),
        ("2028-01-31", "policy platform", "3.11 is dropped"),
        ("2028-01-31", "nw-features", f"raise the floor above 3.11 ({raw})"),
        (
            "2028-01-31", "nw-features",
            "move off the runtime 3.11 (.python-version:1; end of life 2027-10)",
        ),
        ("2028-04-05", "policy platform", "3.16 must be supported"),
        ("2028-10", "policy platform", "3.12 is deprecated"),
    ]  # fmt: skip


def test_what_is_overdue_comes_first() -> None:
    found = dates.entries(dates.chosen(look(), project="nw-serving"), TODAY)
    assert [(entry.shown, entry.kind, entry.python) for entry in found if entry.overdue] == [
        ("2026-01-31", DateKind.FLOOR, V("3.9")),
        ("2026-01-31", DateKind.RUNTIME_DROPPED, V("3.9")),
    ]
    assert all(entry.overdue for entry in found), "nothing else on the day itself"


def test_on_the_day_itself() -> None:
    day = dt.date(2027, 1, 31)
    read = look(day=day)
    found = dates.entries(dates.chosen(read, project="nw-core"), day)
    assert [(entry.overdue, entry.text) for entry in found] == [
        (True, "raise the floor above 3.10 (>=3.10 covers it)"),
        (False, "3.10 is dropped"),
    ]
    assert line(read.reads[0].window).change(V("3.10"), Stage.DEPRECATED) is None, "that is over"


@pytest.mark.parametrize(
    ("drop", "expected"),
    [
        # One date where both are one; the end of life alone where nothing is dropped, even if past.
        ('anchor = "python.eol"', ["2025-10-31 runtime-dropped 3.9", "2027-10 runtime-dropped 3.11"]),
        (
            'anchor = "python.eol", offset = "P9Y"',
            ["2025-10-31 runtime-end-of-life 3.9", "2027-10 runtime-end-of-life 3.11"],
        ),
        # Dropped before it is dead: then that is the date.
        (
            'anchor = "python.release", offset = "P4Y"',
            ["2024-10-05 runtime-dropped 3.9", "2026-10-24 runtime-dropped 3.11"],
        ),
        # Dead already, and dropped later on.
        (
            'anchor = "python.eol", offset = "P2Y"',
            ["2027-10 runtime-end-of-life 3.11", "2027-10-31 runtime-dropped 3.9"],
        ),
    ],
)  # fmt: skip
def test_runtimes(tree: MakeTree, drop: str, expected: list[str]) -> None:
    policy_file = f'name = "mine"\n[stages]\ndrop = {{ {drop} }}\n'
    root = tree(
        {
            "pylife.toml": '[fleet]\npolicy = "p.toml"\n[[project]]\npath = "."\nkind = "service"\n',
            "p.toml": policy_file,
            "Dockerfile": "FROM python:3.9-slim\n",
            ".python-version": "3.11\n",
        }
    )
    found = dates.entries(look(root), LATER)
    told = [f"{e.shown} {e.kind} {e.python}" for e in found if e.project]
    assert told == expected


@pytest.mark.parametrize(
    ("pythons", "expected"),
    [
        ("[3.12, '3.13', '3.14', '3.15']", ["3.11"]),
        ("['3.11', '3.12', '3.13', '3.14', '3.15']", []),
        ("${{ fromJSON(inputs.pythons) }}", []),  # not known
    ],
)
def test_tests(tree: MakeTree, pythons: str, expected: list[str]) -> None:
    workflow = f"""
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: {pythons}
    steps:
      - uses: actions/setup-python@v6
        with:
          python-version: ${{{{ matrix.python }}}}
      - run: pytest
  b:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: pytest
"""
    root = tree({**library(">=3.11"), ".github/workflows/ci.yml": workflow})
    found = [e for e in dates.entries(look(root), TODAY) if e.kind is DateKind.TESTS]
    assert [str(entry.python) for entry in found] == expected


@pytest.mark.parametrize(
    ("range_", "expected"),
    [
        (">=3.11", ["tests"]),  # of 3.16, which it covers; it declares no tests: so nothing
        (">=3.10,<3.15", ["2026-10-01 range 3.15", "2026-10-31 floor 3.10", "2027-10-05 range 3.16"]),
        (">=3.10,<=3.15", ["2026-10-01 range 3.15", "2026-10-31 floor 3.10", "2027-10-05 range 3.16"]),
        # That one patch release is left out is no reason to act.
        (">=3.11,!=3.13.0", []),
        (">=3.12", ["2022-10-24 range 3.11"]),
        # Without a floor there is no floor to raise: it is not known what is meant.
        ("<3.17", []),
        ("!=3.12.*", ["2023-10-02 range 3.12"]),
    ],
)  # fmt: skip
def test_ranges(tree: MakeTree, range_: str, expected: list[str]) -> None:
    found = dates.entries(look(tree(library(range_))), dt.date(2027, 10, 6))
    told = [f"{entry.last} {entry.kind} {entry.python}" for entry in found if entry.project]
    assert told == [item for item in expected if item != "tests"]


def test_a_month_is_a_month_and_counts_from_its_end(tree: MakeTree) -> None:
    root = tree(library(">=3.10"))
    inside, after = (look(root, day) for day in (dt.date(2026, 10, 30), dt.date(2026, 10, 31)))
    (soon,) = [e for e in dates.entries(inside, dt.date(2026, 10, 31)) if e.project]
    assert (soon.first, soon.last) == (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert (soon.shown, soon.by) == ("2026-10", "the end of 2026-10 (day not known)")
    assert not soon.overdue
    assert soon.expected
    (late,) = [e for e in dates.entries(after, dt.date(2026, 10, 31)) if e.project]
    assert late.overdue
    assert (late.uid, late.last) == (soon.uid, soon.last)


def test_days_between_which_a_date_lies() -> None:
    day = Entry(dt.date(2026, 10, 8), dt.date(2026, 11, 7), DateKind.FLOOR, "p", "3.10", "text")
    assert day.shown == "2026-10-08 to 2026-11-07"
    assert day.by == "2026-11-07 (day not known)"


def test_only_what_follows_from_an_expected_date_is_expected() -> None:
    found = dates.entries(look(), LATER)
    assert {e.expected for e in found if e.python == V("3.9")} == {False}
    assert {e.expected for e in found if e.python == V("3.15") and not e.overdue} == {True}


@pytest.mark.parametrize("policy_name", [None, "upstream", "spec0"])
def test_check_says_the_same_on_those_days(policy_name: str | None) -> None:
    """On its day each date is a finding, and it was none of that severity the day before."""
    read = look(policy_name=policy_name)
    found = [e for e in dates.entries(read, LATER) if e.kind in CODES]
    assert len(found) > 20
    days: dict[dt.date, Scan] = {}

    def told(entry: Entry, day: dt.date) -> bool:
        if day not in days:
            days[day] = look(day=day, policy_name=policy_name)
        code, severity = CODES[entry.kind]
        if code == "RUN201" and entry.project_kind is Kind.LIBRARY:
            severity = Severity.WARNING  # its people develop on it; it is not deployed with it
        (member,) = [r for r in days[day].reads if r.member.project.name == entry.project]
        assert member.judgement is not None
        return any(
            item.code.startswith(code)
            and item.severity.rank >= severity.rank
            and f" {entry.python}" in f" {item.message} {item.subject}".replace(",", "")
            for item in member.judgement.findings
        )

    for entry in found:
        assert told(entry, max(entry.last, TODAY)), entry
        already = entry.kind is DateKind.RUNTIME_DROPPED and entry.project_kind is Kind.LIBRARY
        if not entry.overdue and not already:  # of a library's runtime its end of life is told
            assert not told(entry, entry.last - dt.timedelta(days=1)), entry


@pytest.mark.parametrize("policy_name", [None, "upstream", "spec0"])
def test_whatever_begins_to_fail_has_a_date(policy_name: str | None) -> None:
    """No finding on the ranges and runtimes appears on a day that is not listed."""
    read = look(policy_name=policy_name)
    listed = {(e.project, e.last, str(e.python)) for e in dates.entries(read, LATER)}
    window = read.reads[0].window
    changes = {change.last for change in line(window).changes.values()}
    before: set[tuple[str, str, str]] = set()
    for day in sorted({TODAY, *(day for day in changes if TODAY < day <= LATER)}):
        now = {
            (item.project, item.code, python)
            for member in look(day=day, policy_name=policy_name).reads
            if member.judgement is not None
            for item in member.judgement.findings
            if item.severity is Severity.ERROR
            if item.code in {"RNG002", "RNG003", "RNG004", "RUN201"}
            for python in re.findall(r"\b3\.\d+\b", re.sub("'.*?'", "", item.message))
        }
        for project, code, python in now - before:
            assert day == TODAY or (project, day, python) in listed, (day, code)
        before = now


@pytest.mark.parametrize("name", policy.names())
def test_the_timeline_is_the_window_of_each_day(name: str) -> None:
    found = policy.find(name, EXAMPLE)
    window = policy.window(found, calendar.load(), TODAY)
    changes = line(window).changes
    for python, info in window.stages.items():
        if info.stage is not Stage.UNKNOWN:
            assert changes[python, info.stage].last == info.since
    day = TODAY
    while day < LATER:
        day += dt.timedelta(days=1)
        then = policy.window(found, calendar.load(), day)
        begun = {(python, info.stage) for python, info in then.stages.items() if info.since == day}
        assert begun == {key for key, change in changes.items() if change.last == day}


def test_each_date_has_its_own_identity_for_ever() -> None:
    first = dates.entries(look(), LATER)
    uids = [entry.uid for entry in first]
    assert len(set(uids)) == len(uids)
    again = dates.entries(look(day=dt.date(2027, 2, 1)), LATER)
    texts = {entry.uid: (entry.project, entry.kind, entry.python) for entry in first}
    for entry in again:
        assert texts[entry.uid] == (entry.project, entry.kind, entry.python)


def test_the_order_depends_on_nothing_else() -> None:
    read = look()
    turned = read._replace(reads=tuple(reversed(read.reads)))
    assert dates.entries(read, LATER) == dates.entries(turned, LATER)


def test_the_policy_warns_before() -> None:
    (entry,) = [e for e in dates.entries(look(), LATER) if e.subject == "platform 3.10"]
    assert (entry.warned, entry.last) == (dt.date(2026, 11, 2), dt.date(2027, 1, 31))


def waiver(project: str, until: dt.date, subject: str = "*") -> Waiver:
    return Waiver("RNG002", project, subject, "ml-serving", "moves in spring", until, "p.toml", 7)


def test_waivers_that_run_out() -> None:
    read = look()._replace(
        waivers=(
            waiver("nw-*", dt.date(2027, 3, 31)),
            waiver("nw-core", dt.date(2026, 11, 20), "floor"),
            waiver("nw-client", TODAY),
            waiver("nw-client", dt.date(2031, 1, 1), "late"),
            waiver("elsewhere", dt.date(2027, 1, 1)),
            waiver("nw-*", dt.date(2026, 6, 30)),  # was renewed
        )
    )
    found = [e for e in dates.entries(read, LATER) if e.kind is DateKind.WAIVER]
    reason = "(ml-serving: moves in spring)"
    assert [(e.shown, e.project, e.overdue, e.text) for e in found] == [
        ("2026-11-20", "nw-core", True,
         f"the waiver of RNG002 on 'floor' for nw-core ran out {reason}"),
        ("2026-11-21", "nw-client", False, f"the waiver of RNG002 for nw-client runs out {reason}"),
        ("2027-03-31", None, False, f"the waiver of RNG002 for nw-* runs out {reason}"),
    ]  # fmt: skip
    assert found[0].rule == "p.toml:7"


def test_what_a_project_stands_on_ends() -> None:
    platform = Ending(
        EndingKind.PLATFORM, "AWS Lambda python3.9 (deprecated)", dt.date(2026, 12, 15), dt.date(2026, 12, 15),
        "docs.aws.amazon.com, 2026-08-22", "template.yaml", 4,
    )  # fmt: skip
    image = Ending(
        EndingKind.IMAGE, "Debian 11", dt.date(2026, 8, 1), dt.date(2026, 8, 31), "Debian"
    )
    python = Ending(EndingKind.PYTHON, "Python 3.9", TODAY, TODAY, "PEP 596")
    read = dates.chosen(look(), project="nw-serving")
    read = read._replace(reads=(read.reads[0]._replace(endings=(image, platform, python)),))
    kinds = {DateKind.PLATFORM, DateKind.IMAGE, DateKind.DEPENDENCY}
    found = [e for e in dates.entries(read, LATER) if e.kind in kinds]
    assert [(e.shown, e.overdue, e.text, e.rule) for e in found] == [
        ("2026-08", True, "Debian 11: end of support (the first to end of what it stands on)", "Debian"),
        ("2026-12-15", False, "AWS Lambda python3.9: deprecated (template.yaml:4)",
         "docs.aws.amazon.com, 2026-08-22"),
    ]  # fmt: skip


def test_projects_of_one_policy_may_have_dates_of_their_own() -> None:
    read = look()
    other = policy.window(
        policy.find("upstream", EXAMPLE)._replace(name="platform"), calendar.load(), TODAY
    )
    reads = tuple(
        one._replace(window=other, policy="other")
        if one.member.project.name == "churn-model"
        else one
        for one in read.reads
    )
    read = read._replace(reads=reads)
    found = [e for e in dates.entries(read, LATER) if e.python == V("3.11") and not e.project]
    assert [(e.shown, e.text) for e in found] == [
        ("2027-10", "3.11 is deprecated (for 8 projects)"),
        ("2027-10", "3.11 is dropped (for churn-model)"),
        ("2028-01-31", "3.11 is dropped (for 8 projects)"),
    ]
    assert len({entry.uid for entry in found}) == 3


def test_scopes_and_blocks(tree: MakeTree) -> None:
    policy_file = """
name = "mine"
warn = [{ before = "P1Y", severity = "info" }, { before = "P90D", severity = "warning" }]
[stages]
drop = { anchor = "python.eol", offset = "P10D" }
block = { anchor = "python.eol", offset = "P6M" }
[[scope]]
name = "two"
stages.drop = { anchor = "python.eol", offset = "P1Y" }
"""
    project = '[project]\nname = "{}"\nrequires-python = ">=3.10"\n'
    root = tree(
        {
            "pylife.toml": '[fleet]\npolicy = "p.toml"\n'
            '[[project]]\npath = "one"\n[[project]]\npath = "two"\n',
            "p.toml": policy_file,
            "one/pyproject.toml": project.format("one"),
            "two/pyproject.toml": project.format("two"),
        }
    )
    found = dates.entries(look(root, dt.date(2026, 11, 1)), LATER)
    about = [e for e in found if e.python == V("3.10")]
    assert shown(tuple(about)) == [
        ("2026-10-11 to 2026-11-10", "policy mine", "3.10 is dropped (for one)"),
        ("2026-10-11 to 2026-11-10", "one", "raise the floor above 3.10 (>=3.10 covers it)"),
        ("2027-04-30", "policy mine", "the drop of 3.10 can no longer be waived (for one)"),
        ("2027-10", "policy mine", "3.10 is dropped (for two)"),
        ("2027-10", "two", "raise the floor above 3.10 (>=3.10 covers it)"),
        ("2027-10-31", "policy mine", "the drop of 3.10 can no longer be waived (for two)"),
    ]
    assert about[1].warned == dt.date(2025, 11, 10), "by the earliest of the steps"


def test_own_releases_that_are_expected() -> None:
    read = look(policy_name="django")
    (drop,) = [e for e in dates.entries(read, LATER) if e.subject == "django 3.12"]
    assert drop.expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (library(">=3.11"), []),
        ({"pyproject.toml": '[project]\nname = "one"\n'}, ["it declares no range"]),
        (library("<3.17"), ["its range has no least Python: pyproject.toml:3"]),
        ({"pyproject.toml": "["}, ["pyproject.toml cannot be read"]),
        (
            {"setup.py": "from setuptools import setup\nsetup(name='a', python_requires=f())\n"},
            ["the range is unreadable: setup.py:2"],
        ),
        (
            {**library(">=3.11"), "Dockerfile": "ARG V\nFROM python:${V}-slim\n"},
            ["what it runs on is unreadable: Dockerfile:2"],
        ),
    ],
)
def test_what_is_not_known_is_told(
    tree: MakeTree, files: dict[str, str], expected: list[str]
) -> None:
    (read,) = look(tree(files)).reads
    found = dates.unknown(read)
    assert len(found) == len(expected)
    for one, begin in zip(found, expected, strict=True):
        assert one.startswith(begin)


def test_some_of_the_projects() -> None:
    read = look()

    def names(**wanted: str) -> set[str]:
        return {one.member.project.name for one in dates.chosen(read, **wanted).reads}

    assert names(owner="ml-*") == {"nw-features", "nw-client", "nw-serving"}
    assert names(kind="pipeline") == {"nw-training-pipeline"}
    assert names(project="nw-co*", owner="platform-core") == {"nw-core", "nw-config"}
    assert names(owner="") == set()


def test_words() -> None:
    both = [V("3.8"), V("3.9")]
    assert words(DateKind.FLOOR, both, "x") == "raise the floor above 3.9 (x)"
    assert words(DateKind.DEPRECATED, both) == "3.8 and 3.9 are deprecated"
    assert words(DateKind.RUNTIME_EOL, both) == "end of life of the runtime 3.8 and 3.9"
    found = [e for e in dates.entries(look(), TODAY) if e.project == "nw-legacy-metrics"]
    assert together(found) == "raise the floor above 3.9 (>=3.8 covers it)"


def test_every_kind_has_its_words_and_place() -> None:
    assert [kind.rank for kind in DateKind] == list(range(len(DateKind)))
    without = {DateKind.PLATFORM, DateKind.IMAGE, DateKind.DEPENDENCY, DateKind.WAIVER}
    for kind in set(DateKind) - without:
        assert "3.10" in words(kind, [V("3.10")])

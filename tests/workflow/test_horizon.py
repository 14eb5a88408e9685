"""What comes: the horizon says what judging every single day would."""

import datetime as dt
from pathlib import Path

import pytest

from pylife.model import Finding, Severity
from pylife.workflow.horizon import upcoming
from pylife.workflow.read import scan
from pylife.workflow.report import report
from tests.conftest import ROOT, MakeTree, Pylife

TODAY = dt.date(2026, 11, 21)
POLICY = """name = "own"
warn = [{ before = "P90D", severity = "warning" }, { before = "P2M", severity = "error" }]
[stages]
drop = { anchor = "python.eol", offset = "P2M" }
block = { anchor = "python.eol", offset = "P4M" }
[dependencies.numpy]
drop = { anchor = "dependency.release", offset = "P2Y" }
[[waiver]]
rule = "RNG002"
project = "core"
owner = "me"
reason = "a customer"
until = "2027-05-15"
"""
FILES = {
    "pylife.toml": '[fleet]\nname = "f"\npolicy = "own.toml"\n\n[[project]]\npath = "core"\n\n'
    '[[project]]\npath = "score"\nkind = "service"\n',
    "own.toml": POLICY,
    "core/pyproject.toml": '[project]\nname = "core"\nversion = "1"\nrequires-python = ">=3.10"\n'
    'dependencies = ["numpy>=1.26"]\n',
    "score/Dockerfile": "FROM python:3.10-slim-bookworm\nFROM python:3.10-slim-bookworm\n",
    "score/template.yaml": "Resources:\n  F:\n    Type: AWS::Serverless::Function\n"
    "    Properties:\n      Runtime: python3.10\n",
}


def day_by_day(root: Path, until: dt.date, at_least: Severity) -> set[tuple[str, str, str]]:
    """(code, subject, day) of what begins to hold, from a check of every day."""

    def on(day: dt.date) -> tuple[Finding, ...]:
        return report(scan([root], as_of=day, policy_name=None, cache=root / ".pylife")).counted

    worst: dict[str, int] = {}
    for item in on(TODAY):
        worst[item.fingerprint] = max(worst.get(item.fingerprint, -1), item.severity.rank)
    found = set()
    for number in range(1, (until - TODAY).days + 1):
        day = TODAY + dt.timedelta(days=number)
        now = on(day)
        for item in now:
            graver = item.severity.rank > worst.get(item.fingerprint, -1)
            if graver and item.severity.rank >= at_least.rank:
                found.add((item.code, item.subject, day.isoformat()))
        for item in now:
            worst[item.fingerprint] = max(worst.get(item.fingerprint, -1), item.severity.rank)
    return found


@pytest.mark.parametrize("at_least", [Severity.WARNING, Severity.ERROR])
def test_it_says_what_every_day_says(tree: MakeTree, at_least: Severity) -> None:
    root = tree(FILES)
    until = dt.date(2027, 10, 1)
    read = scan([root], as_of=TODAY, policy_name=None, cache=root / ".pylife")
    found = upcoming(read, report(read), until, at_least=at_least)
    assert {(f.code, f.subject, f.effective or "") for f in found} == day_by_day(
        root, until, at_least
    )
    assert {"RNG002", "POL604"} <= {item.code for item in found}
    assert all(item.upcoming and not item.changes for item in found)


def test_it_ends_with_the_day_that_was_asked_for(tree: MakeTree) -> None:
    root = tree(FILES)
    read = scan([root], as_of=TODAY, policy_name=None, cache=root / ".pylife")
    today = report(read)
    all_ = upcoming(read, today, dt.date(2027, 10, 1), at_least=Severity.ERROR)
    last = max(dt.date.fromisoformat(item.effective or "") for item in all_)
    assert upcoming(read, today, last, at_least=Severity.ERROR) == all_
    before = last - dt.timedelta(days=1)
    assert len(upcoming(read, today, before, at_least=Severity.ERROR)) < len(all_)


def test_old_debts_are_not_upcoming(tree: MakeTree, pylife: Pylife, tmp_path: Path) -> None:
    root = tree({"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.8"\n'})
    path = tmp_path / "b.json"
    day = ("--as-of", "2026-11-21")
    assert pylife("check", root, *day, "--baseline", path, "--write-baseline").code == 0
    ran = pylife("check", root, *day, "--baseline", path, "--horizon", "P1Y")
    assert ran.code == 0
    assert "RNG002" not in ran.out


def test_the_end_of_time(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({**FILES, "own.toml": POLICY.replace("2027-05-15", "9999-12-31")})
    assert pylife("check", root, "--as-of", "2026-11-21", "--horizon", "P9000Y").code in {0, 1}
    for text in ("P0D", "-P1M", "soon"):
        assert pylife("check", root, "--horizon", text).code == 2


def test_the_example_fleet(tree: MakeTree) -> None:
    root = ROOT / "examples" / "platform"
    read = scan([root], as_of=TODAY, policy_name=None, cache=root / ".pylife")
    until = dt.date(2027, 3, 1)
    found = upcoming(read, report(read), until, at_least=Severity.ERROR)
    assert {(f.code, f.subject, f.effective or "") for f in found} == day_by_day(
        root, until, Severity.ERROR
    )

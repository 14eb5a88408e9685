"""The baseline only shrinks, and hides no growth."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.errors import ConfigError
from pylife.formats import CheckReport
from pylife.model import Finding, Severity, Suppression, SuppressionKind
from pylife.workflow import baseline
from tests.conftest import MakeTree, Pylife

OLD = '[project]\nname = "old"\nversion = "1"\nrequires-python = ">=3.8,<3.13"\n'


def report(*found: tuple[str, str]) -> CheckReport:
    return CheckReport(
        as_of="2026-11-21", tool="pylife", rows=(), not_evaluated=(),
        findings=tuple(
            Finding(code, Severity.ERROR, project, f"s{number}", "m", "h")
            for number, (project, code) in enumerate(found)
        ),
    )  # fmt: skip


names = st.sampled_from(["a", "b"])
reports = st.lists(st.tuples(names, st.sampled_from(["RNG001", "DRF101"]))).map(
    lambda found: report(*found)
)


@given(reports, reports)
def test_a_baseline_never_grows(first: CheckReport, second: CheckReport) -> None:
    before = baseline.written(first, None)
    after = baseline.written(second, before)
    for project, codes in after.items():
        for code, number in codes.items():
            assert 0 < number <= before[project][code]
    assert baseline.written(second, after) == after


@given(reports)
def test_what_was_written_holds_all(first: CheckReport) -> None:
    held = baseline.hold(first, baseline.written(first, None))
    assert not held.report.counted
    assert not held.grown
    assert not held.shrunk


@given(reports, reports)
def test_more_than_allowed_counts_in_full(first: CheckReport, second: CheckReport) -> None:
    held = baseline.hold(second, baseline.written(first, None))
    for project, code, may, have in held.grown:
        assert may < have
        assert baseline.counts(held.report)[project][code] == have


def test_a_waived_finding_is_not_counted_twice() -> None:
    waived = Suppression(SuppressionKind.WAIVER, "r", "o", dt.date(2027, 1, 1))
    found = report(("a", "RNG001"))
    found = found._replace(findings=(found.findings[0]._replace(suppressed=waived),))
    assert baseline.counts(found) == {}
    assert baseline.hold(found, {}).report.findings[0].suppressed == waived


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read"),
        ("[]", "is no baseline"),
        ('{"schema": "pylife/baseline/1"}', "not numbers"),
        ('{"schema": "pylife/baseline/1", "projects": {"a": {"RNG001": -1}}}', "not numbers"),
        ('{"schema": "pylife/baseline/1", "projects": {"a": {"RNG001": true}}}', "not numbers"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says):
        baseline.read(path)


def test_from_the_command_line(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pyproject.toml": OLD})
    path = root / "b.json"
    day = ("--as-of", "2026-11-21")
    missing = pylife("check", root, *day, "--baseline", path)
    assert missing.code == 2
    assert "--write-baseline" in missing.err
    assert pylife("check", root, *day).code == 1
    written = pylife("check", root, *day, "--baseline", path, "--write-baseline")
    assert written.code == 0
    assert f"the baseline {path} holds" in written.err
    assert json.loads(path.read_text())["projects"] == {"old": {"RNG002": 1, "RNG004": 1}}
    assert pylife("check", root, *day, "--baseline", path).code == 0

    # Mended in part: the baseline says so, and is written smaller.
    (root / "pyproject.toml").write_text(OLD.replace(",<3.13", ""))
    smaller = pylife("check", root, *day, "--baseline", path)
    assert smaller.code == 0
    assert "allows more than there is" in smaller.err
    pylife("check", root, *day, "--baseline", path, "--write-baseline")
    assert json.loads(path.read_text())["projects"] == {"old": {"RNG002": 1}}

    # Back again: what went cannot come back, and is not written either.
    (root / "pyproject.toml").write_text(OLD)
    again = pylife("check", root, *day, "--baseline", path, "--write-baseline")
    assert again.code == 1
    assert json.loads(path.read_text())["projects"] == {"old": {"RNG002": 1}}


def test_what_was_not_looked_at_stays_in_it(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pyproject.toml": OLD})
    path = root / "b.json"
    day = ("--as-of", "2026-11-21", "--baseline", path)
    pylife("check", root, *day, "--write-baseline")
    whole = path.read_text()
    some = pylife("check", root, *day, "--select", "RNG002", "--write-baseline")
    assert path.read_text() == whole
    assert "allows more" not in pylife("check", root, *day, "--select", "RNG002").err
    assert some.code == 0
    (root / "pyproject.toml").write_text("[project\n")
    assert pylife("check", root, *day, "--write-baseline").code == 4
    assert path.read_text() == whole

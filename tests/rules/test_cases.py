"""Every fixture of every rule, through the real reading and judging."""

import shutil
from pathlib import Path

import pytest

from pylife import declarations, rules
from pylife.model import Finding
from pylife.workflow.read import scan
from tests.rules.cases import (
    FIXTURES,
    cases,
    code_of,
    day,
    findings,
    judged,
    name_of,
    shown,
    snapshot,
)

VIOLATIONS = cases("violations")
FINE = cases("fine")


@pytest.mark.parametrize("case", VIOLATIONS, ids=name_of)
def test_a_violation_is_one(case: Path) -> None:
    assert shown(case)


@pytest.mark.parametrize("case", VIOLATIONS, ids=name_of)
def test_a_violation_gives_what_the_snapshot_says(case: Path) -> None:
    assert shown(case) == snapshot(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", FINE, ids=name_of)
def test_what_is_fine_gives_no_such_finding(case: Path) -> None:
    assert [item for item in findings(case) if not item.suppressed] == []


def test_every_rule_has_violations_and_what_is_fine() -> None:
    for kind in ("violations", "fine"):
        assert {code_of(case) for case in cases(kind)} == set(rules.RULES)
    snapshots = {
        path.name.removesuffix(".findings.txt") for path in FIXTURES.rglob("*.findings.txt")
    }
    assert snapshots == {case.name for case in cases("violations")}


@pytest.mark.parametrize("code", sorted({code_of(case) for case in VIOLATIONS}))
def test_a_rule_says_which_fixes_it_has(code: str) -> None:
    found = [item for case in cases("violations", code) for item in findings(case)]
    kinds = {"unsafe" if item.unsafe else "safe" for item in found if item.fixable}
    assert kinds == set(rules.RULES[code].fixes)


@pytest.mark.parametrize("case", VIOLATIONS, ids=name_of)
def test_its_changes_make_a_finding_pass(case: Path, tmp_path: Path) -> None:
    fixable = [item for item in findings(case) if item.fixable]
    if not fixable:
        return
    root = Path(shutil.copytree(case, tmp_path / case.name))
    for item in fixable:
        make(root, case, item)
    after = {found.fingerprint for found in judged(root, day(case)).findings}
    assert not after & {item.fingerprint for item in fixable}


def make(root: Path, case: Path, item: Finding) -> None:
    """Make the changes of a finding in the copy `root` of `case`."""
    (read,) = (
        read
        for read in scan([root], as_of=day(case), policy_name=None, cache=root / ".cache").reads
        if read.member.project.name == item.project
    )
    folder = read.member.folder
    assert folder is not None
    for change in item.changes:
        path = folder / change.at.file
        for name, data in declarations.apply({change.at.file: path.read_bytes()}, [change]).items():
            (folder / name).write_bytes(data)

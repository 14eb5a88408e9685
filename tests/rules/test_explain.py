"""`pylife explain` and `pylife rules`: the rules' documentation, on the terminal and as JSON."""

import json
import re

import pytest

from pylife import rules
from tests.conftest import ROOT, Pylife


@pytest.mark.parametrize("code", rules.RULES)
def test_a_rule_is_explained_within_the_width(
    code: str, pylife: Pylife, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    ran = pylife("explain", code.lower())
    rule = rules.RULES[code]
    assert ran.code == 0
    assert ran.out.splitlines()[0] == f"{code}: {rule.title}"
    assert "\x1b" not in ran.out
    flat = " ".join(ran.out.split())
    for name in ("Why", "Fix", "Example"):
        assert f"{name} {rule.section(name)}" in flat
    assert rules.how_fixed(rule) in flat
    assert "[[waiver]]" in flat
    text = [line for line in ran.out.splitlines() if line.startswith("  ") and " " in line.strip()]
    assert max(map(len, text)) <= 60


def test_it_is_bold_where_asked_for(pylife: Pylife) -> None:
    assert pylife("explain", "RNG001", "--color", "always").out.startswith("\x1b[1mRNG001")
    assert "\x1b[1m" in pylife("rules", "--color", "always").out


def test_a_beginning_lists_its_rules(pylife: Pylife) -> None:
    family = pylife("explain", "rng")
    assert family.code == 0
    assert re.findall(r"^[A-Z]{3}\d{3}", family.out, re.M) == [
        code for code in rules.RULES if code.startswith("RNG")
    ]
    assert "RUN201" in pylife("explain", "RUN2").out


@pytest.mark.parametrize(
    ("wrong", "hint"), [("RGN001", "RNG001"), ("XYZ", "pylife rules"), ("", "")]
)
def test_an_unknown_code_is_an_error_with_a_hint(wrong: str, hint: str, pylife: Pylife) -> None:
    ran = pylife("explain", wrong)
    assert ran.code == 2
    assert hint in ran.err


def test_the_rules_are_listed_by_family(pylife: Pylife) -> None:
    out = pylife("rules").out
    assert re.findall(r"^  ([A-Z]{3}\d{3})", out, re.M) == list(rules.RULES)
    headings = re.findall(r"^([A-Z]{3}): ", out, re.M)
    assert headings == [family for family in rules.FAMILIES if family in headings]
    listed = json.loads(pylife("rules", "--format", "json").out)["rules"]
    assert [rule["code"] for rule in listed] == list(rules.RULES)
    assert {rule["judged-by"] for rule in listed} == {"project", "fleet"}
    assert {"severity", "title", "why", "fix", "example", "fixes", "family"} <= set(listed[0])


def test_the_page_of_rules_has_an_anchor_for_each() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert re.findall(r"^### ([A-Z]{3}\d{3})$", page, re.M) == list(rules.RULES)


def test_every_family_has_rules_and_every_rule_a_family() -> None:
    assert {rule.family for rule in rules.RULES.values()} == set(rules.FAMILIES)
    assert set(rules.PROJECT_RULES) | set(rules.FLEET_RULES) == set(rules.RULES)
    assert not set(rules.PROJECT_RULES) & set(rules.FLEET_RULES)

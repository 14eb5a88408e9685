"""Rules: one a module, pure functions of facts. To add one, add its module here."""

from typing import NamedTuple

from pylife.model import Finding
from pylife.rules import (
    drf101,
    drf102,
    drf103,
    drf104,
    drf105,
    rng001,
    rng002,
    rng003,
    rng004,
    rng005,
    run201,
    run202,
    sys901,
    sys902,
)
from pylife.rules.base import (
    METADATA_FILES,
    Facts,
    NotEvaluated,
    Rule,
    finding,
)

__all__ = [
    "METADATA_FILES",
    "RULES",
    "Facts",
    "Judgement",
    "Rule",
    "judge",
]

RULES: dict[str, Rule] = {
    module.RULE.code: module.RULE
    for module in (
        rng001, rng002, rng003, rng004, rng005,
        drf101, drf102, drf103, drf104, drf105,
        run201, run202,
        sys901, sys902,
    )
}  # fmt: skip
"""All rules by code."""


class Judgement(NamedTuple):
    """What the rules say of one project: findings in the order of their place, and
    (code, reason) for each rule that could not be evaluated."""

    findings: tuple[Finding, ...]
    not_evaluated: tuple[tuple[str, str], ...]


def judge(facts: Facts) -> Judgement:
    """Apply every rule to `facts`."""
    findings: list[Finding] = []
    skipped: list[tuple[str, str]] = []
    for rule in RULES.values():
        for verdict in rule.check(facts):
            if isinstance(verdict, NotEvaluated):
                skipped.append((rule.code, verdict.reason))
            else:
                findings.append(finding(rule, facts.project.name, verdict))
    findings.sort(key=lambda item: (item.file or "", item.line or 0, item.code, item.subject))
    return Judgement(findings=tuple(findings), not_evaluated=tuple(skipped))

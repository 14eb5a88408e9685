"""Rules: one a module, pure functions of facts. To add one, add its module here."""

from collections.abc import Iterable
from typing import NamedTuple

from pylife.model import Finding
from pylife.rules import (
    dep401,
    dep411,
    dep412,
    dep413,
    dep414,
    dep415,
    drf101,
    drf102,
    drf103,
    drf104,
    drf105,
    drf106,
    flt501,
    pol601,
    pol602,
    pol604,
    rng001,
    rng002,
    rng003,
    rng004,
    rng005,
    rng006,
    rng007,
    run201,
    run202,
    run203,
    run204,
    run205,
    src601,
    src602,
    src603,
    src604,
    src605,
    src606,
    src607,
    sys901,
    sys902,
    sys903,
    tst301,
)
from pylife.rules.base import (
    METADATA_FILES,
    Documented,
    Facts,
    FleetFacts,
    FleetRule,
    NotEvaluated,
    Rule,
    Verdict,
    finding,
)

__all__ = [
    "FAMILIES",
    "FLEET_RULES",
    "METADATA_FILES",
    "PROJECT_RULES",
    "RULES",
    "Documented",
    "Facts",
    "FleetFacts",
    "FleetRule",
    "Judgement",
    "Rule",
    "how_fixed",
    "judge",
    "judge_fleet",
]

FAMILIES = {
    "RNG": "the range in which a project may be installed",
    "DRF": "places of one project that disagree",
    "RUN": "the Python, and all else, that something is deployed with",
    "TST": "the Pythons that a project is tested on",
    "DEP": "what a project requires of others",
    "FLT": "projects of the fleet that require each other",
    "SRC": "what the source needs of Python and its standard library",
    "POL": "the policy and its waivers",
    "SYS": "what a check itself rests on",
}
"""The beginnings of the codes, in the order of the documentation."""

PROJECT_RULES: dict[str, Rule] = {
    module.RULE.code: module.RULE
    for module in (
        rng001, rng002, rng003, rng004, rng005, rng006, rng007,
        drf101, drf102, drf103, drf104, drf105, drf106,
        run201, run202, run203, run204, run205,
        tst301,
        dep401, dep411, dep412, dep413, dep414, dep415,
        flt501,
        src601, src602, src603, src604, src605, src606, src607,
        sys901,
    )
}  # fmt: skip
"""The rules that are judged for each project, by code."""

FLEET_RULES: dict[str, FleetRule] = {
    module.RULE.code: module.RULE for module in (pol601, pol602, pol604, sys902, sys903)
}
"""The rules that are judged once for the fleet, by code."""

RULES: dict[str, Documented] = dict(
    sorted(
        {**PROJECT_RULES, **FLEET_RULES}.items(),
        key=lambda pair: (tuple(FAMILIES).index(pair[1].family), pair[0]),
    )
)
"""All rules by code, family by family."""


def how_fixed(rule: Documented) -> str:
    """What `--fix` does about the rule's findings, in a sentence."""
    match rule.fixes:
        case ():
            return "It is mended by hand: `--fix` does not know how."
        case ("safe",):
            return "`pylife check --fix` makes most findings pass."
        case ("unsafe",):
            return (
                "`pylife check --fix --unsafe-fixes` makes most findings pass; run the tests then,"
                " since only they can prove it."
            )
        case _:
            return (
                "`pylife check --fix` makes some findings pass, `--unsafe-fixes` more; run the"
                " tests then, since only they can prove those."
            )


class Judgement(NamedTuple):
    """What the rules say of one project, or of the fleet.

    Findings in the order of their place, and (code, reason) for each rule that could
    not be evaluated.
    """

    findings: tuple[Finding, ...]
    not_evaluated: tuple[tuple[str, str], ...]


def judge(facts: Facts) -> Judgement:
    """Apply every rule on projects to `facts`."""
    return _judgement(
        facts.project.name, ((rule, rule.check(facts)) for rule in PROJECT_RULES.values())
    )


def judge_fleet(facts: FleetFacts) -> Judgement:
    """Apply every rule on fleets to `facts`; the findings' project is the fleet's name."""
    return _judgement(facts.name, ((rule, rule.check(facts)) for rule in FLEET_RULES.values()))


def _judgement(
    name: str, said: Iterable[tuple[Documented, Iterable[Verdict | NotEvaluated]]]
) -> Judgement:
    findings: list[Finding] = []
    skipped: list[tuple[str, str]] = []
    for rule, verdicts in said:
        for verdict in verdicts:
            if isinstance(verdict, NotEvaluated):
                skipped.append((rule.code, verdict.reason))
            else:
                findings.append(finding(rule, name, verdict))
    findings.sort(key=lambda item: (item.file or "", item.line or 0, item.code, item.subject))
    return Judgement(findings=tuple(findings), not_evaluated=tuple(skipped))

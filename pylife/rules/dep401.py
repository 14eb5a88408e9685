"""A dependency's floor is below the policy's.

Why: the requirement still allows releases that the policy has dropped: they are promised to
people, tested by nobody, and keep the code from what newer releases have.

Fix: raise the least version of the requirement to the oldest release that is supported.

Example: `numpy>=1.21` under SPEC 0, which supports a release of the core packages for two years.
"""

from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pylife import policy
from pylife.model import Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each requirement that allows a release below the policy's floor for that package."""
    if not facts.is_library or not facts.requirements or not facts.window.policy.dependencies:
        return
    floors = policy.dependency_floors(
        facts.window.policy, facts.window.as_of, {name for name, _ in facts.requirements}
    )
    for name, specifier in facts.requirements:
        floor = floors.get(name)
        if floor is None:
            continue
        try:
            allowed = SpecifierSet(specifier).to_range()
        except InvalidSpecifier:
            continue
        if not allowed.is_disjoint(SpecifierSet(f"<{floor.version}").to_range()):
            since = f" since {floor.since}" if floor.since else ""
            yield Verdict(
                subject=name,
                message=f"{name}{specifier} allows releases before {floor.version}, the oldest that"
                f" the policy {facts.window.policy.name!r} supports{since} ({floor.rule})",
                help=f"require {name}>={floor.version}",
                file=facts.metadata_file,
                effective=str(floor.since) if floor.since else None,
            )


RULE = Rule(code="DEP401", severity=Severity.WARNING, check=check, documentation=__doc__)

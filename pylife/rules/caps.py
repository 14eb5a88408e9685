"""What an upper bound keeps out; shared by the rules that speak of ranges."""

from packaging.specifiers import SpecifierSet

from pylife.model import PythonVersion, Stage, coverage
from pylife.rules.base import Facts


def capped_away(facts: Facts) -> frozenset[PythonVersion]:
    """The Pythons of the window that only the range's upper bound leaves out."""
    supports = facts.supports
    if supports is None or supports.specifier is None or facts.covered is None:
        return frozenset()
    without = coverage(uncapped(supports.specifier), facts.calendar.versions)
    gained = set(without.full) - facts.covered
    wanted = facts.window.at(Stage.SUPPORTED, Stage.ADOPTING)
    return frozenset(gained.intersection(wanted))


def uncapped(specifier: SpecifierSet) -> SpecifierSet:
    """`specifier` without its upper bounds.

    `~=3.9` and `==3.9.*` cap as well as they floor: their floor alone is `>=`.
    """
    clauses = []
    for clause in specifier:
        if clause.operator in {"~=", "==", "==="}:
            clauses.append(f">={clause.version.removesuffix('.*')}")
        elif clause.operator not in {"<", "<="}:
            clauses.append(str(clause))
    return SpecifierSet(",".join(clauses))

"""What the rules on dependencies rest on: the verdicts of an earlier run of `pylife deps`."""

from collections.abc import Iterable
from typing import NamedTuple

from pylife.dependencies.stored import Stored, StoredVerdict
from pylife.model import PythonVersion, Severity, Stage
from pylife.rules.base import Facts, NotEvaluated

_ASKED = frozenset({Stage.PREVIEW, Stage.ADOPTING, Stage.SUPPORTED, Stage.DEPRECATED})
OLD_DAYS = 30
"""From this age on verdicts are said to be old: enough for a monthly job."""


class Basis(NamedTuple):
    """The verdicts on the Pythons on which the project is to be installed, oldest first.

    Those that the policy does not speak of, or has dropped, are left out.
    """

    facts: Facts
    stored: Stored
    verdicts: tuple[tuple[PythonVersion, StoredVerdict], ...]

    @property
    def age(self) -> str:
        """How old they are, for the end of a message."""
        days = self.stored.age(self.facts.window.as_of)
        if days == 0:
            return "by today's verdicts"
        return f"by verdicts that are {days} day{'' if days == 1 else 's'} old"


def basis(facts: Facts) -> Basis | NotEvaluated | None:
    """The verdicts; None where none was ever made, which `pylife deps` does.

    Verdicts on other requirements than those of today say nothing.
    """
    stored = facts.dependencies
    if stored is None:
        return None
    if not stored.current:
        return NotEvaluated(
            f"what is required has changed since the verdicts of {stored.made}: run `pylife deps`"
        )
    wanted = declared(facts)
    if wanted is None:
        return facts.unknown_range()
    return Basis(
        facts,
        stored,
        tuple(
            (python, said)
            for python, said in sorted(stored.pythons.items())
            if python in wanted and facts.window.stage(python) in _ASKED
        ),
    )


def declared(facts: Facts) -> frozenset[PythonVersion] | None:
    """The Pythons on which it is to be installed; None where that cannot be read.

    Those of its range; of what is deployed those that it runs on; where nothing is said, those
    that the policy asks for.
    """
    if facts.covered is not None:
        return facts.covered
    if facts.supports is not None:
        return None
    runtimes = frozenset(python.plain for item in facts.runtimes for python in item.versions or ())
    return runtimes or frozenset(facts.window.required)


def severity(facts: Facts, pythons: Iterable[PythonVersion]) -> Severity:
    """An error where people are promised one of them today, else a warning."""
    promised = facts.window.at(Stage.SUPPORTED, Stage.DEPRECATED, Stage.ADOPTING)
    return Severity.ERROR if set(pythons) & set(promised) else Severity.WARNING

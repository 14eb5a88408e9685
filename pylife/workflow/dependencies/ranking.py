"""Who holds back the fleet: blockers by how many projects they stand in the way of."""

from collections.abc import Iterable

from pylife.dependencies.reasons.ranking import Ranked, rank
from pylife.dependencies.records import Verdict
from pylife.workflow.dependencies.results import ProjectVerdicts

__all__ = ["Ranked", "ranked"]


def ranked(results: Iterable[ProjectVerdicts]) -> tuple[Ranked, ...]:
    """The blockers of the plain sets, those of most projects first."""
    return rank(
        (result.member.project.name, target, judged.blockers)
        for result in results
        if result.plain is not None
        for target, judged in result.plain.verdicts.items()
        if judged.verdict in {Verdict.BLOCKED, Verdict.SDIST_ONLY}
    )

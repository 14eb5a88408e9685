"""Which requirements apply on a target."""

from functools import lru_cache

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName

from pylife.dependencies.index import targets
from pylife.dependencies.records import Target
from pylife.dependencies.resolve import patches


@lru_cache(maxsize=256)
def environment(target: Target) -> dict[str, str]:
    """All marker variables of PEP 508 on `target`, with its newest patch release.

    `packaging` would fill what is left out from the Python that it runs on.
    """
    return {**targets.environment(target, patches.full(target.python)), "extra": ""}


def holds(marker: Marker | None, target: Target) -> bool:
    """Whether a requirement with `marker` applies on `target`; without one it applies everywhere.

    A marker that asks for what is not known of a target counts as true: to leave a requirement
    out could make a verdict greener than it is.
    """
    if marker is None:
        return True
    try:
        return marker.evaluate(environment(target))
    except (UndefinedEnvironmentName, UndefinedComparison):
        return True

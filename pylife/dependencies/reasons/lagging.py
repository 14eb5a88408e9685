"""What other packages ask for and no index has: a conflict only by its looks.

A package of which every release that was tried asks for a release that is not listed cannot be
had, whatever else gives way. That happens where an index lags behind: it has the newest release
of a package and not yet the one of the sibling that this wants.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol, runtime_checkable

from pylife.dependencies.records import Answer, Bound, Demand, Target
from pylife.dependencies.resolve.ranges import readable, satisfies
from pylife.dependencies.resolve.trace import PROJECT, Trace


class Traced(Protocol):
    """An answer with what was looked at on the way to it."""

    @property
    def answer(self) -> Answer:
        """The answer."""

    @property
    def trace(self) -> Trace:
        """What was tried."""


@runtime_checkable
class Tracing(Protocol):
    """A resolver that tells what it tried."""

    def resolve(
        self, demand: Demand, target: Target, *, build: bool = False, bound: Bound = "highest"
    ) -> Traced:
        """The resolution of `demand` on `target`, or that there is none, with its trace."""


class Missing(NamedTuple):
    """A release such as `kfp 2.17.3`, and the range that it asks for and nothing listed is in."""

    parent: str
    range: str


def missing(trace: Trace, name: str, listed: Iterable[str]) -> Missing | None:
    """Who asks for releases of `name` that are none of `listed`, in a resolution that failed.

    Only packages of which each release that was tried does so; the first of these that was
    tried, by its first release. None where there is none, or where the trace tells nothing.
    """
    versions = tuple(listed)
    found: dict[str, Missing] = {}
    others: set[str] = set()
    for released in trace.selected:
        wishes = trace.wishes.get(released, ()) if released != PROJECT else ()
        asked = (readable(wanted) for child, wanted in wishes if child == name)
        none = next((each for each in asked if not _any(each, versions)), None)
        if none is None:
            others.add(released[0])
        else:
            found.setdefault(released[0], Missing(" ".join(released), none))
    return next((each for parent, each in found.items() if parent not in others), None)


def _any(wanted: str, versions: tuple[str, ...]) -> bool:
    return wanted == "*" or any(satisfies(wanted, each) for each in versions)

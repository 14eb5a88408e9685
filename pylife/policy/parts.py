"""Parts of a policy that most have none of, as data: loaded where a policy has them."""

import datetime as dt
from typing import NamedTuple

from pylife.calendar import Dated
from pylife.model import PythonVersion
from pylife.policy.moments import Moment
from pylife.policy.offsets import Offset
from pylife.policy.records import Settings


class Override(NamedTuple):
    """Fixed dates of one Python by stage (adopt, deprecate, drop, block), with the reason."""

    python: PythonVersion
    dates: tuple[tuple[str, Dated], ...]
    reason: str


class Scope(NamedTuple):
    """Settings for the projects that all of the selectors match (each is of several values)."""

    selectors: tuple[tuple[str, tuple[str | int, ...]], ...]
    settings: Settings


class DependencyRule(NamedTuple):
    """When each minor release of a package is dropped; the newest `keep_newest` never are."""

    name: str
    drop: Moment
    keep_newest: int = 1


class Retention(NamedTuple):
    """How old evidence may be and how long it is kept; None where there is no end.

    Results older than `max_age` are not used: their cells are run again. Logs are
    deleted after `logs`, results and observations after `results`.
    """

    max_age: Offset | None = None
    logs: Offset | None = None
    results: Offset | None = None


class OwnRelease(NamedTuple):
    """A release of the project that follows the policy.

    `lts` is the end of the support of a long-term release; `adds` are the Pythons that it
    is the first to support.
    """

    version: str
    date: Dated
    lts: Dated | None = None
    adds: tuple[PythonVersion, ...] = ()


class Own(NamedTuple):
    """The releases of the project that follows the policy, by date; none is missing to `known`."""

    releases: tuple[OwnRelease, ...] = ()
    known: dt.date | None = None

"""The words of dependency verdicts: what is asked, what was found, and why.

Days are ISO dates (`2026-10-07`), in UTC, as an index gives them; None where it gives none.
Names of distributions are normalised (PEP 503), versions as they are published.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from pylife.model import PythonVersion


class Index(NamedTuple):
    """A package index; `url` holds no credentials. A `flat` one is a page or folder of files."""

    url: str
    name: str | None = None
    default: bool = False
    """The one that is asked last."""
    explicit: bool = False
    """Asked only for what names it."""
    flat: bool = False
    ignored: tuple[int, ...] = ()
    """Statuses of HTTP by which it says that it has no such name (uv's `ignore-error-codes`)."""


class Strategy(StrEnum):
    """What is taken of several indexes; uv's words."""

    FIRST_INDEX = "first-index"
    """Only the first index that has the name at all: nobody can slip in a namesake."""
    UNSAFE_FIRST_MATCH = "unsafe-first-match"
    UNSAFE_BEST_MATCH = "unsafe-best-match"


class Indexes(NamedTuple):
    """The indexes of a project in the order in which they are asked, the default one last.

    `find_links` are folders or pages of files beside them; `told_by` says where this was
    configured, such as `uv.toml` or `the environment`.
    """

    indexes: tuple[Index, ...]
    find_links: tuple[str, ...] = ()
    strategy: Strategy = Strategy.FIRST_INDEX
    told_by: str = ""
    pinned: tuple[tuple[str, str], ...] = ()
    """Distributions that one index alone has to give, as (name, that index's name), sorted."""


class Target(NamedTuple):
    """Where something is to be installed: a feature release and a platform by pylife's name."""

    python: PythonVersion
    platform: str = "linux-x86_64"


class Loads(StrEnum):
    """Whether a release can be installed on a target, the best way that there is."""

    EXACT = "exact"
    """A wheel for this very Python: cpXY, for a free-threaded one cpXYt."""
    ABI3 = "abi3"
    ABI3T = "abi3t"
    ANY = "none-any"
    """A wheel for every Python and platform, or one for every Python of this platform."""
    SDIST_ONLY = "sdist-only"
    """A source distribution and no wheel that loads."""
    NO_WHEEL = "no-wheel"
    """Wheels, none of which loads here, and no source distribution."""
    EXCLUDED = "requires-python"
    """Its requires-python leaves this Python out."""
    EMPTY = "no-files"

    @property
    def by_wheel(self) -> bool:
        """Whether a wheel loads."""
        return self in {Loads.EXACT, Loads.ABI3, Loads.ABI3T, Loads.ANY}


class Release(NamedTuple):
    """A release as it stands on one target.

    `uploaded` is the day of the first file that loads (of the first file at all where none
    does), `first` that of the release. `evidenced`: somebody thought of this Python when it
    was made: a cpXY wheel, or an upload after that Python's beta 1.
    """

    version: str
    loads: Loads
    uploaded: str | None
    first: str | None
    requires_python: str | None = None
    yanked: str | None = None
    """The reason (perhaps empty) for which it was withdrawn; None where it was not."""
    prerelease: bool = False
    evidenced: bool = False

    @property
    def usable(self) -> bool:
        """Whether a wheel loads and it is not withdrawn."""
        return self.loads.by_wheel and self.yanked is None


class Listed(NamedTuple):
    """What an index has under a name, on one target, the newest version first."""

    name: str
    releases: tuple[Release, ...]
    origin: str
    """The address of the index, without credentials."""
    dated: bool
    """Whether it says when files were uploaded."""
    fetched: str
    """When the page was fetched: an ISO instant in UTC."""


class Absent(NamedTuple):
    """No configured index knows the name."""

    name: str


class Unavailable(NamedTuple):
    """What an index has is not known: it could not be asked, or answered nonsense."""

    name: str
    reason: str


class Support(Protocol):
    """What is published, as it stands on a target; may be asked by several threads at a time."""

    def __call__(self, name: str, target: Target) -> Listed | Absent | Unavailable:
        """The releases of `name` on `target`; fetched where they are not known yet."""

    def prefetch(self, names: "tuple[str, ...]") -> None:
        """Fetch the pages of all these names at a time."""


Bound = Literal["highest", "lowest-direct", "lowest"]


class Demand(NamedTuple):
    """What is to be installed together, as lines of PEP 508.

    `requirements` are those of the project, `constraints` and `overrides` its own.
    `links` is a folder of wheels that stand for the fleet's own libraries: what is in it comes
    from nowhere else. `excludes` are names that are left out wherever they are required, to see
    whether the rest would install. `before`: with what was published by the end of that day.
    """

    requirements: tuple[str, ...]
    indexes: Indexes
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    prereleases: tuple[str, ...] = ()
    """Names of which prereleases may be taken."""
    any_prerelease: bool = False
    links: Path | None = None
    before: dt.date | None = None


class Pick(NamedTuple):
    """A release that a resolution chose; `via` are those that require it, sorted.

    A name in `via` that is none of a pick is the project itself, written `""`. `wanted` are the
    specifiers by which the chosen releases and the project ask for it, where they do, such as
    `>=2,<4`; alternatives within one are joined by ` | `.
    """

    name: str
    version: str
    via: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


class Solved(NamedTuple):
    """A resolution, sorted by name."""

    picks: tuple[Pick, ...]


class Unsolved(NamedTuple):
    """There is no resolution; `told` is the resolver's own account, for people."""

    told: str


class Broken(NamedTuple):
    """The resolver could not do its work (no network, a server's error): no verdict at all."""

    reason: str


Answer = Solved | Unsolved | Broken


class Resolver(Protocol):
    """Asks for a resolution; may be called by several threads at a time."""

    def __call__(
        self, demand: Demand, target: Target, *, build: bool = False, bound: Bound = "highest"
    ) -> Answer:
        """The resolution of `demand` on `target`, agreeing with pip on upper bounds.

        Only wheels, unless `build` allows source distributions (which runs their build).
        """


class Flag(StrEnum):
    """What an audit says against a pick."""

    ANCIENT = "ancient"
    """Older than this Python, while a newer release that was allowed does not load on it."""
    YANKED = "yanked"
    PRERELEASE = "prerelease"
    UPPER_BOUND = "upper-bound"
    """Newer releases exclude this Python by an upper bound, which uv alone would not see."""
    UNEVIDENCED = "unevidenced"
    """Its wheel loads, but nobody has shown that it was made with this Python in mind."""
    SDIST_ONLY = "sdist-only"


class Audited(NamedTuple):
    """A pick with what is said against it."""

    package: str
    version: str
    flags: tuple[Flag, ...] = ()
    uploaded: str | None = None
    note: str = ""
    """What the flags mean here, in words."""


class Verdict(StrEnum):
    """Whether a project's requirements install on a target."""

    INSTALLS = "installs"
    """Wheels for everything, by an audited resolution."""
    SDIST_ONLY = "sdist-only"
    """It resolves, and something must be built from source."""
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a package blocks."""

    REQUIRES_PYTHON = "requires-python"
    NO_WHEEL = "no-wheel"
    SDIST_ONLY = "sdist-only"
    ABSENT_VERSION = "absent-version"
    """What is asked for is on no index: it never was, was removed, or the index lags."""
    CONFLICT = "conflict"
    OWN_CAP = "own-cap"
    """A release that loads exists and the project's own specifier leaves it out."""
    UNAVAILABLE = "unavailable"


class Dated(NamedTuple):
    """A release and the day since when it can be had as said."""

    version: str
    date: str | None


class Blocker(NamedTuple):
    """A package that stands in the way on one target.

    `chain` leads from the project's own requirement to it, both included. `own_cap` is the
    requirement of the project that would have to be relaxed, as it is written.
    """

    package: str
    chain: tuple[str, ...]
    reason: Reason
    own_cap: str | None = None
    loads_from: Dated | None = None
    """The first release after those that are asked for on which a wheel loads."""
    evidenced_from: Dated | None = None
    told: str = ""
    """In words: what is there, and what would have to be."""


class Basis(NamedTuple):
    """What a verdict rests on: the oldest page that was used, the resolver, the date asked for."""

    index_date: str | None
    """When the oldest page was fetched: an ISO instant in UTC; None where none was."""
    resolver: str
    """Such as `uv 0.13.8`."""
    before: str | None = None
    undated: tuple[str, ...] = ()
    """Indexes without upload times: what `before` means there is not known."""


class Judged(NamedTuple):
    """The verdict on one demand and target."""

    verdict: Verdict
    basis: Basis
    blockers: tuple[Blocker, ...] = ()
    picks: tuple[Audited, ...] = ()
    reason: str = ""
    """Of an unknown one: why. Of others, what else is to be said."""
    disagreements: tuple[str, ...] = ()
    """Where pip and uv would not do the same."""
    complete: bool = True
    """Whether `blockers` are all that there are."""


class Floor(NamedTuple):
    """A floor to be raised; `applies` is a marker where it need not hold everywhere."""

    package: str
    from_: str
    """The requirement as it is written."""
    to: str
    """The requirement as it should be."""
    why: str
    pythons: tuple[PythonVersion, ...] = ()
    marker: str | None = None


Judgements = Mapping[Target, Judged]

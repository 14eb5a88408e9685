"""What an earlier run said of a project's dependencies, as the rules of `pylife check` know it.

Plain words, so that a check that needs none of it loads next to nothing.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from pylife.model import PythonVersion


class StoredBlocker(NamedTuple):
    """What stood in the way; see `pylife.dependencies.records.Blocker`.

    `file` and `line` are where the requirement stands that leads to it, where that is known.
    """

    package: str
    chain: tuple[str, ...]
    reason: str
    own_cap: str | None = None
    loads_from: str | None = None
    """The version and its date, such as `3.13 (2026-08-01)`."""
    evidenced_from: str | None = None
    file: str | None = None
    line: int | None = None


class StoredPick(NamedTuple):
    """A release that was chosen, of which the audit says something."""

    package: str
    version: str
    flags: tuple[str, ...]
    note: str = ""


class StoredVerdict(NamedTuple):
    """The verdict on one Python, with the words of `pylife.dependencies.records.Verdict`."""

    verdict: str
    reason: str = ""
    platform: str = ""
    blockers: tuple[StoredBlocker, ...] = ()
    picks: tuple[StoredPick, ...] = ()
    disagreements: tuple[str, ...] = ()
    sets: Mapping[str, Mapping[str, str]] = {}
    """By platform where it installs: what was chosen, by normalised name, in which version."""


class Stored(NamedTuple):
    """What was said of a project.

    `made` is the day on which it was judged, `index_date` the instant of the oldest page that it
    rests on. `current` says whether the project requires today what it did then.
    """

    made: dt.date
    resolver: str
    index_date: str | None
    pythons: Mapping[PythonVersion, StoredVerdict]
    current: bool = True

    def age(self, as_of: dt.date) -> int:
        """How many days lie between what it rests on and the day `as_of`."""
        last = self.made
        if self.index_date is not None:
            last = min(last, dt.datetime.fromisoformat(self.index_date).date())
        return max(0, (as_of - last).days)


def stored(document: Mapping[str, Any], *, requires: str) -> Stored:
    """Read what a run has kept; `requires` is the digest of what the project requires today.

    Raises LookupError, TypeError, AttributeError or ValueError for what is no such document.
    """
    return Stored(
        made=dt.date.fromisoformat(document["made"]),
        resolver=document["resolver"],
        index_date=document["index_date"],
        pythons={
            PythonVersion.parse(python): _verdict(said)
            for python, said in document["pythons"].items()
        },
        current=document["requires"] == requires,
    )


def _verdict(said: Mapping[str, Any]) -> StoredVerdict:
    return StoredVerdict(
        verdict=said["verdict"],
        reason=said["reason"],
        platform=said["platform"],
        blockers=tuple(
            StoredBlocker(**{**blocker, "chain": tuple(blocker["chain"])})
            for blocker in said["blockers"]
        ),
        picks=tuple(
            StoredPick(pick["package"], pick["version"], tuple(pick["flags"]), pick["note"])
            for pick in said["picks"]
        ),
        disagreements=tuple(said["disagreements"]),
        sets=said.get("sets", {}),
    )

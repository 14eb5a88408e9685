"""How each release of a project stands on a target: the support map.

By pip's rules: a requires-python has to cover the newest patch release of the Python (uv looks
at its lower bound alone), one that cannot be read hinders nothing, and a file that was yanked
counts only where all files of the release were.
"""

import datetime as dt
import hashlib
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from pylife import calendar
from pylife.dependencies.index.client import Client, Found, Known
from pylife.dependencies.index.filenames import comparable
from pylife.dependencies.index.pages import File, newest_first
from pylife.dependencies.index.tags import Wheels, wheels
from pylife.dependencies.records import Absent, Listed, Loads, Release, Target, Unavailable
from pylife.dependencies.resolve import patches
from pylife.model import PythonVersion

_BY_WHEEL = (Loads.EXACT, Loads.ABI3, Loads.ABI3T, Loads.ANY)


class Support:
    """What the indexes of `client` have, as it stands on targets (`records.Support`).

    `day`: only with what was uploaded by the end of that day. May be asked by several threads.
    """

    def __init__(self, client: Client, day: dt.date | None = None) -> None:
        self._client = client
        self._day = day.isoformat() if day is not None else None
        self._listed: dict[tuple[str, Target], Listed | Absent | Unavailable] = {}
        self._earlier: dict[dt.date, Support] = {}
        self._lock = threading.Lock()

    def __call__(self, name: str, target: Target) -> Listed | Absent | Unavailable:
        """The releases of `name` on `target`; fetched where they are not known yet.

        Raises UsageError for a platform that is not known.
        """
        name = canonicalize_name(name)
        key = (name, target)
        found = self._listed.get(key)
        if found is None:
            found = self._listed[key] = _listed(name, self._client.page(name), target, self._day)
        return found

    def prefetch(self, names: tuple[str, ...]) -> None:
        """Fetch the pages of all these names at a time."""
        self._client.pages(names)

    def before(self, day: dt.date) -> "Support":
        """The same indexes as they were at the end of `day` (in UTC).

        What does not say when it was uploaded was not there then; `Listed.dated` tells of it.
        """
        with self._lock:
            return self._earlier.setdefault(day, Support(self._client, day))

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """A digest of all that the indexes say of each name; none of what is not known now."""
        known = self._client.pages(names)
        digests = {name: _digest(one) for name, one in known.items()}
        return {name: digest for name, digest in digests.items() if digest is not None}

    def fetched(self, names: Iterable[str]) -> dict[str, str]:
        """Since when it is known what the indexes have of each name that they have.

        An ISO instant in UTC: that of the oldest page.
        """
        return {
            name: _fetched(one)
            for name, one in self._client.pages(names).items()
            if not isinstance(one, Absent | Unavailable)
        }

    def changed(self, since: Mapping[str, str]) -> tuple[str, ...]:
        """The names of `since` (of `digests`) of which something else is said now, sorted.

        Where it is not known what is said now, that is a change.
        """
        now = self.digests(since)
        return tuple(sorted(name for name in since if now.get(name) != since[name]))


def _digest(known: Known) -> str | None:
    match known:
        case Unavailable():
            return None
        case Absent():
            return "absent"
        case _:
            text = "\n".join(f"{one.origin} {one.digest}" for one in known)
            return hashlib.sha256(text.encode()).hexdigest()[:32]


def _listed(
    name: str, known: Known, target: Target, day: str | None
) -> Listed | Absent | Unavailable:
    if isinstance(known, Absent | Unavailable):
        return known
    rules = _rules(target)
    releases = []
    editions = _editions(known)
    for version, files in editions.items():
        there = files if day is None else [f for f in files if f.uploaded and f.uploaded <= day]
        if there:
            releases.append(rules.release(version, tuple(there)))
    return Listed(
        name,
        tuple(releases),
        ", ".join(dict.fromkeys(one.origin for one in known)),
        # Of the same file on two indexes, one date will do.
        dated=all(file.uploaded for files in editions.values() for file in files),
        fetched=_fetched(known),
    )


def _fetched(known: tuple[Found, ...]) -> str:
    return min(one.fetched for one in known).astimezone(dt.UTC).isoformat(timespec="seconds")


def _editions(known: tuple[Found, ...]) -> dict[str, tuple[File, ...]]:
    """The files of each version, the newest first, of all pages together."""
    if len(known) == 1:
        return {one.version: one.files for one in known[0].page.editions}
    editions = (edition for one in known for edition in one.page.editions)
    return {version: _once(files) for version, files in newest_first(editions)}


def _once(files: list[File]) -> tuple[File, ...]:
    """Each file once, from where it says when it was uploaded."""
    best: dict[str | None, File] = {}
    for file in files:
        before = best.get(file.tags)
        if before is None or (before.uploaded is None and file.uploaded is not None):
            best[file.tags] = file
    return tuple(best.values())


class _Stand(NamedTuple):
    """How files of a release stand on a target: places in their order.

    `best` is the file that is taken; `loading` all that load.
    """

    loads: Loads
    best: int
    loading: tuple[int, ...]
    named: bool
    yanked: str | None


class _Rules:
    """The rules by which a release stands on one target."""

    def __init__(self, target: Target) -> None:
        self._wheels: Wheels = wheels(target)
        self._python = patches.compared(target.python)
        self._beta = _beta(target.python)
        self._allows: dict[str | None, bool] = {None: True}
        self._stands: dict[tuple[tuple[str | None, str | None, str | None], ...], _Stand] = {}

    def release(self, version: str, files: tuple[File, ...]) -> Release:
        """The release `version` of `files`, of which there is at least one."""
        key = tuple([(file.tags, file.requires_python, file.yanked) for file in files])
        stand = self._stands.get(key)
        if stand is None:
            stand = self._stands[key] = self._stand(files)
        days = [files[place].uploaded for place in stand.loading]
        first = min((file.uploaded for file in files if file.uploaded), default=None)
        dated = [day for day in days if day]
        later = self._beta is not None and any(day >= self._beta for day in dated)
        installable = stand.loads.by_wheel or stand.loads is Loads.SDIST_ONLY
        return Release(
            version,
            stand.loads,
            min(dated, default=None) if days else first,
            first,
            files[stand.best].requires_python,
            stand.yanked,
            comparable(version).is_prerelease,
            evidenced=installable and (stand.named or later),
        )

    def _stand(self, files: tuple[File, ...]) -> _Stand:
        live = [place for place, file in enumerate(files) if file.yanked is None]
        yanked = None if live else next((file.yanked for file in files if file.yanked), "")
        live = live or list(range(len(files)))
        allowed = [place for place in live if self._allowed(files[place].requires_python)]
        if not allowed:
            return _Stand(Loads.EXCLUDED, live[0], (), named=False, yanked=yanked)
        fits = {
            place: fit
            for place in allowed
            if (tags := files[place].tags) is not None
            and (fit := self._wheels.fit(tags)) is not None
        }
        if fits:
            best = min(fits, key=lambda place: _BY_WHEEL.index(fits[place].loads))
            named = any(fit.named for fit in fits.values())
            return _Stand(fits[best].loads, best, tuple(fits), named, yanked)
        sources = tuple(place for place in allowed if files[place].tags is None)
        if sources:
            return _Stand(Loads.SDIST_ONLY, sources[0], sources, named=False, yanked=yanked)
        return _Stand(Loads.NO_WHEEL, allowed[0], (), named=False, yanked=yanked)

    def _allowed(self, specifier: str | None) -> bool:
        found = self._allows.get(specifier)
        if found is None:
            found = self._allows[specifier] = covers(specifier or "", self._python)
        return found


def covers(specifier: str, full: str) -> bool:
    """Whether a requires-python lets the patch release `full` (3.13.9) in, as pip sees it."""
    try:
        return SpecifierSet(specifier).contains(full, prereleases=True)
    except InvalidSpecifier:
        return True


@lru_cache(maxsize=64)
def _rules(target: Target) -> _Rules:
    return _Rules(target)


def _beta(python: PythonVersion) -> str | None:
    """The day of the first beta; of a Python whose calendar is not known: None."""
    found = calendar.load().releases.get(python.plain)
    return found.beta1.last.isoformat() if found is not None and found.beta1 is not None else None

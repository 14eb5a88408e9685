"""A small world of packages with a complete resolver: slow, obvious, and never wrong.

It stands for the index and for uv in tests of what is built on their answers.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from pylife.dependencies.reasons.places import environment
from pylife.dependencies.records import (
    Absent,
    Answer,
    Bound,
    Demand,
    Indexes,
    Listed,
    Loads,
    Pick,
    Release,
    Solved,
    Target,
    Unavailable,
    Unsolved,
)
from pylife.model import PythonVersion, coverage

NOWHERE = Indexes(())


def on(python: str, platform: str = "linux-x86_64") -> Target:
    return Target(PythonVersion.parse(python), platform)


def demand(*requirements: str, **more: object) -> Demand:
    return Demand(requirements, NOWHERE, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Made:
    """A release: `wheels` are Pythons (`*` for all), each perhaps with a day (`3.13@2025-01-01`)."""

    version: str
    wheels: tuple[str, ...] = ("*",)
    requires: tuple[str, ...] = ()
    python: str | None = None
    sdist: bool = False
    day: str = "2024-01-01"
    yanked: str | None = None

    def seen(self, target: Target) -> Release:
        prerelease = Version(self.version).is_prerelease
        loads, day = self._loads(target)
        return Release(
            self.version,
            loads,
            day,
            self.day,
            self.python,
            self.yanked,
            prerelease,
            evidenced=loads is Loads.EXACT,
        )

    def _loads(self, target: Target) -> tuple[Loads, str]:
        python = target.python
        if self.python is not None:
            covered = coverage(SpecifierSet(self.python), (python.plain,))
            if not covered.full and not covered.partial:
                return Loads.EXCLUDED, self.day
        for wheel in self.wheels:
            name, _, day = wheel.partition("@")
            if name in {"*", str(python)}:
                return (Loads.ANY if name == "*" else Loads.EXACT), day or self.day
        return (Loads.SDIST_ONLY if self.sdist else Loads.NO_WHEEL), self.day


@dataclass
class Universe:
    """Packages by name; it is both the support map and the resolver of tests."""

    packages: Mapping[str, tuple[Made, ...]]
    dated: bool = True
    down: frozenset[str] = frozenset()
    tells: bool = True
    """Whether the resolver's accounts name what was not found, and picks what is asked of them."""
    asked: list[tuple[Demand, Target, Bound]] = field(default_factory=list)

    def __call__(self, name: str, target: Target) -> Listed | Absent | Unavailable:
        if name in self.down:
            return Unavailable(name, "it did not answer")
        if name not in self.packages:
            return Absent(name)
        releases = sorted(
            (made.seen(target) for made in self.packages[name]),
            key=lambda release: Version(release.version),
            reverse=True,
        )
        origin = "https://index.example/simple"
        return Listed(name, tuple(releases), origin, self.dated, "2026-11-21T00:00:00Z")

    def prefetch(self, names: tuple[str, ...]) -> None:
        assert names == tuple(sorted(names))

    def resolve(
        self, demand: Demand, target: Target, *, build: bool = False, bound: Bound = "highest"
    ) -> Answer:
        self.asked.append((demand, target, bound))
        return Resolution(self, demand, target, bound, build=build).answer()


class Resolution:
    """One question, answered by trying everything in the order of preference."""

    def __init__(
        self, world: Universe, demand: Demand, target: Target, bound: Bound, *, build: bool
    ) -> None:
        self.world, self.demand, self.target, self.bound = world, demand, target, bound
        self.build = build
        self.environment = environment(target)
        self.excluded = {canonicalize_name(name) for name in demand.excludes}
        self.direct = list(self._applying(demand.requirements))
        self.overrides = {each.name: each for each in self._applying(demand.overrides)}
        self.limits = list(self._applying(demand.constraints))
        self.linked = _linked(demand.links)
        self.missing: set[str] = set()

    def _applying(self, texts: Iterable[str]) -> Iterator[Requirement]:
        for text in texts:
            requirement = Requirement(text)
            requirement.name = canonicalize_name(requirement.name)
            if requirement.marker is None or requirement.marker.evaluate(self.environment):
                yield requirement

    def answer(self) -> Answer:
        roots = [each for each in map(self._overridden, self.direct) if each]
        chosen = self._choose({}, roots)
        if chosen is None:
            missing = sorted(self.missing) if self.world.tells else []
            return Unsolved(", ".join(f"{name} has no usable wheels" for name in missing))
        picks = []
        for name, made in sorted(chosen.items()):
            asks = [
                (other, str(each.specifier))
                for other, its in chosen.items()
                for each in self._requires(its)
                if each.name == name
            ]
            asks += [("", str(each.specifier)) for each in roots if each.name == name]
            via = tuple(sorted({other for other, _ in asks}))
            wanted = tuple(sorted({text for _, text in asks} - {""}))
            picks.append(Pick(name, made.version, via, wanted if self.world.tells else ()))
        return Solved(tuple(picks))

    def _overridden(self, requirement: Requirement) -> Requirement | None:
        if requirement.name in self.excluded:
            return None
        return self.overrides.get(requirement.name, requirement)

    def _requires(self, made: Made) -> list[Requirement]:
        found = (self._overridden(each) for each in self._applying(made.requires))
        return [each for each in found if each is not None]

    def _choose(
        self, chosen: dict[str, Made], waiting: list[Requirement]
    ) -> dict[str, Made] | None:
        while waiting and waiting[0].name in chosen:
            if not waiting[0].specifier.contains(chosen[waiting[0].name].version, prereleases=True):
                return None
            waiting = waiting[1:]
        if not waiting:
            return chosen
        name = waiting[0].name
        asking = [each for each in (*waiting, *self.limits) if each.name == name]
        candidates = self._candidates(name, asking)
        if not candidates:
            self.missing.add(name)
        for made in candidates:
            found = self._choose({**chosen, name: made}, [*waiting, *self._requires(made)])
            if found is not None:
                return found
        return None

    def _candidates(self, name: str, asking: list[Requirement]) -> list[Made]:
        releases = self.linked.get(name) or self.world.packages.get(name, ())
        pins = {
            clause.version
            for each in asking
            for clause in each.specifier
            if clause.operator == "=="
        }
        fine = []
        for made in releases:
            seen = made.seen(self.target)
            by_source = self.build and seen.loads is Loads.SDIST_ONLY
            if not seen.loads.by_wheel and not by_source:
                continue
            before = self.demand.before
            if before is not None and (seen.uploaded or "9999") > before.isoformat():
                continue
            if seen.yanked is not None and made.version not in pins:
                continue
            if seen.prerelease and not (
                self.demand.any_prerelease or name in self.demand.prereleases
            ):
                continue
            if all(each.specifier.contains(made.version, prereleases=True) for each in asking):
                fine.append(made)
        direct = name in {each.name for each in self.direct}
        lowest = self.bound == "lowest" or (self.bound == "lowest-direct" and direct)
        return sorted(fine, key=lambda made: Version(made.version), reverse=not lowest)


def _linked(folder: Path | None) -> dict[str, tuple[Made, ...]]:
    found: dict[str, list[Made]] = {}
    for path in sorted(folder.glob("*.whl")) if folder else ():
        name, number, _, _ = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            member = next(each for each in archive.namelist() if each.endswith("/METADATA"))
            read = message_from_bytes(archive.read(member))
        requires = tuple(read.get_all("Requires-Dist") or ())
        made = Made(str(number), requires=requires, python=read.get("Requires-Python"))
        found.setdefault(str(name), []).append(made)
    return {name: tuple(all_of) for name, all_of in found.items()}

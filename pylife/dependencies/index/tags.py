"""Which wheels load on a target, by packaging's tags.

abi3 does not load on free-threaded builds; abi3t (PEP 803, Python 3.15) loads on them alone,
and wheels that are built for both say `abi3.abi3t`. packaging 26.3 knows both.
"""

from functools import lru_cache
from typing import NamedTuple

from packaging.tags import (
    InvalidTag,
    Tag,
    TooManyTagsError,
    compatible_tags,
    cpython_tags,
    parse_tag,
)

from pylife.dependencies.index import targets
from pylife.dependencies.records import Loads, Target

_LIMIT = 4096
"""Of single tags in one file name; the most of real ones is a few dozen."""


class Fit(NamedTuple):
    """How a wheel loads on a target; `named`: its name says this very Python."""

    loads: Loads
    named: bool


_RANK = (Loads.EXACT, Loads.ABI3, Loads.ABI3T, Loads.ANY)


class Wheels:
    """The wheels that load on `target`; raises UsageError for a platform that is not known."""

    def __init__(self, target: Target) -> None:
        python = target.python
        platforms = targets.find(target.platform).tags
        version = (python.major, python.minor)
        self._digits = f"{python.major}{python.minor}"
        self._tags = frozenset(
            (
                *cpython_tags(version, [f"cp{self._digits}{_flags(target)}"], platforms),
                *compatible_tags(version, f"cp{self._digits}", platforms),
            )
        )
        self._fits: dict[str, Fit | None] = {}

    def fit(self, tags: str) -> Fit | None:
        """How a wheel of `tags` (`cp311-abi3-manylinux_2_17_x86_64`) loads; None: not at all."""
        try:
            return self._fits[tags]
        except KeyError:
            found = self._fits[tags] = self._look(tags)
            return found

    def _look(self, tags: str) -> Fit | None:
        fitting = [self._kind(tag) for tag in _single(tags) if tag in self._tags]
        return min(fitting, key=lambda fit: (_RANK.index(fit.loads), not fit.named), default=None)

    def _kind(self, tag: Tag) -> Fit:
        named = tag.interpreter in {f"cp{self._digits}", f"py{self._digits}"}
        match tag.abi:
            case "abi3":
                return Fit(Loads.ABI3, named)
            case "abi3t":
                return Fit(Loads.ABI3T, named)
            case "none" if tag.interpreter != f"cp{self._digits}":
                return Fit(Loads.ANY, named)
            case _:
                return Fit(Loads.EXACT, named)


@lru_cache(maxsize=16384)
def _single(tags: str) -> frozenset[Tag]:
    try:
        return parse_tag(tags, limit=_LIMIT)
    except (InvalidTag, TooManyTagsError):
        return frozenset()


def _flags(target: Target) -> str:
    """What stands after `cp313` in the ABI of a release build (PEP 3149, PEP 703)."""
    python = target.python
    if python.free_threaded:
        return "t"
    if python.major == 2:
        return "mu"
    return "m" if python.minor < 8 else ""


@lru_cache(maxsize=64)
def wheels(target: Target) -> Wheels:
    """The wheels that load on `target`, made once."""
    return Wheels(target)

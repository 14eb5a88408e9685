"""What uv's resolver looked at on its way, read from its log.

The answer alone does not tell which releases were tried and given up; but a release that pip
would not have considered (its requires-python has an upper bound) may have led the way to the
answer. So the lines that uv's resolver logs at the level `debug` are read:

    DEBUG Adding direct dependency: pandas>=2
    DEBUG Adding transitive dependency for pandas==3.1.1: numpy{python_full_version < '3.14'}>=2.0.2
    DEBUG Searching for a compatible version of numpy (>=2.0.2)
    DEBUG Selecting: numpy==2.5.5 [compatible] (numpy-2.5.5-cp313-….whl)

The tests hold uv to this format; lines that are none of these are passed over.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from packaging.utils import canonicalize_name

_MARK = "DEBUG "
_DIRECT = "DEBUG Adding direct dependency: "
_TRANSITIVE = "DEBUG Adding transitive dependency for "
_SEARCH = "DEBUG Searching for a compatible version of "
_SELECT = "DEBUG Selecting: "
_WANTED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?(?:\{.*\})?([*<>=∅].*)?")
_SEARCHED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?(?:\{.*\})? \((.*)\)")

Released = tuple[str, str]
"""Name and version."""
Wish = tuple[str, str]
"""Name and range, the range as uv prints it."""


class Trace(NamedTuple):
    """What was tried: every release selected at some time, in order, and what each asked for.

    `wishes` are keyed by release, those of the project by `("", "")`. `failed` are searches for
    which no release was found.
    """

    selected: tuple[Released, ...] = ()
    wishes: dict[Released, tuple[Wish, ...]] = {}  # noqa: RUF012 - of a NamedTuple, never changed
    failed: tuple[Wish, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that were looked at, in order."""
        return tuple(
            dict.fromkeys(
                [*(name for name, _ in self.selected), *(name for name, _ in self.failed)]
            )
        )


PROJECT: Released = ("", "")


def split(text: str) -> tuple[str, str]:
    """The log's lines and the rest, which is for people."""
    log: list[str] = []
    rest: list[str] = []
    for line in text.splitlines():
        (log if line.startswith(_MARK) else rest).append(line)
    return "\n".join(log), "\n".join(rest)


def read(log: str) -> Trace:
    """The trace that a log tells."""
    selected: dict[Released, None] = {}
    wishes: dict[Released, dict[Wish, None]] = {}
    failed: dict[Wish, None] = {}
    searched: Wish | None = None
    for line in log.splitlines():
        if line.startswith(_SELECT):
            searched = None
            name, _, version = line[len(_SELECT) :].partition(" ")[0].partition("==")
            selected[_normal(name), version] = None
        elif line.startswith(_SEARCH):
            if searched is not None:
                failed[searched] = None
            searched = _wish(_SEARCHED, line[len(_SEARCH) :])
        elif line.startswith(_TRANSITIVE):
            parent, _, wanted = line[len(_TRANSITIVE) :].partition(": ")
            name, _, version = parent.partition("==")
            _add(wishes, (_normal(name), version), _wish(_WANTED, wanted))
        elif line.startswith(_DIRECT):
            _add(wishes, PROJECT, _wish(_WANTED, line[len(_DIRECT) :]))
    if searched is not None:
        failed[searched] = None
    return Trace(
        tuple(selected), {key: tuple(found) for key, found in wishes.items()}, tuple(failed)
    )


@lru_cache(maxsize=20_000)
def _normal(name: str) -> str:
    return canonicalize_name(name)


@lru_cache(maxsize=20_000)
def _wish(pattern: re.Pattern[str], text: str) -> Wish | None:
    match = pattern.fullmatch(text)
    return None if match is None else (_normal(match[1]), match[2] or "*")


def _add(wishes: dict[Released, dict[Wish, None]], parent: Released, wanted: Wish | None) -> None:
    # uv tells of a package with extras or markers that it needs the package itself.
    if wanted is not None and wanted[0] != parent[0]:
        wishes.setdefault(parent, {})[wanted] = None

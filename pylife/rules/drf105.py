"""A lock is stale.

Why: a lock file is made for one range of Pythons. Where the project's range has
changed since, installing from the lock fails, or takes versions that were chosen
for other Pythons; some tools then write it anew without being asked.

Fix: let the tool that wrote it lock again.

Example: uv.lock for `>=3.9` beside `requires-python = ">=3.10"`.
"""

from collections.abc import Iterator, Sequence

from pylife.declarations.authority import AUTHORITY
from pylife.model import Declaration, PythonVersion, Severity
from pylife.rules.base import Facts, NotEvaluated, Rule, Verdict, listing

LOCKS = {
    "uv-lock-python": "run `uv lock`",
    "uv-workspace-lock-python": "run `uv lock`",
    "poetry-lock-python": "run `poetry lock`",
    "pdm-lock-python": "run `pdm lock`",
    "pipfile-lock-python": "run `pipenv lock`",
    "pylock-python": "lock again with the tool that wrote it (its `created-by`)",
}
"""The sites of lock files, each with what makes it anew."""
_NARROWER = frozenset({"uv-workspace-lock-python", "pdm-lock-python", "pylock-python"})
"""Locks that may be for a part of the range: for what several projects have in common,
or for the targets that were asked for. They are stale where they reach beyond it."""
_FIRST = {
    "poetry-lock-python": "poetry-python",
    "pipfile-lock-python": "pipfile-python",
}
"""What a lock is made for, where it is not the project's range."""


def check(facts: Facts) -> Iterator[Verdict | NotEvaluated]:
    """Each lock with the range that is declared in its own folder."""
    for lock in facts.declarations:
        if lock.site not in LOCKS:
            continue
        source = _source(facts, lock)
        if source is None and lock.site == "uv-workspace-lock-python":
            yield NotEvaluated(f"{lock.file}:{lock.line}: it is for the members of the workspace")
        if source is None or lock.specifier is None:
            continue
        if source.specifier is None:
            place = f"{source.file}:{source.line}"
            yield NotEvaluated(f"{place}: {source.site} is unreadable: {source.unreadable}")
            continue
        beyond, short = _beyond(lock, source), _beyond(source, lock)
        if lock.site in _NARROWER:
            stale = bool(beyond)
        else:
            stale = bool(beyond or short) or _ends(lock) != _ends(source)
        if stale:
            yield Verdict(
                subject=f"{lock.file} {lock.group}".strip(),
                message=f"locked for {lock.raw!r}, while {source.file} says {source.raw!r}"
                + _difference(beyond, () if lock.site in _NARROWER else short),
                help=LOCKS[lock.site],
                at=lock,
            )


def _source(facts: Facts, lock: Declaration) -> Declaration | None:
    """The range that the tool locks for: Poetry's own before that of the package."""
    folder = lock.file.rpartition("/")[0]
    beside = {
        item.site: item
        for item in reversed(facts.declarations)
        if item.file.rpartition("/")[0] == folder
    }
    sites = [_FIRST[lock.site]] if lock.site in _FIRST else []
    if lock.site != "pipfile-lock-python":
        sites += AUTHORITY
    return next((beside[site] for site in sites if site in beside), None)


def _beyond(item: Declaration, other: Declaration) -> tuple[PythonVersion, ...]:
    """The Pythons that `item` takes and `other` does not, from the first to the last of `other`.

    A gap of `other` does not count: uv does not write every exclusion into its lock.
    """
    theirs = {*(other.versions or ()), *other.partial}
    ours = {*(item.versions or ()), *item.partial}
    return tuple(
        sorted(
            python
            for python in ours - theirs
            if not theirs or not min(theirs) < python < max(theirs)
        )
    )


def _ends(item: Declaration) -> tuple[bool, ...]:
    """Whether the first and the last of its Pythons are taken partly: `>=3.9.2`."""
    touched = {*(item.versions or ()), *item.partial}
    ends = (min(touched), max(touched)) if touched else ()
    return tuple(end in item.partial for end in ends)


def _difference(beyond: Sequence[PythonVersion], short: Sequence[PythonVersion]) -> str:
    parts = [
        f"{words} {listing(pythons)}"
        for words, pythons in (("it also holds for", beyond), ("it leaves out", short))
        if pythons
    ]
    return f": {' and '.join(parts)}" if parts else ""


RULE = Rule(code="DRF105", severity=Severity.WARNING, check=check, documentation=__doc__)

"""What keeps projects from Pythons: their tests, their source, and what they require.

Only what was shown holds a Python back. What nobody knows (not tested, not scanned, not resolved)
holds nothing back, and is said of what is then added.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pylife.model import Cell, CellStatus, Kind, Obstacle, PythonVersion
from pylife.upgrade.held import Held
from pylife.workflow.records import Read

if TYPE_CHECKING:
    from pylife.dependencies.stored import StoredBlocker, StoredVerdict

_DOES_NOT_WORK = frozenset({CellStatus.FAILED, CellStatus.TIMEOUT, CellStatus.BLOCKED})
_SHOWN = 3
"""Blockers, or places in the source, that are named of one Python."""


def held(read: Read, cells: Iterable[Cell]) -> tuple[Held, ...]:
    """What keeps a member from Pythons, by its `cells`, its source and its dependencies.

    A dependency that is a project of the fleet is told with the others; `internal` is not set.
    """
    return (*_tests(list(cells)), *_source(read), *_dependencies(read))


def unsure(read: Read, pythons: Collection[PythonVersion]) -> tuple[str, ...]:
    """What is not known of `pythons`, which a plan adds or moves to; a line each."""
    return (*_unscanned(read, sorted(pythons)), *_unresolved(read, sorted(pythons)))


def internal(found: Iterable[Held], names: Collection[str], own: str) -> tuple[Held, ...]:
    """`found`, with those that a project of the fleet (of these `names`, not `own`) blocks said so.

    Where something else blocks the same Python besides, waiting for that project would not help:
    then none of that Python is internal.
    """
    listed = list(found)
    outside = {item.python for item in listed if item.blocker not in names or item.blocker == own}
    return tuple(item._replace(internal=item.python not in outside) for item in listed)


def _tests(cells: list[Cell]) -> Iterator[Held]:
    """The Pythons that do not work, and the newer ones not seen to work.

    What broke in 3.12 is rarely whole again in 3.14: without a pass of its own, a
    Python above one that fails is not asked for.
    """
    failed = [cell for cell in cells if cell.status in _DOES_NOT_WORK]
    for cell in failed:
        kind = Obstacle.DEPENDENCY if cell.status is CellStatus.BLOCKED else Obstacle.TESTS
        reason = f": {cell.reason}" if cell.reason else ""
        yield Held(cell.python, kind, f"{cell.session} {cell.status}{reason}")
    first = min((cell.python for cell in failed), default=None)
    broken = {cell.python for cell in failed}
    unseen = {
        cell.python
        for cell in cells
        if first and cell.status is not CellStatus.PASSED and cell.python > first
    }
    for python in sorted(unseen - broken):
        yield Held(python, Obstacle.TESTS, f"not seen to pass, while {first} does not work")


def _source(read: Read) -> Iterator[Held]:
    """The Pythons that lack what is installed or deployed surely uses."""
    for python, said in _scanned(read).items():
        if said["state"] == "fails":
            places = [f"{use['file']}:{use['line']}: {use['what']}" for use in said["by"]]
            yield Held(python, Obstacle.SOURCE, _some(places, said["count"]))


def _dependencies(read: Read) -> Iterator[Held]:
    """The Pythons on which what is required does not install, by verdicts on what it is today."""
    stored = read.dependencies
    if stored is None or not stored.current:
        return
    for python, said in sorted(stored.pythons.items()):
        if said.verdict != "blocked":
            continue
        if not said.blockers:
            yield Held(python, Obstacle.DEPENDENCY, said.reason or "requirements do not resolve")
        for blocker in said.blockers:
            yield Held(python, Obstacle.DEPENDENCY, _blocked(blocker), blocker.package)


def _blocked(blocker: "StoredBlocker") -> str:
    """A blocker in words: who, why, through whom, and what would do, with its day."""
    words = f"{blocker.package} ({blocker.reason})"
    if len(blocker.chain) > 1:
        words += f", through {' > '.join(blocker.chain)}"
    if blocker.own_cap is not None:
        words += f"; the project's own {blocker.own_cap!r} keeps newer releases out"
    if blocker.loads_from is not None:
        words += f"; the first release that loads is {blocker.loads_from}"
    if blocker.evidenced_from is not None and blocker.evidenced_from != blocker.loads_from:
        words += f"; made for it is {blocker.evidenced_from}"
    return words


def _scanned(read: Read) -> dict[PythonVersion, dict[str, Any]]:
    """What the scan says of each Python; see `pylife.workflow.source_evidence`."""
    from pylife.workflow import source_evidence

    found = source_evidence.document(read)
    if found is None:
        return {}
    return {PythonVersion.parse(python): said for python, said in found["pythons"].items()}


def _unscanned(read: Read, pythons: Sequence[PythonVersion]) -> Iterator[str]:
    if read.member.project.kind in {Kind.MODEL, Kind.WORKSPACE} or not pythons:
        return
    listed = _and(pythons)
    if read.source is None:
        yield f"whether the source works on {listed}: it was not scanned"
        return
    scanned = _scanned(read)
    missing = [python for python in pythons if python.plain not in scanned]
    if missing:
        yield f"whether the source works on {_and(missing)}: the scan does not speak of it"
    unknown = [p for p in pythons if scanned.get(p.plain, {}).get("state") == "unknown"]
    if unknown:
        yield f"whether the source works on {_and(unknown)}: not all of it could be judged"


def _unresolved(read: Read, pythons: Sequence[PythonVersion]) -> Iterator[str]:
    if read.member.project.kind is Kind.WORKSPACE or not pythons:
        return
    what, stored = "whether what is required installs on", read.dependencies
    if stored is None:
        yield f"{what} {_and(pythons)}: not resolved"
        return
    if not stored.current:
        yield f"{what} {_and(pythons)}: it has changed since the verdicts of {stored.made}"
        return
    by_reason: dict[str, list[PythonVersion]] = {}
    for python in pythons:
        said = stored.pythons.get(python.plain)
        reason = _unknown(said)
        if reason:
            by_reason.setdefault(reason, []).append(python)
    for reason, listed in by_reason.items():
        yield f"{what} {_and(listed)}: {reason}"


def _unknown(said: "StoredVerdict | None") -> str:
    """Why a verdict does not say that wheels for everything install; empty where it does."""
    if said is None:
        return "not resolved"
    if said.verdict == "sdist-only":
        return "something has to be built from its source"
    return (said.reason or "not known") if said.verdict == "unknown" else ""


def _some(listed: Sequence[str], count: int) -> str:
    shown = "; ".join(listed[:_SHOWN])
    more = count - min(len(listed), _SHOWN)
    return f"{shown}; and {more} more" if more > 0 else shown


def _and(pythons: Sequence[PythonVersion]) -> str:
    names = [str(python) for python in pythons]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

"""A target as changes of single places, in the order in which they are made."""

from collections.abc import Iterator, Sequence

from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    Project,
    PythonVersion,
    RemoveCap,
    Role,
    SetFloor,
    SetPython,
    Stage,
)
from pylife.policy import Window
from pylife.upgrade.places import Place, places, plain, stands_for
from pylife.upgrade.target import UpgradeTarget, additions, keeps_out

Step = tuple[tuple[Change, ...], ...]
"""Ways to reach the same end; the first that can be made is taken."""


def range_steps(
    wanted: UpgradeTarget, declarations: Sequence[Declaration], window: Window
) -> Iterator[Step]:
    """The floor of each range that covers dropped Pythons, the cap of each that keeps one out."""
    dropped = set(window.at(Stage.DROPPED))
    for place in places(declarations):
        if place.role is not Role.SUPPORTS:
            continue
        ranges = [item for item in place.items if item.specifier is not None]
        touched = {v for item in ranges for v in (*(item.versions or ()), *item.partial)}
        if wanted.floor is not None and touched & dropped:
            yield ((SetFloor(place.at, wanted.floor),),)
        if wanted.remove_cap and any(keeps_out(item, v) for item in ranges for v in wanted.add):
            yield ((RemoveCap(place.at),),)


def runtime_step(
    wanted: UpgradeTarget, declarations: Sequence[Declaration], window: Window
) -> Step:
    """All stale runtimes at once, since one that moves alone lets the others drift."""
    changes: list[Change] = []
    for place in places(declarations):
        stale = {v for v in place.effective if window.stage(plain(v)) in _STALE}
        if place.role is Role.RUNS_ON and wanted.runtime is not None and stale:
            changes.append(SetPython(place.at, wanted.runtime))
    return (tuple(changes),) if changes else ()


def list_steps(
    project: Project,
    wanted: UpgradeTarget,
    declarations: Sequence[Declaration],
    *,
    floor: PythonVersion | None,
) -> Iterator[Step]:
    """What follows the range and the runtime: classifiers, tests, tools' targets.

    `floor` is the new floor where the range's floor moves in this upgrade.
    """
    found = places(declarations)
    listed = [place for place in found if place.role is not Role.RUNS_ON]
    dropped = set(wanted.drop)
    for place in sorted(found, key=lambda place: _ORDER.index(place.role)):
        match place.role:
            case Role.ADVERTISES:
                yield from _listing(place, additions(place, listed, wanted.reach), dropped)
            case Role.TESTS if place.single:
                yield from _single_test(project, place, wanted)
            case Role.TESTS:
                yield from _listing(place, additions(place, listed, wanted.reach), dropped)
            case Role.TARGETS:
                yield from _tool(project, place, dropped, floor)
            case Role.SUPPORTS | Role.RUNS_ON:
                pass


def _listing(
    place: Place, added: Sequence[PythonVersion], dropped: set[PythonVersion]
) -> Iterator[Step]:
    """Additions first, so that a list is never left empty; all of a list or none of it goes."""
    for version in added:
        yield ((AddPython(place.at, version),),)
    gone = tuple(DropPython(place.at, version) for version in sorted(place.pythons & dropped))
    if gone and not added and place.pythons <= dropped:
        yield (gone,)
    else:
        yield from (((drop,),) for drop in gone)


def _single_test(project: Project, place: Place, wanted: UpgradeTarget) -> Iterator[Step]:
    """One tested Python moves when it is dropped, or along with the runtime that it stands for."""
    if stands_for(place):
        return  # a person removes it; see `pylife.upgrade.manual.bound`
    (old,) = place.pythons
    follows = project.kind.is_application and old in wanted.leaving
    if (old in wanted.drop or follows) and wanted.single is not None:
        yield _instead(place, old, wanted.single)


def _tool(
    project: Project, place: Place, dropped: set[PythonVersion], floor: PythonVersion | None
) -> Iterator[Step]:
    """A target follows the floor where the floor moves; above it, it would break what it rewrites.

    What is deployed may be checked as the newer Python that it runs on.
    """
    if place.single:
        (old,) = place.pythons
        if floor is not None and (old < floor or (old > floor and not project.kind.is_application)):
            yield _instead(place, old, floor)
        return
    kept = place.pythons - dropped
    if floor is not None and not kept:
        yield ((AddPython(place.at, floor),),)
    if kept or floor is not None:
        yield from _listing(place, (), dropped)


def _instead(place: Place, old: PythonVersion, new: PythonVersion) -> Step:
    """`new` in place of `old`, in a place that holds one Python or in a list of one."""
    return ((SetPython(place.at, new),), (AddPython(place.at, new), DropPython(place.at, old)))


_STALE = frozenset({Stage.DROPPED, Stage.DEPRECATED})
_ORDER = (Role.SUPPORTS, Role.RUNS_ON, Role.ADVERTISES, Role.TESTS, Role.TARGETS)

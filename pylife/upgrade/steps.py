"""A target as changes of single places, in the order in which they are made."""

from collections.abc import Iterator, Sequence

from pylife.declarations.authority import deciding, is_pin
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    Project,
    PythonVersion,
    RemoveCap,
    Role,
    SetCap,
    SetFloor,
    SetPython,
    Stage,
)
from pylife.policy import Window
from pylife.upgrade.places import Place, at, places, plain, stands_for
from pylife.upgrade.target import UpgradeTarget, additions, keeps_out

Step = tuple[tuple[Change, ...], ...]
"""Ways to reach the same end; the first that can be made is taken."""


def range_steps(
    wanted: UpgradeTarget, declarations: Sequence[Declaration], window: Window
) -> Iterator[tuple[Step, bool]]:
    """The floor of each range that covers dropped Pythons, the cap of each that keeps one out.

    Each with whether the upgrade stands on it: ranges that decide nothing, such
    as a script's own, follow where they can.
    """
    dropped = set(window.at(Stage.DROPPED))
    decide = {at(item) for item in deciding(declarations)}
    for place in places(declarations):
        ranges = [item for item in place.items if item.specifier is not None and not is_pin(item)]
        if place.role is not Role.SUPPORTS or not ranges:
            continue
        needed = place.at in decide
        touched = {v for item in ranges for v in (*(item.versions or ()), *item.partial)}
        if wanted.floor is not None and touched & dropped:
            yield ((SetFloor(place.at, wanted.floor),),), needed
        if needed and any(keeps_out(item, v) for item in ranges for v in wanted.add):
            if wanted.remove_cap:
                yield ((RemoveCap(place.at),),), needed
            elif wanted.cap is not None:
                yield ((SetCap(place.at, wanted.cap),),), needed


def runtime_changes(
    wanted: UpgradeTarget, declarations: Sequence[Declaration], window: Window
) -> list[Change]:
    """The move of each stale runtime; an environment's pin is written, and moves, as a range.

    A list, such as the Pythons that a layer may be used with, is no runtime that moves.
    """
    changes: list[Change] = []
    for place in places(declarations):
        pinned = [item for item in place.items if is_pin(item)]
        named = {v for item in pinned for v in item.versions or ()} or place.effective
        stale = {v for v in named if window.stage(plain(v)) in _STALE}
        if wanted.runtime is None or not stale or len(named) > 1:
            continue
        if pinned:
            changes.append(SetFloor(place.at, wanted.runtime))
        elif place.role is Role.RUNS_ON:
            changes.append(SetPython(place.at, wanted.runtime))
    return changes


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
    found = [place for place in places(declarations) if place.role in _ORDER]
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

"""What a project should say once it is upgraded: pure, from declarations and window."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pylife.declarations.authority import deciding, is_pin
from pylife.model import (
    Declaration,
    Kind,
    Project,
    PythonVersion,
    Role,
    Stage,
    coverage,
)
from pylife.policy import Window
from pylife.upgrade.places import Place, places, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeTarget:
    """Where a project should be; every field is empty where nothing has to move.

    `floor` is the new least Python, where the range covers dropped ones; never
    higher than the policy asks. `add` are Pythons of the window that the range
    leaves out by its cap alone, or that a list lacks; that cap goes, or moves up to
    `cap`, as the policy says; `reach` are those that
    lists may name. `drop` are dropped Pythons that the range covers or a list
    names. `runtime` is what stale runtimes move to, `leaving` what these name
    now; `single` is what a place that tests on one dropped Python moves to.
    """

    floor: PythonVersion | None = None
    add: tuple[PythonVersion, ...] = ()
    drop: tuple[PythonVersion, ...] = ()
    remove_cap: bool = False
    cap: PythonVersion | None = None
    reach: tuple[PythonVersion, ...] = ()
    runtime: PythonVersion | None = None
    leaving: tuple[PythonVersion, ...] = ()
    single: PythonVersion | None = None
    needs_person: tuple[str, ...] = ()


def target(
    project: Project,
    declarations: Sequence[Declaration],
    window: Window,
    *,
    without: Collection[PythonVersion] = (),
) -> UpgradeTarget:
    """The target of `project`, whose `declarations` are those that may be edited.

    `without` are Pythons that were tried and do not work yet: nothing is added
    for them and nothing moves to them. A model is never edited: its target only
    says what a person does.
    """
    if project.kind is Kind.MODEL:
        return UpgradeTarget(needs_person=retrain(declarations, window, without))
    ranges = ranges_of(declarations)
    runtime = _runtime(declarations, window, without)
    single = runtime or newest(window, without)
    if not ranges and deciding(declarations):
        # Lists must not run ahead of a range that nobody can read.
        return UpgradeTarget(runtime=runtime, single=single)
    dropped = set(window.at(Stage.DROPPED))
    touched = {version for item in ranges for version in _touched(item)}
    wanted = _wanted(project, window, without)
    # Something deployed needs its range open to the Python that it moves to, and no further.
    asked = tuple(filter(None, [runtime])) if project.kind.is_application else wanted
    capped = {version for item in ranges for version in asked if keeps_out(item, version)}
    if window.policy.caps == "keep":
        capped = set()  # whoever wrote it decides
    cap = _cap(capped, window, without)
    reach = tuple(
        version
        for version in wanted
        if all(version in _touched(item) or version in capped for item in ranges)
    )
    listed = [place for place in places(declarations) if place.role is not Role.RUNS_ON]
    lacking = {version for place in listed for version in additions(place, listed, reach)}
    named = {version for place in listed for version in place.pythons if plain(version) in dropped}
    return UpgradeTarget(
        floor=window.floor if touched & dropped else None,
        add=tuple(sorted(lacking | capped)),
        drop=tuple(sorted(named | (touched & dropped))),
        remove_cap=bool(capped) and cap is None,
        cap=cap,
        reach=reach,
        runtime=runtime,
        leaving=tuple(sorted(leaving(declarations, window))) if runtime else (),
        single=single,
    )


def _cap(
    capped: Collection[PythonVersion], window: Window, without: Collection[PythonVersion]
) -> PythonVersion | None:
    """Where the upper bound goes that keeps `capped` out; None where it goes away.

    What is known not to work stays out, as it is today.
    """
    if not capped:
        return None
    broken = [version for version in without if version > max(capped)]
    return max(capped).next if window.policy.caps == "move" else min(broken, default=None)


def leaving(read: Iterable[Declaration], window: Window) -> frozenset[PythonVersion]:
    """The Pythons that runtimes name and that are dropped or deprecated."""
    return frozenset(
        version
        for item in read
        if item.role is Role.RUNS_ON or is_pin(item)
        for version in item.effective
        if window.stage(plain(version)) in _STALE
    )


def ranges_of(declarations: Iterable[Declaration]) -> list[Declaration]:
    """The readable ranges that decide where the project may be installed."""
    return [
        item
        for item in deciding(declarations)
        if item.unreadable is None and item.specifier is not None
    ]


def additions(
    place: Place, listed: Sequence[Place], reach: Sequence[PythonVersion]
) -> tuple[PythonVersion, ...]:
    """The Pythons of `reach` that the list `place` lacks, among the lists of its project.

    Classifiers name them all. A test list gets those newer than its newest, and
    those that nothing in the project tests, if it reaches as far as the other
    lists of its file: `py{39,310}-old` beside `py{311,312}-new` stays behind on
    purpose. A place that tests on one Python (a lint job) is left at one, and
    tools' targets need only the oldest.
    """
    absent = tuple(version for version in reach if version not in place.pythons)
    if place.role is Role.ADVERTISES and place.pythons:
        return absent
    if _is_test_list(place) and max(place.pythons) == max(
        version for other in listed if _peers(place, other) for version in other.pythons
    ):
        tested = {version for other in listed if _tests(other) for version in other.effective}
        beside = {version for other in listed if _beside(place, other) for version in other.pythons}
        return tuple(
            version
            for version in absent
            if version not in tested or (version > max(place.pythons) and version not in beside)
        )
    return ()


def keeps_out(item: Declaration, version: PythonVersion) -> bool:
    """Whether only the upper bound of the range `item` leaves `version` out, wholly or partly."""
    if item.specifier is None or version in (item.versions or ()):
        return False
    above = coverage(item.specifier, (version, version.next))
    below = min(_touched(item), default=version)
    later = any(other > version for other in item.versions or ())
    return below <= version and version.next not in {*above.full, *above.partial} and not later


def newest(window: Window, without: Collection[PythonVersion] = ()) -> PythonVersion | None:
    """The newest Python that the policy supports today."""
    supported = [version for version in window.at(Stage.SUPPORTED) if version not in without]
    return max(supported, default=None)


def retrain(
    declarations: Iterable[Declaration], window: Window, without: Collection[PythonVersion] = ()
) -> tuple[str, ...]:
    """What a person does about models whose Python is dropped or deprecated, by that Python."""
    to = newest(window, without)
    found: dict[str, list[str]] = {}
    for item in declarations:
        stale = [v for v in item.versions or () if window.stage(plain(v)) in _STALE]
        if item.role is Role.RUNS_ON and stale:
            found.setdefault(item.raw.strip(), []).append(f"{item.file}:{item.line}")
    return tuple(
        f"{', '.join(where)}: retrain or re-validate under {to}; trained with {python}"
        for python, where in found.items()
    )


def _wanted(
    project: Project, window: Window, without: Collection[PythonVersion]
) -> tuple[PythonVersion, ...]:
    """What lists should name: for something deployed, adopting comes with its runtime."""
    stages = (
        (Stage.SUPPORTED,) if project.kind.is_application else (Stage.SUPPORTED, Stage.ADOPTING)
    )
    return tuple(version for version in window.at(*stages) if version not in without)


def _runtime(
    declarations: Iterable[Declaration], window: Window, without: Collection[PythonVersion]
) -> PythonVersion | None:
    """What stale runtimes move to: the Python of those beside them that are not, if there are."""
    named = {
        version
        for item in declarations
        if item.role is Role.RUNS_ON and item.unreadable is None
        for version in item.effective
        if all(version in _touched(range_) for range_ in ranges_of(declarations))
    }
    if not leaving(declarations, window):
        return None
    fresh = {version for version in named if window.stage(version) is Stage.SUPPORTED}
    return max(fresh.difference(without), default=newest(window, without))


def _tests(place: Place) -> bool:
    return place.role is Role.TESTS


def _is_test_list(place: Place) -> bool:
    """Whether `place` lists Pythons to test; an `include:` is a list of odd jobs instead."""
    named = len(place.pythons) > 1
    return _tests(place) and named and not place.at.group.endswith(".include")


def _peers(place: Place, other: Place) -> bool:
    return _is_test_list(other) and (place.at.file, place.at.site) == (other.at.file, other.at.site)


def _beside(place: Place, other: Place) -> bool:
    """Whether `other` belongs to the same matrix: `include:` beside the list it adds to."""
    parent = place.at.group.rpartition(".")[0]
    return (
        (place.at.file, place.role) == (other.at.file, other.role)
        and other is not place
        and bool(parent)
        and other.at.group.startswith(parent + ".")
    )


def _touched(item: Declaration) -> set[PythonVersion]:
    return {*(item.versions or ()), *item.partial}


_STALE = frozenset({Stage.DROPPED, Stage.DEPRECATED})

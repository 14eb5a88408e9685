"""What the rules on runtimes share: which Python a runtime should move to."""

from pylife.declarations.authority import INHERITED, is_pin
from pylife.model import (
    Change,
    Declaration,
    DropPython,
    Phase,
    PythonVersion,
    SetFloor,
    SetPython,
    Stage,
    Target,
)
from pylife.rules.base import Facts


def past(facts: Facts, python: PythonVersion) -> bool:
    """Whether `python` is dropped by the policy, or past CPython's end of life."""
    info = facts.window.stages.get(python.plain)
    release = facts.calendar.releases.get(python.plain)
    if info is None or release is None:
        return False
    dead = release.phase(facts.window.as_of) is Phase.END_OF_LIFE
    return dead or info.stage is Stage.DROPPED


def successor(facts: Facts, item: Declaration) -> PythonVersion | None:
    """What `item` should move to: the newest that others of the project run on, if there is one.

    Else the newest Python that the policy supports today; in either case one that
    the range, if it is known, covers, as do those of what it requires of the fleet, and that
    neither ends within the warning time nor is older than what `item` names.
    """
    lasting = [python for python in facts.window.at(Stage.SUPPORTED) if not _ends(facts, python)]
    inside = [python for python in lasting if facts.covered is None or python in facts.covered]
    inside = [python for python in inside if _installable(facts, python)] or inside
    now = max((python.plain for python in item.effective), default=None)
    named = {
        python
        for other in facts.runtimes
        for python in other.effective
        if now is None or python > now
    }
    return max(named.intersection(inside) or inside or lasting, default=None)


def _installable(facts: Facts, python: PythonVersion) -> bool:
    """Whether all that the project requires of the fleet is, as far as known, there on `python`."""
    return all(
        parent.covered is None or python in parent.covered or python not in parent.pythons
        for parent in facts.parents
    )


def _ends(facts: Facts, python: PythonVersion) -> bool:
    """Whether `python` is past, or will be within the policy's warning time."""
    release, info = facts.calendar.releases.get(python), facts.window.stages[python]
    dates = [release.eol.last] if release and release.eol else []
    if info.next_stage is Stage.DROPPED and info.next_date is not None:
        dates.append(info.next_date)
    return past(facts, python) or any(facts.window.severity(date) for date in dates)


def beside(facts: Facts, item: Declaration) -> frozenset[PythonVersion]:
    """The Pythons of the list that `item` is of; one alone where it is no list."""
    place = (item.file, item.site, item.group)
    return frozenset(
        python
        for other in facts.runtimes
        if (other.file, other.site, other.group) == place
        for python in other.effective
    )


def advice(facts: Facts, item: Declaration) -> str:
    """What to move the runtime `item` to, in words."""
    to = successor(facts, item)
    if item.site == INHERITED:
        return f"use an image with {to or 'a Python of the window'}"
    if to is None:
        return "move to a Python of the window"
    if facts.covered is not None and to not in facts.covered:
        return f"widen the range, and move to {to}"
    return f"move to {to}"


def move(facts: Facts, item: Declaration) -> tuple[Change, ...]:
    """The change that makes `item` name the Python to move to, where the range lets it.

    Of a list of several, such as the Pythons that a layer may be used with, those
    that are past go, if others stay.
    """
    to = successor(facts, item)
    at = Target(file=item.file, site=item.site, group=item.group)
    if to is None or item.versions is None or len(item.versions) != 1:
        return ()
    if facts.covered is not None and to not in facts.covered:
        return ()
    if is_pin(item):
        return (SetFloor(at, to),)
    listed = beside(facts, item)
    if len(listed) > 1:
        gone = past(facts, item.versions[0]) and not all(past(facts, v) for v in listed)
        return (DropPython(at, item.versions[0]),) if gone else ()
    return (SetPython(at, to),)

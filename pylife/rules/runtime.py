"""What the rules on runtimes share: which Python a runtime should move to, and who maintains it."""

import re

from pylife.declarations.authority import INHERITED, is_pin
from pylife.declarations.containers import known_images
from pylife.model import (
    Change,
    Declaration,
    DropPython,
    Ending,
    EndingKind,
    Phase,
    PythonVersion,
    SetFloor,
    SetPython,
    Stage,
    Target,
)
from pylife.rules import ending_words
from pylife.rules.base import Facts
from pylife.rules.ending_words import trained, when

_ALPINE = r"\balpine(\d+\.\d+)"


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
    neither ends within the warning time nor is older than what `item` names. Where it is known
    what the platform offers, it is one of that.
    """
    offered = facts.offered.get((item.file, item.line))
    lasting = [
        python
        for python in facts.window.at(Stage.SUPPORTED)
        if not _ends(facts, python) and (offered is None or python in offered)
    ]
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


def verb(facts: Facts, item: Declaration) -> str:
    """What `item` says of a Python: `runs on`, of a model `trained under`, of a list `lists`."""
    if len(beside(facts, item)) > 1:  # where a layer may be used, not where it is
        return "lists"
    return "trained under" if trained(item) else "runs on"


def of_system(facts: Facts, item: Declaration, python: PythonVersion) -> str:
    """Until when an operating system maintains the `python` that `item` gets from it, in words."""
    for ending in facts.endings:
        alive = ending.kind is EndingKind.IMAGE and not ending_words.past(facts.window, ending)
        if alive and _brings(ending, item, python):
            return f"{ending.name} maintains it until {when(ending)}"
    return ""


def _brings(ending: Ending, item: Declaration, python: PythonVersion) -> bool:
    """Whether what ends is the system, or the organisation's image, whose Python `item` is."""
    here = (ending.file, ending.line) == (item.file, item.line)
    if item.site == INHERITED:
        told = here and ending.source.startswith("pylife.toml [images]")
        return told or item.note.startswith(f"{ending.name}'s python3")
    if not here or item.site != "dockerfile-from" or not item.raw.isdigit():
        return False
    # Red Hat's `ubi9/python-39`: of other Pythons than its own, a release ends support earlier.
    system = known_images.release(ending.name.lower().replace("rhel ", "ubi"))
    return system is not None and system.name == ending.name and system.python == python


def _system(facts: Facts, item: Declaration) -> str:
    """What else to see to where the image's tag names a release of a system; empty if nothing."""
    if item.site == INHERITED or item.site.startswith(("dockerfile-run", "dockerfile-env")):
        return ""
    known = known_images.release(f"python:{item.raw}")
    of_file = item.group.startswith("ARG ")  # whose image a FROM further down names
    ends = {}
    for ending in facts.endings:
        if ending.kind is EndingKind.IMAGE:
            here = ending.file == item.file and (of_file or ending.line == item.line)
            if here or (known is not None and ending.name == known.name):
                ends[ending.name] = ending_words.past(facts.window, ending)
    for name, over in ends.items():
        if over:
            return f", on a release after {name} that is maintained"
    alpine = re.search(_ALPINE, item.raw)
    if known is None and alpine is not None:
        return f", on a release of Alpine that is maintained (of {alpine[1]} nothing is known)"
    if known is not None and facts.is_library and not ends:
        return f", and see that {known.name} is maintained"  # whose endings nobody looks up
    return ""


def advice(facts: Facts, item: Declaration) -> str:
    """What to move the runtime `item` to, in words."""
    to = successor(facts, item)
    if item.site == INHERITED:
        return f"use an image with {to or 'a Python of the window'}"
    if to is None and (item.file, item.line) in facts.offered:
        return "move to another platform: none of the window's Pythons is known to be offered here"
    there = to or "a Python of the window"
    first = ""
    if to is not None and facts.covered is not None and to not in facts.covered:
        first = "widen the range, and "
    if trained(item):
        return f"{first}train it anew under {there}, or validate it there"
    return f"{first}move to {there}{_system(facts, item)}"


def move(facts: Facts, item: Declaration) -> tuple[Change, ...]:
    """The change that makes `item` name the Python to move to, where the range lets it.

    Of a list of several, such as the Pythons that a layer may be used with, those
    that are past go, if others stay. None for what a model was trained under, and for an image
    on a release of a system that is not maintained: there is none with a newer Python.
    """
    to = successor(facts, item)
    at = Target(file=item.file, site=item.site, group=item.group)
    if to is None or item.versions is None or len(item.versions) != 1:
        return ()
    if trained(item) or _system(facts, item):
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

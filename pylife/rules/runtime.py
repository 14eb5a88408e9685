"""What the rules on runtimes share: which Python a runtime should move to."""

from pylife.declarations.authority import INHERITED
from pylife.model import Change, Declaration, PythonVersion, SetPython, Stage, Target
from pylife.rules.base import Facts


def successor(facts: Facts) -> PythonVersion | None:
    """The newest Python that the policy supports today and the range, if known, covers."""
    supported = facts.window.at(Stage.SUPPORTED)
    inside = [python for python in supported if facts.covered is None or python in facts.covered]
    return max(inside or supported, default=None)


def advice(facts: Facts, item: Declaration) -> str:
    """What to move the runtime `item` to, in words."""
    to = successor(facts)
    if item.site == INHERITED:
        return f"use an image with {to or 'a Python of the window'} ({item.note})"
    if to is None:
        return "move to a Python of the window"
    if facts.covered is not None and to not in facts.covered:
        return f"widen the range, and move to {to}"
    return f"move to {to}"


def move(facts: Facts, item: Declaration) -> tuple[Change, ...]:
    """The change that makes `item` name the Python to move to, where the range lets it."""
    to = successor(facts)
    if to is None or item.versions is None or len(item.versions) != 1:
        return ()
    if facts.covered is not None and to not in facts.covered:
        return ()
    return (SetPython(Target(file=item.file, site=item.site, group=item.group), to),)

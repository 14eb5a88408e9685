"""The class of what a call gives or a name holds, where all sources agree on one class."""

from stdlib_merge import Merge
from stdlib_names import Name
from stdlib_places import COUNT, Place, bits, split

# What these name is only a part of what the value can do.
VAGUE = {"typing", "typing_extensions", "_typeshed", "collections.abc", "_collections_abc", "abc"}
NOTHING = {("builtins", "object"), ("builtins", "type"), ("builtins", "NoneType")}


def fill(merge: Merge) -> None:
    """Set `result` of every function, value and property for which there is an evident class."""
    for place, name in merge.names.items():
        if name.kind in "fvp":
            name.result = _shown(merge, place, name) or _said(merge, place)


def _shown(merge: Merge, place: Place, name: Name) -> Place | None:
    """The class of a module's value, in every interpreter that has it."""
    homes = set()
    for i in bits(name.seen):
        fact = merge.real.name(place, i)
        if "." in place[1] or fact is None or "i" not in fact:
            return None
        homes.add(merge.home.get((i, fact["i"])))
    home = homes.pop() if len(homes) == 1 else None
    return None if home in NOTHING else home


def _said(merge: Merge, place: Place) -> Place | None:
    """The class that the stubs give, the same on every Python and in every overload."""
    target = merge.source.get(place, merge.stubs.target(place))
    found: set[str] = set()
    for i in range(COUNT):
        fact = merge.stubs.facts(target)[i]
        if fact is not None:
            results = [result for _, _, result in fact["s"]] if "s" in fact else fact.get("t", ())
            found.update(results)
    if len(found) != 1:
        return None
    reference = found.pop()
    if reference == "<self>":
        owner = target[1].rpartition(".")[0]
        return ("", "<self>") if owner else None
    module, qualified = split(reference)
    if qualified not in merge.stubs.modules.get(module, ()):
        module = "builtins"
    home = merge.final(merge.stubs.target((module, qualified)))
    described = merge.names.get(home)
    if described is None or described.kind != "c" or home[0] in VAGUE or home in NOTHING:
        return None
    return home

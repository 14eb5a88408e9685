"""What of the uses that were found is left when the whole file is known."""

from pylife.source.scanner import excepts
from pylife.source.scanner.state import Found, Reference, State
from pylife.source.scanner.uses import Use
from pylife.source.scanner.versions import at_least


class Reporting(State):
    """The part of the walk that speaks of a file as a whole."""

    def referred(self, name: str) -> None:
        """A function of the module is named: what copes with its failures there?"""
        copes = 0
        for attempt in self.attempts:
            copes |= attempt.copes
        names = tuple(attempt.names for attempt in self.attempts if attempt.names)
        self.called[name].append(Reference(copes, names, self.may if name != self.owner else 0))

    def uses(self) -> list[Use]:
        """All that was found, without what the file sees to elsewhere."""
        left = (each for each in self.found if not (self.set_here(each) or self.seen_to(each)))
        return [use for each in left if (use := self.narrowed(each)) is not None]

    def narrowed(self, found: Found) -> Use | None:
        """The use on the Pythons on which the file comes to its function at all.

        A function that others may call as well is one that `__all__` or another text names.
        """
        use, owner = found.use, found.owner
        calls = self.called.get(owner, []) if owner not in self.adorned else []
        if not calls:
            return use
        reached = self.text.once(("reached", owner), lambda: _reached(calls))
        if use.fails_on & ~reached == 0 or (not owner.startswith("_") and self.listed(owner)):
            return use
        use = use._replace(reached=use.reached & reached, fails_on=use.fails_on & reached)
        late = use.deprecated is not None and use.reached & at_least(use.deprecated)
        return use if use.fails_on or late else None

    def listed(self, name: str) -> bool:
        """Whether a text of the file is that name."""
        return self.text.quoted(name)

    def set_here(self, found: Found) -> bool:
        """Whether the file itself puts there what may be missing."""
        if found.use.kind == "module" and found.use.what in self.provided:
            return True
        if found.place is None:
            return False
        member = found.use.kind == "method"
        last = found.place[1].rpartition(".")[2]
        return found.place in self.patched or (member and last in self.values.stored)

    def seen_to(self, found: Found) -> bool:
        """Whether a function is only ever called where its failure is coped with."""
        owner = found.owner
        calls = self.called.get(owner, []) if owner else []
        if not calls:
            return False
        if found.escape:
            key = ("copes", owner, found.escape)
            return bool(self.text.once(key, lambda: _copes(calls, found.escape)))
        copes: int = self.text.once(("copes", owner), lambda: _all_cope(calls))
        return bool(copes & found.category)


def _copes(calls: list[Reference], error: str) -> bool:
    """Whether all that name a function cope with that error."""
    return all(any(error in names for names in each.names) for each in calls)


def _all_cope(calls: list[Reference]) -> int:
    """What is coped with wherever a function is named."""
    found = excepts.ANY
    for each in calls:
        found &= each.copes
    return found


def _reached(calls: list[Reference]) -> int:
    """The Pythons on which a function is come to."""
    found = 0
    for each in calls:
        found |= each.reached
    return found

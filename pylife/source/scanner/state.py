"""What the walk through one file knows at the point it is at."""

import ast
from typing import Any, NamedTuple

from pylife.source.scanner.excepts import Attempt
from pylife.source.scanner.features import SyntaxUse
from pylife.source.scanner.guards import Guards
from pylife.source.scanner.hot import SPEAKING, Hot
from pylife.source.scanner.places import Places
from pylife.source.scanner.scopes import MODULE, Scope
from pylife.source.scanner.syntax import handlers
from pylife.source.scanner.table import Entry, Table
from pylife.source.scanner.uses import Guard, Imported, Use, added, removed, warned
from pylife.source.scanner.values import Values
from pylife.source.scanner.versions import ALL, at_least


class Found(NamedTuple):
    """A use, with what may still speak against it at the end of the file."""

    use: Use
    place: tuple[str, str] | None = None
    owner: str = ""
    category: int = 0
    escape: str = ""


class Reference(NamedTuple):
    """A place where a function of the module is named: what copes with its failures there."""

    copes: int
    names: frozenset[str]
    reached: int


class State:
    """One file, and where the walk is in it."""

    def __init__(
        self, tree: ast.Module, text: Places, table: Table, hot: Hot, first_party: frozenset[str],
        tainted: frozenset[str],
    ) -> None:  # fmt: skip
        self.text = text
        self.table = table
        self.hot = hot
        self.first_party = first_party
        self.values = Values(table, tainted, text.source)
        self.guards = Guards(self.values)
        self.module = self.scope = Scope(MODULE, None, tree)
        self.may = ALL  # the Pythons on which this point is reached
        self.saw = False  # whether the expression speaks of the running Python
        self.jumped = 0  # the Pythons on which the statement goes to a handler
        self.depth = 0
        self.attempts: list[Attempt] = []
        self.unless: tuple[str, ...] = ()
        self.backed: dict[str, tuple[str, ...]] = {}  # names for which packages are asked first
        self.names = set(hot.builtins | SPEAKING)
        self.attributes = hot.attributes
        self.starred: dict[str, str] = {}  # names of star imports that not every Python has
        self.partly: set[str] = set()  # names that are bound on some Pythons only
        self.ahead: set[str] = set()  # classes of the module, and names for type checkers only
        self.speaking = set(SPEAKING)
        self.renamed: dict[str, str] = {}  # names that imports gave to others
        self.provided: set[str] = set()  # modules that the file puts into `sys.modules`
        self.patched: set[tuple[str, str]] = set()
        self.found: list[Found] = []
        self.owner = ""  # the function of the module that the walk is in
        self.called: dict[str, list[Reference]] = {}  # where functions of the module are named
        self.adorned: set[str] = set()  # those with decorators: they may be called from anywhere
        self.escape = ""  # the error that a failure was turned into
        self.imported: list[Imported] = []
        self.conditions: list[Guard] = []
        self.annotating = False
        self.kept_as_text = False  # annotations, by a future import
        self.syntax: dict[type[Any], Any] = handlers(text.source)

    def expression(self, root: ast.AST) -> None:
        """Walk an expression."""
        raise NotImplementedError

    def block(self, body: list[ast.stmt]) -> None:
        """Walk statements."""
        raise NotImplementedError

    def condition(self, test: ast.expr) -> tuple[int, int]:
        """Walk a condition; the Pythons on which it may be true, and may be false."""
        if isinstance(test, ast.Constant):
            return (ALL, 0) if test.value else (0, ALL)
        saw, self.saw = self.saw, False
        self.expression(test)
        found = (ALL, ALL)
        if self.saw:
            found = self.judged(test)
        self.saw |= saw
        return found

    def judged(self, test: ast.expr) -> tuple[int, int]:
        """A condition that speaks of the running Python; where it decides, it is noted."""
        true, false = self.guards.truth(test, self.scope, ALL)
        if true != false:
            spans = self.text.span(test)
            words = self.text.between(
                test.lineno, test.col_offset, test.end_lineno or test.lineno,
                test.end_col_offset or 0,
            ).decode("utf-8", "replace").split()  # fmt: skip
            self.conditions.append(
                Guard(test.lineno, self.text.column(test.lineno, test.col_offset), *spans,
                      true, false, " ".join(words))
            )  # fmt: skip
        return true, false

    def fails(self, category: int, failing: int) -> tuple[int, bool]:
        """What of a failure is not seen to by the code around it, and whether any is."""
        self.escape = ""
        if failing:
            for attempt in reversed(self.attempts):
                if attempt.catches & category:
                    attempt.failed[category] |= failing
                    self.jumped |= failing
                    self.escape = attempt.raises
                    return (0, True) if attempt.copes & category else (failing, False)
        return failing, False

    def use(
        self, node: Any, what: str, kind: str, category: int, entry: Entry, failing: int,
        place: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Note a use, unless the code around it sees to it."""
        failing, seen_to = self.fails(category, failing)
        if seen_to or not (failing or warned(entry, self.may)):
            return
        line, column = node.lineno, node.col_offset
        if isinstance(node, ast.Attribute) and node.end_lineno != line:
            line = node.end_lineno or line
            column = (node.end_col_offset or 0) - len(node.attr.encode())
        present = entry.present
        found = Use(
            line, self.text.column(line, column), what, kind, self.may, failing,
            added(present), removed(present), entry.deprecated, entry.removal, entry.instead,
            entry.note, self.unless,
        )  # fmt: skip
        self.found.append(Found(found, place, self.owner, category, self.escape))

    def referred(self, name: str) -> None:
        """A function of the module is named: what copes with its failures there?"""
        copes, names = 0, frozenset[str]()
        for attempt in self.attempts:
            copes |= attempt.copes
            names |= attempt.names
        self.called[name].append(Reference(copes, names, self.may if name != self.owner else 0))

    def uses(self) -> list[Use]:
        """All that was found, without what the file sees to elsewhere."""
        left = (each for each in self.found if not (self.set_here(each) or self.seen_to(each)))
        return [use for each in left if (use := self.narrowed(each)) is not None]

    def narrowed(self, found: Found) -> Use | None:
        """The use on the Pythons on which the file comes to its private function at all."""
        use, owner = found.use, found.owner
        calls = self.called.get(owner, []) if owner not in self.adorned else []
        if not calls or not owner.startswith("_"):
            return use
        reached = 0
        for each in calls:
            reached |= each.reached
        use = use._replace(reached=use.reached & reached, fails_on=use.fails_on & reached)
        late = use.deprecated is not None and use.reached & at_least(use.deprecated)
        return use if use.fails_on or late else None

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
        calls = self.called.get(found.owner, []) if found.owner else []
        return bool(calls) and all(
            found.escape in names if found.escape else bool(copes & found.category)
            for copes, names, _ in calls
        )

    def written(self, node: Any) -> None:
        """Syntax that not every Python takes: no guard within the file helps against it."""
        for found in self.syntax[type(node)](node, self.text):
            self.spell(found)

    def spell(self, found: SyntaxUse) -> None:
        """Note a use of syntax."""
        failing = ALL & ~found.present
        if failing or found.deprecated:
            use = Use(
                found.line, found.column, found.what, "syntax", ALL, failing,
                added(found.present), removed(found.present), found.deprecated, found.removal,
                "", found.note,
            )  # fmt: skip
            self.found.append(Found(use))

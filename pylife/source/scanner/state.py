"""What the walk through one file knows at the point it is at."""

import ast
from typing import Any, NamedTuple

from pylife.source.scanner import shapes
from pylife.source.scanner.annotations import Unions
from pylife.source.scanner.excepts import Attempt
from pylife.source.scanner.features import SyntaxUse
from pylife.source.scanner.guards import Guards
from pylife.source.scanner.hot import RARE, SPEAKING, Hot
from pylife.source.scanner.places import Places
from pylife.source.scanner.scopes import EXPRESSION, MODULE, Scope
from pylife.source.scanner.syntax import handlers
from pylife.source.scanner.table import Entry, Table
from pylife.source.scanner.uses import Guard, Imported, Use, added, removed, warned
from pylife.source.scanner.values import Values
from pylife.source.scanner.versions import ALL

NEGATED = (ast.Name, ast.UnaryOp)


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
    names: tuple[frozenset[str], ...]
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
        self.switches = False  # whether dictionaries have values for True and False
        self.vague = False  # whether a condition asks for the running Python in an unknown way
        self.muted = False  # whether this point is behind such a condition
        self.brought = 0  # the Pythons on which setuptools was imported, which brings distutils
        self.depth = 0
        self.attempts: list[Attempt] = []
        self.unless: tuple[str, ...] = ()
        self.backed: dict[str, tuple[str, ...]] = {}  # names for which packages are asked first
        self.names = set(hot.builtins | SPEAKING)
        self.attributes: set[str] | frozenset[str] = hot.attributes
        for name, needle in RARE.items():
            if needle in text.source:
                self.heed(name)
        self.starred: dict[str, str] = {}  # names of star imports that not every Python has
        self.partly: set[str] = set()  # names that are bound on some Pythons only
        self.shaky: set[str] = set()  # such whose import may fail unseen
        self.ahead: set[str] = set()  # classes of the module, and names for type checkers only
        self.speaking = set(SPEAKING)
        if b"java" in text.source:  # `sys.platform` is never that
            words = {"platform", "name"} if b"os.name" in text.source else {"platform"}
            self.speaking |= words
            self.names |= words
            self.attributes = self.attributes | words
        self.renamed: dict[str, str] = {}  # names that imports gave to others
        if shapes.asked(text.source):
            self.renamed = {name: name for name in shapes.RARELY}
        self.provided: set[str] = set()  # modules that the file puts into `sys.modules`
        self.patched: set[tuple[str, str]] = set()
        self.found: list[Found] = []
        self.owner = ""  # the function of the module that the walk is in
        self.called: dict[str, list[Reference]] = {}  # where functions of the module are named
        self.adorned: set[str] = set()  # those with decorators: they may be called from anywhere
        self.escape = ""  # the error that a failure was turned into
        self.imported: list[Imported] = []
        self.conditions: list[Guard] = []
        self.unions: Unions = {}
        self.annotating = False
        self.kept_as_text = False  # annotations, by a future import
        self.syntax: dict[type[Any], Any] = handlers(text.source)

    def heed(self, name: str) -> None:
        """From here on an attribute of that name is looked at."""
        if name not in self.attributes:
            if isinstance(self.attributes, frozenset):
                self.attributes = set(self.attributes)
            self.attributes.add(name)

    def expression(self, root: ast.AST) -> None:
        """Walk an expression."""
        raise NotImplementedError

    def block(self, body: list[ast.stmt]) -> None:
        """Walk statements."""
        raise NotImplementedError

    def meant(self, name: str) -> ast.expr | None:
        """What a name of the module was assigned, as a tuple of errors is."""
        pairs = self.module.env.get(name, ())
        node = pairs[0][1].node if len(pairs) == 1 and pairs[0][1].what == EXPRESSION else None
        return node if isinstance(node, ast.expr) else None

    def condition(self, test: ast.expr) -> tuple[int, int]:
        """Walk a condition; the Pythons on which it may be true, and may be false."""
        self.vague = False
        if isinstance(test, ast.Constant):
            return (ALL, 0) if test.value else (0, ALL)
        if test.__class__ in NEGATED:
            shapes.condition(self, test)
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
        if not self.depth:
            self.guards.forget()
        self.vague = true == false == ALL and self.guards.speaks(test, self.scope)
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
        if self.muted:
            return 0, True
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

"""Scopes, and what their names are bound to on which Pythons at the point that the walk is at.

The walk goes through a file in the order in which it runs: a module's body first, the bodies of
its functions afterwards, so that a function sees what its module's names are in the end. Where the
way parts (`if`, `try`, a loop) each branch binds for itself, and `Branches` joins what they left.
"""

import ast
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pylife.source.scanner.tree import every
from pylife.source.scanner.versions import ALL

MODULE, CLASS, FUNCTION = range(3)
NAMED = frozenset({
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs,
    ast.MatchStar,
})  # fmt: skip

# What a binding is made from; each says what `node` is.
UNKNOWN = 0
VALUE = 1  # a Value that is known at once (an import)
EXPRESSION = 2  # the expression that was assigned
ANNOTATION = 3  # the annotation of a parameter or variable
DEFINITION = 4  # a function's definition
ENTERED = 5  # the context manager of `with ... as`
ITEM = 6  # (expression, index): one of several targets
PAIRS = 7  # another name's bindings at the time
ELEMENT = 8  # what a loop goes through


class Binding:
    """One assignment of a name; what it gives is found out when somebody asks."""

    __slots__ = ("busy", "cases", "known", "node", "prior", "scope", "serial", "what")

    def __init__(
        self, what: int, node: object = None, scope: "Scope | None" = None, serial: int = 0
    ) -> None:
        self.what = what
        self.node = node
        self.scope = scope
        self.serial = serial
        self.prior: Pairs = ()
        self.busy = False
        self.known: object = None
        self.cases: dict[object, object] | None = None


Pairs = tuple[tuple[int, Binding], ...]
MANY = 64
"""What is bound in more ways than these is evident to nobody: machines wrote that."""
FEW = 16
NOTHING_KNOWN: Pairs = ((ALL, Binding(UNKNOWN)),)


class Loop(NamedTuple):
    """A loop that the walk is in; what was bound before it has an older serial number."""

    node: ast.AST
    serial: int
    stored: list[frozenset[str]]

    def stores(self, name: str) -> bool:
        """Whether the loop binds the name somewhere."""
        if not self.stored:
            self.stored.append(frozenset(_stores(self.node)))
        return name in self.stored[0]


class Star(NamedTuple):
    """`from module import *`; no module: one that the standard library does not have."""

    reached: int
    module: str | None


class Scope:
    """A module, class or function (also a lambda or comprehension)."""

    __slots__ = ("all", "changed", "env", "kind", "loops", "node", "outside", "parent", "stars")
    serials = itertools.count(1)

    def __init__(self, kind: int, parent: "Scope | None", node: ast.AST) -> None:
        self.kind = kind
        self.parent = parent
        self.node = node
        self.env: dict[str, Pairs] = {}
        self.changed: dict[str, Pairs | None] | None = None
        self.loops: list[Loop] = []
        self.stars: list[Star] = []
        self.outside: frozenset[str] = frozenset()
        self.all: list[Scope] = [] if parent is None else parent.all
        self.all.append(self)

    def forget(self) -> None:
        """Let go of everything in the file: scopes and bindings hold each other."""
        for scope in self.all:
            scope.env = {}
            scope.changed = None
            scope.stars = []
        self.all.clear()

    def bind(self, name: str, reached: int, what: int, node: object = None) -> None:
        """Bind a name from here on."""
        if name in self.outside:
            return  # global or nonlocal: such names are known to nobody
        env, changed = self.env, self.changed
        prior = env.get(name)
        if changed is not None and name not in changed:
            changed[name] = prior
        if what == UNKNOWN:
            binding = Binding(UNKNOWN)
        else:
            binding = Binding(what, node, self, next(self.serials))
            if prior:
                binding.prior = prior
        env[name] = ((reached, binding),)

    def put(self, name: str, pairs: Pairs) -> None:
        """Bind a name to what is already known of it."""
        if self.changed is not None and name not in self.changed:
            self.changed[name] = self.env.get(name)
        self.env[name] = pairs

    def stores(self, name: str) -> bool:
        """Whether a name is the function's own, since it binds it somewhere."""
        scope: Scope | None = self
        while scope is not None and scope.kind == FUNCTION:
            if name in _stores(scope.node):
                return True
            scope = scope.parent
        return False

    def star(self, star: Star) -> None:
        """Import everything from a module; the last time is the one that counts."""
        self.stars = [each for each in self.stars if each.module != star.module]
        self.stars.append(star)

    def around(self) -> "Scope":
        """The scope in which an assignment expression of a comprehension binds."""
        scope = self
        while isinstance(scope.node, ast.comprehension) and scope.parent is not None:
            scope = scope.parent
        return scope


class Branches:
    """The ways through one statement, and what they leave bound."""

    __slots__ = ("ends", "outer", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.outer = scope.changed
        self.ends: list[tuple[dict[str, Pairs], int]] = []

    def begin(self) -> None:
        """A way begins, with what was bound before the statement."""
        self.scope.changed = {}

    def end(self, left: int) -> dict[str, Pairs]:
        """A way ends; `left` are the Pythons that go on after it. Returns what it bound."""
        scope = self.scope
        env, changed = scope.env, scope.changed or {}
        found = {name: env[name] for name in changed if name in env}
        for name, before in changed.items():
            if before is None:
                env.pop(name, None)
            else:
                env[name] = before
        scope.changed = self.outer
        self.ends.append((found, left))
        return found

    def around(self, left: int) -> None:
        """A way past the statement that binds nothing."""
        self.ends.append(({}, left))

    def join(self) -> None:
        """Bind what the ways bound, each on the Pythons that come from it."""
        env = self.scope.env
        if len(self.ends) > FEW:
            for name, ways in self._binding().items():
                self.scope.put(name, _together(ways))
            return
        for name in dict.fromkeys(name for found, _ in self.ends for name in found):
            before = env.get(name, ())
            self.scope.put(
                name, _together([(found.get(name, before), left) for found, left in self.ends])
            )

    def _binding(self) -> dict[str, list[tuple[Pairs, int]]]:
        """By each name the ways that bind it, and last what was bound before on all others.

        So that it takes no longer than there are bindings: ways and names may both be many.
        """
        leaving = Counter(left for _, left in self.ends)
        ways: dict[str, list[tuple[Pairs, int]]] = {}
        for found, left in self.ends:
            for name, pairs in found.items():
                ways.setdefault(name, []).append((pairs, left))
        for name, some in ways.items():
            others = leaving - Counter(left for _, left in some)
            around = 0
            for left in others:
                around |= left
            some.append((self.scope.env.get(name, ()), around))
        return ways


def _together(ways: Iterable[tuple[Pairs, int]]) -> Pairs:
    """What several ways bind a name to, each on the Pythons that it leaves to."""
    pairs: dict[int, tuple[int, Binding]] = {}
    for bound, left in ways:
        for mask, binding in bound:
            if mask & left:
                kept = pairs.get(id(binding), (0, binding))[0]
                pairs[id(binding)] = (kept | mask & left, binding)
    if len(pairs) <= MANY:
        return tuple(pairs.values())
    reached = 0
    for mask, _ in pairs.values():
        reached |= mask
    return ((reached, Binding(UNKNOWN)),)


def _stores(node: ast.AST) -> Iterator[str]:
    for inner in every(node):
        kind = inner.__class__
        if kind is ast.Name:
            if inner.ctx.__class__ is not ast.Load:
                yield inner.id
        elif kind is ast.alias:
            yield (inner.asname or inner.name).partition(".")[0]
        elif kind in NAMED and inner.name:
            yield inner.name

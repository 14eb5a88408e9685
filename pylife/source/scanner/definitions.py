"""Functions and classes: what runs when they are defined, and what later."""

import ast
import re
from collections import deque
from typing import Any, NamedTuple

from pylife.source.scanner import ahead, annotations, peculiar, shapes
from pylife.source.scanner.blocks import Blocks
from pylife.source.scanner.compound import all_parameters, parameters
from pylife.source.scanner.decorating import SETTING_UP, allowed, kept, set_up
from pylife.source.scanner.evaluating import Evaluators
from pylife.source.scanner.kinds import Local
from pylife.source.scanner.scopes import (
    ANNOTATION,
    CLASS,
    DEFINITION,
    EXPRESSION,
    FUNCTION,
    NOTHING_KNOWN,
    VALUE,
    Scope,
)
from pylife.source.scanner.tree import every
from pylife.source.scanner.versions import ALL

SHORT = 4
"""How many statements a function has at most that a condition may ask."""
ASKING = re.compile(
    rb"version_info|hexversion|python_version|find_spec|ImportError|ModuleNotFoundError|PY_?3"
    rb"|hasattr\((?:ast|asyncio|builtins|inspect|math|os|signal|socket|ssl|sys|time|types|typing),"
)
ANSWERS = (ast.Return, ast.If, ast.Try)
TEXT = ast.Name("str", ast.Load())


KEEPING = frozenset({
    "asynccontextmanager", "cache", "contextmanager", "lru_cache", "no_type_check", "wraps",
})  # fmt: skip
"""Decorators that make no function callable from elsewhere."""


def plainly(decorator: ast.expr) -> bool:
    """Whether what is decorated is still only called by its name."""
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(func, "attr", getattr(func, "id", "")) in KEEPING


class Later(NamedTuple):
    """A function whose body is walked when what is around it is done."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    reached: int
    unless: tuple[str, ...]


class Definitions(Blocks):
    """The part of the walk that looks at definitions."""

    later: deque[Later]
    asking: bool
    """Whether functions of the file may speak of the running Python."""
    reading: Evaluators | None
    evaluated: str
    """Who evaluates the annotations of the class that the walk is in."""

    def annotation(self, node: ast.expr, by: str, *, local: bool = False) -> None:
        """An annotation, on the Pythons on which it is evaluated."""
        by = by or (self.reading.annotation(node) if self.reading else "")
        quoted = isinstance(node, ast.Constant) and isinstance(node.value, str)
        reached = annotations.evaluated(future=self.kept_as_text, quoted=quoted, local=local, by=by)
        may = self.may
        self.may = may & reached
        if self.may and not quoted:
            saw = self.saw
            if self.ahead and not self.kept_as_text:
                ahead.look(self, node)
            self.annotating = True
            self.expression(node)
            self.annotating, self.saw = False, saw
        self.may = may

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function: its decorators and defaults now, its body later."""
        may = self.decorated(node)
        arguments = node.args
        if arguments.defaults or arguments.kwonlyargs:
            for default in (*arguments.defaults, *arguments.kw_defaults):
                if default is not None:
                    self.expression(default)
        by = self.reading.of(node) if self.reading else ""
        for part in all_parameters(arguments):
            if part.annotation is not None:
                if ast.arg in self.syntax:
                    self.written(part)
                self.annotation(part.annotation, by)
        if node.returns is not None:
            self.annotation(node.returns, by)
        self.later.append(Later(node, self.scope, 0 if self.muted else may, self.unless))
        self.scope.bind(node.name, self.may, DEFINITION, node)
        if self.scope is self.module:
            self.called.setdefault(node.name, [])
            self.names.add(node.name)
            if not all(map(plainly, node.decorator_list)):
                self.adorned.add(node.name)
        if self.asking and len(node.body) <= SHORT and self.answers(node):
            self.speak(node.name)
            if self.scope.kind == CLASS:
                self.heed(node.name)

    def answers(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a function may say something of the running Python."""
        last = node.body[-1]
        if not isinstance(last, ANSWERS):
            return False
        if isinstance(last, ast.Return) and last.value is not None:
            inner = every(last.value)
            if any(each.__class__ is ast.Name and each.id in self.speaking for each in inner):
                return True
        lines = self.text.lines[node.lineno - 1 : node.end_lineno]
        return any(ASKING.search(line) for line in lines)

    def decorated(self, node: Any) -> int:
        """The Pythons on which what is decorated is run."""
        may = self.may
        if len(node.decorator_list) > 1:
            peculiar.decorated(self, node.decorator_list)
        for decorator in node.decorator_list:
            saw, self.saw = self.saw, False
            self.expression(decorator)
            if self.saw:
                self.guards.forget()
                may &= allowed(self.guards, decorator, self.scope)
                may &= kept(self.guards, decorator, node, self.scope)
            self.saw = saw
            if getattr(decorator, "id", "") == "staticmethod":
                self.renamed.setdefault(node.name, node.name)
        return may

    def class_(self, node: ast.ClassDef) -> None:
        """A class: its body runs at once."""
        may = self.decorated(node)
        for base in node.bases:
            self.expression(base)
        if len(node.bases) > 1 or any(getattr(base, "id", "") == "Any" for base in node.bases):
            peculiar.derived(self, node)
        for word in node.keywords:
            self.expression(word.value)
        outer, by, later, here = self.scope, self.evaluated, self.later, self.may
        self.evaluated = self.reading.of(node) if self.reading else ""
        self.scope = scope = Scope(CLASS, outer, node)
        self.later = deque()
        self.block(node.body)
        if any(map(shapes.plain_dataclass, node.decorator_list)):
            shapes.fields(self, node)
        may &= self.marked(scope)
        if self.asking and not SETTING_UP.isdisjoint(scope.env):
            may &= set_up(self.guards, node.body, scope)
        later.extend(each._replace(reached=each.reached & may) for each in self.later)
        self.later, self.scope, self.evaluated, self.may = later, outer, by, here
        outer.bind(node.name, self.may, VALUE, Local(scope, made=False))

    def marked(self, scope: Scope) -> int:
        """The Pythons that a `pytestmark` lets the functions of a module or class run on."""
        may = ALL
        for _, binding in scope.env.get("pytestmark", ()):
            if isinstance(binding.node, ast.expr):
                may &= allowed(self.guards, binding.node, scope)
        return may

    def function(self, later: Later, reached: int) -> None:
        """The body of a function."""
        node = later.node
        self.scope = scope = Scope(FUNCTION, later.scope, node)
        arguments = node.args
        scope.env = dict.fromkeys(parameters(arguments), NOTHING_KNOWN)
        plain = arguments.args
        if arguments.posonlyargs:
            plain = [*arguments.posonlyargs, *plain]
        for part in (*plain, *arguments.kwonlyargs):
            if part.annotation is not None:
                scope.bind(part.arg, ALL, ANNOTATION, part.annotation)
        if arguments.defaults:
            self.defaults(plain[-len(arguments.defaults) :], arguments.defaults)
        if later.scope.kind == CLASS and plain and plain[0].annotation is None:
            self.bind_self(plain[0].arg, node, later.scope)
        self.may, self.attempts, self.unless = reached, [], later.unless
        self.jumped, self.saw, self.evaluated, self.muted = 0, False, "", False
        self.owner = node.name if later.scope is self.module else ""
        self.block(node.body)

    def defaults(self, parts: list[ast.arg], given: list[ast.expr]) -> None:
        """Parameters that are text unless they are given: as if that were their annotation.

        One that asks for the running Python unless it is given is taken not to be given.
        """
        for part, default in zip(parts, given, strict=True):
            if part.annotation is None and default.__class__ is ast.Constant:
                if default.value.__class__ is str:
                    self.scope.bind(part.arg, ALL, ANNOTATION, TEXT)
            elif default.__class__ is ast.Compare and self.guards.speaks(default, self.scope):
                self.scope.bind(part.arg, ALL, EXPRESSION, default)
                self.speaking.add(part.arg)
                self.names.add(part.arg)

    def bind_self(self, name: str, node: Any, scope: Scope) -> None:
        """The first parameter of a method."""
        kinds = {getattr(part, "id", getattr(part, "attr", "")) for part in node.decorator_list}
        if not kinds & {"staticmethod"}:
            made = "classmethod" not in kinds and node.name not in {"__new__", "__init_subclass__"}
            self.scope.bind(name, ALL, VALUE, Local(scope, made=made))

"""Functions and classes: what runs when they are defined, and what later."""

import ast
import re
from collections import deque
from typing import Any, NamedTuple

from pylife.source.scanner import ahead, annotations, peculiar
from pylife.source.scanner.blocks import Blocks
from pylife.source.scanner.compound import parameters
from pylife.source.scanner.decorating import allowed
from pylife.source.scanner.evaluating import Evaluators
from pylife.source.scanner.kinds import Local
from pylife.source.scanner.scopes import (
    ANNOTATION,
    CLASS,
    DEFINITION,
    FUNCTION,
    NOTHING_KNOWN,
    VALUE,
    Scope,
)
from pylife.source.scanner.versions import ALL

SHORT = 4
"""How many statements a function has at most that a condition may ask."""
ASKING = re.compile(
    rb"version_info|hexversion|python_version|find_spec|ImportError|ModuleNotFoundError|PY_?3"
)
ANSWERS = (ast.Return, ast.If, ast.Try)


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
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.expression(default)
        by = self.reading.of(node) if self.reading else ""
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [part for part in (arguments.vararg, arguments.kwarg) if part is not None]
        for part in every:
            if part.annotation is not None:
                if ast.arg in self.syntax:
                    self.written(part)
                self.annotation(part.annotation, by)
        if node.returns is not None:
            self.annotation(node.returns, by)
        self.later.append(Later(node, self.scope, may, self.unless))
        self.scope.bind(node.name, self.may, DEFINITION, node)
        if self.scope is self.module:
            self.called.setdefault(node.name, [])
            self.names.add(node.name)
            if node.decorator_list:
                self.adorned.add(node.name)
        if self.asking and len(node.body) <= SHORT and self.answers(node):
            self.speak(node.name)
            if self.scope.kind == CLASS:
                self.attributes |= {node.name}

    def answers(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a function may say something of the running Python."""
        last = node.body[-1]
        if not isinstance(last, ANSWERS):
            return False
        if isinstance(last, ast.Return) and last.value is not None:
            inner = ast.walk(last.value)
            if any(isinstance(each, ast.Name) and each.id in self.speaking for each in inner):
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
                may &= allowed(self.guards, decorator, self.scope)
            self.saw = saw
        return may

    def class_(self, node: ast.ClassDef) -> None:
        """A class: its body runs at once."""
        may = self.decorated(node)
        for base in node.bases:
            self.expression(base)
        if len(node.bases) > 1:
            peculiar.derived(self, node)
        for word in node.keywords:
            self.expression(word.value)
        outer, by, later, here = self.scope, self.evaluated, self.later, self.may
        self.evaluated = self.reading.of(node) if self.reading else ""
        self.scope = scope = Scope(CLASS, outer, node)
        self.later = deque()
        self.block(node.body)
        may &= self.marked(scope)
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
        plain = [*arguments.posonlyargs, *arguments.args]
        for part in (*plain, *arguments.kwonlyargs):
            if part.annotation is not None:
                scope.bind(part.arg, ALL, ANNOTATION, part.annotation)
        if later.scope.kind == CLASS and plain and plain[0].annotation is None:
            self.bind_self(plain[0].arg, node, later.scope)
        self.may, self.attempts, self.unless = reached, [], later.unless
        self.jumped, self.saw, self.evaluated = 0, False, ""
        self.owner = node.name if later.scope is self.module else ""
        self.block(node.body)

    def bind_self(self, name: str, node: Any, scope: Scope) -> None:
        """The first parameter of a method."""
        kinds = {getattr(part, "id", getattr(part, "attr", "")) for part in node.decorator_list}
        if not kinds & {"staticmethod"}:
            made = "classmethod" not in kinds and node.name not in {"__new__", "__init_subclass__"}
            self.scope.bind(name, ALL, VALUE, Local(scope, made=made))

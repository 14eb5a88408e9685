"""The walk through a file: statements in the order in which they run, functions afterwards."""

import ast
import re
from collections import deque
from typing import Any, NamedTuple

from pylife.source.scanner import annotations, excepts, judge
from pylife.source.scanner.blocks import Blocks
from pylife.source.scanner.decorating import allowed
from pylife.source.scanner.evaluating import Evaluators, evaluators
from pylife.source.scanner.scopes import (
    ANNOTATION,
    CLASS,
    DEFINITION,
    EXPRESSION,
    FUNCTION,
    ITEM,
    NOTHING_KNOWN,
    PAIRS,
    UNKNOWN,
    VALUE,
    Scope,
)
from pylife.source.scanner.values import Local
from pylife.source.scanner.versions import ALL
from pylife.source.scanner.walk import parameters

SHORT = 4
"""How many statements a function has at most that a condition may ask."""
ASKING = re.compile(
    rb"version_info|hexversion|python_version|find_spec|ImportError|ModuleNotFoundError"
)
ANSWERS = (ast.Return, ast.If, ast.Try)


class Later(NamedTuple):
    """A function whose body is walked when what is around it is done."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    reached: int
    unless: tuple[str, ...]


class Visitor(Blocks):
    """The whole walk."""

    def walk(self, tree: ast.Module) -> None:
        """Walk a file."""
        self.later: deque[Later] = deque()
        self.reading: Evaluators | None = evaluators(tree, self.text.source)
        self.evaluated = ""  # who evaluates the annotations of the class that the walk is in
        self.asking = ASKING.search(self.text.source) is not None
        self.block(tree.body)
        everywhere = self.marked(self.module)
        while self.later:
            later = self.later.popleft()
            self.function(later, later.reached & everywhere)

    def block(self, body: list[ast.stmt]) -> None:
        """Statements one after the other."""
        rules, syntax = STATEMENTS, self.syntax
        for node in body:
            kind = node.__class__
            if kind in syntax:
                self.written(node)
            rules[kind](self, node)
            if self.jumped and self.attempts:
                self.may &= ~self.jumped

    def expr(self, node: ast.Expr) -> None:
        """An expression on its own; a call that does not return ends the way."""
        value = node.value
        if value.__class__ is ast.Constant:
            return
        self.expression(value)
        if value.__class__ is ast.Call and (excepts.leaves(value) or self.never(value)):
            self.may = 0

    def never(self, node: Any) -> bool:
        """Whether a call is one of a function of this file that never returns."""
        if self.may == ALL or not isinstance(node.func, ast.Name):
            return False
        pairs = self.module.env.get(node.func.id, ())
        if len(pairs) != 1 or pairs[0][1].what != DEFINITION:
            return False
        body = pairs[0][1].node.body  # type: ignore[attr-defined]
        return excepts.gives_up(body)

    def assign(self, node: ast.Assign) -> None:
        """`a = b = value`."""
        value = node.value
        saw, self.saw = self.saw, False
        if value.__class__ is not ast.Constant:
            self.expression(value)
        elif self.may != ALL or self.attempts or self.switch(value):
            self.saw = True  # `HAVE_IT = True` where it is there
        for target in node.targets:
            self.assigned(target, value)
        self.saw = saw

    def switch(self, value: ast.expr) -> bool:
        """`USE_IT = False` of a module: as it is written, it never is."""
        plain = isinstance(value, ast.Constant) and isinstance(value.value, bool)
        return plain and self.scope is self.module

    def assigned(self, target: ast.expr, value: ast.expr) -> None:
        """One target of an assignment."""
        if target.__class__ is ast.Name:
            if value.__class__ is ast.Name and value.id in self.scope.env:
                self.target(target, PAIRS, self.scope.env[value.id])
            else:
                self.target(target, EXPRESSION, value)
        elif self.saw and isinstance(target, ast.Tuple):
            for place, element in enumerate(target.elts):
                if isinstance(element, ast.Starred):
                    break
                self.target(element, ITEM, (value, place))
        else:
            self.target(target)

    def annotated(self, node: ast.AnnAssign) -> None:
        """`name: annotation = value`."""
        saw, self.saw = self.saw, False
        if node.value is not None:
            self.expression(node.value)
        local = self.scope.kind == FUNCTION or not node.simple
        self.annotation(node.annotation, self.evaluated, local=local)
        if isinstance(node.target, ast.Name):
            if node.value is not None and self.saw:
                self.target(node.target, EXPRESSION, node.value)
            elif node.value is not None or self.scope.kind == FUNCTION:
                self.target(node.target, ANNOTATION, node.annotation)
        else:
            self.target(node.target)
        self.saw = saw

    def annotation(self, node: ast.expr, by: str, *, local: bool = False) -> None:
        """An annotation, on the Pythons on which it is evaluated."""
        by = by or (self.reading.annotation(node) if self.reading else "")
        quoted = isinstance(node, ast.Constant) and isinstance(node.value, str)
        reached = annotations.evaluated(future=self.kept_as_text, quoted=quoted, local=local, by=by)
        may = self.may
        self.may = may & reached
        if self.may and not quoted:
            saw = self.saw
            self.expression(node)
            self.saw = saw
        self.may = may

    def augmented(self, node: ast.AugAssign) -> None:
        """`name += value`."""
        saw, self.saw = self.saw, False
        self.expression(node.value)
        if isinstance(node.target, ast.Name):
            if node.op.__class__ is ast.BitOr:
                name = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
                if judge.is_dict(self, name):
                    judge.joined(self, node, "dict |= mapping", "__ior__")
                    return
            self.scope.bind(node.target.id, self.may, UNKNOWN)
        else:
            self.target(node.target)
        self.saw = saw

    def return_(self, node: ast.Return) -> None:
        """`return`."""
        if node.value is not None:
            self.expression(node.value)
        self.may = 0

    def raise_(self, node: ast.Raise) -> None:
        """`raise`."""
        if node.exc is not None:
            self.expression(node.exc)
        if node.cause is not None:
            self.expression(node.cause)
        self.may = 0

    def stop(self, _: ast.stmt) -> None:
        """`break` and `continue`."""
        self.may = 0

    def assert_(self, node: ast.Assert) -> None:
        """`assert`: what follows is reached where it holds."""
        true, false = self.condition(node.test)
        if node.msg is not None:
            may = self.may
            self.may &= false
            self.expression(node.msg)
            self.may = may
        self.may &= true

    def delete(self, node: ast.Delete) -> None:
        """`del`."""
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.bind(target.id, self.may, UNKNOWN)
            else:
                self.target(target)

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
        if self.asking and len(node.body) <= SHORT and isinstance(node.body[-1], ANSWERS):
            self.speak(node.name)

    def decorated(self, node: Any) -> int:
        """The Pythons on which what is decorated is run."""
        may = self.may
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

    def outside(self, node: ast.Global | ast.Nonlocal) -> None:
        """Names that are another scope's."""
        self.scope.outside |= frozenset(node.names)

    def nothing(self, node: ast.stmt) -> None:
        """`pass`."""

    def alias(self, node: Any) -> None:
        """`type name = value`: evaluated when somebody asks."""
        self.scope.bind(node.name.id, self.may, UNKNOWN)


STATEMENTS: dict[type[ast.stmt], Any] = {
    ast.AnnAssign: Visitor.annotated,
    ast.Assert: Visitor.assert_,
    ast.Assign: Visitor.assign,
    ast.AsyncFor: Visitor.loop,
    ast.AsyncFunctionDef: Visitor.define,
    ast.AsyncWith: Visitor.with_,
    ast.AugAssign: Visitor.augmented,
    ast.Break: Visitor.stop,
    ast.ClassDef: Visitor.class_,
    ast.Continue: Visitor.stop,
    ast.Delete: Visitor.delete,
    ast.Expr: Visitor.expr,
    ast.For: Visitor.loop,
    ast.FunctionDef: Visitor.define,
    ast.Global: Visitor.outside,
    ast.If: Visitor.if_,
    ast.Import: Visitor.import_,
    ast.ImportFrom: Visitor.from_,
    ast.Match: Visitor.match,
    ast.Nonlocal: Visitor.outside,
    ast.Pass: Visitor.nothing,
    ast.Raise: Visitor.raise_,
    ast.Return: Visitor.return_,
    ast.Try: Visitor.try_,
    ast.While: Visitor.loop,
    ast.With: Visitor.with_,
}
for _name, _rule in (("TryStar", Visitor.try_), ("TypeAlias", Visitor.alias)):
    if hasattr(ast, _name):
        STATEMENTS[getattr(ast, _name)] = _rule

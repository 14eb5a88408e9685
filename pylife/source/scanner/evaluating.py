"""Which classes and functions of a file have their annotations evaluated by somebody.

pydantic, typer and the like evaluate annotations whatever a file says about keeping them as text.
A class whose bases come from elsewhere in the project may be such a class as well; that is not
known, and nothing is claimed.
"""

import ast
import functools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from pylife.source.scanner.features import DATA

Named = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def known() -> dict[str, Any]:
    """Who evaluates annotations, by how a class or function comes to be theirs."""
    content: dict[str, Any] = json.loads((DATA / "evaluating.json").read_text(encoding="utf-8"))
    return content


@functools.cache
def _modules() -> frozenset[str]:
    """The packages that a file must import from for anybody to evaluate its annotations."""
    return frozenset(
        name.partition(".")[0]
        for part in ("bases", "decorators", "methods", "annotations")
        for name in known()[part]
    )


def evaluators(tree: ast.Module, source: bytes) -> "Evaluators | None":
    """Who evaluates annotations in a file; None, at the cost of a look at the imports, if nobody
    does.
    """
    modules = _modules()
    for node in _statements(tree.body):
        kind = node.__class__
        if kind is ast.ImportFrom and isinstance(node, ast.ImportFrom):
            name = (node.module or "").partition(".")[0]
        elif kind is ast.Import and isinstance(node, ast.Import):
            name = next((n for a in node.names if (n := a.name.partition(".")[0]) in modules), "")
        else:
            continue
        # Nearly every file has the module functools, and hardly any its functions that count.
        if name in modules and (name != "functools" or b"singledispatch" in source):
            return Evaluators(tree)
    return None


class Evaluators:
    """Who evaluates which annotations of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self._names: dict[str, str] = {}
        self._classes: dict[str, str] = {}
        self._made: dict[str, str] = {}
        for node in _statements(tree.body):
            self._learn(node)

    def of(self, node: Named) -> str:
        """Who evaluates the annotations of a class's body or a function's signature, or ""."""
        found = (self._decorator(decorator) for decorator in node.decorator_list)
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        return next(filter(None, (*found, *map(self._base, bases))), "")

    def annotation(self, node: ast.expr) -> str:
        """Who evaluates this annotation for what it is (`Mapped[...]`), or ""."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._theirs("annotations", node.value.partition("[")[0])
        outer = node.value if isinstance(node, ast.Subscript) else node
        return self._theirs("annotations", _dotted(outer))

    def _learn(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                self._names[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                self._names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.ClassDef):
            if who := next(filter(None, map(self._base, node.bases)), ""):
                self._classes[node.name] = who
            for inner in node.body:
                self._learn(inner)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            self._make(_dotted(node.value.func), targets)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                self._make(_dotted(decorator), [ast.Name(node.name)])

    def _make(self, maker: str, targets: Sequence[ast.expr]) -> None:
        full = self._full(maker)
        if full in known()["methods"]:
            self._made |= {_dotted(target): full for target in targets}

    def _base(self, node: ast.expr) -> str:
        outer = _dotted(node.value if isinstance(node, ast.Subscript) else node)
        return self._classes.get(outer) or self._theirs("bases", outer)

    def _decorator(self, node: ast.expr) -> str:
        if isinstance(node, ast.Call):
            if node.args and _last(node.func) == "register":
                return ""  # the class is given; nothing is read from the annotation
            node = node.func
        owner, _, method = _dotted(node).rpartition(".")
        made = self._made.get(owner, "")
        if made and method in known()["methods"][made]:
            return made
        return self._theirs("decorators", _dotted(node))

    def _theirs(self, part: str, name: str) -> str:
        full = self._full(name)
        return full if full in known()[part] else ""

    def _full(self, name: str) -> str:
        """A dotted name with what its first part was imported as."""
        first, dot, rest = name.partition(".")
        return self._names[first] + dot + rest if first in self._names else ""


BLOCKS = frozenset({ast.If, ast.Try, ast.With})


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block and of the plain blocks in it, not of its functions."""
    waiting = [iter(body)]  # not by calling itself: a long `elif` chain is a deep tree
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            continue
        yield node
        if node.__class__ in BLOCKS:
            inner = [getattr(node, part, []) for part in ("body", "orelse", "finalbody")]
            inner += [handler.body for handler in getattr(node, "handlers", [])]
            waiting += [iter(part) for part in reversed(inner) if part]


def _dotted(node: ast.expr) -> str:
    """`a.b.c`, or "" for what is no such name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _last(node: ast.expr) -> str:
    return _dotted(node).rpartition(".")[2]

"""Python source as a syntax tree with byte spans; nothing is imported or run."""

import ast
import io
import tokenize
import warnings
from functools import cached_property

from pylife.errors import UnreadableError
from pylife.model import Span
from pylife.syntax.text import Source


class Module:
    """A parsed Python file."""

    def __init__(self, source: Source) -> None:
        self.source = decoded(source)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes of other people's code
                self.tree = ast.parse(self.source.text, filename=source.path)
        except SyntaxError as error:
            raise UnreadableError(
                f"not valid Python: {error.msg}",
                path=source.path,
                line=error.lineno,
                column=error.offset,
            ) from None
        except (ValueError, RecursionError, MemoryError) as error:
            deep = isinstance(error, RecursionError | MemoryError)
            reason = "nested too deeply" if deep else str(error)
            raise UnreadableError(f"not valid Python: {reason}", path=source.path, line=1) from None

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes, each before those inside it; as `ast.walk`, but contexts, and once."""
        found: list[ast.AST] = [self.tree]
        for node in found:  # grows while it is walked
            found += _children(node)
        return found

    @cached_property
    def constants(self) -> dict[str, ast.expr]:
        """Module-level names with the expression that they are assigned, where that is certain.

        Certain is what is assigned once, at the top level, and changed nowhere:
        not deleted, not bound by `if`, `for`, `import` or `global`, and not
        mutated by a method such as `append` or by assigning to its elements.
        """
        assigned: dict[str, list[ast.expr]] = {}
        for node in self.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    assigned.setdefault(name, []).append(value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    assigned.setdefault(name, []).append(value)
        bound = _bindings(self.tree)
        return {
            name: values[0]
            for name, values in assigned.items()
            if len(values) == 1 and bound.get(name) == 1
        }

    def resolve(self, node: ast.expr, *, depth: int = 8) -> ast.expr:
        """Follow a name to the module-level expression that it is assigned, if there is one."""
        while depth and isinstance(node, ast.Name) and node.id in self.constants:
            node, depth = self.constants[node.id], depth - 1
        return node

    def span(self, node: ast.expr) -> Span:
        """The byte span of `node` as written."""
        return Span(
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset),
        )

    def string_span(self, node: ast.expr) -> Span | None:
        """The span of a plain string literal without its quotes.

        None for implicit concatenation, escapes and anything that is no literal:
        there the text is not the value.
        """
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            return None
        outer = self.span(node)
        raw = self.source.slice(outer)
        prefix = len(raw) - len(raw.lstrip("rRuU"))
        raw, start = raw[prefix:], outer.start + prefix
        for quote in ('"""', "'''", '"', "'"):
            if raw.startswith(quote) and raw.endswith(quote) and len(raw) >= 2 * len(quote):
                width = len(quote)
                if raw[width:-width] == node.value:
                    return Span(start + width, outer.end - width)
                return None
        return None

    def _offset(self, line: int, column: int) -> int:
        """`ast` counts lines from 1 and columns in UTF-8 bytes of the line."""
        start = self.source.line_starts[line - 1]
        if self.source.text.isascii():
            return self.source.byte(start + column)
        prefix = self.source.text[start : start + column].encode()[:column]
        return self.source.byte(start + len(prefix.decode(errors="ignore")))


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly inside `node`, in the order of its fields, without their contexts."""
    found: list[ast.AST] = []
    for name in node._fields:
        if name == "ctx":  # a third of all nodes, and they say nothing that `node` does not
            continue
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


_MUTATORS = frozenset(
    {
        "append",
        "clear",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "reverse",
        "setdefault",
        "sort",
        "update",
    }
)


def _bindings(tree: ast.Module) -> dict[str, int]:
    """How often each name is bound or changed at module level (a change counts like a binding)."""
    count: dict[str, int] = {}
    pending: list[tuple[ast.AST, bool]] = [(tree, True)]
    while pending:
        node, outside = pending.pop()
        kind = type(node)
        if kind in _BINDERS:
            for name in _bound(node, outside=outside):
                count[name] = count.get(name, 0) + 1
        outside = outside and kind not in _SCOPES
        pending += [(child, outside) for child in _children(node)]
    return count


_SCOPES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda})
_BINDERS = _SCOPES | {
    ast.Name, ast.Import, ast.ImportFrom, ast.AugAssign, ast.Global, ast.Subscript, ast.Call,
}  # fmt: skip


def _bound(node: ast.AST, *, outside: bool) -> list[str]:
    """The names that `node` itself binds or changes; `outside` of functions and classes or not."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if outside:
            return [name]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if outside:
            return [node.name]
        case ast.Import() | ast.ImportFrom() if outside:
            return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
        case ast.AugAssign(target=ast.Name(id=name)) if outside:
            return [name]
        case ast.Global(names=names):
            return names * 2
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return [name]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _MUTATORS:
            return [name]
        case _:
            return []


def parse(source: Source) -> Module:
    """Parse `source`; raises UnreadableError with line and column for what is not Python."""
    return Module(source)


def decoded(source: Source) -> Source:
    """`source` in the encoding that it declares; raises UnreadableError for a wrong declaration."""
    return Source(source.path, source.data, encoding=_encoding(source))


def _encoding(source: Source) -> str:
    """The encoding that the file declares (PEP 263)."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source.data).readline)
    except SyntaxError as error:
        raise UnreadableError(f"not valid Python: {error.msg}", path=source.path, line=1) from None
    return "utf-8" if encoding in {"utf-8", "utf-8-sig"} else encoding

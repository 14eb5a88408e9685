"""One file of Python source with what is needed to cut its branches."""

import ast
from typing import NamedTuple

from pylife.syntax import python
from pylife.syntax.branch_layout import Layout
from pylife.syntax.text import Source


class Around(NamedTuple):
    """Where a node stands: in the list `field` of `parent` if it is a statement."""

    parent: ast.AST
    field: str


class File:
    """One file, parsed, with what is needed to cut it."""

    def __init__(self, source: Source) -> None:
        self.module = python.parse(source)
        self.source = self.module.source
        self.layout = Layout(self.module)
        self.around: dict[ast.AST, Around] = {}
        for node in self.module.nodes:
            for field, value in ast.iter_fields(node):
                for inner in value if isinstance(value, list) else [value]:
                    if isinstance(inner, ast.AST):
                        self.around[inner] = Around(node, field)

    def words(self, node: ast.expr) -> str:
        """An expression as it is written, on one line."""
        return " ".join(self.layout.text[self.layout.start(node) : self.layout.end(node)].split())

    def function(self, node: ast.AST) -> ast.AST | None:
        """The function, lambda or class in which a node stands; None for the module."""
        while node in self.around:
            node = self.around[node].parent
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
                return node
        return None

    def is_elif(self, node: ast.If) -> bool:
        """Whether it is the `elif` of another one."""
        return self.layout.text.startswith("elif", self.layout.start(node))

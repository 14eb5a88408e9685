"""Derived features: small arithmetic formulas over other features."""

import ast
import operator
from collections.abc import Mapping

from nw_core.errors import NorthwindError
from nw_core.records import Record

_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS = {"abs": abs, "max": max, "min": min}


class FormulaError(NorthwindError):
    """The formula uses something that formulas do not have."""


class Formula:
    """A formula that is parsed once and evaluated often; no code is run."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._tree = ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise FormulaError(f"{text!r}: {error.msg}") from None

    def __call__(self, values: Mapping[str, float]) -> float:
        return float(self._evaluate(self._tree, values))

    def _evaluate(self, node: ast.AST, values: Mapping[str, float]) -> float:
        if isinstance(node, ast.Name):
            try:
                return values[node.id]
            except KeyError:
                raise FormulaError(f"{self.text!r}: no feature {node.id!r}") from None
        if isinstance(node, ast.Num):
            return node.n
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._evaluate(node.operand, values)
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            left = self._evaluate(node.left, values)
            return _BINARY[type(node.op)](left, self._evaluate(node.right, values))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _FUNCTIONS
        ):
            return _FUNCTIONS[node.func.id](*(self._evaluate(a, values) for a in node.args))
        raise FormulaError(f"{self.text!r}: {type(node).__name__} is not allowed")


def derive(record: Record, formulas: Mapping[str, str]) -> Record:
    """The record with derived features; a formula may use those before it."""
    for name, text in formulas.items():
        record = record.with_values(**{name: Formula(text)(record.values)})
    return record

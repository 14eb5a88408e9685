"""Expressions of GitHub Actions, as far as they can be known without running.

Evaluates to all values that an expression may have: `a && 'x' || 'y'` may be
either text, a comparison is never a version, and what is kept elsewhere is
unknown, with the reason. Source: GitHub's documentation, "Evaluate expressions
in workflows and actions".
"""

import re
from typing import NamedTuple

from pylife.declarations.ci.github_text import Literal, Parsed
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

EXPRESSION = re.compile(r"\$\{\{((?:(?!\$\{\{).)*?)\}\}", re.DOTALL)
KEY = re.compile(r"(?:py|pythons?|cpython)(?:[-_]?ver(?:sion)?s?)?", re.IGNORECASE)
"""Keys of inputs and matrices that can only mean Python."""
_MATRIX = re.compile(r"\s*matrix\.([\w.-]+)\s*")
_USED = re.compile(r"\bmatrix\.([\w.-]+)")
PLAIN = "not a list"
COMPUTED = "an expression that GitHub evaluates"
ANOTHER = "whoever starts it may give another"


class Value(NamedTuple):
    """One of the values that an expression may have.

    A `text` that stands in the file, or what `fromJSON` makes of one (`parsed`),
    or the path of a `matrix` value, or the `reason` why it cannot be known; none
    of them for a truth value. `where` names the place of a text that stands
    outside of the expression, `site` what kind of place it is. `loose` says that
    somebody may give another value, or none.
    """

    text: Literal | None = None
    parsed: Parsed | None = None
    matrix: str = ""
    reason: str = ""
    where: str = ""
    site: str = ""
    note: str = ""
    loose: bool = False

    @property
    def known(self) -> bool:
        """Whether it is a text of this file that says something, or parsed of one."""
        if self.parsed is not None:
            return bool(self.parsed.node.value)
        return self.text is not None and self.text.text.strip() not in {"", "[]"}


def references(value: Node | None) -> set[str]:
    """`python.version` for a text that has `${{ matrix.python.version }}` in it."""
    if not yaml.is_scalar(value):
        return set()
    return {path for match in EXPRESSION.finditer(value.value) for path in _USED.findall(match[1])}


def is_matrix(text: str) -> bool:
    """Whether `text` is `${{ matrix.NAME }}`, whose values are read in the matrix itself."""
    whole = EXPRESSION.fullmatch(text.strip())
    return whole is not None and _MATRIX.fullmatch(whole[1]) is not None


def why(text: str) -> str:
    """Where the value of an expression comes from, for people; plain text is no list."""
    return source(text) if "${{" in text else PLAIN


def source(text: str) -> str:
    """Where the value of the names in an expression comes from."""
    for word, where in (
        ("vars.", "a variable kept outside the repository"),
        ("secrets.", "a secret"),
        ("inputs.", "given by whoever starts the workflow"),
        ("needs.", "made by another job when the workflow runs"),
        ("steps.", "made by another step when the workflow runs"),
        ("fromjson", "made when the workflow runs"),
    ):
        if word in text.lower():
            return where
    return COMPUTED

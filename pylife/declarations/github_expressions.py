"""Expressions and matrices of GitHub Actions, as far as they can be known without running."""

import re
from itertools import islice, product

from pylife.syntax import yaml
from pylife.syntax.yaml import Node

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
CONTEXT = re.compile(r"\s*(matrix|env)\.([\w.-]+)\s*")
JSON = re.compile(r"""\s*fromJSON\(\s*'(\[[^'\[\]]*\])'\s*\)\s*""", re.IGNORECASE)
PLAIN = "not a list"
_MOST_COMBINATIONS = 4096


def references(value: Node) -> set[str]:
    """`python.version` for an input that is `${{ matrix.python.version }}`."""
    if not yaml.is_scalar(value):
        return set()
    found = (CONTEXT.fullmatch(match[1]) for match in EXPRESSION.finditer(value.value))
    return {match[2] for match in found if match is not None and match[1] == "matrix"}


def is_matrix(text: str) -> bool:
    """Whether `text` is `${{ matrix.NAME }}`, whose values are read in the matrix itself."""
    whole = EXPRESSION.fullmatch(text.strip())
    context = CONTEXT.fullmatch(whole[1]) if whole else None
    return context is not None and context[1] == "matrix"


def why(text: str) -> str:
    """Where the value of an expression comes from, for people; plain text is no list."""
    if "${{" not in text:
        return PLAIN
    for word, where in (
        ("vars.", "a variable kept outside the repository"),
        ("secrets.", "a secret"),
        ("inputs.", "given by whoever starts the workflow"),
        ("needs.", "made by another job when the workflow runs"),
        ("fromjson", "made when the workflow runs"),
    ):
        if word in text.lower():
            return where
    return "an expression that GitHub evaluates"


def excluded(matrix: Node | None, axes: list[tuple[str, Node]], key: str, value: str) -> bool:
    """Whether `exclude` leaves no combination of the element `value` of the axis `key`."""
    entries = []
    for entry in yaml.elements(yaml.get(matrix, "exclude")):
        pairs = dict(yaml.pairs(entry))
        if all(yaml.is_scalar(node) for node in pairs.values()):
            texts = {name: node.value for name, node in pairs.items()}
            if texts.pop(key, value) == value:
                entries.append(texts)
    if not entries or {} in entries:
        return {} in entries
    used = sorted({name for entry in entries for name in entry})
    lists = [yaml.elements(dict(axes).get(name)) for name in used]
    if not all(lists):
        return False
    texts_of = [[getattr(node, "value", None) for node in nodes] for nodes in lists]
    combinations = list(islice(product(*texts_of), _MOST_COMBINATIONS + 1))
    if len(combinations) > _MOST_COMBINATIONS:
        return False
    named = [dict(zip(used, combination, strict=True)) for combination in combinations]
    return all(any(entry.items() <= one.items() for entry in entries) for one in named)

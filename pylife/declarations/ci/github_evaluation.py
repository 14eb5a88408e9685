"""Evaluating expressions of GitHub Actions to all values that they may have."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pylife.declarations.ci import github_text
from pylife.declarations.ci.github_expressions import (
    ANOTHER,
    COMPUTED,
    EXPRESSION,
    Value,
    source,
    why,
)
from pylife.declarations.ci.github_text import Literal
from pylife.syntax import yaml

_NONE = "where the matrix names none"
_DEEPEST = 20
_MOST = 50
_LONGEST = 4000
_TRUTH = Value()
Resolve = Callable[[tuple[str, ...]], list[Value]]
"""The values that a name such as `env.PYTHON` may have."""


def evaluate(text: Literal, resolve: Resolve) -> list[Value]:
    """All values of the expression in `text`, a `${{ ... }}` and nothing else."""
    whole = EXPRESSION.fullmatch(text.text.strip())
    if whole is None or len(text.text) > _LONGEST:
        return [Value(reason=why(text.text))]
    start = text.text.find("${{") + 3
    inner = text[start : start + len(whole[1])]
    try:
        return _Evaluation(inner, resolve).whole()
    except _NotParsedError:
        return [Value(reason=why(text.text))]


class _NotParsedError(Exception):
    """Not in the part of the language that is known here."""


_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*)|(?P<number>[-+]?\d[\w.]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\].,*]))"
)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


class _Evaluation:
    """A recursive descent through one expression."""

    def __init__(self, text: Literal, resolve: Resolve) -> None:
        self.source = text
        self.resolve = resolve
        self.tokens = list(_tokens(text.text))
        self.at = 0
        self.depth = 0

    def whole(self) -> list[Value]:
        values = self._either()
        if self.at < len(self.tokens):
            raise _NotParsedError
        return list(dict.fromkeys(values))

    def _take(self, *signs: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "sign":
            sign = self.tokens[self.at].text
            if sign in signs:
                self.at += 1
                return sign
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise _NotParsedError

    def _either(self) -> list[Value]:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _NotParsedError
        values = self._both()
        while self._take("||"):
            values = _first_true(values, self._both())
        self.depth -= 1
        return values

    def _both(self) -> list[Value]:
        values = self._compared()
        while self._take("&&"):
            # What is false on the left is no version; what is true gives the right.
            values = [*self._compared(), _TRUTH]
        return values

    def _compared(self) -> list[Value]:
        values = self._one()
        while self._take("==", "!=", "<", ">", "<=", ">="):
            self._one()
            values = [_TRUTH]
        return values

    def _one(self) -> list[Value]:
        negated = False
        while self._take("!"):
            negated = True
        values = self._operand()
        return [_TRUTH] if negated else values

    def _operand(self) -> list[Value]:
        if self._take("("):
            values = self._either()
            self._need(")")
            return self._inside(values)
        if self.at >= len(self.tokens):
            raise _NotParsedError
        token = self.tokens[self.at]
        self.at += 1
        match token.kind:
            case "text":
                return [Value(text=self._unquoted(token))]
            case "number":
                return [Value(reason=COMPUTED)]
            case "name" if token.text.lower() in {"true", "false", "null"}:
                return [_TRUTH]
            case "name" if self._take("("):
                return self._inside(self._call(token.text))
            case "name":
                return self._name(token)
        raise _NotParsedError

    def _unquoted(self, token: _Token) -> Literal:
        inner = self.source[token.start + 1 : token.start + len(token.text) - 1]
        if "''" not in inner.text:
            return inner
        kept = [m.end() - 1 for m in re.finditer(r"''|[^']", inner.text)]
        places = tuple(inner.places[index] for index in kept) if inner.places else ()
        return Literal(inner.text.replace("''", "'"), places, inner.whole)

    def _call(self, name: str) -> list[Value]:
        arguments: list[list[Value]] = []
        while not self._take(")"):
            if arguments:
                self._need(",")
            arguments.append(self._either())
        if name.lower() == "fromjson" and len(arguments) == 1:
            return [_parsed(value) for value in arguments[0]]
        if name.lower() in {"contains", "startswith", "endswith", "always", "success", "failure"}:
            return [_TRUTH]
        reasons = [value.reason for values in arguments for value in values if value.reason]
        return [Value(reason=next(iter(reasons), COMPUTED))]

    def _name(self, token: _Token) -> list[Value]:
        """A name with its properties: `needs.setup.outputs['pythons']`."""
        path = [token.text]
        while True:
            if self._take("."):
                if self._take("*") or self.at >= len(self.tokens):
                    raise _NotParsedError
                path.append(self.tokens[self.at].text)
                self.at += 1
            elif self._take("["):
                key = self._either()
                self._need("]")
                if len(key) != 1 or key[0].text is None or key[0].where:
                    return [Value(reason=source(".".join(path) + "."))]
                path.append(key[0].text.text)
            else:
                return self.resolve(tuple(path))

    def _inside(self, values: list[Value]) -> list[Value]:
        """The values after `[0]` or `.name` behind a bracket."""
        while True:
            if self._take("["):
                token = self.tokens[self.at] if self.at < len(self.tokens) else None
                self.at += 1
                self._need("]")
                key = token.text.strip("'") if token is not None else ""
            elif self._take("."):
                token = self.tokens[self.at] if self.at < len(self.tokens) else None
                self.at += 1
                key = token.text if token is not None else ""
            else:
                return values
            values = [_below(value, key) for value in values]


def _tokens(text: str) -> Iterable[_Token]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _NotParsedError
        kind = match.lastgroup
        yield _Token(kind, match[kind], match.start(kind))
        at = match.end()


def _first_true(left: list[Value], right: list[Value]) -> list[Value]:
    """The values of `left || right`."""
    if left and all(value.known and not value.loose for value in left):
        return left
    given = any(value.loose for value in left)
    kept = [
        value
        for value in left
        if value.matrix
        or value.known
        or (value.reason and not (value.loose and any(other.known for other in right)))
    ]
    if any(value.matrix for value in left):
        right = [value._replace(note=value.note or _NONE) for value in right]
    if given:
        right = [value._replace(note=value.note or ANOTHER) for value in right]
    if len(kept) + len(right) > _MOST:
        raise _NotParsedError
    return [*kept, *right]


def _parsed(value: Value) -> Value:
    if value.text is None:
        return value if value.reason else Value(reason="made when the workflow runs")
    parsed = github_text.parse_json(value.text)
    if parsed is None:
        return Value(reason="not JSON", loose=value.loose)
    return value._replace(text=None, parsed=parsed)


def _below(value: Value, key: str) -> Value:
    """The element or property `key` of a parsed value."""
    if value.parsed is None:
        return value if value.reason else Value(reason=COMPUTED)
    node = value.parsed.node
    items = yaml.elements(node)
    if key.isdigit():
        below = items[int(key)] if int(key) < len(items) else None
    else:
        below = yaml.get(node, key)
    if yaml.is_scalar(below):
        return value._replace(text=value.parsed.literal(below), parsed=None)
    parsed = value.parsed.below(below)
    return value._replace(parsed=parsed) if parsed else Value(reason=COMPUTED)

"""Blocks of keys and values: the parts that HCL (Terraform) and Bicep have in common.

Not a parser of either language: a scanner that knows comments, strings,
heredocs and brackets, and gives the keys whose value is one literal string, a
list of them, or one plain reference. What is computed has no entry.

Sources: HashiCorp's HCL native syntax specification; Bicep's documentation, "Bicep file
structure" and "Data types".
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_REST = (
    r"|//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<heredoc><<-?(?P<tag>\w+)[ \t]*\r?\n.*?(?:^[ \t]*(?P=tag)[ \t]*\r?$|\Z)"
    r"|'''.*?(?:'''|\Z))"
    r'|(?P<string>"(?:[^"\\\n$%]|\\.|[$%](?:\{[^{}\n]*\})?)*"?'
    r"|'(?:[^'\\\n$]|\\.|\$(?:\{[^{}\n]*\})?)*'?)"
    r"|(?P<word>[\w.@/*-]+)|(?P<mark>[\[\]{}()=:,\n])|(?P<other>[^\s])"
)
_HCL = re.compile(rf"(?P<comment>#[^\n]*{_REST}", re.S | re.M)
_BICEP = re.compile(rf"(?P<comment>(?!){_REST}", re.S | re.M)
_COMPUTED = re.compile(r"[$%]\{|\\")


class Entry(NamedTuple):
    """A value with its place: characters of the text, without quotes.

    `path` are the headers of the blocks around it, outermost first, such as
    `(("resource", "aws_lambda_function", "api"),)`; `key` are the words before
    the equals sign or colon (`runtime`, in Bicep also `param version string`);
    `kind` is `string`, `number`, `reference` or `computed` (with something filled in).
    """

    path: tuple[tuple[str, ...], ...]
    key: str
    kind: str
    text: str
    start: int
    end: int
    listed: bool


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


def entries(text: str, *, hash_comments: bool = True) -> Iterator[Entry]:
    """The entries of `text`, in order. Bicep has no comments that begin with `#`."""
    tokens = list(_tokens(text, hash_comments=hash_comments))
    stack: list[tuple[str, tuple[str, ...]]] = []
    words: list[str] = []
    assigned = False
    for place, token in enumerate(tokens):
        if token.text in {"\n", ","} and token.kind == "mark":
            words, assigned = [], False
        elif token.kind == "mark" and token.text in "{[(":
            stack.append((token.text, tuple(words)))
            words, assigned = [], False
        elif token.kind == "mark" and token.text in "}])":
            if stack:
                stack.pop()
            words, assigned = [], False
        elif token.kind == "mark":
            if words and not assigned and _ends(tokens, place + 2):
                yield from _entry(tokens[place + 1], stack, " ".join(words), listed=False)
            assigned = True  # what follows may hold the `:` of a choice
        elif token.kind in {"word", "string"}:
            if stack and stack[-1][0] == "[" and not words and _ends(tokens, place + 1):
                inside = stack[-1][1]
                yield from _entry(token, stack[:-1], inside[-1] if inside else "", listed=True)
            words.append(token.text.strip("\"'"))


def _tokens(text: str, *, hash_comments: bool) -> Iterator[_Token]:
    for match in (_HCL if hash_comments else _BICEP).finditer(text):
        kind = match.lastgroup or "other"
        if kind not in {"comment", "tag"}:
            yield _Token(kind, match[0], match.start())


def _ends(tokens: list[_Token], place: int) -> bool:
    """Whether a value ends before the token at `place`, or with the file."""
    if place >= len(tokens):
        return place == len(tokens)
    return tokens[place].kind == "mark" and tokens[place].text in {"\n", ",", "}", "]"}


def _entry(
    token: _Token, stack: list[tuple[str, tuple[str, ...]]], key: str, *, listed: bool
) -> Iterator[Entry]:
    path = tuple(header for _, header in stack)
    if token.kind == "word":
        kind = "number" if token.text[0].isdigit() else "reference"
        end = token.start + len(token.text)
        yield Entry(path, key, kind, token.text, token.start, end, listed)
    elif token.kind == "string" and len(token.text) > 1 and token.text[0] == token.text[-1]:
        inner = token.text[1:-1]
        kind = "computed" if _COMPUTED.search(inner) else "string"
        start = token.start + 1
        yield Entry(path, key, kind, inner, start, start + len(inner), listed)

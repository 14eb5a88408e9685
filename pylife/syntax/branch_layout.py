"""How the branches of an `if` or `try` lie on their lines, and what to cut to keep some of them.

Almost only deletions, of whole lines, of headers and of indents, so that what stays keeps its
bytes in whatever encoding. Positions are characters of the text. Nothing of what is inside a
string that goes over several lines is touched.
"""

import ast
import io
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from pylife.syntax.python import Module

_SILENT = frozenset(
    {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE}
)
_PRAGMA = re.compile(
    r"#\s*(?:pragma\b|type:\s*ignore|noqa\b|nosec\b|(?:pylint|pyright|mypy|pylife|fmt|ruff):)",
    re.IGNORECASE,
)
"""Comments to tools on a condition: they speak of nothing once it is gone."""


class CannotCutError(ValueError):
    """Why a place is left to people, in words."""


class Cut(NamedTuple):
    """Replace the characters from `start` to `end` by `text`."""

    start: int
    end: int
    text: str = ""


class Token(NamedTuple):
    """A token that is neither a comment nor a line's end or indent."""

    start: int
    end: int
    string: str


class Branch(NamedTuple):
    """A header, from its keyword to behind its colon, and the statements under it."""

    start: int
    colon: int
    body: tuple[ast.stmt, ...]


class Layout:
    """The lines and tokens of one parsed file; raises CannotCutError where it has odd ones."""

    def __init__(self, module: Module) -> None:
        self.text = module.source.text
        self.starts = module.source.line_starts
        if re.search(r"\r(?!\n)", self.text):
            raise CannotCutError("its lines end in carriage returns")
        self.tokens: list[Token] = []
        self.comments: dict[int, tuple[int, str]] = {}
        """By line: where the comment begins, and itself."""
        self.inside: set[int] = set()
        """The lines that begin in a string."""
        self._tokenize()

    def _tokenize(self) -> None:
        opened: list[int] = []
        try:
            # A line ends at "\n" alone, so that columns count into the text as it is.
            readline = io.StringIO(self.text, newline="\n").readline
            for token in tokenize.generate_tokens(readline):
                name = tokenize.tok_name[token.type]
                if name.endswith("STRING_START"):
                    opened.append(token.start[0])
                first = opened.pop() if name.endswith("STRING_END") else token.start[0]
                if name == "STRING" or name.endswith("STRING_END"):
                    self.inside.update(range(first + 1, token.end[0] + 1))
                if token.type == tokenize.COMMENT:
                    self.comments[token.start[0]] = (self._at(*token.start), token.string)
                elif token.type not in _SILENT:
                    self.tokens.append(
                        Token(self._at(*token.start), self._at(*token.end), token.string)
                    )
        except (tokenize.TokenError, SyntaxError) as error:
            raise CannotCutError(f"it cannot be taken apart: {error.args[0]}") from None

    @cached_property
    def _token_starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def _at(self, line: int, column: int) -> int:
        """The character at a line and a column that counts characters."""
        return self.line_start(line) + column

    def line_start(self, line: int) -> int:
        """The first character of a line; of the line after the last one, the end."""
        return self.starts[line - 1] if line <= len(self.starts) else len(self.text)

    def line_of(self, at: int) -> int:
        """The line of a character, from 1."""
        return bisect_right(self.starts, at)

    def indent(self, line: int) -> str:
        """The blanks that a line begins with."""
        return re.compile(r"[ \t\f]*").match(self.text, self.line_start(line))[0]  # type: ignore[index]

    def blank(self, line: int) -> bool:
        """Whether a line holds nothing but blanks; the one after the last does not."""
        if line > len(self.starts):
            return False
        return not self.text[self.line_start(line) : self.line_start(line + 1)].strip()

    def offset(self, line: int, column: int) -> int:
        """The character at a line and a column that counts bytes of UTF-8, as `ast` does."""
        start = self.line_start(line)
        before = self.text[start : start + column].encode()[:column]
        return start + len(before.decode(errors="ignore"))

    def start(self, node: ast.stmt | ast.expr) -> int:
        """The first character of a node, of a statement with its decorators."""
        found = self.offset(node.lineno, node.col_offset)
        for first in getattr(node, "decorator_list", [])[:1]:
            found = self.before(self.offset(first.lineno, first.col_offset), "@").start
        return found

    def end(self, node: ast.stmt | ast.expr) -> int:
        """The character behind a node."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def after(self, at: int, string: str) -> Token:
        """The first token `string` that begins at the character `at` or later."""
        for token in self.tokens[bisect_left(self._token_starts, at) :]:
            if token.string == string:
                return token
        raise CannotCutError(f"its {string!r} is not found")

    def before(self, at: int, string: str) -> Token:
        """The last token `string` that begins before the character `at`."""
        for token in reversed(self.tokens[: bisect_left(self._token_starts, at)]):
            if token.string == string:
                return token
        raise CannotCutError(f"its {string!r} is not found")

    def last_before(self, at: int) -> Token:
        """The last token that begins before the character `at`."""
        return self.tokens[bisect_left(self._token_starts, at) - 1]

    def next(self, at: int) -> Token:
        """The first token that begins at the character `at` or later."""
        return self.tokens[bisect_left(self._token_starts, at)]

    def commented(self, start: int, end: int) -> bool:
        """Whether a comment begins between two characters."""
        lines = range(self.line_of(start), self.line_of(max(start, end - 1)) + 1)
        return any(start <= self.comments[line][0] < end for line in lines if line in self.comments)

    # What belongs to a branch

    def last_line(self, branch: Branch) -> int:
        """The last line of a branch, comments in its indent included."""
        last = self.line_of(self.end(branch.body[-1]) - 1)
        depth = len(self.indent(self.line_of(branch.start)).expandtabs())
        line = last + 1
        while self.blank(line) or self._comment_alone(line):
            if self._comment_alone(line):
                if len(self.indent(line).expandtabs()) <= depth:
                    break
                last = line
            line += 1
        return last

    def _comment_alone(self, line: int) -> bool:
        if line not in self.comments:
            return False
        return self.line_start(line) + len(self.indent(line)) == self.comments[line][0]

    def inline(self, branch: Branch) -> bool:
        """Whether its statements stand on the line of its header."""
        return self.line_of(branch.colon - 1) == self.line_of(self.start(branch.body[0]))

    def between(self, branch: Branch, following: int) -> Iterator[int]:
        """The lines with comments that stand after a branch, and before the header `following`."""
        for line in range(self.last_line(branch) + 1, self.line_of(following)):
            if line in self.comments:
                yield line

    # What to cut

    def kept(self, branch: Branch, base: str, place: int) -> Iterator[Cut]:
        """Keep the statements of a branch as if its header, with `base` before it, were not there.

        Everything from the character `place` to the header's end goes.
        """
        if self.commented(branch.start, branch.colon):
            raise CannotCutError("a comment stands inside the condition")
        if self.inline(branch):
            yield Cut(place, self.start(branch.body[0]))
            return
        header = self.line_of(branch.colon - 1)
        comment = self.comments.get(header)
        if comment is not None and not _PRAGMA.match(comment[1]):
            yield Cut(place, comment[0])  # it stays, on a line of its own
        else:
            yield Cut(self.line_start(self.line_of(place)), self.line_start(header + 1))
        yield from self._outdent(branch, base, header + 1)

    def _outdent(self, branch: Branch, base: str, first: int) -> Iterator[Cut]:
        indent = self.indent(self.line_of(self.start(branch.body[0])))
        if not indent.startswith(base) or len(indent) == len(base) or "\f" in indent:
            raise CannotCutError("its indents mix tabs and blanks")
        for line in range(first, self.last_line(branch) + 1):
            if line not in self.inside and self.indent(line).startswith(indent):
                start = self.line_start(line)
                yield Cut(start + len(base), start + len(indent))

    def gone(self, first: int, last: int) -> Cut:
        """The lines from `first` to `last`; of blank lines before and after, the fewer go too."""
        end, before = last + 1, first - 1
        while before > 0 and self.blank(before) and self.blank(end):
            before, end = before - 1, end + 1
        return Cut(self.line_start(first), self.line_start(end))


def merged(cuts: Sequence[Cut]) -> list[Cut]:
    """The cuts in their order, without those inside others and those of nothing."""
    found: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end)):
        if found and cut.end <= found[-1].end and not cut.text:
            continue
        if cut.start != cut.end or cut.text:
            found.append(cut)
    return found

"""`# pylife: ignore[CODE] reason` on a line: somebody has looked, and it is right as it is.

Comments only: what stands in a string is not meant. Standard library alone.
"""

import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_NEEDLE = re.compile(rb"#\s*pylife:", re.IGNORECASE)
_COMMENT = re.compile(r"#\s*pylife:\s*(?P<said>.*)", re.IGNORECASE)
_IGNORE = re.compile(r"ignore\s*\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]+[0-9]*")


class Ignore(NamedTuple):
    """An ignore comment: where it begins, the codes it names, and why.

    `wrong` says what is wrong with one that ignores nothing, with what to write.
    """

    line: int
    column: int
    codes: tuple[str, ...]
    reason: str
    wrong: str = ""

    def speaks_of(self, code: str) -> bool:
        """Whether it names `code`, or the family that it is of (`SRC` names `SRC701`)."""
        return not self.wrong and any(
            code == one or (one.isalpha() and code.startswith(one) and code != one)
            for one in self.codes
        )


def find(data: bytes) -> tuple[Ignore, ...]:
    """The ignore comments in a file of Python source, in its order."""
    if b"\0" in data or not _NEEDLE.search(data):
        return ()
    return tuple(_comments(data))


def unused(found: Iterable[Ignore], used: Iterable[tuple[int, str]]) -> list[Ignore]:
    """Those of `found` that no finding needed; `used` are its lines and codes."""
    needed: dict[int, set[str]] = {}
    for line, code in used:
        needed.setdefault(line, set()).add(code)
    return [
        item
        for item in found
        if not item.wrong and not any(map(item.speaks_of, needed.get(item.line, ())))
    ]


def _comments(data: bytes) -> Iterator[Ignore]:
    import tokenize  # few files hold such a comment

    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                yield from _read(token.string, token.start[0], token.start[1] + 1)
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError, LookupError):
        return  # what cannot be parsed is reported as that, and there is nothing to ignore


def _read(comment: str, line: int, column: int) -> Iterator[Ignore]:
    for match in _COMMENT.finditer(comment):
        at = column + match.start()
        said = match["said"].strip()
        if not said.lower().startswith("ignore"):
            continue  # `pylife: marker` and the like are other readers' words
        ignore = _IGNORE.match(said)
        if ignore is None:
            wrong = "names no rule: write `# pylife: ignore[CODE] reason`"
            yield Ignore(line, at, (), "", wrong)
            continue
        codes = tuple(code.strip().upper() for code in ignore["codes"].split(","))
        reason = ignore["reason"].strip().lstrip("-: ")
        yield Ignore(line, at, codes, reason, _wrong(codes, reason))


def _wrong(codes: tuple[str, ...], reason: str) -> str:
    odd = next((code for code in codes if not _CODE.fullmatch(code)), None)
    if odd is not None:
        return f"{odd!r} is no rule's code: write `# pylife: ignore[CODE] reason`"
    return "" if reason else "gives no reason: write it behind the bracket"

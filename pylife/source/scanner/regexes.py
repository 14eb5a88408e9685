"""Regular expressions and days that a call is given as text: what not all Pythons take."""

import ast
import re

from pylife.source.scanner.literals import argument, text

_CLASSES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*(?:\]|\\?\Z)", re.S)
_POSSESSIVE = re.compile(r"[\w.)](?:[*+?]|\{(?:\d+|\d*,\d+)\})\+")

_FLAGS = re.compile(r"(?<!\\)\(\?[aiLmsux]+\)")


def verbose(node: ast.Call) -> bool:
    """A pattern in which blanks and comments do not count."""
    given = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "flags")]
    return any(
        (getattr(inner, "attr", "") or getattr(inner, "id", "")) in {"X", "VERBOSE"}
        for flags in given
        for inner in ast.walk(flags)
    )


def late_flags(node: ast.Call) -> bool:
    """A pattern with flags for the whole of it that do not stand at its start."""
    pattern = text(argument(node, 0, "pattern"))
    if "(?" not in pattern or verbose(node):
        return False
    plain = _CLASSES.sub("__", pattern)
    found = _FLAGS.search(plain)
    first = found is not None and not re.sub(r"\(\?[aiLmsux]+\)", "", plain[: found.start()])
    return found is not None and not first


def atomic(node: ast.Call) -> bool:
    """A pattern with an atomic group or a possessive quantifier."""
    pattern = text(argument(node, 0, "pattern"))
    if "(?>" not in pattern and "+" not in pattern:
        return False
    plain = _CLASSES.sub("__", pattern)
    return "(?>" in plain or _POSSESSIVE.search(plain) is not None


def last_anchor(node: ast.Call) -> bool:
    r"""A pattern with `\z`."""
    pattern = text(argument(node, 0, "pattern"))
    return "\\z" in pattern and "z" in re.sub(r"\\\\", "", pattern).partition("\\")[2] and any(
        escaped == "\\z" for escaped in re.findall(r"\\.", pattern, re.S)
    )  # fmt: skip


_DAY_END = re.compile(r"\d{4}-?\d\d-?\d\d.24(:?00)*\Z")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)?(^|$|\D)"
    r"(\d\d(:\d\d(:\d\d(\.\d{3}(\d{3})?)?)?)?([+-]\d\d:\d\d(:\d\d(\.\d{6})?)?)?)?\Z"
)


def loose(node: ast.Call) -> bool:
    """A day or time in a form that `isoformat` does not give."""
    given = text(argument(node, 0, "date_string"))
    if given[:1] == "T":
        return given[1:3].isdigit()
    return given[:2].isdigit() and not _ISO.match(given) and not _DAY_END.match(given)


def day_end(node: ast.Call) -> bool:
    """The end of a day as 24 o'clock."""
    return _DAY_END.match(text(argument(node, 0, "date_string"))) is not None

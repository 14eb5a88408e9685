"""What stands in a call as it is written: the questions that the rows of `peculiar` ask."""

import ast
import re
from collections.abc import Callable


def argument(node: ast.Call, place: int, name: str) -> ast.expr | None:
    """An argument by its place or name."""
    for word in node.keywords:
        if word.arg == name:
            return word.value
    plain = node.args[: place + 1]
    if len(plain) > place and not any(isinstance(part, ast.Starred) for part in plain):
        return plain[place]
    return None


def text(node: ast.expr | None) -> str:
    """The text of a literal, or nothing."""
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else ""


def universal(node: ast.Call) -> bool:
    """A mode with `U`."""
    return "U" in text(argument(node, 1, "mode"))


def locale(node: ast.Call) -> bool:
    """The encoding `locale`."""
    return text(argument(node, 3, "encoding")) == "locale"


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
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "__", pattern, flags=re.S)
    found = _FLAGS.search(plain)
    first = found is not None and not re.sub(r"\(\?[aiLmsux]+\)", "", plain[: found.start()])
    return found is not None and not first


def atomic(node: ast.Call) -> bool:
    """A pattern with an atomic group or a possessive quantifier."""
    pattern = text(argument(node, 0, "pattern"))
    if "(?>" not in pattern and "+" not in pattern:
        return False
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "__", pattern, flags=re.S)
    return "(?>" in plain or re.search(r"[\w.)](?:[*+?]|\{\d*,?\d+\})\+", plain) is not None


def second(node: ast.Call) -> bool:
    """Two arguments by position."""
    return len(node.args) == 2 and not isinstance(node.args[1], ast.Starred)


def sequence(node: ast.Call) -> bool:
    """A tuple as a seed; what cannot be hashed was never taken."""
    return any(
        isinstance(argument(node, 0, name), ast.Tuple) for name in ("a", "x")
    )  # what cannot be hashed was never taken


def a_set(node: ast.Call) -> bool:
    """A set where a sequence is wanted."""
    given = argument(node, 0, "population")
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
        return given.func.id in {"set", "frozenset"}
    return isinstance(given, ast.Set | ast.SetComp)


_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)?(^|$|\D)"
    r"(\d\d(:\d\d(:\d\d(\.\d{3}(\d{3})?)?)?)?([+-]\d\d:\d\d(:\d\d(\.\d{6})?)?)?)?\Z"
)


def loose(node: ast.Call) -> bool:
    """A day or time in a form that `isoformat` does not give."""
    given = text(argument(node, 0, "date_string"))
    return given[:2].isdigit() and not _ISO.match(given)


def a_float(node: ast.Call) -> bool:
    """A float where an integer is wanted."""
    given = argument(node, 0, "x")
    return isinstance(given, ast.Constant) and isinstance(given.value, float)


def fields(node: ast.Call) -> bool:
    """Fields given as keywords."""
    names = {word.arg for word in node.keywords}
    return len(node.args) == 1 and bool(names - {"total", "closed", "extra_items", None})


def no_fields(node: ast.Call) -> bool:
    """A name and no fields."""
    return len(node.args) == 1 and not node.keywords


def universal_path(node: ast.Call) -> bool:
    """A mode with `U`, given to a path."""
    return "U" in text(argument(node, 0, "mode"))


def universal_input(node: ast.Call) -> bool:
    """A mode with `U`, given by name."""
    return any(word.arg == "mode" and "U" in text(word.value) for word in node.keywords)


def any_float(node: ast.Call) -> bool:
    """A float among the arguments."""
    return any(
        isinstance(given, ast.Constant) and isinstance(given.value, float) for given in node.args
    )


def third(node: ast.Call) -> bool:
    """Three arguments by position, or more."""
    return len(node.args) > 2 and not any(isinstance(each, ast.Starred) for each in node.args)


def not_implemented(node: ast.Call) -> bool:
    """NotImplemented as the argument."""
    return len(node.args) == 1 and getattr(node.args[0], "id", "") == "NotImplemented"


_ZERO = re.compile(r"(.?[<>=^])?[-+ ]?z")


def negative_zero(spec: str) -> bool:
    """Whether a format has the option `z`."""
    return _ZERO.match(spec) is not None


def zero_format(node: ast.Call) -> bool:
    """A format with the option `z`."""
    return negative_zero(text(argument(node, 1, "format_spec")))


def encoding(node: ast.Call) -> bool:
    """Any encoding."""
    return any(word.arg == "encoding" for word in node.keywords)


def _plain(node: ast.Call) -> bool:
    """Whether all that a call gives is there to see."""
    return not any(isinstance(each, ast.Starred) for each in node.args) and all(
        word.arg for word in node.keywords
    )


def fewer(*names: str) -> Callable[[ast.Call], bool]:
    """Not all of the parameters of these names, which come first."""

    def holds(node: ast.Call) -> bool:
        return _plain(node) and any(
            argument(node, place, name) is None for place, name in enumerate(names)
        )

    return holds


def not_two(node: ast.Call) -> bool:
    """More or less than two arguments."""
    return _plain(node) and len(node.args) != 2


def deprecated(node: ast.Call) -> bool:
    """Whether something is said to be deprecated."""
    return any(word.arg == "deprecated" for word in node.keywords)


def wide(node: ast.Call) -> bool:
    """An array of wide characters."""
    return text(argument(node, 0, "typecode")) == "w"

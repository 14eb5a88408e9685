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


# A class that does not end takes the rest: else each bracket would look for its end anew.


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


_PARTS = re.compile(r".*\.\d*[_,]")


def grouped(spec: str) -> bool:
    """Whether a format parts the digits after the point."""
    return "." in spec and _PARTS.match(spec) is not None


def zero_format(node: ast.Call) -> bool:
    """A format with the option `z`."""
    return negative_zero(text(argument(node, 1, "format_spec")))


def grouped_format(node: ast.Call) -> bool:
    """A format that parts the digits after the point."""
    return grouped(text(argument(node, 1, "format_spec")))


def _specs(node: ast.Call) -> list[str]:
    """The formats in the text whose method `format` is called."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    given = text(owner)
    return re.findall(r"\{[\w.]*(?:![rsa])?:([^{}]*)\}", given) if ":" in given else []


def zero_template(node: ast.Call) -> bool:
    """`"{:z}".format(x)`."""
    return any(map(negative_zero, _specs(node)))


def grouped_template(node: ast.Call) -> bool:
    """`"{:.6_f}".format(x)`."""
    return any(map(grouped, _specs(node)))


_UNDERSCORED = re.compile(r"\d_\d")
_APART = re.compile(r"\d\s+/|/\s+\d")


def digits_apart(node: ast.Call) -> bool:
    """A fraction with underscores between its digits."""
    return _UNDERSCORED.search(text(argument(node, 0, "numerator"))) is not None


def slash_apart(node: ast.Call) -> bool:
    """A fraction with blanks around its slash."""
    return _APART.search(text(argument(node, 0, "numerator"))) is not None


def colon_zone(node: ast.Call) -> bool:
    """A format with `%:z`."""
    return "%:z" in text(argument(node, 1, "format"))


def complex_code(node: ast.Call) -> bool:
    """A structure with a complex number."""
    return not set("FD").isdisjoint(text(argument(node, 0, "format")))


def one_given(node: ast.Call) -> bool:
    """Exactly one argument by position that is no `**` and no `*`."""
    return len(node.args) == 1 and not isinstance(node.args[0], ast.Starred)


def nothing(node: ast.Call) -> bool:
    """None as the first argument."""
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value is None


def some_bytes(node: ast.Call) -> bool:
    """Bytes as the first argument."""
    first = node.args[0] if node.args else None
    return isinstance(first, ast.Constant) and isinstance(first.value, bytes)


def a_slice(node: ast.Call) -> bool:
    """A slice as the argument."""
    first = node.args[0] if node.args else None
    return isinstance(first, ast.Call) and getattr(first.func, "id", "") == "slice"


def zstandard(place: int, name: str) -> Callable[[ast.Call], bool]:
    """A mode or format of Zstandard."""

    def holds(node: ast.Call) -> bool:
        return text(argument(node, place, name)).endswith((":zst", "|zst", "zstdtar"))

    return holds


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

"""Values that some Pythons do not take any more, or not yet: a table of what static reading sees.

Each row was tried on every Python from 3.8 to 3.15; where a row comes from stands beside it
(What's New and the library reference, docs.python.org, read on 2026-11-21).
"""

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from pylife.source.scanner.excepts import TYPE, VALUE
from pylife.source.scanner.table import Entry
from pylife.source.scanner.values import Ref
from pylife.source.scanner.versions import ALL, at_least, below

if TYPE_CHECKING:
    from pylife.source.scanner.state import State


class Row(NamedTuple):
    """One such value: `holds` says whether a call gives it."""

    called: frozenset[tuple[str, str]]
    holds: Callable[[ast.Call], bool]
    present: int
    what: str
    category: int
    note: str


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


def _universal(node: ast.Call) -> bool:
    return "U" in text(argument(node, 1, "mode"))


def _locale(node: ast.Call) -> bool:
    return text(argument(node, 3, "encoding")) == "locale"


_FLAGS = re.compile(r"(?<!\\)\(\?[aiLmsux]+\)")


def _verbose(node: ast.Call) -> bool:
    flags = argument(node, 1, "flags")
    return flags is not None and any(
        getattr(inner, "attr", "") in {"X", "VERBOSE"} for inner in ast.walk(flags)
    )


def _late_flags(node: ast.Call) -> bool:
    pattern = text(argument(node, 0, "pattern"))
    if "(?" not in pattern or _verbose(node):
        return False
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "__", pattern, flags=re.S)
    found = _FLAGS.search(plain)
    first = found is not None and not re.sub(r"\(\?[aiLmsux]+\)", "", plain[: found.start()])
    return found is not None and not first


def _atomic(node: ast.Call) -> bool:
    pattern = text(argument(node, 0, "pattern"))
    if "(?>" not in pattern and "+" not in pattern:
        return False
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "__", pattern, flags=re.S)
    return "(?>" in plain or re.search(r"[\w.)](?:[*+?]|\{\d*,?\d+\})\+", plain) is not None


def _second(node: ast.Call) -> bool:
    return len(node.args) == 2 and not isinstance(node.args[1], ast.Starred)


def _sequence(node: ast.Call) -> bool:
    return any(
        isinstance(argument(node, 0, name), ast.Tuple) for name in ("a", "x")
    )  # what cannot be hashed was never taken


def _set(node: ast.Call) -> bool:
    given = argument(node, 0, "population")
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
        return given.func.id in {"set", "frozenset"}
    return isinstance(given, ast.Set | ast.SetComp)


_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)?(^|$|\D)"
    r"(\d\d(:\d\d(:\d\d(\.\d{3}(\d{3})?)?)?)?([+-]\d\d:\d\d(:\d\d(\.\d{6})?)?)?)?\Z"
)


def _loose(node: ast.Call) -> bool:
    given = text(argument(node, 0, "date_string"))
    return given[:2].isdigit() and not _ISO.match(given)


def _float(node: ast.Call) -> bool:
    given = argument(node, 0, "x")
    return isinstance(given, ast.Constant) and isinstance(given.value, float)


def _fields(node: ast.Call) -> bool:
    names = {word.arg for word in node.keywords}
    return len(node.args) == 1 and bool(names - {"total", "closed", "extra_items", None})


def _no_fields(node: ast.Call) -> bool:
    return len(node.args) == 1 and not node.keywords


def _universal_path(node: ast.Call) -> bool:
    return "U" in text(argument(node, 0, "mode"))


def _universal_input(node: ast.Call) -> bool:
    return any(word.arg == "mode" and "U" in text(word.value) for word in node.keywords)


def _floats(node: ast.Call) -> bool:
    return any(
        isinstance(given, ast.Constant) and isinstance(given.value, float) for given in node.args
    )


def _third(node: ast.Call) -> bool:
    return len(node.args) > 2 and not any(isinstance(each, ast.Starred) for each in node.args)


def _not_implemented(node: ast.Call) -> bool:
    return len(node.args) == 1 and getattr(node.args[0], "id", "") == "NotImplemented"


_ZERO = re.compile(r"(.?[<>=^])?[-+ ]?z")


def negative_zero(spec: str) -> bool:
    """Whether a format has the option `z`."""
    return _ZERO.match(spec) is not None


def _format(node: ast.Call) -> bool:
    return negative_zero(text(argument(node, 1, "format_spec")))


def _encoding(node: ast.Call) -> bool:
    return any(word.arg == "encoding" for word in node.keywords)


def _deprecated(node: ast.Call) -> bool:
    return any(word.arg == "deprecated" for word in node.keywords)


def _wide(node: ast.Call) -> bool:
    return text(argument(node, 0, "typecode")) == "w"


def _places(module: str, *names: str) -> frozenset[tuple[str, str]]:
    return frozenset((module, name) for name in names)


_RE = _places(
    "re", "compile", "match", "search", "fullmatch", "split", "findall", "finditer", "sub", "subn"
)
_PATHS = ("Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")
ROWS = (
    Row(_places("builtins", "open") | _places("io", "open") | _places("codecs", "open"),
        _universal, below((3, 11)), 'open(mode="U")', VALUE, "What's New 3.11"),
    Row(_places("builtins", "open") | _places("io", "open", "TextIOWrapper"),
        _locale, at_least((3, 10)), 'open(encoding="locale")', VALUE, "What's New 3.10"),
    Row(_RE, _late_flags, below((3, 11)),
        "global flags of a regular expression not at its start", VALUE, "What's New 3.11"),
    Row(_RE, _atomic, at_least((3, 11)),
        "atomic group or possessive quantifier", VALUE, "What's New 3.11"),
    Row(_places("random", "shuffle", "Random.shuffle"), _second, below((3, 11)),
        "random.shuffle with a second argument", TYPE, "What's New 3.11"),
    Row(_places("random", "seed", "Random", "Random.seed"), _sequence, below((3, 11)),
        "random.seed of what is no number or text", TYPE, "What's New 3.11"),
    Row(_places("random", "sample", "Random.sample"), _set, below((3, 11)),
        "random.sample of a set", TYPE, "What's New 3.11"),
    Row(_places("datetime", "datetime.fromisoformat", "time.fromisoformat",
                "date.fromisoformat"), _loose,
        at_least((3, 11)), "fromisoformat of what isoformat does not give", VALUE,
        "What's New 3.11"),
    Row(_places("math", "factorial"), _float, below((3, 10)),
        "math.factorial of a float", TYPE, "library reference of math"),
    Row(_places("typing", "TypedDict"), _fields, below((3, 13)),
        "typing.TypedDict with fields as keywords", TYPE, "What's New 3.13"),
    Row(_places("typing", "NamedTuple"), _fields, below((3, 15)),
        "typing.NamedTuple with fields as keywords", TYPE, "What's New 3.15"),
    Row(_places("typing", "NamedTuple", "TypedDict"), _no_fields, below((3, 15)),
        "typing.NamedTuple or TypedDict without fields", TYPE, "What's New 3.15"),
    Row(_places("pathlib", "Path.open"), _universal_path, below((3, 11)),
        'open(mode="U")', VALUE, "What's New 3.11"),
    Row(_places("fileinput", "input", "FileInput"), _universal_input, below((3, 11)),
        'fileinput.input(mode="U")', VALUE, "What's New 3.11"),
    Row(_places("pathlib", *(f"{name}.relative_to" for name in _PATHS)), _second, below((3, 14)),
        "relative_to with several parts", TYPE, "What's New 3.14"),
    Row(_places("pathlib", *(f"{name}.is_relative_to" for name in _PATHS)), _second,
        below((3, 14)),
        "is_relative_to with several parts", TYPE, "What's New 3.14"),
    Row(_places("random", "randrange", "Random.randrange"), _floats, below((3, 12)),
        "random.randrange of a float", TYPE, "What's New 3.12"),
    Row(_places("sqlite3", "connect", "Connection"), _third, below((3, 15)),
        "sqlite3.connect with several arguments by position", TYPE, "What's New 3.15"),
    Row(_places("builtins", "bool"), _not_implemented, below((3, 14)),
        "NotImplemented as a condition", TYPE, "What's New 3.14"),
    Row(_places("builtins", "format"), _format, at_least((3, 11)),
        "option z of a format", VALUE, "What's New 3.11"),
    Row(_places("argparse", "ArgumentParser.add_argument"), _deprecated, at_least((3, 13)),
        "argparse.ArgumentParser.add_argument(deprecated=)", TYPE, "What's New 3.13"),
    Row(_places("json", "loads"), _encoding, below((3, 9)),
        "json.loads(encoding=)", TYPE, "What's New 3.9"),
    Row(_places("array", "array"), _wide, at_least((3, 13)),
        'array.array("w")', VALUE, "What's New 3.13"),
)  # fmt: skip
CALLS = frozenset(name.rpartition(".")[2] for row in ROWS for _, name in row.called)


def spelled(state: "State", node: ast.FormattedValue) -> None:
    """Note the format of a value in a string."""
    spec = node.format_spec
    first = spec.values[0] if isinstance(spec, ast.JoinedStr) and spec.values else None
    if negative_zero(text(first)):
        entry = Entry(at_least((3, 11)), note="What's New 3.11")
        failing = state.may & ~entry.present
        state.use(node, "option z of a format", "value", VALUE, entry, failing)


def look(state: "State", node: ast.Call, called: Ref) -> None:
    """Note the values of a call that not every Python takes."""
    for row in ROWS:
        if tuple(called) in row.called and row.holds(node):
            entry = Entry(row.present, note=row.note)
            failing = state.may & ~row.present & ALL
            kind = "parameter" if row.what.endswith("=)") else "value"
            state.use(node, row.what, kind, row.category, entry, failing, tuple(called))  # type: ignore[arg-type]

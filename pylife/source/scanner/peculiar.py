"""Values that some Pythons do not take any more, or not yet: a table of what static reading sees.

Each row was tried on every Python from 3.8 to 3.15; where a row comes from stands beside it
(What's New and the library reference, docs.python.org, read on 2026-11-21).
"""

import ast
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pylife.source.scanner import literals, regexes, shapes
from pylife.source.scanner.excepts import TYPE, VALUE
from pylife.source.scanner.kinds import Instance, Ref
from pylife.source.scanner.table import Entry
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


def _places(module: str, *names: str) -> frozenset[tuple[str, str]]:
    return frozenset((module, name) for name in names)


_RE = _places(
    "re", "compile", "match", "search", "fullmatch", "split", "findall", "finditer", "sub", "subn"
)
_PATHS = ("Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath")
ROWS = (
    Row(_places("builtins", "open") | _places("io", "open") | _places("codecs", "open"),
        literals.universal, below((3, 11)), 'open(mode="U")', VALUE, "What's New 3.11"),
    Row(_places("builtins", "open") | _places("io", "open", "TextIOWrapper"),
        literals.locale, at_least((3, 10)), 'open(encoding="locale")', VALUE, "What's New 3.10"),
    Row(_RE, regexes.late_flags, below((3, 11)),
        "global flags of a regular expression not at its start", VALUE, "What's New 3.11"),
    Row(_RE, regexes.atomic, at_least((3, 11)),
        "atomic group or possessive quantifier", VALUE, "What's New 3.11"),
    Row(_places("random", "shuffle", "Random.shuffle"), literals.second, below((3, 11)),
        "random.shuffle with a second argument", TYPE, "What's New 3.11"),
    Row(_places("random", "seed", "Random", "Random.seed"), literals.sequence, below((3, 11)),
        "random.seed of what is no number or text", TYPE, "What's New 3.11"),
    Row(_places("random", "sample", "Random.sample"), literals.a_set, below((3, 11)),
        "random.sample of a set", TYPE, "What's New 3.11"),
    Row(_places("datetime", "datetime.fromisoformat", "time.fromisoformat",
                "date.fromisoformat"), regexes.loose,
        at_least((3, 11)), "fromisoformat of what isoformat does not give", VALUE,
        "What's New 3.11"),
    Row(_places("math", "factorial"), literals.a_float, below((3, 10)),
        "math.factorial of a float", TYPE, "library reference of math"),
    Row(_places("typing", "TypedDict"), literals.fields, below((3, 13)),
        "typing.TypedDict with fields as keywords", TYPE, "What's New 3.13"),
    Row(_places("typing", "NamedTuple"), literals.fields, below((3, 15)),
        "typing.NamedTuple with fields as keywords", TYPE, "What's New 3.15"),
    Row(_places("typing", "NamedTuple", "TypedDict"), literals.no_fields, below((3, 15)),
        "typing.NamedTuple or TypedDict without fields", TYPE, "What's New 3.15"),
    Row(_places("pathlib", "Path.open"), literals.universal_path, below((3, 11)),
        'open(mode="U")', VALUE, "What's New 3.11"),
    Row(_places("fileinput", "input", "FileInput"), literals.universal_input, below((3, 11)),
        'fileinput.input(mode="U")', VALUE, "What's New 3.11"),
    Row(_places("pathlib", *(f"{name}.relative_to" for name in _PATHS)), literals.second,
        below((3, 14)),
        "relative_to with several parts", TYPE, "What's New 3.14"),
    Row(_places("pathlib", *(f"{name}.is_relative_to" for name in _PATHS)), literals.second,
        below((3, 14)),
        "is_relative_to with several parts", TYPE, "What's New 3.14"),
    Row(_places("random", "randrange", "Random.randrange"), literals.any_float, below((3, 12)),
        "random.randrange of a float", TYPE, "What's New 3.12"),
    Row(_places("sqlite3", "connect", "Connection"), literals.third, below((3, 15)),
        "sqlite3.connect with several arguments by position", TYPE, "What's New 3.15"),
    Row(_places("builtins", "bool"), literals.not_implemented, below((3, 14)),
        "NotImplemented as a condition", TYPE, "What's New 3.14"),
    Row(_places("builtins", "format"), literals.zero_format, at_least((3, 11)),
        "option z of a format", VALUE, "What's New 3.11"),
    Row(_places("argparse", "ArgumentParser.add_argument"), literals.deprecated, at_least((3, 13)),
        "argparse.ArgumentParser.add_argument(deprecated=)", TYPE, "What's New 3.13"),
    Row(_places("json", "loads"), literals.encoding, below((3, 9)),
        "json.loads(encoding=)", TYPE, "What's New 3.9"),
    Row(_places("array", "array"), literals.wide, at_least((3, 13)),
        'array.array("w")', VALUE, "What's New 3.13"),
    Row(_places("builtins", "int.from_bytes"), literals.fewer("bytes", "byteorder"),
        at_least((3, 11)), "int.from_bytes without byteorder", TYPE, "What's New 3.11"),
    Row(_places("builtins", "int.to_bytes"), literals.fewer("length", "byteorder"),
        at_least((3, 11)), "int.to_bytes without length or byteorder", TYPE, "What's New 3.11"),
    Row(_places("traceback", "print_exception", "format_exception"),
        literals.fewer("etype", "value", "tb"), at_least((3, 10)),
        "an exception alone, without type and traceback", TYPE, "What's New 3.10"),
    Row(_places("traceback", "format_exception_only"), literals.fewer("etype", "value"),
        at_least((3, 10)), "an exception alone, without its type", TYPE, "What's New 3.10"),
    Row(_places("random", "gauss", "normalvariate", "Random.gauss", "Random.normalvariate"),
        literals.fewer("mu", "sigma"), at_least((3, 11)),
        "a normal distribution without mu or sigma", TYPE, "library reference of random"),
    Row(_places("math", "gcd"), literals.not_two, at_least((3, 9)),
        "math.gcd of more or less than two numbers", TYPE, "What's New 3.9"),
    Row(_places("datetime", "datetime.fromisoformat"), regexes.day_end, at_least((3, 14)),
        "fromisoformat of 24 o'clock", VALUE, "library reference of datetime"),
    Row(_places("datetime", "datetime.strptime"), literals.colon_zone, at_least((3, 15)),
        "%:z in strptime", VALUE, "library reference of datetime"),
    Row(_places("builtins", "format"), literals.grouped_format, at_least((3, 14)),
        "a separator in the fraction of a format", VALUE, "What's New 3.14"),
    Row(_places("builtins", "str.format"), literals.zero_template, at_least((3, 11)),
        "option z of a format", VALUE, "What's New 3.11"),
    Row(_places("builtins", "str.format"), literals.grouped_template, at_least((3, 14)),
        "a separator in the fraction of a format", VALUE, "What's New 3.14"),
    Row(_RE, regexes.last_anchor, at_least((3, 14)), r"\z in a regular expression", VALUE,
        "What's New 3.14"),
    Row(_places("fractions", "Fraction"), literals.digits_apart, at_least((3, 11)),
        "a fraction with underscores", VALUE, "What's New 3.11"),
    Row(_places("fractions", "Fraction"), literals.slash_apart, at_least((3, 12)),
        "a fraction with blanks around its slash", VALUE, "library reference of fractions"),
    Row(_places("struct", "calcsize", "iter_unpack", "pack", "pack_into", "unpack", "unpack_from",
                "Struct"), literals.complex_code, at_least((3, 14)),
        "a complex number in a structure", VALUE, "What's New 3.14"),
    Row(_places("types", "SimpleNamespace"), literals.one_given, at_least((3, 13)),
        "types.SimpleNamespace with a mapping", TYPE, "What's New 3.13"),
    Row(_places("shlex", "split"), literals.nothing, below((3, 12)),
        "shlex.split(None)", VALUE, "What's New 3.12"),
    Row(_places("builtins", "bytes.fromhex", "bytearray.fromhex"), literals.some_bytes,
        at_least((3, 14)), "fromhex of bytes", TYPE, "What's New 3.14"),
    Row(_places("builtins", "hash"), literals.a_slice, at_least((3, 12)),
        "hash of a slice", TYPE, "What's New 3.12"),
    Row(_places("array", "array.index"), literals.second, at_least((3, 10)),
        "array.index with a start", TYPE, "What's New 3.10"),
    Row(_places("tarfile", "open", "TarFile.open"), literals.zstandard(1, "mode"),
        at_least((3, 14)), "tarfile of Zstandard", VALUE, "What's New 3.14"),
    Row(_places("shutil", "make_archive"), literals.zstandard(1, "format"),
        at_least((3, 14)), "archive of Zstandard", VALUE, "What's New 3.14"),
)  # fmt: skip
LOOKED = frozenset(
    name.rpartition(".")[2] for name in (
        *(name for row in ROWS for _, name in row.called), *(name for _, name in shapes.CHECKS)
    )
)  # fmt: skip
CALLS = LOOKED - shapes.RARELY


def spelled(state: "State", node: ast.FormattedValue) -> None:
    """Note the format of a value in a string."""
    spec = node.format_spec
    first = spec.values[0] if isinstance(spec, ast.JoinedStr) and spec.values else None
    given = literals.text(first)
    if not given:
        return
    for what, since, category, holds in (
        ("option z of a format", (3, 11), VALUE, literals.negative_zero(given)),
        ("a separator in the fraction of a format", (3, 14), VALUE, literals.grouped(given)),
        ("format of a fraction", (3, 12), TYPE, _fraction(state, node.value)),
    ):
        if holds:
            entry = Entry(at_least(since), note=f"What's New {since[0]}.{since[1]}")
            state.use(node, what, "value", category, entry, state.may & ~entry.present)


def _fraction(state: "State", node: ast.expr) -> bool:
    """Whether a value is evidently a fraction."""
    if not isinstance(node, ast.Call | ast.Name):
        return False
    found = state.values.of(node, state.scope)
    return bool(found) and all(value == Instance("fractions", "Fraction") for _, value in found)


def decorated(state: "State", decorators: list[ast.expr]) -> None:
    """Note a property of a class, as two decorators give it on some Pythons."""
    for outer, inner in pairwise(decorators):
        if isinstance(outer, ast.Name) and isinstance(inner, ast.Name):
            names = [
                [value for _, value in state.values.of(each, state.scope)]
                for each in (outer, inner)
            ]
            if names == [[Ref("builtins", "classmethod")], [Ref("builtins", "property")]]:
                entry = Entry(at_least((3, 9)) & below((3, 13)), note="What's New 3.13")
                failing = state.may & ~entry.present
                state.use(outer, "classmethod of a property", "value", TYPE, entry, failing)


_GENERIC = {
    Ref("typing", "NamedTuple"): below((3, 9)) | at_least((3, 11)),
    Ref("typing", "TypedDict"): at_least((3, 11)),
}


def derived(state: "State", node: ast.ClassDef) -> None:
    """Note `class Pair(NamedTuple, Generic[T])`."""
    found = [
        value
        for base in node.bases
        for _, value in state.values.of(
            base.value if isinstance(base, ast.Subscript) else base, state.scope
        )
    ]
    if Ref("typing", "Any") in found:
        entry = Entry(at_least((3, 11)), note="What's New 3.11")
        failing = state.may & ~entry.present
        state.use(node, "class derived from typing.Any", "value", TYPE, entry, failing)
    for base, present in _GENERIC.items():
        if base in found and Ref("typing", "Generic") in found:
            entry = Entry(present, note="What's New 3.11")
            failing = state.may & ~present
            state.use(node, f"generic {base.module}.{base.name}", "value", TYPE, entry, failing)


def _unbound(state: "State", func: ast.expr) -> bool:
    """Whether a method is called on its class: the first argument is the object."""
    if not isinstance(func, ast.Attribute):
        return False
    owner = state.values.of(func.value, state.scope)
    return any(isinstance(value, Ref) and state.table.is_class(*value) for _, value in owner)


def look(state: "State", node: ast.Call, called: Ref) -> None:
    """Note the values of a call that not every Python takes."""
    if called == ("builtins", "format") and len(node.args) == 2 and _fraction(state, node.args[0]):
        entry = Entry(at_least((3, 12)), note="What's New 3.12")
        failing = state.may & ~entry.present
        state.use(node, "format of a fraction", "value", TYPE, entry, failing)
    if check := shapes.CHECKS.get(tuple(called)):  # type: ignore[arg-type]
        check(state, node)
    for row in ROWS:
        if tuple(called) in row.called and row.holds(node):
            if row.holds is literals.second and _unbound(state, node.func):
                continue
            entry = Entry(row.present, note=row.note)
            failing = state.may & ~row.present & ALL
            kind = "parameter" if row.what.endswith("=)") else "value"
            state.use(node, row.what, kind, row.category, entry, failing, tuple(called))  # type: ignore[arg-type]

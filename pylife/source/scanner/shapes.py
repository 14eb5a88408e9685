"""Calls and classes that some Pythons refuse for what their parts are, not for how they are spelt.

The counterpart of the rows in `peculiar`: here more than the call itself is looked at. Each was
tried on every Python from 3.8 to 3.15 (What's New and the library reference, docs.python.org, read
on 2026-11-21).
"""

import ast
import re
from typing import TYPE_CHECKING, Any

from pylife.source.scanner import syntax
from pylife.source.scanner.excepts import INDEX, RUNTIME, SYNTAX, TYPE, VALUE
from pylife.source.scanner.kinds import Function, Instance, Local, Ref
from pylife.source.scanner.scopes import CLASS, EXPRESSION, MODULE
from pylife.source.scanner.table import Entry
from pylife.source.scanner.versions import ALL, at_least, below

if TYPE_CHECKING:
    from pylife.source.scanner.state import State

_TYPING_UNIONS = (Ref("typing", "Union"), Ref("typing", "Optional"))
_LOOPS = re.compile(rb"\.run_(?:until_complete|forever)\(")
_SETTING = re.compile(rb"\b(?:set_event_loop|new_event_loop|set_event_loop_policy)\b")
_COROUTINES = (Ref("asyncio", "sleep"), Ref("asyncio", "wait_for"), Ref("asyncio", "to_thread"))
_UNHASHABLE = frozenset({("collections", "deque"), ("builtins", "bytearray")})
_LONGEST = 10_000


def _note(
    state: "State", node: Any, what: str, category: int, present: int, note: str
) -> None:  # fmt: skip
    entry = Entry(present, note=note)
    state.use(node, what, "value", category, entry, state.may & ~present & ALL)


def _waiting(state: "State", node: ast.Call) -> None:
    """`asyncio.wait` of coroutines that are no tasks."""
    given = node.args[0] if node.args else None
    if isinstance(given, ast.List | ast.Set | ast.Tuple):
        parts = given.elts
    elif isinstance(given, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        parts = [given.elt]
    else:
        return
    if any(isinstance(part, ast.Call) and _coroutine(state, part) for part in parts):
        _note(state, node, "asyncio.wait of coroutines", TYPE, below((3, 11)), "What's New 3.11")


def _coroutine(state: "State", node: ast.Call) -> bool:
    found = [value for _, value in state.values.of(node.func, state.scope)]
    return bool(found) and all(
        value in _COROUTINES
        or (isinstance(value, Function) and isinstance(value.node, ast.AsyncFunctionDef))
        for value in found
    )


def _loop(state: "State", node: ast.Call) -> None:
    """The event loop of a place at which none runs and none was set."""
    scope = state.scope
    here = scope.kind == MODULE or scope.kind == CLASS
    if isinstance(scope.node, ast.FunctionDef) and getattr(node.func, "attr", "") != "Future":
        here = state.text.once(("loops", scope.node), lambda: _runs(state, scope.node))
    here = here and not any(word.arg == "loop" for word in node.keywords)
    if here and not state.text.once("setting", lambda: _SETTING.search(state.text.source)):
        what = "an event loop where none was set"
        _note(state, node, what, RUNTIME, below((3, 14)), "What's New 3.14")


def _runs(state: "State", node: Any) -> bool:
    """Whether a function has a loop run something."""
    lines = state.text.lines[node.lineno - 1 : node.end_lineno]
    return any(_LOOPS.search(line) for line in lines)


def _compiled(state: "State", node: ast.Call) -> None:
    """`exec("match x: ...")`: the syntax of a text that is there to see."""
    given = node.args[0] if node.args else None
    text = given.value if isinstance(given, ast.Constant) else None
    if not isinstance(text, str) or len(text) > _LONGEST:
        return
    try:
        tree = ast.parse(text)
        found = [*syntax.uses(tree, text.encode())]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for use in found:
        entry = Entry(use.present, note=use.note)
        failing = state.may & ~use.present & ALL
        state.use(node, use.what, "syntax", SYNTAX, entry, failing)


def _instance(state: "State", node: ast.Call) -> None:
    """`isinstance(x, Union[int, str])`."""
    kind = node.args[1] if len(node.args) == 2 else None
    if isinstance(kind, ast.Subscript):
        found = [value for _, value in state.values.of(kind.value, state.scope)]
        if found and all(value in _TYPING_UNIONS for value in found):
            _note(state, node, "isinstance of typing.Union", TYPE, at_least((3, 10)), "PEP 604")


CHECKS = {
    ("asyncio", "wait"): _waiting,
    ("asyncio", "get_event_loop"): _loop,
    ("asyncio", "Future"): _loop,
    ("builtins", "exec"): _compiled,
    ("builtins", "eval"): _compiled,
    ("builtins", "compile"): _compiled,
    ("builtins", "isinstance"): _instance,
    ("builtins", "issubclass"): _instance,
}
RARELY = frozenset({"isinstance", "issubclass"})
"""Calls that are everywhere: looked at in files in which `asked` finds something."""
_ASKED = re.compile(rb"is(?:instance|subclass)\([^()\n]*\b(?:Union|Optional)\[")


def asked(source: bytes) -> bool:
    """Whether a file asks for an instance of a union of `typing`."""
    there = b"Union[" in source or b"Optional[" in source
    return there and _ASKED.search(source) is not None


def named(state: "State", node: ast.Call) -> None:
    """A call of a plain name: of a static method as it is, or of what is None on some Pythons."""
    name = node.func.id  # type: ignore[attr-defined]
    for mask, value in state.values.of(node.func, state.scope):
        if isinstance(value, Function) and mask & state.may and _static(value):
            what = "call of a static method as it is"
            _note(state, node, what, TYPE, at_least((3, 10)), "What's New 3.10")
    if state.scope is not state.module:
        return
    nothing = present = 0
    for mask, binding in state.module.env.get(name, ()):
        if binding.what == EXPRESSION and getattr(binding.node, "value", name) is None:
            nothing |= mask
        else:
            present |= mask
    failing = state.may & nothing & ~present
    if failing and present:
        state.use(node, name, "attribute", TYPE, Entry(ALL & ~nothing), failing)


def condition(state: "State", test: ast.expr) -> None:
    """`if NotImplemented`, `if not NotImplemented`."""
    inner = test.operand if isinstance(test, ast.UnaryOp) else test
    if isinstance(inner, ast.Name) and inner.id == "NotImplemented":
        what = "NotImplemented as a condition"
        _note(state, inner, what, TYPE, below((3, 14)), "What's New 3.14")


def keyed(state: "State", key: ast.expr) -> None:
    """`{slice(1): value}`."""
    if getattr(key.func, "id", "") == "slice":  # type: ignore[attr-defined]
        _note(state, key, "hash of a slice", TYPE, at_least((3, 12)), "What's New 3.12")


def _static(value: Function) -> bool:
    return any(getattr(part, "id", "") == "staticmethod" for part in value.node.decorator_list)


def parents(state: "State", node: ast.Subscript) -> None:
    """`path.parents[-1]` and `path.parents[:2]`."""
    cut = isinstance(node.slice, ast.Slice)
    if not cut and not isinstance(node.slice, ast.UnaryOp):
        return
    owner = state.values.of(node.value.value, state.scope)  # type: ignore[attr-defined]
    if owner and all(
        isinstance(value, Instance) and value.module.partition(".")[0] == "pathlib"
        for _, value in owner
    ):
        what = "slice of parents" if cut else "negative index of parents"
        _note(state, node, what, TYPE if cut else INDEX, at_least((3, 10)), "What's New 3.10")


def fields(state: "State", node: ast.ClassDef) -> None:
    """The fields of a dataclass whose default cannot be hashed, though it is no list."""
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.value, ast.Call):
            found = [value for _, value in state.values.of(part.value, state.scope)]
            if len(found) == 1 and _unhashable(found[0]):
                what = "default of a dataclass that cannot be hashed"
                _note(state, part, what, VALUE, below((3, 11)), "What's New 3.11")


def _unhashable(value: object) -> bool:
    if isinstance(value, Instance):
        return tuple(value) in _UNHASHABLE
    if not isinstance(value, Local) or not isinstance(value.scope.node, ast.ClassDef):
        return False
    if "__hash__" in value.scope.env:
        return False
    node = value.scope.node
    if node.bases or node.keywords:
        return False
    return "__eq__" in value.scope.env or any(map(plain_dataclass, node.decorator_list))


def plain_dataclass(node: ast.expr) -> bool:
    """Whether a decorator makes a class of objects that are equal but cannot be hashed."""
    func = node.func if isinstance(node, ast.Call) else node
    words = {word.arg for word in node.keywords} if isinstance(node, ast.Call) else set()
    last = getattr(func, "attr", getattr(func, "id", ""))
    return last == "dataclass" and not words & {"frozen", "unsafe_hash", "eq", None}

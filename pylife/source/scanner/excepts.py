"""What the handlers of a `try` catch of what can go wrong with a name, and whether they cope."""

import ast
from collections.abc import Callable

# What can go wrong.
MODULE = 1  # no such module
FROM = 2  # the module has no such name to import
ATTRIBUTE = 4
NAME = 8  # no such builtin
TYPE = 16  # no such parameter, or a value of a type that is not taken
VALUE = 32
RUNTIME = 64
SYNTAX = 128
INDEX = 256
ANY = 511
EVERY = (MODULE, FROM, ATTRIBUTE, NAME, TYPE, VALUE, RUNTIME, SYNTAX, INDEX)

CAUGHT = {
    "ImportError": MODULE | FROM,
    "ModuleNotFoundError": MODULE,
    "AttributeError": ATTRIBUTE,
    "NameError": NAME,
    "UnboundLocalError": NAME,
    "TypeError": TYPE,
    "ValueError": VALUE,
    "error": VALUE,  # re.error
    "PatternError": VALUE,
    "RuntimeError": RUNTIME,
    "SyntaxError": SYNTAX,
    "IndexError": INDEX,
    "LookupError": INDEX,
    "Exception": ANY,
    "BaseException": ANY,
    "SystemError": 0,
}
DEEPEST = 5
LEAVING = frozenset({"exit", "_exit", "abort", "quit"})
SKIPPING = frozenset({"skip", "skipTest", "SkipTest", "importorskip"})
SUPPRESSING = frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex"})


class Attempt:
    """A `try` that the walk is in."""

    __slots__ = ("absent", "catches", "copes", "failed", "names", "raises", "risky")

    def __init__(
        self, catches: int, copes: int, names: frozenset[str] = frozenset(), raises: str = ""
    ) -> None:
        self.catches = catches  # what is caught
        self.copes = copes  # what is caught by a handler that does not give up
        self.names = names  # the errors that it copes with
        self.raises = raises  # the error that it raises instead
        self.failed = dict.fromkeys(EVERY, 0)
        self.risky = False  # something else may be caught as well
        self.absent: list[str] = []  # packages of others that it imports

    def came(self, caught: int) -> int:
        """The Pythons on which a handler of this is come to for what is known to fail."""
        found = 0
        for category, mask in self.failed.items():
            if category & caught:
                found |= mask
        return found


def caught(
    node: ast.expr | None, assigned: Callable[[str], ast.expr | None] | None = None, depth: int = 0
) -> int:
    """What `except node` catches; `assigned` says what a name of the module was assigned."""
    if node is None:
        return ANY
    if isinstance(node, ast.Tuple | ast.List):
        found = 0
        for element in node.elts:
            found |= caught(element, assigned, depth)
        return found
    last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    if last not in CAUGHT and assigned and depth < DEEPEST and (meant := assigned(last)):
        return caught(meant, assigned, depth + 1)
    return CAUGHT.get(last, 0)


def names(node: ast.expr | None) -> frozenset[str]:
    """The names of the errors that `except node` catches."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node] if node is not None else []
    return frozenset(_last(part) for part in parts)


def raised(body: list[ast.stmt]) -> str:
    """The error that a handler raises at its end; nothing where it raises what it caught."""
    last = body[-1]
    if not isinstance(last, ast.Raise):
        return "SystemExit"
    node = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
    return _last(node)


def _last(node: ast.expr | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def gives_up(body: list[ast.stmt]) -> bool:
    """Whether a handler ends in an error of its own or in leaving the program."""
    waiting = [body]
    while waiting:
        last = waiting.pop()[-1]
        if isinstance(last, ast.Raise):
            if _skips(last.exc):
                return False
        elif isinstance(last, ast.If) and last.orelse:
            waiting += [last.orelse, last.body]
        elif not isinstance(last, ast.Expr) or leaves(last.value) != "exit":
            return False
    return True


def clean(body: list[ast.stmt]) -> bool:
    """Whether a handler ends the program as if all were well: `sys.exit(0)`, `raise SystemExit`."""
    last = body[-1]
    node = last.exc if isinstance(last, ast.Raise) else getattr(last, "value", None)
    if isinstance(last, ast.Raise) and _last(getattr(node, "func", node)) != "SystemExit":
        return False
    if not isinstance(node, ast.Call):
        return isinstance(last, ast.Raise)
    given = node.args[0] if node.args else None
    return given is None or (isinstance(given, ast.Constant) and given.value in {0, None})


def named(node: ast.Call) -> str:
    """The last name of what is called."""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def leaves(node: ast.expr) -> str:
    """`exit` or `skip` for a call that does not return, else nothing."""
    if not isinstance(node, ast.Call):
        return ""
    func = node.func
    if isinstance(func, ast.Attribute):
        owner = getattr(func.value, "id", "")
        if func.attr in LEAVING and owner in {"sys", "os", "pytest"}:
            return "exit"
        if func.attr in SKIPPING and owner in {"pytest", "unittest", "self"}:
            return "skip" if func.attr != "importorskip" else ""
        return "exit" if func.attr == "fail" and owner in {"pytest", "self"} else ""
    name = getattr(func, "id", "")
    if name in {"exit", "quit"}:
        return "exit"
    return "skip" if name == "skip" and node.args else ""


def skips(node: ast.stmt) -> bool:
    """Whether a statement ends a test as skipped."""
    if isinstance(node, ast.Raise):
        return _skips(node.exc)
    return isinstance(node, ast.Expr) and leaves(node.value) == "skip"


def _skips(node: ast.expr | None) -> bool:
    inner = node.func if isinstance(node, ast.Call) else node
    last = inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")
    return last in SKIPPING or last == "Skipped"

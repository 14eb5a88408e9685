"""Facts from the standard library's stubs as a type checker's wheel carries them."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from stdlib_places import EVERYWHERE, VERSIONS, Fact, at, holds


def read(folder: Path) -> dict[str, dict[str, Fact]]:
    """module → qualified name → fact, of a `stdlib` folder of stubs with its VERSIONS file."""
    ranges = _ranges((folder / "VERSIONS").read_text(encoding="utf-8"))
    found = {}
    for path in sorted(folder.rglob("*.pyi")):
        parts = path.relative_to(folder).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        there = _range_of(name, ranges)
        if there and not name.startswith(("_typeshed", "typing_extensions", "mypy_extensions")):
            reader = _Module(name, package)
            reader.block(ast.parse(path.read_bytes()).body, there, "")
            found[name] = {"": {"k": "m", "at": there}, **reader.found}
    return found


def _ranges(text: str) -> dict[str, int]:
    found = {}
    for line in text.splitlines():
        bare = line.partition("#")[0].strip()
        if bare:
            name, _, span = bare.partition(":")
            low, _, high = span.strip().partition("-")
            first = _version(low)
            last = _version(high) if high else (9, 9)
            found[name] = sum(at(i) for i, v in enumerate(VERSIONS) if first <= v <= last)
    return found


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def _range_of(name: str, ranges: dict[str, int]) -> int:
    """A submodule that is not listed has its parent's range, and never a longer one."""
    own = EVERYWHERE
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        own &= ranges.get(".".join(parts[:end]), EVERYWHERE)
    return own


@dataclass
class _Module:
    """Collects the names of one stub file."""

    name: str
    package: bool
    found: dict[str, Fact] = field(default_factory=dict)

    def block(self, body: list[ast.stmt], place: int, scope: str) -> None:
        """Note what a block of statements binds, where it is read at `place`."""
        for statement in body:
            match statement:
                case ast.If(test=test, body=then, orelse=otherwise):
                    inside = holds(test)
                    self.block(then, place & inside, scope)
                    self.block(otherwise, place & ~inside, scope)
                case _ if place:
                    self.statement(statement, place, scope)

    def statement(self, node: ast.stmt, place: int, scope: str) -> None:
        """Note what one statement binds."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node, place, scope)
            case ast.ClassDef(name=name, bases=bases, body=body):
                fact = self.note(scope + name, "c", place)
                fact.setdefault("b", []).append([place, [self.plain(b, scope) for b in bases]])
                self.deprecated(fact, node.decorator_list, place)
                self.block(body, place, f"{scope}{name}.")
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                fact = self.note(scope + name, "v", place)
                fact.setdefault("t", []).append(self.plain(annotation, scope))
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
            ):
                self.listed(value, place)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        self.assigned(target.id, value, place, scope)
            case ast.Import(names=names):
                for alias in names:
                    self.bind(
                        scope,
                        alias.asname or alias.name.partition(".")[0],
                        alias.name if alias.asname else alias.name.partition(".")[0],
                        place,
                        shown=alias.asname == alias.name,
                    )
            case ast.ImportFrom(names=names):
                self.imported(node, names, place, scope)

    def note(self, name: str, kind: str, place: int) -> Fact:
        """The record of a name, with `place` added to where it is."""
        fact = self.found.setdefault(name, {"k": kind, "at": 0})
        fact["at"] |= place
        if "c" in (fact["k"], kind) or fact["k"] == "i":
            fact["k"] = "c" if kind == "c" else fact["k"] if fact["k"] == "c" else kind
        return fact

    def assigned(self, name: str, value: ast.expr, place: int, scope: str) -> None:
        """`a = b` in a stub is an alias, or a variable."""
        if name == "__slots__":
            return
        fact = self.note(scope + name, "v", place)
        if isinstance(value, ast.Name | ast.Attribute):
            reference = self.plain(value, scope)
            if reference:
                fact["k"] = "a"
                fact["to"] = reference

    def listed(self, value: ast.expr, place: int) -> None:
        """Names in `__all__`, which are what a star import takes."""
        if isinstance(value, ast.List | ast.Tuple):
            names = self.found.setdefault("__all__", {"k": "l", "names": {}})["names"]
            for name in ast.literal_eval(value):
                names[name] = names.get(name, 0) | place

    def bind(self, scope: str, name: str, to: str, place: int, *, shown: bool) -> None:
        """An import: `x as x` is a public name of the stub, anything else is only its own."""
        fact = self.note(scope + name, "a" if shown else "i", place)
        fact["to"] = to
        if shown:
            fact["k"] = "a"

    def imported(
        self, node: ast.ImportFrom, names: list[ast.alias], place: int, scope: str
    ) -> None:
        """Names of another module."""
        module = self.absolute(node)
        for alias in names:
            if alias.name == "*":
                self.found.setdefault("*", {"k": "*", "from": []})["from"].append([module, place])
            else:
                shown = alias.asname == alias.name
                self.bind(
                    scope, alias.asname or alias.name, f"{module}:{alias.name}", place, shown=shown
                )

    def absolute(self, node: ast.ImportFrom) -> str:
        """The full name of the module that is imported from."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (1 if self.package else 0)]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, place: int, scope: str
    ) -> None:
        """A function or method: its keyword parameters, its result, its deprecation."""
        marks = {ast.unparse(mark).partition("(")[0] for mark in node.decorator_list}
        if any(mark.endswith((".setter", ".deleter")) for mark in marks):
            return
        is_property = bool(marks & {"property", "cached_property", "functools.cached_property"})
        fact = self.note(scope + node.name, "p" if is_property else "f", place)
        result = "" if node.returns is None else self.plain(node.returns, scope)
        if is_property:
            fact.setdefault("t", []).append(result)
        else:
            if isinstance(node, ast.AsyncFunctionDef):
                result = ""
            bound = bool(scope) and "staticmethod" not in marks
            words = self.words(node.args, bound=bound)
            fact.setdefault("s", []).append([place, words, result])
        self.deprecated(fact, node.decorator_list, place, overload="overload" in marks)

    @staticmethod
    def words(arguments: ast.arguments, *, bound: bool) -> str:
        """Parameters as text, as stdlib_introspect writes them."""
        first = [("/", a.arg) for a in arguments.posonlyargs]
        first += [("", a.arg) for a in arguments.args]
        words = [
            "/" if slash or (name.startswith("__") and not name.endswith("__")) else name
            for slash, name in first[1 if bound else 0 :]
        ]
        if arguments.vararg:
            words.append("*")
        words += [a.arg for a in arguments.kwonlyargs]
        if arguments.kwarg:
            words.append("**")
        return " ".join(words)

    def deprecated(
        self, fact: Fact, marks: list[ast.expr], place: int, *, overload: bool = False
    ) -> None:
        """`@deprecated("message")`; on one overload it says nothing of the function."""
        for mark in marks:
            match mark:
                case ast.Call(func=ast.Name(id="deprecated"), args=[message, *_]) if not overload:
                    text = ast.literal_eval(message)
                    fact.setdefault("d", []).append([place, re.sub(r"\s+", " ", text)])

    def plain(self, node: ast.expr | None, scope: str) -> str:
        """`module:Class` that an annotation names, without its parameters; "" for anything else."""
        match node:
            case ast.Constant(value=str() as text):
                return self.plain(ast.parse(text, mode="eval").body, scope)
            case ast.Subscript(value=ast.Name(id="Final" | "ClassVar" | "Annotated"), slice=inner):
                return self.plain(inner, scope)
            case ast.Subscript(value=value):
                return self.plain(value, scope)
            case ast.Name(id="Self"):
                return "<self>"
            case ast.Name(id="LiteralString"):
                return "builtins:str"
            case ast.Name() | ast.Attribute():
                return self.reference(ast.unparse(node), scope)
        return ""

    def reference(self, dotted: str, scope: str) -> str:
        """What a dotted name means here: looked up in the class, the module, its imports."""
        head, _, rest = dotted.partition(".")
        parts = scope.rstrip(".").split(".") if scope else []
        for end in range(len(parts), 0, -1):
            inner = ".".join([*parts[:end], head])
            if inner in self.found and self.found[inner]["k"] == "c":
                return f"{self.name}:{inner}{'.' + rest if rest else ''}"
        known = self.found.get(head)
        if known is not None and "to" in known and known["k"] in "ai":
            to = known["to"]
            joiner = "." if ":" in to else ":"
            return f"{to}{joiner}{rest}" if rest else to
        return f"{self.name}:{dotted}"

"""What the text of a `setup.py` says that a project requires; it is never run.

Understood are lists of texts, through names and concatenation, and the usual ways of reading a
requirements file: `open("requirements.txt").read().splitlines()` and the like. Of anything else
it is said that it is computed.
"""

import ast

from pylife.declarations import static
from pylife.declarations.static import NotStaticError
from pylife.fleet.identity import normal
from pylife.syntax.python import Module
from pylife.workflow.dependencies.inputs.lines import Reader, with_marker
from pylife.workflow.dependencies.inputs.setup_cfg import ReadFile

_FILE = "setup.py"
_READING = frozenset(
    {
        "open", "read", "read_text", "readlines", "splitlines", "split", "strip", "rstrip", "list",
        "join", "joinpath", "dirname", "abspath", "realpath", "resolve", "Path", "filter", "map",
        "startswith", "parse_requirements", "str", "iter_lines",
    }
)  # fmt: skip


class SetupPy:
    """The call of `setup()`; `read_file` reads a requirements file that it reads."""

    def __init__(self, module: Module, read_file: ReadFile) -> None:
        self.module = module
        self._read_file = read_file
        self.keywords: dict[str, ast.expr] = {}
        self.computed = False
        """Whether keywords come from a dictionary: there may be more."""
        self.found = False
        for node in module.nodes:
            if isinstance(node, ast.Call) and _called(node) == "setup":
                self.found = True
                self._take(node)

    def _take(self, call: ast.Call) -> None:
        for keyword in call.keywords:
            if keyword.arg is not None:
                self.keywords.setdefault(keyword.arg, keyword.value)
                continue
            value = self.module.resolve(keyword.value)
            keys = value.keys if isinstance(value, ast.Dict) else [None]
            if isinstance(value, ast.Dict) and all(isinstance(key, ast.Constant) for key in keys):
                for key, item in zip(value.keys, value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self.keywords.setdefault(key.value, item)
            else:
                self.computed = True

    def text(self, name: str) -> str | None:
        """The text that a keyword is given; None where there is none, or it is computed."""
        node = self.keywords.get(name)
        if node is None:
            return None
        try:
            return static.text(self.module, node)
        except (NotStaticError, RecursionError):
            return None

    @property
    def reads_requirements_txt(self) -> bool:
        """Whether pbr is at work, which takes `requirements.txt` for what is required."""
        value = self.keywords.get("pbr")
        return isinstance(value, ast.Constant) and value.value is True

    def run(self) -> Reader | None:
        """`install_requires`; None where it is not given."""
        node = self.keywords.get("install_requires")
        if node is None and not self.computed:
            return None
        reader = Reader()
        if node is not None:
            self._list(node, reader, "install_requires")
        else:
            reader.missing(_FILE, None, "what setup() is given is computed")
        return reader

    def extras(self, run: Reader) -> dict[str, Reader]:
        """The extras; what is under a bare marker goes to `run`."""
        node = self.keywords.get("extras_require")
        value = self.module.resolve(node) if node is not None else None
        if not isinstance(value, ast.Dict):
            if value is not None:
                run_missing = Reader()
                run_missing.missing(_FILE, value.lineno, "extras_require is computed")
                return {"": run_missing}
            return {}
        found: dict[str, Reader] = {}
        for key, listed in zip(value.keys, value.values, strict=True):
            try:
                name = static.text(self.module, key) if key is not None else None
            except (NotStaticError, RecursionError):
                name = None
            if name is None:
                found.setdefault("", Reader()).missing(
                    _FILE, listed.lineno, "the name of an extra is computed"
                )
                continue
            extra, _, marker = name.partition(":")
            reader = found.setdefault(normal(extra), Reader()) if extra else run
            self._list(listed, reader, f"extras_require[{name!r}]", marker)
        return found

    def _list(self, node: ast.expr, reader: Reader, what: str, marker: str = "") -> None:
        path = self._file(node)
        if path is not None:
            self._read_file(path, reader)
            return
        for element in static.elements(self.module, node):
            line = element.node.lineno
            if not element.known:
                reader.missing(_FILE, line, f"{what} is computed")
                continue
            try:
                text = element.made
                if text is None:
                    text = static.text(self.module, element.node)
                full = with_marker(text, marker) if marker else text
            except (NotStaticError, ValueError, RecursionError) as error:
                reader.missing(_FILE, line, f"{what} is computed: {error}")
                continue
            if text.strip() and not text.lstrip().startswith("#"):
                reader.add(text, _FILE, line, text=full.partition(" #")[0])

    def _file(self, node: ast.expr) -> str | None:
        """The requirements file whose lines `node` are; None for anything else."""
        value = self.module.resolve(node)
        if isinstance(value, ast.Name):
            value = self._opened(value.id) or value
        if not any(isinstance(part, ast.Call) for part in ast.walk(value)):
            return None
        names = []
        for part in ast.walk(value):
            match part:
                case ast.Call() if _called(part) not in _READING:
                    return None
                case ast.Constant(value=str(text)) if text.endswith((".txt", ".in")):
                    names.append(text)
        return names[0].removeprefix("./") if len(names) == 1 else None

    def _opened(self, name: str) -> ast.expr | None:
        """What `name` is given inside `with open(...) as file:`, with that file in its place."""
        for node in self.module.tree.body:
            match node:
                case ast.With(items=[ast.withitem(context_expr=opened)], body=body):
                    for statement in body:
                        match statement:
                            case ast.Assign(targets=[ast.Name(id=found)], value=value) if (
                                found == name and _plain(value)
                            ):
                                return ast.Tuple(elts=[opened, value], ctx=ast.Load())
        return None


def _plain(value: ast.expr) -> bool:
    """Whether it only reads lines: calls nothing but what reads and takes apart."""
    calls = [part for part in ast.walk(value) if isinstance(part, ast.Call)]
    return bool(calls) and all(_called(call) in _READING for call in calls)


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""

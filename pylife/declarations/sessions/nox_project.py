"""`nox.project.python_versions(...)`: Pythons that a noxfile takes from pyproject.toml.

Without `max_version`, the classifiers `Programming Language :: Python :: 3.X` of
`[project]`; with it, all from the floor of requires-python up to it. Source:
nox's documentation, "Working with a pyproject", and `nox.project` itself.
"""

import ast
from typing import NamedTuple

from packaging.specifiers import SpecifierSet

from pylife.declarations import static, versions
from pylife.declarations.base import File
from pylife.errors import UnreadableError
from pylife.model import PythonVersion
from pylife.syntax.python import Module

_CLASSIFIER = "Programming Language :: Python :: 3."
_FREE_THREADING = "Programming Language :: Python :: Free Threading"
_FREE_THREADED_SINCE = PythonVersion(3, 14)


class Found(NamedTuple):
    """The Pythons of a call, or the reason why they cannot be known."""

    pythons: tuple[PythonVersion, ...] = ()
    note: str = ""
    unreadable: str = ""
    invalid: bool = False
    more: bool = False
    """Whether nox, by its version, adds others at the end."""


def call(node: ast.expr) -> ast.Call | None:
    """`node` if it calls `python_versions`, which nothing else is named like."""
    named = isinstance(node, ast.Call) and _name(node.func) == "python_versions"
    return node if named and isinstance(node, ast.Call) else None


def found(file: File, module: Module, node: ast.Call) -> Found:
    """What `node` gives beside the pyproject.toml of the project as it stands."""
    arguments = {keyword.arg: keyword.value for keyword in node.keywords}
    source = node.args[0] if node.args else arguments.get("pyproject")
    path = _path(module, source)
    if path is None:
        return Found(unreadable="of a project that is not known before nox runs")
    folder = file.path.rpartition("/")[0]
    whole = f"{folder}/{path}".lstrip("/")
    beside = file.around.beside(whole)
    if beside is None:
        return Found(unreadable=f"follows {whole}, which is not there to be read")
    try:
        classifiers = beside.toml.get("project", "classifiers")
        required = beside.toml.get("project", "requires-python")
    except UnreadableError:
        return Found(unreadable=f"follows {whole}, which cannot be read")
    words = [item for item in classifiers or () if isinstance(item, str)]
    if "max_version" in arguments:
        result = _up_to(module, arguments["max_version"], required, whole)
    else:
        result = _classified(words, whole)
    return _with_threads(module, arguments.get("free_threaded"), words, result)


def _path(module: Module, node: ast.expr | None) -> str | None:
    """The file that `nox.project.load_toml("pyproject.toml")` reads."""
    load = module.resolve(node) if node is not None else None
    if not isinstance(load, ast.Call) or _name(load.func) != "load_toml":
        return None
    named = load.args[0] if load.args else None
    try:
        path = static.text(module, named) if named is not None else "pyproject.toml"
    except static.NotStaticError:
        return None
    plain = path.removeprefix("./")
    return plain if plain.endswith(".toml") and ".." not in plain and plain[:1] != "/" else None


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _classified(classifiers: list[str], path: str) -> Found:
    words = [item.split()[-1] for item in classifiers if item.startswith(_CLASSIFIER)]
    pythons = [versions.named(word) for word in words]
    known = sorted({python for python in pythons if python is not None})
    if not known:
        return Found(
            unreadable=f"nox finds no Python classifiers in [project] of {path}", invalid=True
        )
    return Found(tuple(known), note=f"the classifiers of {path}")


def _up_to(module: Module, node: ast.expr, required: object, path: str) -> Found:
    """All from the floor of requires-python up to `max_version`."""
    try:
        last = versions.named(static.text(module, node))
        clauses = SpecifierSet(required) if isinstance(required, str) else SpecifierSet()
    except (static.NotStaticError, ValueError):
        last = None
    if last is None:
        return Found(unreadable="its max_version or requires-python is not known")
    floors = [
        int(clause.version.split(".")[1]) if "." in clause.version else 0
        for clause in clauses
        if clause.operator in {">", ">=", "~="} and clause.version.startswith("3")
    ]
    if not floors:
        return Found(unreadable=f"nox finds no floor in requires-python of {path}", invalid=True)
    pythons = tuple(PythonVersion(3, minor) for minor in range(max(floors), last.minor + 1))
    return Found(pythons, note=f"from requires-python of {path} to max_version")


def _with_threads(
    module: Module, node: ast.expr | None, classifiers: list[str], result: Found
) -> Found:
    """With the free-threaded builds that nox adds where it is told to."""
    told = module.resolve(node) if node is not None else None
    if result.unreadable or (told is not None and not isinstance(told, ast.Constant)):
        return result
    if isinstance(told, ast.Constant) and told.value is not None:
        threaded = [
            python._replace(free_threaded=True)
            for python in result.pythons
            if told.value and python >= _FREE_THREADED_SINCE
        ]
        return result._replace(pythons=(*result.pythons, *threaded))
    if any(item.startswith(_FREE_THREADING) for item in classifiers):
        note = f"{result.note}; nox of 2026 adds free-threaded builds"
        return result._replace(note=note, more=True)
    return result

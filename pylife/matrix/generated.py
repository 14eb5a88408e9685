"""The session of a project without a noxfile: install it with its test extra, run pytest."""

import ast
import configparser
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from pylife.errors import UnreadableError
from pylife.syntax import text, toml

SESSION = "tests"
FILE = ".pylife-noxfile.py"
"""In the copy of the tree, since nox works in its noxfile's folder."""

_NOXFILE = '''\
import nox


@nox.session(python={python!r})
def {session}(session: nox.Session) -> None:
    """Install the project with its tests' requirements, and run them."""
    session.install({arguments})
    session.run("pytest")
'''


def is_installable(folder: Path) -> bool:
    """Whether the folder holds a project that can be installed."""
    if (folder / "setup.py").is_file():
        return True
    if (folder / "setup.cfg").is_file() and _setup_cfg(folder).has_section("metadata"):
        return True
    document = _pyproject(folder)
    return document is not None and (
        "project" in document.value
        or "build-system" in document.value
        or "poetry" in document.table("tool")
    )


def noxfile(folder: Path, python: str, extras: Sequence[str]) -> str:
    """The text of a noxfile for the project in `folder`.

    The first of `extras` is installed that the project has as an extra, or else
    as a dependency group (PEP 735). pytest is installed in any case.
    """
    arguments = ["-e", "."]
    match _choice(folder, extras):
        case ("extra", name):
            arguments = ["-e", f".[{name}]"]
        case ("group", name):
            arguments += ["--group", name]
    arguments.append("pytest")
    return _NOXFILE.format(
        python=python, session=SESSION, arguments=", ".join(map(repr, arguments))
    )


def source(folder: Path, extras: Sequence[str]) -> str:
    """The file that makes the project installable, and what of it its tests need."""
    names = ("pyproject.toml", "setup.cfg", "setup.py")
    file = next((name for name in names if (folder / name).is_file()), "")
    kind, name = _choice(folder, extras)
    return f"{file}, {kind} {name}" if kind else file


def _choice(folder: Path, extras: Sequence[str]) -> tuple[str, str]:
    """`extra` or `group`, and its name; two empty texts where there is none of `extras`."""
    if extra := _first(extras, _extras(folder)):
        return "extra", extra
    if group := _first(extras, _groups(folder)):
        return "group", group
    return "", ""


def _first(wanted: Sequence[str], there: Iterable[str]) -> str | None:
    normalised = {canonicalize_name(name): name for name in there}
    return next(
        (normalised[canonicalize_name(name)] for name in wanted
         if canonicalize_name(name) in normalised),
        None,
    )  # fmt: skip


def _extras(folder: Path) -> set[str]:
    document = _pyproject(folder)
    found: set[str] = set()
    if document is not None:
        found |= document.table("project", "optional-dependencies").keys()
        found |= document.table("tool", "poetry", "extras").keys()
        found |= document.table("tool", "setuptools", "dynamic", "optional-dependencies").keys()
    settings = _setup_cfg(folder)
    if settings.has_section("options.extras_require"):
        found |= set(settings.options("options.extras_require"))
    return found | _setup_py_extras(folder)


def _groups(folder: Path) -> set[str]:
    document = _pyproject(folder)
    return set(document.table("dependency-groups")) if document is not None else set()


def _pyproject(folder: Path) -> toml.Document | None:
    try:
        return toml.parse(text.read(folder, "pyproject.toml"))
    except UnreadableError:
        return None  # the build says what is wrong with it


def _setup_cfg(folder: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text.read(folder, "setup.cfg").text)
    except (UnreadableError, configparser.Error):
        return configparser.RawConfigParser()
    return parser


def _setup_py_extras(folder: Path) -> set[str]:
    """The literal keys of `extras_require={...}`; the file is parsed, not run."""
    try:
        parsed = ast.parse(text.read(folder, "setup.py").text)
    except (UnreadableError, SyntaxError, ValueError, RecursionError):
        return set()
    names: Mapping[str, ast.expr] = {
        target.id: node.value
        for node in ast.walk(parsed)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.keyword) and node.arg == "extras_require":
            value = names.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
            if isinstance(value, ast.Dict):
                found |= {
                    key.value
                    for key in value.keys
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
    return found

"""The files that a lock is made of, and whether making it executes nothing of the project.

A requirement that is a folder or a repository would be built, which runs its code; so would a
project whose requirements only its build tells. Such a lock is left to people.
"""

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator
from typing import Any

from pylife.errors import UnreadableError
from pylife.syntax import text, toml
from pylife.upgrade.headers import Recipe, pip_option
from pylife.upgrade.locks import Lock

Read = Callable[[str], bytes]
"""Gives the content of a file by its path from the project's folder; raises UnreadableError."""

_INCLUDES = frozenset({"-r", "--requirement", "-c", "--constraint"})
_HARMLESS = frozenset({
    "-i", "--index-url", "--extra-index-url", "--trusted-host", "--pre", "--prefer-binary",
    "--no-index", "--only-binary", "--hash",
})  # fmt: skip
_BUILT = re.compile(r"(?:\.{0,2}/|\.{1,2}(?:$|\[)|file:|git\+|hg\+|svn\+|bzr\+|https?:)|.*\s@\s")
_WHEEL = re.compile(r"https?:\S*\.whl(?:#\S*)?(?:\s*;.*)?")
_UV_SETTINGS = frozenset({
    "index", "index-url", "extra-index-url", "default-index", "index-strategy", "resolution",
    "prerelease", "constraint-dependencies", "override-dependencies", "exclude-newer",
    "environments", "required-environments", "conflicts", "dev-dependencies", "default-groups",
    "package", "managed", "sources", "fork-strategy",
})  # fmt: skip
_DEPTH = 20


class NotHereError(Exception):
    """Why a lock is left to people, in words."""


def of_recipe(recipe: Recipe, read: Read) -> dict[str, bytes]:
    """What the recipe of a compiled file needs, with that file as it is, by path.

    Raises NotHereError where it would execute something or needs what is not there.
    """
    found = {recipe.path: _content(recipe.path, read)}
    for path in recipe.files:
        if path.rpartition("/")[2] == "pyproject.toml":
            found[path] = _content(path, read)
            _static(path, found[path])
        elif path.endswith(("setup.py", "setup.cfg")):
            raise NotHereError(f"what {path} requires, only its build tells")
        else:
            _requirements(path, read, found)
    settings = posixpath.join(recipe.folder, "pyproject.toml")
    if settings not in found:
        found |= _settings(settings, recipe, read)
    for path, data in found.items():
        if path.rpartition("/")[2] == "pyproject.toml":
            _pip_tools(path, data)
            _uv(path, data)
    return found


def of_lock(lock: Lock, read: Read) -> dict[str, bytes]:
    """What a lock of the whole project needs: the project's metadata and the lock as it is."""
    path = posixpath.join(posixpath.dirname(lock.path), "pyproject.toml")
    found = {path: _content(path, read), lock.path: _content(lock.path, read)}
    data = found[path]
    document = _toml(path, data)
    if document.table("tool", "uv", "workspace"):
        raise NotHereError("it is the lock of a workspace")
    if document.table("tool", "poetry", "requires-plugins"):
        raise NotHereError("it asks for plugins of Poetry")
    if not document.table("tool", "poetry", "dependencies"):
        _static(path, data)
    if document.table("project").get("dynamic") and lock.command == "uv lock":
        raise NotHereError(f"what is dynamic in {path}, only its build tells")
    for name, value in _poetry(document):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and {"path", "git", "url", "file"} & one.keys():
                raise NotHereError(f"{name} would have to be built")
    _uv(path, data)
    return found


def _poetry(document: toml.Document) -> Iterator[tuple[str, Any]]:
    table = document.table("tool", "poetry")
    yield from document.table("tool", "poetry", "dependencies").items()
    for name in document.table("tool", "poetry", "group"):
        yield from document.table("tool", "poetry", "group", name, "dependencies").items()
    old = table.get("dev-dependencies")
    yield from (old.items() if isinstance(old, dict) else ())


def _content(path: str, read: Read) -> bytes:
    try:
        return read(path)
    except UnreadableError as error:
        raise NotHereError(str(error)) from None


def _toml(path: str, data: bytes) -> toml.Document:
    try:
        return toml.parse(text.Source(path, data))
    except UnreadableError as error:
        raise NotHereError(str(error)) from None


def _static(path: str, data: bytes) -> None:
    """Raises NotHereError where only a build tells what a project requires."""
    document = _toml(path, data)
    project = document.table("project")
    dynamic = project.get("dynamic", [])
    if "name" not in project or {"dependencies", "optional-dependencies"} & set(dynamic):
        raise NotHereError(f"what {path} requires, only its build tells")
    own = _normal(str(project["name"]))
    extras = document.table("project", "optional-dependencies")
    listed = [project.get("dependencies", []), *extras.values()]
    for one in (one for some in listed if isinstance(some, list) for one in some):
        name = re.match(r"[\w.-]*", str(one))
        if name is not None and _normal(name[0]) == own:
            raise NotHereError(f"it requires itself ({one}), which would have to be built")
        if _builds(str(one)):
            raise NotHereError(f"{one} would have to be built")


def _requirements(path: str, read: Read, found: dict[str, bytes], depth: int = 0) -> None:
    """Take a requirements file, and all that it includes, to `found`."""
    if path in found and depth:
        return
    if depth > _DEPTH or path.startswith(("../", "/")):
        raise NotHereError(f"{path} is outside of the project")
    found[path] = _content(path, read)
    body = found[path].decode("utf-8", errors="replace").replace("\r\n", "\n")
    for whole in body.replace("\\\n", " ").split("\n"):
        line = re.sub(r"(?:^|\s)#.*", "", whole).strip()
        if line.startswith("-"):
            included = _option(path, line)
            if included is not None:
                inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), included))
                _requirements(inside, read, found, depth + 1)
        elif line and _builds(line):
            raise NotHereError(f"{path}: {line.split()[0]} would have to be built")


def _option(path: str, line: str) -> str | None:
    """The file that an option of a requirements file includes; None for a harmless one."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = []
    name, mark, value = words[0].partition("=") if words else ("", "", "")
    if name in _INCLUDES and (mark or len(words) > 1):
        return value if mark else words[1]
    if name not in _HARMLESS:
        raise NotHereError(f"{path}: {name or line}: pylife does not run that")
    return None


def _builds(requirement: str) -> bool:
    """Whether a requirement names a folder or an address that is no wheel."""
    address = requirement.partition(" @ ")[2].strip() or requirement
    return _BUILT.match(requirement) is not None and _WHEEL.fullmatch(address) is None


def _settings(path: str, recipe: Recipe, read: Read) -> dict[str, bytes]:
    """The settings of the tools, where they stand beside: nothing where there is no such file."""
    try:
        data = read(path)
    except UnreadableError:
        return {}
    document = _toml(path, data)
    table = "pip-tools" if recipe.tool == "pip-compile" else "uv"
    return {path: data} if document.table("tool", table) else {}


def _pip_tools(path: str, data: bytes) -> None:
    """Raises NotHereError for settings of pip-tools that pylife does not run."""
    table = _toml(path, data).table("tool", "pip-tools")
    inner = table.get("compile")
    keys = [key for key in table if key not in {"compile", "sync"}]
    keys += list(inner) if isinstance(inner, dict) else []
    for key in keys:
        if not pip_option(key):
            raise NotHereError(f"{path}: its setting {key} of pip-tools is not one pylife runs")


def _uv(path: str, data: bytes) -> None:
    """Raises NotHereError for settings of uv that pylife does not run."""
    table = _toml(path, data).table("tool", "uv")
    for key in table:
        if key not in _UV_SETTINGS:
            raise NotHereError(f"{path}: its setting {key} of uv is not one that pylife runs")
    sources = table.get("sources")
    for name, value in sources.items() if isinstance(sources, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, dict) or {"path", "git", "url", "workspace"} & one.keys():
                raise NotHereError(f"{name} would have to be built")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

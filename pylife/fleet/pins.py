"""The versions that a project pins exactly: requirement files, MLflow's environments, lock files.

Of the project's own `pyproject.toml` the exact versions in `[project] dependencies` count.
What is read is text and data: no build backend, no index, nothing of the project is run. A
file that cannot be read pins nothing here; where it declares a Python, its reader reports it.
Files for tests, documents and checks are left out: what they pin is not deployed.
"""

import contextlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pylife.errors import UnreadableError
from pylife.fleet.identity import normal
from pylife.syntax import text

_REQUIREMENTS = re.compile(r"(?:.*/)?(?:requirements[^/]*|requirements/[^/]+)\.txt")
_CONDA = re.compile(r"(?:.*/)?(?:conda|environment)\.ya?ml")
_TOML_LOCK = re.compile(r"(?:.*/)?(?:uv\.lock|poetry\.lock|pdm\.lock|pylock(?:\.[^/]+)?\.toml)")
_PROJECT = "pyproject.toml"
_PIPFILE_LOCK = re.compile(r"(?:.*/)?Pipfile\.lock")
_ASIDE = re.compile(
    r"(?:^|[-_./])(?:tests?|testing|dev|develop|development|docs?|lint|ci|typing|examples?|devcontainer)(?=[-_./]|\Z)"
)
"""Words in the path of what is not deployed."""

_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\[\]]*\])?"
    r"\s*={2,3}\s*(?P<version>\d[\w.!+-]*)",
    re.ASCII,
)
_END = re.compile(r"\s(?:#|--)|\\")
"""Where a requirement ends in its line: a comment, an option such as `--hash`, the next line."""
_CONDA_PIN = re.compile(
    r"(?:[\w-]+::)?(?P<name>[A-Za-z0-9][\w.-]*)\s*={1,2}\s*(?P<version>\d[\w.]*)(?:=[\w.]+)?",
    re.ASCII,
)
_MOST = 1000
"""Of a line as long as a file, so many characters are looked at."""
_PACKAGE = re.compile(r"^\[\[packages?\]\][ \t\r]*$", re.M)
_KEY = re.compile(r"^(name|version|category|groups)[ \t]*=[ \t]*(.*?)[ \t\r]*$", re.M)
_TABLE = re.compile(r"^\[", re.M)


class Pin(NamedTuple):
    """One exact version: `name` normalised, where it is written (`line` counts from 1)."""

    name: str
    version: str
    file: str
    line: int


def may_pin(path: str) -> bool:
    """Whether the file at `path` is of a kind that pins versions for what is deployed."""
    kinds = (_REQUIREMENTS, _CONDA, _TOML_LOCK, _PIPFILE_LOCK)
    named = path == _PROJECT or any(kind.fullmatch(path) for kind in kinds)
    return named and not is_aside(path)


def any_pins(folder: Path, files: Iterable[str]) -> bool:
    """Whether `pins` may find any: cheap, where a project has nothing but its pyproject.toml."""
    here = [path for path in files if may_pin(path)]
    if here != [_PROJECT]:
        return bool(here)
    with contextlib.suppress(UnreadableError):
        return b"==" in text.read(folder, _PROJECT).data
    return False


def is_aside(path: str) -> bool:
    """Whether the words of a path say that what it is for is not deployed: tests, documents."""
    return _ASIDE.search(path) is not None


def pins(
    folder: Path, files: Iterable[str], wanted: Collection[str] | None = None
) -> tuple[Pin, ...]:
    """What the files of a project pin, in the order of files and lines.

    `files` are paths from `folder`. With `wanted`, normalised names, other packages are passed
    over, and a file that names none of them is not looked into.
    """
    found: list[Pin] = []
    for path in sorted(files):
        if not may_pin(path):
            continue
        try:
            source = text.read(folder, path)
            found += _of(source, wanted)
        except UnreadableError:
            continue
    return tuple(pin for pin in found if wanted is None or pin.name in wanted)


def _spelled(wanted: Collection[str]) -> str:
    """A pattern of the names, however they are spelled."""
    return "|".join(re.escape(name).replace(r"\-", "[-_.]") for name in sorted(wanted))


def _of(source: text.Source, wanted: Collection[str] | None) -> Iterator[Pin]:
    path = source.path
    if _TOML_LOCK.fullmatch(path):
        yield from _toml_lock(source, wanted)
        return
    if wanted is not None:
        names = re.compile(_spelled(wanted).encode(), re.IGNORECASE)
        if names.search(source.data) is None:
            return
    if path == _PROJECT:
        yield from _project(source)
    elif _PIPFILE_LOCK.fullmatch(path):
        yield from _pipfile_lock(source)
    else:
        yield from _lines(source, conda=_CONDA.fullmatch(path) is not None)


def _lines(source: text.Source, *, conda: bool) -> Iterator[Pin]:
    """A pin a line; of a conda environment both its own packages and those of `pip:`."""
    for number, line in enumerate(source.text.split("\n"), 1):
        if "=" not in line:
            continue
        head = _END.split(line[:_MOST], maxsplit=1)[0].strip()
        if conda:
            if not head.startswith("- "):
                continue
            head = head[2:].strip()
            if len(head) > 1 and head[0] == head[-1] and head[0] in "\"'":
                head = head[1:-1]
        yield from _requirement(head, source.path, number, conda=conda)


def _requirement(text: str, path: str, line: int, *, conda: bool = False) -> Iterator[Pin]:
    """What one requirement pins: `numpy==1.24.4 ; python_version < "3.12"`, where that holds."""
    requirement, _, marker = text.partition(";")
    match = _PIN.fullmatch(requirement.strip())
    if match is None and conda:
        match = _CONDA_PIN.fullmatch(requirement.strip())
    if match is None or match["version"].endswith("."):
        return
    if not marker or _holds_somewhere(marker.strip()):
        yield Pin(normal(match["name"]), match["version"], path, line)


def _project(source: text.Source) -> Iterator[Pin]:
    """What `[project] dependencies` pins; those of extras are not known to be deployed."""
    from pylife.syntax import toml

    for node in toml.parse(source).items("project", "dependencies"):
        if isinstance(node.value, str):
            line = source.position(node.span.start)[0]
            yield from _requirement(node.value[:_MOST], source.path, line)


def _toml_lock(source: text.Source, wanted: Collection[str] | None) -> Iterator[Pin]:
    """The tables of packages as the tools write them: one key a line.

    A package that poetry.lock has for other groups than `main` alone is left out. The project
    itself, and what comes from a folder, has no version that anybody pinned.
    """
    content = source.text
    for start in _tables(content, wanted):
        following = _TABLE.search(content, start)
        table = content[start : following.start() if following else len(content)]
        keys: dict[str, tuple[str, int]] = {}
        for match in _KEY.finditer(table):
            keys.setdefault(match[1], (match[2], start + match.start()))
        if "name" not in keys or "version" not in keys or _only_aside(keys):
            continue
        if re.search(r"^source[ \t]*=.*\b(?:editable|virtual|directory)\b", table, re.M):
            continue
        name, version = (keys[key][0].strip("\"'") for key in ("name", "version"))
        line = content.count("\n", 0, keys["version"][1]) + 1
        yield Pin(normal(name), version, source.path, line)


def _tables(content: str, wanted: Collection[str] | None) -> Iterator[int]:
    """Where the tables of the packages begin, behind their headers; with `wanted`, of those.

    A lock file may be megabytes, and of most packages in it nothing is asked.
    """
    if wanted is None:
        yield from (head.end() for head in _PACKAGE.finditer(content))
        return
    names = re.compile(rf"^name[ \t]*=[ \t]*[\"'](?:{_spelled(wanted)})[\"']", re.M | re.I)
    for match in names.finditer(content):
        start = content.rfind("\n[", 0, match.start()) + 1
        head = _PACKAGE.match(content, start)
        if head is not None:
            yield head.end()


def _only_aside(keys: dict[str, tuple[str, int]]) -> bool:
    """Whether poetry.lock or pdm.lock have the package for development alone."""
    if "category" in keys:
        return keys["category"][0].strip("\"'") == "dev"
    if "groups" in keys:
        groups = set(re.findall(r"[\"']([^\"']+)[\"']", keys["groups"][0]))
        return bool(groups) and not groups & {"main", "default"}
    return False


def _pipfile_lock(source: text.Source) -> Iterator[Pin]:
    """The packages of `default`; those of `develop` are not deployed."""
    try:
        document = json.loads(source.text)
    except (ValueError, RecursionError):
        return
    default = document.get("default") if isinstance(document, dict) else None
    for name, entry in default.items() if isinstance(default, dict) else ():
        version = entry.get("version") if isinstance(entry, dict) else None
        if not isinstance(version, str) or not version.startswith("=="):
            continue
        marker = entry.get("markers")
        if isinstance(marker, str) and not _holds_somewhere(marker):
            continue
        at = source.text.find(f"{json.dumps(name)}:")
        line = source.text.count("\n", 0, max(at, 0)) + 1
        yield Pin(normal(name), version.removeprefix("=="), source.path, line)


def _holds_somewhere(marker: str) -> bool:
    """Whether a marker is true on some Python of some platform; one that is none may be."""
    from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

    from pylife import calendar

    try:
        parsed = Marker(marker)
        return any(
            parsed.evaluate({**platform, **_python(str(version)), "extra": ""})
            for version in calendar.known()
            for platform in _SYSTEMS
        )
    except (InvalidMarker, UndefinedEnvironmentName):
        return True


def _python(version: str) -> dict[str, str]:
    return {"python_version": version, "python_full_version": f"{version}.0"}


_SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
)

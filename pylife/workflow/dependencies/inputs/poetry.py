"""Poetry's requirements as PEP 508: carets and tildes, markers, several constraints for one name.

Source: Poetry's documentation, "Dependency specification".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.markers import InvalidMarker, Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pylife.declarations import versions
from pylife.fleet.identity import normal
from pylife.syntax.toml import Document, Key
from pylife.workflow.dependencies.inputs.lines import Reader
from pylife.workflow.dependencies.inputs.records import Group, Line, Sort

_FILE = "pyproject.toml"
_ELSEWHERE = ("git", "url", "path", "file")
_SHORT = 2


class Poetry:
    """`[tool.poetry]` of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.table = document.table("tool", "poetry")
        self.optional: dict[str, list[Line]] = {}
        self.prereleases: set[str] = set()
        self.pinned: set[tuple[str, str]] = set()

    def run(self) -> Reader:
        """What is always required; what is optional is kept for the extras."""
        reader = Reader()
        self._read(reader, ("tool", "poetry", "dependencies"), keep=self.optional)
        return reader

    def extras(self) -> Iterator[tuple[str, Reader]]:
        """The extras, each with its requirements; to be asked after `run`."""
        for name, listed in self.document.table("tool", "poetry", "extras").items():
            reader = Reader()
            for item in listed if isinstance(listed, list) else ():
                found = self.optional.get(normal(str(item)))
                if found is None:
                    line = self.document.line("tool", "poetry", "extras", name)
                    reader.missing(_FILE, line, f"the extra {name}: {item} is no dependency")
                else:
                    reader.lines += found
            yield normal(name), reader

    def groups(self) -> Iterator[Group]:
        """The groups for developers."""
        places: dict[str, tuple[Key, ...]] = {
            normal(name): ("tool", "poetry", "group", name, "dependencies")
            for name in self.document.table("tool", "poetry", "group")
        }
        if self.document.table("tool", "poetry", "dev-dependencies"):
            places.setdefault("dev", ("tool", "poetry", "dev-dependencies"))
        for name, path in places.items():
            reader = Reader()
            self._read(reader, path, keep=None)
            yield Group(Sort.GROUP, name, tuple(reader.lines), tuple(reader.unknown))

    def _read(
        self, reader: Reader, path: tuple[Key, ...], keep: dict[str, list[Line]] | None
    ) -> None:
        for name, value in self.document.table(*path).items():
            if name == "python":
                continue
            number = self.document.line(*path, name)
            here = Reader()
            optional = False
            for one in value if isinstance(value, list) else [value]:
                said = one if isinstance(one, dict) else {"version": one}
                optional = optional or said.get("optional") is True
                self._one(here, name, said, number)
            reader.unknown += here.unknown
            if keep is not None:
                keep.setdefault(normal(name), []).extend(here.lines)
            if not optional:
                reader.lines += here.lines

    def _one(self, reader: Reader, name: str, said: Mapping[str, Any], number: int) -> None:
        written = f"{name} = {_shown(said)}"
        extras = [str(item) for item in said.get("extras") or ()]
        head = f"{name}[{','.join(extras)}]" if extras else name
        kind = next((key for key in _ELSEWHERE if key in said), None)
        if said.get("allow-prereleases") is True:
            self.prereleases.add(normal(name))
        if isinstance(said.get("source"), str):
            self.pinned.add((normal(name), said["source"]))
        try:
            if kind is not None:
                text = f"{head} @ {_address(kind, str(said[kind]))}"
            else:
                text = head + specifier(str(said.get("version", "*")))
            text += f" ; {found}" if (found := marker(said)) else ""
        except ValueError as error:
            reader.missing(_FILE, number, f"{written}: {error}")
            return
        reader.add(written, _FILE, number, text=text)


def specifier(text: str) -> str:
    """A constraint on a package as PEP 440 has it; raises ValueError where there is none."""
    alternatives = [versions.poetry(part.strip()) for part in re.split(r"\|\|?", text)]
    if len(alternatives) == 1:
        return str(alternatives[0])
    found = _joined(alternatives)
    if found is None:
        raise ValueError(f"{text!r} is no single range of PEP 440")
    return found


def _joined(alternatives: list[SpecifierSet]) -> str | None:
    """The one range that touching alternatives make: `>=1,<2` and `>=2,<3` are `>=1,<3`."""
    bounds = []
    for one in alternatives:
        clauses = {clause.operator: Version(clause.version) for clause in one}
        if not clauses.keys() <= {">=", "<"} or len(clauses) != len(one):
            return None
        bounds.append((clauses.get(">="), clauses.get("<")))
    bounds.sort(key=lambda pair: (pair[0] is not None, pair[0] or Version("0")))
    low, high = bounds[0]
    for start, end in bounds[1:]:
        if high is None or (start is not None and start > high):
            return None if high is not None else _written(low, high)
        high = None if end is None else max(high, end)
    return _written(low, high)


def _written(low: Version | None, high: Version | None) -> str:
    bounds = [f">={low}"] if low is not None else []
    return ",".join([*bounds, f"<{high}"] if high is not None else bounds)


def marker(said: Mapping[str, Any]) -> str:
    """The marker of a dependency: `markers`, `python` and `platform` joined; may be empty.

    Raises ValueError for what is none.
    """
    parts = []
    if isinstance(said.get("markers"), str):
        try:
            parts.append(str(Marker(said["markers"])))
        except InvalidMarker:
            raise ValueError(f"{said['markers']!r} is no marker") from None
    if isinstance(said.get("python"), str):
        parts.append(_python(said["python"]))
    if isinstance(said.get("platform"), str):
        parts.append(f"sys_platform == {_quoted(said['platform'])}")
    found = [part for part in parts if part]
    return " and ".join(f"({part})" for part in found) if len(found) > 1 else "".join(found)


def _python(text: str) -> str:
    """A range of Pythons as a marker; empty where it is every Python."""
    alternatives = [_all_of(versions.poetry(part.strip())) for part in re.split(r"\|\|?", text)]
    if not all(alternatives):
        return ""
    return (
        " or ".join(f"({part})" for part in alternatives) if alternatives[1:] else alternatives[0]
    )


def _all_of(found: SpecifierSet) -> str:
    clauses = []
    for clause in sorted(found, key=str):
        number = clause.version.removesuffix(".*")
        star = clause.version.endswith(".*")
        if number.count(".") >= _SHORT or clause.operator in {"~=", "==="}:
            clauses.append(f'python_full_version {clause.operator} "{clause.version}"')
        elif star and "." not in number:  # any Python of that major version
            clauses.append(f'python_version {clause.operator} "{clause.version}"')
        else:
            clauses.append(f'python_version {clause.operator} "{number}"')
    return " and ".join(clauses)


def _address(kind: str, text: str) -> str:
    match kind:
        case "git":
            return f"git+{text}" if "://" in text else f"git+ssh://{text}"
        case "url":
            return text
        case _:
            return f"file:{text}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "") + "'"


def _shown(said: Mapping[str, Any]) -> str:
    """How it is written, near enough for people: the constraint alone, or all that is said."""
    if set(said) == {"version"}:
        return f'"{said["version"]}"'
    inside = ", ".join(f"{key} = {_value(value)}" for key, value in said.items())
    return f"{{ {inside} }}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return f'"{value}"'

"""The fleet's own libraries as a resolver sees them: wheels of metadata alone, nothing built.

They stand for what the fleet's sources declare, so that a library of the fleet never comes from
a public index under the same name.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from pylife.workflow.dependencies.inputs.lines import parts, with_marker, without_url
from pylife.workflow.dependencies.inputs.records import Group, Inputs, Line, Sort


class Library(NamedTuple):
    """A library of the fleet: `requires` as PEP 508, with its extras as markers.

    `assumed` says that its version is computed and one was chosen that fits those who require
    it; `unknown` why it may require more.
    """

    name: str
    version: str
    requires_python: str | None
    requires: tuple[str, ...]
    extras: tuple[str, ...] = ()
    assumed: bool = False
    unknown: tuple[str, ...] = ()


class Settled(NamedTuple):
    """What is left of requirements once the fleet's own are told apart: lines, and reasons."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...]


class Known(NamedTuple):
    """The names of the fleet's libraries, and their names by their real folders."""

    names: frozenset[str] = frozenset()
    folders: Mapping[str, str] = {}


def settled(group: Group, folder: Path, known: Known) -> Settled:
    """The lines of `group` as names and ranges alone.

    What comes from an address or a folder is the fleet's own library of that name, or not known.
    """
    lines: list[Line] = []
    unknown = list(group.unknown)
    for line in group.lines:
        found = parts(line.text)
        if found is None or found.url is None:
            lines.append(line)
        elif found.name in known.names:
            lines.append(line._replace(text=without_url(found)))
        elif (name := _at(folder, found.url, known)) is not None:
            lines.append(line._replace(text=without_url(found._replace(name=name))))
        else:
            where = _shown(found.url)
            unknown.append(f"{line.file}:{line.line}: {found.name} comes from {where}")
    for item in group.local:
        name = _at(folder, f"file:{item.path}", known)
        if name is None:
            unknown.append(f"{item.file}:{item.line}: {item.path} is no project of the fleet")
        else:
            extras = f"[{','.join(item.extras)}]" if item.extras else ""
            lines.append(Line(f"{name}{extras}", item.path, item.file, item.line))
    return Settled(tuple(lines), tuple(unknown))


def _at(folder: Path, url: str, known: Known) -> str | None:
    """The library in the folder that a `file:` address names."""
    if not url.startswith("file:"):
        return None
    path = url.removeprefix("file:").removeprefix("//").partition("#")[0]
    return known.folders.get(os.path.realpath(folder / path))


def _shown(url: str) -> str:
    """An address without what may be a password in it."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else url


def library(
    inputs: Inputs, folder: Path, known: Known, *, version: str, planned: str | None = None
) -> Library:
    """The library of `inputs`, which has a name; `planned` goes before its present range."""
    run = inputs.run or Group(Sort.RUN, "", ())
    plain = settled(run, folder, known)
    texts = [line.text for line in plain.lines]
    unknown = list(plain.unknown)
    extras = []
    for group in inputs.groups:
        if group.sort is Sort.EXTRA and group.name != "*":
            extras.append(group.name)
            found = settled(group, folder, known)
            texts += [
                with_marker(line.text, f'extra == "{group.name}"')
                for line in found.lines
                if line.text not in texts
            ]
    return Library(
        name=inputs.name or "",
        version=version,
        requires_python=planned if planned is not None else inputs.requires_python,
        requires=tuple(dict.fromkeys(texts)),
        extras=tuple(extras),
        assumed=inputs.version is None,
        unknown=tuple(unknown),
    )


def fitting(wanted: Iterable[str]) -> str | None:
    """A version inside all of the specifiers `wanted`; None where there is none to be named."""
    sets = []
    for text in wanted:
        with contextlib.suppress(InvalidSpecifier):
            sets.append(SpecifierSet(text))
    candidates = {Version("0")}
    for clause in (clause for one in sets for clause in one):
        with contextlib.suppress(InvalidVersion):
            bound = Version(clause.version.removesuffix(".*"))
            candidates |= {
                bound,
                Version(f"{bound.public}.1") if not bound.is_prerelease else bound,
            }
    fits = [one for one in candidates if all(each.contains(one, prereleases=True) for each in sets)]
    return str(max(fits)) if fits else None


def reachable(texts: Iterable[str], libraries: Mapping[str, Library]) -> tuple[Library, ...]:
    """The libraries that requirements lead to, directly or through each other, by name."""
    found: dict[str, Library] = {}
    pending = list(texts)
    while pending:
        one = parts(pending.pop())
        if one is not None and one.name in libraries and one.name not in found:
            found[one.name] = libraries[one.name]
            pending += libraries[one.name].requires
    return tuple(found[name] for name in sorted(found))


def digest(libraries: Iterable[Library]) -> str:
    """A digest of all that is said of them."""
    return hashlib.sha256(repr(sorted(libraries)).encode()).hexdigest()[:24]


def write(libraries: Sequence[Library], folder: Path) -> Path:
    """Write the wheels to a folder below `folder` named by their digest, and return that.

    Another process may write the same at the same time: what is there is complete.
    """
    import shutil
    import tempfile

    target = folder / digest(libraries)
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder, prefix=".making-"))
    for one in libraries:
        (made / _wheel_name(one)).write_bytes(_wheel(one))
    try:
        made.rename(target)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not target.is_dir():
            raise
    return target


def _wheel_name(one: Library) -> str:
    return f"{_stem(one)}-py3-none-any.whl"


def _stem(one: Library) -> str:
    version = str(Version(one.version)).replace("-", "_")
    return f"{one.name.replace('-', '_')}-{version}"


def _wheel(one: Library) -> bytes:
    """The bytes of the wheel: the same for the same library."""
    import io
    import zipfile

    info = f"{_stem(one)}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {one.name}", f"Version: {Version(one.version)}"]
    if one.requires_python:
        metadata.append(f"Requires-Python: {one.requires_python}")
    metadata += [f"Provides-Extra: {extra}" for extra in one.extras]
    metadata += [f"Requires-Dist: {text}" for text in one.requires]
    wheel = "Wheel-Version: 1.0\nGenerator: pylife\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {"METADATA": "\n".join(metadata) + "\n", "WHEEL": wheel}
    record = "".join(f"{info}/{name},,\n" for name in (*files, "RECORD"))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in {**files, "RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(f"{info}/{name}"), text)
    return data.getvalue()

"""What uv is asked: the files of one resolution in a private folder, and the command."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pylife.dependencies.records import Bound, Demand, Index, Indexes, Target
from pylife.dependencies.resolve import links, patches

_REQUIREMENTS = "requirements.in"
_PROJECT = "pyproject.toml"
_ASKED = "pylife-asked"
_OVERRIDES = "overrides.txt"
_CONSTRAINTS = "constraints.txt"
_EXCLUDES = "excludes.txt"
_CONFIG = "uv.toml"
_INDEX_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PRERELEASE = re.compile(r"\d(?:a|b|rc)\d|\.dev\d")
_DAY = 86_400

PROJECT = frozenset({f"-r {_REQUIREMENTS}", f"{_ASKED} ({_PROJECT})"})
"""What uv's annotations call the project itself."""

Credentials = Mapping[str, tuple[str, str]]
"""User and password by the address of an index."""


class Added(NamedTuple):
    """What pylife adds to a question so that uv answers as pip would.

    `excluded` are specifiers by name (`!=2.0,!=2.1`); `prereleases` are names of which
    prereleases may be taken, `finals` those of which none may; `pinned` are releases that are
    withdrawn and pinned all the same; `undated` names whose index does not say when files were
    uploaded.
    """

    excluded: Mapping[str, str] = {}
    prereleases: frozenset[str] = frozenset()
    finals: frozenset[str] = frozenset()
    pinned: frozenset[tuple[str, str]] = frozenset()
    undated: frozenset[str] = frozenset()


class Question(NamedTuple):
    """What uv is asked; of the names in `anew`, what its cache has is not taken."""

    demand: Demand
    target: Target
    build: bool = False
    bound: Bound = "highest"
    added: Added = Added()
    anew: tuple[str, ...] = ()


class BadLineError(Exception):
    """A requirement that cannot be handed to uv; the message names it."""


def write(folder: Path, asked: Question, *, max_age: int, names: list[str]) -> None:
    """Write the files of the question into `folder`.

    `max_age` is for how many seconds uv may take an index's pages from its cache; `names` are
    those of the indexes, in their order. Raises BadLineError for what is no requirement.
    """
    demand, added = asked.demand, asked.added
    # With an age for pages, uv takes them from its cache also where told to refresh them.
    age = None if asked.anew else max_age
    for lines in (demand.requirements, demand.constraints, demand.overrides):
        for line in lines:
            _name(line)
    own = [f"{name}=={found.version}" for name, found in links.read(demand.links).items()]
    more = [f"{name}{specifier}" for name, specifier in sorted(added.excluded.items())]
    more += [f"{name}=={version}" for name, version in sorted(added.pinned)]
    if pinned := _pinned(demand):
        _write_project(folder, demand, pinned, age, names)
    else:
        _lines(folder / _REQUIREMENTS, demand.requirements)
    _lines(folder / _CONSTRAINTS, [*demand.constraints, *own, *more])
    _lines(folder / _OVERRIDES, demand.overrides)
    _lines(folder / _EXCLUDES, demand.excludes)
    config = _config(demand.indexes, demand.links, age, names)
    (folder / _CONFIG).write_text("\n".join(config) + "\n", encoding="utf-8")


def command(uv: str, asked: Question, platform: str) -> list[str]:
    """The command, to be run in the folder; `platform` is uv's name of the target's."""
    demand, added = asked.demand, asked.added
    line = [uv, "pip", "compile", _PROJECT if _pinned(demand) else _REQUIREMENTS]
    line += ["--config-file", _CONFIG, "--no-header", "--no-progress"]
    line += ["--annotation-style", "split", "--emit-index-annotation"]
    line += ["--python-version", patches.full(asked.target.python), "--python-platform", platform]
    line += ["--constraints", _CONSTRAINTS, "--resolution", asked.bound]
    line += [] if asked.build else ["--no-build"]
    if demand.overrides:
        line += ["--overrides", _OVERRIDES]
    if demand.excludes:
        line += ["--excludes", _EXCLUDES]
    if demand.any_prerelease:
        line += ["--prerelease", "allow"]
    for name, strategy in sorted(_strategies(demand, added).items()):
        line += ["--prerelease-package", f"{name}={strategy}"]
    if demand.before is not None:
        # The end of the day, wherever this runs.
        line += ["--exclude-newer", f"{demand.before.isoformat()}T23:59:59.999999Z"]
        for name in sorted(added.undated):
            line += ["--exclude-newer-package", f"{name}=false"]
    for name in asked.anew:
        line += ["--refresh-package", name]
    return line


def index_names(indexes: Indexes, credentials: Credentials) -> list[str]:
    """A name for each index: its own, or one by which uv can be given its credentials."""
    taken = {index.name for index in indexes.indexes}
    names: list[str] = []
    for number, index in enumerate(indexes.indexes, 1):
        own = index.name if index.name and _INDEX_NAME.fullmatch(index.name) else ""
        made = f"pylife-{number}" if index.url in credentials else ""
        name = own or ("" if made in taken else made)
        names.append("" if name in names else name)
    return names


def secrets(indexes: Indexes, credentials: Credentials, names: list[str]) -> dict[str, str]:
    """The variables by which uv is told users and passwords, never the command line."""
    found: dict[str, str] = {}
    for index, name in zip(indexes.indexes, names, strict=True):
        if name and index.url in credentials:
            variable = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
            user, password = credentials[index.url]
            found |= {f"{variable}_USERNAME": user, f"{variable}_PASSWORD": password}
    return found


def _strategies(demand: Demand, added: Added) -> dict[str, str]:
    """How uv is to deal with prereleases of single packages; its words."""
    found: dict[str, str] = {}
    if not demand.any_prerelease:
        # To name a prerelease in a line of ours must not allow all of them.
        lines = added.excluded.items()
        found = {name: "if-necessary" for name, line in lines if _PRERELEASE.search(line)}
        found |= dict.fromkeys(added.finals, "disallow")
    return found | dict.fromkeys((*demand.prereleases, *added.prereleases), "allow")


@lru_cache(maxsize=10_000)
def _name(line: str) -> str:
    """The name that a requirement asks for; raises BadLineError for what is none."""
    if len(line.splitlines()) != 1:
        raise BadLineError(f"{line!r} is no requirement: it must be one line")
    try:
        return canonicalize_name(Requirement(line).name)
    except InvalidRequirement as error:
        told = " ".join(str(error).split())
        raise BadLineError(f"{line!r} is no requirement: {told}") from None


def _lines(path: Path, lines: "tuple[str, ...] | list[str]") -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _pinned(demand: Demand) -> dict[str, str]:
    """Which of the project's own requirements comes from one index alone, and that one's name."""
    named = {index.name for index in demand.indexes.indexes}
    own = {_name(line) for line in demand.requirements}
    return {name: index for name, index in demand.indexes.pinned if index in named and name in own}


def _write_project(
    folder: Path, demand: Demand, pinned: dict[str, str], age: int | None, names: list[str]
) -> None:
    """The requirements as a project: only such a one can say which index a name comes from."""
    lines = ["[project]", f'name = "{_ASKED}"', 'version = "0"']
    lines += [f"dependencies = {json.dumps(list(demand.requirements))}", "[tool.uv.sources]"]
    lines += [
        f"{json.dumps(name)} = {{ index = {json.dumps(index)} }}" for name, index in pinned.items()
    ]
    for index, name in zip(demand.indexes.indexes, names, strict=True):
        if name in pinned.values():
            lines += ["[[tool.uv.index]]", *_index(index, name, age)]
    (folder / _PROJECT).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _config(indexes: Indexes, own: Path | None, age: int | None, names: list[str]) -> list[str]:
    """The lines of a uv.toml: the fleet's own folder first, the default index last."""
    lines = [f'index-strategy = "{indexes.strategy}"']
    if indexes.find_links:
        lines.append(f"find-links = {json.dumps(list(indexes.find_links))}")
    if not any(not index.explicit for index in indexes.indexes):
        lines.append("no-index = true")
    if own is not None:
        lines += ["[[index]]", 'format = "flat"', f"url = {json.dumps(own.resolve().as_uri())}"]
    default = _default(indexes.indexes)
    for number, (index, name) in enumerate(zip(indexes.indexes, names, strict=True)):
        lines += ["[[index]]", *_index(index, name, age)]
        lines += ["default = true"] if number == default else []
    return lines


def _index(index: Index, name: str, age: int | None) -> list[str]:
    lines = [f"url = {json.dumps(index.url)}"]
    lines += [f"name = {json.dumps(name)}"] if name else []
    lines += ["explicit = true"] if index.explicit else []
    lines += ['format = "flat"'] if index.flat else []
    lines += [f"ignore-error-codes = {list(index.ignored)}"] if index.ignored else []
    if index.url.startswith(("http://", "https://")):
        # A file of a release never changes; without this, uv asks for each one again.
        files = f'files = "max-age={365 * _DAY}, immutable"'
        pages = "" if age is None else f'api = "max-age={age}", '
        lines.append(f"cache-control = {{ {pages}{files} }}")
    return lines


def _default(indexes: tuple[Index, ...]) -> int | None:
    """Which one is asked last; without any, uv would ask an index that nobody configured."""
    asked = [number for number, index in enumerate(indexes) if not index.explicit]
    chosen = [number for number in asked if indexes[number].default]
    return next(iter(chosen or asked[-1:]), None)

"""Which environment variables and files hold credentials (data: `pylife/data/secrets.toml`).

What is no credential by its name is none here: a preset that names other
variables for its cells says that these may be seen.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus

from pylife import resources
from pylife.syntax import text, toml

_FILE = "secrets.toml"
_USERINFO = re.compile(r"://([^/\s@:]*)(?::([^/\s@]*))?@")
_PARAMETER = re.compile(r"[?&;](?:ssl)?password=([^&\s]+)")
_LONG = 16
"""Characters of a line of a private key that are telling by themselves."""


class Kind(StrEnum):
    """What a credential opens."""

    FORGE = "forge"
    INDEX = "index"
    STORE = "store"
    OTHER = "other"


class _Variable(NamedTuple):
    pattern: re.Pattern[str]
    kind: Kind
    url: bool


class File(NamedTuple):
    """A file that holds a credential where `pattern` is found in it.

    `path` is from the home folder, or from that of configurations (`in_config`).
    """

    path: str
    in_config: bool
    kind: Kind
    pattern: re.Pattern[str]


def kind_of(name: str, value: str) -> Kind | None:
    """What the environment variable `name` opens; None where it is no credential.

    An empty value is none.
    """
    variable = _variable(name) if value else None
    if variable is None or (variable.url and not has_credentials(value)):
        return None
    return variable.kind


def held(environment: Mapping[str, str]) -> dict[str, Kind]:
    """The variables of `environment` that are credentials, by name, sorted."""
    found = {name: kind_of(name, environment[name]) for name in sorted(environment)}
    return {name: kind for name, kind in found.items() if kind is not None}


def named(name: str) -> Kind:
    """What a variable of that name opens where it holds a credential."""
    variable = _variable(name)
    return Kind.OTHER if variable is None else variable.kind


def is_forge(name: str) -> bool:
    """Whether a variable of that name is a forge's token."""
    return kind_of(name, "x") is Kind.FORGE


def always(name: str) -> bool:
    """Whether a variable of that name is a credential whatever its value."""
    return kind_of(name, "x") is not None


def has_credentials(value: str) -> bool:
    """Whether an address in `value` has a user or a password, or asks with a password."""
    return bool(_USERINFO.search(value) or _PARAMETER.search(value))


def values(environment: Mapping[str, str]) -> frozenset[str]:
    """What must not be shown: the passwords in `environment`, alone and in addresses.

    The name of a file (PGPASSFILE) is shown, as are the names of users.
    """
    found: set[str] = set()
    for name, value in environment.items():
        found.update(_in_address(value))
        if kind_of(name, value) is None or name == "PGPASSFILE":
            continue
        if not _is_address(name):
            found.add(value)
            lines = value.split("\\n") if "\\n" in value else value.splitlines()
            if len(lines) > 1:
                found.update(line for line in lines if len(line) >= _LONG and "-----" not in line)
    return frozenset(value for value in found if value)


def _is_address(name: str) -> bool:
    variable = _variable(name)
    return variable is not None and variable.url


def _in_address(value: str) -> Iterator[str]:
    for user, password in _USERINFO.findall(value):
        # A token stands for user and password, with nothing or a mere word beside it.
        secret = password or user
        yield from (secret, unquote(secret))
    for secret in _PARAMETER.findall(value):
        yield from (secret, unquote_plus(secret))


@lru_cache(maxsize=1)
def files() -> tuple[File, ...]:
    """The files in a home folder that may hold credentials."""
    return tuple(_files(_document()["file"]))


@lru_cache(maxsize=1)
def of_repository() -> tuple[File, ...]:
    """The same of a git repository, from its `.git`."""
    return tuple(_files(_document()["repository"]))


def in_block(block: bytes) -> set[str]:
    """The variables that are credentials in an environment as /proc has it, by name."""
    found = set()
    for entry in block.decode("utf-8", "replace").split("\0"):
        name, _, value = entry.partition("=")
        if kind_of(name, value) is not None:
            found.add(name)
    return found


def _files(rows: Iterable[dict[str, Any]]) -> Iterator[File]:
    for row in rows:
        yield File(
            row["path"], row.get("base") == "config", Kind(row["kind"]), re.compile(row["pattern"])
        )


@lru_cache(maxsize=4096)
def _variable(name: str) -> _Variable | None:
    """What is known of a variable; the same few names come again and again."""
    return next((one for one in _variables() if one.pattern.fullmatch(name)), None)


@lru_cache(maxsize=1)
def _variables() -> tuple[_Variable, ...]:
    return tuple(
        _Variable(
            re.compile("[A-Za-z0-9_]*".join(map(re.escape, name.split("*")))),
            Kind(row["kind"]),
            row.get("url", False),
        )
        for row in _document()["variable"]
        for name in row["names"]
    )


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    return toml.parse(text.Source(_FILE, resources.data(_FILE).read_bytes())).value

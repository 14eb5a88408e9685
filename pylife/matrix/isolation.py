"""What a matrix preset says of isolation: what cells are granted, and what they run in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pylife.errors import ConfigError
from pylife.matrix import secrets
from pylife.syntax import toml

_ENGINE = "docker"
_TABLE = "isolation"


class Wrapper(StrEnum):
    """What a cell's program is started in."""

    NONE = "none"
    BUBBLEWRAP = "bubblewrap"
    CONTAINER = "container"
    COMMAND = "command"
    """A command of the preset's own."""


class Cache(StrEnum):
    """Who shares what uv keeps of downloads and builds."""

    PROJECT = "project"
    """Each project has one of its own, which is there again the next night."""
    SHARED = "shared"
    """All cells: less is downloaded, and each could change what the others install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What cells are kept from.

    `grant` names environment variables with credentials that they get all the
    same, which are taken out of everything that is kept. `network` is whether
    they have one (only a wrapper can take it). `command` is the preset's own
    wrapper, before the program, with {folder}, {cache} and {cwd}. `image` is that
    of containers, which `engine` runs. `read` are further folders that a wrapper
    lets be read.
    """

    wrapper: Wrapper = Wrapper.NONE
    cache: Cache = Cache.PROJECT
    grant: tuple[str, ...] = ()
    network: bool = True
    command: tuple[str, ...] = ()
    image: str = ""
    engine: str = _ENGINE
    read: tuple[str, ...] = ()

    @property
    def outcome(self) -> dict[str, Any]:
        """What of it can change a cell's outcome, as plain data; empty for the usual."""
        if self == Isolation(cache=self.cache):
            return {}
        return {
            "wrapper": self.wrapper.value,
            "grant": sorted(self.grant),
            "network": self.network,
            "command": list(self.command),
            "image": self.image,
        }


def read(document: toml.Document, shown: str, environment: tuple[str, ...]) -> Isolation:
    """The table `[isolation]` of a preset that follows the schema.

    Raises ConfigError for what contradicts itself, and where `environment`, the
    variables that cells see as they are, names a credential.
    """
    table: dict[str, Any] = dict(document.table(_TABLE))
    for key in ("grant", "command", "read"):
        if key in table:
            table[key] = tuple(dict.fromkeys(table[key]) if key != "command" else table[key])
    if "wrapper" in table:
        table["wrapper"] = Wrapper(table["wrapper"])
    if "cache" in table:
        table["cache"] = Cache(table["cache"])
    found = Isolation(**table)
    for name in environment:
        _environment(name, document, shown)
    for name in found.grant:
        if secrets.is_forge(name):
            raise ConfigError(
                f"{name} is a forge's token, which no cell is ever given",
                path=shown, line=document.line(_TABLE, "grant"), help="remove it",
            )  # fmt: skip
    if wrong := _contradiction(found, table):
        key, message = wrong
        raise ConfigError(message, path=shown, line=document.line(_TABLE, key))
    return found


def _environment(name: str, document: toml.Document, shown: str) -> None:
    if not secrets.always(name):
        return
    help_text = "remove it" if secrets.is_forge(name) else f'say grant = ["{name}"] in [isolation]'
    raise ConfigError(
        f"{name} holds a credential, which cells do not see as it is",
        path=shown, line=document.line("matrix", "environment"), help=help_text,
    )  # fmt: skip


def _contradiction(found: Isolation, table: dict[str, Any]) -> tuple[str, str] | None:
    """The key at fault, and what is wrong with it."""
    match found.wrapper:
        case Wrapper.NONE if not found.network:
            return "network", 'network = false needs a wrapper, such as wrapper = "bubblewrap"'
        case Wrapper.COMMAND if not found.command:
            return "wrapper", 'wrapper = "command" needs command = ["…"]'
        case Wrapper.COMMAND if not found.network:
            return "network", "whether there is a network, the command itself has to say"
        case Wrapper.CONTAINER if not found.image:
            return "wrapper", 'wrapper = "container" needs image = "…"'
    for key, wrapper in (
        ("command", Wrapper.COMMAND), ("image", Wrapper.CONTAINER), ("engine", Wrapper.CONTAINER),
    ):  # fmt: skip
        if key in table and found.wrapper is not wrapper:
            return key, f'{key} is only for wrapper = "{wrapper}"'
    return None

"""The indexes that pip is configured with: environment, then site, user and system files.

By pip's page on configuration (26.3): a value of a stronger place stands for those of all
weaker ones, `[install]` goes before `[global]`, values are separated by white space, and
`PIP_CONFIG_FILE` is the strongest file (or, as the null device, the only one).
"""

import configparser
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pylife.dependencies.index.address import absolute
from pylife.dependencies.index.said import Said, Where, truthy
from pylife.dependencies.records import Index, Strategy
from pylife.errors import ConfigError

_KEYS = frozenset(
    {
        "index-url",
        "extra-index-url",
        "find-links",
        "no-index",
        "cert",
        "proxy",
        "keyring-provider",
    }
)
_SECTIONS = ("global", "install")


def read(where: Where) -> Said:
    """What pip is told; raises ConfigError where a file of its configuration cannot be read."""
    values: dict[str, tuple[str, str]] = {}
    for path in _files(where):
        for key, value in _options(path).items():
            values[key] = value, where.shown(path)
    for key in _KEYS:
        given = where.variables.get("PIP_" + key.upper().replace("-", "_"))
        if given is not None:
            values[key] = given, "the environment"

    def several(key: str) -> list[str]:
        return [absolute(one, where.current) for one in values.get(key, ("", ""))[0].split()]

    def one(key: str) -> str | None:
        return values.get(key, ("", ""))[0].strip() or None

    default = one("index-url")
    indexes = [Index(url) for url in dict.fromkeys(several("extra-index-url"))]
    if default:
        indexes.append(Index(absolute(default, where.current), default=True))
    telling = ("index-url", "extra-index-url", "find-links", "no-index")
    places = dict.fromkeys(values[key][1] for key in telling if key in values and one(key))
    return Said(
        tuple(indexes),
        tuple(dict.fromkeys(several("find-links"))),
        # pip takes the best of all that it finds anywhere.
        Strategy.UNSAFE_BEST_MATCH,
        no_index=truthy(one("no-index") or ""),
        by=(f"pip's configuration ({', '.join(places)})",),
        ca=one("cert"),
        proxy=one("proxy"),
        keyring=one("keyring-provider") in {"import", "subprocess"},
    )


def _files(where: Where) -> Iterator[Path]:
    """The files that are there, the weakest first."""
    own = where.variables.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return
    folders = [one for one in where.variables.get("XDG_CONFIG_DIRS", "").split(":") if one]
    system = [Path(one) / "pip" for one in folders] or [where.system / "xdg" / "pip"]
    user = Path(where.variables.get("XDG_CONFIG_HOME") or where.home / ".config")
    if sys.platform == "darwin":
        system.insert(0, Path("/Library/Application Support/pip"))
        library = where.home / "Library" / "Application Support"
        user = library if (library / "pip").is_dir() else user
    listed = [one / "pip.conf" for one in (*system, where.system, where.home / ".pip")]
    listed += [user / "pip" / "pip.conf", Path(sys.prefix) / "pip.conf"]
    if own:
        listed.append(where.current / Path(own).expanduser())
    yield from (path for path in listed if path.is_file())


def _options(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"), path.name)
    except (configparser.Error, OSError, UnicodeDecodeError) as error:
        reason = str(error).partition("\n")[0]
        raise ConfigError(f"pip's configuration cannot be read: {reason}", path=str(path)) from None
    found: dict[str, str] = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            for key, value in parser.items(section):
                found[key.removeprefix("--").replace("_", "-").lower()] = value
    return {key: value for key, value in found.items() if key in _KEYS}

"""The indexes that uv is configured with: environment, project, user and system, in this order.

By uv's reference of settings and environment variables (0.13.8): lists of several places are
joined, of single values the first place that has one wins, `[pip]` goes before the rest of its
file, and `UV_CONFIG_FILE` stands for all files.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pylife.dependencies.index.address import absolute
from pylife.dependencies.index.said import Said, Where, strategy, texts, truthy
from pylife.dependencies.records import Index
from pylife.errors import ConfigError, UnreadableError
from pylife.syntax import toml
from pylife.syntax.text import Source


def read(where: Where) -> Said:
    """What uv is told; raises ConfigError where a file of its configuration cannot be read."""
    layers = [_environment(where)]
    layers += [_file(path, table, where) for path, table in _files(where)]
    return Said(
        indexes=_indexes(layers),
        find_links=tuple(dict.fromkeys(link for one in layers for link in one.find_links)),
        strategy=next((one.strategy for one in layers if one.strategy is not None), None),
        no_index=any(one.no_index for one in layers),
        by=tuple(place for one in layers if one.anything for place in one.by),
        keyring=any(one.keyring for one in layers),
        system=any(one.system for one in layers),
    )


def _indexes(layers: list[Said]) -> tuple[Index, ...]:
    """The indexes of all layers: the first of a name, and the first default one, last."""
    found: dict[str, Index] = {}
    default: Index | None = None
    for index in (index for one in layers for index in one.indexes):
        if index.default:
            default = default or index
        else:
            found.setdefault(index.name or index.url, index)
    return (*found.values(), *([default] if default is not None else []))


def _environment(where: Where) -> Said:
    given = where.variables

    def several(name: str, separator: str | None = None) -> list[str]:
        parts = given.get(name, "").split(separator)
        return [part.strip() for part in parts if part.strip()]

    listed = [_named(text, where.current) for text in several("UV_INDEX")]
    listed += [_named(text, where.current) for text in several("UV_EXTRA_INDEX_URL")]
    default = given.get("UV_DEFAULT_INDEX") or given.get("UV_INDEX_URL")
    if default:
        listed.append(_named(default.strip(), where.current)._replace(default=True))
    return Said(
        tuple(listed),
        tuple(absolute(link, where.current) for link in several("UV_FIND_LINKS", ",")),
        strategy(given.get("UV_INDEX_STRATEGY")),
        no_index=truthy(given.get("UV_NO_INDEX", "")),
        by=("the environment",),
        keyring=given.get("UV_KEYRING_PROVIDER") == "subprocess",
        system=truthy(given.get("UV_SYSTEM_CERTS", given.get("UV_NATIVE_TLS", ""))),
    )


def _named(text: str, folder: Path) -> Index:
    """An index as `name=url` or as an address alone."""
    name, equals, url = text.partition("=")
    if equals and name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        return Index(absolute(url, folder), name)
    return Index(absolute(text, folder))


def _files(where: Where) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The files of configuration and their tables, the nearest first."""
    given = where.variables
    if given.get("UV_CONFIG_FILE"):
        path = where.current / given["UV_CONFIG_FILE"]
        if not path.is_file():
            raise ConfigError("there is no such file (UV_CONFIG_FILE)", path=str(path))
        yield path, _table(path)
        return
    if truthy(given.get("UV_NO_CONFIG", "")):
        return
    if where.folder is not None:
        yield from _project(where.folder)
    user = given.get("XDG_CONFIG_HOME") or where.home / ".config"
    folders = [Path(one) for one in given.get("XDG_CONFIG_DIRS", "").split(":") if one]
    for path in [Path(user) / "uv" / "uv.toml", *_first([*folders, where.system])]:
        if path.is_file():
            yield path, _table(path)


def _first(folders: list[Path]) -> list[Path]:
    """The one file of the system that counts."""
    there = [path for one in folders if (path := one / "uv" / "uv.toml").is_file()]
    return there[:1]


def _project(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The nearest `uv.toml`, or pyproject.toml with a `[tool.uv]`, from `folder` upwards."""
    for one in (folder, *folder.parents):
        path = one / "uv.toml"
        if path.is_file():
            yield path, _table(path)
            return
        path = one / "pyproject.toml"
        if path.is_file():
            try:
                table = _table(path).get("tool", {}).get("uv")
            except (ConfigError, AttributeError):
                # The project's own file is judged by others, and says so there.
                table = None
            if isinstance(table, dict):
                yield path, table
                return


def _table(path: Path) -> dict[str, Any]:
    try:
        return toml.parse(Source(str(path), path.read_bytes())).value
    except (UnreadableError, OSError) as error:
        raise ConfigError(f"uv's configuration cannot be read: {error}", path=str(path)) from None


def _file(path: Path, table: Mapping[str, Any], where: Where) -> Said:
    pip = table.get("pip")
    told = {**table, **(pip if isinstance(pip, dict) else {})}
    listed = [
        index
        for row in told.get("index") or []
        if isinstance(row, dict) and (index := _row(row, path.parent)) is not None
    ]
    listed += [Index(absolute(url, path.parent)) for url in texts(told.get("extra-index-url"))]
    for url in texts(told.get("index-url"))[:1]:
        listed.append(Index(absolute(url, path.parent), default=True))
    return Said(
        tuple(listed),
        tuple(absolute(link, path.parent) for link in texts(told.get("find-links"))),
        strategy(told.get("index-strategy")),
        no_index=told.get("no-index") is True,
        by=(where.shown(path),),
        keyring=told.get("keyring-provider") == "subprocess",
        system=truthy(told.get("system-certs", told.get("native-tls", ""))),
    )


def _row(row: Mapping[str, Any], folder: Path) -> Index | None:
    url, name = row.get("url"), row.get("name")
    if not isinstance(url, str) or not url:
        return None
    codes: Any = row.get("ignore-error-codes")
    codes = codes if isinstance(codes, list) else []
    return Index(
        absolute(url, folder),
        name if isinstance(name, str) else None,
        default=row.get("default") is True,
        explicit=row.get("explicit") is True,
        flat=row.get("format") == "flat",
        ignored=tuple(code for code in codes if isinstance(code, int)),
    )

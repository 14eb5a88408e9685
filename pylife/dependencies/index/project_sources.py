"""The sources that a project of Poetry or PDM names in its pyproject.toml.

Poetry (repositories, 2.x): a primary source (which is the default sort) takes the place of the
index that is asked otherwise; supplemental ones are asked beside it, explicit ones for what
names them. PDM (configure the project): sources are asked beside it, one called `pypi` stands
for it, and `${VARIABLE}`s in addresses are of the environment.
"""

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pylife.dependencies.index.address import absolute
from pylife.dependencies.index.said import Said, Where
from pylife.dependencies.records import Index, Strategy
from pylife.errors import UnreadableError
from pylife.syntax import toml
from pylife.syntax.text import Source

_USUAL = "pypi"
"""What both call the index that is asked where no source is named."""


def read(where: Where, default: Index) -> Said:
    """What the project's file says; `default` is the index that is asked otherwise."""
    path = (where.folder or Path()) / "pyproject.toml"
    if where.folder is None or not path.is_file():
        return Said()
    try:
        document = toml.parse(Source(path.name, path.read_bytes()))
    except (UnreadableError, OSError):
        return Said()
    poetry = _rows(document.get("tool", "poetry", "source"))
    if poetry:
        return _poetry(poetry, where, default)
    pdm = _rows(document.get("tool", "pdm", "source"))
    ordered = document.get("tool", "pdm", "resolution", "respect-source-order") is True
    return _pdm(pdm, where, default, ordered=ordered) if pdm else Said()


def _rows(value: Any) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str)]


def _url(row: Mapping[str, Any], where: Where) -> str | None:
    url = row.get("url")
    return absolute(url, where.folder or Path()) if isinstance(url, str) and url else None


def _poetry(rows: list[dict[str, Any]], where: Where, default: Index) -> Said:
    sorts: dict[str, list[Index]] = {"primary": [], "supplemental": [], "explicit": []}
    users = []
    for row in rows:
        name, sort = row["name"], str(row.get("priority", "primary")).lower()
        sort = {"default": "primary", "secondary": "supplemental"}.get(sort, sort)
        url = _url(row, where)
        if url is None and name.lower() == _USUAL:
            index = default._replace(default=False)
        elif url is None or sort not in sorts:
            continue
        else:
            index = Index(url, name, explicit=sort == "explicit")
        sorts[sort].append(index)
        variable = "POETRY_HTTP_BASIC_" + "".join(c if c.isalnum() else "_" for c in name).upper()
        user = where.variables.get(f"{variable}_USERNAME")
        if user:
            users.append((name, user, where.variables.get(f"{variable}_PASSWORD", "")))
    primary = sorts["primary"] or [default]
    indexes = [*primary[:-1], *sorts["supplemental"], *sorts["explicit"]]
    return Said(
        (*indexes, primary[-1]._replace(default=True)),
        strategy=Strategy.UNSAFE_BEST_MATCH,
        by=("pyproject.toml [tool.poetry]",),
        users=tuple(users),
    )


def _pdm(rows: list[dict[str, Any]], where: Where, default: Index, *, ordered: bool) -> Said:
    listed: list[Index] = []
    links: list[str] = []
    users = []
    for row in rows:
        url = _url(row, where)
        if url is None:
            continue
        url = string.Template(url).safe_substitute(where.variables)
        if row.get("type") == "find_links":
            links.append(url)
        elif row["name"].lower() == _USUAL:
            default = Index(url, row["name"], default=True)
        else:
            listed.append(Index(url, row["name"]))
        if isinstance(row.get("username"), str):
            password = str(row.get("password", ""))
            password = string.Template(password).safe_substitute(where.variables)
            users.append((row["name"], row["username"], password))
    return Said(
        (*listed, default._replace(default=True)),
        tuple(links),
        Strategy.FIRST_INDEX if ordered else Strategy.UNSAFE_BEST_MATCH,
        by=("pyproject.toml [tool.pdm]",),
        users=tuple(users),
    )

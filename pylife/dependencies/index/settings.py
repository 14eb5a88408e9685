"""Which indexes there are for a project, and how they are reached.

uv's configuration counts; where it names no index, the sources that a project of Poetry or PDM
names; where there are none, pip's configuration; and else the index that is everybody's.
Credentials never get into `Indexes`: they are in `Access`, which shows nothing.
"""

import ast
import importlib
import importlib.util
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pylife.dependencies.index import address, pip_settings, project_sources, uv_settings
from pylife.dependencies.index.access import Access
from pylife.dependencies.index.address import Credentials
from pylife.dependencies.index.said import Said, Where
from pylife.dependencies.records import Index, Indexes, Strategy
from pylife.errors import ToolError

_SYSTEM = Path("/etc")


class Configured(NamedTuple):
    """The indexes of a project, and what it takes to ask them."""

    indexes: Indexes
    access: Access


def indexes(
    environment: Mapping[str, str], folder: Path | None = None, *, system: Path = _SYSTEM
) -> Indexes:
    """The indexes of the project in `folder`, without credentials: see `configured`."""
    return configured(environment, folder, system=system).indexes


def configured(
    environment: Mapping[str, str], folder: Path | None = None, *, system: Path = _SYSTEM
) -> Configured:
    """The indexes of the project in `folder` (None: of none) under `environment`.

    `system` is where the system's configuration is. Raises ConfigError where a file of uv's or
    pip's configuration cannot be read, ToolError where nothing says which index is everybody's.
    """
    home = Path(environment.get("HOME") or Path.home())
    where = Where(environment, folder.absolute() if folder else None, Path.cwd(), home, system)
    uv, pip = uv_settings.read(where), pip_settings.read(where)
    said = uv if uv.anything else _other(where, pip)
    if uv.strategy is not None:
        said = said._replace(strategy=uv.strategy)
    return _assembled(said, uv, pip, environment)


def _other(where: Where, pip: Said) -> Said:
    default = next((index for index in pip.indexes if index.default), None)
    project = project_sources.read(where, default or Index("", default=True))
    if project.anything:
        return project
    return pip if pip.anything else Said(by=("the default",))


def _assembled(said: Said, uv: Said, pip: Said, environment: Mapping[str, str]) -> Configured:
    listed = list(said.indexes)
    if not said.no_index and not any(index.default for index in listed):
        listed.append(Index("", default=True))
    if said.no_index:
        listed = []
    listed = [
        index if index.url else index._replace(url=default_index(), name=None) for index in listed
    ]
    links = []
    for link in said.find_links:
        if address.split(link)[1] is None:
            links.append(link)
        else:
            # uv takes credentials by the name of an index alone.
            listed.insert(0, Index(link, flat=True))
    found, credentials, variables = _apart(listed, said.users, environment)
    ca = _ca(environment, pip)
    return Configured(
        Indexes(
            tuple(found),
            tuple(links),
            said.strategy or Strategy.FIRST_INDEX,
            " and ".join(said.by),
        ),
        Access(
            tuple(credentials),
            ca,
            uv.system and ca is None,
            pip.proxy,
            uv.keyring or pip.keyring,
            (*variables, *_variables(ca, pip, uv, environment)),
        ),
    )


def _apart(
    listed: Sequence[Index],
    users: Sequence[tuple[str, str, str]],
    environment: Mapping[str, str],
) -> tuple[list[Index], list[tuple[str, Credentials]], list[tuple[str, str]]]:
    """Indexes without credentials, the credentials, and the variables that tell uv of them.

    An index without a name gets one with its credentials: uv knows them by name.
    """
    known = {name: Credentials(user, password) for name, user, password in users}
    names = {index.name for index in listed}
    found, credentials, variables = [], [], []
    for number, index in enumerate(listed, 1):
        url, own = address.split(index.url)
        name = index.name
        if own is not None and name is None:
            name = f"index-{number}"
            while name in names:
                name += "x"
            names.add(name)
        variable = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", (name or "").upper())
        user = environment.get(f"{variable}_USERNAME")
        password = environment.get(f"{variable}_PASSWORD")
        if name is not None and (user or password):
            own = Credentials(user or (own.user if own else ""), password or "")
        elif (own := own or known.get(name or "")) is not None:
            variables.append((f"{variable}_USERNAME", own.user))
            variables.append((f"{variable}_PASSWORD", own.password))
        if own is not None:
            credentials.append((url, own))
        found.append(index._replace(url=url, name=name))
    return found, credentials, variables


def _ca(environment: Mapping[str, str], pip: Said) -> str | None:
    """The file or folder of certificates that the environment or pip names, where it is there."""
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    told = [environment.get(name) for name in names]
    return next((path for path in (*told, pip.ca) if path and Path(path).exists()), None)


def _variables(
    ca: str | None, pip: Said, uv: Said, environment: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What uv has to be given of what others are told."""
    found = []
    if ca is not None and not {"SSL_CERT_FILE", "SSL_CERT_DIR"} & set(environment):
        found.append(("SSL_CERT_DIR" if Path(ca).is_dir() else "SSL_CERT_FILE", ca))
    if pip.proxy:
        named = {name.lower() for name in environment}
        found += [
            (one, pip.proxy) for one in ("HTTP_PROXY", "HTTPS_PROXY") if one.lower() not in named
        ]
    if uv.keyring or pip.keyring:
        found.append(("UV_KEYRING_PROVIDER", "subprocess"))
    if uv.system:
        found.append(("UV_SYSTEM_CERTS", "1"))
    return found


@lru_cache(maxsize=1)
def default_index() -> str:
    """The index that is asked where nothing is configured, as an installed library says it.

    pypi-simple's constant is read from its source: importing it takes 0.2 s.
    """
    spec = importlib.util.find_spec("pypi_simple")
    if spec is not None and spec.origin is not None:
        tree = ast.parse(Path(spec.origin).read_bytes())
        for node in tree.body:
            match node:
                case ast.AnnAssign(
                    target=ast.Name(id="PYPI_SIMPLE_ENDPOINT"), value=ast.Constant(value=str(url))
                ):
                    return url.rstrip("/")
                case _:
                    pass
    try:
        return str(importlib.import_module("pip._internal.models.index").PyPI.simple_url)
    except (ImportError, AttributeError):
        raise ToolError(
            "no package index is configured, and the library that names the usual one is missing",
            help="install python-lifecycle[nightly], or set UV_DEFAULT_INDEX",
        ) from None

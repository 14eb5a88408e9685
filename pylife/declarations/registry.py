"""All readers, and which of them claims a path. To add one, add its module here."""

import re
from functools import lru_cache

from pylife.declarations import (
    dockerfile,
    flit,
    github_actions,
    kfp,
    mlflow,
    noxfile,
    poetry,
    pyproject,
    python_version,
    setup_cfg,
    setup_py,
    tools,
    tox,
    tox_toml,
)
from pylife.declarations.base import Reader

READERS: tuple[Reader, ...] = (
    pyproject.READER,
    poetry.READER,
    flit.READER,
    setup_cfg.READER,
    setup_py.READER,
    tox.READER,
    tox_toml.READER,
    noxfile.READER,
    github_actions.READER,
    tools.READER,
    dockerfile.READER,
    python_version.READER,
    mlflow.READER,
    kfp.READER,
)

_BY_NAME: dict[str, tuple[Reader, ...]] = {
    name: tuple(reader for reader in READERS if name in reader.names)
    for name in frozenset[str]().union(*(reader.names for reader in READERS))
}
_BY_PATH = [(re.compile(reader.paths), reader) for reader in READERS if reader.paths]


@lru_cache(maxsize=4096)
def claimants(path: str) -> tuple[Reader, ...]:
    """The readers that claim the file `path` (from the project's folder), perhaps none."""
    named = _BY_NAME.get(path.rpartition("/")[2], ())
    matched = tuple(reader for pattern, reader in _BY_PATH if pattern.fullmatch(path))
    return named + tuple(reader for reader in matched if reader not in named)

"""The newest patch release of each feature release: what a resolution stands on.

Markers such as `python_full_version < "3.11.4"` and a requires-python such as `>=3.9.2` ask for
a patch release; a machine that is kept in order has the newest. The releases are
`pylife/data/patches.toml`, which `tools/refresh_patches.py` makes.
"""

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from packaging.version import Version

from pylife import resources
from pylife.model import PythonVersion
from pylife.syntax import toml
from pylife.syntax.text import Source


class Patches(NamedTuple):
    """The newest patch release of each feature release, and the day of the data."""

    newest: dict[PythonVersion, str]
    date: dt.date


@lru_cache(maxsize=1)
def load() -> Patches:
    """The patch releases that pylife ships."""
    path = resources.data("patches.toml")
    document = toml.parse(Source(path.name, path.read_bytes()))
    newest = {
        PythonVersion.parse(name): str(table["newest"])
        for name, table in document.table("python").items()
    }
    return Patches(newest, document.value["date"])


def full(python: PythonVersion) -> str:
    """`3.13.18` for 3.13 and 3.13t; the feature release itself where no patch is known."""
    return load().newest.get(python.plain, str(python.plain))


def compared(python: PythonVersion) -> str:
    """The same as pip compares it with a requires-python: 3.16.0 where 3.16.0a2 is the newest."""
    return Version(full(python)).base_version

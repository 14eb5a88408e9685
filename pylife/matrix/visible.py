"""What of this machine a wrapped cell has to see: interpreters, pylife's own tools, certificates.

Never a folder that holds a home folder: what lies beside an interpreter there is
nobody's business.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pylife.matrix import guard, tools
from pylife.matrix.base import Interpreter

_NAMING = (
    "UV_FIND_LINKS", "PIP_FIND_LINKS", "UV_CONFIG_FILE", "PIP_CONFIG_FILE", "UV_INDEX",
    "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE", "PIP_CERT",
)  # fmt: skip
"""Variables that may name files and folders."""


def paths(
    interpreters: Iterable[Interpreter],
    environment: Mapping[str, str],
    state: Path,
    source: Mapping[str, str],
) -> tuple[Path, ...]:
    """What is read: sorted, each once.

    `environment` is the cell's, `state` the state folder, of which only the
    wheels of the fleet are seen; `source` is the environment of this process.
    """
    homes = guard.homes(source)
    found = {state / "wheelhouse"}
    for one in interpreters:
        found |= set(_prefixes(one.path))
    found |= {Path(sys.prefix), *_prefixes(Path(sys.executable))}
    uv = Path(tools.uv())
    found |= {uv, uv.resolve()}
    for name in _NAMING:
        found |= set(_named(environment.get(name, "")))
    return tuple(sorted(path for path in found if not _holds_a_home(path, homes)))


def _prefixes(python: Path) -> Iterator[Path]:
    """The environment that an interpreter is of, and the installation that it is."""
    if (python.parent.parent / "pyvenv.cfg").is_file():
        yield python.parent.parent
    real = Path(os.path.realpath(python))
    yield real.parent.parent
    # A link stands where it is looked for; binding it alone shows nothing around it.
    if python.is_symlink() or real.parent != python.parent:
        yield python


def _named(value: str) -> Iterator[Path]:
    """The absolute paths that are there among what a variable names."""
    for word in re.split(r"[\s,]+", value):
        path = word.rpartition("=")[2].removeprefix("file://")
        if path.startswith("/") and Path(path).exists():
            yield Path(path)


def _holds_a_home(path: Path, homes: Iterable[Path]) -> bool:
    return path == Path("/") or any(home.is_relative_to(path) for home in homes)

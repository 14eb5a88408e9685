"""What the names of distribution files say: version and tags of wheels, version of sdists.

By the specifications of binary and source distribution file names; what is neither (eggs,
installers, files of another project) is nothing that pip or uv would install.
"""

from functools import lru_cache
from typing import NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tbz", ".tar.lzma", ".tar.lz")
_PARTS = 5
"""Of a wheel's name: project, version, Python, ABI, platform; a build number may be between."""


class Named(NamedTuple):
    """What a file's name says: project and version (normalised); `tags` is None of an sdist.

    `tags` are the three parts of a wheel's tags as they stand there, such as
    `cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64`.
    """

    project: str
    version: str
    tags: str | None


@lru_cache(maxsize=65536)
def _version(text: str) -> str | None:
    """The version that `text` is, as PEP 440 normalises it, or None."""
    try:
        return str(Version(text))
    except InvalidVersion:
        return None


@lru_cache(maxsize=65536)
def comparable(version: str) -> Version:
    """A version of `Named` for comparing: 1.0 is 1.0.0."""
    return Version(version)


@lru_cache(maxsize=4096)
def _project(text: str) -> str:
    return canonicalize_name(text)


def read(filename: str, project: str | None = None) -> Named | None:
    """What `filename` says, or None where it is no file of `project` that could be installed.

    `project` is normalised; without it an sdist's name is split at the last dash before a version.
    """
    if filename.endswith(".whl"):
        return _wheel(filename, project)
    lowered = filename.lower()
    for ending in _ARCHIVES:
        if lowered.endswith(ending):
            return _sdist(filename[: -len(ending)], project)
    return None


def _wheel(filename: str, project: str | None) -> Named | None:
    parts = filename[:-4].split("-")
    if len(parts) == _PARTS + 1 and parts[2][:1].isdigit():
        del parts[2]
    if len(parts) != _PARTS:
        return None
    name = _project(parts[0])
    if project is not None and name != project:
        return None
    version = _version(parts[1]) or _version(parts[1].replace("_", "-"))
    if version is None:
        return None
    return Named(name, version, "-".join(parts[2:]).lower())


def _sdist(stem: str, project: str | None) -> Named | None:
    at = stem.rfind("-")
    while at > 0:
        name = _project(stem[:at])
        if project is None or name == project:
            version = _version(stem[at + 1 :])
            if version is not None:
                return Named(name, version, None)
        at = stem.rfind("-", 0, at)
    return None

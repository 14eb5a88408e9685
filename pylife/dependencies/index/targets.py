"""The platforms on which wheels load: their tags, their markers, and what uv calls them.

They are `pylife/data/wheels.toml` (schema `pylife/wheels/1`); `tools/refresh_wheels.py` makes
it. A name may say the C library or system that there is: `linux-x86_64-glibc-2.36`,
`linux-aarch64-musl-1.2`, `macos-arm64-15.0`; uv's own names are understood too.
"""

import os
import platform as machine
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pylife import resources
from pylife.dependencies.records import Target
from pylife.errors import UsageError
from pylife.syntax import toml
from pylife.syntax.text import Source

_VARIANT = re.compile(r"(?P<name>.+?)(?:-(?P<family>glibc|musl))?-(?P<version>\d+\.\d+)")
_UV_VARIANT = re.compile(
    r"(?P<arch>x86_64|aarch64)-manylinux(?:_(?P<version>\d+_\d+)|(?P<old>\d+))"
)


class Platform(NamedTuple):
    """A platform: `tags` are those that wheels for it have, the best first.

    `uv` is the value of uv's `--python-platform` that comes nearest, and `variables` what
    uv's environment has to say beside it. `markers` are the values of PEP 508's variables.
    """

    name: str
    title: str
    tags: tuple[str, ...]
    uv: str
    variables: tuple[tuple[str, str], ...]
    markers: Mapping[str, str]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    path = resources.data("wheels.toml")
    return toml.parse(Source(path.name, path.read_bytes())).value


def known() -> tuple[str, ...]:
    """pylife's names of platforms."""
    return tuple(_data()["platform"])


@lru_cache(maxsize=64)
def find(name: str) -> Platform:
    """The platform called `name`; raises UsageError for what is none."""
    rows = _data()["platform"]
    if name in rows:
        return _platform(name, rows[name], rows[name]["version"])
    for own, row in rows.items():
        if name in row["uv"]:
            return _platform(own, row, row["version"])
    found = _variant(name, rows) or _uv_variant(name, rows)
    if found is None:
        raise UsageError(
            f"{name!r} is no platform that is known",
            help=f"known are {', '.join(rows)}; such as linux-x86_64-glibc-2.36 says more",
        )
    return found


def _variant(name: str, rows: Mapping[str, Any]) -> Platform | None:
    match = _VARIANT.fullmatch(name)
    if match is None:
        return None
    family = match["family"]
    base = f"{match['name']}-musl" if family == "musl" else match["name"]
    row = rows.get(base)
    if row is None or row["family"] not in ({family} if family else {"macos", "musl"}):
        return None
    return _platform(name, row, match["version"])


def _uv_variant(name: str, rows: Mapping[str, Any]) -> Platform | None:
    match = _UV_VARIANT.fullmatch(name)
    if match is None:
        return None
    legacy = _data()["glibc"]["legacy"]
    version = legacy.get(f"manylinux{match['old']}") if match["old"] else match["version"]
    if version is None:
        return None
    version = version.replace("_", ".")
    return _platform(
        f"linux-{match['arch']}-glibc-{version}", rows[f"linux-{match['arch']}"], version
    )


def _platform(name: str, row: Mapping[str, Any], version: str) -> Platform:
    family, arch = row["family"], row["arch"]
    uv: str = row["uv"][0]
    variables: tuple[tuple[str, str], ...] = ()
    match family:
        case "glibc":
            tags = (*_manylinux(arch, version), f"linux_{arch}")
            fits = [one for one in _data()["uv"]["glibc"] if _pair(one) <= _pair(version)]
            uv = f"{arch}-manylinux_{(fits or _data()['uv']['glibc'])[-1 if fits else 0]}".replace(
                ".", "_"
            )
        case "musl":
            tags = (*_musllinux(arch, version), f"linux_{arch}")
        case "macos":
            from packaging.tags import mac_platforms

            tags = tuple(mac_platforms(_pair(version), arch))
            variables = (("MACOSX_DEPLOYMENT_TARGET", version),)
        case _:
            tags = (f"win_{arch}",)
    return Platform(name, row["title"], tags, uv, variables, row["markers"])


def _manylinux(arch: str, version: str) -> Iterator[str]:
    data = _data()["glibc"]
    old = {_pair(glibc): name for name, glibc in data["legacy"].items()}
    major, newest = _pair(version)
    for minor in range(newest, _pair(data["oldest"][arch])[1] - 1, -1):
        yield f"manylinux_{major}_{minor}_{arch}"
        if (major, minor) in old:
            yield f"{old[major, minor]}_{arch}"


def _musllinux(arch: str, version: str) -> Iterator[str]:
    major, newest = _pair(version)
    for minor in range(newest, -1, -1):
        yield f"musllinux_{major}_{minor}_{arch}"


def _pair(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)


def environment(target: Target, full: str) -> dict[str, str]:
    """The variables of PEP 508's markers on `target`, whose patch release is `full` (3.13.9)."""
    return {
        **find(target.platform).markers,
        "implementation_name": "cpython",
        "implementation_version": full,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "python_full_version": full,
        "python_version": str(target.python.plain),
    }


def host() -> str | None:
    """The platform on which this runs, with its C library or system; None where it is no known one.

    `linux-x86_64-glibc-2.36`, for judging what can be installed here.
    """
    arch = machine.machine().lower()
    if sys.platform == "linux":
        told = (
            os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in os.confstr_names else None
        )
        name = f"linux-{arch}-glibc-{told.split()[1]}" if told else f"linux-{arch}-musl"
    elif sys.platform == "darwin":
        name = f"macos-{arch}-{'.'.join((machine.mac_ver()[0] + '.0').split('.')[:2])}"
    else:
        name = f"windows-{'x86_64' if arch == 'amd64' else arch}"
    try:
        return find(name).name
    except UsageError:
        return None

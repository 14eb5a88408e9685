"""The fleet's own wheels: a folder whose names come from nowhere else."""

import zipfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from packaging.metadata import parse_email
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version


class Own(NamedTuple):
    """The newest release of a library in the folder, and which Pythons it says it supports."""

    version: str
    requires_python: str | None


def read(folder: Path | None) -> dict[str, Own]:
    """The libraries in `folder` by name; of several releases the newest counts.

    Raises OSError where the folder cannot be read. A file that is no wheel is passed over, as
    uv does.
    """
    return {} if folder is None else _read(folder, folder.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(folder: Path, _changed: int) -> dict[str, Own]:
    newest: dict[str, tuple[Version, Path]] = {}
    for path in sorted(folder.iterdir()):
        try:
            name, version, _, _ = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if name not in newest or newest[name][0] < version:
            newest[name] = (version, path)
    return {
        name: Own(str(version), _requires_python(path))
        for name, (version, path) in sorted(newest.items())
    }


def _requires_python(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as wheel:
            name = next(
                name
                for name in wheel.namelist()
                if name.endswith(".dist-info/METADATA") and name.count("/") == 1
            )
            return parse_email(wheel.read(name))[0].get("requires_python")
    except (OSError, zipfile.BadZipFile, StopIteration):
        return None  # uv says what is wrong with it

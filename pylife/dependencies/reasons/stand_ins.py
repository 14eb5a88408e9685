"""Wheels without content, to see whether a release would be taken if it had a wheel.

What a wheel without requirements stands for can be had by itself; so a demand resolves with it
exactly if nobody else refuses that release.
"""

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from packaging.version import Version


class StandIns:
    """Folders of such wheels below `folder`, each beside the fleet's own ones of `links`."""

    def __init__(self, folder: Path, links: Path | None) -> None:
        self._folder = folder
        self._links = links
        self._lock = Lock()

    def of(self, name: str, version: str, extras: Iterable[str]) -> Path:
        """A folder in which the release `version` of `name` is; for several threads at a time."""
        made = sorted(extras)
        folder = self._folder / f"{'.'.join([name, *made])}-{version}"
        with self._lock:
            if not folder.exists():
                folder.mkdir()
                for wheel in self._links.glob("*.whl") if self._links is not None else ():
                    shutil.copyfile(wheel, folder / wheel.name)
                _write(folder, name.replace("-", "_"), str(Version(version)), made)
        return folder


def _write(folder: Path, stem: str, version: str, extras: list[str]) -> None:
    info = f"{stem}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {stem}\nVersion: {version}"]
    metadata += [f"Provides-Extra: {extra}" for extra in extras]
    parts = {
        "METADATA": "\n".join(metadata) + "\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "".join(f"{info}/{part},,\n" for part in ("METADATA", "WHEEL", "RECORD")),
    }
    with zipfile.ZipFile(folder / f"{stem}-{version}-py3-none-any.whl", "w") as wheel:
        for part, text in parts.items():
            wheel.writestr(f"{info}/{part}", text)

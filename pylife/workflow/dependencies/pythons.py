"""The interpreters of this machine, looked for when the first one is needed."""

import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from pylife.errors import ToolError
from pylife.model import PythonVersion


class Pythons(Mapping[PythonVersion, Path]):
    """The path of an interpreter by its feature release: most runs build nothing and need none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __getitem__(self, python: PythonVersion) -> Path:
        with self._lock:
            return self._found[python]

    def __iter__(self) -> Iterator[PythonVersion]:
        with self._lock:
            return iter(tuple(self._found))

    def __len__(self) -> int:
        with self._lock:
            return len(self._found)

    def __bool__(self) -> bool:
        """Whether it is worth asking; without looking for any."""
        return True

    @cached_property
    def _found(self) -> dict[PythonVersion, Path]:
        from pylife.matrix import interpreters

        try:
            return {version: one.path for version, one in interpreters.find().items()}
        except ToolError:
            return {}

"""Answers on a worker's disk until the run has them: a cell that ended is not run again.

Between a cell's end and its arrival lie a scheduler and a network. What is asked
for a second time on this machine, in the same run, is given from here.
"""

import re
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from pylife.matrix.executors.dask_wire import Packet, opened

_NAME = re.compile(r"[0-9a-f]+")
_DAYS = 86400.0


class Spool:
    """The answers in `folder`, by run and cell."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, token: str, key: str, answer: Packet) -> None:
        """Keep the answer to the cell `key` in the run `token`; what cannot be kept is not."""
        if not (_NAME.fullmatch(token) and _NAME.fullmatch(key)):
            return
        place = self._folder / token
        with suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place, prefix=".", delete=False) as file:
                file.write(answer.text.encode() + b"\n" + answer.data)
            Path(file.name).replace(place / key)

    def get(self, token: str, key: str) -> Packet | None:
        """The answer that was kept, or None."""
        try:
            text, _, data = (self._folder / token / key).read_bytes().partition(b"\n")
            answer = Packet(text.decode(), data)
            opened(answer)
        except (OSError, ValueError):
            return None
        return answer

    def forget(self, token: str) -> None:
        """Remove what is kept of the run."""
        if _NAME.fullmatch(token):
            shutil.rmtree(self._folder / token, ignore_errors=True)

    def prune(self, days: float) -> None:
        """Remove the runs that nothing was kept of for so long."""
        before = time.time() - days * _DAYS
        for place in self._folder.glob("*") if self._folder.is_dir() else ():
            with suppress(OSError):
                if place.stat().st_mtime < before:
                    shutil.rmtree(place, ignore_errors=True)

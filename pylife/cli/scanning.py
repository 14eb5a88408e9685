"""How far a scan of source is, or something else that takes a while, on a terminal."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def shown(
    *, quiet: bool, color: str = "auto", what: str = "Reading source"
) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal once there is something to do, where rich is there; else nothing."""
    if quiet or color == "never" or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar(what)
    try:
        yield bar
    finally:
        bar.stop()


class _Bar:
    """Told how many of how many are done."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            try:
                from rich.console import Console
                from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
            except ModuleNotFoundError:
                return
            self._bar = Progress(
                TextColumn(self._what), BarColumn(bar_width=24), MofNCompleteColumn(),
                console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

"""Progress for people: a live display on a terminal, plain lines elsewhere, nothing with -q."""

import sys
import time
from types import TracebackType
from typing import Self

import click

from pylife.matrix import Event
from pylife.model import CellStatus
from pylife.workflow.nightly import Step

_WORDS = {
    Step.READ: "Reading declarations and judging them",
    Step.RESOLVE: "Judging dependencies",
    Step.RUN: "Running tests under each Python",
    Step.PROPOSE: "Planning upgrades and making branches",
    Step.PUBLISH: "Writing the site",
}
_STYLES = {
    CellStatus.PASSED: ("passed", "green"),
    CellStatus.FAILED: ("failed", "red"),
}


class Plain:
    """Lines on standard error: each step, and each cell when it ends."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._started = time.perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Nothing to put away."""

    def step(self, step: Step) -> None:
        """Say which step begins."""
        if not self._quiet:
            click.echo(f"{time.perf_counter() - self._started:7.1f} s  {_WORDS[step]}", err=True)

    def cell(self, event: Event) -> None:
        """Say what became of a cell, how many there are, and what is left."""
        if not self._quiet and event.kind == "finished":
            left = "" if event.cell.cached or event.done == event.total else _left(event.left)
            place = f"{event.done}/{event.total}" + (f", {left}" if left else "")
            click.echo(f"           {_line(event)} [{place}]", err=True)

    def part(self, done: int, total: int) -> None:
        """Nothing: a line for each would be many."""


class Live:
    """A bar with counts and what runs now; failures stay above it. Needs rich."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.fields[counts]}"),
            TextColumn("[dim]{task.fields[now]}"),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task("", total=1, start=False, now="", left="", counts="")
        self._running: dict[tuple[str, str, str], str] = {}
        self._counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if kind is None:
            self._end()
        self._progress.stop()

    def step(self, step: Step) -> None:
        """Begin a new bar; the one before stays as finished."""
        self._end()
        self._task = self._progress.add_task(_WORDS[step], total=None, now="", left="", counts="")
        self._counts.clear()

    def cell(self, event: Event) -> None:
        """Move the bar; a cell that did not pass is said at once."""
        from rich.markup import escape

        cell = event.cell
        place = (cell.project, str(cell.python), cell.session)
        if event.kind == "started":
            self._running[place] = f"{cell.project} {cell.python}"
        else:
            self._running.pop(place, None)
            self._counts[cell.status] = self._counts.get(cell.status, 0) + 1
            if cell.status is not CellStatus.PASSED:
                self._progress.console.print(f"  {escape(_line(event))}", highlight=False)
        self._progress.update(
            self._task,
            completed=event.done,
            total=event.total,
            now=escape(", ".join(self._running.values())),
            left=_left(event.left),
            counts=_counted(self._counts),
        )

    def part(self, done: int, total: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, total=total)

    def _end(self) -> None:
        task = next((one for one in self._progress.tasks if one.id == self._task), None)
        if task is not None and not task.description:
            self._progress.remove_task(self._task)
        elif task is not None:
            total = task.total if task.total is not None else 1
            self._progress.update(self._task, total=total, completed=total, now="", left="")


def watcher(*, quiet: bool, color: str) -> Plain | Live:
    """The display that fits: live on a terminal with rich, else plain lines."""
    if not quiet and color != "never" and sys.stderr.isatty():
        try:
            return Live()
        except ModuleNotFoundError:
            pass
    return Plain(quiet=quiet)


def _left(seconds: float | None) -> str:
    """How long the rest will take, as roughly as that can be known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"about {max(1, round(seconds))} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 120 else f"about {round(seconds / 3600)} h left"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))


def _line(event: Event) -> str:
    cell = event.cell
    took = "known from an earlier run" if cell.cached else f"{cell.seconds or 0:.1f} s"
    reason = f": {cell.reason}" if cell.reason else ""
    text = f"{cell.status:8} {cell.project} {cell.python} {cell.session} ({took}){reason}"
    return "".join(char if char.isprintable() else "?" for char in text)[:200]

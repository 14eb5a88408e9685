"""A task as Dask sees it: it says that it begins, and ends early when nobody wants it any more.

A small answer is told as an event too, which spares the run two requests to fetch
it, and cannot be lost with the worker any more.
"""

import threading
import time
import zlib

from distributed import Status, Worker, get_worker

from pylife.matrix.executors.dask_task import perform

_TICK = 0.3
_SMALL = 1 << 15
"""Bytes of an answer that is told as an event: the scheduler keeps the last of these."""
_ALIVE = frozenset({Status.running, Status.paused, Status.closing_gracefully})
_WANTED = frozenset({"executing", "long-running", "resumed"})


def topic(token: str) -> str:
    """Where the tasks of the run `token` say that they begin."""
    return f"pylife-{token}"


def entry(version: str, data: bytes, token: str) -> tuple[str, bytes]:
    """Do the task in `data` for a run of pylife `version`; the answer as text and bytes."""
    worker = get_worker()
    key = str(worker.get_current_task())

    def tell(**more: str | bytes) -> None:
        worker.log_event(topic(token), {"key": key, "address": worker.address, **more})

    stop = _WATCH.add(worker, key)
    try:
        answer = perform(version, data, stop, worker.address, tell)
    finally:
        _WATCH.remove(worker, key)
    small = zlib.compress(answer.data, 1)
    if len(answer.text) + len(small) < _SMALL:
        tell(text=answer.text, data=small)
    return answer.text, answer.data


class _Watch:
    """One thread that sees whether what this process runs is still wanted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: dict[tuple[Worker, str], threading.Event] = {}
        self._thread: threading.Thread | None = None

    def add(self, worker: Worker, key: str) -> threading.Event:
        """What is set when the run, or the scheduler, is gone, or the worker is to end."""
        with self._lock:
            stop = self._stops[worker, key] = threading.Event()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
                self._thread.start()
        return stop

    def remove(self, worker: Worker, key: str) -> None:
        """The task has ended."""
        with self._lock:
            self._stops.pop((worker, key), None)

    def _run(self) -> None:
        while True:
            time.sleep(_TICK)
            with self._lock:
                watched = list(self._stops.items())
            for (worker, key), stop in watched:
                task = worker.state.tasks.get(key)
                if worker.status not in _ALIVE or task is None or task.state not in _WANTED:
                    stop.set()


_WATCH = _Watch()

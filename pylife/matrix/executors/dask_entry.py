"""A task as Dask sees it: it says that it begins, and ends early when nobody wants it any more.

A small answer is told as an event too, which spares the run two requests to fetch
it, and cannot be lost with the worker any more.
"""

import threading
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

    stop, over = threading.Event(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(worker, key, stop, over), daemon=True)
    watcher.start()
    try:
        answer = perform(version, data, stop, worker.address, tell)
    finally:
        over.set()
        watcher.join()
    small = zlib.compress(answer.data, 1)
    if len(answer.text) + len(small) < _SMALL:
        tell(text=answer.text, data=small)
    return answer.text, answer.data


def _watch(worker: Worker, key: str, stop: threading.Event, over: threading.Event) -> None:
    """Set `stop` when the run, or the scheduler, is gone, or the worker is to end."""
    while not over.wait(_TICK):
        task = worker.state.tasks.get(key)
        if worker.status not in _ALIVE or task is None or task.state not in _WANTED:
            stop.set()
            return

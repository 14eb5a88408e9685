"""Orders, what becomes of them, and the news of tasks: who waits for which."""

import queue
import threading
import time
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from pylife.matrix.base import Interpreter
from pylife.matrix.executors import dask_wire as wire


class Lost(NamedTuple):
    """It could not be done; the reason is no doing of the task."""

    reason: str


class Nobody(NamedTuple):
    """No worker can do it."""

    reason: str


class Again(NamedTuple):
    """It must be handed over again."""

    why: str


Landed = wire.Answer | Lost | Nobody


class Order(NamedTuple):
    """What is to be done: `limit` is how many seconds it may take once it has begun.

    `memory` is how many MiB it is thought to need.
    """

    name: str
    data: bytes
    interpreter: Interpreter
    memory: int
    limit: float
    token: str


class Began(NamedTuple):
    """News: a worker has begun it."""

    address: str


class Done(NamedTuple):
    """News: Dask has nothing more to do for it."""


News = Began | wire.Packet | Done


class Board:
    """Who waits for news of which task, and when there was any."""

    def __init__(self) -> None:
        self._waiting: dict[str, queue.SimpleQueue[News]] = {}
        self._lock = threading.Lock()
        self.moved = time.monotonic()

    def hear(self, said: Mapping[str, Any]) -> None:
        """What a task says: that it begins, or its answer (`text` and compressed `data`)."""
        self.moved = time.monotonic()
        with self._lock:
            waiting = self._waiting.get(said["key"])
        if waiting is None:
            return
        if "text" in said:
            waiting.put(wire.Packet(said["text"], zlib.decompress(said["data"])))
        else:
            waiting.put(Began(said["address"]))

    def wait(self, key: str) -> "queue.SimpleQueue[News]":
        """A queue that gets the news of the task."""
        with self._lock:
            return self._waiting.setdefault(key, queue.SimpleQueue())

    def leave(self, key: str) -> None:
        """Nobody waits for it any more."""
        self.moved = time.monotonic()
        with self._lock:
            self._waiting.pop(key, None)

"""One task on its way: handed over, begun, lost, sent again, answered, each with a deadline."""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from distributed import Client, Future, KilledWorker

from pylife.matrix.executors import dask_wire as wire
from pylife.matrix.executors.dask_board import (
    Again,
    Began,
    Board,
    Done,
    Landed,
    Lost,
    News,
    Nobody,
    Order,
)  # fmt: skip
from pylife.matrix.executors.dask_entry import entry
from pylife.matrix.executors.dask_link import TROUBLE, Link, SchedulerLostError, Surveyed

_TICK = 0.5
_LOSSES = 3
"""Workers that may be lost while they do one task."""
_AGAIN = 30
"""How often a task is handed over at most, whatever the reasons."""
_FAULTS = 2
_GATHER = 60.0


class Flight:
    """Gets `order` done by some worker; `send` brings a worker what it lacks."""

    def __init__(
        self,
        order: Order,
        link: Link,
        board: Board,
        stop: threading.Event,
        send: Callable[[str, Iterable[str]], None],
        began: Callable[[], None],
    ) -> None:
        self._order = order
        self._link = link
        self._board = board
        self._stop = stop
        self._send = send
        self._began = began
        self._losses: list[str] = []
        self._faults = 0
        self._banned: dict[str, str] = {}
        self._only: frozenset[str] = frozenset()

    def land(self) -> Landed:
        """What came of it; never raises for what happens to the cluster."""
        why = ""
        for _ in range(_AGAIN):
            if self._stop.is_set():
                return wire.Stopped()
            try:
                came = self._fly()
            except SchedulerLostError as error:
                return wire.Stopped() if self._stop.is_set() else Lost(str(error))
            match came:
                case wire.Missing(address, blobs):
                    why = self._sent(address, blobs) or f"{address} lacked what was sent"
                case wire.Refused(address, reason):
                    self._banned[address] = why = f"{address}: {reason}"
                case wire.Stopped() if not self._stop.is_set():
                    why = "its worker was ended"
                    self._stop.wait(_TICK)
                case Again(why):
                    self._stop.wait(_TICK)
                case _:
                    return came
        return Lost(f"it was handed over {_AGAIN} times in vain; the last time {why}")

    def _sent(self, address: str, blobs: Iterable[str]) -> str:
        """Send a worker what it lacks; why that cannot be done, or nothing."""
        try:
            self._send(address, blobs)
        except (*TROUBLE, SchedulerLostError) as error:
            self._stop.wait(_TICK)
            return f"what it needs could not be sent to {address}: {error}"
        return ""

    def _able(self) -> list[Surveyed]:
        """The workers that have the very interpreter."""
        wanted = wire.fingerprint(self._order.interpreter)
        found = []
        for worker in self._link.workers:
            own = worker.offers(self._order.interpreter.version)
            fits = own is not None and wire.fingerprint(own) == wanted
            if fits and worker.address not in self._banned:
                found.append(worker)
        return found

    def _fly(self) -> Landed | Again:
        client = self._link.client()
        able = self._wait_for_able()
        if not able:
            return wire.Stopped() if self._stop.is_set() else self._nobody()
        key = f"{self._order.name}-{uuid4().hex}"
        heard = self._board.wait(key)
        try:
            future = self._submit(client, key, able)
            future.add_done_callback(lambda _: heard.put(Done()))  # type: ignore[no-untyped-call]
            return self._follow(client, future, heard)
        except TROUBLE as error:
            self._link.lost(client)
            return Again(f"the scheduler was lost: {error}")
        finally:
            self._board.leave(key)

    def _wait_for_able(self) -> list[Surveyed]:
        until = time.monotonic() + self._link.waits.worker
        while not (able := self._able()) and time.monotonic() < until:
            if self._stop.wait(_TICK):
                break
        return able

    def _nobody(self) -> Nobody | Lost:
        python = self._order.interpreter.version
        if self._banned:
            return Lost(f"no worker can do it; {'; '.join(sorted(self._banned.values()))}")
        return Nobody(
            f"no worker of {self._link.address} has declared and has this build of Python"
            f" {python} for {self._link.waits.worker:.0f} s"
        )

    def _submit(self, client: Client, key: str, able: list[Surveyed]) -> Future[Any]:
        order = self._order
        needs = {wire.resource(order.interpreter.version): 1.0}
        if order.memory and all(wire.MEMORY in worker.resources for worker in able):
            most = max(worker.resources[wire.MEMORY] for worker in able)
            needs[wire.MEMORY] = min(float(order.memory), most)
        usable = sum(
            1 for one in self._link.workers if one.offers(order.interpreter.version) is not None
        )
        # Workers that join are welcome, unless there are several builds of this Python.
        several = len(able) < usable
        self._only = frozenset(worker.address for worker in able) if several else frozenset()
        return client.submit(
            entry, wire.VERSION, order.data, order.token,
            key=key, pure=False, resources=needs, workers=sorted(self._only) or None,
        )  # fmt: skip

    def _follow(
        self, client: Client, future: Future[Any], heard: "queue.SimpleQueue[News]"
    ) -> Landed | Again:
        began, at = 0.0, ""
        while True:
            if self._stop.is_set():
                future.cancel()  # type: ignore[no-untyped-call]
                return wire.Stopped()
            try:
                said = heard.get(timeout=_TICK)
            except queue.Empty:
                if at and self._link.has_left(at):
                    # It waits for another worker, or has begun there in this moment.
                    if lost := self._count(at):
                        future.cancel()  # type: ignore[no-untyped-call]
                        return lost
                    began, at = 0.0, ""
                if ended := self._overdue(began, at) or self._stranded(at):
                    future.cancel()  # type: ignore[no-untyped-call]
                    return ended
                continue
            match said:
                case wire.Packet():
                    future.release()  # type: ignore[no-untyped-call]
                    return self._read(said, at)
                case Done():
                    return self._result(client, future, at)
                case Began(address):
                    if at and (lost := self._count(at)):
                        future.cancel()  # type: ignore[no-untyped-call]
                        return lost
                    began, at = time.monotonic(), address
                    self._began()

    def _count(self, address: str) -> Lost | None:
        """A worker was lost while it did this."""
        self._losses.append(address)
        if len(self._losses) < _LOSSES:
            return None
        return Lost(f"{_LOSSES} workers were lost while they ran it: {', '.join(self._losses)}")

    def _stranded(self, at: str) -> Again | None:
        """Those that it was kept for are gone: Dask would wait for them for ever."""
        if at or not self._only or not all(map(self._link.has_left, self._only)):
            return None
        return Again("the workers that could do it are gone")

    def _overdue(self, began: float, at: str) -> Lost | Nobody | None:
        now = time.monotonic()
        if began:
            late = now - began > self._order.limit
            reason = f"the worker at {at} said nothing for {self._order.limit:.0f} s"
            return Lost(reason) if late else None
        if now - self._board.moved > self._link.waits.idle:
            return Lost(f"no worker began anything for {self._link.waits.idle:.0f} s")
        if not self._able() and not self._wait_for_able() and not self._stop.is_set():
            return self._nobody()
        return None

    def _result(self, client: Client, future: Future[Any], at: str) -> Landed | Again:
        match future.status:
            case "finished":
                try:
                    text, data = future.result(timeout=_GATHER)
                    return self._read(wire.Packet(text, data), at)
                except TimeoutError:
                    # Its worker was lost with the answer: Dask has it done again.
                    return Again("its answer was lost on the way")
                finally:
                    future.release()  # type: ignore[no-untyped-call]
            case "error":
                return self._erred(future, at)
        self._link.lost(client)
        return Again("the scheduler was lost")

    def _erred(self, future: Future[Any], at: str) -> Landed | Again:
        error = future.exception(timeout=_GATHER)  # type: ignore[no-untyped-call]
        future.release()  # type: ignore[no-untyped-call]
        if isinstance(error, KilledWorker):
            # Dask counts what only waited there too; we count what had begun.
            lost = self._count(at) if at else None
            return lost or Again("its workers were lost")
        return self._fault(f"{error!r}", at)

    def _read(self, said: wire.Packet, at: str) -> Landed | Again:
        try:
            return wire.opened(said)
        except ValueError as error:
            return self._fault(str(error), at)

    def _fault(self, what: str, at: str) -> Lost | Again:
        """The worker did not do it as it should: once more, but not for ever."""
        self._faults += 1
        reason = f"the worker at {at or self._link.address} failed: {what}"[:300]
        return Lost(reason) if self._faults > _FAULTS else Again(reason)

"""The connection to a Dask scheduler, and what its workers are; made anew when it is lost."""

import importlib.metadata
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from distributed import Client

from pylife.errors import ToolError
from pylife.matrix.base import Interpreter
from pylife.matrix.executors import dask_here, dask_wire
from pylife.matrix.executors.dask_entry import topic
from pylife.model import PythonVersion

_DISTRIBUTION = "python-lifecycle"
_LOGS = ("distributed", "distributed.client", "distributed.core", "distributed.utils_comm")
_TRY = 5.0
"""Seconds of one attempt to connect."""
_LOOK = 2.0
"""Seconds between two looks at the workers."""
_PIECE = 8 << 20
TROUBLE = (OSError, TimeoutError, RuntimeError, ValueError, KeyError)
"""What calls of a client raise while its scheduler or a worker goes away."""


class Waits(NamedTuple):
    """Deadlines, in seconds.

    `worker` for some worker with a Python, `scheduler` for one that was lost,
    `idle` for any cell to begin or end while others wait.
    """

    worker: float = 60.0
    scheduler: float = 300.0
    idle: float = 3600.0


class Surveyed(NamedTuple):
    """A worker: what it declares, and what it was found to have.

    `trouble` says why it cannot be used; empty where it can.
    """

    address: str
    threads: int
    resources: Mapping[str, float]
    interpreters: Mapping[PythonVersion, Interpreter]
    trouble: str = ""

    def offers(self, python: PythonVersion) -> Interpreter | None:
        """The interpreter that it declares and has."""
        declared = self.resources.get(dask_wire.resource(python), 0) >= 1
        return self.interpreters.get(python) if declared else None


class SchedulerLostError(Exception):
    """The scheduler is gone, and did not come back in time."""


class Link:
    """A connection to the scheduler at `address` (or in the file that Dask calls a scheduler file).

    `hear` is called with what tasks say: always `key` and `address`.
    """

    def __init__(
        self,
        address: str,
        token: str,
        waits: Waits,
        stop: threading.Event,
        hear: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.address = address
        self.waits = waits
        self._token = token
        self._stop = stop
        self._tell = hear
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._gone = ""
        self._over = threading.Event()
        self._workers: dict[str, Surveyed] = {}
        self._left: frozenset[str] = frozenset()
        self._watcher = threading.Thread(target=self._watch, name="dask-workers", daemon=True)

    def open(self) -> None:
        """Connect, and learn what the workers are; raises ToolError."""
        # What goes wrong is said by us, once; Dask's log would say it in its own way too.
        for name in _LOGS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client = self._connect(min(self.waits.scheduler, 30.0))
        except TROUBLE as error:
            raise ToolError(
                f"no Dask scheduler answers at {self.address}: {error}",
                help="start one with `dask scheduler`; for TLS see Dask's own configuration",
            ) from None
        self.look()
        self._watcher.start()

    def close(self) -> None:
        """End the connection; what still runs for it is ended by the workers."""
        self._over.set()
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            if client.status == "running":
                with suppress(*TROUBLE):
                    client.run(dask_here.finish, self._token, on_error="ignore")
            _close(client)
        if self._watcher.is_alive():
            self._watcher.join(timeout=10)

    def client(self) -> Client:
        """A client that is connected; waits for the scheduler. Raises SchedulerLostError."""
        with self._lock:
            if self._client is not None and self._client.status == "running":
                return self._client
            if not self._gone and not self._over.is_set():
                self._renew()
            if self._client is None:
                raise SchedulerLostError(self._gone or "the run is over")
            return self._client

    def lost(self, client: Client) -> None:
        """Take `client` for lost: the next one is another."""
        with self._lock:
            if self._client is client:
                _close(client)

    def _renew(self) -> None:
        if self._client is not None:
            _close(self._client)
            self._client = None
        self._workers = {}
        until = time.monotonic() + self.waits.scheduler
        while not self._stop.is_set() and time.monotonic() < until:
            try:
                self._client = self._connect(_TRY)
            except TROUBLE:
                self._stop.wait(0.5)
            else:
                return
        self._gone = (
            f"the scheduler at {self.address} was lost and did not come back within"
            f" {self.waits.scheduler:.0f} s"
        )

    def _connect(self, seconds: float) -> Client:
        file = Path(self.address)
        where: dict[str, Any] = {"address": self.address}
        if "://" not in self.address and file.suffix == ".json":
            where = {"scheduler_file": str(file)}
        client = Client(**where, timeout=seconds, set_as_default=False, name="pylife")  # type: ignore[no-untyped-call]
        client.subscribe_topic(topic(self._token), self._hear)  # type: ignore[no-untyped-call]
        return client

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        _, said = event
        self._tell(said)

    @property
    def workers(self) -> list[Surveyed]:
        """The workers that were last seen."""
        return list(self._workers.values())

    def has_left(self, address: str) -> bool:
        """Whether the worker at the address was here and is not any more."""
        return address in self._left

    def look(self) -> None:
        """See which workers there are now, and ask those that are new what they have."""
        client = self._client
        if client is None or client.status != "running":
            return
        rows: Mapping[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
        known = {address: one for address, one in self._workers.items() if address in rows}
        self._left = (self._left | (self._workers.keys() - rows.keys())) - rows.keys()
        new = [address for address in rows if address not in known]
        self._workers = known | (_surveyed(client, rows, new) if new else {})

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            with suppress(*TROUBLE):
                self.look()

    def send(self, address: str, digest: str, path: Path) -> None:
        """Send a file to the worker at `address`, which then keeps it. Raises TROUBLE."""
        client, size, offset = self.client(), path.stat().st_size, 0
        # Workers of one machine may keep what they get in one place.
        at = re.sub(r"[^0-9A-Za-z]+", "-", address)
        with path.open("rb") as file:
            while data := file.read(_PIECE):
                last = offset + len(data) >= size
                client.run(
                    dask_here.receive, digest, f"{self._token}-{at}", offset, data, last=last,
                    workers=[address],
                )  # fmt: skip
                offset += len(data)


def _close(client: Client) -> None:
    with suppress(*TROUBLE):
        client.close(timeout=2)  # type: ignore[no-untyped-call]


def _surveyed(client: Client, rows: Mapping[str, Any], new: list[str]) -> dict[str, Surveyed]:
    """What the workers at the addresses `new` are; of those that do not answer nothing."""
    # Of the standard library, so that a worker of any pylife, or of none, can answer.
    versions = client.run(importlib.metadata.version, _DISTRIBUTION, workers=new, on_error="return")
    fitting = [address for address, version in versions.items() if version == dask_wire.VERSION]
    answers = client.run(dask_here.survey, workers=fitting, on_error="return") if fitting else {}
    found = {}
    for address, version in versions.items():
        answer = answers.get(address)
        trouble, interpreters = "", {}
        if address in fitting and not isinstance(answer, dict):
            trouble = f"it does not say what it has: {answer!r}"
        elif isinstance(answer, dict):
            interpreters = _interpreters(answer)
        elif isinstance(version, OSError):
            continue  # it went away, or will be asked again
        else:
            there = version if isinstance(version, str) else "none"
            trouble = f"its pylife is {there}, and this is {dask_wire.VERSION}"
        row = rows[address]
        found[address] = Surveyed(
            address, int(row["nthreads"]), dict(row["resources"]), interpreters, trouble
        )
    return found


def _interpreters(answer: Mapping[str, Any]) -> dict[PythonVersion, Interpreter]:
    found = {}
    for text, path, release, build in answer["interpreters"]:
        version = PythonVersion.parse(text)
        found[version] = Interpreter(version=version, path=Path(path), release=release, build=build)
    return found

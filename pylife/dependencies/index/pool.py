"""Clients for the projects of a fleet: one for all that have the same indexes."""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from pylife.dependencies.index.access import Access
from pylife.dependencies.index.client import HOUR, Client
from pylife.dependencies.index.fetching import Fetcher
from pylife.dependencies.index.settings import Configured, configured
from pylife.dependencies.index.support import Support
from pylife.dependencies.records import Indexes


class Pool:
    """The support maps of projects, by their indexes; pages and connections are shared.

    `folder` is where pages are kept, `now` gives an instant with its time zone.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        now: Callable[[], dt.datetime],
        *,
        folder: Path | None = None,
        age: dt.timedelta = HOUR,
        offline: bool = False,
    ) -> None:
        self._environment = environment
        self._now = now
        self._folder = folder
        self._age = age
        self._offline = offline
        self._lock = threading.Lock()
        self._supports: dict[tuple[Indexes, Access], Support] = {}
        self._fetchers: dict[Access, Fetcher] = {}

    def configured(self, folder: Path | None = None) -> Configured:
        """The indexes of the project in `folder`, and how they are reached."""
        return configured(self._environment, folder)

    def support(self, indexes: Indexes, access: Access) -> Support:
        """What `indexes` have, as it stands on targets; the same one for the same indexes."""
        told = indexes._replace(told_by="")
        with self._lock:
            found = self._supports.get((told, access))
            if found is None:
                fetcher = self._fetchers.setdefault(access, Fetcher(access, self._now))
                client = Client(
                    indexes,
                    self._now,
                    folder=self._folder,
                    access=access,
                    age=self._age,
                    offline=self._offline,
                    fetcher=fetcher,
                )
                found = self._supports[told, access] = Support(client)
            return found

"""Asks indexes what they have of a project: by uv's strategies, with pages kept on disk.

A page is fetched once in a process, and not at all while what is kept of it is young enough.
What cannot be known says why: it is never taken for "the index does not have it".
"""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from packaging.utils import canonicalize_name

from pylife.dependencies.index import address, local, packed, pages
from pylife.dependencies.index.access import Access
from pylife.dependencies.index.fetching import Answer, Failure, Fetcher
from pylife.dependencies.index.kept import Folder, Kept
from pylife.dependencies.index.pages import Page
from pylife.dependencies.records import Absent, Index, Indexes, Strategy, Unavailable

HOUR = dt.timedelta(hours=1)


class Found(NamedTuple):
    """The page `name` of one index; `digest` changes with anything in it that matters."""

    name: str
    pages: Mapping[str, Page]
    origin: str
    fetched: dt.datetime
    digest: str

    @property
    def page(self) -> Page:
        """The page; one that was kept is unpacked now."""
        return self.pages[self.name]


Known = tuple[Found, ...] | Absent | Unavailable
"""All pages from which a release may be taken (never none), or why there are none."""

_Asked = Found | None | Unavailable


class Client:
    """The indexes of a project; may be asked by several threads at a time.

    `now` gives an instant with its time zone. Pages of `folder` that are younger than `age` are
    not asked for again; `offline` asks nothing, however old they are.
    """

    def __init__(
        self,
        indexes: Indexes,
        now: Callable[[], dt.datetime],
        *,
        folder: Path | None = None,
        access: Access = Access(),  # noqa: B008 - immutable
        age: dt.timedelta = HOUR,
        offline: bool = False,
        fetcher: Fetcher | None = None,
    ) -> None:
        self.indexes = indexes
        self._now = now
        self._kept = Folder(folder) if folder is not None else None
        self._age = age
        self._offline = offline
        self._fetcher = fetcher or Fetcher(access, now)
        self._pinned = dict(indexes.pinned)
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, bool], Future[Kept | Failure]] = {}
        self._known: dict[str, Known] = {}

    def page(self, name: str) -> Known:
        """What the indexes have under `name`, by the strategy that is configured."""
        name = canonicalize_name(name)
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._look(name)
        return found

    def pages(self, names: Iterable[str]) -> dict[str, Known]:
        """The same of several names at a time, in their order."""
        wanted = list(dict.fromkeys(canonicalize_name(name) for name in names))
        if all(name in self._known for name in wanted) or len(wanted) == 1:
            return {name: self.page(name) for name in wanted}
        pool = ThreadPoolExecutor(8, "pylife-index")
        try:
            return dict(zip(wanted, pool.map(self.page, wanted), strict=True))
        finally:
            # Who interrupts this does not wait for all that was still to be asked.
            pool.shutdown(wait=False, cancel_futures=True)

    def _look(self, name: str) -> Known:
        asked = self._asked_for(name)
        if isinstance(asked, Unavailable):
            return asked
        found: list[Found] = []
        for index in asked:
            one = self._one(index, name)
            if isinstance(one, Unavailable):
                return one
            if one is not None:
                found.append(one)
                if self.indexes.strategy is Strategy.FIRST_INDEX:
                    break
        if name not in self._pinned:
            for link in self.indexes.find_links:
                one = self._one(Index(link, flat=True), name)
                if isinstance(one, Unavailable):
                    return one
                if one is not None:
                    found.append(one)
        return tuple(found) if found else Absent(name)

    def _asked_for(self, name: str) -> Sequence[Index] | Unavailable:
        """The indexes that may have `name`, in the order in which they are asked."""
        pin = self._pinned.get(name)
        if pin is not None:
            named = [index for index in self.indexes.indexes if index.name == pin]
            if not named:
                return Unavailable(name, f"it is to come from the index {pin}, which is not known")
            return named
        usual = [index for index in self.indexes.indexes if not index.explicit]
        return sorted(usual, key=lambda index: index.default)

    def _one(self, index: Index, name: str) -> _Asked:
        """What `index` has of `name`: None where it has nothing."""
        if not address.is_remote(index.url):
            return self._from_disk(index, name)
        base = index.url.rstrip("/")
        url = index.url if index.flat else f"{base}/{name}/"
        answer = self._answer(url, index)
        if isinstance(answer, Failure):
            return Unavailable(name, f"{index.url}: {answer.reason}")
        if answer.pages is None or name not in answer.pages:
            return None
        digest = answer.pages.digests[name]
        return Found(name, answer.pages, index.url, answer.fetched, digest)

    def _from_disk(self, index: Index, name: str) -> _Asked:
        try:
            page = local.page(index, name)
        except (OSError, pages.PageError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            return Unavailable(name, f"{index.url}: {reason or 'it cannot be read'}")
        if page is None:
            return None
        return Found(name, {name: page}, index.url, self._now(), packed.digest(page))

    def _answer(self, url: str, index: Index) -> Kept | Failure:
        """What is at `url`: once in a process, however many threads ask."""
        key = (url, index.flat)
        with self._lock:
            future = self._answers.get(key)
            mine = future is None
            if future is None:
                future = self._answers[key] = Future()
        if mine:
            try:
                future.set_result(self._current(url, index))
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()

    def _current(self, url: str, index: Index) -> Kept | Failure:
        kept = self._kept.load(url) if self._kept is not None else None
        if self._offline:
            return kept or Failure("it was never asked for this, and now nothing is asked")
        if kept is not None and dt.timedelta(0) <= self._now() - kept.fetched < self._age:
            return kept
        answer = self._fetcher.get(url, kept.validators if kept is not None else None)
        if isinstance(answer, Failure):
            return answer
        fresh = self._fresh(url, answer, kept, index)
        if isinstance(fresh, Kept) and self._kept is not None:
            self._kept.store(fresh)
        return fresh

    def _fresh(self, url: str, answer: Answer, kept: Kept | None, index: Index) -> Kept | Failure:
        now = self._now()
        if answer.status == 304 and kept is not None:
            return kept._replace(fetched=now)
        if answer.status in {404, 410, *index.ignored} or _bucket_without(answer):
            return Kept(url, now, None)
        if answer.status in {401, 403}:
            return Failure(f"it answers with status {answer.status}: it wants credentials")
        if answer.status != 200:
            return Failure(f"it answers with status {answer.status}")
        content = hashlib.sha256(answer.content).hexdigest()
        if kept is not None and kept.content == content:
            return kept._replace(fetched=now, validators=answer.validators)
        try:
            told = pages.read(answer.content, answer.kind, answer.url, framed=answer.framed)
        except pages.PageError as error:
            return Failure(str(error))
        name = url.rstrip("/").rpartition("/")[2]
        found = (
            pages.flat(told["files"]).values() if index.flat else [pages.page(name, told["files"])]
        )
        return Kept(url, now, packed.Packed.of(found), content, answer.validators)


def _bucket_without(answer: Answer) -> bool:
    """Whether an object store says 403 for what it does not have.

    S3 does so where listing is not allowed ("AccessDenied" in place of "NoSuchKey"; its API
    reference, GetObject); indexes of wheels for accelerators are kept in such buckets.
    """
    return answer.status == 403 and b"<Code>AccessDenied</Code>" in answer.content[:1024]

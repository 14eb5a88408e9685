"""Look at files: what is known of their content is taken from the cache, the rest is scanned."""

import os
import stat
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pylife import __version__, resources
from pylife.source import ignores, results
from pylife.source.cache import Cache, Mark, Seen
from pylife.source.interpreter import Interpreter, newest
from pylife.source.results import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pylife.source.runner import Answer

MAX_BYTES = 50_000_000
"""A larger file is no source that anybody wrote, and its tree would fill the memory."""
Progress = Callable[[int, int], None]
"""Told how many of how many files are scanned; not called where nothing is to be scanned."""


class Given(NamedTuple):
    """A file to look at: its absolute path, and the project's modules that it can import.

    A link that leads out of the folder `root` is not followed, where there is one.
    """

    place: str
    own: frozenset[str] = frozenset()
    root: str = ""


class Read(NamedTuple):
    """What is found in each file, by its absolute path, and the Python whose parser read them."""

    parser: tuple[int, int]
    found: dict[str, Found]


class _Known(NamedTuple):
    """A file whose content is known by its digest."""

    given: Given
    mark: Mark
    content: str
    key: str


def read(
    given: Iterable[Given], kept: Cache, *, processes: int = 0, progress: Progress | None = None
) -> Read:
    """Look at the files that are `given`, several at once; see `runner.scan`."""
    return _Reader(kept, processes, progress).read(given)


class _Reader:
    """One pass over some files."""

    def __init__(self, kept: Cache, processes: int, progress: Progress | None) -> None:
        from pylife.source.scanner.versions import NEWEST

        self._kept = kept
        self._processes = processes
        self._progress = progress
        self._interpreter = newest(NEWEST, kept.interpreters)
        self._found: dict[str, Found] = {}
        self._seen: list[Seen] = []
        self._ignores: dict[str, tuple[ignores.Ignore, ...]] = {}

    def read(self, given: Iterable[Given]) -> Read:
        """See `read`."""
        marks: dict[str, Mark] = {}
        every = {one.place: one for one in given}
        for one in every.values():
            mark = self._mark(one)
            if mark is not None:
                marks[one.place] = mark
        contents = self._kept.contents(marks)
        known = [
            file
            for place, mark in marks.items()
            if (file := self._known(every[place], mark, contents.get(place)))
        ]
        lines = self._kept.results({file.key for file in known})
        missing: dict[str, list[_Known]] = {}
        for file in known:
            found = results.read(lines[file.key]) if file.key in lines else None
            if found is None:
                missing.setdefault(file.key, []).append(file)
            else:
                self._found[file.given.place] = found
        self._scan(missing)
        self._kept.keep({}, self._seen)
        return Read(self._interpreter.version, self._found)

    def _mark(self, one: Given) -> Mark | None:
        """By what the file is known; None, with the reason noted, where it is not to be read."""
        looked = _looked(one)
        if isinstance(looked, str):
            self._found[one.place] = Found(unparsed=looked)
            return None
        return looked

    def _known(self, one: Given, mark: Mark, content: str | None) -> _Known | None:
        if content is None:
            read_at = time.time_ns()
            data = self._data(one)
            if data is None:
                return None
            content = _digest(data)
            self._ignores[content] = ignores.find(data)
            if mark.trusted(read_at):
                self._seen.append(Seen(one.place, mark, content))
        return _Known(one, mark, content, _key(content, self._interpreter, _standard(one.own)))

    def _data(self, one: Given) -> bytes | None:
        try:
            return Path(one.place).read_bytes()
        except OSError as error:
            self._found[one.place] = Found(unparsed=f"cannot be read: {error.strerror}")
            return None

    def _scan(self, missing: dict[str, list[_Known]]) -> None:
        """Scan one file of each content, and keep what is found, also when interrupted."""
        if not missing:
            return  # the usual case, in which nothing that scans is even loaded
        from pylife.source import runner
        from pylife.source.runner import Job

        jobs = {}
        for same in missing.values():
            first = same[0]
            path = first.given.place
            jobs[Job(path, path, first.mark.size, _standard(first.given.own))] = same
        if self._progress and jobs:
            self._progress(0, len(jobs))
        answers = runner.scan(list(jobs), self._interpreter, processes=self._processes)
        for number, answer in enumerate(answers, 1):
            self._take(answer, jobs[answer.job])
            if self._progress:
                self._progress(number, len(jobs))

    def _take(self, answer: "Answer", same: Sequence[_Known]) -> None:
        first = same[0]
        found = results.read(answer.line) if not answer.failed else None
        if found is None:
            reason = answer.failed or "the scanner gave no answer"
            found = Found(unparsed=f"could not be scanned: {reason}")
        else:
            found = found._replace(ignores=self._ignored(first))
            if _unchanged(first):
                self._kept.keep({first.key: results.with_ignores(answer.line, found.ignores)}, ())
        for one in same:
            self._found[one.given.place] = found

    def _ignored(self, one: _Known) -> tuple[ignores.Ignore, ...]:
        if one.content not in self._ignores:
            data = self._data(one.given)
            self._ignores[one.content] = ignores.find(data) if data is not None else ()
        return self._ignores[one.content]


def _looked(one: Given) -> Mark | str:
    """By what the file is known; or why it is not to be read."""
    try:
        status = os.lstat(one.place)
        if stat.S_ISLNK(status.st_mode):
            if one.root and not _inside(one.place, one.root):
                return "a link that leads out of the project"
            status = os.stat(one.place)  # noqa: PTH116 - one call for each file
    except FileNotFoundError:
        return "a dangling link" if os.path.islink(one.place) else "no such file"  # noqa: PTH114
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_size > MAX_BYTES:
        return f"too large to be read ({status.st_size / 1e6:.0f} MB)"
    return _mark(status)


def _mark(status: os.stat_result) -> Mark:
    return Mark(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _inside(place: str, root: str) -> bool:
    return Path(os.path.realpath(place)).is_relative_to(root)


def _unchanged(one: _Known) -> bool:
    """Whether the file that was scanned is still the one whose content was taken down before."""
    try:
        return _mark(os.stat(one.given.place)) == one.mark  # noqa: PTH116
    except OSError:
        return False


def _key(content: str, interpreter: Interpreter, own: tuple[str, ...]) -> str:
    """All that the result depends on."""
    return "\0".join((content, scanner_mark(), interpreter.release, *own))


def _digest(data: bytes) -> str:
    import hashlib  # loading OpenSSL costs a start-up more than all the rest of this

    return hashlib.sha256(data).hexdigest()


@cache
def scanner_mark() -> str:
    """By what the scanner's code and data are known: another one's findings are not its own.

    Sizes and times, since to read them all would cost more than what it is for.
    """
    package = Path(__file__).resolve().parent
    ignoring = package / "ignores.py"
    marks = [(ignoring.name, *_mark(ignoring.stat())[:2])]
    for folder, endings in (
        (package / "scanner", ".py"),
        (resources.data(""), (".json", ".table")),
    ):
        with os.scandir(folder) as entries:
            marks += [
                (entry.name, *_mark(entry.stat())[:2])
                for entry in entries
                if entry.name.endswith(endings) and not entry.name.endswith(".schema.json")
            ]
    return f"{__version__} {zlib.crc32(repr(sorted(marks)).encode()):08x}"


@cache
def _standard(own: frozenset[str]) -> tuple[str, ...]:
    """Those of a project's own modules that have the name of a standard one.

    The others are of no consequence, and would make what is found in one project of no use
    to the next.
    """
    from pylife.source.scanner import table

    return tuple(sorted(name for name in own if table.load().module(name) is not None))

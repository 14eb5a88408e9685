"""A file as read from disk: bytes, text, and the way between offsets of both."""

import os
import re
import stat
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

from pylife.errors import UnreadableError
from pylife.model import Span

MAX_BYTES = 8 * 1024 * 1024
"""A declaration file larger than this is not read: the largest real lock files are smaller."""

_BOM = b"\xef\xbb\xbf"
_PIECE = 1000
"""A line may be a megabyte; so many characters at the most are counted for one place."""
_NEWLINE = re.compile(r"\r\n|\n|\r")


class Source:
    """One file: `path` (from the project's folder) and `data` (its bytes).

    `text` leaves out a byte order mark; offsets into `data` keep it.
    """

    def __init__(self, path: str, data: bytes, *, encoding: str = "utf-8") -> None:
        self.path = path
        self.data = data
        self.encoding = encoding
        self._base = len(_BOM) if data.startswith(_BOM) else 0

    @cached_property
    def text(self) -> str:
        """The decoded text; raises UnreadableError naming the line of the first bad byte.

        A NUL byte is bad too: it is what UTF-16 looks like, and stands in no text.
        """
        body = self.data[self._base :]
        nul = body.find(b"\0")
        if nul >= 0 and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnreadableError(
                "not text (a NUL byte; UTF-16?)",
                path=self.path,
                line=body.count(b"\n", 0, nul) + 1,
                help="save the file as UTF-8",
            )
        try:
            return body.decode(self.encoding)
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            raise UnreadableError(
                f"not {self.encoding.upper()} text (byte 0x{body[error.start]:02x})",
                path=self.path,
                line=line,
                help="save the file as UTF-8",
            ) from None
        except LookupError:
            raise UnreadableError(
                f"unknown encoding {self.encoding!r}", path=self.path, line=1
            ) from None

    @cached_property
    def _single_byte(self) -> bool:
        return self.text.isascii()

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset into `text` of the start of each line (`\\n`, `\\r\\n` and `\\r` end one)."""
        if "\r" in self.text:
            return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
        lines = self.text.split("\n")
        return list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]

    @cached_property
    def _anchors(self) -> list[int]:
        """Offset into `text` of the start of each line, and of the pieces of long ones."""
        if self.encoding != "utf-8":  # others may shift between lines only
            return self.line_starts
        ends = [*self.line_starts[1:], len(self.text) + 1]
        return [
            at
            for start, end in zip(self.line_starts, ends, strict=True)
            for at in range(start, end, _PIECE)
        ]

    @cached_property
    def _anchor_bytes(self) -> list[int]:
        """Offset into `data` of each of `_anchors`."""
        starts, at = [self._base], self._base
        for begin, end in pairwise(self._anchors):
            at += len(self.text[begin:end].encode(self.encoding))
            starts.append(at)
        return starts

    def byte(self, index: int) -> int:
        """Byte offset into `data` of the character `index` of `text`."""
        if self._single_byte:
            return self._base + index
        place = bisect_right(self._anchors, index) - 1
        before = self.text[self._anchors[place] : index]
        return self._anchor_bytes[place] + len(before.encode(self.encoding))

    def index(self, byte: int) -> int:
        """Character index into `text` of the byte offset `byte` of `data`."""
        if self._single_byte:
            return byte - self._base
        place = max(0, bisect_right(self._anchor_bytes, byte) - 1)
        before = self.data[self._anchor_bytes[place] : byte]
        return self._anchors[place] + len(before.decode(self.encoding, errors="replace"))

    def span(self, start: int, end: int) -> Span:
        """The span of the characters `start:end` of `text`."""
        return Span(self.byte(start), self.byte(end))

    def slice(self, span: Span) -> str:
        """The text of `span`."""
        return self.data[span.start : span.end].decode(self.encoding, errors="replace")

    def position(self, byte: int) -> tuple[int, int]:
        """Line and column (in characters, both from 1) of the byte offset `byte`."""
        index = self.index(byte)
        line = bisect_right(self.line_starts, index)
        return line, index - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line ending."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


def read(root: Path, relative: str) -> Source:
    """Read `root/relative`; raises UnreadableError for what is no plain, small file.

    A link that leads out of `root` is not followed: what is elsewhere is not
    this project's to say, and may be anything.
    """
    # As text: a `Path` for each of hundreds of files costs more than opening them.
    path = os.path.join(root, relative)  # noqa: PTH118
    try:
        if os.path.islink(path) and not _inside(path, root):  # noqa: PTH114
            raise UnreadableError("a link that leads out of the project", path=relative)
        # Non-blocking, so that a named pipe cannot stop the run before fstat tells what it is.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError("not a regular file", path=relative)
            if status.st_size > MAX_BYTES:
                size, limit = status.st_size / 1e6, MAX_BYTES / 1e6
                raise UnreadableError(
                    f"too large to be read ({size:.0f} MB; the limit is {limit:.0f} MB)",
                    path=relative,
                )
            return Source(relative, file.read())
    except FileNotFoundError:
        reason = "a dangling link" if os.path.islink(path) else "no such file"  # noqa: PTH114
        raise UnreadableError(reason, path=relative) from None
    except (OSError, RuntimeError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"cannot be read: {detail}", path=relative) from None


def _inside(path: str, root: Path) -> bool:
    return Path(path).resolve().is_relative_to(root.resolve())

"""Keys that are taken while their cell runs: locks that the system holds for a process.

One byte of a file beside the store stands for a key. The system gives a lock
back when the process ends, also by SIGKILL, so that none is ever left.
"""

import errno
import fcntl
import hashlib
import os
import struct
import sys
import threading
from pathlib import Path

_BUSY = frozenset({errno.EAGAIN, errno.EACCES})


class Claims:
    """The keys that are taken through this object, in the file `path`; safe for threads.

    Every method raises OSError where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._held: set[str] = set()
        self._lock = threading.Lock()

    def take(self, key: str) -> bool:
        """Take the key; False where this object or another has it."""
        with self._lock:
            if key in self._held:
                return False
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                _set(self._file, fcntl.F_WRLCK, _place(key))
            except OSError as error:
                if error.errno in _BUSY:
                    return False
                raise
            self._held.add(key)
            return True

    def give_back(self, key: str) -> None:
        """Give the key back; nothing happens where it is not taken."""
        with self._lock:
            if key in self._held and self._file is not None:
                self._held.discard(key)
                _set(self._file, fcntl.F_UNLCK, _place(key))

    def close(self) -> None:
        """Give all keys back."""
        with self._lock:
            self._held.clear()
            if self._file is not None:
                os.close(self._file)
                self._file = None


def _place(key: str) -> int:
    """The byte that stands for the key; two of a million keys share one by 1 in 8 million."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 2


def _set(file: int, kind: int, place: int) -> None:
    if sys.platform == "linux":
        # A lock of the open file, not of the process: two stores of one process exclude
        # each other too. Source: fcntl(2), "Open file description locks"; struct flock.
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", kind, 0, place, 1, 0))
    else:
        how = fcntl.LOCK_UN if kind == fcntl.F_UNLCK else fcntl.LOCK_EX | fcntl.LOCK_NB
        fcntl.lockf(file, how, 1, place)

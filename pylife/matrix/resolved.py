"""The set of dependencies that was judged for a project and a Python, as a cell installs it.

A cell's installer is held to it by constraints: what of the set is installed has
the version that was judged, and what is not of it (the tools of the tests) is as
the session asks. So that it resolves and that it installs is said of one set.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_FILE = "resolved.txt"


class Resolved(NamedTuple):
    """A set: names (normalised) with versions, sorted, of no library of the fleet's own.

    `made` is the ISO day on which it was judged, `platform` for which.
    """

    picks: tuple[tuple[str, str], ...]
    made: str
    platform: str

    @property
    def text(self) -> str:
        """The lines of a file of constraints."""
        return "".join(f"{name}=={version}\n" for name, version in self.picks)

    @property
    def digest(self) -> str:
        """Of the set alone: judged anew to the same end, it is the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def constrain(resolved: Resolved, before: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What the session's environment has besides `before`; writes the file into `folder`.

    Constraints that are there already stay. Raises OSError where it cannot be written.
    """
    file = folder / _FILE
    file.write_text(resolved.text, encoding="utf-8")
    return {
        # Both take several files, with spaces between.
        name: " ".join(filter(None, (before.get(name, ""), os.fspath(file))))
        for name in ("UV_CONSTRAINT", "PIP_CONSTRAINT")
    }

"""The state folder: one pylife at a time, and nothing of it in anybody's repository."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from pylife.errors import StateError

_GITIGNORE = "# Made by pylife; all of it can be deleted.\n*\n"


def prepare(state: Path) -> None:
    """Make the state folder one that nobody commits; raises OSError where it cannot be made."""
    state.mkdir(parents=True, exist_ok=True)
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text(_GITIGNORE, encoding="utf-8")


@contextlib.contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the state folder; the lock goes with the process, however it ends."""
    import fcntl

    try:
        prepare(state)
        file = (state / "lock").open("w", encoding="utf-8")
    except OSError as error:
        raise StateError(
            f"cannot be used: {error.strerror}", path=str(state), help="choose another with --state"
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StateError(
                "is in use by another pylife", path=str(state), help="wait for it, or use --state"
            ) from None
        yield

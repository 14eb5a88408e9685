"""Starting a program under the supervisor that ends all that it starts, where there is one."""

import contextlib
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_PROGRAM = Path(__file__).with_name("supervisor.py")
_LONGEST = 10.0
"""Seconds within which it has ended all: more than twice its grace."""


class Hold(NamedTuple):
    """Two pipes: what the supervisor says comes from `said`, and `hold` keeps it until closed."""

    said: int
    hold: int

    def close(self) -> None:
        """Let go of the supervisor."""
        os.close(self.said)
        os.close(self.hold)


class Started(NamedTuple):
    """A program that was started, and what holds its supervisor; None where it has none."""

    process: subprocess.Popen[bytes]
    hold: Hold | None

    def has_ended(self) -> bool:
        """Whether the program has; what it started may still be there."""
        if self.process.poll() is not None:
            return True
        if self.hold is None:
            return False
        poll = select.poll()
        poll.register(self.hold.said, select.POLLIN)
        return bool(poll.poll(0))

    def release(self) -> None:
        """Have the supervisor end the program, and all that this started; call it once."""
        if self.hold is None:
            return
        self.hold.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_LONGEST)


def start(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Started:
    """Start `command` in a session of its own; its output is in a pipe.

    Raises OSError where that cannot be done.
    """
    if not sys.platform.startswith("linux"):
        return Started(_popen(command, cwd, env), None)
    said, says = os.pipe()
    held, holds = os.pipe()
    hold = Hold(said, holds)
    supervisor = [sys.executable, "-I", "-S", str(_PROGRAM), str(says), str(held)]
    try:
        process = _popen([*supervisor, *command], cwd, env, (says, held))
    except BaseException:
        hold.close()
        raise
    finally:
        os.close(says)
        os.close(held)
    first = os.read(said, 1)
    if first and not first[0]:
        return Started(process, hold)
    hold.close()
    if process.stdout is not None:
        process.stdout.close()
    process.wait()
    if not first:
        raise OSError(0, "its supervisor did not start", command[0])
    raise OSError(first[0], os.strerror(first[0]), command[0])


def _popen(
    command: Sequence[str], cwd: Path, env: Mapping[str, str], descriptors: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=descriptors,
    )

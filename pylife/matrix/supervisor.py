"""Runs one program and ends all that it started, whatever that has done to get away.

Linux only, and never imported by pylife: `python -I -S supervisor.py SAYS HELD COMMAND...`,
of which the first two are descriptors of pipes.
A process whose parent ended gets the supervisor as its parent, also one with a session
and an environment of its own: so everything is found among the descendants. Once the
program has ended, or the other side of HELD is closed (whoever asked has had
enough, or was killed), they are ended, and the supervisor ends as the program did.
The first that it writes to SAYS is the number of the error by which the program
could not be started; 0 where it was. The second says that it has ended.
"""

import contextlib
import os
import resource
import select
import signal
import sys
import time

GRACE = 3.0
"""Seconds between SIGTERM and SIGKILL."""
_TICK = 0.5
_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2)."""


def main(says: int, held: int, command: list[str]) -> int:
    """Run `command`; its exit code, where no signal ended it."""
    _adopt()
    # Whoever ends all that carries the mark is not to free what does not.
    signal.signal(signal.SIGTERM, lambda *_: None)
    for descriptor in (says, held):
        os.set_inheritable(descriptor, False)  # noqa: FBT003
    try:
        # In a session of its own: a signal to its group is none to the supervisor.
        program = os.posix_spawnp(
            command[0], command, os.environ, setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],
        )  # fmt: skip
    except OSError as error:
        os.write(says, bytes([error.errno or 255]))
        return 1
    os.write(says, bytes([0]))
    status = _wait(program, held)
    with contextlib.suppress(OSError):
        os.write(says, bytes([0]))
    status = _end(program, status)
    if status is None:
        return 1
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        _die(-code)
    return code


def _adopt() -> None:
    """Become the parent of all descendants whose own ends."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _wait(program: int, held: int) -> int | None:
    """The program's status, or None where nobody waits for it any more."""
    poll = select.poll()
    poll.register(held, select.POLLIN)
    with contextlib.suppress(AttributeError, OSError):
        poll.register(os.pidfd_open(program), select.POLLIN)
    while True:
        status = _reaped(program)
        if status is not None:
            return status
        for ready, _ in poll.poll(_TICK * 1000):
            if ready == held:
                return None


def _reaped(program: int) -> int | None:
    """Take what has ended off the list of processes; the program's status where it has."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == program:
                found = status
    return found


def _end(program: int, status: int | None) -> int | None:
    """End all descendants; the program's status."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        until, sent = time.monotonic() + GRACE, set[int]()
        while left := _descendants():
            for pid in left - sent if number == signal.SIGTERM else left:
                sent.add(pid)
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
            if time.monotonic() > until:
                break
            time.sleep(0.02)
            ended = _reaped(program)
            status = ended if status is None else status
    ended = _reaped(program)
    return ended if status is None else status


def _descendants() -> set[int]:
    """All live processes below this one."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - many times a run
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                content = file.read()
                # "pid (name) state ppid ...": the name may hold spaces and parentheses.
                state, parent, *_ = content[content.rindex(b")") + 2 :].split()
                if state not in {b"Z", b"X"}:
                    children.setdefault(int(parent), []).append(int(name))
    found: set[int] = set()
    todo = [os.getpid()]
    while todo:
        for pid in children.get(todo.pop(), ()):
            if pid not in found:
                found.add(pid)
                todo.append(pid)
    return found


def _die(number: int) -> None:
    """End by the signal that ended the program."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    time.sleep(1)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))

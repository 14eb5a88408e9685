"""Beginning anew without credentials, before projects' code is run.

What a process was started with, other processes of its user can read for as long
as it lives, on Linux in /proc/PID/environ, whatever it removes later. So a command that
runs projects' code replaces itself by itself, with an environment in which there
are none. A forge's token is gone for good: what proposes is another process. What
packages and evidence are had with comes through a pipe, and is from then on in
this process's memory alone, which others of the user cannot look into
(PR_SET_DUMPABLE, prctl(2); root can).
"""

import contextlib
import ctypes
import json
import os
import sys
from collections.abc import Mapping, Sequence

_PIPE = "PYLIFE_HANDED_ON"
"""Names the descriptor that the new beginning reads."""
_MOST = 60_000
"""Bytes that a pipe takes while nobody reads: 64 KiB on Linux (pipe(7)), 16 KiB at least."""
_PR_SET_DUMPABLE = 4
_HIDDEN: dict[str, str] = {}
"""A forge's credentials that the environment has no more."""


def begin(arguments: Sequence[str]) -> None:
    """For a command that runs projects' code: return only in a process that shows no credentials.

    Others return at once. To be called before anything else is begun.
    """
    if _PIPE in os.environ:
        _take()
        return
    if not runs_projects(arguments):
        hide()
        return
    from pylife.matrix import secrets

    found = secrets.held(os.environ)
    if not found:
        return
    kept = {
        name: os.environ[name] for name, kind in found.items() if kind is not secrets.Kind.FORGE
    }
    content = json.dumps(kept).encode()
    if len(content) > _MOST:
        return  # what can be read is found, and said, later
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        complete = os.write(writing, content) == len(content)
    except BlockingIOError:
        complete = False
    os.close(writing)
    if not complete:
        os.close(reading)
        return
    os.set_inheritable(reading, True)
    clean = {name: value for name, value in os.environ.items() if name not in found}
    # The same words, of Python's own options too.
    words = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, words, {**clean, _PIPE: str(reading)})  # noqa: S606 - itself


def hide() -> None:
    """Keep a forge's credentials in this process's memory: what it starts does not inherit them."""
    from pylife.matrix import secrets

    for name, kind in secrets.held(os.environ).items():
        if kind is secrets.Kind.FORGE:
            _HIDDEN[name] = os.environ.pop(name)


def environment() -> dict[str, str]:
    """The environment with what was hidden, for what speaks to the forge."""
    return {**os.environ, **_HIDDEN}


def runs_projects(arguments: Sequence[str]) -> bool:
    """Whether the command line `arguments` runs projects' code, or builds what they require."""
    words = [word for word in arguments if not word.startswith("-")]
    if words[:1] == ["deps"]:
        return "--no-build" not in arguments
    if words[:1] == ["matrix"]:
        return words[1:2] in (["run"], ["list"])
    if words[:2] == ["upgrade", "prove"]:
        return True
    if words[:1] != ["nightly"]:
        return False
    steps = _only(arguments)
    return steps is None or bool({"run", "resolve"} & {word.strip() for word in steps.split(",")})


def _only(arguments: Sequence[str]) -> str | None:
    """What `--only` says, the last time that it is said."""
    found = None
    for number, word in enumerate(arguments):
        if word == "--only":
            found = arguments[number + 1] if number + 1 < len(arguments) else ""
        elif word.startswith("--only="):
            found = word.removeprefix("--only=")
    return found


def _take() -> None:
    """Take over what was handed on; this process's memory is its own from now on."""
    number = os.environ.pop(_PIPE)
    protect()
    with contextlib.suppress(OSError, ValueError):
        with os.fdopen(int(number), "rb") as pipe:
            handed: Mapping[str, str] = json.loads(pipe.read())
        os.environ.update(handed)


def protect() -> None:
    """Let no other process of this user look into this one, where the system can do that."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

"""The programs that the matrix needs, and where they are: uv, nox and tox."""

import importlib.util
import shutil
import sys
import threading
from functools import lru_cache

from pylife.errors import ToolError

_HELP = "install python-lifecycle[nightly], or put it on PATH"
_LOOKING = threading.Lock()
"""uv is looked for with sysconfig, which two threads must not be the first to ask (3.11)."""


def uv() -> str:
    """The path of uv: of the installed package, else on PATH; raises ToolError."""
    with _LOOKING:
        return _uv()


@lru_cache(maxsize=1)
def _uv() -> str:
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise ToolError("uv was not found", help=_HELP)
    return found


@lru_cache(maxsize=1)
def nox() -> tuple[str, ...]:
    """The command that starts nox, beside pylife or on PATH; raises ToolError."""
    if importlib.util.find_spec("nox") is not None:
        # -P: a project's folder must not shadow nox's own modules.
        return (sys.executable, "-P", "-m", "nox")
    found = shutil.which("nox")
    if found is None:
        raise ToolError("nox was not found", help=_HELP)
    return (found,)


@lru_cache(maxsize=1)
def tox() -> tuple[str, ...] | None:
    """The command that starts tox, beside pylife or on PATH; None where there is none.

    Only fleets with tox configurations need it.
    """
    if importlib.util.find_spec("tox") is not None:
        return (sys.executable, "-P", "-m", "tox")
    found = shutil.which("tox")
    return None if found is None else (found,)

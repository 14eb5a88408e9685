"""The programs that the matrix needs, and where they are: uv and nox."""

import importlib.util
import shutil
import sys
from functools import lru_cache

from pylife.errors import ToolError

_HELP = "install python-lifecycle[nightly], or put it on PATH"


@lru_cache(maxsize=1)
def uv() -> str:
    """The path of uv: of the installed package, else on PATH; raises ToolError."""
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

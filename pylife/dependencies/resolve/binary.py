"""Where uv is, and which one it is."""

import os
import shutil
import subprocess
from functools import lru_cache

from pylife.dependencies.resolve.environment import clean
from pylife.errors import ToolError

_HELP = "install python-lifecycle[nightly], or put uv on PATH"


@lru_cache(maxsize=1)
def path() -> str:
    """The path of uv: of the installed package, else on PATH; raises ToolError."""
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise ToolError("uv was not found: it resolves dependencies", help=_HELP)
    return found


@lru_cache(maxsize=1)
def name() -> str:
    """Such as `uv 0.13.8`, as verdicts name their resolver; raises ToolError."""
    try:
        told = subprocess.run(
            [path(), "--version"],
            env=clean(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolError(f"{path()} does not start: {error}", help=_HELP) from None
    return " ".join(told.split()[:2])

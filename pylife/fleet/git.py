"""Repositories given by URL, fetched into a cache with git."""

import os
import re
from pathlib import Path

from pylife.errors import ToolError

_TIMEOUT = 300
"""Seconds that one git command may take."""


def checkout(url: str, branch: str | None, cache: Path, *, fetch: bool) -> Path:
    """The folder with the newest fetched state of `branch` of `url`.

    With `fetch` it is brought up to date first. Nothing of the repository is run:
    hooks, submodules and helper protocols are off. Raises ToolError with one line
    that says why it could not be had.
    """
    import hashlib

    digest = hashlib.sha256(f"{url}\n{branch or ''}".encode()).hexdigest()[:12]
    folder = cache / f"{name_of(url)}-{digest}"
    present = (folder / ".git").is_dir()
    if not fetch:
        if not present:
            raise ToolError(
                f"{without_credentials(url)} has not been fetched",
                help="run `pylife nightly`, which fetches, first",
            )
        return folder
    if present:
        reference = branch or "HEAD"
        _git(url, "-C", str(folder), "fetch", "-q", "--depth=1", "origin", "--", reference)
        _git(url, "-C", str(folder), "reset", "-q", "--hard", "FETCH_HEAD")
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    options = ["--branch", branch] if branch else []
    partial = cache / f".{folder.name}.{os.getpid()}"
    try:
        _git(url, "clone", "-q", "--depth=1", "--no-tags", *options, "--", url, str(partial))
        partial.rename(folder)
    finally:
        if partial.exists():
            import shutil

            shutil.rmtree(partial, ignore_errors=True)
    return folder


def name_of(url: str) -> str:
    """The repository's name: the last part of its URL, without `.git`."""
    last = re.split(r"[/:\\]", url.rstrip("/"))[-1].removesuffix(".git")
    return re.sub(r"[^A-Za-z0-9._-]", "-", last) or "repository"


def without_credentials(url: str) -> str:
    """`url` without user and password, fit to be shown."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    if not parts.scheme or "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _git(url: str, *arguments: str) -> None:
    import subprocess  # a fleet without URLs never gets here

    command = [
        "git",
        "-c", "core.hooksPath=/dev/null",
        "-c", "protocol.ext.allow=never",
        "-c", "core.fsmonitor=false",
        *arguments,
    ]  # fmt: skip
    # All that credential helpers may need; what pylife alone reads is nobody else's.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYLIFE_")}
    environment = {**kept, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}
    shown = without_credentials(url)
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=_TIMEOUT, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise ToolError("git is not on PATH", help="install git") from None
    except subprocess.TimeoutExpired:
        raise ToolError(f"{shown}: git took more than {_TIMEOUT} seconds") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = lines[-1].replace(url, shown) if lines else f"git exited with {done.returncode}"
        raise ToolError(f"{shown} cannot be fetched: {said}")

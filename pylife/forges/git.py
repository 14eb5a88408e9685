"""Git as a tool: plumbing only, with nobody's configuration, hooks or prompts."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pylife.errors import ToolError

_SECONDS = 300
"""No plumbing command on a project's own files takes longer, unless it hangs."""

_SETTINGS = ("safe.directory=*", "core.fsmonitor=false", f"core.hooksPath={os.devnull}")

LINK = "120000"
"""Git's mode of a symbolic link."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree: its `path` as bytes, git's mode, and its content."""

    path: bytes
    mode: str
    data: bytes


def check() -> None:
    """Raise ToolError where git is not installed."""
    if shutil.which("git") is None:
        raise ToolError("git is not installed", help="install git 2.32 or newer")


def run(
    verb: str,
    *arguments: str,
    stdin: bytes = b"",
    repository: Path | None = None,
    folder: Path | None = None,
) -> bytes:
    """What `git VERB ARGUMENTS` prints, in the bare `repository` or the work tree around `folder`.

    No hook and no file system monitor that a repository names is started.
    Raises ToolError with git's last line where it fails.
    """
    where = [f"--git-dir={repository}"] if repository else []
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *where, *settings, verb, *arguments],
            input=stdin,
            capture_output=True,
            cwd=folder,
            env=_environment(),
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        check()
        raise ToolError("git cannot be started", help="see that the folder exists") from None
    except subprocess.TimeoutExpired:
        raise ToolError(f"git {verb} was still running after {_SECONDS} s; stopped") from None
    if done.returncode:
        said = (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        # Where the state folder is on this machine is nobody's business in a report.
        for place in filter(None, [repository, folder]):
            said = said.replace(str(place), place.name)
        raise ToolError(f"git {verb} failed ({done.returncode}): {said}")
    return done.stdout


def tracked(folder: Path) -> list[bytes] | None:
    """The files of `folder` that git tracks or would track, sorted; None outside a repository.

    Only reads: the index is not refreshed. The repository may belong to another
    user, as it does in containers, since nothing of it is run.
    """
    try:
        inside = run("rev-parse", "--is-inside-work-tree", folder=folder)
    except ToolError:
        return None
    if inside.strip() != b"true":
        return None
    listed = run("ls-files", "-z", "-co", "--exclude-standard", folder=folder)
    return sorted({path for path in listed.split(b"\0") if path})


def commit_stream(
    reference: str,
    entries: Iterable[Entry],
    *,
    author: tuple[str, str],
    seconds: int,
    message: str,
    parent: str | None = None,
) -> bytes:
    """A commit for `git fast-import`, which writes bytes as they are given.

    Unlike `git add` it knows no filters and no line-ending conversion. With a
    `parent` the entries change its tree, else they are the whole tree.
    """
    name, email = author
    text = message.encode()
    parts = [
        f"commit {reference}\nmark :1\nauthor {name} <{email}> {seconds} +0000\n".encode(),
        f"committer {name} <{email}> {seconds} +0000\n".encode(),
        b"data %d\n%s\n" % (len(text), text),
        f"from {parent}\n".encode() if parent else b"deleteall\n",
    ]
    for entry in entries:
        parts.append(b"M %s inline %s\n" % (entry.mode.encode(), _quoted(entry.path)))
        parts.append(b"data %d\n%s\n" % (len(entry.data), entry.data))
    return b"".join([*parts, b"done\n"])


def _quoted(path: bytes) -> bytes:
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'


def _environment() -> dict[str, str]:
    """PATH and nothing else of the caller's: no identity, no configuration, no other repository."""
    kept = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ
    }
    return kept | {
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
    }

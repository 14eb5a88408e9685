"""What ruff makes of a project's code once its oldest Python has changed, as contents in memory.

Modernising is ruff's job: `ruff check --select UP --fix`, safe fixes alone, with the new target and
in all else with the project's own settings. It reads and parses, and executes nothing of what it
reads; it is given a copy. It is done where a policy says `modernise = "ruff"`, and never else.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pylife.errors import UnreadableError
from pylife.fleet import Member
from pylife.model import PythonVersion
from pylife.source.interpreter import clean_environment
from pylife.syntax import text, toml
from pylife.upgrade.diff import unified

RULES = "UP"
"""ruff's rules that are pyupgrade's."""
_SETTINGS = (".ruff.toml", "ruff.toml", "pyproject.toml")
_SOURCE = (".py", ".pyi")
_SECONDS = 300
_EXTENDED = 5
"""How often settings may extend others."""


class Modernised(NamedTuple):
    """The new contents of the files that change, by path from the project's folder, and as a diff.

    `done` says in words what did that. Where nothing could be done, `remark` says why, and what to
    do.
    """

    contents: dict[str, bytes]
    done: str = ""
    remark: str = ""
    diff: str = ""


def modernise(member: Member, contents: Mapping[str, bytes], python: PythonVersion) -> Modernised:
    """What `ruff` changes in the project for `python` as the oldest; never raises.

    `contents` are the files that are to change before, by path from the project's folder.
    """
    ruff = _ruff()
    if ruff is None:
        return Modernised(
            {},
            remark="the policy asks for ruff to modernise the code, and ruff is not found:"
            " install it beside pylife, or in PATH",
        )
    folder = member.folder
    if folder is None:
        return Modernised({})
    try:
        with tempfile.TemporaryDirectory(prefix="pylife-ruff-") as temporary:
            return _in(Path(temporary), ruff, member, folder, contents, python)
    except OSError as error:
        return Modernised({}, remark=f"ruff could not modernise the code: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Modernised({}, remark=f"ruff did not modernise the code in {_SECONDS} s")


def _ruff() -> str | None:
    """The ruff that is installed beside pylife, else the one in PATH."""
    beside = shutil.which("ruff", path=str(Path(sys.executable).parent))
    return beside or shutil.which("ruff")


def _in(
    copy: Path, ruff: str, member: Member, folder: Path, contents: Mapping[str, bytes],
    python: PythonVersion,
) -> Modernised:  # fmt: skip
    where = _where(member, folder)
    project = copy / where
    before = _copied(project, folder, member.files, contents)
    if not before:
        return Modernised({})
    ignored = _settings_above(copy, member.root, where)
    command = [
        ruff, "check", "--no-cache", "--fix", "--quiet", "--exit-zero", "--select", RULES,
        "--target-version", f"py{python.major}{python.minor}",
        *(["--ignore", ",".join(ignored)] if ignored else []), ".",
    ]  # fmt: skip
    ended = subprocess.run(
        command, cwd=project, capture_output=True, timeout=_SECONDS, env=clean_environment(),
        check=False,
    )  # fmt: skip
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        return Modernised({}, remark=f"ruff could not modernise the code: {said[0]}")
    changed = {
        path: data for path, old in before.items() if (data := (project / path).read_bytes()) != old
    }
    diff = unified({path: before[path] for path in changed}, changed)
    done = f"{_version(ruff)}, ruff check --select {RULES} --fix, for {python}"
    return Modernised(changed, done, diff=diff)


def _copied(
    project: Path, folder: Path, files: Sequence[str], contents: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Copy the source and the settings; returns the source, by path."""
    source = {}
    for path in files:
        name = PurePosixPath(path).name
        if not name.endswith(_SOURCE) and name not in _SETTINGS:
            continue
        try:
            if (folder / path).is_symlink():
                continue  # it is edited at its target
            data = contents[path] if path in contents else text.read(folder, path).data
        except UnreadableError:
            continue
        place = project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        if name.endswith(_SOURCE):
            source[path] = data
    return source


def _where(member: Member, folder: Path) -> str:
    """The project's path from the root; `.` for one that is elsewhere."""
    try:
        return folder.resolve().relative_to(member.root.resolve()).as_posix()
    except ValueError:
        return "."


def _settings_above(copy: Path, root: Path, where: str) -> list[str]:
    """Copy the settings of the folders above the project, which ruff finds there.

    Returns the rules that the nearest settings ignore: what is selected at the command line would
    have them back.
    """
    parts = PurePosixPath(where).parts
    above = ["/".join(parts[:count]) for count in range(len(parts))]
    for outer in above:
        for name in _SETTINGS:
            path = f"{outer}/{name}".lstrip("/")
            if (root / path).is_file() and not (copy / path).exists():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                (copy / path).write_bytes((root / path).read_bytes())
    for outer in reversed([*above, "/".join(parts)]):
        for name in _SETTINGS:
            path = f"{outer}/{name}".lstrip("/")
            found = _table(copy, path)
            if found is not None:
                return sorted(set(_ignored(copy, path, found, _EXTENDED)))
    return []


def _table(root: Path, path: str) -> dict[str, Any] | None:
    """The settings of ruff in a file; None where it has none."""
    if not (root / path).is_file():
        return None
    try:
        document = toml.parse(text.read(root, path))
    except UnreadableError:
        return None
    if not path.endswith("pyproject.toml"):
        return dict(document.value)
    found = document.table("tool", "ruff")
    return dict(found) if found else None


def _ignored(root: Path, path: str, table: Mapping[str, Any], left: int) -> Iterator[str]:
    lint = table.get("lint")
    for part in (table, lint if isinstance(lint, dict) else {}):
        for key in ("ignore", "extend-ignore"):
            value = part.get(key)
            yield from (
                (code for code in value if isinstance(code, str)) if isinstance(value, list) else ()
            )
    other = table.get("extend")
    if isinstance(other, str) and left:
        joined = os.path.normpath(PurePosixPath(path).parent / other)
        below = _table(root, joined) if not joined.startswith(("..", "/")) else None
        if below is not None:
            yield from _ignored(root, joined, below, left - 1)


def _version(ruff: str) -> str:
    said = subprocess.run(
        [ruff, "--version"], capture_output=True, timeout=_SECONDS, env=clean_environment(),
        check=False,
    )  # fmt: skip
    return said.stdout.decode(errors="replace").strip() or "ruff"

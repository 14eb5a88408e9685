"""The fixture folders: what is read of each case, and every edit that can be made there.

    python -m tests.declarations.cases          rewrite the snapshots
    python -m tests.declarations.cases READER   only those of one reader

READER is a module such as `ci.travis`; `fixtures/ci/travis/CASE/` is a project's folder. Beside it stand two snapshots:
`CASE.reading.txt`, each declaration with its place and meaning, and
`CASE.edits.diff`, each change that can be made, as a diff without context. Look
at what a rewrite changed: the snapshots are what the tests compare with.
"""

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from pylife import declarations
from pylife.declarations import CannotEditError
from pylife.errors import UnreadableError
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropFallback,
    DropPython,
    PythonVersion,
    RemoveCap,
    RemoveRequirement,
    SetCap,
    SetFloor,
    SetPython,
    SetRequirement,
    TakeBranch,
    Target,
)

FIXTURES = Path(__file__).parent / "fixtures"
FLOOR, NEW = PythonVersion(3, 12), PythonVersion(3, 14)


def all_cases(reader: str = "*.*") -> list[Path]:
    """The folders of all cases, in a stable order."""
    pattern = f"{reader.replace('.', '/')}/*" if "." in reader else f"{reader}/*/*"
    return sorted(path for path in FIXTURES.glob(pattern) if path.is_dir())


def files(case: Path) -> list[str]:
    """The paths of the case's files from its folder."""
    return sorted(path.relative_to(case).as_posix() for path in case.rglob("*") if path.is_file())


def reading(case: Path) -> str:
    """What `CASE.reading.txt` should hold."""
    lines = _lines(declarations.read(case, files(case)))
    aside = _lines(declarations.asides(case, files(case)))
    return "".join(f"{line}\n" for line in [*lines, *(["-- aside --", *aside] if aside else [])])


def _lines(found: declarations.Reading) -> list[str]:
    return [
        *(_line(item) for item in found.declarations),
        *(f"{item.file}:{item.line} cannot be read: {item.message}" for item in found.problems),
    ]


def _line(item: Declaration) -> str:
    place = f"{item.file}:{item.line}:{item.column}"
    group = f" <{item.group}>" if item.group else ""
    notes = [item.note and f"  # {item.note}", item.without_effect and f"  ! {item.without_effect}"]
    return f"{place} {item.role} {item.site}{group} {item.raw!r} -> {_meaning(item)}" + "".join(
        filter(None, notes)
    )


def _meaning(item: Declaration) -> str:
    if item.unreadable is not None:
        return f"{'invalid' if item.invalid else 'unreadable'}: {item.unreadable}"
    partly = f", partly {' '.join(map(str, item.partial))}" if item.partial else ""
    if item.specifier is not None:
        return f"range {str(item.specifier) or 'of all'!r}{partly}"
    return (" ".join(map(str, item.versions or ())) or "none") + partly


def targets(case: Path) -> dict[Target, list[Declaration]]:
    """The declarations of the case by what a change applies to."""
    found: dict[Target, list[Declaration]] = {}
    for item in declarations.read(case, files(case)).declarations:
        found.setdefault(Target(item.file, item.site, item.group), []).append(item)
    return found


def changes(at: Target, found: list[Declaration]) -> list[Change]:
    """The changes that are tried at a target: a floor, no cap; one more, one less, another."""
    named = sorted({python for item in found for python in item.versions or ()})
    if any(item.specifier is not None for item in found):
        return [SetFloor(at, FLOOR), SetFloor(at, PythonVersion(3, 8)), RemoveCap(at)]
    if not named:
        return [SetPython(at, NEW)]
    return [
        AddPython(at, max(named[-1].plain.next, NEW)),
        *(DropPython(at, python) for python in (named[0], named[-1])),
        SetPython(at, NEW),
    ]


def made(case: Path, change: Change) -> dict[str, bytes]:
    """The files that `change` changes; raises CannotEditError."""
    path = change.at.file
    return declarations.apply({path: (case / path).read_bytes()}, [change])


def edits(case: Path) -> str:
    """What `CASE.edits.diff` should hold."""
    shown: list[str] = []
    for at, found in targets(case).items():
        done = []
        reason = ""
        for change in dict.fromkeys(changes(at, found)):
            try:
                after = made(case, change)
            except (CannotEditError, UnreadableError) as error:
                reason = reason or str(error)
                continue
            for path, data in after.items():
                done += [f"# {_title(change)}", *_diff((case / path).read_bytes(), data)]
        head = f"## {at.file} {at.site}" + (f" <{at.group}>" if at.group else "")
        shown += [head, *(done or [f"# left to people: {reason or 'nothing to change'}"])]
    return "".join(f"{line}\n" for line in shown)


def _title(change: Change) -> str:
    match change:
        case SetFloor(version=version):
            return f"floor {version}"
        case SetCap(version=version):
            return f"cap {version}"
        case RemoveCap():
            return "no cap"
        case AddPython(version=version):
            return f"add {version}"
        case DropPython(version=version):
            return f"drop {version}"
        case SetPython(version=version):
            return f"set {version}"
        case SetRequirement(raw=raw, to=to):
            return f"{raw} becomes {', '.join(to)}"
        case RemoveRequirement(raw=raw):
            return f"without {raw}"
        case TakeBranch() | DropFallback():
            raise AssertionError("no declaration")


def _diff(before: bytes, after: bytes) -> Iterator[str]:
    old, new = (data.decode(errors="backslashreplace").split("\n") for data in (before, after))
    for line in difflib.unified_diff(old, new, n=0, lineterm=""):
        if not line.startswith(("---", "+++")):
            yield line.replace("\r", "\\r")


def main(readers: list[str]) -> None:
    """Rewrite the snapshots of `readers`, or of all."""
    for reader in readers or ["*.*"]:
        for case in all_cases(reader):
            case.with_name(f"{case.name}.reading.txt").write_text(reading(case), encoding="utf-8")
            case.with_name(f"{case.name}.edits.diff").write_text(edits(case), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

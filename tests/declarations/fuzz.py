"""Mutated files: no crash, no hang, no broken law.

    python -m tests.declarations.fuzz COUNT [FOLDER...] [--seed N]

Mutates the fixture files, and the files of the fleets in each FOLDER, COUNT
times altogether, and makes each hundredth large; reads each mutant, makes some
changes in it, and prints what came out. A mutant that crashes a reader or an
editor, takes more than two seconds of processor time, or breaks a law, is written
to `fuzz-failures/` and makes the exit code 1.
"""

import argparse
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pylife import declarations
from pylife.declarations import CannotEditError, recent, registry
from pylife.errors import UnreadableError
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    PythonVersion,
    RemoveCap,
    SetFloor,
    SetPython,
    Target,
)
from pylife.syntax.text import Source
from tests.declarations import cases

BOM = b"\xef\xbb\xbf"
SECONDS = 2.0
"""The longest that one file may take."""
LARGE = 200_000
"""How many bytes a swollen file has, and more."""

TOKENS = [
    *(bytes([byte]) for byte in b"\"' \t{}[]()=:,#$&*|>-?!@"),
    b"${{ ", b" }}", b"\\",
    b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xc3\xa9", b"3.10", BOM, b'"""', b"1e999", b"py{",
    b"null", b"- ", b"${", b"<<EOF", b"**", b"file: ", b"||", b"~=", b"^",
    b"&a ", b"*a", b"<<: *a", b"---\n", b"{{ x }}", b"$(", b"<< ", b" >>", b"//", b"/*", b"*/",
    b"[[a]]\n", b"# /// script\n", b"# ///\n", b"py39", b"python3.11", b"%s", b"3.9 ", b"t", b"x" * 5000,
]  # fmt: skip

NEWER, FLOOR, GONE = PythonVersion(3, 20), PythonVersion(3, 11), PythonVersion(3, 10)


def changes(found: list[Declaration]) -> list[Change]:
    """Every change of every target of `found`."""
    made: list[Change] = []
    for file, site, group in sorted({(item.file, item.site, item.group) for item in found}):
        at = Target(file=file, site=site, group=group)
        made += [
            SetFloor(at, FLOOR),
            RemoveCap(at),
            AddPython(at, NEWER),
            DropPython(at, GONE),
            SetPython(at, NEWER),
        ]
    return made


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with a few bytes added, taken away, repeated or replaced."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randint(0, len(changed))
        match chance.randrange(4):
            case 0 | 1:
                changed[at:at] = chance.choice(TOKENS)
            case 2:
                del changed[at : at + chance.randint(1, 20)]
            case _:
                start = chance.randint(0, len(changed))
                changed[at:at] = changed[start : start + chance.randint(1, 60)]
    return bytes(changed)


def swollen(data: bytes, chance: random.Random) -> bytes:
    """`data` with one piece of it repeated until it is large: what is slow shows there."""
    start = chance.randint(0, len(data))
    piece = data[start : start + chance.choice((1, 2, 8, 40, 200))] or b" "
    return data[:start] + piece * (LARGE // len(piece)) + data[start:]


def seeds(folders: list[Path]) -> list[tuple[str, bytes]]:
    """The fixture files, and those of the fleets in `folders`, by the path that is claimed."""
    found = [
        (path, (case / path).read_bytes())
        for case in cases.all_cases()
        for path in cases.files(case)
        if claimed(path)
    ]
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if not file.is_file() or file.is_symlink():
                continue
            parts = file.relative_to(folder).parts
            # A corpus nests projects: a workflow's path begins at its repository's root.
            inside = next(
                (tail for n in range(len(parts)) if claimed(tail := "/".join(parts[n:]))), ""
            )
            if inside:
                found.append((inside, file.read_bytes()))
    return found


def claimed(path: str) -> bool:
    """Whether any reader claims `path`."""
    return bool(registry.claims(path) or registry.claims(path, aside=True))


def check(path: str, data: bytes, chance: random.Random) -> str:
    """Read and edit one file; returns what came of it. Raises AssertionError for a broken law."""
    source = Source(path, data)
    outcome = "read"
    try:
        declarations.read_source(source, aside=True)
        found = declarations.read_source(source)
    except UnreadableError as error:
        return (
            "unreadable" if error.message.strip(" :") else "FAILED: it does not say what is wrong"
        )
    for item in found:
        assert item.unreadable is None or item.unreadable.strip()
        if not path.endswith(".py"):  # these may declare an encoding
            assert data[item.span.start : item.span.end].decode() == item.raw
    for change in chance.sample(
        made := changes(found), min(8 if len(data) < LARGE else 1, len(made))
    ):
        try:
            after = declarations.apply({path: data}, [change]).get(path, data)
        except CannotEditError:
            continue
        if after != data:
            outcome = "edited"
        assert declarations.apply({path: after}, [change]) == {}, f"not idempotent: {change}"
    return outcome


class HangError(Exception):
    """A file takes too long."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise HangError in what takes longer, in processor time."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise HangError(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def main() -> int:
    """Run; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("count", type=int)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    files = seeds(arguments.folders)
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    for number in range(arguments.count):
        path, original = chance.choice(files)
        swell = number % 100 == 0
        data = swollen(original, chance) if swell else mutated(original, chance)
        began = time.process_time()
        try:
            with limit(SECONDS):
                outcomes[check(path, data, chance)] += 1
        except Exception:  # noqa: BLE001 - this is what is looked for
            outcomes["FAILED"] += 1
            place = Path("fuzz-failures") / f"{number}-{path.replace('/', '_')}"
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
            sys.stderr.write(f"{place}\n{traceback.format_exc(limit=-3)}\n")
        slowest = max(slowest, (time.process_time() - began, path))
        recent.forget()
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    sys.stdout.write(
        f"{arguments.count} mutants of {len(files)} files, seed {arguments.seed}:\n  {counts}\n"
        f"  the slowest took {slowest[0]:.2f} s ({slowest[1]})\n"
    )
    return 1 if any(name.startswith("FAILED") for name in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())

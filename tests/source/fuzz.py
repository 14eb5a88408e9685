"""Source with something changed in it, for the scanner to survive: a verdict, or why there is none.

    python -m tests.source.fuzz [COUNT] [SEED]

scans COUNT (2000) mutations of the oracle's snippets and of the scanner's own source, in processes
of their own and with their limits of time, and prints what ended one.
"""

import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pylife.source import results
from pylife.source.interpreter import newest
from pylife.source.runner import Job, scan
from pylife.source.scanner.versions import NEWEST

_HERE = Path(__file__).resolve().parent
_PIECES = (
    b"(", b")", b"[", b"]", b"{", b"}", b":", b"\n", b"\r", b"\x0c", b"\0", b"'", b'"""', b"f'{", b"\\",
    b"\xff", b"\xef\xbb\xbf", b"# coding: latin-1\n", b"if ", b"else:", b"lambda:", b"*", b"**", b"@",
    b"try:\n", b"except:\n", b"match x:\n case 1:", b"sys.version_info", b">=(3,9)", b"import x",
    b"hasattr(x,'y')", b"A=A\n", b"global A\n", b"self.", b" and ", b"not ", b":=", b"=", b"\t", b"    ",
    b"await ", b"yield ", b"e1000", b"0x", b"del A\n", b"return\n", b"async ", b" | ", b"from os import *\n",
)  # fmt: skip


def sources() -> list[bytes]:
    """What is mutated."""
    files = [*(_HERE / "fixtures" / "oracle").rglob("*.py")]
    files += (_HERE.parent.parent / "pylife" / "source").rglob("*.py")
    return [path.read_bytes() for path in sorted(files)]


def mutated(chance: random.Random, every: Sequence[bytes]) -> bytes:
    """One of them with lines or bytes of it changed, or some of them in each other."""
    lines = chance.choice(every).splitlines(keepends=True) or [b"\n"]
    for _ in range(chance.randint(0, 4)):
        place = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines.insert(place, chance.choice(lines))
            case 1 if len(lines) > 1:
                del lines[place]
            case 2:
                lines[place:place] = chance.choice(every).splitlines(keepends=True)
            case _:
                other = chance.randrange(len(lines))
                lines[place], lines[other] = lines[other], lines[place]
    data = bytearray(b"".join(lines))
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(data) + 1)
        data[place : place + chance.choice((0, 0, 1, 5))] = chance.choice(_PIECES)
    return bytes(data)


def failures(texts: Sequence[bytes]) -> Iterator[str]:
    """What became of those that were not answered, or not in the words that were agreed on."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs = []
        for number, text in enumerate(texts):
            path = folder / f"{number:05}.py"
            path.write_bytes(text)
            jobs.append(Job(path.name, str(path), len(text)))
        by = newest(NEWEST)._replace(host=False)
        answers = {answer.job: answer for answer in scan(jobs, by, processes=2)}
        for job, text in zip(jobs, texts, strict=True):
            if job not in answers:
                yield f"no answer: {text!r}"
            elif answers[job].failed:
                yield f"{answers[job].failed}: {text!r}"
            elif results.read(answers[job].line) is None:
                yield f"{answers[job].line}: {text!r}"


def main() -> int:
    """Run it; returns the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    chance, every, bad = random.Random(seed), sources(), 0
    for _ in range(0, count, 500):
        for failure in failures([mutated(chance, every) for _ in range(500)]):
            sys.stdout.write(f"{failure}\n")
            bad += 1
    sys.stdout.write(f"{count} inputs, {bad} failures\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

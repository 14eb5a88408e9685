"""Make `pylife/data/stdlib.table`: which names of the standard library are on which Pythons.

    python tools/refresh_stdlib.py [--check]
    python tools/refresh_stdlib.py --fetch
    python tools/refresh_stdlib.py --introspect PYTHON [PYTHON ...]

It is made from `tools/sources/stdlib/`: `stubs.json.xz` holds the facts of several vintages of the
stubs that a type checker's wheels carry, `interpreters.json.xz` what real interpreters have, and
`stdlib.toml` what is kept by hand, each row with its source. `--fetch` downloads the wheels anew
with pip, `--introspect` runs interpreters; both then make the table. `--check` needs neither,
writes nothing, and exits 1 where the shipped table differs. A report of how well the table agrees
with the interpreters is always printed.
"""

import argparse
import json
import lzma
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import stdlib_pack
import stdlib_report
import stdlib_results
import stdlib_stubs
from stdlib_classes import Classes
from stdlib_corrections import Corrections
from stdlib_interpreters import Interpreters
from stdlib_merge import Merge
from stdlib_places import VERSIONS
from stdlib_vintages import Stubs

from pylife.source.scanner import hot
from pylife.source.scanner.table import Table

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources" / "stdlib"
STUBS = SOURCES / "stubs.json.xz"
INTERPRETERS = SOURCES / "interpreters.json.xz"
BY_HAND = SOURCES / "stdlib.toml"
TARGET = HERE.parent / "pylife" / "data" / "stdlib.table"


def main() -> int:
    """Write or check the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--fetch", action="store_true")
    mode.add_argument("--introspect", nargs="+", metavar="PYTHON")
    options = parser.parse_args()
    by_hand = tomllib.loads(BY_HAND.read_text(encoding="utf-8"))
    if options.fetch:
        write(STUBS, [vintage(row) for row in by_hand["vintage"]])
    if options.introspect:
        write(INTERPRETERS, introspected(options.introspect))
    stubs, interpreters = read(STUBS), read(INTERPRETERS)
    data = make(stubs, interpreters, by_hand)
    names = hot.written(hot.gathered(Table(data)))
    if not options.check:
        TARGET.write_bytes(data)
        hot.STORED.write_bytes(names)
    real = Interpreters(interpreters, by_hand["left_out"])
    print(stdlib_report.text(data, real))
    same = unpacked(TARGET.read_bytes()) == unpacked(data) and hot.STORED.read_bytes() == names
    if not options.check or same:
        return 0
    print(f"{TARGET.name} differs from what its sources give: run {Path(__file__).name}")
    return 1


def make(stubs: list[Any], interpreters: list[Any], by_hand: dict[str, Any]) -> bytes:
    """The table's bytes."""
    real = Interpreters(interpreters, by_hand["left_out"])
    merge = Merge(Stubs(stubs), real)
    merge.run()
    Classes(merge).run()
    stdlib_results.fill(merge)
    corrections = Corrections(merge, by_hand)
    corrections.apply()
    header = {
        "schema": "pylife/stdlib/1",
        "made": "by tools/refresh_stdlib.py; edit its sources, not this file",
        "versions": stdlib_pack.versions_text(),
        "stubs": [f"{row['from']} ({row['names']} names)" for row in stubs],
        "interpreters": [f"{row['python']} {row['platform']}" for row in interpreters],
        "checked": str(by_hand["checked"]),
        "unlisted": sorted(set(by_hand["unlisted"])),
    }
    return stdlib_pack.Packer(merge, corrections).pack(header)


def vintage(row: dict[str, Any]) -> dict[str, Any]:
    """The facts of one wheel's stubs; pip fetches it from the index that it is configured with."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
        subprocess.run([*command, folder, row["wheel"]], check=True)
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            stubs = [name for name in archive.namelist() if name.startswith(row["folder"])]
            archive.extractall(folder, stubs)
        modules = stdlib_stubs.read(Path(folder) / row["folder"])
    first, last = (VERSIONS.index(_pair(text)) for text in row["covers"])
    return {
        "from": row["wheel"],
        "covers": sum(1 << i for i in range(first, last + 1)),
        "names": sum(len(names) for names in modules.values()),
        "modules": modules,
    }


def introspected(pythons: list[str]) -> list[dict[str, Any]]:
    """What interpreters have; those not named keep what was stored of them.

    Each is asked twice: the second time also for the names that others know, which a module may
    give without listing them.
    """
    known = {_minor(fact): fact for fact in (read(INTERPRETERS) if INTERPRETERS.exists() else [])}
    for python in pythons:
        fact = _ask(python, {})
        known[_minor(fact)] = fact
    candidates: dict[str, set[str]] = {}
    for fact in known.values():
        for module, names in fact["modules"].items():
            candidates.setdefault(module, set()).update(names or ())
    for module, listed in Stubs(read(STUBS)).modules.items():
        own = {name for name in listed if name and "." not in name}
        candidates.setdefault(module, set()).update(own)
    wanted = {module: sorted(names) for module, names in candidates.items()}
    for python in pythons:
        fact = _ask(python, wanted)
        known[_minor(fact)] = fact
    return [known[minor] for _, minor in VERSIONS]


def _ask(python: str, candidates: dict[str, list[str]]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "candidates.json"
        wanted.write_text(json.dumps(candidates), encoding="utf-8")
        script = HERE / "stdlib_introspect.py"
        command = [python, "-I", "-S", str(script), str(wanted)]
        asked = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(asked.stdout)
    return found


def _minor(fact: dict[str, Any]) -> int:
    return int(fact["python"].split(".")[1])


def _pair(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def read(path: Path) -> list[dict[str, Any]]:
    """A stored source."""
    found: list[dict[str, Any]] = json.loads(lzma.decompress(path.read_bytes()))
    return found


def write(path: Path, facts: list[dict[str, Any]]) -> None:
    """Store a source."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def unpacked(data: bytes) -> list[Any]:
    """What a table says, whatever the compressor that wrote it."""
    return stdlib_pack.unpack(data)


if __name__ == "__main__":
    sys.exit(main())

"""Print what reading declarations costs, as ratios measured in one run.

    python tools/benchmark_reading.py [FOLDER...] [--runs N]

For each FOLDER, a fleet: reading every declaration, spans included, over a bare
loop that reads the same files and parses them with tomllib, configparser,
`yaml.load` with CSafeLoader, json and ast (budget 1.0). Files that a reader only
searches for a few bytes, and that do not hold them, are read by both and parsed
by neither. Then the cost of finding and reading a project in fleets of 10, 100
and 1,000 projects, over that of the cheapest (flat within 25 %). Minima of N
runs (7), in turn, of processor time.
"""

import argparse
import ast
import configparser
import json
import sys
import tempfile
import time
import tomllib
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from pylife import declarations, fleet
from pylife.declarations import recent, registry
from pylife.errors import UnreadableError
from pylife.syntax import text

ROOT = Path(__file__).resolve().parent.parent
OWN = (ROOT / "examples" / "platform", ROOT / "tests" / "samples")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Files = list[tuple[Path, tuple[str, ...]]]
"""Folders of projects, with the files of each that a reader claims."""


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    total = [0.0, 0.0]
    for folder in arguments.folders or OWN:
        files = claimed(folder)
        ours, bare = minima(arguments.runs, partial(ours_of, files), partial(bare_of, files))
        total = [total[0] + ours, total[1] + bare]
        count = sum(len(names) for _, names in files)
        print(
            f"{folder.name}: reading {count} files of {len(files)} projects:"
            f" {ours / bare:.2f} x parsing them (budget 1.00)"
        )
    print(f"altogether: {total[0] / total[1]:.2f} x (budget 1.00)")
    flat(arguments.runs)
    return 0


def claimed(folder: Path) -> Files:
    """The projects of a fleet, with the files that a reader claims."""
    found = fleet.load(folder, cache=folder / ".none", fetch=False)
    return [
        (member.folder, tuple(path for path in member.files if registry.claims(path)))
        for member in found.members
        if member.folder is not None
    ]


def ours_of(files: Files) -> None:
    """Read every declaration."""
    recent.forget()
    for root, names in files:
        declarations.read(root, names)


def bare_of(files: Files) -> None:
    """Read and parse the same files, and no more."""
    for root, names in files:
        for name in names:
            try:
                data = text.read(root, name).data
            except UnreadableError:
                continue
            if any(
                not claim.needles or any(needle in data for needle in claim.needles)
                for claim in registry.claims(name)
            ):
                parse(name.rpartition("/")[2], data)


def parse(name: str, data: bytes) -> None:
    """Parse a file with the usual parser of its format; what it cannot parse is left."""
    try:
        content = data.decode()
        match name.rpartition(".")[2]:
            case "toml" | "lock":
                tomllib.loads(content)
            case "cfg" | "ini" | "flake8" | "pylintrc":
                configparser.RawConfigParser(strict=False, allow_no_value=True).read_string(content)
            case "yml" | "yaml" | "MLmodel":
                list(yaml.load_all(content, LOADER))
            case "json":
                json.loads(content)
            case "py":
                ast.parse(content)
    except (ValueError, SyntaxError, yaml.YAMLError, configparser.Error):
        pass


def minima(runs: int, *functions: Callable[[], None]) -> list[float]:
    """The least processor seconds of each function, called in turn `runs` times."""
    least = [float("inf")] * len(functions)
    for _ in range(runs):
        for place, function in enumerate(functions):
            before = time.process_time()
            function()
            least[place] = min(least[place], time.process_time() - before)
    return least


def flat(runs: int) -> None:
    """The cost per project of fleets of 10, 100 and 1,000 projects."""
    with tempfile.TemporaryDirectory() as folder:
        roots = [make(Path(folder) / str(size), size) for size in (10, 100, 1000)]
        # As long for each: what is short is repeated, or its start-up would be measured.
        calls = [partial(repeat, root, 1000 // int(root.name)) for root in roots]
        each = minima(runs, *calls)
        for size, cost in zip((10, 100, 1000), each, strict=True):
            print(
                f"{size} projects: {cost / min(each):.2f} x the cheapest per project (flat: 1.25)"
            )


def repeat(root: Path, times: int) -> None:
    """Find and read the fleet of `root` so many times."""
    for _ in range(times):
        recent.forget()
        found = fleet.load(root, cache=root / ".none", fetch=False)
        for member in found.members:
            if member.folder is not None:
                declarations.read(member.folder, member.files)


def make(root: Path, size: int) -> Path:
    """A fleet of `size` projects in the styles of the example fleet, no two files alike."""
    source = [
        (path.relative_to(OWN[0]), path.read_bytes())
        for path in sorted((OWN[0] / "nw-config").rglob("*"))
        if path.is_file()
    ]
    for number in range(size):
        for path, data in source:
            file = root / f"p{number:04}" / Path(*path.parts[1:])
            file.parent.mkdir(parents=True, exist_ok=True)
            end = b"# %d\n" % number if path.suffix in {".toml", ".cfg", ".ini", ".yml"} else b""
            file.write_bytes(data + end)
    return root


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # invalid escapes of other people's code
    sys.exit(main())

"""Compare what pylife reads without executing with what build backends wrote.

    python tools/compare_truth.py FOLDER... [--verbose]

Each FOLDER holds a `truth.tsv`: a row a project, with the `Requires-Python` and
the classifiers of the metadata that the project's own backend wrote. For each
row the range (as a set of versions) and the classifiers of feature releases are
compared with what stands in the project's pyproject.toml, setup.cfg and setup.py:

    agree    the same
    unknown  not in these files, or said to be unreadable
    wrong    something else; the exit code is then 1
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from pylife import declarations
from pylife.declarations.authority import supports
from pylife.declarations.packaging.classifiers import python_of
from pylife.model import Declaration

FILES = ("pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The verdict on one field of one row."""

    project: str
    field: str
    verdict: str
    reason: str


def main() -> int:
    """Print the counts; returns 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--verbose", action="store_true", help="also list what is unknown")
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    for folder in arguments.folders:
        results = list(compare(folder))
        for field in ("requires_python", "classifiers"):
            counts = Counter(item.verdict for item in results if item.field == field)
            total += counts
            shown = " ".join(f"{name} {counts[name]:>3}" for name in ("agree", "unknown", "wrong"))
            print(f"{folder.name:<32} {field:<16} {shown}")
        for item in results:
            if item.verdict == "wrong" or (arguments.verbose and item.verdict == "unknown"):
                print(f"  {item.verdict}: {item.project} {item.field}: {item.reason}")
    print(" ".join(f"{name} {total[name]}" for name in ("agree", "unknown", "wrong")))
    return 1 if total["wrong"] else 0


def compare(folder: Path) -> Iterator[Result]:
    """The verdicts on all rows of `folder`/truth.tsv."""
    with (folder / "truth.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        project = row["path"] if "path" in row else f"{row['name']}-{row['version']}"
        root = folder / project if "path" in row else folder / "files" / project
        reading = declarations.read(root, [name for name in FILES if (root / name).is_file()])
        if reading.problems:
            verdicts = [("unknown", reading.problems[0].message)] * 2
        else:
            found = reading.declarations
            verdicts = [
                _range(found, row["requires_python"]),
                _classifiers(found, row["classifiers"], truth=row["requires_python"]),
            ]
        for field, (verdict, reason) in zip(
            ("requires_python", "classifiers"), verdicts, strict=True
        ):
            yield Result(project=project, field=field, verdict=verdict, reason=reason)


def _range(found: tuple[Declaration, ...], truth: str) -> tuple[str, str]:
    if truth == "UNKNOWN":
        return "unknown", "the backend failed"
    item = supports(found)
    if item is None:
        return ("unknown", f"{truth!r} is not in these files") if truth else ("agree", "")
    if item.specifier is None:
        return "unknown", item.unreadable or ""
    ours, theirs = item.specifier.to_range(), SpecifierSet(truth).to_range()
    same = ours.is_subset(theirs) and theirs.is_subset(ours)
    return ("agree" if same else "wrong"), f"{item.raw!r} is read, {truth!r} is true"


def _classifiers(
    found: tuple[Declaration, ...], classifiers: str, *, truth: str
) -> tuple[str, str]:
    if truth == "UNKNOWN":
        return "unknown", "the backend failed"
    items = [item for item in found if item.site == "classifier"]
    unreadable = next((item.unreadable for item in items if item.unreadable), None)
    if unreadable is not None:
        return "unknown", unreadable
    named = (python_of(line) for line in classifiers.split(" | "))
    theirs = {python for python in named if python is not None}
    ours = {version for item in items for version in item.versions or ()}
    if ours == theirs:
        return "agree", ""
    shown = [", ".join(sorted(map(str, side))) or "none" for side in (ours, theirs)]
    reason = f"{shown[0]} are read, {shown[1]} are true"
    if any(item.group == "tool.poetry.classifiers" for item in items) and ours < theirs:
        return "unknown", f"{reason}: Poetry adds classifiers when it builds"
    return ("wrong" if ours else "unknown"), reason


if __name__ == "__main__":
    sys.exit(main())

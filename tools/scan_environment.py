"""Print what the installed distributions of an environment use that a Python they declare lacks.

    python tools/scan_environment.py [ENVIRONMENT] [--folder FOLDER --python 3.13]

Each distribution is scanned against its own published Requires-Python, up to the newest Python
that the scanner knows. What is installed was released and mostly works, so every finding is worth
a look: it is a mistake of that package, or one of the scanner. ENVIRONMENT is a virtual
environment, or a folder that holds distributions; nothing of it is imported or run. What an
installed distribution guards by a package that it requires is left out, as the rules do.

`--folder` scans a folder of plain files instead, such as CPython's library, against one Python,
as if none of it were its own. At the end: the lines, the findings of packages and of tests, and
findings of packages per 20,000 lines.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from pylife.model import PythonVersion, Scope, coverage
from pylife.source import backports, runner
from pylife.source.files import SourceFile, find
from pylife.source.interpreter import newest
from pylife.source.results import FileResult, Found, Use, read, within
from pylife.source.runner import Answer, Job
from pylife.source.scanner.versions import NEWEST, VERSIONS, mask, names, parse

_PER = 20_000


class Group(NamedTuple):
    """Files that are to run on the same Pythons, those of the set `declared`."""

    name: str
    says: str
    declared: int
    folder: Path
    files: tuple[SourceFile, ...]
    required: frozenset[str] = frozenset()


class Count(NamedTuple):
    """How much was scanned, and what was found in it."""

    lines: int = 0
    package: int = 0
    tests: int = 0

    def plus(self, other: "Count") -> "Count":
        """Both together."""
        return Count(*(one + two for one, two in zip(self, other, strict=True)))


def main() -> int:
    """Scan and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("environment", nargs="?", type=Path, default=Path(sys.prefix))
    parser.add_argument("--folder", type=Path, help="plain files instead of an environment")
    parser.add_argument("--python", type=parse, default=NEWEST, help="what --folder is to run on")
    arguments = parser.parse_args()
    if arguments.folder is not None:
        groups = [plain(arguments.folder, arguments.python)]
    else:
        groups = [installed(each) for each in found(arguments.environment)]
    total = Count()
    for group in groups:
        total = total.plus(scanned(group))
    per = total.package * _PER / max(total.lines, 1)
    print(
        f"{len(groups)} scanned, {total.lines} lines: {total.package} findings,"
        f" {per:.2f} per {_PER} lines; {total.tests} in tests"
    )
    return 0


def found(environment: Path) -> list[Distribution]:
    """The distributions of an environment by name, each once."""
    folders = [environment, *environment.glob("lib/python3*/site-packages")]
    folders += environment.glob("Lib/site-packages")
    every = {each.name: each for each in distributions(path=[str(one) for one in folders])}
    if not every:
        sys.exit(f"{environment}: no distributions are installed there")
    return [every[name] for name in sorted(every, key=str.lower)]


def installed(distribution: Distribution) -> Group:
    """The files of a distribution, and on which Pythons it says to run."""
    says = distribution.metadata["Requires-Python"] or ""
    said = coverage(SpecifierSet(says), tuple(PythonVersion(*each) for each in VERSIONS))
    paths = sorted({str(each) for each in distribution.files or () if ".." not in each.parts})
    folder = Path(str(distribution.locate_file("")))
    there = [path for path in paths if (folder / path).is_file()]
    required = {Requirement(text).name for text in distribution.requires or ()}
    return Group(
        f"{distribution.name} {distribution.version}",
        says,
        mask([(each.major, each.minor) for each in (*said.full, *said.partial)]),
        folder,
        tuple(find(folder, there)),
        frozenset(normal(name) for name in (*required, distribution.name)),
    )


def plain(folder: Path, python: tuple[int, int]) -> Group:
    """All source below a folder, but what was installed into it."""
    every = (path.relative_to(folder) for path in folder.rglob("*.py"))
    paths = sorted(path.as_posix() for path in every if "site-packages" not in path.parts)
    # As if none of it were its own: else the standard library would use nothing of itself.
    files = tuple(file._replace(own=frozenset()) for file in find(folder, paths))
    return Group(str(folder), f"Python {names(mask([python]))[0]}", mask([python]), folder, files)


def scanned(group: Group) -> Count:
    """Scan the files of a group and print what it finds."""
    scopes = {file.path: file.scope for file in group.files}
    jobs = [
        Job(file.path, str(place), place.stat().st_size, tuple(sorted(file.own)))
        for file in group.files
        if (place := group.folder / file.path).is_file()
    ]
    results = [result(answer, scopes) for answer in runner.scan(jobs, newest(NEWEST))]
    package = tests = 0
    for file in within(sorted(results, key=lambda each: each.path)):
        for row in told(group, file):
            package += file.scope is not Scope.TESTS
            tests += file.scope is Scope.TESTS
            print(f"{group.name} ({group.says}): {file.scope} {file.path}:{row}")
    lines = sum(Path(job.place).read_bytes().count(b"\n") for job in jobs)
    return Count(lines, package, tests)


def result(answer: Answer, scopes: dict[str, Scope]) -> FileResult:
    """What was found in a file, or why nothing was."""
    failed = Found(unparsed=answer.failed or "no answer")
    return FileResult(answer.job.path, scopes[answer.job.path], read(answer.line) or failed)


def told(group: Group, file: FileResult) -> Iterator[str]:
    """What is to be said of one file."""
    if file.found.unparsed:
        yield f" not scanned: {file.found.unparsed}"
    for use in file.uses:
        fails = use.fails_on & group.declared
        if fails and not group.required & bringing(use):
            unless = f", unless {', '.join(use.unless)} is there" if use.unless else ""
            on = " ".join(names(fails))
            yield f"{use.line}:{use.column}: {use.kind} {use.what} fails on {on}{unless}"


def bringing(use: Use) -> frozenset[str]:
    """The distributions with which the use is not come to, or does not fail."""
    brought = {normal(module.partition(".")[0]) for module in use.unless}
    for module in use.unless:
        brought |= {each.distribution for each in backports.of_import(module)}
    return frozenset(brought | set(backports.providers(use.what)))


def normal(name: str) -> str:
    """A distribution's name as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())

"""Results that a project's own CI has, as evidence: of one commit, on one Python."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from pylife.errors import UsageError
from pylife.evidence import checks, junit
from pylife.evidence.records import Imported, Result
from pylife.evidence.settle import joined
from pylife.model import Cell, CellStatus, PythonVersion

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PYTHON = re.compile(r"(?<![\d.])3\.\d{1,2}t?(?![\d]|\.\d)")


class Asked(NamedTuple):
    """What the files are of: `session` names a JUnit run, `checks` the check runs that test."""

    project: str
    python: PythonVersion
    commit: str
    url: str
    as_of: dt.date
    session: str = "tests"
    checks: tuple[str, ...] = ()


class Found(NamedTuple):
    """The results of the files, and what of these says nothing of the tests, in words."""

    results: tuple[Result, ...]
    remarks: tuple[str, ...]


def read(files: Mapping[str, bytes], asked: Asked) -> Found:
    """The results in `files`, by how each is shown: JUnit XML, or GitHub's check runs as JSON.

    JUnit files are parts of one run. Raises UsageError where what is asked does
    not fit the files, UnreadableError for a file that cannot be read.
    """
    _see(asked)
    listed = {name: data for name, data in files.items() if data.lstrip()[:1] in {b"{", b"["}}
    tested = [name for name in files if name not in listed]
    results, remarks = [], []
    if tested:
        parts = [junit.read(files[name], name) for name in tested]
        results.append(_of_junit(junit.added(parts), asked))
    for name, data in listed.items():
        for check in checks.read(data, name, asked.commit, asked.checks):
            _see_python(check.name, asked.python)
            if check.status is None:
                remarks.append(f"{check.name}: {check.conclusion}, which says nothing of the tests")
            else:
                results.append(_of_check(check, asked))
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.cell.key, []).append(result)
    return Found(tuple(joined(group) for group in groups.values()), tuple(remarks))


def _see(asked: Asked) -> None:
    if not _COMMIT.fullmatch(asked.commit):
        raise UsageError(
            f"--commit {asked.commit!r} is no whole commit", help="give all 40 hexadecimal digits"
        )
    try:
        parts = urlsplit(asked.url)
        is_fine = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        is_fine = False
    if not is_fine or any(ord(letter) <= ord(" ") for letter in asked.url):
        raise UsageError(
            "--url is no address that can be shown", help="an https:// URL without a password"
        )


def _see_python(name: str, python: PythonVersion) -> None:
    """Raise UsageError where a check's name speaks of other Pythons alone."""
    said = _PYTHON.findall(name)
    if said and str(python) not in said:
        raise UsageError(
            f"the check run {name!r} speaks of Python {', '.join(said)}, not of {python}",
            help="import it with the --python that it tests",
        )


def _of_junit(tests: junit.Tests, asked: Asked) -> Result:
    counts = tests.counts
    ran = sum(number for name, number in counts.items() if name != "skipped")
    if counts.get("failed") or counts.get("errors"):
        status, what = CellStatus.FAILED, tests.first
    elif not ran:
        status = CellStatus.NO_TESTS
        what = f"all {counts['skipped']} tests were skipped" if counts else "it has no test"
    elif counts.get("flaky"):
        status, what = CellStatus.FLAKY, f"{counts['flaky']} tests failed, then passed"
    else:
        status, what = CellStatus.PASSED, f"{ran} tests"
    return _result(asked, f"ci: {asked.session}", status, what, counts, asked.url)


def _of_check(check: checks.Check, asked: Asked) -> Result:
    assert check.status is not None  # noqa: S101 - only such are asked for
    what = f"the check {check.name!r}: {check.conclusion}; it does not say how many tests ran"
    return _result(asked, f"ci: {check.name}", check.status, what, {}, check.url or asked.url)


def _result(
    asked: Asked, session: str, status: CellStatus, what: str, counts: dict[str, int], url: str
) -> Result:
    said = {
        "schema": "pylife/imported/1",
        "project": asked.project,
        "python": str(asked.python),
        "commit": asked.commit,
        "session": session,
    }
    cell = Cell(
        project=asked.project,
        python=asked.python,
        session=session,
        status=status,
        reason=f"by its own CI at {asked.commit[:12]}: {what}",
        key=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        counts=counts,
    )
    return Result(cell, asked.as_of, imported=Imported(asked.commit, url))


def of_now(
    results: Sequence[Result], present: Mapping[str, str | None]
) -> tuple[list[Result], list[tuple[Result, str]]]:
    """Those that speak of what is there, and each other one with why it is not used.

    `present` has each project's commit, None where that is not known or where
    its files are not those of a commit.
    """
    used, left = [], []
    for result in results:
        told, name = result.imported, result.cell.project
        if told is None or name not in present:
            left.append((result, "no such project is in the fleet"))
        elif present[name] is None:
            left.append((result, "its files are not those of a known commit"))
        elif present[name] != told.revision:
            left.append(
                (result, f"it is of {told.revision[:12]}, the project is at {present[name]}")
            )
        else:
            used.append(result)
    return used, left

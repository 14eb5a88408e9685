"""JUnit XML, as test runners of many languages write it: counts, read without building a tree.

Files come from other people's machines: a document type, which such a file has
no use for, is refused, so that no entity is ever expanded. What is not counted
as good is not good: a suite that speaks of more failures than it has failed
cases fails, and one that speaks of more tests than it has cases is not whole.

Source of the format: the schema of Apache Ant's JUnit task as Jenkins, pytest
(xunit2) and Maven Surefire (flakyFailure, rerunFailure) write it.
"""

from typing import NamedTuple
from xml.parsers import expat

from pylife.errors import UnreadableError

_LARGEST = 256 * 1024 * 1024
_OUTCOMES = {
    "failure": "failed", "error": "errors", "skipped": "skipped",
    "flakyFailure": "flaky", "flakyError": "flaky",
}  # fmt: skip
_RANK = ("passed", "skipped", "flaky", "failed", "errors")
"""Of a case that says several things the last one counts."""


class Tests(NamedTuple):
    """What the files of one test run say: tests by outcome, and the first bad one in a line.

    `flaky` ones failed and then passed.
    """

    counts: dict[str, int]
    first: str = ""


def read(data: bytes, shown: str) -> Tests:
    """The counts of one file; raises UnreadableError, with the line, for what is none."""
    if len(data) > _LARGEST:
        raise UnreadableError("is too large for a JUnit file", path=shown)
    reader = _Reader(shown)
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003 - expat's own
    except expat.ExpatError as error:
        raise UnreadableError(
            f"is no XML: {expat.ErrorString(error.code)}", path=shown, line=error.lineno
        ) from None
    if not reader.is_junit:
        raise UnreadableError("has no testsuite", path=shown, line=1)
    return Tests({name: reader.counts[name] for name in _RANK if reader.counts[name]}, reader.first)


def added(parts: list[Tests]) -> Tests:
    """The tests of several files of one run."""
    counts: dict[str, int] = {}
    for part in parts:
        for name, number in part.counts.items():
            counts[name] = counts.get(name, 0) + number
    return Tests(counts, next((part.first for part in parts if part.first), ""))


class _Suite:
    """A suite that is open: what it says of itself, and what is found in it."""

    def __init__(self, tests: int, bad: int) -> None:
        self.tests, self.bad = tests, bad
        self.cases = self.failed = 0


class _Reader:
    def __init__(self, shown: str) -> None:
        self.counts = dict.fromkeys(_RANK, 0)
        self.first = ""
        self.is_junit = False
        self._shown = shown
        self._suites: list[_Suite] = []
        self._case: dict[str, str] | None = None
        self._outcome = "passed"
        self._message = ""
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_: object) -> None:
        raise self._wrong("has a document type, which no JUnit file needs")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"testsuite", "testsuites"}:
            self.is_junit = True
            bad = self._number(attributes, "failures") + self._number(attributes, "errors")
            self._suites.append(_Suite(self._number(attributes, "tests"), bad))
        elif tag == "testcase":
            self._case, self._message = attributes, ""
            left_out = {attributes.get("status"), attributes.get("result")}
            self._outcome = (
                "skipped" if left_out & {"notrun", "disabled", "suppressed"} else "passed"
            )
        elif self._case is not None and tag in _OUTCOMES:
            outcome = _OUTCOMES[tag]
            if _RANK.index(outcome) > _RANK.index(self._outcome):
                self._outcome = outcome
                self._message = (attributes.get("message") or "").partition("\n")[0]

    def _end(self, tag: str) -> None:
        if tag == "testcase" and self._case is not None:
            self._close_case(self._case)
        elif tag in {"testsuite", "testsuites"} and self._suites:
            self._close_suite(self._suites.pop())

    def _close_case(self, case: dict[str, str]) -> None:
        self.counts[self._outcome] += 1
        bad = self._outcome in {"failed", "errors"}
        for suite in self._suites[-1:]:
            suite.cases += 1
            suite.failed += bad
        if bad and not self.first:
            name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
            self.first = f"{name}: {self._message}" if self._message else name
        self._case = None

    def _close_suite(self, suite: _Suite) -> None:
        if suite.tests > suite.cases:
            raise self._wrong(
                f"is not whole: a suite says that it has {suite.tests} tests and has {suite.cases}"
            )
        missing = max(0, suite.bad - suite.failed)
        self.counts["errors"] += missing
        if missing and not self.first:
            self.first = f"a suite says that {suite.bad} tests failed, and shows {suite.failed}"
        for above in self._suites[-1:]:
            above.cases += suite.cases
            above.failed += suite.failed + missing

    def _number(self, attributes: dict[str, str], name: str) -> int:
        text = attributes.get(name) or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise self._wrong(f"has a suite whose {name} is {text[:40]!r}, no number")
        return int(text)

    def _wrong(self, message: str) -> UnreadableError:
        return UnreadableError(message, path=self._shown, line=self.parser.CurrentLineNumber)

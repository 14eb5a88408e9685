"""Counts of tests: of JUnit files, and of what pytest and unittest print."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_MAX_XML = 64 * 1024 * 1024
_SUMMARY = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+) in [0-9.]+s?\b.*$", re.MULTILINE)
_BEGIN = re.compile(r"^=+ test session starts =+$", re.MULTILINE)
_END = re.compile(r"^=* ?(?:no tests|\d+(?:/\d+)? [a-z]+)\b.* in [0-9.]+s?\b", re.MULTILINE)
_CUT = re.compile(r"^\[pylife: \d+ bytes cut here\]$", re.MULTILINE)
_OUTCOMES = {
    "passed": "passed", "failed": "failed", "error": "errors", "errors": "errors",
    "skipped": "skipped", "xfailed": "skipped", "xpassed": "passed",
}  # fmt: skip
_UNITTEST = re.compile(r"^Ran (\d+) tests? in [0-9.]+s$", re.MULTILINE)
_UNITTEST_END = re.compile(r"^(?:FAILED|OK|NO TESTS RAN)(?: \((.*)\))?$", re.MULTILINE)
_UNITTEST_BLOCK = re.compile(r"^={70}\n(?=(?:FAIL|ERROR): )", re.MULTILINE)
_FAILURE = 8000
"""Characters of a failure's text that are looked at, from its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Test runs that were seen: counts by outcome, and the first failure in one line."""

    counts: dict[str, int]
    first: str = ""
    failures: tuple[str, ...] = ()
    """What each failure said, in their order; each cut to its end where it is long."""
    unfinished: int = 0
    """How many runs began and came to no result."""

    @property
    def ran(self) -> int:
        """How many tests were really run (not skipped)."""
        return sum(self.counts.get(name, 0) for name in ("passed", "failed", "errors"))

    @property
    def bad(self) -> int:
        """How many failed or could not be run."""
        return self.counts.get("failed", 0) + self.counts.get("errors", 0)


def added(parts: Sequence[Counted]) -> Counted | None:
    """All of them together; None where there is none."""
    if not parts:
        return None
    counts = sum((Counter(one.counts) for one in parts), Counter[str]())
    return Counted(
        counts=dict(sorted(counts.items())),
        first=next((one.first for one in parts if one.first), ""),
        failures=tuple(failure for one in parts for failure in one.failures),
        unfinished=sum(one.unfinished for one in parts),
    )


def of_junit(path: Path) -> Counted | None:
    """Counts of pytest's JUnit file; None where it is not there or broken."""
    try:
        if path.stat().st_size > _MAX_XML:
            return None
        root = ET.parse(path).getroot()  # noqa: S314 - expat itself bounds entities since 2.4.1
    except (OSError, ET.ParseError):
        return None
    counts = dict.fromkeys(("passed", "failed", "errors", "skipped"), 0)
    first, failures = "", []
    for case in root.iter("testcase"):
        outcome, message, said = "passed", "", ""
        for child in case:
            if child.tag in {"failure", "error", "skipped"}:
                outcome = {"failure": "failed", "error": "errors"}.get(child.tag, "skipped")
                message = child.get("message") or ""
                if outcome != "skipped":
                    said = child.text or message
                    message = _telling(message, child.text or "")
        counts[outcome] += 1
        if outcome in {"failed", "errors"}:
            where = "::".join(filter(None, (case.get("classname"), case.get("name"))))
            first = first or f"{where}: {message}"
            failures.append(f"{where}\n{said[-_FAILURE:]}")
    found = {name: count for name, count in counts.items() if count}
    return Counted(counts=found, first=first, failures=tuple(failures))


def _telling(message: str, text: str) -> str:
    """The exception in one line; a collection error has it only in the text."""
    if message and message != "collection failure":
        return message.splitlines()[0]
    raised = [line[2:].strip() for line in text.splitlines() if line.startswith("E  ")]
    return raised[-1] if raised else message


def of_log(log: str, last: Counted | None = None) -> Counted | None:
    """What all runs printed, where pytest's own account of them is not there.

    `last` is the JUnit file that was written last: it tells more of one run, which may
    not have been the only one.
    """
    parts = [one for one in map(_summary, _SUMMARY.findall(log)) if one is not None]
    found = added(parts) or (_unittest(log) if last is None else None)
    if last is not None and (found is None or _number(found) <= _number(last)):
        found = last
    elif last is not None and found is not None:
        found = Counted(counts=found.counts, first=last.first, failures=last.failures)
    ended = max(len(_END.findall(log)), 0 if last is None else 1)
    unfinished = 0 if _CUT.search(log) else len(_BEGIN.findall(log)) - ended
    if unfinished <= 0:
        return found
    return added([*([found] if found else []), Counted(counts={}, unfinished=unfinished)])


def _number(tests: Counted) -> int:
    return sum(tests.counts.values())


def _summary(text: str) -> Counted | None:
    """A last line of pytest: `2 failed, 3 passed`."""
    counts: dict[str, int] = {}
    for number, word in re.findall(r"(\d+) ([a-z]+)", text):
        if word in _OUTCOMES:
            counts[_OUTCOMES[word]] = counts.get(_OUTCOMES[word], 0) + int(number)
    return Counted(counts=counts) if counts else None


def _unittest(log: str) -> Counted | None:
    """The runs of unittest: each ends with a line of its number, and one of its outcome."""
    found = list(_UNITTEST.finditer(log))
    if not found:
        return None
    failures = _unittest_failures(log)
    parts = []
    for number, one in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(log)
        said = _UNITTEST_END.search(log, one.end(), end)
        parts.append(_unittest_run(int(one[1]), (said[1] or "") if said else ""))
    whole = added(parts)
    if whole is None or not whole.bad:
        return whole
    return Counted(counts=whole.counts, first=_short(failures), failures=failures)


def _unittest_run(total: int, said: str) -> Counted:
    numbers = {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", said)}
    counts = {
        "failed": numbers.get("failures", 0),
        "errors": numbers.get("errors", 0),
        "skipped": numbers.get("skipped", 0),
    }
    counts["passed"] = max(0, total - sum(counts.values()))
    return Counted(counts={name: count for name, count in sorted(counts.items()) if count})


def _unittest_failures(text: str) -> tuple[str, ...]:
    """Each block that unittest writes of a failure: its name, and its traceback."""
    _, *blocks = _UNITTEST_BLOCK.split(text)
    return tuple(block.partition("\n\n")[0].strip()[-_FAILURE:] for block in blocks)


def _short(failures: tuple[str, ...]) -> str:
    """The first failure in one line."""
    if not failures:
        return ""
    name, _, rest = failures[0].partition("\n")
    said = [line for line in rest.splitlines() if line.strip()]
    return f"{name.partition(' ')[2]}: {said[-1]}" if said else name

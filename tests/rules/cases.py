"""The rules' fixture folders: small projects, and what each rule says of them.

    python -m tests.rules.cases          rewrite the snapshots
    python -m tests.rules.cases CODE     only those of one rule

`fixtures/CODE/violations/CASE/` is the folder of a project, or of a fleet with its
pylife.toml; `CASE.findings.txt` beside it holds what the rule CODE says of it, and what it
could not evaluate. `CASE.verdicts.json` beside a case is what `pylife deps` has kept of its
projects. `fixtures/CODE/fine/CASE/` is one of which it says nothing. All are
judged by the day in `fixtures/day.txt`; a `CASE.day.txt` beside a case names another. Look
at what a rewrite changed: the snapshots are what the tests compare with.
"""

import atexit
import datetime as dt
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pylife.dependencies.stored import Stored
from pylife.fleet import Fleet
from pylife.formats import CheckReport
from pylife.model import Change, Finding
from pylife.workflow.dependencies.gathering import inputs_of, requires_digest
from pylife.workflow.dependencies.recall import Recall
from pylife.workflow.read import scan
from pylife.workflow.report import report
from pylife.workflow.source_facts import Look

FIXTURES = Path(__file__).parent / "fixtures"
_HOST = re.compile(r"\bPython 3\.\d+(?= cannot parse it)")
"""What parsed a file depends on the machine."""


def cases(kind: str, code: str = "*") -> list[Path]:
    """The folders of all cases of `kind` (`violations` or `fine`), in a stable order."""
    return sorted(path for path in FIXTURES.glob(f"{code}/{kind}/*") if path.is_dir())


def code_of(case: Path) -> str:
    """The rule that a case is for."""
    return case.parent.parent.name


def name_of(case: Path) -> str:
    """`CODE-CASE`, for the names of tests."""
    return f"{code_of(case)}-{case.name}"


def day(case: Path) -> dt.date:
    """The day by which a case is judged."""
    own = case.with_name(f"{case.name}.day.txt")
    path = own if own.is_file() else FIXTURES / "day.txt"
    return dt.date.fromisoformat(path.read_text(encoding="utf-8").strip())


def judged(root: Path, as_of: dt.date) -> CheckReport:
    """What a check of the folder `root` says on the day `as_of`."""
    with tempfile.TemporaryDirectory() as cache:
        # The source is looked at only where a rule speaks of it; what was seen is kept.
        source = Look(_seen()).of if "/SRC" in root.as_posix() else None
        found = scan(
            [root], as_of=as_of, policy_name=None, cache=Path(cache), source=source,
            dependencies=lambda fleet, _: _verdicts(root, fleet),
        )  # fmt: skip
        return report(found)


def _verdicts(root: Path, fleet: Fleet) -> dict[str, Stored]:
    """What `CASE.verdicts.json` beside a case says of its projects, by their names.

    Its `requires` are taken for those of today where it does not say otherwise.
    """
    path = root.with_name(f"{root.name}.verdicts.json")
    if not path.is_file():
        return {}
    told = json.loads(path.read_text(encoding="utf-8"))
    for item in inputs_of(fleet, {}):
        document = told.get(item.member.project.name)
        if document is not None:
            document.setdefault("requires", requires_digest(item))
    return Recall(root / "nothing", {}, told).of(fleet)


@lru_cache(maxsize=1)
def _seen() -> Path:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Path(folder.name)


def findings(case: Path) -> list[Finding]:
    """What the rule of `case` says of it."""
    return [item for item in judged(case, day(case)).findings if item.code == code_of(case)]


def shown(case: Path) -> str:
    """What `CASE.findings.txt` should hold."""
    found = judged(case, day(case))
    lines: list[str] = []
    for item in found.findings:
        if item.code == code_of(case):
            lines += _finding(item)
    lines += [
        f"{project}: not evaluated: {reason}"
        for project, code, reason in found.not_evaluated
        if code == code_of(case)
    ]
    return "".join(f"{line}\n" for line in lines)


def _finding(item: Finding) -> Iterator[str]:
    place = ":".join(str(part) for part in (item.file, item.line, item.column) if part is not None)
    yield f"{item.severity} {item.project} {place or '-'}"
    yield f"    subject: {item.subject}"
    yield f"    {_HOST.sub('Python 3.x', item.message)}"
    yield f"    help: {item.help}"
    if item.effective is not None:
        yield f"    from: {item.effective}"
    for change in item.changes:
        yield f"    {'unsafe fix' if item.unsafe else 'fix'}: {_change(change)}"
    if item.suppressed is not None:
        yield f"    {item.suppressed}"


def _change(change: Change) -> str:
    at = change.at
    version = getattr(change, "version", None)
    place = " ".join(filter(None, (at.file, at.site, at.group)))
    return f"{type(change).__name__}({f'{version}, ' if version else ''}{place})"


def snapshot(case: Path) -> Path:
    """Where the findings of a violation are kept."""
    return case.with_name(f"{case.name}.findings.txt")


def write(code: str) -> None:
    """Rewrite the snapshots of the rules that `code` names."""
    for case in cases("violations", code):
        snapshot(case).write_text(shown(case), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1] if len(sys.argv) > 1 else "*")

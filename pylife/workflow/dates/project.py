"""What a policy's dates mean for one project: for its range, its tests and what it runs on."""

import datetime as dt
from collections.abc import Iterator, Sequence

from pylife import calendar
from pylife.calendar import Dated
from pylife.model import DateKind, Declaration, Ending, EndingKind, PythonVersion, Role, Stage
from pylife.rules import Facts
from pylife.rules.ending_words import event
from pylife.rules.runtime import beside
from pylife.workflow.dates.entry import Entry, words
from pylife.workflow.dates.timeline import Change, Line, warned
from pylife.workflow.read import Read, shown_path

_ENDINGS = {
    EndingKind.PLATFORM: DateKind.PLATFORM,
    EndingKind.IMAGE: DateKind.IMAGE,
    EndingKind.DEPENDENCY: DateKind.DEPENDENCY,
}
"""That a Python ends is told by what runs on it."""


class Dates:
    """The dates of one project, up to and including `until`."""

    def __init__(self, read: Read, line: Line, until: dt.date) -> None:
        self.read = read
        self.line = line
        self.until = until
        self.as_of = line.window.as_of
        self.facts = Facts(
            project=read.member.project,
            declarations=read.declarations,
            problems=read.problems,
            window=line.window,
            calendar=calendar.load(),
        )

    def all(self) -> Iterator[Entry]:
        """Each date, in no order."""
        for python in calendar.known():
            yield from self._floor(python)
            yield from self._range(python)
            yield from self._tests(python)
        named = {python.plain for item in self.facts.runtimes for python in item.effective}
        for python in sorted(named):
            yield from self._runtime(python)
        for ending in self.read.endings:
            yield from self._ending(ending)

    def unknown(self) -> Iterator[str]:
        """Why there may be dates that are not known, as far as it goes beyond broken files."""
        found = self.facts.supports
        if found is not None and found.versions is None:
            yield f"the range is unreadable: {self._place(found)}: {found.unreadable}"
        elif found is None and self.facts.is_library:
            yield "it declares no range"
        elif found is not None and not self.facts.has_floor:
            yield f"its range has no least Python: {self._place(found)}"
        for item in self.facts.of(Role.RUNS_ON):
            if item.versions is None and item.specifier is None and not item.without_effect:
                yield f"what it runs on is unreadable: {self._place(item)}: {item.unreadable}"

    def _floor(self, python: PythonVersion) -> Iterator[Entry]:
        """The range covers a Python until it is dropped (the rule RNG002 speaks of it then)."""
        found, change = self.facts.supports, self._change(python, Stage.DROPPED)
        if found is None or change is None or python not in self.facts.touched:
            return
        if self.facts.has_floor:
            yield self._entry(
                DateKind.FLOOR,
                change,
                detail=f"{found.raw} covers it",
                help_=f"let the range begin with >={python.next}",
                at=found,
            )

    def _range(self, python: PythonVersion) -> Iterator[Entry]:
        """The range leaves out a Python that is asked for from then on (RNG003, RNG004)."""
        found, change = self.facts.supports, self._change(python, Stage.SUPPORTED)
        covered = self.facts.covered
        if found is None or change is None or covered is None or not self.facts.is_library:
            return
        # That one patch release of a Python is left out is no reason for anything.
        inside = python in self.facts.touched and python < max(covered, default=python)
        if python not in covered and not inside:
            yield self._entry(
                DateKind.RANGE,
                change,
                detail=f"{found.raw} leaves it out",
                help_=f"let the range cover {python}, after the tests pass there",
                at=found,
            )

    def _tests(self, python: PythonVersion) -> Iterator[Entry]:
        """A Python that is covered and asked for from then on, which no test names (DRF102)."""
        change = self._change(python, Stage.SUPPORTED)
        tests = [
            item for item in self.facts.of(Role.TESTS) if not item.site.startswith("pre-commit-")
        ]
        first = next((item for item in tests if item.effective), None)
        if change is None or first is None or not self.facts.is_library:
            return
        if any(item.unreadable and not item.without_effect for item in tests):
            return  # whether it is tested is not known
        named = {tested for item in tests for tested in item.effective}
        if python in (self.facts.covered or ()) and python not in named:
            yield self._entry(
                DateKind.TESTS,
                change,
                detail="no test matrix names it",
                help_=f"add {python} to the tests, for example at {self._place(first)}",
                at=first,
            )

    def _runtime(self, python: PythonVersion) -> Iterator[Entry]:
        """When the policy drops what the project runs on, and its end of life (RUN201).

        An end of life that is past counts only where the policy does not drop the Python.
        """
        places = [
            item
            for item in self.facts.runtimes
            if python in {version.plain for version in item.effective}
        ]
        listed = all(len(beside(self.facts, item)) > 1 for item in places)
        help_ = f"{'remove' if listed else 'move to a newer Python than'} {python}"
        where = self._where(places)
        release = calendar.load().releases.get(python)
        eol = release.eol if release else None
        soon = self._change(python, Stage.DROPPED)
        if soon is not None:
            life = f"; end of life {eol}" if eol and eol.last < soon.last else ""
            kind = DateKind.RUNTIME_DROPPED
            yield self._entry(kind, soon, detail=where + life, help_=help_, at=places[0])
        if eol is None or eol.last > self.until or (soon is not None and soon.last <= eol.last):
            return
        if eol.last > self.as_of or soon is None:
            yield self._eol(python, eol, where, help_, places[0])

    def _eol(
        self, python: PythonVersion, eol: Dated, where: str, help_: str, at: Declaration
    ) -> Entry:
        dropped = self.line.change(python, Stage.DROPPED)
        until = f"; the policy drops it on {dropped.last}" if dropped else ""
        change = Change(
            python=python,
            stage=Stage.DROPPED,
            first=eol.first,
            last=eol.last,
            expected=eol.expected,
            rule=eol.source,
            warned=warned(self.line.window.policy, eol.last),
        )
        return self._entry(DateKind.RUNTIME_EOL, change, detail=where + until, help_=help_, at=at)

    def _ending(self, ending: Ending) -> Iterator[Entry]:
        """A platform, an image or a dependency is no longer maintained after a day (RUN203)."""
        kind = _ENDINGS.get(ending.kind)
        if kind is None or ending.last > self.until:
            return
        file = shown_path(self.read.member, ending.file) if ending.file else None
        happens = event(ending)
        name = ending.name.removesuffix(f" ({happens})") if happens else ending.name
        place = f"{ending.file}:{ending.line}" if ending.file else ""
        first = "the first to end of what it stands on" if ending == self.read.endings[0] else ""
        detail = "; ".join(part for part in (place, first) if part)
        yield self._owned(
            Entry(
                policy=self.line.window.policy.name,
                kind=kind,
                first=ending.first,
                last=ending.last,
                subject=ending.name,
                text=f"{name}: {happens or 'end of support'}" + (f" ({detail})" if detail else ""),
                detail=detail,
                help="move to what is maintained",
                rule=ending.source,
                overdue=ending.last < self.as_of,
                warned=warned(self.line.window.policy, ending.last),
                file=file,
                line=ending.line,
            )
        )

    def _where(self, places: Sequence[Declaration]) -> str:
        more = len(places) - 1
        some = f" and {more} more place{'s' if more > 1 else ''}" if more else ""
        return self._place(places[0]) + some

    def _change(self, python: PythonVersion, stage: Stage) -> Change | None:
        """When `python` enters `stage`, or entered it and still is there; None after `until`."""
        change = self.line.change(python, stage)
        return change if change is not None and change.last <= self.until else None

    def _entry(
        self, kind: DateKind, change: Change, *, detail: str, help_: str, at: Declaration
    ) -> Entry:
        return self._owned(
            Entry(
                policy=self.line.window.policy.name,
                kind=kind,
                first=change.first,
                last=change.last,
                subject=str(change.python),
                text=words(kind, [change.python], detail),
                detail=detail,
                help=help_,
                rule=change.rule,
                expected=change.expected,
                overdue=change.last <= self.as_of,
                python=change.python,
                warned=change.warned,
                file=shown_path(self.read.member, at.file),
                line=at.line,
            )
        )

    def _owned(self, entry: Entry) -> Entry:
        """`entry` with what is known of the project."""
        project = self.read.member.project
        return entry._replace(
            project=project.name,
            project_kind=project.kind,
            tier=project.tier,
            owner=project.owner,
        )

    def _place(self, item: Declaration) -> str:
        return f"{item.file}:{item.line}"

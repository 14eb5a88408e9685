"""Mutates whole fleets: in every project the floor rises by one and one Python is added.

`python -m tests.upgrade.corpora FOLDER…` does it for each fleet (a folder with projects in it),
without writing to it, and prints what came out: how many lines of the diffs hold no declaration,
how many places do not say afterwards what they were changed to, and how many files a second
upgrade changes. All three should be 0. Locks, which their tools write, are left alone.
"""

import difflib
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pylife import calendar, declarations, policy
from pylife.errors import UnreadableError
from pylife.fleet import Member, load
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    PythonVersion,
    SetFloor,
    SetPython,
    Stage,
    Target,
)
from pylife.policy import Window
from pylife.syntax.text import Source
from pylife.upgrade import ProjectPlan, plan
from pylife.upgrade.places import places
from pylife.upgrade.summary import covered
from tests.upgrade.upgrade_help import TODAY


class Tally(NamedTuple):
    """What came out: `others`, `disagreeing` and `again` are what must not be, each as a text."""

    projects: int = 0
    changed: int = 0
    raised: int = 0
    gained: int = 0
    files: int = 0
    lines: int = 0
    to_people: int = 0
    others: tuple[str, ...] = ()
    disagreeing: tuple[str, ...] = ()
    again: tuple[str, ...] = ()

    def and_(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.projects + other.projects,
            self.changed + other.changed,
            self.raised + other.raised,
            self.gained + other.gained,
            self.files + other.files,
            self.lines + other.lines,
            self.to_people + other.to_people,
            self.others + other.others,
            self.disagreeing + other.disagreeing,
            self.again + other.again,
        )

    def __str__(self) -> str:
        return (
            f"{self.changed} of {self.projects} projects change ({self.raised} floors rise,"
            f" {self.gained} gain a Python), {self.files} files, {self.lines} lines; {len(self.others)} other lines, {len(self.disagreeing)} places"
            f" that read otherwise, {len(self.again)} files that change again;"
            f" {self.to_people} lines for people"
        )


def mutate(root: Path) -> Tally:
    """Upgrade every project of the fleet in `root`, a copy that may be written to, twice."""
    found = Tally()
    for member in load(root, cache=root / ".cache", fetch=False).members:
        if member.folder is not None:
            found = found.and_(_mutate(member, member.folder))
    return found


def _mutate(member: Member, folder: Path) -> Tally:
    before = declarations.read(folder, member.files)
    window = moved(before.declarations)
    made = plan(member.project, folder, member.files, before, window)
    shown = member.project.path
    lines, others = 0, []
    for path, new in made.contents.items():
        for line, ours in changed_lines(path, made.before.get(path, b""), new):
            lines += 1
            others += [] if ours else [f"{shown}/{path}: {line}"]
        (folder / path).write_bytes(new)
    after = declarations.read(folder, member.files)
    disagreeing = [f"{shown}/{line}" for line in _disagreeing(made, after.declarations, window)]
    second = plan(member.project, folder, member.files, after, window)
    return Tally(
        1, int(not made.empty), int(made.floor is not None), int(bool(made.adds)),
        len(made.contents), lines, len(made.needs_person), tuple(others), tuple(disagreeing),
        tuple(f"{shown}/{path}" for path in second.contents),
    )  # fmt: skip


def moved(read: Iterable[Declaration]) -> Window:
    """A window whose oldest Python is one above that of `read`, and its newest one above too."""
    listed = list(read)
    named = {python.plain for place in places(listed) for python in place.pythons}
    floor = min(covered(listed) or named or {PythonVersion(3, 9)})
    newest = max({*named, floor, PythonVersion(3, 12)}).next
    known = calendar.known()
    base = policy.window(policy.find("upstream", Path()), calendar.load(), TODAY)
    stages = {}
    for python in known:
        stage = Stage.SUPPORTED if python <= newest else Stage.UNKNOWN
        stage = Stage.DROPPED if python <= floor else stage
        stages[python] = base.stages[python]._replace(stage=stage)
    return base._replace(stages=stages)


def changed_lines(path: str, before: bytes, after: bytes) -> Iterator[tuple[str, bool]]:
    """The lines of a diff, each with whether a declaration stands on it."""
    old, new = (data.decode(errors="replace").split("\n") for data in (before, after))
    declared = _declared(path, before), _declared(path, after)
    for operation, *span in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation != "equal":
            yield from (("-" + old[n], n + 1 in declared[0]) for n in range(span[0], span[1]))
            yield from (("+" + new[n], n + 1 in declared[1]) for n in range(span[2], span[3]))


def _declared(path: str, data: bytes) -> set[int]:
    source = Source(path, data)
    try:
        found = declarations.read_source(source)
    except UnreadableError:
        return set()
    return {
        line for item in found for line in range(item.line, source.position(item.span.end)[0] + 1)
    }


def _disagreeing(made: ProjectPlan, after: Iterable[Declaration], window: Window) -> Iterator[str]:
    listed = list(after)
    now = {place.at: place for place in places(listed)}
    last: dict[tuple[Target, object], Change] = {}
    for change in made.changes:
        last[change.at, getattr(change, "version", None)] = change
    for change in last.values():
        place = now.get(change.at)
        said = place.pythons if place is not None else frozenset()
        match change:
            case AddPython(version=version) | SetPython(version=version):
                agrees = version in said
            case DropPython(version=version):
                agrees = version not in said
            case SetFloor(version=version):
                listed_here = place.items if place is not None else ()
                touched = {v for i in listed_here for v in (*(i.versions or ()), *i.partial)}
                agrees = version == min(touched, default=None)
            case _:
                agrees = True
        if not agrees:
            yield f"{change.at.file}: {change}"
    if made.floor is not None and (low := covered(listed) & set(window.at(Stage.DROPPED))):
        yield f"the range still covers {sorted(map(str, low))}"


def main(folders: list[str]) -> int:
    """Mutate copies of `folders`; 1 where something is not as it must be."""
    bad = 0
    for folder in map(Path, folders):
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / folder.name
            shutil.copytree(folder, copy)
            found = mutate(copy)
        sys.stdout.write(f"{folder.name}: {found}\n")
        wrong = {"other line": found.others, "reads otherwise": found.disagreeing,
                 "changes again": found.again}  # fmt: skip
        for name, listed in wrong.items():
            for line in listed:
                bad = 1
                sys.stdout.write(f"  {name}: {line}\n")
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

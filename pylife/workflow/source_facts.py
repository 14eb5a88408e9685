"""What the rules know of a project's source: what was scanned, and what the project requires."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife import calendar
from pylife.declarations import requirements, versions
from pylife.declarations.requirements import Line
from pylife.fleet import Fleet
from pylife.model import PythonVersion, coverage
from pylife.source.facts import Pythons, Requirement, SourceFacts
from pylife.source.gather import Pair, gather
from pylife.source.scanner.versions import VERSIONS
from pylife.workflow import source
from pylife.workflow.source import ProjectSource


class Look(NamedTuple):
    """Looks at the source of a fleet; what was seen before is taken from the folder `state`."""

    state: Path | None
    processes: int = 0
    progress: Callable[[int, int], None] | None = None

    def of(self, fleet: Fleet) -> dict[str, SourceFacts]:
        """What the source of each member needs, by the member's path."""
        targets = list(source.targets(fleet))
        looked = source.scan(
            targets, state=self.state, processes=self.processes, progress=self.progress
        )
        found = {}
        for project in looked.projects:
            facts = source_facts(project, versions=VERSIONS, parser=looked.parser)
            if facts is not None:
                found[project.member.project.path] = facts
        return found


def source_facts(
    project: ProjectSource, *, versions: Sequence[Pair], parser: Pair
) -> SourceFacts | None:
    """The facts of a project whose files were scanned; None for one that is not there.

    `versions` are the Pythons of the scanner's bits, `parser` the one that parsed the files.
    """
    folder = project.member.folder
    if folder is None:
        return None
    listing = requirements.read(folder, project.member.files)
    return gather(
        project.files,
        versions=versions,
        parser=parser,
        requirements=[required(line) for line in listing.lines],
        requirements_unknown=listing.unknown,
    )


def required(line: Line) -> Requirement:
    """A requirement with the Pythons on which it may be required."""
    marker, pythons = _meaning(line)
    return Requirement(
        name=line.name,
        raw=line.raw,
        marker=marker,
        pythons=pythons,
        file=line.file,
        line=line.line,
        use=line.purpose,
        group=line.group,
        column=line.column,
        constraint=line.constraint,
    )


def _meaning(line: Line) -> tuple[str | None, Pythons]:
    """What it says of Pythons, and which those are; where that is not understood, all."""
    known = calendar.known()
    if ";" not in line.raw and line.python is None:
        return None, frozenset(known)
    from pylife.declarations.aside import marker_meaning, requirement_markers

    place = requirement_markers.of_requirement(line.raw)
    marker = line.raw[slice(*place)] if place is not None else None
    found = frozenset(known)
    try:
        if marker is not None:
            said = marker_meaning.meaning(marker, known)
            found = frozenset((*said.full, *said.partial))
        if line.python is not None:
            found &= _covered(line.python, known)
    except ValueError:
        return None, frozenset(known)
    return marker or line.python, found


def _covered(range_: str, known: tuple[PythonVersion, ...]) -> Pythons:
    said = coverage(versions.poetry(range_), known)
    return frozenset((*said.full, *said.partial))

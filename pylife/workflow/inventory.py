"""What a fleet declares, and what it says aside, with no policy and no verdict."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from pylife import declarations
from pylife.declarations.authority import supports
from pylife.declarations.conditions import dead
from pylife.fleet import Fleet, Member
from pylife.model import Declaration, PythonVersion, Role
from pylife.workflow.images import Images


class Entry(NamedTuple):
    """One member with all that was read of it."""

    member: Member
    reading: declarations.Reading
    asides: declarations.Reading
    tested: list[tuple[str, declarations.Runs]]
    """What CI jobs run in effect, each with its file."""


def inventory(fleet: Fleet) -> Iterator[Entry]:
    """Read each member that is there and is not excluded."""
    known = Images(fleet)
    for member in fleet.members:
        if member.folder is not None and member.project.excluded is None:
            yield Entry(
                member,
                declarations.read(member.folder, member.files, known.around(member)),
                declarations.asides(member.folder, member.files),
                declarations.tested(member.folder, member.files),
            )


class Conditions(NamedTuple):
    """How many conditions on Python a project holds, and which are dead in its range.

    A condition is dead where it is always true, or never, under the Pythons that
    the project supports; `dead` is None where its range is not known.
    """

    markers: int
    guards: int
    dead: tuple[Declaration, ...] | None


def conditions(found: tuple[Declaration, ...], asides: tuple[Declaration, ...]) -> Conditions:
    """Count the conditions among `asides` of a project that declares `found`."""
    listed = [item for item in asides if item.role is Role.CONDITIONS]
    range_ = supports(found)
    known = range_ is not None and range_.versions is not None
    pythons = (*(range_.versions or ()), *range_.partial) if range_ is not None else ()
    guards = sum(1 for item in listed if item.site == "guard")
    return Conditions(
        markers=len(listed) - guards,
        guards=guards,
        dead=tuple(item for item in listed if dead(item, pythons)) if known else None,
    )


def conditions_document(counted: Conditions) -> dict[str, Any]:
    """The counts as the contracts have them; `dead` is null where the range is not known."""
    return {
        "markers": counted.markers,
        "guards": counted.guards,
        "dead": None if counted.dead is None else len(counted.dead),
    }


def dead_after(
    asides: tuple[Declaration, ...], pythons: Collection[PythonVersion]
) -> tuple[str, ...]:
    """The conditions that are dead under `pythons`, each as a line of a proposal."""
    found = []
    for item in asides:
        verdict = dead(item, pythons) if item.role is Role.CONDITIONS else None
        if verdict is not None:
            what = "always true" if verdict == "always" else "never true"
            found.append(f"{item.file}:{item.line}: {' '.join(item.raw.split())} is {what}")
    return tuple(found)

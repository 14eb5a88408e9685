"""Where each project stands in the fleet's move to one Python, or off it.

What is shown goes before what is said: a project is done where tests pass on the Python, or,
of a Python that goes, where nothing declares it any more; and where tests fail, no pull request
makes it look better, unless the tests of its change passed there. Only then comes the state of
its upgrade, and without one what its cell shows. What nobody knows is a bucket of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pylife.model import Kind, MigrationState, Proving, Stage
from pylife.site import windows
from pylife.site.base import Site
from pylife.site.evidence import Declared, Evidence, Tone
from pylife.site.text import python_key

Row = Mapping[str, Any]
"""A project of a night's document; see `pylife.site.night`."""
Bucket = MigrationState | None
"""Where a project stands with one Python; None where nobody knows."""

UNKNOWN = "unknown"
"""What a night's document calls None."""
_FINISHED = frozenset({MigrationState.VERIFIED, MigrationState.MERGED})
_MOVING = frozenset(
    {MigrationState.IN_PR, MigrationState.AWAITING_PR, MigrationState.AWAITING_PARENTS}
)
_SHOWN = frozenset({Tone.PASS, Tone.ODD, Tone.FAIL, Tone.BLOCK})
_DOUBT = frozenset({Tone.ODD, Tone.OPEN})


class Way(StrEnum):
    """Which way a policy wants projects to move."""

    GAIN = "gain"
    LEAVE = "leave"


def way_of(stage: str) -> Way | None:
    """Where projects are to move in that stage; None where a policy asks nothing."""
    match stage:
        case Stage.PREVIEW | Stage.ADOPTING | Stage.SUPPORTED:
            return Way.GAIN
        case Stage.DEPRECATED | Stage.DROPPED:
            return Way.LEAVE
    return None


class Change(NamedTuple):
    """What a proposed change means to one Python.

    `brings` says whether it makes the move to it, or off it; None where the document does not
    say. `proven` says whether tests of the changed tree passed on it.
    """

    brings: bool | None = None
    proven: bool = False


NOTHING = Change()
"""Nothing is proposed, or nobody says what."""


def bucket(
    one: Row, python: str, way: Way, change: Change = NOTHING, *, left: bool | None = None
) -> Bucket:
    """Where the project stands with `python`; `change` is what is proposed for it.

    `left` says whether it has said Pythons that this one is not among, whatever its tests show
    there; where None, its cell has to tell.
    """
    if one["status"] in {MigrationState.EXCLUDED, MigrationState.ERROR}:
        return MigrationState(one["status"])
    tone, _, rung = one["cells"].get(python, (Tone.OPEN, "", ""))
    # What is in doubt is not gone: it may be deployed there and not say so.
    gone = (not rung and tone not in _DOUBT) if left is None else left
    if gone if way is Way.LEAVE else tone == Tone.PASS:
        return MigrationState.VERIFIED
    state = MigrationState(one["state"]) if one["state"] else None
    if state is not None and state not in _FINISHED | _MOVING:
        return state
    if state in _MOVING and (change.proven or not _in_the_way(tone, state, way)):
        return state if change.brings is not False else _unmoved(tone, rung, way)
    return _unmoved(tone, rung, way)


def _in_the_way(tone: str, state: Bucket, way: Way) -> bool:
    """Whether the cell shows what a pull request does not mend by being opened."""
    if way is Way.LEAVE:
        return False
    return tone == Tone.FAIL or (tone == Tone.BLOCK and state != MigrationState.AWAITING_PARENTS)


def _unmoved(tone: str, rung: str, way: Way) -> Bucket:
    return None if way is Way.LEAVE else _by_cell(tone, rung)


def _by_cell(tone: str, rung: str) -> Bucket:
    """Of a project of which no upgrade says more."""
    if tone == Tone.FAIL:
        return MigrationState.FAILING_TESTS
    if tone == Tone.BLOCK:
        return MigrationState.NOT_SOLVABLE
    return MigrationState.MERGED if rung else None


def is_asked(one: Row, python: str) -> bool:
    """Whether it is for this project at all: what is deployed runs on one Python only."""
    tone, _, rung = one["cells"].get(python, (Tone.NONE, "", ""))
    return one["kind"] == Kind.LIBRARY or bool(rung) or tone in _SHOWN


def buckets(
    site: Site, rows: Mapping[str, Row], python: str, way: Way
) -> Iterator[tuple[str, Bucket]]:
    """By slug the bucket of each of the `rows` that its own policy wants to move that way."""
    documents = site.documents
    for project in documents.projects:
        row = rows[documents.slug(project)]
        left = _has_left(site.evidence(project, python))
        # Of one that could not be looked at nobody knows what its policy would ask.
        own = way_of(windows.stage_of(documents.window(project), python))
        # What is deployed elsewhere has nothing to leave, even if its tests were tried there.
        here = not left or row["kind"] == Kind.LIBRARY or way is Way.GAIN
        if row["status"] != "checked" or (own is way and here and is_asked(row, python)):
            change = _change(documents.proposals.get(project["name"]), python, way)
            yield documents.slug(project), bucket(row, python, way, change, left=left)


def _has_left(found: Evidence) -> bool:
    """Whether it says Pythons, and neither these nor what it is deployed with have this one."""
    return found.declared is Declared.NO and not found.runs_on


def _change(proposal: Row | None, python: str, way: Way) -> Change:
    if proposal is None:
        return NOTHING
    proof = proposal.get("proof") or {}
    proven = proof.get("verdict") == Proving.PASSED and python in proof.get("pythons", ())
    named, floor = proposal.get("adds" if way is Way.GAIN else "drops"), proposal.get("floor")
    brings = None if named is None else python in named
    if way is Way.LEAVE and floor and python_key(python) < python_key(floor):
        brings = True  # whoever said nothing drops nothing that it named
    return Change(brings=True if proven and way is Way.GAIN else brings, proven=proven)


def counted(way: Way, found: Iterable[Bucket]) -> Row:
    """How many are in each bucket, for a night's totals."""
    numbers = Counter(state or UNKNOWN for state in found)
    return {"way": way.value, "buckets": dict(sorted(numbers.items()))}

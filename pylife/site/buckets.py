"""Where each project stands in the fleet's move to one Python, or off it.

What is shown goes before what is said: a project is done where tests pass on the Python, or,
of a Python that goes, where nothing declares it any more. Only then comes the state of its
upgrade, and without one what its cell shows. What nobody knows is a bucket of its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from pylife.model import Kind, MigrationState, Stage
from pylife.site import windows
from pylife.site.documents import Documents
from pylife.site.evidence import Tone

Row = Mapping[str, Any]
"""A project of a night's document; see `pylife.site.night`."""
Bucket = MigrationState | None
"""Where a project stands with one Python; None where nobody knows."""

UNKNOWN = "unknown"
"""What a night's document calls None."""
_FINISHED = frozenset({MigrationState.VERIFIED, MigrationState.MERGED})
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


def bucket(one: Row, python: str, way: Way) -> Bucket:
    """Where the project stands with `python`."""
    if one["status"] in {MigrationState.EXCLUDED, MigrationState.ERROR}:
        return MigrationState(one["status"])
    tone, _, rung = one["cells"].get(python, (Tone.OPEN, "", ""))
    # What is in doubt is not gone: it may be deployed there and not say so.
    gone = not rung and tone not in _DOUBT
    if gone if way is Way.LEAVE else tone == Tone.PASS:
        return MigrationState.VERIFIED
    state = MigrationState(one["state"]) if one["state"] else None
    if state is not None and state not in _FINISHED:
        return state
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
    documents: Documents, rows: Mapping[str, Row], python: str, way: Way
) -> Iterator[tuple[str, Bucket]]:
    """By slug the bucket of each of the `rows` that its own policy wants to move that way."""
    for project in documents.projects:
        slug = documents.slug(project)
        # Of one that could not be looked at nobody knows what its policy would ask.
        own = way_of(windows.stage_of(documents.window(project), python))
        unseen = rows[slug]["status"] != "checked"
        if unseen or (own is way and is_asked(rows[slug], python)):
            yield slug, bucket(rows[slug], python, way)


def counted(documents: Documents, rows: Mapping[str, Row], column: windows.Column) -> Row | None:
    """How many are in each bucket, for a night's totals; None where no policy asks for a move."""
    way = way_of(column.stage.stage)
    if way is None:
        return None
    found = Counter(state or UNKNOWN for _, state in buckets(documents, rows, column.python, way))
    return {"way": way.value, "buckets": dict(sorted(found.items()))}

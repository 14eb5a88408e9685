"""Until when what an application stands on is maintained, ready to show."""

import datetime as dt
from dataclasses import dataclass

from pylife.site.documents import Doc, Documents
from pylife.site.text import days_words


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingView:
    """One date on which the application loses its maintenance; the first of all binds."""

    kind: str
    name: str
    date: str
    """A month where no day is known."""
    left: str
    over: bool
    binds: bool
    place: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """All of them, the earliest first, and why there may be an earlier one."""

    date: str
    """The one that binds, or empty where none is known."""
    endings: tuple[EndingView, ...]
    unknown: tuple[str, ...]


def lifetime(documents: Documents, project: Doc) -> Lifetime | None:
    """The ends of what `project` stands on; None of what is not deployed, or was not asked."""
    found = project.get("end_of_life")
    if not found:
        return None
    as_of = dt.date.fromisoformat(documents.read["as_of"])
    endings = tuple(
        _ending(ending, as_of, binds=ending == found["binding"]) for ending in found["endings"]
    )
    return Lifetime(
        date=next((ending.date for ending in endings if ending.binds), ""),
        endings=endings,
        unknown=tuple(found["unknown"]),
    )


def _ending(ending: Doc, as_of: dt.date, *, binds: bool) -> EndingView:
    last = dt.date.fromisoformat(ending["date"])
    line = f":{ending['line']}" if ending["line"] is not None else ""
    return EndingView(
        kind=ending["kind"],
        name=ending["name"],
        date=ending["date"][: len("2026-10")] if ending["month"] else ending["date"],
        left=days_words(as_of, last),
        over=last < as_of,
        binds=binds,
        place=f"{ending['file']}{line}" if ending["file"] else "",
        source=ending["source"] or "",
    )

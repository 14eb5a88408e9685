"""One requirement: reading PEP 508, adding a marker, telling what comes from elsewhere."""

import re
from functools import lru_cache
from typing import NamedTuple

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement

from pylife.fleet.identity import normal
from pylife.workflow.dependencies.inputs.records import Line

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?", re.ASCII)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][\w.-]*)(?:\[([^\]]*)\])?", re.ASCII)


class Parts(NamedTuple):
    """The name and extras of a requirement, and the address it is to come from, if any."""

    name: str
    extras: tuple[str, ...] = ()
    url: str | None = None
    marker: str | None = None


class Reader:
    """Collects requirements of a place, and why there may be more.

    `lines` have what was understood; `unknown` the reasons.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.unknown: list[str] = []

    def add(self, raw: str, file: str, line: int | None, *, text: str | None = None) -> None:
        """Add the requirement `raw`, of which `text` is the PEP 508 form where it is another."""
        try:
            parsed = Requirement(text if text is not None else raw)
        except InvalidRequirement as error:
            reason = str(error).splitlines()[0]
            self.unknown.append(f"{place(file, line)}: {raw.strip()!r} is no requirement: {reason}")
            return
        self.lines.append(Line(str(parsed), raw.strip(), file, line))

    def missing(self, file: str, line: int | None, reason: str) -> None:
        """Say that something there is not known."""
        self.unknown.append(f"{place(file, line)}: {reason}")


def place(file: str, line: int | None) -> str:
    """`setup.py:12`."""
    return file if line is None else f"{file}:{line}"


@lru_cache(maxsize=8192)
def parts(text: str) -> Parts | None:
    """What `text` names; None for what names nothing."""
    try:
        found = Requirement(text)
    except InvalidRequirement:
        return None
    marker = str(found.marker) if found.marker is not None else None
    return Parts(normal(found.name), tuple(sorted(found.extras)), found.url, marker)


def egg(url: str) -> Parts | None:
    """The distribution that an address names by `#egg=`."""
    found = _EGG.search(url)
    if found is None:
        return None
    extras = tuple(sorted(word.strip() for word in (found[2] or "").split(",") if word.strip()))
    return Parts(normal(found[1]), extras, url)


def with_marker(text: str, marker: str) -> str:
    """`text` where `marker` holds too; raises ValueError for what is no marker.

    An address before a marker needs the blank that PEP 508 asks for.
    """
    if not marker.strip():
        return text
    try:
        found = Requirement(text)
        wanted = str(Marker(marker))
        both = f"({found.marker}) and ({wanted})" if found.marker else wanted
        found.marker = Marker(both)
    except (InvalidMarker, InvalidRequirement) as error:
        raise ValueError(f"{marker!r} is no marker: {str(error).splitlines()[0]}") from None
    return str(found)


def without_url(found: Parts) -> str:
    """The requirement by its name alone: whatever version there is."""
    extras = f"[{','.join(found.extras)}]" if found.extras else ""
    marker = f"; {found.marker}" if found.marker else ""
    return f"{found.name}{extras}{marker}"


def from_address(found: Parts, url: str, marker: str = "") -> str:
    """The requirement for what is at `url`, as PEP 508 writes it."""
    extras = f"[{','.join(found.extras)}]" if found.extras else ""
    return f"{found.name}{extras} @ {url}{' ; ' + marker if marker else ''}"

"""An Atom feed of what changed from night to night (RFC 4287), and the fleet's calendar feed."""

import uuid
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from pylife.site.base import Page, Site
from pylife.site.changes import Change, every_night
from pylife.site.documents import Doc
from pylife.site.text import count, plain, short

_ATOM = "http://www.w3.org/2005/Atom"
_NIGHTS = 30
_LINES = 200
_NAMESPACE = uuid.UUID("3f8a5f0e-6d8e-5b0c-9a5e-9d1f4b7c2a61")
"""What identifiers of feeds and entries are derived in (RFC 4122, version 5)."""


def pages(site: Site) -> Iterator[Page]:
    """The feed of changes; the calendar's, where one was made."""
    found = site.once(every_night)[-_NIGHTS:][::-1]
    yield Page("changes.atom", lambda: _feed(site, found))


def _feed(site: Site, found: list[tuple[Doc, list[Change]]]) -> bytes:
    fleet = plain(site.frame["fleet"])
    feed = ET.Element("feed", xmlns=_ATOM)
    _text(feed, "title", f"{short(fleet, 80)}: what changed")
    _text(feed, "id", _identifier(fleet, "feed"))
    _text(feed, "updated", _instant(site.frame))
    ET.SubElement(feed, "link", rel="self", href="changes.atom", type="application/atom+xml")
    ET.SubElement(feed, "link", rel="alternate", href="trends.html", type="text/html")
    _text(ET.SubElement(feed, "author"), "name", short(fleet, 80))
    for night, changed in found:
        _entry(feed, fleet, night, changed)
    ET.indent(feed, " ")
    text = ET.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entry(feed: ET.Element, fleet: str, night: Doc, found: list[Change]) -> None:
    """The night's entry; a night on which nothing changed has none."""
    if not found:
        return
    entry = ET.SubElement(feed, "entry")
    bad = sum(one.tone == "bad" for one in found)
    worse = f", {bad} for the worse" if bad else ""
    _text(entry, "title", f"{night['as_of']}: {count(len(found), 'change')}{worse}")
    _text(entry, "id", _identifier(fleet, night["as_of"]))
    _text(entry, "updated", _instant(night))
    ET.SubElement(entry, "link", rel="alternate", href="trends.html", type="text/html")
    lines = [f"{one.project}: {one.what}" for one in found[:_LINES]]
    if len(found) > _LINES:
        lines.append(f"and {len(found) - _LINES} more")
    _text(entry, "content", "\n".join(short(line, 400) for line in lines)).set("type", "text")


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = plain(text)
    return element


def _identifier(fleet: str, what: str) -> str:
    return uuid.uuid5(_NAMESPACE, f"{fleet}\n{what}").urn


def _instant(night: Doc) -> str:
    return f"{night['as_of']}T00:00:00Z"

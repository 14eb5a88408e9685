"""The links of an HTML page as the file dictionaries of PEP 691."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin

Files = list[dict[str, Any]]

_ATTRIBUTE = re.compile(r'([a-z][a-z-]*)="([^"<>]*)"')
_AROUND = r"\s+|<br\s*/?>|<!--[^<>]*-->"
_LINK = re.compile(rf'(?:{_AROUND})*<a((?:\s+[a-z][a-z-]*="[^"<>]*")+)\s*>[^<>]*</a>')
# What may stand before a plain list of links, and after it; anything else is for the parser.
_HEAD = re.compile(
    rf"(?:{_AROUND}|<!doctype\s[^<>]*>|</?(?:html|head|body)(?:\s[^<>]*)?>|<meta\s[^<>]*>"
    r"|<title>[^<>]*</title>|<h1>[^<>]*</h1>)*",
    re.I,
)
_TAIL = re.compile(rf"(?:{_AROUND}|</(?:html|body)\s*>)*", re.I)
_META = re.compile(r'<meta\s+name="pypi:repository-version"\s+content="([^"]*)"')
_VERSION = "pypi:repository-version"


def links(text: str, url: str) -> tuple[Files, dict[str, str]] | None:
    """The files that the page links to, and its `meta`; None where the page breaks off.

    `url` is where the page came from: relative links start there.
    """
    return plain(text, url) or parsed(text, url)


def plain(text: str, url: str) -> tuple[Files, dict[str, str]] | None:
    """The same of a page that is a list of links and nothing else; None for any other."""
    head = _HEAD.match(text)
    at = head.end() if head is not None else 0
    told = _META.search(text, 0, at)
    if told is None and "<meta" in text[:at].lower() and _VERSION in text[:at].lower():
        return None
    files: Files = []
    while (match := _LINK.match(text, at)) is not None:
        at = match.end()
        given = dict(_ATTRIBUTE.findall(match[1]))
        if "&" in match[1]:
            given = {name: unescape(value) for name, value in given.items()}
        found = _file(given, url)
        if found is not None:
            files.append(found)
    if _TAIL.fullmatch(text, at) is None:
        return None
    return files, {"api-version": told[1] if told is not None else "1.0"}


def parsed(text: str, url: str) -> tuple[Files, dict[str, str]] | None:
    """The same through `html.parser`, whatever the page is; None where it breaks off."""
    page = _Page(url)
    page.feed(text)
    # What is left is a tag that was begun and does not end.
    broken = bool(page.rawdata.strip()) or page.opened
    page.close()
    return None if broken else (page.files, page.meta)


class _Page(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.files: Files = []
        self.meta = {"api-version": "1.0"}
        self.opened = False
        self._base = url
        self._based = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "a":
            self.opened = True
            found = _file(given, self._base)
            if found is not None:
                self.files.append(found)
        elif tag == "base" and not self._based and given.get("href"):
            self._base, self._based = urljoin(self._base, given["href"]), True
        elif tag == "meta" and given.get("name") == _VERSION and given.get("content"):
            self.meta["api-version"] = given["content"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.opened = False


def _file(given: dict[str, str], base: str) -> dict[str, Any] | None:
    """The file dictionary of a link's attributes; None for what links to no file."""
    place, _, fragment = given.get("href", "").strip().partition("#")
    filename = unquote(place.partition("?")[0].rpartition("/")[2])
    if not filename:
        return None
    found: dict[str, Any] = {
        "filename": filename,
        "url": place if place.startswith("https://") else urljoin(base, place),
        "hashes": _hashes(fragment),
    }
    for name in ("requires-python", "upload-time"):
        if (value := given.get("data-" + name)) is not None:
            found[name] = value
    if "data-yanked" in given:
        found["yanked"] = given["data-yanked"] or True
    told = given.get("data-core-metadata", given.get("data-dist-info-metadata"))
    if told is not None:
        found["core-metadata"] = _hashes(told) or told != "false"
    return found


def _hashes(text: str) -> dict[str, str]:
    name, equals, value = text.partition("&")[0].partition("=")
    return {name: value} if equals and name and value else {}

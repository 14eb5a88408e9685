"""Pages of the simple API as records: from JSON (PEP 691) and from HTML (PEP 503).

HTML becomes the dictionary that the JSON API would give. Pages of real indexes are a plain list
of links, which one regular expression reads 10 times faster than `html.parser`; what is any
other than that goes through the parser.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from packaging.version import Version

from pylife.dependencies.index import filenames
from pylife.dependencies.index.filenames import comparable
from pylife.dependencies.index.html import links

MAJOR = "1"
"""The major version of the simple API that is understood (PEP 629)."""
_JSON = ("application/vnd.pypi.simple.v1+json", "application/json")
_HTML = ("application/vnd.pypi.simple.v1+html", "text/html", "application/xhtml+xml")


class PageError(Exception):
    """What was answered is no page of an index; the message says why, for people."""


class File(NamedTuple):
    """A file that could be installed; `tags` is None of an sdist.

    `yanked` is the reason, perhaps empty; None where it was not. `uploaded` is a day.
    """

    tags: str | None
    requires_python: str | None = None
    yanked: str | None = None
    uploaded: str | None = None


class Edition(NamedTuple):
    """A version with all its files, in an order that does not depend on the page's."""

    version: str
    files: tuple[File, ...]


class Page(NamedTuple):
    """What an index has of a project, the newest version first."""

    name: str
    editions: tuple[Edition, ...]

    @property
    def dated(self) -> bool:
        """Whether each file says when it was uploaded."""
        return all(file.uploaded is not None for one in self.editions for file in one.files)


def read(content: bytes, kind: str, url: str, *, framed: bool = True) -> dict[str, Any]:
    """The PEP 691 dictionary of a page that was answered as content type `kind` from `url`.

    `framed`: whether the connection told how long the answer is; otherwise its own end must.
    Raises PageError for what is no page of an index, or one that breaks off.
    """
    kind = kind.partition(";")[0].strip().lower()
    if kind in _JSON:
        found = _json(content)
    elif kind in _HTML:
        found = _html(content, url, framed=framed)
    elif not kind and content.lstrip()[:1] == b"{":
        found = _json(content)
    elif not kind:
        found = _html(content, url, framed=framed)
    else:
        raise PageError(f"it answers with {kind}, which is no page of an index")
    version = found["meta"].get("api-version", "1.0")
    if str(version).partition(".")[0] != MAJOR:
        raise PageError(f"it speaks version {version} of the simple API; known is {MAJOR}")
    return found


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise PageError("its JSON is broken or breaks off") from None
    meta = found.get("meta") if isinstance(found, dict) else None
    if not isinstance(meta, dict) or not isinstance(found.get("files"), list):
        raise PageError("it answers with JSON that is no page of an index")
    return dict(found)


def _html(content: bytes, url: str, *, framed: bool) -> dict[str, Any]:
    text = content.decode("utf-8", errors="replace")
    found = links(text, url)
    opened = not framed and b"<html" in content.lower() and b"</html" not in content.lower()
    if found is None or opened:
        raise PageError("its page breaks off")
    files, meta = found
    lowered = text.lower() if not files else ""
    if not files and any(mark in lowered for mark in ("<form", "<script", "<input")):
        raise PageError("it answers with a web page that lists no files, such as a sign-in")
    return {"meta": meta, "files": files}


def page(name: str, files: Iterable[Any]) -> Page:
    """The page of the project `name` (normalised) of PEP 691's `files`.

    Files of other projects and of kinds that nobody installs are left out.
    """
    return _sorted(name, pages(files, name).get(name, {}))


def flat(files: Iterable[Any]) -> dict[str, Page]:
    """The pages of all projects of which there are files on one page or in one folder."""
    return {name: _sorted(name, found) for name, found in sorted(pages(files).items())}


def pages(files: Iterable[Any], only: str | None = None) -> dict[str, dict[str, list[File]]]:
    """The files by project and version; of the project `only` where it is given.

    What is no file dictionary (a page may hold anything) is left out.
    """
    found: dict[str, dict[str, list[File]]] = {}
    for file in files:
        filename = file.get("filename") if isinstance(file, dict) else None
        named = filenames.read(filename, only) if isinstance(filename, str) else None
        if named is not None:
            versions = found.setdefault(named.project, {})
            versions.setdefault(named.version, []).append(_file(named.tags, file))
    return found


def _file(tags: str | None, file: Mapping[str, Any]) -> File:
    requires, yanked = file.get("requires-python"), file.get("yanked", False)
    uploaded = file.get("upload-time")
    return File(
        tags,
        requires if isinstance(requires, str) and requires.strip() else None,
        yanked if isinstance(yanked, str) else "" if yanked else None,
        uploaded[:10] if isinstance(uploaded, str) and _is_day(uploaded[:10]) else None,
    )


def _is_day(text: str) -> bool:
    # PEP 700 has `yyyy-mm-ddThh:mm:ss.ffffffZ`, always in UTC.
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def _sorted(name: str, versions: Mapping[str, list[File]]) -> Page:
    editions = [
        Edition(version, tuple(sorted(set(files), key=_order)))
        for version, files in newest_first(versions.items())
    ]
    return Page(name, tuple(editions))


def newest_first(versions: Iterable[tuple[str, Iterable[File]]]) -> list[tuple[str, list[File]]]:
    """The files of each version, of whatever order: 1.0 and 1.0.0 are one, called 1.0.0."""
    files: dict[Version, list[File]] = {}
    names: dict[Version, str] = {}
    for text, some in versions:
        version = comparable(text)
        files.setdefault(version, []).extend(some)
        names[version] = max(names.get(version, text), text)
    return [(names[version], files[version]) for version in sorted(files, reverse=True)]


def _order(file: File) -> tuple[str, str, bool, str, str]:
    # Of these, only the reason of a yank may be an empty text, which is not None.
    yanked = file.yanked is not None
    return (
        file.tags or "",
        file.requires_python or "",
        yanked,
        file.yanked or "",
        file.uploaded or "",
    )

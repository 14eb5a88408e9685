"""Logs of matrix cells, copied into the site as harmless text of bounded size."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pylife.site.documents import Documents
from pylife.site.kept import Kept
from pylife.site.slugs import anchor
from pylife.site.text import plain

_HALF = 100_000
"""Bytes kept of a log's head, and as many of its tail."""


def copy(documents: Documents, logs: Path | None, kept: Kept) -> dict[str, str]:
    """Copy every cell's log below `logs` of the site; returns each log's link from the site's root.

    A log that is missing, or that points outside of `logs`, has no link.
    """
    links: dict[str, str] = {}
    if logs is None:
        return links
    taken: set[str] = set()
    for key, folder, stem in _wanted(documents):
        text = _read(logs, key)
        if text is None or key in links:
            continue
        link, number = f"logs/{folder}/{stem}.txt", 1
        while link in taken:
            number += 1
            link = f"logs/{folder}/{stem}-{number}.txt"
        taken.add(link)
        # The mark at the start tells browsers, which get no header from a disk, that it is UTF-8.
        kept.write(link, ("\ufeff" + text).encode())
        links[key] = link
    return links


def _wanted(documents: Documents) -> Iterator[tuple[str, str, str]]:
    """Each cell's log, and the folder and name that its copy gets."""
    folders = {p["name"]: documents.slug(p) for p in documents.projects}
    for project, cells in documents.cells.items():
        for cell in cells:
            if cell.get("log") and project in folders:
                stem = anchor(f"py-{cell['python']}-{cell['session']}").lower()
                yield cell["log"], folders[project], stem


def _read(logs: Path, key: str) -> str | None:
    """The head and the tail of a log as plain text; None if there is no such file inside `logs`."""
    relative = PurePosixPath(key)
    if relative.is_absolute() or ".." in relative.parts or "\0" in key:
        return None
    try:
        root = logs.resolve()
        path = (root / relative).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(_HALF)
            left = path.stat().st_size - len(head)
            cut = max(0, left - _HALF)
            file.seek(cut, 1)
            tail = file.read(_HALF)
    except OSError:
        return None
    if cut:
        head += f"\n\n[... {cut} bytes left out ...]\n\n".encode()
    # Progress bars end lines with a bare carriage return.
    text = (head + tail).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return plain(text)

"""The last step: the site, made of the documents of the steps before it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pylife import evidence, site

Document = Mapping[str, Any]

_SHOWN = dt.timedelta(days=400)
"""How far back trends go: a year, and the month before it."""


def publish(
    read: Document,
    run: Document | None,
    propose: Document | None,
    *,
    output: Path,
    logs: Path,
    resolve: Document | None = None,
    facts: Document | None = None,
    nights: Sequence[Document] = (),
) -> Path:
    """Write the site to `output` and return the page to open; see `pylife.site.build`."""
    read = with_dependencies(read, resolve)
    site.build(read, run, propose, output=output, logs=logs, facts=facts, nights=nights)
    return output / "index.html"


def nights(where: Path | str, as_of: dt.date) -> list[Document]:
    """The nights of the year before `as_of` that the store knows; none where there is no store."""
    if isinstance(where, Path) and not where.is_file():
        return []
    with evidence.open(where) as store:
        return list(store.summaries(since=as_of - _SHOWN))


def remember(
    where: Path | str, read: Document, run: Document | None, propose: Document | None,
    resolve: Document | None,
) -> None:  # fmt: skip
    """Keep in the store what this night's report comes to."""
    found = site.summarise(with_dependencies(read, resolve), run, propose)
    with evidence.open(where) as store:
        store.summarise(found, as_of=dt.date.fromisoformat(read["as_of"]))


def with_dependencies(read: Document, resolve: Document | None) -> Document:
    """The read document with what the verdicts say of each project, under `dependencies`."""
    if resolve is None:
        return read
    told = {(one["name"], one["path"]): one for one in resolve["projects"]}
    return {
        **read,
        "projects": [
            {**project, "dependencies": told.get((project["name"], project["path"]))}
            for project in read["projects"]
        ],
    }

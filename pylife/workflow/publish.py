"""The last step: the site, made of the documents of the steps before it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pylife import site

Document = Mapping[str, Any]


def publish(
    read: Document,
    run: Document | None,
    propose: Document | None,
    *,
    output: Path,
    logs: Path,
    resolve: Document | None = None,
    facts: Document | None = None,
) -> Path:
    """Write the site to `output` and return the page to open; see `pylife.site.build`."""
    read = with_dependencies(read, resolve)
    as_dict = [None if document is None else dict(document) for document in (run, propose)]
    site.build(dict(read), *as_dict, output=output, logs=logs, facts=dict(facts) if facts else None)
    return output / "index.html"


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

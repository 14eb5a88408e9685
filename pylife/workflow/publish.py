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
    facts: Document | None = None,
) -> Path:
    """Write the site to `output` and return the page to open; see `pylife.site.build`."""
    as_dict = [None if document is None else dict(document) for document in (run, propose)]
    site.build(dict(read), *as_dict, output=output, logs=logs, facts=dict(facts) if facts else None)
    return output / "index.html"

"""Write the site to a new folder and put that in the old one's place."""

import contextlib
import datetime as dt
import gc
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pylife import resources
from pylife.errors import UsageError
from pylife.site import documents as docs
from pylife.site import logs as log_files
from pylife.site.base import Page, Site
from pylife.site.documents import Doc, Documents
from pylife.site.exchange import exchange
from pylife.site.kept import MARKER, Kept
from pylife.site.kinds import pages
from pylife.site.night import night

SCHEMAS = (
    "read", "matrix-run", "upgrade", "dates", "deps", "facts", "night", "nights", "badge",
    "site-fleet", "site-project", "site-python", "site-team", "site-teams", "site-runtimes",
    "site-policy", "site-rule", "site-rules", "site-dependency", "site-dependencies",
)  # fmt: skip
"""The schemas of all that the site publishes as JSON, by their names in the package's data."""
_ASSETS = ("style.css", "fleet.js", "trends.js")


def build(
    read: Doc,
    run: Doc | None,
    propose: Doc | None,
    *,
    output: Path,
    logs: Path | None = None,
    facts: Doc | None = None,
    nights: Sequence[Doc] = (),
    dates: Doc | None = None,
    feed: str | None = None,
) -> list[Path]:
    """Make the whole site at `output` and return its pages, relative to it, sorted.

    The three documents are of the schemas pylife/read/1, pylife/matrix-run/1 and
    pylife/upgrade/1; None says that the step was not run. `logs` is the folder that
    the cells' `log` paths are relative to. `facts` are published beside the pages, as
    `facts.json`. `dates` is the document pylife/dates/1 of the same fleet, and `feed` the same
    as iCalendar. `nights` are what `pylife.site.night` made of earlier nights. Equal input
    gives equal bytes.

    The site is written beside `output` and swapped in whole: neither a reader nor
    a crash sees half of it. A file that would be the same is the old one, with its time.
    Raises UsageError for a document of another schema, or
    if `output` is there and is not a site that pylife made.
    """
    documents = docs.load(read, run, propose)
    target = output.resolve()
    _refuse_foreign(target, output)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=target.parent, prefix=f".{target.name}.", ignore_cleanup_errors=True
    ) as workshop:
        fresh = Path(workshop) / "new"
        fresh.mkdir()
        kept = Kept(target, fresh)
        links = log_files.copy(documents, logs, kept)
        site = _site(documents, logs=links, nights=nights, facts=facts, dates=dates, feed=feed)
        with _without_collecting():
            written = [_write(kept, page) for page in _everything(site)]
        kept.finish()
        _swap(fresh, target, Path(workshop) / "old")
    return sorted(path for path in written if path.suffix == ".html")


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Put off the garbage collector: it would look through all documents and views again and
    again, a quarter of the time of a large fleet, and pages leave next to no cycles behind."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def summarise(read: Doc, run: Doc | None, propose: Doc | None) -> dict[str, Any]:
    """What the report of these documents comes to, as a `pylife/night/1`; for `nights` later."""
    return night(_site(docs.load(read, run, propose)))


def _site(
    documents: Documents,
    *,
    logs: Mapping[str, str] | None = None,
    nights: Sequence[Doc] = (),
    facts: Doc | None = None,
    dates: Doc | None = None,
    feed: str | None = None,
) -> Site:
    as_of = documents.read["as_of"]
    return Site(
        documents=documents,
        as_of=dt.date.fromisoformat(as_of),
        logs=logs or {},
        nights=tuple(one for one in nights if one["as_of"] < as_of),
        facts=facts,
        dates=dates,
        feed=feed,
    )


def _everything(site: Site) -> Iterator[Page]:
    folder = resources.folder("reports")
    for name in _ASSETS:
        yield Page(name, (folder / name).read_bytes)
    for schema in SCHEMAS:
        path = resources.data(f"{schema}.schema.json")
        yield Page(f"schemas/{path.name}", path.read_bytes)
    yield from _data(site)
    yield from pages(site)


def _data(site: Site) -> Iterator[Page]:
    documents = site.documents
    for name, document in (
        ("facts", site.facts),
        ("data/dates", site.dates),
        ("data/read", documents.read),
        ("data/matrix-run", documents.run),
        ("data/upgrade", documents.upgrade),
    ):
        if document is not None:
            yield Page(f"{name}.json", lambda document=document: document)  # type: ignore[misc]


def _write(kept: Kept, page: Page) -> Path:
    if not kept.keep(page.path, page.key):
        content = page.make()
        if not isinstance(content, str | bytes):
            content = json.dumps(content, sort_keys=True, allow_nan=False) + "\n"
        # A lone surrogate is never in a page (`text.plain`), nor in JSON (escaped).
        data = content.encode() if isinstance(content, str) else content
        kept.write(page.path, data, page.key)
    return Path(page.path)


def _refuse_foreign(target: Path, shown: Path) -> None:
    if target.is_dir():
        if (target / MARKER).is_file() or not any(target.iterdir()):
            return
    elif not target.exists():
        return
    raise UsageError(
        "will not be replaced: it is not a report site that pylife made",
        path=shown.name,
        help="name another folder, or remove this one first",
    )


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put `fresh` where `target` is; the old site goes to `old` (and back if that fails)."""
    if not target.exists():
        fresh.rename(target)
    elif not exchange(fresh, target):
        target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            old.rename(target)
            raise

"""Write the site to a new folder and put that in the old one's place."""

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pylife import resources
from pylife.errors import UsageError
from pylife.site import documents as docs
from pylife.site import logs as log_files
from pylife.site.documents import Doc, Documents
from pylife.site.exchange import exchange
from pylife.site.pages import Page, pages

_MARKER = ".pylife-site"
_ASSETS = ("style.css", "fleet.js")


def build(
    read: Doc,
    run: Doc | None,
    propose: Doc | None,
    *,
    output: Path,
    logs: Path | None = None,
    facts: Doc | None = None,
) -> list[Path]:
    """Make the whole site at `output` and return its pages, relative to it, sorted.

    The three documents are of the schemas pylife/read/1, pylife/matrix-run/1 and
    pylife/upgrade/1; None says that the step was not run. `logs` is the folder that
    the cells' `log` paths are relative to. `facts` are published beside the pages, as
    `facts.json`. Equal input gives equal bytes.

    The site is written beside `output` and swapped in whole: neither a reader nor
    a crash sees half of it. Raises UsageError for a document of another schema, or
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
        if facts is not None:
            _write(fresh, Page("facts.json", facts))
        written = [_write(fresh, page) for page in _everything(documents, logs, fresh)]
        _swap(fresh, target, Path(workshop) / "old")
    return sorted(path for path in written if path.suffix == ".html")


def _everything(documents: Documents, logs: Path | None, fresh: Path) -> Iterator[Page]:
    links = log_files.copy(documents, logs, fresh)
    folder = resources.folder("reports")
    yield Page(_MARKER, "Made by pylife; the whole folder is replaced at the next run.\n")
    for name in _ASSETS:
        yield Page(name, (folder / name).read_text("utf-8"))
    for name, document in (
        ("read", documents.read),
        ("matrix-run", documents.run),
        ("upgrade", documents.upgrade),
    ):
        if document is not None:
            yield Page(f"data/{name}.json", document)
    yield from pages(documents, links, dt.date.fromisoformat(documents.read["as_of"]))


def _write(folder: Path, page: Page) -> Path:
    path = folder / page.path
    path.parent.mkdir(parents=True, exist_ok=True)
    content = page.content
    if not isinstance(content, str):
        content = json.dumps(content, sort_keys=True, indent=1, allow_nan=False) + "\n"
    # A lone surrogate is never in a page (`text.plain`), nor in JSON (escaped).
    path.write_bytes(content.encode())
    return Path(page.path)


def _refuse_foreign(target: Path, shown: Path) -> None:
    if target.is_dir():
        if (target / _MARKER).is_file() or not any(target.iterdir()):
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

"""What every page is made from, and what a page is: a path, and how its content is made."""

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import jinja2

from pylife import resources
from pylife.site import windows
from pylife.site.data_ages import ages_of
from pylife.site.documents import Doc, Documents
from pylife.site.evidence import Evidence, evidence
from pylife.site.render import environment

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site.

    `make` gives its content: text, bytes, or a table that becomes JSON. `key` is a digest of
    all that this is made of: a file of the same key is not made again. Without one it always is.
    """

    path: str
    make: Callable[[], str | bytes | Doc]
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Everything that pages are made from.

    `dates` is the document `pylife/dates/1` and `feed` the same as iCalendar, None where the
    step did not make them. `logs` maps cells' logs to their links from the site's root;
    `nights` are the documents `pylife/night/1` of earlier nights, oldest first, that of
    `as_of` left out.
    """

    documents: Documents
    as_of: dt.date
    logs: Mapping[str, str]
    nights: tuple[Doc, ...] = ()
    facts: Doc | None = None
    dates: Doc | None = None
    feed: str | None = None

    def evidence(self, project: Doc, python: str) -> Evidence:
        """What is known of the project on that Python."""
        key = (project["name"], project["path"], python)
        if key not in self._evidence:
            cells = self.cells(project).get(python, ())
            self._evidence[key] = evidence(project, python, cells)
        return self._evidence[key]

    def cells(self, project: Doc) -> Mapping[str, tuple[Doc, ...]]:
        """The project's matrix cells by Python."""
        name = project["name"]
        if name not in self._cells:
            found: dict[str, tuple[Doc, ...]] = {}
            for cell in self.documents.cells.get(name, ()):
                found[cell["python"]] = (*found.get(cell["python"], ()), cell)
            self._cells[name] = found
        return self._cells[name]

    def once(self, make: Callable[["Site"], T]) -> T:
        """What `make` gives of this site, made once for all pages."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def html(
        self, path: str, template: str, view: Callable[[], Mapping[str, Any]], *, key: str = "",
        data: Sequence[tuple[str, str]] = (),
    ) -> Page:  # fmt: skip
        """The page of `template` at `path`; `view` gives what the template shows.

        Its key is `key`, or else what the view is, which is made for it: of plain records in a
        fixed order, as all views are. `data` are the documents that say the same, with their
        schemas; those of the steps unless given.
        """
        shown = view() if not key else None

        def make() -> str:
            root = "../" * path.count("/")
            found = self.templates.get_template(template)
            values = view() if shown is None else shown
            frame = {"site": self.frame, "root": root, "path": path, "data": data or self._steps}
            return found.render(**frame, **values)

        return Page(path, make, key or self.key(repr(shown)))

    def key(self, *parts: Any) -> str:
        """The digest of `parts` (what JSON can say) and of all that any page is made from."""
        return _digest([self._stamp, parts])

    def project_key(self, project: Doc) -> str:
        """The digest of all that the documents say of the project."""
        name = (project["name"], project["path"])
        if name not in self._project_keys:
            there = self.documents
            cells, proposal = there.cells.get(name[0], ()), there.proposals.get(name[0])
            self._project_keys[name] = _digest([project, cells, proposal])
        return self._project_keys[name]

    @functools.cached_property
    def columns(self) -> tuple[tuple[windows.Column, ...], tuple[str, ...]]:
        """The Pythons of the fleet's matrix; see `pylife.site.windows.columns`."""
        return windows.columns(self.documents)

    @functools.cached_property
    def templates(self) -> jinja2.Environment:
        """The templates of `reports/`."""
        return environment()

    @functools.cached_property
    def frame(self) -> Doc:
        """What every page shows around its content."""
        documents = self.documents
        read, run, upgrade = documents.read, documents.run, documents.upgrade
        return {
            "fleet": read["fleet"]["name"],
            "as_of": read["as_of"],
            "tool": read["tool"],
            "snapshot": read["calendar"]["snapshot"],
            "run_as_of": run["as_of"] if run else None,
            "upgrade_as_of": upgrade["as_of"] if upgrade else None,
            "rules": sorted(documents.rules),
            "ages": ages_of(documents),
            "projects": len(documents.projects),
            "excluded": sum(bool(p.get("excluded")) for p in documents.projects),
            "errors": sum(bool(p.get("error")) for p in documents.projects),
            "incomplete": sum(bool(p["problems"]) for p in documents.checked),
        }

    @functools.cached_property
    def _steps(self) -> tuple[tuple[str, str], ...]:
        """The documents of the steps that were run, with their schemas."""
        there = self.documents
        found = (("read", there.read), ("matrix-run", there.run), ("upgrade", there.upgrade))
        return tuple((f"data/{name}.json", name) for name, document in found if document)

    @functools.cached_property
    def _evidence(self) -> dict[tuple[str, str, str], Evidence]:
        return {}

    @functools.cached_property
    def _project_keys(self) -> dict[tuple[str, str], str]:
        return {}

    @functools.cached_property
    def _made(self) -> dict[Callable[["Site"], Any], Any]:
        return {}

    @functools.cached_property
    def _cells(self) -> dict[str, Mapping[str, tuple[Doc, ...]]]:
        return {}

    @functools.cached_property
    def _stamp(self) -> str:
        """The digest of the templates, and of what the documents say of no one project."""
        wide = {k: v for k, v in self.documents.read.items() if k not in {"projects", "findings"}}
        folder = resources.folder("reports")
        templates = [(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.html"))]
        return _digest([self.frame, wide, templates])


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()

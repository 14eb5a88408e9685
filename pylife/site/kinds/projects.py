"""A page for each project, and its JSON."""

import functools
from collections.abc import Iterator

from pylife.site.base import Page, Site
from pylife.site.documents import Doc
from pylife.site.histories import histories
from pylife.site.project_view import ProjectPage, project_document, project_page, wave_words

_SHOWN = 30
"""Lines of a project's history, the newest first."""


def pages(site: Site) -> Iterator[Page]:
    """Every project's page and document; neither is made again where the project is the same."""
    for project in site.documents.projects:
        yield from _pages(site, project)


def _pages(site: Site, project: Doc) -> Iterator[Page]:
    documents, name = site.documents, project["name"]
    cells = documents.cells.get(name, ())
    slug = documents.slug(project)
    path, history = f"projects/{slug}", site.once(histories).get(slug, [])[-_SHOWN:][::-1]
    logs = [site.logs.get(cell.get("log") or "", "") for cell in cells]
    key = site.key(site.project_key(project), logs, history)

    @functools.cache
    def view() -> ProjectPage:
        return project_page(site, project)

    yield site.html(
        f"{path}.html",
        "project.html",
        lambda: {"page": view(), "wave": wave_words(project), "history": history},
        key=key,
        data=((f"{path}.json", "site-project"),),
    )
    yield Page(f"{path}.json", lambda: project_document(documents, view()), key)

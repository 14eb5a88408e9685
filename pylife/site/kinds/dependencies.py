"""The list of the fleet's dependencies, a page for each, and its JSON."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from pylife.site.base import Page, Site
from pylife.site.dependencies_view import DependencyPage, dependency_pages


def pages(site: Site) -> Iterator[Page]:
    """The list, and every package's page and document."""
    found = dependency_pages(site)
    judged = any(project.get("dependencies") for project in site.documents.projects)
    yield site.html(
        "dependencies.html",
        "dependencies.html",
        lambda: {"packages": found, "judged": judged},
        data=(("dependencies.json", "site-dependencies"),),
    )
    yield Page("dependencies.json", lambda: _list(site, found, judged=judged))
    for page in found:
        yield from _pages(site, page)


def _list(site: Site, found: Sequence[DependencyPage], *, judged: bool) -> dict[str, Any]:
    return {
        "schema": "pylife/site-dependencies/1",
        "as_of": site.documents.read["as_of"],
        "judged": judged,
        "packages": [
            {
                "package": page.package,
                "slug": page.slug,
                "made_here": bool(page.own),
                "projects": len(page.users),
                "blocks": list(page.blocks),
            }
            for page in found
        ],
    }


def _pages(site: Site, page: DependencyPage) -> Iterator[Page]:
    plain = dataclasses.asdict(page)
    path, key = f"dependencies/{page.slug}", site.key(plain)
    data = ((f"{path}.json", "site-dependency"),)
    yield site.html(f"{path}.html", "dependency.html", lambda: {"page": page}, key=key, data=data)
    yield Page(f"{path}.json", lambda: _document(site, plain), key)


def _document(site: Site, plain: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "pylife/site-dependency/1",
        "as_of": site.documents.read["as_of"],
        "package": plain["package"],
        "made_here": bool(plain["own"]),
        "pythons": plain["pythons"],
        "projects": [
            {
                "name": user["name"],
                "versions": [
                    {"version": version, "pythons": pythons}
                    for version, pythons in user["versions"]
                ],
                "blocked": [
                    {"python": python, "reason": reason, "told": told}
                    for python, reason, told in user["blocked"]
                ],
                "floors": [
                    {"from": old, "to": new, "why": why} for old, new, why in user["floors"]
                ],
                "requires": [
                    {"written": written, "place": place, "use": use or "run"}
                    for written, place, use in user["requires"]
                ],
                "requires_unknown": user["unknown"] or None,
            }
            for user in plain["users"]
        ],
    }

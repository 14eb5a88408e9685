"""A page for each owner: the team's projects on every Python, its findings, its waivers."""

from collections.abc import Iterator

from pylife.site import policies_view
from pylife.site.base import Page, Site
from pylife.site.documents import Doc
from pylife.site.findings_view import finding_views
from pylife.site.fleet_view import Fleet, fleet_of
from pylife.site.kinds.fleets import fleet_key
from pylife.site.row_documents import columns_document, rows_document
from pylife.site.slugs import assign

NOBODY = "no owner"


def pages(site: Site) -> Iterator[Page]:
    """The list of owners, and every owner's page; projects without one are on a page too."""
    teams = owners(site)
    slugs = assign((name, "") for name in teams)
    columns, _ = site.columns
    views = {name: fleet_of(site, projects) for name, projects in teams.items()}
    rows = [(name, slugs[name, ""], views[name]) for name in teams]
    yield site.html(
        "teams.html",
        "teams.html",
        lambda: {"teams": rows, "columns": columns},
        key=site.key("teams", site.once(fleet_key)),
        data=(("teams.json", "site-teams"),),
    )
    yield Page("teams.json", lambda: _list(site, rows))
    for name, projects in teams.items():
        yield from _pages(site, name, slugs[name, ""], projects, views[name])


def owners(site: Site) -> dict[str, list[Doc]]:
    """The projects by owner, owners by name; those that nobody owns come last."""
    found: dict[str, list[Doc]] = {}
    for project in site.documents.projects:
        found.setdefault(project.get("owner") or NOBODY, []).append(project)
    return dict(sorted(found.items(), key=lambda item: (item[0] == NOBODY, item[0])))


def _list(site: Site, rows: list[tuple[str, str, Fleet]]) -> Doc:
    return {
        "schema": "pylife/site-teams/1",
        "as_of": site.documents.read["as_of"],
        "tests_run": site.documents.run is not None,
        "teams": [
            {
                "name": name,
                "slug": slug,
                "projects": len(view.rows) + len(view.unchecked),
                "errors": sum(row.errors for row in view.rows),
                "pythons": columns_document(view),
            }
            for name, slug, view in rows
        ],
    }


def _pages(site: Site, name: str, slug: str, projects: list[Doc], view: Fleet) -> Iterator[Page]:
    documents = site.documents
    findings = [f for p in projects for f in p["findings"] if not f.get("suppressed")]
    waivers = [w for w in policies_view.waivers(documents) or () if w.owner == name]
    key = site.key(
        [site.project_key(project) for project in projects],
        [column.python for column in view.columns],
        [(w.project, str(w.until)) for w in waivers],
    )
    document = {
        "schema": "pylife/site-team/1",
        "as_of": documents.read["as_of"],
        "owner": name,
        "tests_run": documents.run is not None,
        "upgrades_proposed": documents.upgrade is not None,
    }
    yield Page(
        f"teams/{slug}.json",
        lambda: {
            **document,
            "pythons": columns_document(view),
            "projects": rows_document(view),
            "findings": findings,
            "waivers": [policies_view.waiver_document(waiver) for waiver in waivers],
        },
        key,
    )
    yield site.html(
        f"teams/{slug}.html",
        "team.html",
        lambda: {
            "name": name,
            "fleet": view,
            "findings": finding_views(documents, findings),
            "waivers": waivers,
        },
        key=key,
        data=((f"teams/{slug}.json", "site-team"),),
    )

"""What is deployed (services, pipelines, models, images), and until when it stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from pylife.model import Kind
from pylife.site.base import Page, Site
from pylife.site.documents import Doc, is_checked
from pylife.site.evidence import runs_on_versions
from pylife.site.lifetime_view import EndingView, lifetime
from pylife.site.text import python_key, spread

_DEPLOYED = frozenset(kind.value for kind in Kind if kind.is_application)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """One application: what it runs on, when that ends, and what binds."""

    name: str
    slug: str
    kind: str
    owner: str
    pythons: str
    """In few words."""
    versions: tuple[str, ...]
    binding: EndingView | None
    others: int
    """How many more ends are known."""
    unknown: tuple[str, ...]
    asked: bool
    """Whether its page tells of its end of life."""


def pages(site: Site) -> Iterator[Page]:
    """The page of what is deployed."""
    found = runtimes(site)
    data = (("runtimes.json", "site-runtimes"),)
    beside = deployed_beside(site)
    yield site.html(
        "runtimes.html",
        "runtimes.html",
        lambda: {"runtimes": found, "beside": beside},
        data=data,
    )
    yield Page("runtimes.json", lambda: _document(site, found))


def _document(site: Site, found: list[Runtime]) -> Doc:
    return {
        "schema": "pylife/site-runtimes/1",
        "as_of": site.documents.read["as_of"],
        "applications": [
            {
                "name": one.name,
                "slug": one.slug,
                "kind": one.kind,
                "owner": one.owner or None,
                "pythons": list(one.versions),
                "maintained_until": one.binding.date if one.binding else None,
                "binding": _ending(one.binding),
                "others": one.others,
                "unknown": list(one.unknown),
            }
            for one in found
        ],
    }


def _ending(one: EndingView | None) -> Doc | None:
    if one is None:
        return None
    return {
        "kind": one.kind,
        "name": one.name,
        "over": one.over,
        "place": one.place or None,
        "source": one.source,
    }


def runtimes(site: Site) -> list[Runtime]:
    """Every application, the one that ends first first, those of which no end is known last."""
    found = [
        _runtime(site, project)
        for project in site.documents.projects
        if project["kind"] in _DEPLOYED and is_checked(project)
    ]
    return sorted(
        found,
        key=lambda one: (one.binding is None, one.binding.date if one.binding else "", one.name),
    )


def deployed_beside(site: Site) -> list[tuple[str, str]]:
    """Name and slug of what is no application and yet has files that deploy it on some Python."""
    return [
        (project["name"], site.documents.slug(project))
        for project in site.documents.checked
        if project["kind"] not in _DEPLOYED and runs_on_versions(project)
    ]


def _runtime(site: Site, project: Doc) -> Runtime:
    life = lifetime(site.documents, project)
    endings = life.endings if life else ()
    pythons = sorted(runs_on_versions(project), key=python_key)
    return Runtime(
        name=project["name"],
        slug=site.documents.slug(project),
        kind=project["kind"],
        owner=project.get("owner") or "",
        pythons=spread(pythons) if pythons else "",
        versions=tuple(pythons),
        binding=next((one for one in endings if one.binds), None),
        others=max(0, len(endings) - 1),
        asked=life is not None,
        unknown=life.unknown if life else ("nobody asked when what it stands on ends",),
    )

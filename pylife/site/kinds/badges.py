"""Badges: an SVG and the endpoint's JSON for each project, and for the fleet.

The JSON is what shields.io's endpoint badge reads (its schema version 1).
"""

import functools
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from pylife.model import Kind, Stage
from pylife.site import windows
from pylife.site.base import Page, Site
from pylife.site.documents import Doc, is_checked
from pylife.site.evidence import Tone
from pylife.site.headlines import error_places
from pylife.site.night import night
from pylife.site.text import count, plain, short, spread

_LABEL = "python"
_COLOURS = {
    "good": ("#1a6b42", "brightgreen"),
    "bad": ("#a8261f", "red"),
    "open": ("#4d5762", "lightgrey"),
    "said": ("#35587f", "blue"),
}
_CHARACTER, _PAD = 6.6, 7


class Badge(NamedTuple):
    """What a badge says, and how: `good`, `bad`, `open` or `said`."""

    message: str
    tone: str


def pages(site: Site) -> Iterator[Page]:
    """The fleet's badge, and every project's."""
    yield from _files("badges/fleet", _fleet(site), "")
    pythons = site.once(night)["pythons"]
    for project in site.documents.projects:
        slug = site.documents.slug(project)
        name = f"badges/projects/{slug}"
        yield from _files(name, _project(site, project, pythons), "")


def _project(site: Site, project: Doc, pythons: list[str]) -> Badge:
    """What tests show to work; where none were run, what is declared, and not in green."""
    if not is_checked(project):
        return Badge("excluded" if project.get("excluded") else "not checked", "open")
    tones: dict[Tone, list[str]] = {}
    for python in pythons:
        tones.setdefault(site.evidence(project, python).tone, []).append(python)
    words = {Tone.FAIL: "fails", Tone.BLOCK: "blocked"}
    if bad := [f"{word} on {spread(tones[tone])}" for tone, word in words.items() if tone in tones]:
        return Badge(", ".join(bad), "bad")
    if passing := tones.get(Tone.PASS):
        return Badge(f"tested {spread(passing)}", "good")
    if said := tones.get(Tone.SAID):
        return Badge(f"declares {spread(said)}", "said")
    return Badge("not known", "open")


def _fleet(site: Site) -> Badge:
    """Green only where tests show every project to work wherever it should."""
    documents = site.documents
    checked, errors = documents.checked, sum(f["severity"] == "error" for f in documents.findings)
    if not checked:
        return Badge("nothing checked", "open")
    if errors:
        return Badge(f"{count(errors, 'error')} {' and '.join(error_places(documents))}", "bad")
    if unseen := sum(bool(project.get("error")) for project in documents.projects):
        return Badge(f"{count(unseen, 'project')} could not be checked", "open")
    if documents.run is None:
        return Badge(f"{count(len(checked), 'project')}, not tested", "open")
    shown = sum(_is_shown(site, project) for project in checked)
    if shown < len(checked):
        return Badge(f"{shown} of {count(len(checked), 'project')} shown to work", "said")
    return Badge(f"{count(shown, 'project')}, no errors", "good")


def _is_shown(site: Site, project: Doc) -> bool:
    """Whether tests show it to work on every Python that it declares, runs on or has to support."""
    columns, older = site.columns
    pythons = [*(column.python for column in columns), *older]
    window, library = site.documents.window(project), project["kind"] == Kind.LIBRARY
    asked = [
        one
        for one in (site.evidence(project, python) for python in pythons)
        if one.claims
        or one.tone is Tone.OPEN
        or (library and windows.stage_of(window, one.python) == Stage.SUPPORTED)
    ]
    return bool(asked) and all(one.tone is Tone.PASS for one in asked)


def _files(path: str, badge: Badge, key: str) -> Iterator[Page]:
    yield Page(f"{path}.svg", functools.partial(_svg, badge), key)
    yield Page(
        f"{path}.json",
        lambda: {
            "schemaVersion": 1,
            "label": _LABEL,
            "message": badge.message,
            "color": _COLOURS[badge.tone][1],
        },
        key,
    )


def _svg(badge: Badge) -> str:
    """The badge drawn: two boxes with text, and the same in words for screen readers."""
    said = short(plain(badge.message), 60)
    left = round(len(_LABEL) * _CHARACTER + 2 * _PAD)
    right = round(len(said) * _CHARACTER + 2 * _PAD)
    words, colour = escape(said), _COLOURS[badge.tone][0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
        f' aria-label="{_LABEL}: {words}"><title>{_LABEL}: {words}</title>'
        f'<rect width="{left}" height="20" rx="3" fill="#3d444d"/>'
        f'<rect x="{left}" width="{right}" height="20" rx="3" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"'
        ' text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">{_LABEL}</text>'
        f'<text x="{left + right / 2:g}" y="14">{words}</text></g></svg>\n'
    )

"""The report in one file: HTML for an e-mail or an artefact, Markdown for a job's page.

Both are made to leave the house: no owner, no path, no log, no link, and nothing to load.
"""

from collections.abc import Iterator
from typing import Any

from pylife import resources
from pylife.site.base import Page, Site
from pylife.site.fleet_view import Fleet, fleet
from pylife.site.headlines import headlines
from pylife.site.kinds.fleets import fleet_key
from pylife.site.text import plain, short

_ROWS = 100
"""Projects that the Markdown lists; those with errors come first."""


def pages(site: Site) -> Iterator[Page]:
    """`single.html` and `summary.md`, and what keeps robots away."""
    style = (resources.folder("reports") / "style.css").read_text("utf-8")
    key = site.key(site.once(fleet_key), style)
    yield site.html("single.html", "single.html", lambda: _single(site, style), key=key)
    yield Page("summary.md", lambda: _markdown(site), key)
    yield Page("robots.txt", lambda: "User-agent: *\nDisallow: /\n")


def _single(site: Site, style: str) -> dict[str, Any]:
    return {
        "fleet": site.once(fleet),
        "headlines": site.once(headlines),
        "style": _trusted(site, style),
    }


def _trusted(site: Site, style: str) -> Any:
    """The style sheet of this package, which is no input of anybody's."""
    return site.templates.filters["safe"](style)


def _markdown(site: Site) -> str:
    whole = site.once(fleet)
    lines = [f"# {_code(site.frame['fleet'])}: Python lifecycle, {site.frame['as_of']}", ""]
    lines += [
        f"- **{item.figure} {item.of}** {_plain(item.text)} {_plain(item.more)}".rstrip()
        for item in site.once(headlines)
    ]
    lines += ["", *_table(whole)]
    return "\n".join(lines) + "\n"


def _table(whole: Fleet) -> Iterator[str]:
    pythons = [short(column.python, 20) for column in whole.columns]
    yield (
        "| project | errors | " + " | ".join(_plain(python) for python in pythons) + " | upgrade |"
    )
    yield "|---|---|" + "---|" * (len(pythons) + 1)
    ordered = sorted(whole.rows, key=lambda row: (-row.errors, row.name))
    for row in ordered[:_ROWS]:
        cells = " | ".join(cell.label for cell in row.cells)
        yield f"| {_code(row.name)} | {row.errors} | {cells} | {row.state or 'none'} |"
    if len(ordered) > _ROWS:
        yield ""
        yield f"and {len(ordered) - _ROWS} more projects"


def _code(text: str) -> str:
    """A code span: there nothing of a name means anything, not even a mention."""
    inner = short(plain(text), 80).replace("`", "'").replace("|", "\\|").replace("\n", " ")
    return f"`{inner or ' '}`"


def _plain(text: str) -> str:
    """Words of ours around names of others, with what Markdown or HTML would read escaped."""
    marks = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#@&"})
    return plain(text).replace("\n", " ").translate(marks)

"""The fleet's matrix: one row a project, one cell a Python, and the sums of each column."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pylife.model import Severity
from pylife.site import windows
from pylife.site.base import Site
from pylife.site.documents import Doc, is_checked
from pylife.site.evidence import Evidence, Tone
from pylife.site.text import count, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Part of a bar: `x` and `width` in percent."""

    tone: str
    number: int
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """All projects on one Python, summed by tone."""

    column: windows.Column
    shares: tuple[Share, ...]
    tested: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One project of the matrix; `reason` says why one that was not checked has no cells."""

    name: str
    slug: str
    kind: str
    tier: str
    owner: str
    wave: int
    search: str
    cells: tuple[Evidence, ...]
    errors: int
    warnings: int
    infos: int
    state: str
    excluded: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What the first page shows below its headlines."""

    columns: tuple[windows.Column, ...]
    older: tuple[str, ...]
    rows: tuple[Row, ...]
    unchecked: tuple[Row, ...]
    readiness: tuple[Readiness, ...]
    kinds: tuple[str, ...]
    tiers: tuple[str, ...]
    owners: tuple[str, ...]
    states: tuple[str, ...]


WORDS = {
    Tone.PASS: "tested",
    Tone.ODD: "in doubt",
    Tone.FAIL: "failing",
    Tone.BLOCK: "blocked",
    Tone.OPEN: "not known",
    Tone.SAID: "declared only",
    Tone.NONE: "not declared",
}


def fleet(site: Site) -> Fleet:
    """The matrix of all projects; those that were not checked come apart, errors first."""
    return fleet_of(site, site.documents.projects)


def fleet_of(site: Site, projects: Iterable[Doc]) -> Fleet:
    """The matrix of these projects; its columns are those of the whole fleet's."""
    columns, older = site.columns
    known = site.once(_rows)
    rows = [known[project["name"], project["path"]] for project in projects]
    checked = tuple(row for row in rows if not (row.excluded or row.error))
    return Fleet(
        columns=columns,
        older=older,
        rows=checked,
        unchecked=tuple(
            sorted((r for r in rows if r.excluded or r.error), key=lambda r: (not r.error, r.name))
        ),
        readiness=tuple(
            readiness(column, [row.cells[number] for row in checked])
            for number, column in enumerate(columns)
        ),
        tiers=tuple(sorted({row.tier for row in rows if row.tier})),
        kinds=tuple(sorted({row.kind for row in rows})),
        owners=tuple(sorted({row.owner for row in rows if row.owner})),
        states=tuple(sorted({row.state for row in rows if row.state})),
    )


def _rows(site: Site) -> dict[tuple[str, str], Row]:
    """The row of every project, by its name and path."""
    columns, _ = site.columns
    pythons = [column.python for column in columns]
    return {(p["name"], p["path"]): _row(site, p, pythons) for p in site.documents.projects}


def readiness(column: windows.Column, cells: list[Evidence]) -> Readiness:
    """Sum `cells`, all of one Python, by tone."""
    numbers = Counter(cell.tone for cell in cells)
    shares, x = [], 0.0
    for tone in Tone:
        if number := numbers[tone]:
            width = 100 * number / len(cells)
            shares.append(
                Share(tone=tone.value, number=number, x=round(x, 2), width=round(width, 2))
            )
            x += width
    return Readiness(
        column=column,
        shares=tuple(shares),
        tested=numbers[Tone.PASS],
        words=", ".join(f"{numbers[tone]} {WORDS[tone]}" for tone in Tone if numbers[tone]),
    )


def severities(project: Doc) -> Counter[str]:
    """How many findings of each severity hold; waived ones do not count."""
    return Counter(f["severity"] for f in project["findings"] if not f.get("suppressed"))


def findings_words(errors: int, warnings: int, infos: int) -> str:
    """`3 errors, 1 warning`; empty for none."""
    pairs = ((errors, "error"), (warnings, "warning"), (infos, "note"))
    return ", ".join(count(number, word) for number, word in pairs if number)


def _row(site: Site, project: Doc, pythons: list[str]) -> Row:
    documents = site.documents
    found = severities(project)
    proposal = documents.proposals.get(project["name"])
    owner = project.get("owner") or ""
    return Row(
        name=project["name"],
        slug=documents.slug(project),
        kind=project["kind"],
        tier="" if project.get("tier") is None else str(project["tier"]),
        owner=owner,
        wave=project.get("wave") or 0,
        search=short(f"{project['name']} {project['path']} {owner}".lower(), 240),
        cells=tuple(site.evidence(project, python) for python in pythons)
        if is_checked(project)
        else (),
        errors=found[Severity.ERROR],
        warnings=found[Severity.WARNING],
        infos=found[Severity.INFO],
        state=proposal["state"] if proposal else "",
        excluded=project.get("excluded") or "",
        error=project.get("error") or "",
    )

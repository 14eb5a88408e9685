"""A project's declarations as rows: one for each list, by role, with what disagrees."""

from dataclasses import dataclass
from itertools import groupby

from pylife.model import Role
from pylife.site.documents import Doc
from pylife.site.text import count, python_key, short, spread

_SAYS = {
    Role.SUPPORTS: "where it may be installed",
    Role.ADVERTISES: "what it claims to people",
    Role.TESTS: "where it is exercised",
    Role.TARGETS: "what tools are told",
    Role.RUNS_ON: "the Python that it is deployed with",
    Role.CONDITIONS: "where a requirement or a piece of code applies",
}
# Tools are told the least Python, or several: they need not say the same.
_COMPARED = (Role.SUPPORTS, Role.ADVERTISES, Role.TESTS, Role.RUNS_ON)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRow:
    """The declarations of one site of one file."""

    place: str
    site: str
    raw: str
    means: str
    unreadable: str
    note: str
    differs: str
    """From which other place of the same role, or empty."""
    findings: tuple[str, ...]
    """Codes of findings that point at these lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTable:
    """All declarations of one role."""

    role: str
    says: str
    rows: tuple[DeclarationRow, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    role: str
    file: str
    site: str
    items: tuple[Doc, ...]

    @property
    def lines(self) -> tuple[int, int]:
        return (self.items[0]["line"], self.items[-1]["line"])

    @property
    def place(self) -> str:
        first, last = self.lines
        return f"{self.file}:{first}" + (f"–{last}" if last != first else "")  # noqa: RUF001

    @property
    def versions(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """What is covered fully and partly; None if any of it cannot be read."""
        if any(item.get("unreadable") for item in self.items):
            return None
        full = {v for item in self.items for v in item.get("versions") or ()}
        partial = {v for item in self.items for v in item["partial"]} - full
        return (
            tuple(sorted(full, key=python_key)),
            tuple(sorted(partial, key=python_key)),
        )


def declaration_tables(project: Doc) -> tuple[RoleTable, ...]:
    """A table for each role that the project has declarations of, in the order of `Role`."""
    ordered = sorted(
        project["declarations"], key=lambda d: (d["role"], d["file"], d["site"], d["line"])
    )
    groups = [
        _Group(role, file, site, tuple(items))
        for (role, file, site), items in groupby(
            ordered, key=lambda d: (d["role"], d["file"], d["site"])
        )
    ]
    tables = []
    for role in Role:
        mine = [group for group in groups if group.role == role]
        if mine:
            first = next((g for g in mine if g.versions is not None), None)
            compared = first if role in _COMPARED else None
            rows = tuple(_row(project, group, compared) for group in mine)
            tables.append(RoleTable(role=role.value, says=_SAYS[role], rows=rows))
    return tuple(tables)


def conditions_words(project: Doc) -> str:
    """How many conditions on Python the project holds, and how many are dead in its range."""
    found = project.get("conditions")
    if not found or not (found["markers"] or found["guards"]):
        return ""
    said = f"{count(found['markers'], 'environment marker')} and"
    said += f" {count(found['guards'], 'sys.version_info guard')}"
    if found["dead"] is None:
        return f"{said}; which of them are dead is not known without a range."
    return f"{said}, {found['dead'] or 'none'} of them dead in its range: always true, or never."


def _row(project: Doc, group: _Group, first: _Group | None) -> DeclarationRow:
    versions = group.versions
    differs = ""
    if first is not None and versions is not None and versions != first.versions:
        differs = first.place
    low, high = group.lines
    codes = {
        f["code"]
        for f in project["findings"]
        if not f.get("suppressed") and f["file"] == group.file and low <= (f["line"] or 0) <= high
    }
    unreadable = [item["unreadable"] for item in group.items if item.get("unreadable")]
    return DeclarationRow(
        place=group.place,
        site=group.site,
        raw=short(" · ".join(short(item["raw"], 80) for item in group.items[:12]), 240),
        means=_means(versions),
        unreadable=unreadable[0] if unreadable else "",
        note="; ".join(sorted({item["note"] for item in group.items if item.get("note")})),
        differs=differs,
        findings=tuple(sorted(codes)),
    )


def _means(versions: tuple[tuple[str, ...], tuple[str, ...]] | None) -> str:
    if versions is None:
        return ""
    full, partial = versions
    parts = [spread(full)] if full or not partial else []
    return "; ".join([*parts, *([f"in part {spread(partial)}"] if partial else [])])

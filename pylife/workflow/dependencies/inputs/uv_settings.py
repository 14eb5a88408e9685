"""What `[tool.uv]` says that bears on a resolution: constraints, overrides, sources.

Source: uv's documentation, "Settings" and "Managing dependencies" (sources). A workspace's root
speaks for its members.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pylife.fleet.identity import normal
from pylife.syntax.toml import Document
from pylife.workflow.dependencies.inputs.lines import Parts, from_address, parts
from pylife.workflow.dependencies.inputs.pyproject import strings
from pylife.workflow.dependencies.inputs.records import Line


class Source(NamedTuple):
    """Where a distribution comes from: `kind` is index, workspace, path, git or url.

    `value` is the index's name, the path or the address; `marker` limits where that holds.
    """

    kind: str
    value: str
    marker: str = ""


class Settings(NamedTuple):
    """The settings; `sources` by normalised name."""

    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    sources: tuple[tuple[str, tuple[Source, ...]], ...] = ()
    any_prerelease: bool = False
    is_root: bool = False
    """Whether it is the root of a workspace."""

    def under(self, root: "Settings") -> "Settings":
        """These, as a member of the workspace of `root`: what it says of a source goes before."""
        return Settings(
            root.constraints,
            root.overrides,
            tuple(sorted({**dict(root.sources), **dict(self.sources)}.items())),
            root.any_prerelease,
        )


def read(document: Document) -> Settings:
    """The settings of a `pyproject.toml`."""
    table = document.table("tool", "uv")
    return Settings(
        constraints=tuple(strings(table.get("constraint-dependencies"))),
        overrides=tuple(strings(table.get("override-dependencies"))),
        sources=tuple(sorted(_sources(document.table("tool", "uv", "sources")))),
        any_prerelease=table.get("prerelease") == "allow",
        is_root="workspace" in table,
    )


def _sources(table: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Source, ...]]]:
    for name, value in table.items():
        found = [
            source
            for one in (value if isinstance(value, list) else [value])
            if isinstance(one, dict) and (source := _source(one)) is not None
        ]
        if found:
            yield normal(name), tuple(found)


def _source(said: Mapping[str, Any]) -> Source | None:
    marker = said.get("marker")
    where = marker if isinstance(marker, str) else ""
    for kind in ("index", "path", "git", "url"):
        if isinstance(said.get(kind), str):
            return Source(kind, said[kind], where)
    return Source("workspace", "", where) if said.get("workspace") is True else None


def pinned(settings: Settings) -> set[tuple[str, str]]:
    """The distributions that one index has to give, whatever the marker says."""
    return {
        (name, source.value)
        for name, sources in settings.sources
        for source in sources
        if source.kind == "index"
    }


def sourced(line: Line, settings: Settings) -> Line:
    """`line` with the address it is to come from, where a source without a marker gives one."""
    found: Parts | None = parts(line.text)
    if found is None or found.url is not None:
        return line
    for source in dict(settings.sources).get(found.name, ()):
        address = {
            "path": f"file:{source.value}",
            "git": f"git+{source.value}",
            "url": source.value,
            "workspace": "file:.",
        }.get(source.kind)
        if address is not None:
            return line._replace(text=from_address(found, address, found.marker or ""))
    return line

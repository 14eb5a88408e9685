"""`[project]` of pyproject.toml: requires-python and classifiers (PEP 621)."""

from collections.abc import Iterator

from pylife.declarations import classifiers, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_range
from pylife.model import Declaration, Role
from pylife.syntax.toml import Key


def read(file: File) -> Iterator[Declaration]:
    """Both, as static values; what `dynamic` names is filled in by the backend."""
    document = file.toml
    if "project" not in document.value:
        return
    dynamic = document.get("project", "dynamic") or []
    if "requires-python" in dynamic:
        yield from _dynamic(file, "requires-python", Role.SUPPORTS)
    else:
        yield from range_at(file, "requires-python", ("project", "requires-python"))
    if "classifiers" in dynamic:
        yield from _dynamic(file, "classifier", Role.ADVERTISES)
    else:
        yield from classifiers.toml_array(file, ("project", "classifiers"))


def range_at(
    file: File, site: str, path: tuple[Key, ...], parse: versions.ParseRange = versions.pep440
) -> Iterator[Declaration]:
    """The range that the string at `path` gives; nothing where there is none."""
    node = file.toml.node(*path)
    if node is None:
        return
    if not isinstance(node.value, str):
        yield file.unreadable(site, Role.SUPPORTS, node.span, "not a string")
        return
    span = node.inner or node.span
    try:
        specifier = parse(node.value)
    except ValueError as error:
        yield file.unreadable(site, Role.SUPPORTS, span, str(error))
        return
    if node.inner is None:
        yield file.unreadable(site, Role.SUPPORTS, span, "written with escapes or over lines")
        return
    yield file.range(site, Role.SUPPORTS, span, specifier)


def _dynamic(file: File, site: str, role: Role) -> Iterator[Declaration]:
    for node in file.toml.items("project", "dynamic"):
        if node.value in {site, f"{site}s"} and node.inner is not None:
            yield file.unreadable(site, role, node.inner, "dynamic: filled in by the build backend")


READER = Reader(
    name="pyproject",
    title="pyproject.toml [project]",
    names=frozenset({"pyproject.toml"}),
    read=read,
    editors={"requires-python": edit_range, "classifier": classifiers.EDITOR},
)

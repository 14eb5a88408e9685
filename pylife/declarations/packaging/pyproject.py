"""`[project]` of pyproject.toml: requires-python and classifiers (PEP 621)."""

from collections.abc import Iterator

from pylife.declarations import ranges
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_range
from pylife.declarations.packaging import classifiers
from pylife.model import Declaration, Role
from pylife.syntax.toml import Node


def read(file: File) -> Iterator[Declaration]:
    """Both, as static values; what `dynamic` names is filled in by the backend."""
    project = file.toml.get("project")
    if project is not None and not isinstance(project, dict):
        node = file.toml.node("project")
        span = node.span if node is not None else file.toml.line_span("project")
        reason = "[project] is not a table"
        yield file.unreadable("requires-python", Role.SUPPORTS, span, reason, invalid=True)
        return
    dynamic = {node.value: node for node in _strings(file)}
    if "requires-python" in dynamic:
        yield _dynamic(file, "requires-python", Role.SUPPORTS, dynamic["requires-python"])
    else:
        yield from ranges.toml_string(file, "requires-python", ("project", "requires-python"))
    if "classifiers" in dynamic:
        yield _dynamic(file, "classifier", Role.ADVERTISES, dynamic["classifiers"])
    else:
        yield from classifiers.toml_array(file, ("project", "classifiers"))


def _strings(file: File) -> Iterator[Node]:
    return (node for node in file.toml.items("project", "dynamic") if isinstance(node.value, str))


def _dynamic(file: File, site: str, role: Role, node: Node) -> Declaration:
    span = node.inner or node.span
    return file.unreadable(site, role, span, "dynamic: filled in by the build backend")


READER = Reader(
    name="pyproject",
    title="pyproject.toml [project]",
    read=read,
    editors={"requires-python": edit_range, "classifier": classifiers.edit},
)

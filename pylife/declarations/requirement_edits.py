"""Taking a requirement out of the array of `pyproject.toml` in which it stands.

Only whole elements go, with their line and the comment on it where they have one to themselves;
what remains is read back before anything is written.
"""

from typing import Any

from pylife.declarations.base import CannotEditError
from pylife.declarations.requirements import arrays, joined
from pylife.errors import UnreadableError
from pylife.model import Edit, Target
from pylife.syntax import edits as spans
from pylife.syntax import toml
from pylife.syntax.text import Source

SITE = "requirement"
"""The site of such a target; its group is the path of the array, such as `project.dependencies`."""


def remove(source: Source, at: Target, raw: str) -> list[Edit]:
    """The edits that take the requirement written as `raw` away; none where it is gone already.

    Raises CannotEditError where that cannot be done surely, UnreadableError for no TOML.
    """
    document = toml.parse(source)
    path = next((path for path in arrays(document) if joined(path) == at.group), None)
    listed = [] if path is None else list(document.items(*path))
    places = [
        place
        for place, node in enumerate(listed)
        if isinstance(node.value, str) and node.value.strip() == raw
    ]
    if path is None or not places:
        return []
    edits = spans.remove_all(source, [node.span for node in listed], places)
    wanted = [item for item in document.get(*path) if not _is(item, raw)]
    if _read_back(source, edits) != _with(document.value, path, wanted):
        raise CannotEditError(f"{raw!r} in {source.path} has no plain place to be taken from")
    return edits


def _is(item: object, raw: str) -> bool:
    return isinstance(item, str) and item.strip() == raw


def _read_back(source: Source, edits: list[Edit]) -> dict[str, Any] | None:
    try:
        return toml.parse(Source(source.path, spans.apply(source.data, edits))).value
    except (UnreadableError, spans.OverlapError):
        return None


def _with(value: Any, path: tuple[toml.Key, ...], wanted: list[object]) -> Any:
    """A copy of `value` that has `wanted` at `path`."""
    if not path:
        return wanted
    return {**value, path[0]: _with(value[path[0]], path[1:], wanted)}

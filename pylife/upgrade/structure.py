"""Adding a range where `[project]` has none: one new line, everything else as it was."""

from pylife.errors import UnreadableError
from pylife.model import PythonVersion
from pylife.syntax import toml
from pylife.syntax.text import Source

_AFTER = ("readme", "description", "version", "name")
"""The keys that requires-python usually follows, the best first."""


def add_range(path: str, data: bytes, floor: PythonVersion) -> bytes | None:
    """`data`, a pyproject.toml, with `requires-python` in its `[project]` table.

    None where `[project]` is not a plain table with one of the usual keys on a
    line of its own, so that a person has to find the place. What is returned was
    parsed again and says the same as before but for the one key.
    """
    source = Source(path, data)
    document = toml.parse(source)
    for key in _AFTER:
        node = document.node("project", key)
        if node is None:
            continue
        line = source.line(source.position(node.span.start)[0])
        if not line.lstrip().startswith(key):
            continue
        end = data.find(b"\n", node.span.end)
        newline = "\r\n" if data[:end].endswith(b"\r") else "\n"
        indent = line[: len(line) - len(line.lstrip())]
        added = f'{indent}requires-python = ">={floor}"{newline}'.encode()
        changed = data[: end + 1] + added + data[end + 1 :] if end >= 0 else data + b"\n" + added
        if _adds_only(document.value, path, changed, f">={floor}"):
            return changed
    return None


def _adds_only(before: dict[str, object], path: str, changed: bytes, said: str) -> bool:
    try:
        after = toml.parse(Source(path, changed)).value
    except UnreadableError:
        return False
    project = after.get("project", {})
    return bool(project.pop("requires-python", None) == said and after == before)

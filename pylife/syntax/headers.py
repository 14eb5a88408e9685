"""Where the `[headers]` of a TOML file's tables stand: toml-rs gives them no place."""

from typing import Any

from pylife.errors import UnreadableError
from pylife.syntax.text import Source
from pylife.syntax.toml import Document, Key, parse


def place(document: Document, path: tuple[Key, ...]) -> tuple[int, int] | None:
    """Line and column of the table `path` in the first `[header]` that names it, or one in it.

    None where there is none. Of an array's element, the headers after it count.
    """
    numbers = [place for place, key in enumerate(path) if isinstance(key, int)]
    inside = path[: numbers[-1] + 1] if numbers else ()
    name = path[-1]
    if isinstance(name, int) or not isinstance(document.get(*path), dict):
        return None
    wanted = [key for key in path if isinstance(key, str)]
    first = document.line(*inside)
    for number, line in enumerate(document.source.text.split("\n")[first - 1 :], first):
        if line.lstrip().startswith("[") and _opens(line, wanted):
            return number, max(line.find(name), 0) + 1
    return None


def _opens(line: str, wanted: list[str]) -> bool:
    """Whether the line is a header of the table `wanted`, or of one in it."""
    try:
        value: Any = parse(Source("header", line.encode())).value
    except UnreadableError:
        return False  # a line of an array
    for key in wanted:
        value = value[0] if isinstance(value, list) else value
        if key not in value:
            return False
        value = value[key]
    return True

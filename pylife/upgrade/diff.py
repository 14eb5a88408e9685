"""A unified diff that `git apply` takes, stable and with nothing but the change."""

import difflib
from collections.abc import Iterator, Mapping


def unified(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """The diff from `before` to `after`, files in order of their path.

    Both map paths to contents; a path that only `after` has is a new file.
    Bytes that are no UTF-8 are shown as replacement characters.
    """
    return "".join(
        part for path in sorted(after) for part in _file(path, before.get(path), after[path])
    )


def _file(path: str, before: bytes | None, after: bytes) -> Iterator[str]:
    if before == after:
        return
    # A path with a space ends in a tab, as git writes it.
    tab = "\t" if " " in path else ""
    lines = difflib.unified_diff(
        _lines(before or b""),
        _lines(after),
        fromfile=f"a/{path}{tab}" if before is not None else "/dev/null",
        tofile=f"b/{path}{tab}",
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    """Lines end at a line feed alone, as for git: a form feed is part of its line."""
    text = data.decode(errors="replace")
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]

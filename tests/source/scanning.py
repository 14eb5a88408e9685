"""What the scanner says of a snippet, in the shape that the tests compare."""

from textwrap import dedent

from pylife.source.scanner.scan import scan
from pylife.source.scanner.uses import FileResult
from pylife.source.scanner.versions import ALL, names


def result(source: str, *first_party: str) -> FileResult:
    found = scan(dedent(source).encode(), "snippet.py", frozenset(first_party))
    assert found.unparsed is None, found.unparsed
    return found


def failing(source: str, *first_party: str) -> dict[str, str]:
    """what → on which Pythons it fails, as `3.8-3.10`."""
    found: dict[str, int] = {}
    for use in result(source, *first_party).uses:
        if use.fails_on:
            found[use.what] = found.get(use.what, 0) | use.fails_on
    return {what: span(mask) for what, mask in found.items()}


def span(mask: int) -> str:
    """A set of Pythons in short: `3.8`, `3.8-3.10`, `all`, `none`."""
    if mask == ALL:
        return "all"
    found = names(mask)
    if not found:
        return "none"
    first, last = (int(text.split(".")[1]) for text in (found[0], found[-1]))
    if last - first + 1 != len(found):
        return ",".join(found)
    return found[0] if first == last else f"{found[0]}-{found[-1]}"

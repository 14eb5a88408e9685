"""A source line with carets under the text that a finding speaks of, as wide as there is room."""

from collections.abc import Iterable

_TAB = 4
_DOTS = "…"


def excerpt(text: str, start: int, end: int, room: int) -> tuple[str, str]:
    """The line `text` and the line of carets below it, each at most `room` columns wide.

    `start` and `end` are positions of characters. Tabs are shown as spaces, and what is not
    printable as its escape; characters that take two columns, or none, are counted so. Of a
    line that is too long only what is around the carets is shown.
    """
    cells = _cells(text)
    edges = [0]
    for _, width in cells:
        edges.append(edges[-1] + width)
    first, last = edges[start], max(edges[end], edges[start] + 1)
    if max(edges[-1], last) <= room:
        return _join(cells), " " * first + "^" * (last - first)
    left, right = _window(first, last, max(edges[-1], last), room - 2)
    inside = [i for i in range(len(cells)) if edges[i] >= left and edges[i + 1] <= right]
    while inside and cells[inside[0]][1] == 0:
        del inside[0]  # an accent whose letter is outside
    if not inside:
        return _DOTS, "^"
    cut_before, cut_after = inside[0] > 0, inside[-1] < len(cells) - 1
    shown = _join(cells[i] for i in inside)
    offset = edges[inside[0]] - (1 if cut_before else 0)
    reach = max(min(last, edges[inside[-1] + 1]), first + 1)
    return (
        f"{_DOTS if cut_before else ''}{shown}{_DOTS if cut_after else ''}",
        " " * (first - offset) + "^" * (reach - first),
    )


def columns(text: str) -> int:
    """How many columns of a terminal printable text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _cells(text: str) -> list[tuple[str, int]]:
    """Each character as it is shown, with its width."""
    if text.isascii() and text.isprintable():
        return [(char, 1) for char in text]
    cells: list[tuple[str, int]] = []
    column = 0
    for char in text:
        if char == "\t":
            shown = " " * (_TAB - column % _TAB)
            width = len(shown)
        elif char.isprintable():
            shown, width = char, _width(char)
        else:
            shown = char.encode("unicode_escape").decode()
            width = len(shown)
        cells.append((shown, width))
        column += width
    return cells


def _width(char: str) -> int:
    if char.isascii():
        return 1
    import unicodedata  # not needed for most repositories

    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _join(cells: Iterable[tuple[str, int]]) -> str:
    return "".join(shown for shown, _ in cells)


def _window(first: int, last: int, total: int, room: int) -> tuple[int, int]:
    """The columns to show of `total` so that as much as possible around the carets is seen."""
    around = max((room - (last - first)) // 2, min(8, room // 4))
    left = max(0, min(first - around, total - room))
    return left, left + room

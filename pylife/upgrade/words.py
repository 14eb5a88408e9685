"""Small words that several texts of upgrades need."""

from collections.abc import Iterable, Sequence


def joined(items: Iterable[object]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    names = [str(item) for item in items]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def some(items: Sequence[object], shown: int = 5) -> str:
    """As `joined`, of many only the first few and how many more there are."""
    if len(items) <= shown:
        return joined(items)
    return f"{', '.join(map(str, items[:shown]))} and {len(items) - shown} more"


def count(number: int, word: str) -> str:
    """`1 project`, `2 projects`."""
    return f"{number} {word}{'' if number == 1 else 's'}"

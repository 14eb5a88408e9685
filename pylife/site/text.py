"""Text of unknown origin made fit for people to read: harmless, short, counted, in ranges."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pylife.model import PythonVersion

_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_DOTS = "…"


def plain(text: str) -> str:
    """`text` with what would change how its neighbours look made visible.

    Terminal colours go; control characters, bidirectional controls, invisible
    characters and lone surrogates become escapes such as `\\u202e`. Newline and
    tab stay, and so does a carriage return before a newline (as a newline).
    """
    if text.isascii() and text.isprintable():
        return text
    text = _TERMINAL.sub("", text.replace("\r\n", "\n"))
    return _ODD.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def short(text: str, limit: int = 160) -> str:
    """`text` cut to at most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _DOTS


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 project`, `2 projects`, `no projects`."""
    word = one if number == 1 else many or one + "s"
    return f"{number or 'no'} {word}"


def days_words(as_of: dt.date, last: dt.date) -> str:
    """How long what ends after the day `last` still holds: `12 days left`, `ended 3 days ago`."""
    days = (last - as_of).days
    if days == 0:
        return "the last day"
    return f"{count(days, 'day')} left" if days > 0 else f"ended {count(-days, 'day')} ago"


def listed(items: Iterable[str], most: int = 4) -> str:
    """`a, b and c`; what is beyond `most` is counted: `a, b, c, d and 7 more`."""
    names = [short(item, 60) for item in items]
    if len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


@lru_cache(maxsize=4096)
def python_key(text: str) -> tuple[int, int, int, bool, str]:
    """What Pythons are sorted by: 3.9 before 3.10; what is no Python comes last."""
    try:
        major, minor, threads = PythonVersion.parse(text)
    except ValueError:
        return (1, 0, 0, False, text)
    return (0, major, minor, threads, "")


def spread(versions: Iterable[str]) -> str:
    """Pythons in few words: `3.9`, then `3.11` to `3.14` with a dash; `none` for none."""
    parts: list[list[str]] = []
    for version in sorted(set(versions), key=python_key):
        if parts and _follows(parts[-1][-1], version):
            parts[-1].append(version)
        else:
            parts.append([version])
    words = [
        f"{part[0]}–{part[-1]}" if len(part) > 2 else ", ".join(part)  # noqa: RUF001 - a range
        for part in parts
    ]
    return ", ".join(words) or "none"


def _follows(left: str, right: str) -> bool:
    try:
        first, second = PythonVersion.parse(left), PythonVersion.parse(right)
    except ValueError:
        return False
    return not first.free_threaded and not second.free_threaded and first.next == second


def words(token: str) -> str:
    """A token in words: `needs person` for `needs-person`, `in PR` for `in-pr`."""
    return " ".join("PR" if word == "pr" else word for word in token.split("-"))


def ascii_words(text: str) -> str:
    """`text` in lower-case ASCII letters, digits and single hyphens."""
    folded = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")

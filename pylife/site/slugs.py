"""File names and anchors made of names that nobody has vetted."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from pylife.site.text import ascii_words

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# Names that Windows keeps for devices, with any extension.
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


def assign(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A file name (without extension) for each (project name, path); no two are equal.

    A name that is already safe and that no other project has stays as it is; any
    other becomes safe words and a digest of name and path. So a slug hardly ever
    changes when other projects come and go. Lower case only: some disks fold case.
    """
    ordered = sorted(set(keys))
    once = {name for name, times in Counter(name for name, _ in ordered).items() if times == 1}
    taken: dict[str, tuple[str, str]] = {}
    rest = []
    for key in ordered:
        if key[0] in once and _is_plain(key[0]):
            taken[key[0]] = key
        else:
            rest.append(key)
    for key in rest:
        digest = hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()
        words = ascii_words(key[0])[:40].strip("-") or "project"
        length = 8
        while f"{words}-{digest[:length]}" in taken:
            length += 1
        taken[f"{words}-{digest[:length]}"] = key
    return {key: slug for slug, key in taken.items()}


def anchor(text: str) -> str:
    """An `id` for `text`, equal for equal text: itself where it is a plain word."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"x-{ascii_words(text)[:40]}-{digest[:8]}"


def rule_slug(code: str) -> str:
    """A file name (without extension) for a rule: its code where that is one, such as `RNG001`."""
    if re.fullmatch(r"[A-Z]{1,8}[0-9]{1,6}", code) and not _DEVICES.fullmatch(code.lower()):
        return code
    digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
    return f"x-{ascii_words(code)[:40]}-{digest[:8]}"


def python_slug(python: str) -> str:
    """A file name (without extension) for a Python: itself where it is one, such as `3.14t`."""
    return python if re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,4}t?", python) else anchor(python).lower()


def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None and _DEVICES.fullmatch(name) is None

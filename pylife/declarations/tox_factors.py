"""What the factors of a tox environment's name, such as `py312-django`, say of its Python."""

import re
from typing import NamedTuple

from pylife.declarations import versions
from pylife.model import PythonVersion

OTHER = re.compile(r"(?:pypy|jython|graalpy|ironpython)[\d.]*")
_NO_MINOR = re.compile(r"(?:py|cpython)3?|python3")


class Said(NamedTuple):
    """What a factor says; the clearest of an environment counts.

    `clear` is 3 for `py312` and `pypy3`, 2 for `3.12` (which may be another
    thing's version), 1 for `py3`, which names no minor version.
    """

    pythons: tuple[PythonVersion, ...]
    note: str
    clear: int


def said(factors: str, environment: str) -> Said | None:
    """What the clearest of `factors` says, the first among equals; None for nothing.

    `factors` are those of `environment` that are looked at. A number alone (`2`
    of `kafka-{2,3}`) is never a Python, nor is the last word of `kafka-python`.
    """
    if environment == "python":
        return Said((), "", 1)
    found = (_factor(name) for name in factors.split("-"))
    return max(
        (item for item in found if item is not None), key=lambda item: item.clear, default=None
    )


def vague(environment: str) -> str:
    """Why an environment whose clearest factor is `py3` is unreadable."""
    return f"{environment!r} names no minor version"


def _factor(text: str) -> Said | None:
    python = versions.named(text)
    if python is not None:
        return Said((python,), "", 2 if text[0].isdigit() else 3)
    if OTHER.fullmatch(text):
        return Said((), f"{text} is not CPython", 3)
    return Said((), "", 1) if _NO_MINOR.fullmatch(text) else None

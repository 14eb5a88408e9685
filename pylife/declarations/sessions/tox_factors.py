"""What the factors of a tox environment's name, such as `py312-django`, say of its Python.

Source: tox's documentation, "Generative environments" and `base_python`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pylife.declarations import versions
from pylife.model import PythonVersion

OTHER = re.compile(r"(?:pypy|jython|graalpy|ironpython|rustpython)-?[\d.]*")
_NO_MINOR = re.compile(r"(?:py|cpython)3?|python3?")
_UNKNOWN = re.compile(r"(?:python|cp)-?\d.*")
NUMBER = 2
"""How clear `3.12` is, which may be another thing's version."""


class Said(NamedTuple):
    """What a factor says; the clearest of an environment counts.

    `clear` is 3 for `py312` and `pypy3`, `NUMBER` for `3.12`, 1 for `py3`, which
    names no minor version.
    """

    pythons: tuple[PythonVersion, ...]
    note: str
    clear: int
    without_effect: str = ""


def said(factors: str, environment: str) -> Said | None:
    """What the clearest of `factors` says, the first among equals; None for nothing.

    `factors` are those of `environment` that are looked at. A number alone (`2`
    of `kafka-{2,3}`) is never a Python, nor is the last word of `kafka-python`.
    """
    if environment == "python":
        return Said((), "", 1)
    if OTHER.fullmatch(environment):  # `pypy-3.10`, which has a dash of its own
        return Said((), f"{environment} is not CPython", 3)
    found = [_factor(name) for name in factors.split("-")]
    return max(
        (item for item in found if item is not None), key=lambda item: item.clear, default=None
    )


def python(environment: str) -> PythonVersion | None:
    """The Python that the name of `environment` asks for; None where it leaves it open."""
    found = said(environment, environment)
    if found is None or not found.pythons or found.without_effect:
        return None
    return found.pythons[0]


def vague(environment: str) -> str:
    """Why an environment whose clearest factor is `py3` is unreadable."""
    return f"{environment!r} names no minor version"


@lru_cache(maxsize=1024)
def _factor(text: str) -> Said | None:
    named = versions.named(text.removesuffix("d") if text.startswith("py") else text)
    if named is not None:
        idle = f"tox finds no Python in the factor {text}" if _UNKNOWN.fullmatch(text) else ""
        return Said((named,), "", NUMBER if text[0].isdigit() else 3, idle)
    if OTHER.fullmatch(text):
        return Said((), f"{text} is not CPython", 3)
    return Said((), "", 1) if _NO_MINOR.fullmatch(text) and text != "python" else None

"""The names of tox environments: which of their factors say which Python.

tox 4.67, Configuration: the factors of a name stand between dashes; `py313`, `py3.13`,
`python3.13`, `3.13` and `3.13t` alike choose the Python, and `py` is the one tox runs on.
"""

import re

from pylife.model import PythonVersion

FACTOR = re.compile(r"(?:py|python|cpython)?(3)[.]?([0-9]+)(t?)|py|python|py3")
"""A factor of a name that says which Python: py313, py3.13, 3.13t, python3.13; any: py."""
ANY = frozenset({"py", "python", "py3"})
"""Those of them that leave open which."""
FACTORED = re.compile(r"(?:^|-)(?:py|python|py3)(?:-|$)")
OTHER = re.compile(r"(?:^|-)(?:pypy|graalpy|jython|rustpython)", re.IGNORECASE)
"""Other implementations than CPython."""


def python(factor: str) -> PythonVersion | None:
    """The Python that the factor names; None for another factor, and for `py`."""
    match = FACTOR.fullmatch(factor)
    if match is None or not match[1]:
        return None
    return PythonVersion(3, int(match[2]), bool(match[3]))


def label(name: str) -> str:
    """The name without its Python: what the same environment of each Python has in common."""
    return "-".join("py" if python(factor) else factor for factor in name.split("-"))


def renamed(name: str, other: PythonVersion) -> str:
    """The name with another Python, in the same notation."""
    return "-".join(
        _number(factor, other) if python(factor) else factor for factor in name.split("-")
    )


def _number(factor: str, other: PythonVersion) -> str:
    word = re.match(r"[a-z]*", factor)
    dot = "." if "." in factor else ""
    free = "t" if other.free_threaded else ""
    return f"{word[0] if word else ''}{other.major}{dot}{other.minor}{free}"


def plain(name: str, other: PythonVersion) -> str:
    """Of `py` that of the Python; another name (`tests`) stays."""
    return "-".join(_number("py", other) if one in ANY else one for one in name.split("-"))

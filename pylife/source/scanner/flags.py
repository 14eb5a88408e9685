"""Flags of other files whose name says what they are: `from project.compat import PY313`.

Where such a flag is not set in the file itself, its name is taken at its word: it is true from that
Python on. One that is meant for that Python alone is misread only about the Pythons after it.
"""

import re

from pylife.source.scanner.versions import Version

_FLAG = re.compile(
    r"_*(?:IS_|HAS_|AT_LEAST_)?(?:PY|PYTHON)_?(?:GE_|GTE_)?3_?(\d{1,2})(?:_?PLUS|_OR_(?:LATER|NEWER))?",
    re.I,
)


_MAJOR = re.compile(r"_*(?:IS_?)?(?:PY|PYTHON)_?([23])", re.I)


def major_of(name: str) -> bool | None:
    """What a flag like `PY2` or `PY3` is on every Python 3; None for another name."""
    found = _MAJOR.fullmatch(name)
    return found[1] == "3" if found else None


def version_of(name: str) -> Version | None:
    """The Python from which a flag of that name is true; None for another name."""
    found = _FLAG.fullmatch(name) if "3" in name else None
    return (3, int(found[1])) if found else None

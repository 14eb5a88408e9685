"""What still speaks of Python 2 where a project no longer lets it in, told to people.

Sources: the list of trove classifiers; wheel's documentation, "bdist_wheel options" (`universal`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pylife.model import Declaration
from pylife.upgrade.summary import covered

_CLASSIFIER = re.compile(r"Programming Language :: Python :: 2(?: :: Only)?(?=[\"',\s]|$)")
_UNIVERSAL = re.compile(r"^[ \t]*universal[ \t]*=[ \t]*(?:1|true|yes|on)[ \t]*$", re.I)


def of_python_2(declared: Sequence[Declaration], contents: Mapping[str, bytes]) -> Iterator[str]:
    """A line for each place in `contents`, the files that change by their paths.

    `declared` is what the project declares with the change made.
    """
    lets_in = covered(declared)
    if not lets_in or min(lets_in).major < 3:
        return
    for path, data in sorted(contents.items()):
        for number, line in enumerate(data.decode(errors="replace").splitlines(), start=1):
            if match := _CLASSIFIER.search(line):
                yield f"{path}:{number}: remove it: {match[0]}"
            elif _UNIVERSAL.match(line) and path.endswith(("setup.cfg", "pyproject.toml")):
                yield f"{path}:{number}: remove it: `universal` tags the wheel for Python 2 too"

"""`.python-version` (pyenv, uv) and `runtime.txt` (buildpacks): the Python that runs it.

Of several lines in `.python-version` the first is what `python` starts; pyenv
makes the others available beside it, which is what tox uses them for.
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role

_FIRST = "python-version-file"
_OTHERS = "python-version-extra"
_RUNTIME = "runtime-txt"
_WORD = re.compile(r"[^\s#]+|#.*")
_PREFIX = re.compile(r"(?:c?python[-@]?)(?=\d)")


def read(file: File) -> Iterator[Declaration]:
    """The versions of the file, in order."""
    runtime = file.path.rpartition("/")[2] == "runtime.txt"
    first = True
    for match in _WORD.finditer(file.source.text):
        text = match[0]
        if text.startswith("#") or (runtime and not text.startswith("python")):
            continue
        span = file.source.span(match.start(), match.end())
        name = _PREFIX.sub("", text).replace("+freethreaded", "t")
        if runtime:
            yield file.python_named(_RUNTIME, Role.RUNS_ON, span, name)
        elif first:
            yield file.python_named(_FIRST, Role.RUNS_ON, span, name)
        else:
            yield file.python_named(_OTHERS, Role.TESTS, span, name)
        first = False


READER = Reader(
    name="python-version",
    title=".python-version, runtime.txt",
    read=read,
    editors={_FIRST: edit_single, _RUNTIME: edit_single, _OTHERS: list_editor()},
)

"""`.python-version` (pyenv, uv) and `runtime.txt` (buildpacks): the Python that runs it.

Of several lines in `.python-version` the first is what `python` starts; pyenv
makes the others available beside it, which is what tox uses them for. A
`runtime.txt` names `python-3.9.18` for Heroku, and for Netlify `3.9` alone.
"""

import re
from collections.abc import Iterator

from pylife.declarations import versions
from pylife.declarations.base import File, Reader
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role

_FIRST = "python-version-file"
_OTHERS = "python-version-extra"
_RUNTIME = "runtime-txt"
_WORD = re.compile(r"[^\s#]+|#.*")
_HEROKU = re.compile(r"python-?\d")
_PREFIX = re.compile(r"(?:c?python[-@]?)(?=\d)")
_PLATFORM = re.compile(r"(?<=\d)t?-(?:linux|macos|windows)-[\w.-]+\Z")
"""What uv writes behind the version of an interpreter that it knows by its full name."""


def read(file: File) -> Iterator[Declaration]:
    """The versions of the file, in order."""
    runtime = file.path.rpartition("/")[2] == "runtime.txt"
    alone = versions.named(file.source.text) is not None
    first = True
    for match in _WORD.finditer(file.source.text):
        text = match[0]
        if text.startswith("#") or (runtime and not (alone or _HEROKU.match(text))):
            continue
        span = file.source.span(match.start(), match.end())
        name = _PREFIX.sub("", text).replace("+freethreaded", "t")
        name = _PLATFORM.sub(lambda rest: rest[0].partition("-")[0], name)
        site, role = (_FIRST, Role.RUNS_ON) if first else (_OTHERS, Role.TESTS)
        if runtime:
            site, role = _RUNTIME, Role.RUNS_ON
        found = file.python_named(site, role, span, name)
        yield found._replace(note=found.note or images.pin(name) if found.versions else found.note)
        first = False


READER = Reader(
    name="python-version",
    title=".python-version, runtime.txt",
    read=read,
    editors={_FIRST: edit_single, _RUNTIME: edit_single, _OTHERS: list_editor()},
)

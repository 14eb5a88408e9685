"""Jenkins pipelines: images, axes of a matrix, and variables called after Python.

A Jenkinsfile is Groovy, which is not run here: its text is searched for
literals in plain places (`image 'python:3.9'`, `docker.image("python:3.9")`,
`values '3.9', '3.10'` of an axis, `PYTHON_VERSION = '3.9'`); comments do not
count. Sources: Jenkins' documentation, "Pipeline Syntax" and "Using Docker with
Pipeline".
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pylife.declarations import versions
from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role, Span

_IMAGE = "jenkins-image"
_AXIS = "jenkins-axis"
_LIST = "jenkins-list"
_VARIABLE = "jenkins-variable"

# Comments and strings; one that nobody closes lasts to the end.
_TOKEN = re.compile(
    r"'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""
    r"|//[^\n]*|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
_TEXT = r"(?:'\x01*'|\"\x01*\")"
_ONE = re.compile(_TEXT)
_LITERAL_IMAGE = re.compile(
    rf"(?:\bimage\s*(?:[:(]\s*)?|\b(?:docker\.image|withDockerContainer)\s*\(\s*)(?={_TEXT})"
)
_AXIS_NAME = re.compile(rf"\bname\s*:?\s*(?={_TEXT})")
_VALUES = re.compile(rf"\s*(?:;\s*)?values\s*(?=(?:{_TEXT}\s*,\s*)*{_TEXT})")
_ASSIGNED = re.compile(rf"\b([A-Za-z_]\w*)\s*=\s*(\[)?\s*(?={_TEXT})")
_VIRTUAL = re.compile(rf"\bwithPythonEnv\s*\(\s*(?={_TEXT})")
_NEXT = re.compile(rf"\s*,\s*(?={_TEXT})")
_VARIABLE_IN = re.compile(r"\$\{(?:env\.|params\.)?(\w+)\}|\$(\w+)")


def read(file: File) -> Iterator[Declaration]:
    """What the literals of the file say, in no order."""
    text = file.source.text
    code = _masked(text)
    known: set[str] = set()
    yield from _axes(file, code, known)
    yield from _assigned(file, code, known)
    for number, match in enumerate(_VIRTUAL.finditer(code), 1):
        start, end = _string(code, match.end())
        named = text[start:end]
        if versions.named(named.rpartition("/")[2]) is not None:
            offset = start + len(named) - len(named.rpartition("/")[2])
            yield _named(file, _VARIABLE, offset, end, f"withPythonEnv {number}")
    for number, match in enumerate(_LITERAL_IMAGE.finditer(code), 1):
        start, end = _string(code, match.end())
        yield from _image(file, start, end, f"image {number}", known)


@lru_cache(maxsize=4)
def _masked(text: str) -> str:
    """`text` without comments, and with strings of the same length that hold nothing."""

    def mask(match: re.Match[str]) -> str:
        found = match[0]
        if found[:2] in {"//", "/*"}:
            return " " * len(found)
        if found[:3] in {"'''", '"""'}:
            return "\x02" * len(found)
        return f"{found[0]}{chr(1) * (len(found) - 2)}{found[-1]}"

    return _TOKEN.sub(mask, text)


def _string(code: str, at: int) -> tuple[int, int]:
    """The text, without quotes, of the string at `at`."""
    match = _ONE.match(code, at)
    return (at + 1, match.end() - 1) if match else (at, at)


def _strings(code: str, at: int) -> Iterator[tuple[int, int]]:
    """The strings of a list with commas that begins at `at`."""
    while True:
        start, end = _string(code, at)
        yield start, end
        following = _NEXT.match(code, end + 1)
        if following is None:
            return
        at = following.end()


def _named(file: File, site: str, start: int, end: int, group: str) -> Declaration:
    text = file.source.text[start:end]
    return file.python_named(site, Role.TESTS, file.source.span(start, end), text, group=group)


def _axes(file: File, code: str, known: set[str]) -> Iterator[Declaration]:
    """`axis { name 'PYTHON_VERSION' values '3.9', '3.10' }`."""
    seen: dict[str, int] = {}
    for match in _AXIS_NAME.finditer(code):
        start, end = _string(code, match.end())
        name = file.source.text[start:end]
        values = _VALUES.match(code, end + 1)
        if values is None:
            continue
        known.add(name)
        if not ci_values.names_python(name):
            continue
        seen[name] = seen.get(name, 0) + 1
        group = f"axis {name}" + (f" #{seen[name]}" if seen[name] > 1 else "")
        for first, last in _strings(code, values.end()):
            yield _named(file, _AXIS, first, last, group)


def _assigned(file: File, code: str, known: set[str]) -> Iterator[Declaration]:
    """`PYTHON_VERSION = '3.9'`, or a list of them."""
    seen: dict[str, int] = {}
    for match in _ASSIGNED.finditer(code):
        name = match[1]
        known.add(name)
        if not ci_values.names_python(name):
            continue
        seen[name] = seen.get(name, 0) + 1
        group = name + (f" #{seen[name]}" if seen[name] > 1 else "")
        places = list(_strings(code, match.end()))
        if match[2] is None:
            places = places[:1]
        texts = [file.source.text[start:end] for start, end in places]
        if all(ci_values.says_version(text) for text in texts):
            for start, end in places:
                yield _named(file, _LIST if match[2] else _VARIABLE, start, end, group)


def _image(file: File, start: int, end: int, group: str, known: set[str]) -> Iterator[Declaration]:
    text = file.source.text[start:end]
    whole = file.source.span(start, end)
    names = [match[1] or match[2] for match in _VARIABLE_IN.finditer(text)]
    if names and images.python_of(text) is None:
        blank = _VARIABLE_IN.sub("", text)
        if images.is_python(blank) and not known.issuperset(names):
            reason = f"{next(name for name in names if name not in known)} is computed or given"
            yield file.unreadable(_IMAGE, Role.TESTS, whole, reason, group=group)
        return

    def at(first: int, last: int) -> Span:
        return file.source.span(start + first, start + last)

    yield from images.declare(file, _IMAGE, text, whole, at, role=Role.TESTS, group=group)


READER = Reader(
    name="jenkins",
    title="Jenkinsfile",
    read=read,
    editors={
        _IMAGE: images.edit_image,
        _AXIS: list_editor(),
        _LIST: list_editor(),
        _VARIABLE: edit_single,
    },
    contextual=True,
)

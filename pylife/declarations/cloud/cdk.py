"""AWS Lambda and Google Cloud runtimes in TypeScript, JavaScript, Go, Java and C#.

`Runtime.PYTHON_3_9` of the AWS CDK, `Runtime.Python3d12` and its like of Pulumi
and the SDKs, `runtime: "python3.9"` of Pulumi and of the Serverless Framework.
What stands in comments, or inside a string, is not code. Python code is read by
`pylife.declarations.cloud.cloud_python`.

Sources: the AWS CDK's API reference (class Runtime), Pulumi's registry (aws.lambda.Runtime).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.editing import list_editor, single_editor
from pylife.model import Declaration, PythonVersion, Role
from pylife.syntax import code
from pylife.syntax.code import Code

_CONSTANT = "cdk-runtime"
_TEXT = "code-runtime"
_LIST = "cdk-compatible-runtimes"

_NAMED = re.compile(
    r"\bRuntime[._]?(?P<name>(?:PYTHON|[Pp]ython)_?(?P<major>3)[_.dD]?(?P<minor>\d{1,2}))\b"
)
_LATEST = re.compile(r"\bdetermineLatestPythonRuntime\b|\bRuntime\.PYTHON_LATEST\b")
_ASSIGNED = re.compile(
    r"(?:(?P<quoted>[\"'][Rr]untime[\"'])|\b[Rr]untime)\s*(?:[:=]|\()\s*(?:pulumi\.String\(\s*)?"
    r"[\"'`](?P<name>python[23][\d.]*)[\"'`]"
)
_OPENED = re.compile(r"\b[Cc]ompatibleRuntimes[\"']?\s*[:=]\s*\[")
_ELEMENT = re.compile(r"[\"'`](?P<name>python[23][\d.]*)[\"'`]")
_BEFORE = re.compile(r"[\w.]*\Z")
_LONGEST = 2000
"""No list of runtimes is longer, in characters."""


class _Found(NamedTuple):
    """A runtime, the place of what an edit replaces, and the Python where a constant names it."""

    start: int
    end: int
    site: str
    group: str
    python: PythonVersion | None = None


def read(file: File) -> Iterator[Declaration]:
    """The runtimes that the code names."""
    text = code.read(file.source.text)
    lists = [found for found in _lists(text) if found]
    inside = {item.end for found in lists for item in found}
    singles = [item for item in _singles(text) if item.end not in inside]
    named = [item._replace(group=f"runtime {at}") for at, item in enumerate(singles, 1)]
    for item in [*named, *(item for found in lists for item in found)]:
        yield _declaration(file, item)


def _declaration(file: File, item: _Found) -> Declaration:
    span = file.source.span(item.start, item.end)
    if item.site == _CONSTANT and item.python is None:
        note = "whichever Python is newest in the region"
        return file.listed(item.site, Role.RUNS_ON, span, [], group=item.group, note=note)
    if item.python is None:
        text = file.source.slice(span)
        return file.python_named(item.site, Role.RUNS_ON, span, text, group=item.group)
    return file.listed(item.site, Role.RUNS_ON, span, [item.python], group=item.group)


def _singles(text: Code) -> list[_Found]:
    found = [
        _Found(*match.span("name"), _CONSTANT, "", _python(match))
        for match in _NAMED.finditer(text.text)
        if not text.in_string(match.start())
    ]
    found += [
        _Found(*match.span(), _CONSTANT, "")
        for match in _LATEST.finditer(text.text)
        if not text.in_string(match.start())
    ]
    found += [
        _Found(*match.span("name"), _TEXT, "")
        for match in _ASSIGNED.finditer(text.text)
        # The key of an object may be a string.
        if text.is_string(*match.span("quoted")) or not text.in_string(match.start())
    ]
    return sorted(found, key=lambda item: item.start)


def _lists(text: Code) -> Iterator[list[_Found]]:
    """The elements of each list of a layer's compatible runtimes."""
    for number, match in enumerate(_OPENED.finditer(text.text), 1):
        close = text.text.find("]", match.end(), match.end() + _LONGEST)
        if text.in_string(match.start()) or close < 0:
            continue
        group = f"compatible runtimes {number}"
        found = [
            _Found(_begin(text, item.start()), item.end(), _LIST, group, _python(item))
            for item in _NAMED.finditer(text.text, match.end(), close)
            if not text.in_string(item.start())
        ]
        found += [
            _Found(*item.span("name"), _LIST, group)
            for item in _ELEMENT.finditer(text.text, match.end(), close)
        ]
        yield found


def _begin(text: Code, start: int) -> int:
    """Where the dotted name begins of which `start` is a part."""
    before = _BEFORE.search(text.text, max(0, start - 100), start)
    return before.start() if before else start


def _python(match: re.Match[str]) -> PythonVersion:
    return PythonVersion(int(match["major"]), int(match["minor"]))


def spell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Spell of constants: `PYTHON_3_9`, `PYTHON3D12`, `Python3d12`, `Python39`."""
    if new.free_threaded:
        raise CannotEditError("platforms have no runtime of the free-threaded build")
    pattern = rf"(?<=[A-Za-z_]){old.major}(?P<mark>[_.dD]?){old.minor}(?!\d)"
    result, count = re.subn(pattern, lambda match: f"{new.major}{match['mark']}{new.minor}", text)
    return result if count == 1 else None


def _spell_element(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Spell of a list's elements: constants and strings."""
    spelled = runtimes.without_threads if text[:1] in {'"', "'", "`"} else spell
    return spelled(text, old, new)


READER = Reader(
    name="cdk",
    title="AWS CDK and Pulumi in TypeScript, JavaScript, Go, Java and C#",
    read=read,
    editors={
        _CONSTANT: single_editor(spell),
        _TEXT: runtimes.edit_runtime,
        _LIST: list_editor(_spell_element),
    },
)

"""Arguments that a build of a Dockerfile is given: compose files, devcontainers, fly.io."""

import re
from collections.abc import Iterator

from pylife.declarations import versions
from pylife.declarations.base import File
from pylife.declarations.containers import images, yaml_images
from pylife.model import Declaration, Role, Span
from pylife.syntax.placed import DOLLAR, Placed, expand

_NAME = re.compile(
    r"(?:\w+_)?(?:PYTHON|PY)(?:_?(?:BASE_?)?(?:IMAGE_?)?(?:VER|VERSION|TAG|RELEASE|VARIANT))?",
    re.IGNORECASE,
)
_VALUE = re.compile(r"([23]\.\d+(?:\.\d+)?t?)(?:-(?!dev)[a-z][\w.-]*)?")


def named(name: str) -> bool:
    """Whether an argument is called as one that gives Python's version is."""
    return _NAME.fullmatch(name) is not None


def declare(
    file: File,
    site: str,
    name: str,
    value: Placed,
    whole: Span,
    group: str,
    *,
    number: bool = False,
) -> Iterator[Declaration]:
    """What the argument `name` with the text `value`, written at `whole`, says.

    `number` says that the file's language reads an unquoted `3.10` as 3.1.
    """
    found = expand(value, {}, DOLLAR)
    text = found.text.text
    if found.missing is not None:
        if named(name):
            reason = f"{found.missing} has no default: the environment gives it"
            yield file.unreadable(site, Role.RUNS_ON, whole, reason, group=group)
        return
    match = _VALUE.fullmatch(text)
    if match is not None and named(name):
        span = whole
        if found.text.contiguous:
            span = file.source.span(found.text.places[0], found.text.places[-1] + 1)
        if number and versions.number(text):
            yield file.number_named(site, Role.RUNS_ON, span, text, "YAML", group=group)
            return
        python = versions.named(match[1])
        note = images.pin(match[1])
        if python is not None:
            yield file.listed(site, Role.RUNS_ON, span, [python], group=group, note=note)
    elif ":" in text and (images.is_python(text) or images.python_of(text)):
        yield from yaml_images.declare(file, site, found.text, whole, group)

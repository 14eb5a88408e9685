"""Trove classifiers that name a Python, wherever they stand."""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations.base import CannotEditError, File
from pylife.declarations.editing import list_editor
from pylife.model import Change, Declaration, DropPython, Edit, PythonVersion, Role, Span
from pylife.syntax.toml import Key

_NAMED = re.compile(r"Programming Language :: Python :: ([23]\.(?:0|[1-9][0-9]{0,3}))")

_EDIT = list_editor()


def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Add and remove classifiers in the style of their list, if all of it can be read."""
    unknown = next((item.unreadable for item in declarations if item.unreadable), None)
    if unknown is not None and not isinstance(change, DropPython):
        raise CannotEditError(f"a part of the list cannot be read: {unknown}")
    return _EDIT(file, declarations, change)


def python_of(classifier: str) -> PythonVersion | None:
    """The feature release that a classifier names.

    None for `Python :: 3`, `:: 3 :: Only`, implementations and topics such as
    `Free Threading :: 2 - Beta`.
    """
    match = _NAMED.fullmatch(classifier.strip())
    return PythonVersion.parse(match[1]) if match else None


def declare(file: File, text: str, span: Span, group: str) -> Iterator[Declaration]:
    """The declaration that one classifier makes, if it names a feature release."""
    python = python_of(text)
    if python is not None:
        yield file.listed("classifier", Role.ADVERTISES, span, [python], group=group)


def toml_array(file: File, path: tuple[Key, ...]) -> Iterator[Declaration]:
    """The classifiers of a TOML array of strings."""
    group = ".".join(map(str, path))
    value = file.toml.get(*path)
    if value is not None and not isinstance(value, list):
        node = file.toml.node(*path)
        span = node.span if node is not None else file.toml.line_span(*path)
        yield _invalid(file, span, "not an array", group)
    for number, element in enumerate(value if isinstance(value, list) else ()):
        if isinstance(element, str) and python_of(element) is None:
            continue  # most name no Python: their places are not looked for
        node = file.toml.node(*path, number)
        if node is None or not isinstance(element, str):
            span = node.span if node is not None else file.toml.line_span(*path, number)
            yield _invalid(file, span, "not a string", group)
        else:
            yield from declare(file, element, node.inner or node.span, group)


def _invalid(file: File, span: Span, reason: str, group: str) -> Declaration:
    return file.unreadable("classifier", Role.ADVERTISES, span, reason, group=group, invalid=True)

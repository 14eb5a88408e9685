"""Pants: the interpreters for which code is checked, tested and packaged.

`interpreter_constraints` of `[python]` in pants.toml (of `[python-setup]` before
Pants 2.3), and of single targets in BUILD files. A list gives alternatives, each
a requirement such as `CPython>=3.9,<3.12`. Source: Pants's documentation,
"Interpreter compatibility".
"""

import ast
import re
from collections.abc import Iterable, Iterator

from packaging.specifiers import SpecifierSet

from pylife.declarations import ranges, static, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.packaging import pins
from pylife.model import Declaration, Role, Span
from pylife.syntax.python import Module

_SITE = "pants-interpreter-constraints"
_TARGET = "pants-target-constraints"
_KEY = "interpreter_constraints"
_ONE = re.compile(r"\s*(?P<name>[A-Za-z][\w.+-]*)?\s*(?P<range>.*?)\s*", re.DOTALL)

Text = tuple[str, Span | None]
"""One alternative, with its place where the text stands as it is."""


def read(file: File) -> Iterator[Declaration]:
    """The constraints of the repository, or of the targets of a BUILD file."""
    if file.path.endswith(".toml"):
        yield from _settings(file)
    else:
        yield from _targets(file)


def _settings(file: File) -> Iterator[Declaration]:
    for table in ("python", "python-setup"):
        value = file.toml.get(table, _KEY)
        if value is None:
            continue
        node = file.toml.node(table, _KEY)
        whole = node.span if node is not None else file.toml.line_span(table, _KEY)
        texts = value if isinstance(value, list) else [value]
        if isinstance(value, dict) and list(value) in (["add"], ["remove"]):
            reason = "adds to or removes from Pants's own default"
            yield file.unreadable(_SITE, Role.SUPPORTS, whole, reason, group=table)
        elif not texts or not all(isinstance(text, str) for text in texts):
            reason = "not a list of strings"
            yield file.unreadable(_SITE, Role.SUPPORTS, whole, reason, group=table, invalid=True)
        else:
            places = [item.inner for item in file.toml.items(table, _KEY)] or [None]
            yield _union(file, _SITE, list(zip(texts, places, strict=True)), whole, table)


def _targets(file: File) -> Iterator[Declaration]:
    module: Module = file.python
    count = 0
    for node in module.nodes:
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            if keyword.arg == _KEY and not _is_default(module, keyword.value):
                count += 1
                yield _target(file, module, keyword.value, f"target {count}")


def _is_default(module: Module, node: ast.expr) -> bool:
    value = module.resolve(node)
    return isinstance(value, ast.Constant) and value.value is None


def _target(file: File, module: Module, node: ast.expr, group: str) -> Declaration:
    value, whole = module.resolve(node), module.span(node)
    elements = static.elements(module, value)
    if not all(element.known for element in elements):
        reason = "computed when Pants runs"
        return file.unreadable(_TARGET, Role.SUPPORTS, whole, reason, group=group)
    found: list[Text] = []
    try:
        for element in elements:
            place = module.resolve(element.node)
            text = element.made or static.text(module, place)
            found.append((text, module.string_span(place)))
    except static.NotStaticError as error:
        return file.unreadable(_TARGET, Role.SUPPORTS, whole, str(error), group=group)
    if not found:
        return file.unreadable(_TARGET, Role.SUPPORTS, whole, "an empty list", group=group)
    return _union(file, _TARGET, found, whole, group)


def _union(file: File, site: str, texts: list[Text], whole: Span, group: str) -> Declaration:
    """One range for all alternatives; it is edited only where there is a single one."""
    matches = [_ONE.fullmatch(text) for text, _ in texts]
    named = [match for match in matches if match is not None]
    others = {match["name"] for match in named} - {None, "CPython"}
    if others:
        reason = f"for {', '.join(sorted(others))}, not only CPython"
        return file.unreadable(site, Role.SUPPORTS, whole, reason, group=group)
    if len(texts) == 1 and (place := texts[0][1]) is not None and texts[0][0].isascii():
        start, end = named[0].span("range")
        whole = Span(place.start + start, place.start + end)
    alternatives = [match["range"] for match in named]
    return ranges.declare(
        file, site, " || ".join(alternatives), whole, parse=_any_of(alternatives), group=group
    )


def _any_of(alternatives: Iterable[str]) -> versions.ParseRange:
    def parse(text: str) -> SpecifierSet:
        return versions.union(text, [versions.pep440(part) for part in alternatives])

    return parse


READER = Reader(
    name="pants",
    title="Pants (interpreter_constraints)",
    read=read,
    editors={_SITE: pins.edit, _TARGET: pins.edit},
)

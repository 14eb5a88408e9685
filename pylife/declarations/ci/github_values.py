"""What one value of a GitHub Actions file says: a version, a list in a text, an expression."""

from collections.abc import Iterator

from pylife.declarations import versions
from pylife.declarations.base import File
from pylife.declarations.ci import github_expressions as expressions
from pylife.declarations.ci import github_scope as scopes
from pylife.declarations.ci import github_text
from pylife.declarations.ci.github_expressions import Value
from pylife.declarations.ci.github_scope import Scope
from pylife.declarations.ci.github_text import Literal, Parsed
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import ScalarNode

STEP = "github-setup-python"
LIST = "github-list"


def scalar(
    file: File, site: str, node: ScalarNode, group: str, text: Literal | None = None
) -> Declaration:
    """One version as YAML (or, of a `text`, JSON) scalar, the float trap included."""
    span = text.span(file.source) if text else yaml.scalar_span(file.source, node)
    bare = yaml.is_plain(node)
    if bare and versions.number(node.value) is not None:
        language = "JSON" if text else "YAML"
        return file.number_named(site, Role.TESTS, span, node.value, language, group=group)
    squeezed = versions.named(f"py{node.value}") if node.value.isdigit() else None
    if squeezed is not None and len(node.value) > 1:
        note = f"{node.value} as in py{node.value}"
        return file.listed(site, Role.TESTS, span, [squeezed], group=group, note=note)
    note = "3.1 is what YAML reads for an unquoted 3.10" if bare and node.value == "3.1" else ""
    return file.python_named(site, Role.TESTS, span, node.value, group=group, note=note)


def said_plainly(
    scope: Scope, node: ScalarNode, group: str, site: str, note: str = ""
) -> Iterator[Declaration]:
    """What a value says that may mean something else: nothing, unless it names Pythons."""
    if "${{" in node.value:
        return
    text = github_text.literal(scope.file.source, node)
    if versions.named(node.value) is not None:
        found = scalar(scope.file, site, node, group)
        yield found if found.note else found._replace(note=note)
        return
    for item in listed(scope.file, text, group, note) or ():
        if item.versions or item.note:
            yield item


def listed(
    file: File, text: Literal, group: str, note: str = "", parsed: Parsed | None = None
) -> list[Declaration] | None:
    """The Pythons of a list that stands in a text, JSON or words; None for what is none."""
    parsed = parsed or github_text.parse_json(text)
    if parsed is None:
        found = github_text.words(text)
        if found is None:
            return None
        return [
            file.python_named(
                LIST, Role.TESTS, word.span(file.source), word.text, group=group, note=note
            )
            for word in found
        ]
    result: dict[Span, Declaration] = {}
    for node in yaml.elements(parsed.node):
        if yaml.is_scalar(node) and node.value.strip():
            item = scalar(file, LIST, node, group, parsed.literal(node))
            item = item if item.note else item._replace(note=note)
            if item.span in result:  # an escape in the text hides where its elements are
                pythons = {*(result[item.span].versions or ()), *(item.versions or ())}
                item = file.listed(LIST, Role.TESTS, item.span, pythons, group=group, note=note)
            result[item.span] = item
    return list(result.values()) if yaml.elements(parsed.node) else None


def evaluated(
    scope: Scope, node: ScalarNode, values: list[Value], group: str, site: str
) -> Iterator[Declaration]:
    """What an expression may be where one or several Pythons are asked for."""
    file = scope.file
    choices = sum(value.known for value in values)
    number = 0
    unknown = False
    for value in values:
        number += value.known
        where = value.where or (f"{group} choice {number}" if choices > 1 else group)
        note = value.note
        if choices > 1:
            note = "; ".join(filter(None, [f"one of {choices} that an expression chooses", note]))
        if value.parsed is not None:
            yield from listed(file, value.parsed.text, where, note, value.parsed) or [
                unreadable(file, site, node, group, "not a list of Pythons")
            ]
        elif value.text is not None and value.text.text.strip():
            yield from _chosen(file, value, where, note, value.site or site, site)
        elif value.reason and not unknown:
            unknown = True
            yield unreadable(file, site, node, group, value.reason)


def _chosen(
    file: File, value: Value, where: str, note: str, site: str, asked: str
) -> Iterator[Declaration]:
    """One text that an expression may choose."""
    text = value.text
    if text is None:
        return
    found = listed(file, text, where, note) if asked != STEP or "\n" not in text.text else None
    if found is not None:
        yield from found
        return
    text = text.stripped()
    span = text.span(file.source)
    # A YAML number that is handed on has lost its zero.
    before = file.source.data[span.start - 1 : span.start]
    bare = value.where and before not in {b'"', b"'"} and versions.number(text.text) is not None
    if bare and site in {scopes.ENV, scopes.DEFAULT}:
        yield file.number_named(site, Role.TESTS, span, text.text, "YAML", group=where)
    else:
        yield file.python_named(site, Role.TESTS, span, text.text, group=where, note=note)


def unreadable(file: File, site: str, node: ScalarNode, group: str, reason: str) -> Declaration:
    """A value that cannot be known; plain text where a list has to be is invalid."""
    span = yaml.scalar_span(file.source, node)
    invalid = reason == expressions.PLAIN
    return file.unreadable(site, Role.TESTS, span, reason, group=group, invalid=invalid)

"""conda recipes: the Python that a package needs when it runs.

`requirements.run` of meta.yaml (conda-build) and recipe.yaml (rattler-build), of
each output too; the Pythons for which nothing is built, and those of recipe.yaml's
tests. What stands in `host` is what it is built with, and says nothing.

Recipes are not rendered. Jinja is masked by as many characters, so that places
stay; `{% set python_min = "3.9" %}` and the `context` of recipe.yaml are put in
where they are literal, and then are the place of the declaration. Sources:
conda-build's "Defining metadata", rattler-build's "Recipe file", conda-forge's CFEP-25.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from pylife.declarations import ranges, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import list_editor
from pylife.declarations.packaging import conda_skips, conda_spec, pins
from pylife.errors import UnreadableError
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node, ScalarNode

_SITE = "conda-recipe-python"
_TEST = "conda-recipe-test"

# What opens and does not close ends before the next that opens: else each would be looked for
# to the end of the file.
_JINJA = re.compile(
    r"\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}|\$?\{\{(?:(?!\{\{).)*?\}\}", re.DOTALL
)
_BRANCH = re.compile(r"\{%-?\s*(?:if|for|macro)\b")
_SET = re.compile(r"\{%-?\s*set\s+(\w+)\s*=\s*(['\"])([^'\"{}%]*)\2\s*-?%\}")
_USED = re.compile(r"\$?\{\{\s*(\w+)\s*\}\}")
_PINNED = re.compile(r"\s*(>=|=)?\s*\$?\{\{\s*(\w+)\s*\}\}\s*(\.\*)?\s*")


class _Constant(NamedTuple):
    """A name with the one text that it is given, and the place of the text."""

    text: str
    span: Span


class _Recipe(NamedTuple):
    """A recipe as YAML with its Jinja masked, and the constants of its Jinja."""

    file: File
    root: Node | None
    constants: dict[str, _Constant]
    v1: bool

    def written(self, node: Node) -> str:
        """A scalar's text as it stands in the file, without quotes."""
        return self.file.source.slice(self.span(node))

    def span(self, node: Node) -> Span:
        """The place of a scalar without its quotes; of anything else all of it."""
        if yaml.is_scalar(node):
            return yaml.scalar_span(self.file.source, node)
        return yaml.outer_span(self.file.source, node)


def read(file: File) -> Iterator[Declaration]:
    """What the recipe, or the file of variants, says of Python."""
    v1 = file.path.rpartition("/")[2].startswith("recipe")
    try:
        recipe = _recipe(file, v1=v1)
    except UnreadableError:
        if v1 or not _JINJA.search(file.source.text):
            raise
        first = _JINJA.search(file.source.text)
        place = file.source.span(*first.span() if first else (0, 0))
        reason = "a template that has to be rendered before it is YAML"
        yield file.unreadable(_SITE, Role.SUPPORTS, place, reason)
        return
    seen = set()
    for group, node in _packages(recipe):
        for item in (*_run(recipe, node, group), *conda_skips.skipped(file, node, group, v1=v1)):
            if (item.site, item.span) not in seen:
                seen.add((item.site, item.span))
                yield item
    yield from _tests(recipe) if recipe.v1 else _required(recipe)


def _recipe(file: File, *, v1: bool) -> _Recipe:
    text = file.source.text
    if v1:
        nodes = file.yaml
        context = yaml.pairs(yaml.get(nodes[0], "context")) if nodes else ()
        constants = {
            name: _Constant(_number(node), yaml.scalar_span(file.source, node))
            for name, node in context
            if yaml.is_scalar(node) and "{{" not in node.value
        }
    else:
        masked = _JINJA.sub(lambda match: _mask(match[0]), text)
        # Offsets into the masked text are those of the file: each character keeps its place.
        nodes = yaml.compose_all(Source(file.path, masked.encode()))
        constants = {}
        branch = _BRANCH.search(text)
        certain = branch.start() if branch is not None else len(text)
        for match in _SET.finditer(text):
            constant = _Constant(match[3], file.source.span(*match.span(3)))
            # Set again, or set only if something holds: not known.
            known = match[1] not in constants and match.start() < certain
            constants[match[1]] = constant if known else _Constant("", constant.span)
    return _Recipe(file, nodes[0] if nodes else None, constants, v1)


def _number(node: ScalarNode) -> str:
    """The text of a value of `context`; none for an unquoted 3.10, which may be read as 3.1."""
    return "" if yaml.is_plain(node) and versions.number(node.value) else node.value


def _mask(jinja: str) -> str:
    """As many characters: a word for a value, blanks for what makes none."""
    if jinja.startswith(("{%", "{#")):
        return re.sub(r"[^\n]", " ", jinja)
    return re.sub(r"[^\n]", "J", jinja)


def _packages(recipe: _Recipe) -> Iterator[tuple[str, Node]]:
    """The recipe itself and each of its outputs, with the name of its group."""
    if recipe.root is not None:
        yield "", recipe.root
        for number, output in enumerate(yaml.elements(yaml.get(recipe.root, "outputs"))):
            yield f"outputs.{number}", output


def _run(recipe: _Recipe, package: Node, group: str) -> Iterator[Declaration]:
    """The requirement of Python among those of `requirements.run`."""
    requirements = yaml.get(package, "requirements")
    run = yaml.get(requirements, "run") if yaml.is_mapping(requirements) else requirements
    group = f"{group}.run" if group else "run"
    found = []
    for element in [run] if yaml.is_scalar(run) else yaml.elements(run):
        if not yaml.is_scalar(element):
            if recipe.v1 and _conditional(element):
                reason = "depends on a condition of the recipe"
                place = recipe.span(yaml.get(element, "if") or element)
                yield recipe.file.unreadable(_SITE, Role.SUPPORTS, place, reason, group=group)
        elif conda_spec.requirement(_USED.sub("J", recipe.written(element))) is not None:
            found.append(element)
    for element in found:
        if len(found) > 1:
            reason = "one of several, chosen by a selector"
            place = recipe.span(element)
            yield recipe.file.unreadable(_SITE, Role.SUPPORTS, place, reason, group=group)
        else:
            yield from _requirement(recipe, element, group)


def _conditional(element: Node) -> bool:
    """Whether `if: ... then: python ...` names Python."""
    branches = [yaml.get(element, key) for key in ("then", "else")]
    return any(
        yaml.is_scalar(node) and conda_spec.requirement(_USED.sub("J", node.value)) is not None
        for branch in branches
        for node in ([branch] if yaml.is_scalar(branch) else yaml.elements(branch))
    )


def _requirement(recipe: _Recipe, element: Node, group: str) -> Iterator[Declaration]:
    file, text, span = recipe.file, recipe.written(element), recipe.span(element)
    if "{{" not in text:
        loose = not recipe.v1
        yield from conda_spec.declare(file, _SITE, text, span, group=group, loose=loose)
        return
    reason = _unknown(recipe, text)
    if reason:
        yield file.unreadable(_SITE, Role.SUPPORTS, span, reason, group=group)
        return
    rendered = _USED.sub(lambda match: recipe.constants[match[1]].text, text)
    found = conda_spec.requirement(rendered)
    if found is None or found.unknown:
        yield file.unreadable(_SITE, Role.SUPPORTS, span, "made by Jinja", group=group)
        return
    pinned = _PINNED.fullmatch(re.sub(r"^\s*(?:[\w./-]+::)?python", "", text))
    place = recipe.constants[pinned[2]].span if pinned else span
    parse = partial(conda_spec.parse, loose=not recipe.v1)
    note = f"{text.strip()!r} is what the package needs" if pinned else ""
    yield ranges.declare(file, _SITE, found.version, place, parse=parse, group=group, note=note)


def _unknown(recipe: _Recipe, text: str) -> str:
    """Why the Jinja of `text` cannot be put in; empty where it can."""
    for name in _USED.findall(text):
        if name not in recipe.constants:
            return f"{name} is not set here: the variants of the build or of the channel have it"
        if not recipe.constants[name].text:
            return f"{name} is set several times, on a condition, or as a number that loses its 0"
    return "made by Jinja" if "{{" in _USED.sub("", text) else ""


def _tests(recipe: _Recipe) -> Iterator[Declaration]:
    """`python_version` of the tests in recipe.yaml."""
    for number, test in enumerate(yaml.elements(yaml.get(recipe.root, "tests"))):
        asked = yaml.get(test, "python", "python_version")
        for node in [asked] if yaml.is_scalar(asked) else yaml.elements(asked):
            if yaml.is_scalar(node) and "{{" not in node.value and node.value.strip():
                span = recipe.span(node)
                yield recipe.file.python_named(
                    _TEST, Role.TESTS, span, node.value, group=f"tests.{number}"
                )


def _required(recipe: _Recipe) -> Iterator[Declaration]:
    """The one Python that `test.requires` of meta.yaml pins; a range is chosen from."""
    for element in yaml.elements(yaml.get(recipe.root, "test", "requires")):
        text = recipe.written(element) if yaml.is_scalar(element) else ""
        if not text or "{{" in text or conda_spec.requirement(text) is None:
            continue
        span = recipe.span(element)
        for item in conda_spec.declare(recipe.file, _TEST, text, span, group="test.requires"):
            if item.specifier is not None and len((*(item.versions or ()), *item.partial)) == 1:
                pythons = [*(item.versions or ()), *item.partial]
                yield recipe.file.listed(
                    _TEST, Role.TESTS, item.span, pythons, group="test.requires"
                )


READER = Reader(
    name="conda-recipe",
    title="conda recipes",
    read=read,
    editors={
        _SITE: pins.edit,
        _TEST: list_editor(conda_spec.spell),
    },
)

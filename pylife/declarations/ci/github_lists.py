"""The Pythons of a matrix: of its lists, and of its `include` and `exclude` entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pylife.declarations.ci import github_commands, github_matrix, github_values
from pylife.declarations.ci import github_expressions as expressions
from pylife.declarations.ci.github_expressions import KEY
from pylife.declarations.ci.github_scope import Scope
from pylife.declarations.ci.github_text import Parsed
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

MATRIX = "github-matrix"
INCLUDE = "github-include"
EXCLUDED = "strategy.matrix.exclude takes combinations with it away"
EXTENDS = "an include entry that adds to a combination of the list, and is none of its own"
ADDED = "an include entry that is added to every combination that it fits"
_LEFT_OUT = "left out by strategy.matrix.exclude"
_OVERWRITTEN = "a later include entry takes its place"


@dataclass(frozen=True, slots=True)
class Uses:
    """The paths of matrix values that are used: as a Python, and as a tox environment."""

    python: frozenset[str]
    tox: frozenset[str]

    def keys(self) -> set[str]:
        """The keys of the matrix whose values are used as a Python."""
        return {path.partition(".")[0] for path in self.python}


def used(node: Node) -> Uses:
    """Which values of its matrix a job uses."""
    python: set[str] = set()
    tox: set[str] = set()
    container = yaml.get(node, "container")
    for reference in (container, yaml.get(container, "image")):
        if yaml.is_scalar(reference) and "python:" in reference.value:
            python |= expressions.references(reference)
    for step in [node, *yaml.elements(yaml.get(node, "steps"))]:
        if yaml.get(step, "uses") is not None:
            for key, value in yaml.pairs(yaml.get(step, "with")):
                if KEY.fullmatch(key):
                    python |= expressions.references(value)
        for told in (yaml.get(step, "run"), yaml.get(step, "env", "TOXENV")):
            if yaml.is_scalar(told) and ("tox" in told.value or told.value.startswith("${{")):
                tox |= expressions.references(told)
    return Uses(frozenset(python), frozenset(tox - python))


def declare(scope: Scope, node: Node | None, root: str, uses: Uses) -> Iterator[Declaration]:
    """What a job's matrix says, also as far as it is one expression."""
    if node is None:
        return
    if not yaml.is_scalar(node):
        yield from Matrix(scope, node, root, uses).read()
        return
    values = scope.values(node)
    unknown = [value.reason or expressions.PLAIN for value in values if value.parsed is None]
    for value in values:
        if value.parsed is not None:
            where = value.where or root
            yield from Matrix(scope, value.parsed.node, where, uses, value.parsed).read()
    if unknown and uses.python and node.value.strip():
        yield github_values.unreadable(scope.file, MATRIX, node, root, unknown[0])


class _Entry(Enum):
    """What becomes of the Python of an `include` entry."""

    OWN = ""
    ADDED = ADDED
    EXTENDS = EXTENDS
    OVERWRITTEN = _OVERWRITTEN

    @classmethod
    def of(
        cls, combined: github_matrix.Combinations | None, number: int, key: str, *, listed: bool
    ) -> "_Entry":
        """The fate of `key` in entry `number`; `listed` says that the matrix has such a list."""
        if combined is None or number not in combined.extends:
            return cls.OWN
        if listed:
            return cls.EXTENDS
        return cls.ADDED if (number, key) in combined.last else cls.OVERWRITTEN


@dataclass(frozen=True, slots=True)
class Matrix:
    """One matrix; `parsed` where it is made of a JSON text."""

    scope: Scope
    node: Node
    root: str
    uses: Uses
    parsed: Parsed | None = None

    def read(self) -> Iterator[Declaration]:
        """Its lists, then its `include` and `exclude` entries."""
        axes = github_matrix.axes(self.node)
        combined = None
        if self.parsed is None:
            combined = github_matrix.combine(self.scope.file.source, self.node)
        heads = self.uses.keys()
        for key, values in axes:
            if KEY.fullmatch(key) or key in heads:
                yield from self._axis(key, values, combined)
            elif key in self.uses.tox:
                yield from self._environments(key, values, combined)
        yield from self._include(dict(axes), combined)
        yield from self._exclude(dict(axes))

    def _axis(
        self, key: str, values: Node, combined: github_matrix.Combinations | None
    ) -> Iterator[Declaration]:
        group = f"{self.root}.{key}"
        if yaml.is_scalar(values):
            if self.parsed is None:
                yield from _expression(self.scope, values, group)
            return
        for element in yaml.elements(values):
            inner = self._inside(element, key)
            if not yaml.is_scalar(inner) or not inner.value.strip():
                continue
            # A value inside a mapping has neighbours of its own: it is no list to edit.
            site = MATRIX if inner is element else INCLUDE
            for item in self._scalar(site, inner, group):
                yield self._effect(item, key, element, combined)

    def _effect(
        self,
        item: Declaration,
        key: str,
        element: Node,
        combined: github_matrix.Combinations | None,
    ) -> Declaration:
        value = github_matrix.value(self.scope.file.source, element)
        # Entries that do not name the list leave all of it, or nothing.
        if combined is None or not combined.without(key, value):
            return item
        return item._replace(without_effect=_LEFT_OUT)

    def _environments(
        self, key: str, values: Node, combined: github_matrix.Combinations | None
    ) -> Iterator[Declaration]:
        """The tox environments of a list that name a Python."""
        for element in yaml.elements(values):
            if yaml.is_scalar(element) and self.parsed is None:
                python = github_commands.tox_environment(element.value)
                if python is not None:
                    span = yaml.scalar_span(self.scope.file.source, element)
                    item = self.scope.file.listed(
                        MATRIX, Role.TESTS, span, [python], group=f"{self.root}.{key}"
                    )
                    yield self._effect(item, key, element, combined)

    def _include(
        self, axes: dict[str, Node], combined: github_matrix.Combinations | None
    ) -> Iterator[Declaration]:
        include = yaml.get(self.node, "include")
        group = f"{self.root}.include"
        heads = self.uses.keys()
        if yaml.is_scalar(include):
            if self.uses.python and not any(KEY.fullmatch(key) for key in axes):
                yield from _expression(self.scope, include, group, site=INCLUDE)
            return
        for number, entry in enumerate(yaml.elements(include)):
            for key, value in yaml.pairs(entry):
                inner = self._inside(value, key)
                if not (KEY.fullmatch(key) or key in heads) or not yaml.is_scalar(inner):
                    continue
                state = _Entry.of(combined, number, key, listed=key in axes)
                if state is _Entry.EXTENDS and self.parsed is None:
                    for item in self._scalar(MATRIX, inner, f"{self.root}.{key}"):
                        yield item._replace(without_effect=EXTENDS)
                    continue
                for item in self._scalar(INCLUDE, inner, group):
                    if state is _Entry.OVERWRITTEN:
                        yield item._replace(without_effect=_OVERWRITTEN)
                    else:
                        yield item._replace(note=item.note or state.value)

    def _exclude(self, axes: dict[str, Node]) -> Iterator[Declaration]:
        """The Pythons that `exclude` entries name: they belong to the list that they restrict."""
        if self.parsed is not None:
            return
        heads = self.uses.keys()
        for entry in yaml.elements(yaml.get(self.node, "exclude")):
            for key, value in yaml.pairs(entry):
                plain = yaml.is_scalar(value) and "${{" not in value.value
                if key in axes and (KEY.fullmatch(key) or key in heads) and plain:
                    for item in self._scalar(MATRIX, value, f"{self.root}.{key}"):
                        if item.versions:
                            yield item._replace(without_effect=EXCLUDED)

    def _scalar(self, site: str, node: Node, group: str) -> Iterator[Declaration]:
        """One version; an expression is followed."""
        if not yaml.is_scalar(node):
            return
        if self.parsed is not None:
            text = self.parsed.literal(node)
            site = github_values.LIST if site == MATRIX else INCLUDE
            yield github_values.scalar(self.scope.file, site, node, group, text)
        elif "${{" not in node.value:
            yield github_values.scalar(self.scope.file, site, node, group)
        elif not expressions.is_matrix(node.value):
            values = self.scope.values(node)
            inner = f"{group} {node.value.strip()}"
            yield from github_values.evaluated(self.scope, node, values, inner, site)

    def _inside(self, element: Node, key: str) -> Node | None:
        """The scalar that names the Python: the element, or what `matrix.KEY.a.b` is in it."""
        if not yaml.is_mapping(element):
            return element
        paths = [path.split(".")[1:] for path in sorted(self.uses.python)
                 if path.startswith(f"{key}.")]  # fmt: skip
        return next((node for node in (yaml.get(element, *path) for path in paths) if node), None)


def _expression(
    scope: Scope, node: ScalarNode, group: str, *, site: str = MATRIX
) -> Iterator[Declaration]:
    """A list that is an expression: only what `fromJSON` makes is one."""
    if not node.value.strip():
        return
    if "${{" not in node.value:
        yield github_values.unreadable(scope.file, site, node, group, expressions.PLAIN)
        return
    values = [
        value._replace(text=None, reason=expressions.PLAIN) if value.text is not None else value
        for value in scope.values(node)
    ]
    yield from github_values.evaluated(scope, node, values, group, site)

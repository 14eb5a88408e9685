"""The combinations of a matrix: what `include` and `exclude` make of its lists.

Source: GitHub's documentation, "Running variations of jobs in a workflow": an
`exclude` entry takes away each combination that has all of its values; then each
`include` entry is added to every combination of the lists of which it changes no
value, and is a combination of its own where there is none.
"""

from dataclasses import dataclass, field
from itertools import product

from pylife.declarations import versions
from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node

_MOST = 4096
Combination = dict[str, object]


@dataclass(slots=True)
class Combinations:
    """What runs.

    `base` are the combinations of the lists without those excluded. `last` says
    for each `include` entry and key whether its value stands in the end, and `extends`
    which entries only add to combinations of the lists.
    """

    base: list[Combination] = field(default_factory=list)
    compared: frozenset[str] = frozenset()
    """The lists that entries speak of; of any other all elements share one fate."""
    last: set[tuple[int, str]] = field(default_factory=set)
    extends: set[int] = field(default_factory=set)

    def without(self, key: str, value: object) -> bool:
        """Whether no combination of the lists has `value` under `key`."""
        if key not in self.compared:
            return not self.base
        return not any(one[key] == value for one in self.base)


def value(source: Source, node: Node) -> object:
    """What tells values apart; what only a run tells is like nothing else."""
    if yaml.is_scalar(node):
        if "${{" in node.value:
            return object()
        return (None if node.style else versions.number(node.value)) or node.value
    span = yaml.outer_span(source, node)
    return ("node", source.slice(span))


def axes(matrix: Node | None) -> list[tuple[str, Node]]:
    """The lists of a matrix by their key."""
    return [(key, node) for key, node in yaml.pairs(matrix) if key not in {"include", "exclude"}]


def combine(source: Source, matrix: Node | None) -> Combinations | None:
    """The combinations of `matrix`; None where they are too many, or only made when it runs."""
    entries = {}
    for name in ("include", "exclude"):
        node = yaml.get(matrix, name)
        if yaml.is_scalar(node) and node.value.strip():
            return None
        entries[name] = [
            {key: value(source, item) for key, item in yaml.pairs(entry)}
            for entry in yaml.elements(node)
        ]
    used = {key for group in entries.values() for entry in group for key in entry}
    lists = []
    size = 1
    for key, node in axes(matrix):
        # Lists that no entry speaks of only multiply.
        found = [value(source, item) for item in yaml.elements(node)] if key in used else []
        found = list(dict.fromkeys(found)) or [object()]
        lists.append((key, found))
        size *= len(found)
        if size * max(1, sum(map(len, entries.values()))) > _MOST * 16:
            return None
    names = [key for key, _ in lists]
    every = (dict(zip(names, one, strict=True)) for one in product(*(found for _, found in lists)))
    excluded = entries["exclude"]
    base = [one for one in every if not any(_within(entry, one) for entry in excluded)]
    compared = frozenset(key for key in names if key in used)
    return _included(Combinations(base if lists else [], compared), entries["include"])


def _within(entry: Combination, one: Combination) -> bool:
    return bool(entry) and all(key in one and one[key] == item for key, item in entry.items())


def _included(result: Combinations, entries: list[Combination]) -> Combinations:
    base = result.base
    added: list[dict[str, int]] = [{} for _ in base]
    for number, entry in enumerate(entries):
        fits = [
            place
            for place, one in enumerate(base)
            if all(one.get(key, item) == item for key, item in entry.items())
        ]
        for place in fits:
            added[place].update(dict.fromkeys(entry, number))
        if fits:
            result.extends.add(number)
        else:
            result.last.update((number, key) for key in entry)
    result.last.update((number, key) for one in added for key, number in one.items())
    return result

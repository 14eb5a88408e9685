"""From the scanner's results, in bits and file by file, to what the rules speak of."""

from collections.abc import Iterable, Sequence

from pylife.model import PythonVersion
from pylife.source.facts import (
    Guard,
    Ignored,
    Import,
    Place,
    Pythons,
    Requirement,
    SourceFacts,
    Unparsed,
    Use,
)
from pylife.source.results import FileResult, Imported
from pylife.source.results import Guard as Condition
from pylife.source.results import Use as Scanned

Pair = tuple[int, int]
"""A Python as the scanner has it: (3, 12)."""


def gather(
    files: Iterable[FileResult],
    *,
    versions: Sequence[Pair],
    parser: Pair,
    requirements: Sequence[Requirement] = (),
    requirements_unknown: str = "",
) -> SourceFacts:
    """The facts of a project, from what the scanner said of each of its files.

    `versions` says which Python each bit stands for; `parser` which one has parsed them.
    """
    listed = list(files)
    pythons = _Masks(versions)
    return SourceFacts(
        scanned=frozenset(map(_python, versions)),
        parser=_python(parser),
        files=len(listed),
        uses=tuple(_use(file, use, pythons) for file in listed for use in file.uses),
        imports=tuple(_import(file, one, pythons) for file in listed for one in file.found.imports),
        guards=tuple(_guard(file, one, pythons) for file in listed for one in file.found.guards),
        unparsed=tuple(
            Unparsed(Place(file.path, file.scope), file.found.unparsed)
            for file in listed
            if file.found.unparsed
        ),
        ignores=tuple(
            Ignored(Place(file.path, file.scope, item.line, item.column), item)
            for file in listed
            for item in file.found.ignores
        ),
        requirements=tuple(requirements),
        requirements_unknown=requirements_unknown,
    )


class _Masks:
    """Sets of Pythons from the scanner's bits; each is made once."""

    def __init__(self, versions: Sequence[Pair]) -> None:
        self._versions = tuple(map(_python, versions))
        self._made: dict[int, Pythons] = {}

    def of(self, mask: int) -> Pythons:
        """The Pythons whose bits are set."""
        found = self._made.get(mask)
        if found is None:
            found = frozenset(
                python for bit, python in enumerate(self._versions) if mask >> bit & 1
            )
            self._made[mask] = found
        return found


def _use(file: FileResult, item: Scanned, pythons: _Masks) -> Use:
    return Use(
        at=Place(file.path, file.scope, item.line, item.column),
        what=item.what,
        kind=item.kind,
        reached=pythons.of(item.reached),
        fails_on=pythons.of(item.fails_on),
        added=_maybe(item.added),
        removed=_maybe(item.removed),
        deprecated=_maybe(item.deprecated),
        removal=_maybe(item.removal),
        instead=item.instead,
        note=item.note,
        unless=item.unless,
    )


def _import(file: FileResult, item: Imported, pythons: _Masks) -> Import:
    return Import(
        at=Place(file.path, file.scope, item.line, item.column),
        module=item.name,
        names=item.names,
        reached=pythons.of(item.reached),
        guarded=item.guarded,
    )


def _guard(file: FileResult, item: Condition, pythons: _Masks) -> Guard:
    return Guard(
        at=Place(file.path, file.scope, item.line, item.column),
        text=item.text,
        true=pythons.of(item.true),
        false=pythons.of(item.false),
    )


def _python(pair: Pair) -> PythonVersion:
    return PythonVersion(*pair)


def _maybe(pair: Pair | None) -> PythonVersion | None:
    return None if pair is None else _python(pair)

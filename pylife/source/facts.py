"""What the scan of a project's source says of it, in the words of the rules.

Pythons are sets of feature releases, and each place names its file and what that is for. What
makes this of the scanner's results is `pylife.source.gather`: the rules need none of that.
"""

from typing import Literal, NamedTuple

from pylife.model import PythonVersion, Scope
from pylife.source.ignores import Ignore

Pythons = frozenset[PythonVersion]


class Place(NamedTuple):
    """Where something is: line and column count from 1."""

    file: str
    scope: Scope
    line: int = 1
    column: int = 1


class Use(NamedTuple):
    """Something of the language or the standard library that not every Python has, or will have.

    It is `reached` on some Pythons, and `fails_on` those of them that lack it. `instead` is the
    standard replacement, `note` says what holds of patch releases. Both may be empty. Where a
    package of `unless` is installed, the code takes that.
    """

    at: Place
    what: str
    kind: str
    reached: Pythons
    fails_on: Pythons
    added: PythonVersion | None = None
    removed: PythonVersion | None = None
    deprecated: PythonVersion | None = None
    removal: PythonVersion | None = None
    instead: str = ""
    note: str = ""
    unless: tuple[str, ...] = ()


class Import(NamedTuple):
    """An import of what is neither the standard library's nor the project's own.

    `names` are taken `from` it; none of `import module`. `reached` are the Pythons on which it is
    carried out; one that is `guarded` may fail: the code goes on without it.
    """

    at: Place
    module: str
    names: tuple[str, ...]
    reached: Pythons
    guarded: bool = False


class Guard(NamedTuple):
    """A condition on the running Python: where it may be true, and where it may be false."""

    at: Place
    text: str
    true: Pythons
    false: Pythons


class Unparsed(NamedTuple):
    """A file that is no Python to the newest parser that was at hand."""

    at: Place
    reason: str


class Ignored(NamedTuple):
    """An ignore comment of a file."""

    at: Place
    comment: Ignore


class Requirement(NamedTuple):
    """A distribution that is required, in the words of its line (`raw`).

    `pythons` are those of the calendar on which it may be required. `use` says for what: to
    `run`, as an `extra`, or for something `else` such as tests or a build. `group` is the array
    of a TOML file in which it stands (`project.dependencies`); None for another place.
    `constraint` is what Poetry has beside the name.
    """

    name: str
    raw: str
    marker: str | None
    pythons: Pythons
    file: str
    line: int | None = None
    use: Literal["run", "extra", "else"] = "run"
    group: str | None = None
    column: int = 1
    constraint: str | None = None


class SourceFacts(NamedTuple):
    """The source of one project. `scanned` are the Pythons that the scan speaks of.

    `parser` is the Python that parsed it: what a newer one could read, it could not.
    `requirements` are known unless `requirements_unknown` gives the reason why not all are.
    """

    scanned: Pythons
    parser: PythonVersion
    files: int
    uses: tuple[Use, ...] = ()
    imports: tuple[Import, ...] = ()
    guards: tuple[Guard, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    ignores: tuple[Ignored, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    requirements_unknown: str = ""

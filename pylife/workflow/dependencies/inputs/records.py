"""What a project requires, as a resolver takes it, and what nobody can know of it."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a check that recalls verdicts needs no index
    from pylife.dependencies.records import Index


class Sort(StrEnum):
    """For what a set of requirements is installed."""

    RUN = "run"
    """What the project needs at run time: the plain set."""
    EXTRA = "extra"
    """The plain set with one extra."""
    GROUP = "group"
    """A group for developers (PEP 735, Poetry, uv), by itself."""
    FILE = "file"
    """Another requirements file of the project, by itself."""


class Line(NamedTuple):
    """A requirement: `text` as PEP 508 has it, `raw` as it is written in `file` at `line`."""

    text: str
    raw: str
    file: str
    line: int | None = None


class Options(NamedTuple):
    """What a file says of where packages come from, in the words of pip.

    `indexes` are asked before the default one; `default` replaces that; `no_index` leaves
    only `find_links`, which are folders' absolute paths or addresses. `pre` takes prereleases.
    """

    indexes: "tuple[Index, ...]" = ()
    default: "Index | None" = None
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    pre: bool = False

    def and_(self, other: "Options") -> "Options":
        """Both: of two default indexes, the later one."""
        return Options(
            tuple(dict.fromkeys((*self.indexes, *other.indexes))),
            other.default or self.default,
            tuple(dict.fromkeys((*self.find_links, *other.find_links))),
            self.no_index or other.no_index,
            self.pre or other.pre,
        )


class Local(NamedTuple):
    """A requirement for the project in a folder: `path` from the project's folder."""

    path: str
    extras: tuple[str, ...]
    file: str
    line: int | None = None


class Group(NamedTuple):
    """Requirements that are installed together; `name` is empty for the plain set.

    `unknown` says why there may be more than `lines`; it is empty where that is all.
    """

    sort: Sort
    name: str
    lines: tuple[Line, ...]
    unknown: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    options: Options = Options()
    local: tuple[Local, ...] = ()
    compiled: bool = False
    """Whether a tool has pinned it: pip-compile and uv say so in the first lines."""

    @property
    def key(self) -> str:
        """How the set is named in documents: `run`, `extra:gpu`, `file:requirements/test.txt`."""
        return f"{self.sort}:{self.name}" if self.name else self.sort.value


class Inputs(NamedTuple):
    """What a project requires.

    `name` and `version` are its own; None where they are not given statically, as
    `requires_python`, where `absent` tells none from unreadable. `groups` are its sets, the
    plain one first; there is none of a project that says nowhere what it requires.
    """

    name: str | None
    version: str | None
    requires_python: str | None
    groups: tuple[Group, ...]
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    prereleases: tuple[str, ...] = ()
    options: Options = Options()
    pinned: tuple[tuple[str, str], ...] = ()
    """Distributions that one index alone has to give, as (name, that index's name)."""
    problems: tuple[str, ...] = ()
    """Files that could not be read, with the reason."""
    is_package: bool = False
    """Whether others can require it: it is built and installed."""

    @property
    def run(self) -> Group | None:
        """The plain set; None where the project says nowhere what it requires."""
        return next((group for group in self.groups if group.sort is Sort.RUN), None)

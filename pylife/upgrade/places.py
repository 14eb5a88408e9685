"""The declarations of a project as an upgrade sees them: groups, and whose they are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pylife.declarations.authority import INHERITED
from pylife.model import Declaration, Kind, Project, PythonVersion, Role, Target

_FOLLOWS = frozenset({INHERITED, "nox-project", "nox-follows"})
"""Sites that say what another place says: the image's own file, the classifiers, a list."""
_LOCK = re.compile(r"(?:.*/)?(?:[\w.-]+\.lock|conda-lock\.ya?ml|pylock(?:\.[\w-]+)?\.toml)")


@dataclass(frozen=True)
class Place:
    """The declarations of one group at one site of one file, in file order."""

    at: Target
    role: Role
    items: tuple[Declaration, ...]

    @cached_property
    def pythons(self) -> frozenset[PythonVersion]:
        """The Pythons that are named here one by one; none for a range."""
        return frozenset(
            version
            for item in self.items
            if item.specifier is None
            for version in item.versions or ()
        )

    @cached_property
    def effective(self) -> frozenset[PythonVersion]:
        """Those of `pythons` that take effect."""
        return frozenset(
            version for item in self.items if item.specifier is None for version in item.effective
        )

    @property
    def single(self) -> bool:
        """Whether one Python is named, rather than a list of them."""
        return len(self.pythons) == 1


def places(declarations: Iterable[Declaration]) -> list[Place]:
    """The groups of what can be read, in the order of their first declaration."""
    found: dict[tuple[Target, Role], list[Declaration]] = {}
    for item in declarations:
        if item.unreadable is None:
            found.setdefault((at(item), item.role), []).append(item)
    return [Place(where, role, tuple(items)) for (where, role), items in found.items()]


def at(item: Declaration) -> Target:
    """What a change of `item` applies to."""
    return Target(file=item.file, site=item.site, group=item.group)


def is_lock(path: str) -> bool:
    """Whether `path` is a lock file: what a tool wrote and has to write again."""
    return _LOCK.fullmatch(path) is not None


def model_folders(project: Project, files: Iterable[str]) -> tuple[str, ...]:
    """The folders (with a trailing slash, or empty for the project itself) that hold a model."""
    if project.kind is Kind.MODEL:
        return ("",)
    named = {path for path in files if path.rpartition("/")[2] == "MLmodel"}
    return tuple(sorted(path.removesuffix("MLmodel") for path in named))


def editable(
    declarations: Sequence[Declaration], models: tuple[str, ...]
) -> tuple[Declaration, ...]:
    """Those declarations that an upgrade may edit: of no lock file and of no model.

    Nor what is read otherwise than it is meant: an unquoted 3.10 in YAML; nor
    what follows another place, such as the Python that an image brings, which is
    edited where the image is made.
    """
    return tuple(
        item
        for item in declarations
        if not item.misread
        and item.site not in _FOLLOWS
        and not is_lock(item.file)
        and not item.file.startswith(models or ("\0",))
    )


def stands_for(place: Place) -> bool:
    """Whether the job or environment of `place` is named after its one Python.

    Such a job (`py39-test`) exists for that Python: it is removed with what else
    it says, and is never made to run on another one.
    """
    if not place.single:
        return False
    (python,) = place.pythons
    spelled = rf"(?<!\d){python.major}[._-]?{python.minor}(?!\d)"
    return re.search(spelled, place.at.group) is not None


def plain(version: PythonVersion) -> PythonVersion:
    """`version` without its free-threaded build: what a policy speaks of."""
    return PythonVersion(version.major, version.minor)

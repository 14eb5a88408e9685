"""What there is to be judged: of each project its sets, each as a demand with its digest."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pylife.dependencies.records import Demand, Indexes
from pylife.fleet import Member
from pylife.workflow.dependencies.gathering import Owned
from pylife.workflow.dependencies.inputs.lines import parts
from pylife.workflow.dependencies.inputs.records import Group, Inputs, Line, Options, Sort
from pylife.workflow.dependencies.internal import Known, Library, fitting, library, settled


class Question(NamedTuple):
    """A set of a project that is to be judged.

    `demand` is what is asked (without the fleet's own libraries, which `libraries` are);
    `unknown` says why there may be more to install; `lines` are its requirements with places.
    """

    project: str
    group: Group
    demand: Demand
    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    libraries: tuple[Library, ...]
    digest: str


class Around(NamedTuple):
    """What holds for all: the environment, and from it where packages come from.

    `indexes` gives the indexes of a folder by its configuration and the environment, with what
    a file of it says in pip's words, and distributions that one index has to give.
    """

    environment: Mapping[str, str]
    indexes: Callable[[Path, Options, tuple[tuple[str, str], ...]], Indexes]


def libraries_of(
    owned: Sequence[Owned], planned: Callable[[Member], str | None] = lambda _member: None
) -> tuple[Known, dict[str, Library]]:
    """The fleet's own libraries by name; `planned` gives the range that one is to have."""
    packages: dict[str, Owned] = {}
    for item in owned:
        if item.inputs.is_package and item.inputs.name is not None:
            packages.setdefault(item.inputs.name, item)
    folders = {
        str((item.member.folder or Path()).resolve()): name for name, item in packages.items()
    }
    known = Known(frozenset(packages), folders)
    wanted = _wanted(owned, known.names)
    found = {}
    for name, item in packages.items():
        version = item.inputs.version or fitting(wanted.get(name, ()))
        one = library(
            item.inputs, item.member.folder or Path(), known,
            version=version or "0", planned=planned(item.member),
        )  # fmt: skip
        if version is None:
            reason = f"{name}: its version is computed, and none fits all who require it"
            one = one._replace(unknown=(*one.unknown, reason))
        found[name] = one
    return known, found


def _wanted(owned: Iterable[Owned], names: frozenset[str]) -> dict[str, list[str]]:
    """The specifiers under which the fleet's libraries are required."""
    from packaging.requirements import Requirement

    found: dict[str, list[str]] = {}
    for item in owned:
        for group in item.inputs.groups:
            for line in group.lines:
                one = parts(line.text)
                if one is not None and one.name in names and one.url is None:
                    specifier = str(Requirement(line.text).specifier)
                    found.setdefault(one.name, []).append(specifier)
    return found


def question(
    item: Owned, group: Group, known: Known, libraries: Mapping[str, Library], around: Around
) -> Question:
    """The set `group` of a project as a question."""
    from pylife.workflow.dependencies.internal import reachable

    folder = item.member.folder or Path()
    found = settled(group, folder, known)
    inputs = item.inputs
    texts = tuple(sorted({line.text for line in found.lines}))
    options = inputs.options.and_(group.options)
    own = reachable((*texts, *inputs.overrides), libraries)
    demand = Demand(
        requirements=texts,
        indexes=around.indexes(folder, options, inputs.pinned),
        constraints=tuple(sorted({*inputs.constraints, *group.constraints})),
        overrides=tuple(sorted(inputs.overrides)),
        prereleases=inputs.prereleases,
        any_prerelease=options.pre,
    )
    unknown = [*found.unknown, *(reason for one in own for reason in one.unknown)]
    return Question(
        project=item.member.project.path,
        group=group,
        demand=demand,
        lines=found.lines,
        unknown=tuple(dict.fromkeys(unknown)),
        libraries=own,
        digest=digest(demand, own),
    )


def digest(demand: Demand, libraries: Iterable[Library]) -> str:
    """A digest of all that is asked, wherever the fleet's own libraries are written to."""
    text = repr((demand._replace(links=None), tuple(libraries)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def groups_of(inputs: Inputs, sorts: frozenset[Sort], extras: Sequence[str]) -> list[Group]:
    """The sets that are asked for: of `sorts`, and of the extras only `extras` where any is."""
    return [
        group
        for group in inputs.groups
        if group.sort in sorts
        and (group.sort is not Sort.EXTRA or not extras or group.name in extras)
    ]

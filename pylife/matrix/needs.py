"""Which projects of the run a project needs: said by the fleet, or named in its own files."""

from collections.abc import Mapping
from dataclasses import replace

from pylife.matrix import extras, names
from pylife.matrix.base import MatrixProject


def required(project: MatrixProject, projects: Mapping[str, MatrixProject]) -> tuple[str, ...]:
    """The names of what `project` requires, also indirectly, without itself; sorted.

    Those that are not among `projects` are left out.
    """
    found: set[str] = set()
    waiting = list(project.requires)
    while waiting:
        name = waiting.pop()
        if name not in found and name in projects:
            found.add(name)
            waiting.extend(projects[name].requires)
    return tuple(sorted(found - {project.name}))


def needed(projects: Mapping[str, MatrixProject]) -> dict[str, tuple[str, ...]]:
    """For each project what it may need, also indirectly: required, or only mentioned.

    A test extra or a noxfile can ask for a library that the fleet's
    requirements do not have. One too many costs the building of a wheel; one
    too few would look like a failure.
    """
    alone = names.alone(projects.values())

    def mentioned(one: MatrixProject) -> list[str]:
        others = alone.keys() - {names.distribution(one)}
        return [alone[called] for called in extras.mentioned(one.folder, others)]

    wider = {
        name: replace(one, requires=(*one.requires, *mentioned(one)))
        for name, one in projects.items()
    }
    return {name: required(one, wider) for name, one in wider.items()}

"""The internal dependency graph: which members of the fleet require which."""

from collections.abc import Iterable

from pylife.model import Project


def internal(projects: Iterable[Project]) -> dict[str, tuple[str, ...]]:
    """For each project the members of the fleet that it requires, both by name, sorted."""
    listed = list(projects)
    names = {project.name for project in listed}
    return {
        project.name: tuple(sorted(names.intersection(project.requires) - {project.name}))
        for project in listed
    }

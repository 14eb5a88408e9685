"""Which Pythons the jobs of a workflow really run, apart from what their lists say."""

from pylife.declarations.base import File, Runs
from pylife.declarations.ci import github_actions, github_steps
from pylife.model import Role
from pylife.syntax import yaml


def effective(file: File) -> list[Runs]:
    """The jobs of a workflow that speak of Python, with those that they run.

    What `exclude` leaves no combination, what a later `include` entry overwrites
    and what `if: false` turns off does not count. A job that calls another
    workflow without giving a Python is not known here: the other one says it.
    """
    found = []
    for name, node, items in github_actions.jobs(file):
        declared = [item for item in items if item.role is Role.TESTS]
        called = yaml.get(node, "uses")
        if github_steps.is_off(node):
            if declared:
                found.append(Runs(name, frozenset(), f"jobs.{name}.if is false"))
            continue
        unknown = [item.unreadable for item in declared if item.unreadable is not None]
        pythons = frozenset(python for item in declared for python in item.effective)
        if unknown:
            found.append(Runs(name, None, unknown[0]))
        elif declared:
            chosen = any("that an expression chooses" in item.note for item in declared)
            reason = "an expression chooses among them" if chosen else ""
            found.append(Runs(name, pythons, reason))
        elif yaml.is_scalar(called):
            found.append(Runs(name, None, f"{called.value} says it"))
    return found

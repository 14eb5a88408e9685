"""Policies: TOML files that turn the release calendar and a day into a support window.

`find` or `parse` a policy, narrow it by `for_project`, and look at it on a day by `window`;
`dependency_floors` has what it says of dependencies. What most policies do not need is loaded
where it is needed: this package is on the way of every start.
"""

import datetime as dt
from collections.abc import Container

from pylife.model import Project
from pylife.policy.load import find, names, parse
from pylife.policy.records import Policy
from pylife.policy.window import StageInfo, Window, backwards, window

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pylife.policy.floors import Floor

__all__ = [
    "Policy",
    "StageInfo",
    "Window",
    "backwards",
    "dependency_floors",
    "find",
    "for_project",
    "names",
    "parse",
    "window",
]


def for_project(policy: Policy, project: Project) -> Policy:
    """`policy` with its scopes that match `project`; see `pylife.policy.scopes`.

    Projects that the same scopes match get the same object, so that a fleet has few windows.
    """
    if not policy.scopes:
        return policy
    from pylife.policy import scopes

    return scopes.for_project(policy, project)


def dependency_floors(
    policy: Policy, as_of: dt.date, only: Container[str] | None = None
) -> "dict[str, Floor]":
    """The least supported minor release of each package that `policy` names, on a day.

    With `only`, of these packages (their normalised names); no data is read where it has none.
    """
    if not any(only is None or rule.name in only for rule in policy.dependencies):
        return {}
    from pylife.policy import floors

    return floors.dependency_floors(policy, as_of, only)

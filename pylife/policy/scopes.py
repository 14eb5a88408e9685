"""Scopes: what a policy says for some projects only."""

from fnmatch import fnmatchcase
from functools import lru_cache

from pylife.model import Project
from pylife.policy.load import applied
from pylife.policy.parts import Scope
from pylife.policy.records import Policy


def for_project(policy: Policy, project: Project) -> Policy:
    """`policy` with its scopes that match `project`, the later ones winning.

    Projects that the same scopes match get the same object.
    """
    matching = tuple(n for n, scope in enumerate(policy.scopes) if _matches(scope, project))
    return _scoped(policy, matching) if matching else policy


@lru_cache(maxsize=1024)
def _scoped(policy: Policy, matching: tuple[int, ...]) -> Policy:
    merged = policy.settings
    for number in matching:
        merged = policy.scopes[number].settings.over(merged)
    words = "; ".join(str_of(policy.scopes[number]) for number in matching)
    return applied(policy, merged)._replace(scope=words)


def str_of(scope: Scope) -> str:
    """A scope for people: `kind model or image, tier 1`."""
    return ", ".join(
        f"{name} {' or '.join(str(value) for value in values)}" for name, values in scope.selectors
    )


def _matches(scope: Scope, project: Project) -> bool:
    return all(_one(name, values, project) for name, values in scope.selectors)


def _one(name: str, values: tuple[str | int, ...], project: Project) -> bool:
    match name:
        case "kind":
            return project.kind.value in values
        case "tier":
            return project.tier in values
        case "owner":
            text = project.owner
        case "path":
            text = project.path
        case _:
            text = project.name
    return text is not None and any(fnmatchcase(text, str(value)) for value in values)


def alone(policy: Policy, number: int) -> Policy:
    """`policy` for a project that only the scope `number` (from 0) matches."""
    return _scoped(policy, (number,))

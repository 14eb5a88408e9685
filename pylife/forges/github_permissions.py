"""What pylife may not do in a repository, told before anything is tried.

A classic token names its scopes in every answer, an App's token names its permissions when
it is made; a fine-grained token does not say what it may do (GitHub's documents, "Permissions
required for fine-grained personal access tokens", seen 2026-11).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pylife.forges.base import UNKNOWN

_WORKFLOWS = ".github/workflows/"
_APP = (
    ("contents", "write", "to make branches and commits"),
    ("pull_requests", "write", "to open pull requests"),
)


def missing(
    repository: Mapping[str, Any],
    paths: Sequence[str],
    *,
    scopes: Iterable[str] | None,
    permissions: Mapping[str, str] | None,
) -> list[str]:
    """The lines for `repository` (GitHub's JSON) and `paths` in it.

    `scopes` are those of a classic token, `permissions` those of an App's installation; None
    where there are none to be known.
    """
    name = str(repository["full_name"])
    if repository.get("archived"):
        return [f"{name} is archived: nothing in it can be changed"]
    if repository.get("disabled"):
        return [f"{name} is disabled by GitHub"]
    workflows = sorted(path for path in paths if path.startswith(_WORKFLOWS))
    if permissions is not None:
        return _app(name, workflows, permissions)
    held = repository.get("permissions")
    found = []
    if held is not None and not held.get("push"):
        found.append(f"the token's account may not push to {name}")
    if scopes is not None:
        return found + _classic(name, workflows, frozenset(scopes), bool(repository["private"]))
    if held is None:
        found.append(f"{UNKNOWN}whether the token may push to {name}: GitHub does not say")
    if workflows:
        found.append(
            f"{UNKNOWN}whether the token may change {_files(workflows)} of {name}:"
            " a fine-grained token does not say so; it takes the permission Workflows (write)"
        )
    return found


def _app(name: str, workflows: list[str], permissions: Mapping[str, str]) -> list[str]:
    needed = [*_APP]
    if workflows:
        needed.append(("workflows", "write", f"to change {_files(workflows)}"))
    return [
        f"the GitHub App lacks the permission {area} ({level}) in {name}, {why}"
        for area, level, why in needed
        if permissions.get(area) not in {level, "admin"}
    ]


def _classic(
    name: str,
    workflows: list[str],
    scopes: frozenset[str],
    private: bool,  # noqa: FBT001 - inner
) -> list[str]:
    found = []
    if "repo" not in scopes and (private or "public_repo" not in scopes):
        found.append(f"the token lacks the scope repo, to open pull requests in {name}")
    if workflows and "workflow" not in scopes:
        found.append(f"the token lacks the scope workflow, to change {_files(workflows)} of {name}")
    return found


def _files(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"

"""Which repositories an organisation, a user or an App's installation has on GitHub."""

from typing import Any, NamedTuple

from pylife.forges.github_api import Api
from pylife.forges.github_errors import RefusedError


class Listed(NamedTuple):
    """A repository: `owner/name`, where to clone it from, and what it is.

    `default_branch` is empty for one that GitHub gives none for.
    """

    name: str
    clone_url: str
    default_branch: str
    archived: bool
    fork: bool
    private: bool


def repositories(api: Api, owner: str = "") -> list[Listed]:
    """The repositories of an organisation or user, sorted by name, whatever their state.

    Without an `owner` those that the App's installation was given, or that the token's
    account owns or is a member of. Raises ToolError where GitHub does not list them.
    """
    what = f"listing the repositories of {owner or 'the installation'}"
    if not owner and api.app is not None:
        found = api.each(what, "installation", "repositories", key="repositories")
    elif not owner:
        found = api.each(what, "user", "repos")
    else:
        found = _owned(api, what, owner)
    return sorted({_listed(item) for item in found}, key=lambda item: item.name.lower())


def _owned(api: Api, what: str, owner: str) -> list[dict[str, Any]]:
    """An organisation's, or where there is none of that name, a user's."""
    try:
        return api.each(what, "orgs", owner, "repos", type="all")
    except RefusedError as error:
        if error.status != 404:
            raise
    return api.each(what, "users", owner, "repos", type="owner")


def _listed(item: dict[str, Any]) -> Listed:
    return Listed(
        name=str(item["full_name"]),
        clone_url=str(item.get("clone_url") or ""),
        default_branch=str(item.get("default_branch") or ""),
        archived=bool(item.get("archived")),
        fork=bool(item.get("fork")),
        private=bool(item.get("private")),
    )

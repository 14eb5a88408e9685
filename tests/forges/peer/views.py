"""Users and repositories as the JSON that GitHub's description asks for."""

from typing import Any
from urllib.parse import quote

from tests.forges.peer.clock import instant
from tests.forges.peer.state import Hosted, User
from tests.forges.peer.wire import Call, Json

_USER_URLS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


_REPOSITORY_URLS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def node(kind: str, number: int | str) -> str:
    """What GraphQL calls it."""
    return f"{kind}_{number}"


def user(call: Call, who: User) -> Json:
    """A simple user."""
    url = f"{call.api}/users/{quote(who.login)}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": node("U", who.id),
        "avatar_url": f"{call.web}/avatars/{who.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{call.web}/{quote(who.login)}",
        "type": who.kind,
        "site_admin": False,
        "user_view_type": "public",
    } | {key: url + rest for key, rest in _USER_URLS.items()}


def someone(call: Call, who: User) -> Json | None:
    """A user where the description takes null: None for one whose account is gone."""
    return None if who.gone else user(call, who)


def present(call: Call, who: User) -> Json:
    """A user where the description takes no null: `ghost` for one whose account is gone."""
    return user(call, call.hub.user("ghost") if who.gone else who)


def account(call: Call, who: User) -> Json:
    """A public user with their profile."""
    return user(call, who) | {
        "name": who.login,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z",
    }


def repository(call: Call, what: Hosted) -> Json:
    """A repository with all that any of the schemas asks for."""
    url = f"{call.api}/repos/{what.full_name}"
    page = f"{call.web}/{what.full_name}"
    opened = sum(issue.state == "open" for issue in what.issues.values())
    counts = ("forks", "stargazers", "watchers", "network", "subscribers")
    view: Json = {
        "id": what.id,
        "node_id": node("R", what.id),
        "name": what.name,
        "full_name": what.full_name,
        "private": what.private,
        "owner": user(call, what.owner),
        "html_url": page,
        "description": what.description,
        "fork": what.parent is not None,
        "url": url,
        "clone_url": f"{page}.git",
        "git_url": f"{page}.git",
        "ssh_url": f"git@peer.example:{what.full_name}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": "Python",
        "license": None,
        "size": 1,
        "default_branch": what.default,
        "open_issues": opened,
        "open_issues_count": opened,
        "topics": [],
        "has_issues": what.issues_enabled,
        "has_projects": False,
        "has_wiki": False,
        "has_pages": False,
        "has_downloads": False,
        "has_discussions": False,
        "archived": what.archived,
        "disabled": False,
        "visibility": "private" if what.private else "public",
        "pushed_at": instant(what.pushed),
        "created_at": instant(what.created),
        "updated_at": instant(what.pushed),
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "forks": 0,
        "watchers": 0,
    }
    view |= {f"{name}_count": 0 for name in counts}
    view |= {key: url + rest for key, rest in _REPOSITORY_URLS.items()}
    if call.token is not None:
        view["permissions"] = permissions(what, call.token.user.login)
    return view


def permissions(what: Hosted, login: str) -> Json:
    """What `login` may do with the repository."""
    return {
        "admin": what.at_least(login, "admin"),
        "maintain": what.at_least(login, "maintain"),
        "push": what.at_least(login, "write"),
        "triage": what.at_least(login, "triage"),
        "pull": what.at_least(login, "read"),
    }


def full_repository(call: Call, what: Hosted) -> Json:
    """The repository by itself, with what it was forked from."""
    view = repository(call, what) | {
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_squash_merge": True,
        "delete_branch_on_merge": False,
    }
    if what.parent is not None:
        view["parent"] = view["source"] = repository(call, what.parent)
    return view


def listed(total: int, key: str, items: list[Any]) -> Json:
    """A list that tells how long it is."""
    return {"total_count": total, key: items}

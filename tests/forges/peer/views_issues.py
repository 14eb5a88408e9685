"""Issues and pull requests as the JSON that GitHub's description asks for."""

import html
from urllib.parse import quote

from tests.forges.peer.clock import instant
from tests.forges.peer.state import Comment, Hosted, Issue, Label, Review, User
from tests.forges.peer.views import node, present, repository, someone, user
from tests.forges.peer.wire import Call, Json


def label(call: Call, where: Hosted, what: Label) -> Json:
    """A label. The list of pull requests takes no null as description."""
    return {
        "id": what.id,
        "node_id": node("LA", what.id),
        "url": f"{call.api}/repos/{where.full_name}/labels/{quote(what.name)}",
        "name": what.name,
        "color": what.color,
        "default": False,
        "description": what.description,
    }


def _texts(call: Call, body: str | None) -> Json:
    if not call.full:
        return {}
    text = body or ""
    shown = f"<p>{html.escape(text)}</p>" if text else ""
    return {"body_html": shown, "body_text": text}


def comment(call: Call, where: Hosted, number: int, what: Comment) -> Json:
    """A comment of issue `number`."""
    url = f"{call.api}/repos/{where.full_name}/issues"
    return {
        "id": what.id,
        "node_id": node("IC", what.id),
        "url": f"{url}/comments/{what.id}",
        "html_url": f"{call.web}/{where.full_name}/issues/{number}#issuecomment-{what.id}",
        "issue_url": f"{url}/{number}",
        "user": someone(call, what.user),
        "created_at": instant(what.created),
        "updated_at": instant(what.updated),
        "author_association": association(where, what.user),
        "body": what.body,
    } | _texts(call, what.body)


def association(where: Hosted, who: User) -> str:
    """How `who` stands to the repository."""
    if who.gone:
        return "NONE"
    if who is where.owner:
        return "OWNER"
    return "COLLABORATOR" if where.at_least(who.login, "triage") else "NONE"


def issue(call: Call, where: Hosted, what: Issue) -> Json:
    """An issue; GitHub shows pull requests as issues too."""
    url = f"{call.api}/repos/{where.full_name}/issues/{what.number}"
    kind = "issues" if what.pull is None else "pull"
    page = f"{call.web}/{where.full_name}/{kind}/{what.number}"
    view = _common(call, where, what) | {
        "url": url,
        "repository_url": f"{call.api}/repos/{where.full_name}",
        "labels_url": url + "/labels{/name}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "user": someone(call, what.user),
        "comments": len(what.comments),
        "state_reason": what.state_reason,
        "closed_by": what.closed_by and someone(call, what.closed_by),
        "node_id": node("I" if what.pull is None else "PR", what.id),
    }
    if what.pull is not None:
        view["draft"] = what.pull.draft
        view["pull_request"] = {
            "url": f"{call.api}/repos/{where.full_name}/pulls/{what.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": what.pull.merged and instant(what.pull.merged),
        }
    return view


def _common(call: Call, where: Hosted, what: Issue) -> Json:
    people = [user(call, who) for who in what.assignees]
    return {
        "id": what.id,
        "number": what.number,
        "state": what.state,
        "locked": what.locked,
        "active_lock_reason": None,
        "title": what.title,
        "body": what.body,
        "labels": [label(call, where, one) for one in what.labels],
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": None,
        "created_at": instant(what.created),
        "updated_at": instant(what.updated),
        "closed_at": what.closed and instant(what.closed),
        "author_association": association(where, what.user),
    } | _texts(call, what.body)


def pull(call: Call, where: Hosted, what: Issue, *, whole: bool) -> Json:
    """A pull request: as in lists, or `whole` with its counts."""
    about = what.pull
    assert about is not None
    url = f"{call.api}/repos/{where.full_name}/pulls/{what.number}"
    issues = f"{call.api}/repos/{where.full_name}/issues/{what.number}"
    page = f"{call.web}/{where.full_name}/pull/{what.number}"
    links = {
        "self": url,
        "html": page,
        "issue": issues,
        "comments": f"{issues}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{call.api}/repos/{where.full_name}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{call.api}/repos/{where.full_name}/statuses/{about.head_sha}",
    }
    view = _common(call, where, what) | {
        "url": url,
        "node_id": node("PR", what.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issues,
        "merged_at": about.merged and instant(about.merged),
        "merge_commit_sha": about.merge_commit,
        "user": present(call, what.user) if whole else someone(call, what.user),
        "requested_reviewers": [user(call, who) for who in about.reviewers],
        "requested_teams": [team(call, where, slug) for slug in about.teams],
        "draft": about.draft,
        "auto_merge": None,
        "head": _end(call, about.head_repository, about.head, about.head_sha),
        "base": _end(call, where, about.base, about.base_sha),
        "_links": {name: {"href": address} for name, address in links.items()},
    }
    view |= {f"{name}_url": links[name] for name in links if name not in {"self", "html", "issue"}}
    if not whole:
        for one in view["labels"]:
            one["description"] = one["description"] or ""
        return view
    return view | _counts(call, where, what)


def _end(call: Call, where: Hosted, branch: str, sha: str) -> Json:
    return {
        "label": f"{where.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(call, where.owner),
        "repo": None if where.gone else repository(call, where),
    }


def _counts(call: Call, where: Hosted, what: Issue) -> Json:
    about = what.pull
    assert about is not None
    start = where.git.base(about.base_sha, about.head_sha)
    files = where.git.differences(start, about.head_sha)
    clean = where.git.merged_tree(about.base_sha, about.head_sha) is not None
    opened = what.state == "open"
    return {
        "merged": about.merged is not None,
        "mergeable": clean if opened else None,
        "rebaseable": clean if opened else None,
        "mergeable_state": ("clean" if clean else "dirty") if opened else "unknown",
        "merged_by": about.merged_by and someone(call, about.merged_by),
        "comments": len(what.comments),
        "review_comments": 0,
        "maintainer_can_modify": about.maintainer_can_modify,
        "commits": len(where.git.between(start, about.head_sha)),
        "additions": sum(file.added for file in files),
        "deletions": sum(file.removed for file in files),
        "changed_files": len(files),
    }


def team(call: Call, where: Hosted, slug: str) -> Json:
    """A team of the repository's owner."""
    url = f"{call.api}/organizations/{where.owner.id}/team/{slug}"
    return {
        "id": call.hub.number_of(f"{where.owner.login}/{slug}"),
        "node_id": node("T", slug),
        "url": url,
        "html_url": f"{call.web}/orgs/{where.owner.login}/teams/{slug}",
        "name": slug,
        "slug": slug,
        "description": None,
        "privacy": "closed",
        "permission": "push",
        "type": "organization",
        "members_url": url + "/members{/member}",
        "repositories_url": f"{url}/repos",
        "parent": None,
    }


def review(call: Call, where: Hosted, number: int, what: Review) -> Json:
    """A review of pull request `number`."""
    page = f"{call.web}/{where.full_name}/pull/{number}#pullrequestreview-{what.id}"
    url = f"{call.api}/repos/{where.full_name}/pulls/{number}"
    return {
        "id": what.id,
        "node_id": node("PRR", what.id),
        "user": someone(call, what.user),
        "body": what.body,
        "state": what.state,
        "html_url": page,
        "pull_request_url": url,
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "submitted_at": instant(what.submitted),
        "commit_id": what.commit,
        "author_association": association(where, what.user),
    } | _texts(call, what.body)

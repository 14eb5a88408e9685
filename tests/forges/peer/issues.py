"""Operations on issues, comments and labels."""

from typing import Any

from tests.forges.peer import views_issues
from tests.forges.peer.state import Comment, Hosted, Issue, Label
from tests.forges.peer.wire import Call, RefusedError, Reply, invalid, route

_LONGEST = 65_536
"""Characters that a body may have."""


def _found(call: Call) -> tuple[Hosted, Issue]:
    what, number = call.repository, call.values["issue_number"]
    issue = what.issues.get(int(number)) if number.isdigit() else None
    if issue is None:
        raise RefusedError(404, "Not Found")
    if issue.pull is None and not what.issues_enabled:
        raise RefusedError(410, "Issues are disabled for this repo")
    return what, issue


def _short(text: str | None) -> str | None:
    if text is not None and len(text) > _LONGEST:
        raise invalid("Issue", f"body is too long (maximum is {_LONGEST} characters)", "body")
    return text


def _names(value: Any) -> list[str]:
    given = value.get("labels", []) if isinstance(value, dict) else value
    return [one["name"] if isinstance(one, dict) else str(one) for one in given]


@route("GET", "/repos/{owner}/{repo}/issues", "issues:read")
def issues(call: Call) -> Reply:
    """Issues and, as on GitHub, pull requests too; newest first."""
    what, query = call.repository, call.query
    if not what.issues_enabled:
        raise RefusedError(410, "Issues are disabled for this repo")
    state, creator = query.get("state", "open"), query.get("creator")
    wanted = {name.lower() for name in query.get("labels", "").split(",") if name}
    found = [
        issue
        for issue in what.issues.values()
        if (state in {"all", issue.state})
        and wanted <= {label.name.lower() for label in issue.labels}
        and (creator is None or issue.user.login == creator)
    ]
    if query.get("sort") == "updated":
        found.sort(key=lambda issue: issue.updated)
    shown, headers = call.paged(found if query.get("direction") == "asc" else found[::-1])
    return Reply(200, [views_issues.issue(call, what, issue) for issue in shown], headers)


@route("POST", "/repos/{owner}/{repo}/issues", "issues:write")
def create(call: Call) -> Reply:
    """Open an issue."""
    what, wanted = call.repository, call.body
    if not what.issues_enabled:
        raise RefusedError(410, "Issues are disabled for this repo")
    issue = call.hub.open_issue(what, call.user, str(wanted["title"]), _short(wanted.get("body")))
    if what.at_least(call.user.login, "triage"):
        issue.labels = [call.hub.label(what, name) for name in _names(wanted)]
    view = views_issues.issue(call, what, issue)
    return Reply(201, view, {"Location": view["url"]})


@route("GET", "/repos/{owner}/{repo}/issues/{issue_number}", "issues:read")
def issue(call: Call) -> Reply:
    """One issue or pull request."""
    return Reply(200, views_issues.issue(call, *_found(call)))


@route("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}", "issues:write")
def update(call: Call) -> Reply:
    """Change title, body, state or labels."""
    what, issue = _found(call)
    wanted = call.body
    if issue.user is not call.user and not what.at_least(call.user.login, "triage"):
        raise RefusedError(403, "Must have admin rights to Repository.")
    if wanted.get("title"):
        issue.title = str(wanted["title"])
    if "body" in wanted:
        issue.body = _short(wanted["body"])
    if "labels" in wanted:
        issue.labels = [call.hub.label(what, name) for name in _names(wanted)]
    if wanted.get("state") == "closed":
        call.hub.close(issue, call.user, wanted.get("state_reason") or "completed")
    elif wanted.get("state") == "open":
        call.hub.reopen(what, issue)
    issue.updated = call.hub.clock()
    return Reply(200, views_issues.issue(call, what, issue))


@route("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", "issues:read")
def comments(call: Call) -> Reply:
    """Its comments, oldest first."""
    what, issue = _found(call)
    shown, headers = call.paged(issue.comments)
    return Reply(
        200, [views_issues.comment(call, what, issue.number, one) for one in shown], headers
    )


@route("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", "issues:write")
def create_comment(call: Call) -> Reply:
    """Comment on it."""
    what, issue = _found(call)
    body = _short(str(call.body["body"]))
    if not body:
        raise invalid("IssueComment", "body cannot be blank", "body")
    view = views_issues.comment(call, what, issue.number, call.hub.comment(issue, call.user, body))
    return Reply(201, view, {"Location": view["url"]})


def _comment(call: Call) -> tuple[Issue, Comment]:
    for issue in call.repository.issues.values():
        for comment in issue.comments:
            if str(comment.id) == call.values["comment_id"]:
                return issue, comment
    raise RefusedError(404, "Not Found")


@route("GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}", "issues:read")
def one_comment(call: Call) -> Reply:
    """One comment."""
    issue, comment = _comment(call)
    return Reply(200, views_issues.comment(call, call.repository, issue.number, comment))


@route("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", "issues:write")
def update_comment(call: Call) -> Reply:
    """Change a comment."""
    issue, comment = _comment(call)
    if comment.user is not call.user and not call.repository.at_least(call.user.login, "write"):
        raise RefusedError(403, "Must have write access to the repository.")
    comment.body, comment.updated = str(call.body["body"]), call.hub.clock()
    return Reply(200, views_issues.comment(call, call.repository, issue.number, comment))


@route("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", "issues:write")
def delete_comment(call: Call) -> Reply:
    """Remove a comment."""
    issue, comment = _comment(call)
    issue.comments.remove(comment)
    return Reply(204)


@route("GET", "/repos/{owner}/{repo}/issues/{issue_number}/labels", "issues:read")
def labels_of(call: Call) -> Reply:
    """Its labels."""
    what, issue = _found(call)
    shown, headers = call.paged([views_issues.label(call, what, label) for label in issue.labels])
    return Reply(200, shown, headers)


@route("POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels", "labels:write")
def add_labels(call: Call) -> Reply:
    """Add labels; those that the repository lacks are made."""
    what, issue = _found(call)
    for name in _names(call.items):
        label = call.hub.label(what, name)
        if label not in issue.labels:
            issue.labels.append(label)
            issue.updated = call.hub.clock()
    return Reply(200, [views_issues.label(call, what, label) for label in issue.labels])


@route("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", "labels:write")
def remove_label(call: Call) -> Reply:
    """Take a label off it."""
    what, issue = _found(call)
    label = what.labels.get(call.values["name"].lower())
    if label not in issue.labels:
        raise RefusedError(404, "Label does not exist")
    issue.labels.remove(label)
    issue.updated = call.hub.clock()
    return Reply(200, [views_issues.label(call, what, one) for one in issue.labels])


@route("GET", "/repos/{owner}/{repo}/labels", "issues:read")
def labels(call: Call) -> Reply:
    """The labels of the repository."""
    what = call.repository
    shown, headers = call.paged(
        [views_issues.label(call, what, one) for one in what.labels.values()]
    )
    return Reply(200, shown, headers)


@route("POST", "/repos/{owner}/{repo}/labels", "issues:write")
def create_label(call: Call) -> Reply:
    """Make a label."""
    what, wanted = call.repository, call.body
    if not what.at_least(call.user.login, "write"):
        raise RefusedError(404, "Not Found")
    name = str(wanted["name"])
    if name.lower() in what.labels:
        error = {"resource": "Label", "code": "already_exists", "field": "name"}
        raise RefusedError(422, "Validation Failed", errors=[error])
    label = call.hub.label(what, name)
    label.color = wanted.get("color", label.color)
    label.description = wanted.get("description")
    view = views_issues.label(call, what, label)
    return Reply(201, view, {"Location": view["url"]})


@route("GET", "/repos/{owner}/{repo}/labels/{name}", "issues:read")
def label(call: Call) -> Reply:
    """One label."""
    found: Label | None = call.repository.labels.get(call.values["name"].lower())
    if found is None:
        raise RefusedError(404, "Not Found")
    return Reply(200, views_issues.label(call, call.repository, found))

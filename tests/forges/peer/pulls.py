"""Operations on pull requests."""

from tests.forges.peer import views, views_git, views_issues
from tests.forges.peer.repositories import resolve
from tests.forges.peer.state import Hosted, Issue, Pull
from tests.forges.peer.wire import Call, RefusedError, Reply, invalid, route


def _found(call: Call) -> tuple[Hosted, Issue, Pull]:
    what, number = call.repository, call.values["pull_number"]
    issue = what.issues.get(int(number)) if number.isdigit() else None
    if issue is None or issue.pull is None:
        raise RefusedError(404, "Not Found")
    return what, issue, issue.pull


@route("GET", "/repos/{owner}/{repo}/pulls", "pull_requests:read")
def pulls(call: Call) -> Reply:
    """The pull requests that are wanted; `head` counts only with its owner, as on GitHub."""
    what = call.repository
    state, head, base = (call.query.get(key, "") for key in ("state", "head", "base"))
    owner, colon, branch = head.partition(":")
    found = []
    for issue in what.pulls():
        pull = issue.pull
        assert pull is not None
        source = pull.head_repository.owner.login.lower()
        if (
            (state == "all" or issue.state == (state or "open"))
            and (not base or pull.base == base)
            and (not colon or (source, pull.head) == (owner.lower(), branch))
        ):
            found.append(issue)
    if call.query.get("sort") == "updated":
        found.sort(key=lambda issue: issue.updated)
    ascending = call.query.get("direction") == "asc"
    shown, headers = call.paged(found if ascending else found[::-1])
    return Reply(200, [views_issues.pull(call, what, one, whole=False) for one in shown], headers)


@route("POST", "/repos/{owner}/{repo}/pulls", "pull_requests:write")
def create(call: Call) -> Reply:
    """Open a pull request; only one may be open from a branch to another."""
    what, wanted = call.repository, call.body
    owner, _, branch = str(wanted["head"]).rpartition(":")
    source = what
    if owner and owner.lower() != what.owner.login.lower():
        known = call.hub.named(f"{owner}/{what.name}")
        if known is None:
            raise invalid("PullRequest", "head is not a repository", "head")
        source = known
    if not wanted.get("title"):
        raise invalid("PullRequest", "title is missing", "title")
    issue = call.hub.open_pull(
        what, call.user, wanted["title"], wanted.get("body"), head=branch,
        base=wanted["base"], source=source, draft=bool(wanted.get("draft")),
    )  # fmt: skip
    view = views_issues.pull(call, what, issue, whole=True)
    return Reply(201, view, {"Location": view["url"]})


@route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", "pull_requests:read")
def pull(call: Call) -> Reply:
    """One pull request."""
    what, issue, _ = _found(call)
    return Reply(200, views_issues.pull(call, what, issue, whole=True))


@route("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", "pull_requests:write")
def update(call: Call) -> Reply:
    """Change title, body, state or base."""
    what, issue, about = _found(call)
    wanted = call.body
    if issue.user is not call.user and not what.at_least(call.user.login, "triage"):
        raise RefusedError(403, "Must have triage rights to Repository.")
    if "base" in wanted and wanted["base"] != about.base:
        head = what.git.head(wanted["base"])
        if head is None:
            raise invalid("PullRequest", "base is not a branch", "base")
        about.base, about.base_sha = wanted["base"], head
    if wanted.get("title"):
        issue.title = wanted["title"]
    if "body" in wanted:
        issue.body = wanted["body"]
    if wanted.get("state") == "closed":
        call.hub.close(issue, call.user)
    elif wanted.get("state") == "open":
        call.hub.reopen(what, issue)
    issue.updated = call.hub.clock()
    return Reply(200, views_issues.pull(call, what, issue, whole=True))


@route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", "pull_requests:read")
def commits(call: Call) -> Reply:
    """Its commits, oldest first; GitHub shows 250 at most."""
    what, _, about = _found(call)
    start = what.git.base(about.base_sha, about.head_sha)
    names = what.git.between(start, about.head_sha)[:250]
    found = [commit for name in names if (commit := what.git.show(name)) is not None]
    shown, headers = call.paged([views_git.commit(call, what, commit) for commit in found])
    return Reply(200, shown, headers)


@route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", "pull_requests:read")
def files(call: Call) -> Reply:
    """The files that it changes."""
    what, _, about = _found(call)
    start = what.git.base(about.base_sha, about.head_sha)
    shown, headers = call.paged(views_git.files(call, what, start, about.head_sha))
    return Reply(200, shown, headers)


@route("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", "contents:write")
def merge(call: Call) -> Reply:
    """Merge it."""
    what, issue, about = _found(call)
    wanted = call.body
    if wanted.get("sha") not in {None, about.head_sha}:
        raise RefusedError(409, "Head branch was modified. Review and try the merge again.")
    call.hub.guard(what, about.base, call.user.login, "update")
    sha = call.hub.merge(what, issue, call.user, wanted.get("merge_method", "merge"))
    view = {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}
    return Reply(200, view)


@route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", "pull_requests:read")
def reviews(call: Call) -> Reply:
    """Its reviews."""
    what, issue, about = _found(call)
    shown, headers = call.paged(
        [views_issues.review(call, what, issue.number, r) for r in about.reviews]
    )
    return Reply(200, shown, headers)


@route(
    "POST", "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", "pull_requests:write"
)
def request_reviewers(call: Call) -> Reply:
    """Ask for reviews: of collaborators and teams, never of its author."""
    what, issue, about = _found(call)
    if not what.at_least(call.user.login, "triage"):
        raise RefusedError(403, "Must have triage rights to Repository.")
    logins, teams = call.body.get("reviewers", []), call.body.get("team_reviewers", [])
    for login in logins:
        who = call.hub.users.get(login.lower())
        if who is issue.user:
            raise RefusedError(
                422, "Review cannot be requested from pull request author.", errors=[]
            )
        if who is None or who.gone or what.roles.get(who.login, "none") == "none":
            raise RefusedError(
                422,
                "Reviews may only be requested from collaborators. One or more of the users or"
                f" teams you specified is not a collaborator of the {what.full_name} repository.",
                errors=[],
            )
        if who not in about.reviewers:
            about.reviewers.append(who)
    for slug in teams:
        if slug not in call.hub.teams.get(what.owner.login.lower(), set()):
            raise RefusedError(422, "Could not resolve to a node with the team's name.", errors=[])
        if slug not in about.teams:
            about.teams.append(slug)
    issue.updated = call.hub.clock()
    return Reply(201, views_issues.pull(call, what, issue, whole=False))


@route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", "checks:read")
def check_runs(call: Call) -> Reply:
    """The check runs of a commit."""
    what, sha = call.repository, resolve(call, call.values["ref"]).sha
    found = [check for check in what.checks if check.sha == sha]
    shown, headers = call.paged([views_git.check(call, what, check) for check in found])
    return Reply(200, views.listed(len(found), "check_runs", shown), headers)


@route("GET", "/repos/{owner}/{repo}/commits/{ref}/status", "statuses:read")
def combined_status(call: Call) -> Reply:
    """The newest status of each context, and what they come to; `pending` where there are none."""
    what, sha = call.repository, resolve(call, call.values["ref"]).sha
    newest = {status.context: status for status in what.statuses if status.sha == sha}
    states = {status.state for status in newest.values()}
    state = "pending"
    if states & {"failure", "error"}:
        state = "failure"
    elif states == {"success"}:
        state = "success"
    url = f"{call.api}/repos/{what.full_name}/commits/{sha}"
    view = views.listed(
        len(newest), "statuses", [views_git.status(call, what, one) for one in newest.values()]
    ) | {
        "state": state,
        "sha": sha,
        "repository": views.repository(call, what),
        "commit_url": url,
        "url": f"{url}/status",
    }
    return Reply(200, view)

"""Pull requests, issues and comments on GitHub: found again, made once, told as records."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from pylife.forges import github_body
from pylife.forges.github_api import Api
from pylife.forges.github_errors import LostError, RefusedError
from pylife.model import Checks, PullRequest, Repository

Json = dict[str, Any]

_FAILED = frozenset({"failure", "timed_out", "action_required", "startup_failure"})
_PASSED = frozenset({"success", "neutral", "skipped"})
GONE = 410
_NO_DRAFTS = "draft pull requests are not supported"
_THERE = "already exists"


def of_branch(api: Api, project: str, branch: str) -> Json | None:
    """The pull request of the repository's own `branch`: the open one, else the newest."""
    owner = project.split("/", maxsplit=1)[0]
    found = api.each(
        f"looking for the pull request of {branch!r} in {project}",
        *("repos", *project.split("/"), "pulls"),
        state="all",
        head=f"{owner}:{branch}",
    )
    own = [pull for pull in found if pull["head"]["ref"] == branch and inside(pull)]
    own.sort(key=lambda pull: (pull["state"] == "open", pull["number"]), reverse=True)
    return own[0] if own else None


def numbered(api: Api, project: str, number: int) -> Json:
    """The pull request of that number."""
    what = f"reading the pull request {number} of {project}"
    found: Json = api.get(what, "repos", *project.split("/"), "pulls", number)
    return found


def listed(api: Api, project: str, creator: str | None) -> list[Json]:
    """All pull requests that pylife opened, newest first, as issues or pull requests.

    By who made them where that is known, which reads far less.
    """
    what, where = f"listing the pull requests of {project}", ("repos", *project.split("/"))
    if creator is not None:
        try:
            found = api.each(what, *where, "issues", state="all", creator=creator)
            return [issue for issue in found if issue.get("pull_request")]
        except RefusedError as error:
            if error.status != GONE:  # issues are switched off
                raise
    return api.each(what, *where, "pulls", state="all")


def create(api: Api, project: str, fields: Json) -> Json:
    """Open a pull request with GitHub's `fields`, or find the one that was opened just now.

    A repository that knows no drafts gets one that is none.
    """
    what = f"opening a pull request in {project}"
    where = ("repos", *project.split("/"), "pulls")

    def look() -> Json | None:
        found = of_branch(api, project, fields["head"])
        return found if found is not None and found["state"] == "open" else None

    try:
        return api.make(what, *where, body=fields, look=look)
    except RefusedError as error:
        if fields.get("draft") and _NO_DRAFTS in error.said.lower():
            return create(api, project, {**fields, "draft": False})
        known = look() if _THERE in error.said.lower() else None
        if known is None:
            raise
        return known


def edit(api: Api, project: str, number: int, fields: Json) -> Json:
    """Change title, body, base or state."""
    what = f"changing the pull request {number} of {project}"
    where = ("repos", *project.split("/"), "pulls", number)
    found: Json = api.change(what, "PATCH", *where, body=fields)
    return found


def ready(api: Api, pull: Json) -> bool:
    """Make a draft one that is none; False where GitHub does not do it.

    There is no way but GraphQL's, with the same address and token.
    """
    query = (
        "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id})"
        " { pullRequest { isDraft } } }"
    )
    try:
        said = api.mutate("marking a draft as ready", query, {"id": pull["node_id"]})
    except (RefusedError, LostError):
        return False
    return bool(said) and not said.get("errors")


def tell(api: Api, project: str, number: int, topic: str, text: str) -> bool:
    """Comment once: False where there is a comment on `topic` already."""
    where = ("repos", *project.split("/"), "issues", number, "comments")
    what = f"commenting on {project}#{number}"
    mark = f"<!-- pylife-topic: {topic} -->"

    def look() -> Json | None:
        found = api.each(what, *where)
        return next((item for item in found if mark in (item.get("body") or "")), None)

    if look() is not None:
        return False
    api.make(what, *where, body={"body": f"{text}\n\n{mark}\n"}, look=look)
    return True


def label(api: Api, project: str, number: int, labels: Sequence[str]) -> str:
    """Add labels; returns what went wrong, empty for nothing."""
    where = ("repos", *project.split("/"), "issues", number, "labels")
    try:
        api.change("adding labels", "POST", *where, body={"labels": list(labels)})
    except RefusedError as error:
        return str(error)
    return ""


def ask_reviewers(api: Api, project: str, number: int, names: Sequence[str]) -> list[str]:
    """Ask people (`user`) and teams (`org/team`) for a review; returns what went wrong, by name.

    One that is not known does not keep the others from being asked.
    """
    if not names:
        return []
    where = ("repos", *project.split("/"), "pulls", number, "requested_reviewers")
    body = {
        "reviewers": [name for name in names if "/" not in name],
        "team_reviewers": [name.split("/", 1)[1] for name in names if "/" in name],
    }
    try:
        api.change(f"asking {', '.join(names)} for a review", "POST", *where, body=body)
    except RefusedError as error:
        if len(names) == 1 or error.status != 422:
            return [str(error)]
        return [line for name in names for line in ask_reviewers(api, project, number, [name])]
    return []


def checks(api: Api, project: str, commit: str) -> tuple[Checks, tuple[str, ...]]:
    """What check runs and statuses say of a commit, and the names of those that fail."""
    where = ("repos", *project.split("/"), "commits", commit)
    what = f"reading the checks of {project}"
    runs = api.each(what, *where, "check-runs", key="check_runs")
    statuses = api.get(what, *where, "status", per_page=100).get("statuses", [])
    failing = {str(run["name"]) for run in runs if run.get("conclusion") in _FAILED}
    failing |= {str(s["context"]) for s in statuses if s["state"] in {"failure", "error"}}
    # One that was cancelled or grew stale says nothing yet.
    pending = any(run.get("conclusion") not in _PASSED for run in runs)
    pending = pending or any(status["state"] == "pending" for status in statuses)
    if failing:
        return Checks.FAILING, tuple(sorted(failing))
    if pending:
        return Checks.PENDING, ()
    return (Checks.PASSING if runs or statuses else Checks.NONE), ()


def dashboard(
    api: Api, project: str, creator: str | None, topic: str, title: str, body: str
) -> str:
    """Make the issue of `topic` be as given, and return its address.

    One that people closed is left as it is.
    """
    where = ("repos", *project.split("/"), "issues")
    what = f"keeping the issue on {topic!r} in {project}"
    mark = f"<!-- pylife-dashboard: {re.sub(r'[^A-Za-z0-9._/-]+', '-', topic)} -->"
    text = f"{github_body.fit(body, github_body.LIMIT - len(mark) - 4)}\n\n{mark}\n"
    by = {"creator": creator} if creator else {}

    def look() -> Json | None:
        found = api.each(what, *where, state="all", **by)
        return next(
            (i for i in found if mark in (i.get("body") or "") and not i.get("pull_request")), None
        )

    known = look()
    if known is None:
        known = api.make(what, *where, body={"title": title, "body": text}, look=look)
    elif known["state"] == "open" and (known["title"], _plain(known["body"])) != (
        title,
        _plain(text),
    ):
        fields = {"title": title, "body": text}
        api.change(what, "PATCH", *where, known["number"], body=fields)
    return str(known["html_url"])


def record(
    where: Repository, pull: Json, *, edited: bool = False, base: str = "", head: str = ""
) -> PullRequest:
    """What pylife says of a pull request, or of an issue that is one."""
    wrote = github_body.read(pull.get("body")).wrote
    merged = pull.get("merged_at") or (pull.get("pull_request") or {}).get("merged_at")
    return PullRequest(
        project=where.project,
        branch=(pull.get("head") or {}).get("ref") or (wrote.branch if wrote else ""),
        state="merged" if merged else str(pull["state"]),
        title=str(pull["title"]),
        digest=wrote.body if wrote else "",
        base=base or (pull.get("base") or {}).get("sha", ""),
        commit=head or (pull.get("head") or {}).get("sha", ""),
        edited=edited,
        where=str(pull["html_url"]),
        number=int(pull["number"]),
        draft=bool(pull.get("draft")),
        created=_instant(pull.get("created_at")),
        ended=_instant(merged or pull.get("closed_at")),
        retired=bool(wrote and wrote.state == "retired" and not merged and pull["state"] != "open"),
        forced=wrote.forced if wrote else "",
    )


def inside(pull: Json) -> bool:
    """Whether the branch is of the repository itself; a fork that is deleted is None."""
    head, base = pull["head"].get("repo"), pull["base"].get("repo")
    return head is not None and base is not None and head["id"] == base["id"]


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC) if text else None

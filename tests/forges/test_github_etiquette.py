"""A proposal on GitHub among people, one habit of theirs at a time."""

import datetime as dt
import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pylife.errors import ToolError
from pylife.forges import github_body as words
from pylife.forges.github_body import Wrote
from pylife.model import Checks, Outcome, PullRequest, Repository
from tests.forges.github_help import (
    BRANCH,
    CHANGED,
    FILES,
    PROJECT,
    WHERE,
    WORKFLOW,
    Campaign,
    standing,
)
from tests.forges.peer import Fault, Peer, Person


@pytest.fixture
def campaign(peer: Peer, tmp_path: Path) -> Campaign:
    """A project whose pull request was opened last night."""
    made = Campaign(peer, tmp_path / "library")
    assert made.run()[1] is Outcome.CREATED
    return made


@pytest.fixture
def dana(peer: Peer) -> Person:
    """Who maintains the project."""
    return peer.person("dana")


def test_it_is_one_commit_on_the_base(campaign: Campaign, peer: Peer) -> None:
    issue = campaign.issue
    assert campaign.is_one_commit()
    assert (campaign.file(), campaign.file(WORKFLOW)) == (CHANGED, b"on: push\n")
    assert (issue.title, campaign.labels()) == ("Support Python 3.11 to 3.15", ["python"])
    assert issue.body is not None
    assert issue.body.startswith("Why, and until when.\n")
    assert [who.login for who in campaign.pull.reviewers] == ["dana"]
    assert (issue.user, campaign.pull.base, campaign.pull.draft) == (peer.bot, "main", False)


def test_nothing_to_do_writes_nothing(campaign: Campaign, peer: Peer) -> None:
    before = standing(campaign.there)
    pull, outcome = campaign.run()
    assert (outcome, pull.number) == (Outcome.UNCHANGED, campaign.number)
    assert (peer.wrote(), standing(campaign.there)) == ([], before)


def test_what_it_costs(peer: Peer, tmp_path: Path) -> None:
    where = WHERE._replace(base="main")
    folder = tmp_path / "clone"
    campaign = Campaign(peer, folder)
    source = str(campaign.there.git.folder)

    def fetched() -> None:
        if not folder.exists():
            subprocess.run(["git", "clone", "-q", source, str(folder)], check=True)
        subprocess.run(["git", "-C", str(folder), "fetch", "-q"], check=True)

    fetched()
    campaign.run(repository=where)
    costs = {"create": len(peer.requests)}
    campaign.run(repository=where)
    costs["nothing"] = len(peer.requests)
    peer.person("dana").push(campaign.there, "main", {"other": "file\n"})
    fetched()
    campaign.run(repository=where)
    costs["update"] = len(peer.requests)
    assert costs == {"create": 8, "update": 5, "nothing": 2}


def test_a_second_time_within_the_night_asks_for_changes_alone(
    campaign: Campaign, peer: Peer
) -> None:
    forge = campaign.night()
    forge.open_or_update(campaign.wish())
    forge.open_or_update(campaign.wish())
    assert forge.spared == 2


# People commit


def test_a_person_pushes_to_the_branch(campaign: Campaign, dana: Person) -> None:
    sha = dana.push(campaign.there, BRANCH, {"fix.txt": "mine\n"})
    for body in ("Why, and until when.", "Something else."):
        pull, outcome = campaign.run(body=body)
        assert (outcome, pull.edited, campaign.head) == (Outcome.EDITED_BY_PEOPLE, True, sha)
    (said,) = campaign.comments()
    assert "pylife leaves it" in said


def test_a_person_force_pushes(campaign: Campaign, dana: Person) -> None:
    sha = dana.amend(campaign.there, BRANCH, {"pyproject.toml": "# better\n"})
    for _ in range(2):
        assert campaign.run()[1] is Outcome.EDITED_BY_PEOPLE
    assert (campaign.head, len(campaign.comments())) == (sha, 1)


def test_a_person_rebases_and_stays_no_author(campaign: Campaign, dana: Person) -> None:
    sha = dana.recommit(campaign.there, BRANCH)
    assert campaign.run()[1] is Outcome.EDITED_BY_PEOPLE
    assert campaign.head == sha


def test_a_person_merges_the_base_into_the_branch(campaign: Campaign, dana: Person) -> None:
    git = campaign.there.git
    base = dana.push(campaign.there, "main", {"other": "file\n"})
    tree = git.merged_tree(base, campaign.head or "")
    who = dana.hub.signature(dana.user)
    merge = git.commit(tree or "", [campaign.head or "", base], "Merge branch 'main'", who, who)
    dana.point(campaign.there, BRANCH, merge)
    assert campaign.run()[1] is Outcome.EDITED_BY_PEOPLE
    assert campaign.head == merge


def test_a_person_puts_the_branch_back_to_the_base(campaign: Campaign, dana: Person) -> None:
    dana.point(campaign.there, BRANCH, campaign.there.git.refs["refs/heads/main"])
    assert campaign.issue.state == "closed", "as GitHub does with what holds no commits"
    assert campaign.run()[1] is Outcome.DECLINED


def test_people_may_ask_for_it_anew(campaign: Campaign, dana: Person) -> None:
    dana.push(campaign.there, BRANCH, {"fix.txt": "mine\n"})
    campaign.run()
    body = campaign.issue.body or ""
    dana.edit(
        campaign.there,
        campaign.number,
        body=body.replace("- [ ] <!-- pylife-again", "- [x] <!-- pylife-again"),
    )
    assert campaign.run()[1] is Outcome.UPDATED
    assert campaign.is_one_commit()
    assert "- [ ] <!-- pylife-again" in (campaign.issue.body or "")
    assert campaign.run()[1] is Outcome.UNCHANGED


# People edit


def test_a_person_edits_the_title(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.edit(campaign.there, campaign.number, title="feat: new Pythons")
    assert campaign.run()[1] is Outcome.UNCHANGED
    assert peer.wrote() == []
    assert campaign.run(title="Support Python 3.12 to 3.15", body="More.")[1] is Outcome.UPDATED
    assert campaign.issue.title == "feat: new Pythons"
    assert (campaign.issue.body or "").startswith("More.\n")


def test_a_person_adds_to_the_body(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.edit(campaign.there, campaign.number, body=f"{campaign.issue.body}\nMind the release.\n")
    assert campaign.run()[1] is Outcome.UNCHANGED
    assert peer.wrote() == []
    assert campaign.run(body="Something else.")[1] is Outcome.UPDATED
    body = campaign.issue.body or ""
    assert body.startswith("Something else.\n")
    assert body.rstrip().endswith("Mind the release.")


def test_a_person_replaces_the_body(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.edit(campaign.there, campaign.number, body="I wrote this.")
    assert campaign.run(body="Something else.")[1] is Outcome.UNCHANGED
    assert (campaign.issue.body, peer.wrote()) == ("I wrote this.", [])


def test_a_forge_gives_other_line_ends(campaign: Campaign, dana: Person) -> None:
    body = (campaign.issue.body or "").replace("\n", "\r\n")
    dana.edit(campaign.there, campaign.number, body=body)
    assert campaign.run()[1] is Outcome.UNCHANGED
    assert campaign.issue.body == body


def test_a_person_adds_a_label(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.label(campaign.there, campaign.number, "hold")
    assert campaign.run()[1] is Outcome.UNCHANGED
    campaign.run(body="Something else.")
    assert campaign.labels() == ["python", "hold"]


def test_a_person_removes_a_label(campaign: Campaign, dana: Person) -> None:
    dana.unlabel(campaign.there, campaign.number, "python")
    assert campaign.run()[1] is Outcome.UNCHANGED
    campaign.run(body="Something else.")
    assert campaign.labels() == []


def test_reviewers_are_asked_once(campaign: Campaign, dana: Person) -> None:
    dana.review(campaign.there, campaign.number)
    campaign.run(body="Something else.", reviewers=("dana", "eve"))
    assert campaign.pull.reviewers == []


def test_who_cannot_be_asked_keeps_nobody_else_from_it(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path)
    peer.team("acme", "core")
    outcome = campaign.run(reviewers=("nobody", "dana", "acme/core", "acme/none"))[1]
    assert outcome is Outcome.CREATED
    assert [who.login for who in campaign.pull.reviewers] == ["dana"]
    assert campaign.pull.teams == ["core"]
    assert len(campaign.forge.remarks) == 2


# People decide


def test_a_person_closes_it(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.close(campaign.there, campaign.number)
    before = standing(campaign.there)
    for body in ("Why, and until when.", "Something else."):
        pull, outcome = campaign.run(body=body)
        assert (outcome, pull.state, pull.retired) == (Outcome.DECLINED, "closed", False)
        assert peer.wrote() == []
    assert standing(campaign.there) == before


def test_a_person_reopens_it(campaign: Campaign, dana: Person) -> None:
    dana.close(campaign.there, campaign.number)
    campaign.run()
    dana.reopen(campaign.there, campaign.number)
    assert campaign.run()[1] is Outcome.UNCHANGED
    assert campaign.run(body="Something else.")[1] is Outcome.UPDATED


def test_a_person_merges_by_squash(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.merge(campaign.there, campaign.number, "squash")
    found = campaign.night().find(WHERE, BRANCH)
    assert found is not None
    assert (found.state, found.number) == ("merged", campaign.number)
    (listed,) = campaign.night().pulls(WHERE)
    assert (listed.state, listed.branch) == ("merged", BRANCH)
    assert found.ended is not None
    # The next campaign needs the same branch, which nobody deleted.
    more = CHANGED.replace(b"3.11", b"3.12")
    pull, outcome = campaign.run(
        title="Support Python 3.12 to 3.16",
        before={"pyproject.toml": CHANGED},
        contents={"pyproject.toml": more},
    )
    assert (outcome, pull.number) == (Outcome.CREATED, campaign.there.next_number - 1)
    assert (campaign.is_one_commit(), campaign.file()) == (True, more)


def test_a_person_commits_after_the_merge(campaign: Campaign, dana: Person) -> None:
    dana.merge(campaign.there, campaign.number, "squash")
    sha = dana.push(campaign.there, BRANCH, {"fix.txt": "mine\n"})
    more = CHANGED.replace(b"3.11", b"3.12")
    _, outcome = campaign.run(before={"pyproject.toml": CHANGED}, contents={"pyproject.toml": more})
    assert (outcome, campaign.head) == (Outcome.EDITED_BY_PEOPLE, sha)


def test_a_person_did_it_by_hand(campaign: Campaign, dana: Person) -> None:
    dana.push(campaign.there, "main", {"pyproject.toml": CHANGED})
    with pytest.raises(ToolError, match="the checkout differs from the branch 'main'"):
        campaign.run()
    found = campaign.night().find(WHERE, BRANCH)
    assert found is not None
    assert campaign.night().retire(WHERE, found, "done by hand") is Outcome.UPDATED


def test_a_draft_waits(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path)
    pull, _ = campaign.run(draft=True)
    assert (pull.draft, campaign.pull.draft) == (True, True)
    assert campaign.run(draft=True)[1] is Outcome.UNCHANGED
    pull, outcome = campaign.run(draft=False)
    assert (outcome, pull.draft, campaign.pull.draft) == (Outcome.UPDATED, False, False)
    assert campaign.run(draft=False)[1] is Outcome.UNCHANGED


def test_what_people_made_ready_stays_so(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path)
    campaign.run(draft=True)
    peer.person("dana").ready(campaign.there, campaign.number)
    campaign.run(draft=True, body="Something else.")
    assert campaign.pull.draft is False


# Branches


def test_the_base_moves(campaign: Campaign, dana: Person) -> None:
    dana.push(campaign.there, "main", {"other": "file\n"})
    pull, outcome = campaign.run()
    assert (outcome, pull.commit) == (Outcome.UPDATED, campaign.head)
    assert pull.base == campaign.there.git.head("main")
    assert (campaign.is_one_commit(), campaign.file("other")) == (True, b"file\n")
    assert campaign.run()[1] is Outcome.UNCHANGED


def test_the_base_moves_under_the_change(campaign: Campaign, dana: Person) -> None:
    head = campaign.head
    theirs = PROJECT.replace(b"library", b"books")
    dana.push(campaign.there, "main", {"pyproject.toml": theirs})
    with pytest.raises(ToolError, match="the checkout differs") as caught:
        campaign.run()
    assert (caught.value.path, campaign.head) == ("pyproject.toml", head)
    mine = CHANGED.replace(b"library", b"books")
    _, outcome = campaign.run(before={"pyproject.toml": theirs}, contents={"pyproject.toml": mine})
    assert (outcome, campaign.is_one_commit(), campaign.file()) == (Outcome.UPDATED, True, mine)


def test_the_base_is_renamed(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.rename_branch(campaign.there, "main", "trunk")
    pull, outcome = campaign.run()
    assert outcome in {Outcome.UNCHANGED, Outcome.UPDATED}
    assert (campaign.pull.base, pull.number) == ("trunk", campaign.number)
    assert campaign.is_one_commit("trunk")
    assert campaign.run()[1] is Outcome.UNCHANGED


def test_another_base_is_wanted(campaign: Campaign, dana: Person) -> None:
    dana.point(campaign.there, "release", campaign.there.git.refs["refs/heads/main"])
    dana.push(campaign.there, "release", {"release.txt": "1\n"})
    assert campaign.run(repository=WHERE._replace(base="release"))[1] is Outcome.UPDATED
    assert (campaign.pull.base, campaign.is_one_commit("release")) == ("release", True)


def test_a_base_that_is_not_there(campaign: Campaign) -> None:
    campaign.there.issues.clear()
    with pytest.raises(ToolError, match="has no branch 'gone'"):
        campaign.run(repository=WHERE._replace(base="gone"))


def test_the_branch_is_deleted(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.delete_branch(campaign.there, BRANCH)
    assert campaign.issue.state == "closed"
    assert campaign.run()[1] is Outcome.DECLINED
    assert (peer.wrote(), campaign.head) == ([], None)


def test_a_branch_of_that_name_is_theirs(peer: Peer, tmp_path: Path) -> None:
    campaign, dana = Campaign(peer, tmp_path), peer.person("dana")
    dana.point(campaign.there, BRANCH, campaign.there.git.refs["refs/heads/main"])
    sha = dana.push(campaign.there, BRANCH, {"mine.txt": "mine\n"})
    pull, outcome = campaign.run()
    assert (outcome, pull.edited, campaign.head) == (Outcome.EDITED_BY_PEOPLE, True, sha)
    assert campaign.there.pulls() == []


def test_a_protected_base_is_no_obstacle(campaign: Campaign, peer: Peer) -> None:
    peer.protect(campaign.there, "main")
    assert campaign.run(body="Something else.")[1] is Outcome.UPDATED


def test_branches_that_may_not_be_made(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path)
    peer.protect(campaign.there, "pylife/*", creations=True)
    with pytest.raises(ToolError, match="protected"):
        campaign.run()
    assert standing(campaign.there).branches == ["refs/heads/main"]
    assert campaign.there.pulls() == []


def test_branches_that_may_not_be_moved(campaign: Campaign, dana: Person, peer: Peer) -> None:
    peer.protect(campaign.there, "pylife/*")
    head = campaign.head
    dana.push(campaign.there, "main", {"other": "file\n"})
    with pytest.raises(ToolError, match="protected"):
        campaign.run()
    assert (campaign.head, campaign.issue.state) == (head, "open")


# What is no longer wanted


def test_what_is_not_wanted_any_more_is_closed(campaign: Campaign) -> None:
    found = campaign.night().find(WHERE, BRANCH)
    assert found is not None
    for outcome in (Outcome.UPDATED, Outcome.NOTHING_TO_DO):
        assert campaign.night().retire(WHERE, found, "superseded by 3.16") is outcome
    (said,) = campaign.comments()
    assert "superseded by 3.16" in said
    assert (campaign.issue.state, campaign.head) == ("closed", None)
    assert campaign.issue.title.endswith("autoclosed")
    # Nobody declined it: once it is wanted again, it is proposed again.
    assert campaign.run()[1] is Outcome.CREATED


def test_what_people_work_on_is_left_open(campaign: Campaign, dana: Person) -> None:
    sha = dana.push(campaign.there, BRANCH, {"fix.txt": "mine\n"})
    found = campaign.night().find(WHERE, BRANCH)
    assert found is not None
    for _ in range(2):
        outcome = campaign.night().retire(WHERE, found, "superseded by 3.16")
        assert outcome is Outcome.EDITED_BY_PEOPLE
    (said,) = campaign.comments()
    assert "superseded by 3.16" in said
    assert (campaign.issue.state, campaign.head) == ("open", sha)
    assert "abandoned" in campaign.issue.title


# Repositories


def test_an_archived_repository(campaign: Campaign) -> None:
    campaign.there.archived = True
    (told,) = campaign.night().missing(WHERE, ["pyproject.toml"])
    assert "archived" in told
    assert campaign.run()[1] is Outcome.UNCHANGED, "reading is still allowed"
    with pytest.raises(ToolError, match="archived"):
        campaign.run(body="Something else.")


def test_an_archived_repository_gets_nothing(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path)
    campaign.there.archived = True
    with pytest.raises(ToolError, match="archived") as caught:
        campaign.run()
    assert "unarchive" in str(caught.value)


def test_an_empty_repository(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path, files=None)
    with pytest.raises(ToolError, match="empty"):
        campaign.run()
    assert peer.wrote() == []
    assert campaign.night().find(WHERE, BRANCH) is None
    assert campaign.night().pulls(WHERE) == []


def test_a_repository_without_issues(campaign: Campaign) -> None:
    campaign.there.issues_enabled = False
    with pytest.raises(ToolError, match="switched off"):
        campaign.night().dashboard(WHERE, "python", "Pythons", "Text")


def test_a_fork_has_a_branch_of_the_same_name(peer: Peer, tmp_path: Path) -> None:
    campaign, eve = Campaign(peer, tmp_path), peer.person("eve")
    fork = eve.fork(campaign.there)
    eve.point(fork, BRANCH, fork.git.refs["refs/heads/main"])
    eve.push(fork, BRANCH, {"x": "x\n"})
    theirs = eve.open_pull(campaign.there, "Mine", head=BRANCH, base="main", source=fork)
    assert campaign.night().find(WHERE, BRANCH) is None
    pull, outcome = campaign.run()
    assert (outcome, pull.number == theirs.number) == (Outcome.CREATED, False)
    eve.delete(fork)
    assert campaign.run()[1] is Outcome.UNCHANGED
    assert [one.number for one in campaign.night().pulls(WHERE)] == [pull.number]


@pytest.mark.parametrize("how", ["who it is not known", "issues are off", "known"])
def test_a_strangers_pull_request_says_that_it_is_pylifes(
    peer: Peer, tmp_path: Path, how: str
) -> None:
    campaign, eve = Campaign(peer, tmp_path), peer.person("mallory")
    there, release = campaign.there, "release-2"
    main = there.git.refs["refs/heads/main"]
    peer.person("dana").point(there, release, main)
    if how == "issues are off":
        there.issues_enabled = False
    elif how == "who it is not known":
        peer.faults.append(Fault(method="GET", path="/user$", status=403, times=99))
    fork = eve.fork(there)
    eve.point(fork, release, main)
    eve.push(fork, release, {"x": "x\n"})
    body = words.compose("Mine", Wrote("library", BRANCH, "main", "Mine"))
    theirs = eve.open_pull(there, "Mine", body=body, head=release, base="main", source=fork)
    forge = campaign.night()
    assert forge.pulls(WHERE) == []
    # Not even where somebody asks for it by its number.
    asked = PullRequest(
        project="library", branch=release, state="open", title="Mine", digest="", base="",
        commit="", edited=False, where="", number=theirs.number,
    )  # fmt: skip
    assert forge.retire(WHERE, asked, "superseded") is Outcome.NOTHING_TO_DO
    assert f"refs/heads/{release}" in there.git.refs
    assert there.issues[theirs.number].state == "open"


def test_a_project_that_is_a_fork(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path)
    fork = peer.hub.fork(campaign.there, "downstream")
    fork.roles[peer.bot.login] = "write"
    where = Repository("library", "downstream/library")
    pull, outcome = campaign.run(repository=where)
    assert (outcome, len(fork.pulls()), campaign.there.pulls()) == (Outcome.CREATED, 1, [])
    assert pull.where.endswith("/downstream/library/pull/1")


def test_a_deleted_user(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.point(campaign.there, "other", campaign.there.git.refs["refs/heads/main"])
    dana.push(campaign.there, "other", {"x": "x\n"})
    dana.open_pull(campaign.there, "Mine", head="other", base="main")
    dana.comment(campaign.there, campaign.number, "Nice.")
    dana.close(campaign.there, campaign.number)
    dana.reopen(campaign.there, campaign.number)
    peer.delete_user("dana")
    assert campaign.run()[1] is Outcome.UNCHANGED
    assert [one.number for one in campaign.night().pulls(WHERE)] == [campaign.number]
    assert campaign.night(checks=True).find(WHERE, BRANCH) is not None


def test_the_bots_own_account_is_deleted(campaign: Campaign, peer: Peer) -> None:
    peer.delete_user(peer.bot.login)
    peer.issue_token("other-bot", "other-token")
    campaign.there.roles["other-bot"] = "write"
    peer.token = "other-token"
    assert campaign.run()[1] is Outcome.UNCHANGED


# What the repository says


@pytest.mark.parametrize(
    ("checks", "statuses", "wanted", "failing"),
    [
        ([], [], Checks.NONE, ()),
        ([("tests", "success"), ("docs", "skipped")], [], Checks.PASSING, ()),
        ([("tests", "success"), ("docs", None)], [], Checks.PENDING, ()),
        ([("tests", "failure"), ("docs", None)], [("ci/old", "error")], Checks.FAILING, ("ci/old", "tests")),
        ([], [("ci/old", "pending")], Checks.PENDING, ()),
        ([], [("ci/old", "pending"), ("ci/old", "success")], Checks.PASSING, ()),
    ],
)  # fmt: skip
def test_its_own_checks(
    campaign: Campaign, peer: Peer, checks: Any, statuses: Any, wanted: Checks, failing: Any
) -> None:
    for name, conclusion in checks:
        peer.check(campaign.there, BRANCH, name, conclusion)
    for context, state in statuses:
        peer.status(campaign.there, BRANCH, context, state)
    found = campaign.night().find(WHERE, BRANCH)
    assert found is not None
    assert (found.checks, found.failing) == (wanted, failing)


def test_a_dashboard_is_one_issue(campaign: Campaign, dana: Person, peer: Peer) -> None:
    dana.open_issue(campaign.there, "Pythons", "an issue of the same name")
    where = campaign.night().dashboard(WHERE, "python", "Pythons", "One.")
    assert campaign.night().dashboard(WHERE, "python", "Pythons", "Two.") == where
    peer.requests.clear()
    assert campaign.night().dashboard(WHERE, "python", "Pythons", "Two.") == where
    assert peer.wrote() == []
    assert campaign.night().dashboard(WHERE, "other", "Others", "Three.") != where
    bodies = [one.body for one in campaign.there.issues.values() if one.pull is None]
    assert [(body or "").splitlines()[0] for body in bodies] == [
        "an issue of the same name",
        "Two.",
        "Three.",
    ]


@pytest.mark.parametrize(
    ("scopes", "permissions", "wanted"),
    [
        (("repo", "workflow"), None, []),
        (("repo",), None, [WORKFLOW]),
        (("workflow",), None, ["scope repo"]),
        ((), {"contents": "write", "pull_requests": "write"}, ["unknown: "]),
    ],
)
def test_permissions_are_looked_at_first(
    campaign: Campaign, peer: Peer, scopes: Any, permissions: Any, wanted: list[str]
) -> None:
    peer.token = peer.issue_token(
        peer.bot.login, "another", scopes=scopes, permissions=permissions
    ).text
    campaign.there.private = True
    if "repo" not in scopes and permissions is None:
        campaign.there.private = False
        wanted = []  # a public repository takes no scope that reading would show
    told = campaign.night().missing(WHERE, ["pyproject.toml", WORKFLOW])
    assert all(any(word in line for line in told) for word in wanted), told
    if not wanted and permissions is None and "repo" in scopes:
        assert told == []


def test_without_the_permission_no_workflow_is_written(campaign: Campaign, peer: Peer) -> None:
    peer.token = peer.issue_token(peer.bot.login, "another", scopes=("repo",)).text
    before = standing(campaign.there)
    with pytest.raises(ToolError, match="GitHub"):
        campaign.run(
            before={WORKFLOW: b"on: push\n"}, contents={WORKFLOW: b"on: [push, pull_request]\n"}
        )
    assert standing(campaign.there) == before


def test_without_push_rights_nothing_is_written(campaign: Campaign, peer: Peer) -> None:
    campaign.there.roles[peer.bot.login] = "read"
    (told,) = campaign.night().missing(WHERE, ["pyproject.toml"])
    assert "may not push" in told
    campaign.there.issues.clear()
    with pytest.raises(ToolError, match="GitHub"):
        campaign.run(branch="pylife/other")


# The token


def test_the_token_goes_into_one_header_alone(
    peer: Peer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    started: list[str] = []
    popen = subprocess.Popen.__init__

    def noted(self: Any, *arguments: Any, **more: Any) -> None:
        started.append(repr((arguments, more)))
        popen(self, *arguments, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    campaign = Campaign(peer, tmp_path, files={**FILES, "binary": b"\xff\x00"})
    store = tmp_path / "store"
    forge = campaign.night(kept=store, checks=True)
    forge.open_or_update(campaign.wish())
    forge.dashboard(WHERE, "python", "Pythons", "One.")
    found = campaign.night(kept=store).find(WHERE, BRANCH)
    peer.person("dana").push(campaign.there, BRANCH, {"x": "x"})
    assert found is not None
    forge.retire(WHERE, found, "superseded")
    peer.token = "ghp_unknownUnknownUnknown"
    with pytest.raises(ToolError) as caught:
        campaign.run(body="Something else.")
    told = "".join(
        [
            caplog.text,
            *capfd.readouterr(),
            *started,
            repr(forge),
            repr(vars(forge)),
            str(caught.value),
        ]
    )
    for path in tmp_path.rglob("*"):
        if path.is_file():
            told += path.read_bytes().decode("latin-1")
    tokens = [*peer.hub.tokens, peer.token]
    assert not any(token in told for token in tokens)
    sent = {seen.authorization for seen in peer.requests if seen.authorization}
    assert sent == {f"Bearer {peer.token}"}


@pytest.mark.parametrize("wanted", [{}, {"labels": ()}, {"reviewers": ()}])
def test_what_a_run_that_ended_early_left_undone_is_done_the_next_night(
    peer: Peer, tmp_path: Path, wanted: dict[str, Any]
) -> None:
    campaign = Campaign(peer, tmp_path / "library")
    # It ends right after the pull request is there.
    late = Fault(method="POST", path=r"/(labels|requested_reviewers)$", breakage="drop", times=99)
    peer.faults.append(late)
    with pytest.raises(ToolError):
        campaign.run(**wanted)
    assert (campaign.labels(), campaign.pull.reviewers) == ([], [])
    peer.faults.clear()
    assert campaign.run(**wanted)[1] is Outcome.UPDATED
    assert campaign.labels() == ([] if wanted.get("labels") == () else ["python"])
    asked = [] if wanted.get("reviewers") == () else ["dana"]
    assert [who.login for who in campaign.pull.reviewers] == asked
    assert campaign.run(**wanted)[1] is Outcome.UNCHANGED
    # What people remove then stays removed.
    if campaign.labels():
        peer.clock.advance(3600)
        peer.person("dana").unlabel(campaign.there, campaign.number, "python")
        assert campaign.run(**wanted)[1] is Outcome.UNCHANGED


def test_what_cannot_be_done_late_is_not_tried_for_ever(peer: Peer, tmp_path: Path) -> None:
    campaign = Campaign(peer, tmp_path / "library")
    assert campaign.run(labels=(), reviewers=("nobody",))[1] is Outcome.CREATED
    days = (dt.date(2026, 11, 22), dt.date(2026, 11, 30))
    done = [campaign.run(labels=(), reviewers=("nobody",), as_of=day)[1] for day in days]
    assert done == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert not [what for what in peer.wrote() if what.endswith("requested_reviewers")]

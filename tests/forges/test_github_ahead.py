"""Open pull requests read many at a time: the same answers as one by one, in fewer requests."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pylife.errors import RateLimitedError
from pylife.forges.github import GitHubForge
from pylife.forges.github_ahead import FRESH
from pylife.model import Checks, Outcome, PullRequest
from tests.forges.github_help import BRANCH, Campaign
from tests.forges.peer import Fault, Hosted, Peer, primary


@pytest.fixture
def fleet(peer: Peer, tmp_path: Path) -> list[Campaign]:
    """Projects with an open pull request each, whose checks say different things."""
    made = [Campaign(peer, tmp_path / str(n), name=f"library-{n}") for n in range(5)]
    for campaign in made:
        assert campaign.run()[1] is Outcome.CREATED
    peer.check(made[1].there, BRANCH, "tests", "failure")
    peer.status(made[1].there, BRANCH, "old-ci", "error")
    peer.check(made[2].there, BRANCH, "tests", None)
    peer.status(made[3].there, BRANCH, "old-ci", "success")
    peer.check(made[4].there, BRANCH, "tests", "cancelled")
    return made


SAYS = [
    (Checks.NONE, ()),
    (Checks.FAILING, ("old-ci", "tests")),
    (Checks.PENDING, ()),
    (Checks.PASSING, ()),
    (Checks.PENDING, ()),
]


def night(
    fleet: list[Campaign], forge: GitHubForge, between: Callable[[int], Any] = lambda _: None
) -> list[tuple[PullRequest, Outcome]]:
    """What a campaign does: list each project's, then bring each up to date."""
    fleet[0].peer.requests.clear()
    for campaign in fleet:
        assert len(forge.pulls(campaign.where)) == 1
    found = []
    for number, campaign in enumerate(fleet):
        between(number)
        found.append(forge.open_or_update(campaign.wish()))
    return found


def asked(peer: Peer) -> Counter[str]:
    return Counter(what.replace("/repos/{owner}/{repo}", "").removeprefix("GET ")
                   for what in peer.counts().elements())  # fmt: skip


def test_two_requests_for_each_and_one_for_all(fleet: list[Campaign], peer: Peer) -> None:
    found = night(fleet, fleet[0].night(checks=True))
    assert [(pull.checks, pull.failing) for pull, _ in found] == SAYS
    assert {outcome for _, outcome in found} == {Outcome.UNCHANGED}
    assert asked(peer) == {
        "/user": 1, "POST /api/graphql": 1, "/issues": 5, "/compare/{basehead}": 5,
    }  # fmt: skip
    assert peer.wrote() == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="/graphql$", status=404, times=99),
        Fault(path="/graphql$", status=500, times=99),
        Fault(path="/graphql$", breakage="cut", times=99),
    ],
)
def test_one_by_one_where_that_is_not_to_be_had(
    fleet: list[Campaign], peer: Peer, fault: Fault
) -> None:
    peer.faults.append(fault)
    found = night(fleet, fleet[0].night(checks=True))
    assert [(pull.checks, pull.failing) for pull, _ in found] == SAYS
    assert {outcome for _, outcome in found} == {Outcome.UNCHANGED}
    assert asked(peer)["/pulls"] == asked(peer)["/commits/{ref}/check-runs"] == 5
    assert asked(peer)["POST /api/graphql"] <= 3  # and then no more


def test_a_token_that_may_not_read_checks_is_not_told_that_there_are_none(
    fleet: list[Campaign], peer: Peer
) -> None:
    may = {"contents": "write", "pull_requests": "write", "issues": "write", "metadata": "read"}
    peer.token = peer.issue_token("pylife-bot", "github_pat_fewer", permissions=may).text
    fleet[1].there.private = True
    forge = fleet[0].night(checks=True)
    found = night(fleet, forge)
    assert {outcome for _, outcome in found} == {Outcome.UNCHANGED}
    # Of the others, which are public, REST tells.
    told = [*SAYS[:1], (Checks.NONE, ()), *SAYS[2:]]
    assert [(pull.checks, pull.failing) for pull, _ in found] == told
    assert "reading the checks of acme/library-1" in "\n".join(forge.remarks)
    assert asked(peer)["POST /api/graphql"] == 1


def test_what_was_read_long_ago_is_read_again(fleet: list[Campaign], peer: Peer) -> None:
    def close(number: int) -> None:
        if number == 2:
            peer.person("dana").close(fleet[3].there, fleet[3].number)
            peer.clock.advance(FRESH + 1)

    found = night(fleet, fleet[0].night(checks=True), close)
    assert asked(peer)["POST /api/graphql"] == 2
    assert [outcome for _, outcome in found] == [*[Outcome.UNCHANGED] * 3, Outcome.DECLINED,
                                                 Outcome.UNCHANGED]  # fmt: skip


def test_what_is_asked_for_twice_is_read_twice(fleet: list[Campaign], peer: Peer) -> None:
    forge = fleet[0].night(checks=True)
    night(fleet, forge)
    peer.person("dana").close(fleet[0].there, fleet[0].number)
    assert forge.open_or_update(fleet[0].wish())[1] is Outcome.DECLINED


def test_a_copied_hidden_line_leads_to_no_other_pull_request(
    fleet: list[Campaign], peer: Peer
) -> None:
    there, dana = fleet[0].there, peer.person("dana")
    body = fleet[0].issue.body or ""
    dana.push(there, "mine", {"NOTES": "mine"})
    copied = hub_pull(peer, there, "mine", body)
    peer.requests.clear()
    forge = fleet[0].night()
    assert len(forge.pulls(fleet[0].where)) == 2
    _, outcome = forge.open_or_update(fleet[0].wish(body="Other words."))
    assert outcome is Outcome.UPDATED
    assert (fleet[0].issue.body or "").startswith("Other words.")
    assert (there.issues[copied].title, there.issues[copied].body) == ("Copied", body)


def hub_pull(peer: Peer, there: Hosted, branch: str, body: str) -> int:
    """Another pull request by the same account."""
    return peer.hub.open_pull(there, peer.bot, "Copied", body, head=branch, base="main").number


def test_being_asked_to_wait_is_no_reason_to_ask_otherwise(
    fleet: list[Campaign], peer: Peer
) -> None:
    fault = primary(peer.clock() + 3000)
    fault.path = "/graphql$"
    peer.faults.append(fault)
    with pytest.raises(RateLimitedError):
        night(fleet, fleet[0].night(checks=True))
    assert asked(peer)["/pulls"] == 0

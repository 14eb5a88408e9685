"""What goes wrong between pylife and GitHub: refusals, limits, and answers that are lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pylife.errors import PylifeError, RateLimitedError, ToolError
from pylife.forges import credentials, github_pace
from pylife.forges.github import GitHubForge
from pylife.forges.github_pace import Pace
from pylife.model import Outcome, Repository
from tests.forges.github_help import BRANCH, WORKFLOW, Campaign, Standing, standing
from tests.forges.peer import Clock, Fault, Peer, primary, secondary


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeated reads do not wait in earnest."""
    monkeypatch.setattr("urllib3.util.retry.Retry._sleep_backoff", lambda self: None)


@pytest.fixture
def campaign(peer: Peer, tmp_path: Path) -> Campaign:
    """A project, as yet without a pull request."""
    return Campaign(peer, tmp_path / "library")


# Refusals


REFUSALS = [
    (401, "make a new token"),
    (403, "the token may not do this"),
    (404, "it is not there"),
    (409, "it is in no state for this"),
    (422, "it refuses the request"),
]


@pytest.fixture
def patient(peer: Peer) -> Peer:
    """The peer without validation: the same messages are validated in other tests."""
    peer.validate = False
    return peer


@pytest.mark.parametrize("first", [0, 1, 3])
def test_a_refusal_is_told_and_nothing_is_half_done(
    patient: Peer, tmp_path: Path, first: int
) -> None:
    peer = patient
    wanted = _reference(peer, tmp_path, "create")
    for nth in range(1, _asked(peer) + 1):
        status, words = REFUSALS[(nth + first) % len(REFUSALS)]
        campaign = Campaign(peer, tmp_path, name=f"refused-{nth}")
        peer.faults[:] = [Fault(status=status, nth=nth)]
        told = _told(campaign.run)
        if told is not None:
            assert not isinstance(told, RateLimitedError)
            # Of a branch that is not there more can be said.
            assert words in str(told) or (status, nth) == (404, 3)
        peer.faults.clear()
        repeated = campaign.run()[1]
        assert repeated in {Outcome.CREATED, Outcome.UNCHANGED, Outcome.UPDATED}, nth
        # Labels and reviewers are set once, so those that were refused are not asked again.
        found = standing(campaign.there)
        assert found._replace(labels=[]) == wanted._replace(labels=[]), nth


def test_the_token_is_not_known(campaign: Campaign, peer: Peer) -> None:
    peer.token = "ghp_unknown"
    with pytest.raises(ToolError, match="it does not know the token") as caught:
        campaign.run()
    assert "make a new token" in str(caught.value)
    assert len(peer.requests) == 1


def test_a_refused_label_is_a_remark(campaign: Campaign, peer: Peer) -> None:
    peer.faults.append(Fault(method="POST", path="/labels$", status=403))
    assert campaign.run()[1] is Outcome.CREATED
    (remark,) = campaign.forge.remarks
    assert "adding labels" in remark


# Limits


SOON = [
    pytest.param(lambda now: secondary(30, nth=5), id="403 with Retry-After"),
    pytest.param(lambda now: secondary(None, nth=5), id="403 without"),
    pytest.param(lambda now: secondary(30, 429, nth=5), id="429 with Retry-After"),
    pytest.param(lambda now: secondary(None, 429, nth=5), id="429 without"),
    pytest.param(lambda now: primary(now + 40, nth=5), id="403 until soon"),
    pytest.param(lambda now: primary(now + 40, 429, nth=5), id="429 until soon"),
]


@pytest.mark.parametrize("fault", SOON)
def test_a_short_limit_is_waited_for(
    campaign: Campaign, peer: Peer, clock: Clock, fault: Callable[[float], Fault]
) -> None:
    begin = clock()
    made = fault(begin)
    peer.faults.append(made)
    assert campaign.run()[1] is Outcome.CREATED
    waited = clock() - begin
    least = {"30": 30, "31": 31}.get(made.headers.get("Retry-After", ""), 40)
    assert least <= waited < 120
    assert [one.status for one in peer.requests].count(made.status) == 1


LATER = [
    pytest.param(lambda now: secondary(600), 601, id="403 with Retry-After"),
    pytest.param(lambda now: secondary(600, 429), 601, id="429 with Retry-After"),
    pytest.param(lambda now: primary(now + 1800), 1802, id="403 until later"),
]


@pytest.mark.parametrize(("fault", "wait"), LATER)
def test_a_long_limit_ends_the_night(
    campaign: Campaign, peer: Peer, clock: Clock, fault: Callable[[float], Fault], wait: float
) -> None:
    begin = clock()
    peer.faults.append(fault(begin))
    with pytest.raises(RateLimitedError) as caught:
        campaign.run()
    assert caught.value.wait is not None
    assert abs(caught.value.wait - wait) <= 2
    assert (len(peer.requests), clock() - begin < 2) == (1, True)
    # The same forge does not ask on, whatever it is asked for.
    with pytest.raises(RateLimitedError):
        campaign.forge.find(campaign.where, BRANCH)
    assert len(peer.requests) == 1
    clock.advance(wait + 2)
    assert campaign.forge.find(campaign.where, BRANCH) is None


def test_a_limit_without_end(campaign: Campaign, peer: Peer) -> None:
    peer.faults.append(secondary(5, times=100))
    with pytest.raises(RateLimitedError):
        campaign.run()
    assert len(peer.requests) < 10


def test_a_denial_is_no_limit(campaign: Campaign, peer: Peer, clock: Clock) -> None:
    begin = clock()
    peer.faults.append(Fault(status=403, message="Resource not accessible by integration"))
    with pytest.raises(ToolError) as caught:
        campaign.run()
    assert not isinstance(caught.value, RateLimitedError)
    assert clock() - begin < 2


def test_githubs_limits_are_kept(
    patient: Peer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = patient.limits
    assert (60.0, limits.a_minute) == github_pace.MINUTE
    assert (3600.0, limits.an_hour) == github_pace.HOUR
    # The same with a tenth of the work, and as if a pause of a second were not enough.
    monkeypatch.setattr(github_pace, "MINUTE", (60.0, 8))
    monkeypatch.setattr(github_pace, "HOUR", (3600.0, 50))
    limits.a_minute, limits.an_hour = 8, 50
    pace = Pace(pause=0.0, clock=clock, sleep=clock.advance)
    token = credentials.Token(credentials.Secret(patient.token), "$TOKEN")
    forge = GitHubForge(token, url=patient.url, pace=pace)
    done = 0

    def work() -> None:
        nonlocal done
        for number in range(60):
            patient.repository("acme", f"project-{number}", None)
            where = Repository("project", f"acme/project-{number}")
            forge.dashboard(where, "python", "Pythons", "Text")
            done += 1

    with pytest.raises(RateLimitedError) as caught:
        work()
    assert limits.exceeded == []
    assert (limits.most_in_a_minute, limits.most_in_an_hour, done) == (8, 50, 50)
    assert caught.value.wait is not None
    assert 0 < caught.value.wait <= 3600


def test_limits_that_github_enforces_are_obeyed(peer: Peer, tmp_path: Path) -> None:
    peer.limits.enforced, peer.limits.a_minute = True, 5
    campaign = Campaign(peer, tmp_path)
    assert campaign.run()[1] is Outcome.CREATED
    assert len(campaign.there.pulls()) == 1


# Lost answers


def _create(campaign: Campaign) -> None:
    campaign.run()


def _update(campaign: Campaign) -> None:
    campaign.run(body="Something else.")


def _edited(campaign: Campaign) -> None:
    campaign.run(body="Something else.")


def _retire(campaign: Campaign) -> None:
    forge = campaign.night()
    found = forge.find(campaign.where, BRANCH)
    if found is not None:
        forge.retire(campaign.where, found, "superseded by 3.16")


def _dashboard(campaign: Campaign) -> None:
    campaign.night().dashboard(campaign.where, "python", "Pythons", "Text.")


def _again(campaign: Campaign) -> None:
    campaign.night().dashboard(campaign.where, "python", "Pythons", "Other text.")


ACTS: dict[str, Callable[[Campaign], None]] = {
    "create": _create,
    "update": _update,
    "edited": _edited,
    "retire": _retire,
    "abandon": _retire,
    "dashboard": _dashboard,
    "dashboard-again": _again,
}


def _prepared(peer: Peer, folder: Path, name: str, act: str) -> Campaign:
    """A project as it is before `act`."""
    campaign = Campaign(peer, folder, name=name)
    if act in {"update", "edited", "retire", "abandon"}:
        campaign.run(labels=(), reviewers=())
    if act == "update":
        peer.person("dana").push(campaign.there, "main", {"other": "file\n"})
    if act in {"edited", "abandon"}:
        peer.person("dana").push(campaign.there, BRANCH, {"fix.txt": "mine\n"})
    if act == "dashboard-again":
        _dashboard(campaign)
    return campaign


def _reference(peer: Peer, folder: Path, act: str) -> Standing:
    """What stands after `act` where nothing goes wrong; `peer.requests` are then its own."""
    campaign = _prepared(peer, folder, f"reference-{act}", act)
    peer.requests.clear()
    ACTS[act](campaign)
    return standing(campaign.there)


def _asked(peer: Peer) -> int:
    return len(peer.requests)


LOSSES: dict[str, Fault] = {
    "502 after success": Fault(status=502, after=True),
    "the connection breaks": Fault(breakage="drop", after=True),
    "truncated JSON": Fault(breakage="cut", after=True),
    "half an answer": Fault(breakage="cut-short", after=True),
    "500 before": Fault(status=500),
}


HABITS: dict[str, tuple[list[str], int]] = {
    "once": (["the connection breaks"], 1),
    "three times": (["the connection breaks"], 3),
    "otherwise": (["502 after success", "truncated JSON", "half an answer", "500 before"], 1),
}
"""Which losses there are by turns, and how many answers in a row."""


def _told(act: Callable[[], object]) -> ToolError | None:
    """The error that an act ends with; None where it does not."""
    try:
        act()
    except ToolError as error:
        return error
    return None


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_there_twice_where_an_answer_is_lost(
    patient: Peer, tmp_path: Path, act: str, habit: str
) -> None:
    wanted = _reference(patient, tmp_path, act)
    losses, times = HABITS[habit]
    for nth in range(1, _asked(patient) + 1):
        campaign = _prepared(patient, tmp_path, f"project-{nth}", act)
        loss = LOSSES[losses[nth % len(losses)]]
        struck = Fault(status=loss.status, breakage=loss.breakage, after=loss.after)
        struck.nth, struck.times = nth, times
        patient.faults[:] = [struck]
        told = _told(lambda made=campaign: ACTS[act](made))  # type: ignore[misc] # a default
        assert told is None or times > 1, f"one lost answer is no reason to give up: {told}"
        assert struck.struck
        patient.faults.clear()
        ACTS[act](campaign)
        found = standing(campaign.there)
        # Labels are set as it is made; who dies before is not asked again.
        assert found._replace(labels=[]) == wanted._replace(labels=[]), nth
        ACTS[act](campaign)
        assert standing(campaign.there) == found, nth


class Killed(BaseException):
    """The process is no more."""


class Mortal(Pace):
    """Dies before the request after `left` requests."""

    left = 0

    def before(self, *, changes: bool) -> None:
        """Let a request go out, or die."""
        if not self.left:
            raise Killed
        self.left -= 1
        super().before(changes=changes)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_there_twice_where_a_night_ends_early(
    patient: Peer, tmp_path: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = _reference(patient, tmp_path, act)
    asked = _asked(patient)
    for left in range(asked):
        campaign = _prepared(patient, tmp_path, f"project-{left}", act)
        whole = campaign.night

        def short(_left: int = left, _whole: Any = whole, **options: Any) -> GitHubForge:
            pace = Mortal(clock=patient.clock, sleep=patient.clock.advance)
            pace.left = _left
            made: GitHubForge = _whole(pace=pace, **options)
            return made

        monkeypatch.setattr(campaign, "night", short)
        with pytest.raises(Killed):
            ACTS[act](campaign)
        monkeypatch.undo()
        ACTS[act](campaign)
        found = standing(campaign.there)
        assert found._replace(labels=[]) == wanted._replace(labels=[]), left


def test_a_server_that_says_nothing(campaign: Campaign, peer: Peer) -> None:
    peer.faults.append(
        Fault(method="POST", path="/pulls$", breakage="hang", seconds=0.6, after=True)
    )
    forge = campaign.night(timeout=(5, 0.3))
    assert forge.open_or_update(campaign.wish())[1] is Outcome.CREATED
    assert len(campaign.there.pulls()) == 1


def test_a_server_that_is_broken(campaign: Campaign, peer: Peer) -> None:
    peer.faults.append(Fault(status=500, times=1000))
    with pytest.raises(ToolError, match="it answers 500"):
        campaign.run()
    assert len(peer.requests) < 30


def test_a_server_that_is_not_there(campaign: Campaign, peer: Peer) -> None:
    peer.server.close()
    with pytest.raises(ToolError, match="refuses connections"):
        campaign.run()


def test_errors_tell_no_secret(campaign: Campaign, peer: Peer) -> None:
    for fault in (*LOSSES.values(), Fault(status=401), Fault(status=422)):
        peer.faults[:] = [Fault(status=fault.status, breakage=fault.breakage, times=1000)]
        with pytest.raises(PylifeError) as caught:
            campaign.run()
        told = repr(caught.value) + str(caught.value) + repr(caught.value.__dict__)
        assert peer.token not in told
        assert "127.0.0.1" not in str(caught.value)


# Apps


@pytest.fixture
def app(tmp_path: Path) -> Iterator[tuple[Peer, Callable[..., GitHubForge]]]:
    """A peer in real time (an App signs with the hour), and what makes forges of an App there."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def forge(**permissions: str) -> GitHubForge:
        there = peer.install_app("upgrader", public, "acme", permissions)
        environment = {credentials.APP: str(there.app.id), credentials.KEY_FILE: str(key)}
        found = credentials.find(environment, url=peer.url)
        return GitHubForge(found, url=peer.url, pace=Pace(pause=0.0))

    with Peer(tmp_path / "peer") as peer:
        yield peer, forge


WRITES = {"contents": "write", "pull_requests": "write", "issues": "write", "metadata": "read"}


def test_an_app_proposes(app: tuple[Peer, Callable[..., GitHubForge]], tmp_path: Path) -> None:
    peer, forges = app
    campaign = Campaign(peer, tmp_path)
    forge = forges(**WRITES)
    assert forge.open_or_update(campaign.wish())[1] is Outcome.CREATED
    assert campaign.issue.user.login == "upgrader[bot]"
    commit = campaign.there.git.show(campaign.head or "")
    assert commit is not None
    assert commit.author.name == commit.committer.name == "upgrader[bot]"
    assert forge.open_or_update(campaign.wish())[1] is Outcome.UNCHANGED
    assert [one.number for one in forge.pulls(campaign.where)] == [campaign.number]
    assert [one.name for one in forge.repositories("acme")] == ["acme/library"]
    peer.person("dana").push(campaign.there, BRANCH, {"fix.txt": "mine\n"})
    assert forge.open_or_update(campaign.wish())[1] is Outcome.EDITED_BY_PEOPLE


def test_an_app_lacks_a_permission(
    app: tuple[Peer, Callable[..., GitHubForge]], tmp_path: Path
) -> None:
    peer, forges = app
    campaign = Campaign(peer, tmp_path)
    forge = forges(**WRITES)
    (told,) = forge.missing(campaign.where, ["pyproject.toml", WORKFLOW])
    assert "workflows" in told
    wish = campaign.wish(before={WORKFLOW: b"on: push\n"}, contents={WORKFLOW: b"on: pull\n"})
    with pytest.raises(ToolError, match="not accessible by integration"):
        forge.open_or_update(wish)
    assert campaign.there.pulls() == []


def test_an_apps_tokens_are_made_anew_in_time(
    app: tuple[Peer, Callable[..., GitHubForge]], tmp_path: Path
) -> None:
    peer, forges = app
    campaign = Campaign(peer, tmp_path)
    peer.hub.token_life = 200.0
    assert forges(**WRITES).open_or_update(campaign.wish())[1] is Outcome.CREATED
    tokens = [path for path in peer.wrote() if path.endswith("/access_tokens")]
    assert len(tokens) > 1

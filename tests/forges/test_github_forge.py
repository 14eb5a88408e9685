"""The GitHub forge by itself: what it builds on, what it writes, how it asks."""

import datetime as dt
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pylife.errors import ToolError, UsageError
from pylife.forges.credentials import Secret, Token
from pylife.forges.github import GitHubForge
from pylife.forges.github_pace import Pace
from pylife.forges.github_tree import blob
from pylife.forges.listing import Listed
from pylife.model import Outcome, Repository
from tests.forges.github_help import BRANCH, CHANGED, FILES, WHERE, Campaign
from tests.forges.peer import Fault, Peer

NAMED = WHERE._replace(base="main")


@pytest.fixture
def campaign(peer: Peer, tmp_path: Path) -> Campaign:
    """A project without a pull request."""
    return Campaign(peer, tmp_path / "library")


def put(campaign: Campaign, path: str, mode: str, sha: str) -> None:
    """Put an entry of any mode into the base's tree."""
    git = campaign.there.git
    head = git.show(git.refs["refs/heads/main"])
    assert head is not None
    who = campaign.peer.hub.signature(campaign.peer.bot)
    tree = git.build(head.tree, [(path, mode, sha)])
    git.set("refs/heads/main", git.commit(tree, [head.sha], "x", who, who))


def modes(campaign: Campaign) -> dict[str, str]:
    sha = campaign.head
    assert sha is not None
    return {one.path: one.mode for one in campaign.there.git.listing(sha, recursive=True)}


# The base


def test_a_checkout_that_differs_is_refused_before_anything_is_written(
    campaign: Campaign, peer: Peer
) -> None:
    with pytest.raises(ToolError, match="differs from the branch 'main'") as caught:
        campaign.run(before={"pyproject.toml": b"older"})
    assert (caught.value.path, caught.value.help) == (
        "pyproject.toml",
        "fetch the branch, and run again",
    )
    assert peer.wrote() == []


def test_a_new_file_must_be_new(campaign: Campaign) -> None:
    new = {"changes/1.txt": b"new\n", "pyproject.toml": CHANGED}
    assert campaign.run(contents=new)[1] is Outcome.CREATED
    assert (campaign.file("changes/1.txt"), campaign.file()) == (b"new\n", CHANGED)
    with pytest.raises(ToolError, match="differs"):
        campaign.run(contents=new, before={}, branch="pylife/other")


@pytest.mark.parametrize(
    ("mode", "message"),
    [("120000", "a symbolic link"), ("160000", "a submodule"), ("040000", "a folder")],
)
def test_only_plain_files_are_replaced(
    campaign: Campaign, peer: Peer, mode: str, message: str
) -> None:
    git = campaign.there.git
    main = git.refs["refs/heads/main"]
    head = git.show(main)
    assert head is not None
    sha = {"120000": git.blob(b"pyproject.toml"), "160000": main, "040000": head.tree}[mode]
    put(campaign, "odd", mode, sha)
    with pytest.raises(ToolError, match=message):
        campaign.run(contents={"odd": b"x"}, before={"odd": b"pyproject.toml"})
    if mode != "040000":
        with pytest.raises(ToolError, match=f"{message} is above it"):
            campaign.run(contents={"odd/inner.txt": b"x"}, before={})
    assert peer.wrote() == []


def test_what_git_lfs_keeps_is_left_alone(campaign: Campaign) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    put(campaign, "model.bin", "100644", campaign.there.git.blob(pointer))
    with pytest.raises(ToolError, match="Git LFS"):
        campaign.run(contents={"model.bin": b"x"}, before={"model.bin": pointer})


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".git/config", "a/../../b", "a\\b", ""])
def test_no_path_leads_out_of_the_project(campaign: Campaign, peer: Peer, path: str) -> None:
    with pytest.raises(ToolError, match="not a plain file"):
        campaign.run(contents={path: b"x"}, before={})
    assert peer.requests == []


@pytest.mark.parametrize("branch", ["Pylife/x", "a b", "x.lock", "a/../b", "", "-x", "ü"])
def test_branches_that_no_url_takes_are_refused(
    campaign: Campaign, peer: Peer, branch: str
) -> None:
    with pytest.raises(ToolError, match="no branch name"):
        campaign.run(branch=branch)
    assert peer.requests == []


@pytest.mark.parametrize("name", ["", "library", "a/b/c", "../x", "acme/.."])
def test_a_repository_has_an_owner_and_a_name(campaign: Campaign, peer: Peer, name: str) -> None:
    with pytest.raises(ToolError, match="no repository on GitHub"):
        campaign.run(repository=Repository("library", name))
    assert peer.requests == []


def test_a_project_in_a_folder_of_its_repository(campaign: Campaign, peer: Peer) -> None:
    put(campaign, "libs/core/setup.cfg", "100755", campaign.there.git.blob(b"\xff\x00"))
    where = Repository("core", "acme/library", "libs/core")
    pull, outcome = campaign.run(
        project="core",
        repository=where,
        contents={"setup.cfg": b"\xfe\x00", "text.cfg": "é\r\n".encode()},
        before={"setup.cfg": b"\xff\x00"},
    )
    assert (outcome, pull.project) == (Outcome.CREATED, "core")
    assert campaign.file("libs/core/setup.cfg") == b"\xfe\x00", "bytes that are no text"
    assert campaign.file("libs/core/text.cfg") == "é\r\n".encode()
    assert modes(campaign)["libs/core/setup.cfg"] == "100755"
    assert (
        campaign.run(
            project="core",
            repository=where,
            contents={"setup.cfg": b"\xfe\x00", "text.cfg": "é\r\n".encode()},
            before={"setup.cfg": b"\xff\x00"},
        )[1]
        is Outcome.UNCHANGED
    )
    # Two projects of one repository are told apart.
    assert campaign.run(branch="pylife/other")[1] is Outcome.CREATED
    assert [one.project for one in campaign.night().pulls(where)] == ["core"]
    assert [one.project for one in campaign.night().pulls(WHERE)] == ["library"]


@pytest.mark.parametrize("clone", [True, False])
def test_a_clone_that_has_the_base_spares_a_request(
    peer: Peer, tmp_path: Path, clone: bool
) -> None:
    folder = tmp_path / "clone"
    campaign = Campaign(peer, folder)
    if clone:
        source = str(campaign.there.git.folder)
        subprocess.run(["git", "clone", "--quiet", source, str(folder)], check=True)
    campaign.run(repository=NAMED, labels=(), reviewers=())
    assert len(peer.requests) == (6 if clone else 7)
    peer.person("dana").push(campaign.there, "main", {"other": "x"})
    if clone:
        subprocess.run(["git", "fetch", "--quiet"], cwd=folder, check=True)
    assert campaign.run(repository=NAMED, labels=(), reviewers=())[1] is Outcome.UPDATED
    assert len(peer.requests) == (5 if clone else 6)
    assert campaign.run(repository=NAMED, labels=(), reviewers=())[1] is Outcome.UNCHANGED
    assert len(peer.requests) == 2
    assert (
        campaign.run(repository=NAMED, labels=(), reviewers=(), body="Other.")[1] is Outcome.UPDATED
    )
    assert len(peer.requests) == 3


def test_a_tree_that_is_too_large_is_read_by_folders(
    campaign: Campaign, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.forges.peer import views_git

    whole = views_git.tree

    def cut(call: Any, what: Any, sha: str, entries: Any) -> Any:
        made = whole(call, what, sha, entries)
        if "recursive" in call.query:
            made["truncated"], made["tree"] = True, []
        return made

    monkeypatch.setattr(views_git, "tree", cut)
    contents = {"src/library.py": b"x = 1\n", "src/deep/new.py": b""}
    assert campaign.run(contents=contents, before={"src/library.py": b""})[1] is Outcome.CREATED
    assert campaign.file("src/library.py") == b"x = 1\n"
    campaign.there.issues.clear()
    with pytest.raises(ToolError, match="differs"):
        campaign.run(contents=contents, before={})


def test_blobs_have_gits_own_ids(tmp_path: Path) -> None:
    for data in (b"", b"text\n", bytes(range(256))):
        said = subprocess.run(
            ["git", "hash-object", "--stdin"], input=data, capture_output=True, check=True
        )
        assert said.stdout.decode().strip() == blob(data)


# The commits


def test_further_commits_and_sign_off(campaign: Campaign) -> None:
    after = CHANGED + b"# modern\n"
    wish: dict[str, Any] = {
        "then": (("Modernise\n\n- by a tool\n", {"pyproject.toml": after}),),
        "sign_off": True,
        "message": "Support it\n\nReviewed-by: Dana <dana@example.org>\n",
    }
    assert campaign.run(**wish)[1] is Outcome.CREATED
    git = campaign.there.git
    last = git.show(campaign.head or "")
    assert last is not None
    first = git.show(last.parents[0])
    assert first is not None
    assert first.parents == (git.refs["refs/heads/main"],)
    trailer = "Signed-off-by: pylife <pylife@localhost>\n"
    assert last.message == f"Modernise\n\n- by a tool\n\n{trailer}"
    assert first.message == f"Support it\n\nReviewed-by: Dana <dana@example.org>\n{trailer}"
    assert last.author.name == "pylife"
    assert last.author.seconds == int(dt.datetime(2026, 11, 21, tzinfo=dt.UTC).timestamp())
    assert campaign.file() == after
    assert campaign.run(**wish)[1] is Outcome.UNCHANGED
    assert campaign.run()[1] is Outcome.UPDATED
    assert campaign.is_one_commit()


def test_the_same_inputs_make_the_same_commit(peer: Peer, campaign: Campaign) -> None:
    first, _ = campaign.run()
    campaign.there.issues.clear()
    campaign.there.git.delete(f"refs/heads/{BRANCH}")
    assert campaign.run()[0].commit == first.commit


def test_another_identity(campaign: Campaign) -> None:
    forge = campaign.night(identity=("acme bot", "bot@acme.example"))
    assert forge.open_or_update(campaign.wish(sign_off=True))[1] is Outcome.CREATED
    commit = campaign.there.git.show(campaign.head or "")
    assert commit is not None
    assert (commit.author.name, commit.committer.email) == ("acme bot", "bot@acme.example")
    assert commit.message.endswith("Signed-off-by: acme bot <bot@acme.example>\n")
    forge = campaign.night(identity=("acme bot", "bot@acme.example"))
    assert forge.open_or_update(campaign.wish())[1] is Outcome.UNCHANGED


def test_a_change_of_very_many_files(campaign: Campaign) -> None:
    contents = {f"src/module_{number}.py": b"x\n" for number in range(320)}
    assert campaign.run(contents=contents, before={})[1] is Outcome.CREATED
    head = campaign.head
    # A comparison lists 300 files at most; the trees are compared then.
    tomorrow = dt.date(2026, 11, 22)
    assert campaign.run(contents=contents, before={}, as_of=tomorrow)[1] is Outcome.UNCHANGED
    assert campaign.head == head
    contents["src/module_319.py"] = b"y\n"
    assert campaign.run(contents=contents, before={})[1] is Outcome.UPDATED


# The pull request


def test_a_draft_waits_until_it_need_not(campaign: Campaign) -> None:
    assert campaign.run(draft=True)[0].draft
    assert campaign.pull.draft
    assert campaign.run(draft=True)[1] is Outcome.UNCHANGED
    pull, outcome = campaign.run()
    assert (pull.draft, campaign.pull.draft, outcome) == (False, False, Outcome.UPDATED)
    # A person makes it a draft again: theirs.
    campaign.pull.draft = True
    assert campaign.run()[1] is Outcome.UNCHANGED
    assert campaign.pull.draft


def test_where_there_are_no_drafts_it_is_none(campaign: Campaign, peer: Peer) -> None:
    said = "Draft pull requests are not supported in this repository."
    peer.faults.append(Fault("POST", r"/pulls$", status=422, message=said))
    pull, outcome = campaign.run(draft=True)
    assert (pull.draft, campaign.pull.draft, outcome) == (False, False, Outcome.CREATED)


def test_a_person_makes_a_draft_ready(campaign: Campaign, peer: Peer) -> None:
    campaign.run(draft=True)
    peer.person("dana").ready(campaign.there, campaign.number)
    assert campaign.run(draft=True)[1] is Outcome.UNCHANGED
    assert not campaign.pull.draft


def test_a_text_that_is_too_long(campaign: Campaign) -> None:
    text = "word " * 10 + "\n"
    assert campaign.run(body=text * 2_000)[1] is Outcome.CREATED
    assert len(campaign.issue.body or "") <= 65_536
    assert campaign.run(body=text * 2_000)[1] is Outcome.UNCHANGED


def test_when_it_was_made_and_ended(campaign: Campaign, peer: Peer) -> None:
    made, _ = campaign.run()
    assert made.created is not None
    assert made.created.utcoffset() == dt.timedelta(0)
    assert made.ended is None
    peer.clock.advance(3 * 86_400)
    peer.person("dana").merge(campaign.there, campaign.number, "squash", delete=True)
    for found in (campaign.night().find(WHERE, BRANCH), *campaign.night().pulls(WHERE)):
        assert found is not None
        assert found.state == "merged"
        assert found.ended is not None
        assert (found.ended - made.created).days == 3


def test_checks_are_asked_for_where_wanted(campaign: Campaign, peer: Peer) -> None:
    campaign.run()
    peer.check(campaign.there, BRANCH, "tests", "failure")
    peer.requests.clear()
    pull, _ = campaign.night(checks=True).open_or_update(campaign.wish())
    assert (pull.checks, pull.failing, len(peer.requests)) == ("failing", ("tests",), 4)


# How GitHub is asked


def test_a_repository_that_was_moved(campaign: Campaign, peer: Peer) -> None:
    campaign.run()
    there, hub = campaign.there, peer.hub
    del hub.repositories[there.full_name.lower()]
    there.owner, there.name = hub.user("press", "Organization"), "books"
    hub.repositories[there.full_name.lower()] = there
    api = f"{peer.url}/api/v3/repos/press/books"
    asked = f"state=all&head=acme%3A{BRANCH}&per_page=100"
    for path, place in ((r"/acme/library$", api), (r"/library/pulls$", f"{api}/pulls?{asked}")):
        where = {"Location": place}
        peer.faults.append(Fault("GET", path, status=301, headers=where, times=9))
    pull, outcome = campaign.run()
    assert (outcome, pull.number) == (Outcome.UNCHANGED, 1)
    assert campaign.forge.remarks == ["acme/library is called press/books now; name it so"]
    assert campaign.forge.open_or_update(campaign.wish(body="Other."))[1] is Outcome.UPDATED


def test_threads_may_share_a_forge(peer: Peer, tmp_path: Path) -> None:
    wishes = []
    for number in range(6):
        campaign = Campaign(peer, tmp_path / str(number), name=f"library-{number}")
        where = Repository(f"library-{number}", f"acme/library-{number}", "", "main")
        wishes.append(campaign.wish(project=where.project, repository=where))
    forge = campaign.night()
    with ThreadPoolExecutor(4) as pool:
        assert {one for _, one in pool.map(forge.open_or_update, wishes)} == {Outcome.CREATED}
    asked = sum(forge.counts.values())
    assert asked == len(peer.requests)
    with ThreadPoolExecutor(4) as pool:
        assert {one for _, one in pool.map(forge.open_or_update, wishes)} == {Outcome.UNCHANGED}
    assert sum(forge.counts.values()) == asked + 12


def test_answers_that_are_kept_are_asked_for_again(
    campaign: Campaign, peer: Peer, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    campaign.night(kept=kept).open_or_update(campaign.wish())
    for _ in range(2):
        forge = campaign.night(kept=kept)
        assert forge.open_or_update(campaign.wish())[1] is Outcome.UNCHANGED
    assert forge.spared == 2
    files = list(kept.iterdir())
    assert files
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    for file in files:
        file.write_bytes(file.read_bytes()[:20])
    assert campaign.night(kept=kept).open_or_update(campaign.wish())[1] is Outcome.UNCHANGED
    # What is kept is never taken for what is: the base moves, and it is seen.
    peer.person("dana").push(campaign.there, "main", {"other": "x"})
    assert campaign.night(kept=kept).open_or_update(campaign.wish())[1] is Outcome.UPDATED


def test_no_netrc_is_sent(
    campaign: Campaign, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    campaign.run()
    assert {seen.authorization for seen in peer.requests} == {f"Bearer {peer.token}"}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://git.example", "is not https"),
        ("ftp://git.example", "is not https"),
        ("https://user:canary@git.example", "holds credentials"),
    ],
)
def test_no_token_goes_over_plain_http(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        GitHubForge(Token(Secret("x"), "$X"), url=url)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("", "https://api.github.com"),
        ("https://github.com/", "https://api.github.com"),
        ("https://git.example/", "https://git.example/api/v3"),
        ("https://git.example/api/v3", "https://git.example/api/v3"),
    ],
)
def test_where_the_api_is(url: str, base: str) -> None:
    forge = GitHubForge(Token(Secret("x"), "$X"), url=url)
    assert forge._session.base_url == base
    assert forge._session.verify is True


def test_the_repositories_of_an_owner(peer: Peer) -> None:
    peer.repository("acme", "b", FILES, private=True)
    peer.repository("acme", "A", FILES, default="trunk").archived = True
    peer.repository("other", "x", FILES)
    forge = GitHubForge(Token(Secret(peer.token), "$X"), url=peer.url)
    found = forge.repositories("acme")
    assert [(one.name, one.default_branch, one.archived, one.private) for one in found] == [
        ("acme/A", "trunk", True, False),
        ("acme/b", "main", False, True),
    ]
    assert isinstance(found[0], Listed)
    assert found[0].clone_url.endswith("/acme/A.git")


# Pace


class Answer:
    """A response by status and headers."""

    def __init__(self, status: int, text: str = "", **headers: str) -> None:
        self.status_code = status
        self.text = text
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Time:
    """A clock that goes on by being slept on."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


DATE = "Sat, 21 Nov 2026 00:00:00 GMT"
NOW = 1_795_219_200


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (Answer(200), 0),
        (Answer(403, "Resource not accessible"), 0),
        (Answer(404, "rate limit"), 0),
        (Answer(403, Retry_After="7"), 7),
        (Answer(429, Retry_After="Sat, 21 Nov 2026 00:00:09 GMT", Date=DATE), 9),
        (Answer(403, "You have exceeded a secondary rate limit."), 60),
        (Answer(429), 60),
        (Answer(403, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(NOW + 5), Date=DATE), 6),
        (Answer(403, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(NOW - 5), Date=DATE), 1),
        (Answer(403, "rate limit", X_RateLimit_Remaining="0"), 60),
    ],
)
def test_what_github_asks_for_is_waited(answer: Answer, wait: float) -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep)
    assert pace.after(answer) == bool(wait)
    assert time.now == 1_000 + wait


def test_the_last_request_of_an_hour_is_the_last() -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep, patience=5)
    last = Answer(200, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(NOW + 100), Date=DATE)
    assert not pace.after(last)
    with pytest.raises(ToolError, match="left alone for 101 s"):
        pace.before(changes=False)
    time.now += 101
    pace.before(changes=False)


def test_changes_take_turns() -> None:
    time = Time()
    pace = Pace(clock=time, sleep=time.sleep, patience=10_000)
    begin = time.now
    for _ in range(501):
        pace.before(changes=True)
        pace.before(changes=False)
    assert time.now - begin == pytest.approx(3_600), "500 an hour"


def test_a_branch_that_may_not_be_deleted_is_a_remark(campaign: Campaign, peer: Peer) -> None:
    pull, _ = campaign.run()
    peer.protect(campaign.there, "pylife/*")
    forge = campaign.night()
    assert forge.retire(WHERE, pull, "superseded") is Outcome.UPDATED
    (remark,) = forge.remarks
    assert "deleting the branch" in remark
    found = campaign.night().find(WHERE, BRANCH)
    assert found is not None
    assert (found.state, found.retired, campaign.head) == ("closed", True, pull.commit)

"""The GitHub peer itself: a test of a client says nothing if its peer would take anything."""

import gzip
import json
import subprocess
import time
from pathlib import Path
from typing import Any

import github3  # type: ignore[import-untyped] # it has no types
import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.conftest import ROOT
from tests.forges.conftest import START
from tests.forges.peer import Clock, Fault, Hosted, Peer, primary, secondary
from tests.forges.peer.description import SAMPLE
from tests.forges.peer.openapi.cut import cut
from tests.forges.peer.routes import ROUTES

LIBRARY = {"pyproject.toml": "[project]\n", ".github/workflows/ci.yml": "on: push\n"}
WORKFLOW = ".github/workflows/ci.yml"


class Client:
    """Plain requests, so that what is asked is exactly what stands here."""

    def __init__(self, peer: Peer, token: str | None = "", scheme: str = "Bearer") -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.url = peer.url
        given = peer.token if token == "" else token
        if given is not None:
            self.session.headers["Authorization"] = f"{scheme} {given}"

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """The answer to a request."""
        return self.session.request(method, self.url + path, timeout=10, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        """The answer to a GET."""
        return self.ask("GET", path, **more)

    def post(self, path: str, value: Any) -> requests.Response:
        """The answer to a POST of JSON."""
        return self.ask("POST", path, json=value)


@pytest.fixture
def library(peer: Peer) -> Hosted:
    """A repository with a workflow."""
    return peer.repository("acme", "library", LIBRARY)


def branch(peer: Peer, library: Hosted, name: str = "change") -> str:
    """A branch with one commit of the bot's."""
    library.git.set(f"refs/heads/{name}", library.git.refs["refs/heads/main"])
    return peer.person(peer.bot.login).push(library, name, {"new.txt": "1\n"})


def pulled(peer: Peer, library: Hosted) -> int:
    """An open pull request of the bot's from `change`."""
    branch(peer, library)
    made = Client(peer).post(
        "/repos/acme/library/pulls", {"title": "Change", "head": "change", "base": "main"}
    )
    assert made.status_code == 201
    return int(made.json()["number"])


def state(peer: Peer, number: int) -> str:
    """open, closed or merged, as the API says."""
    view = Client(peer).get(f"/repos/acme/library/pulls/{number}").json()
    return "merged" if view["merged"] else str(view["state"])


def test_the_description_is_cut_from_githubs_own() -> None:
    original = ROOT.parent / "shared" / "github" / "openapi.json"
    if not original.is_file():
        pytest.skip("the whole description is not here")
    served = {(route.method, route.template) for route in ROUTES}
    whole = json.loads(original.read_bytes())
    assert cut(whole, served) == json.loads(gzip.decompress(SAMPLE.read_bytes()))


def test_all_that_is_served_is_described() -> None:
    paths = json.loads(gzip.decompress(SAMPLE.read_bytes()))["paths"]
    described = {(method.upper(), path) for path in paths for method in paths[path]}
    assert {(route.method, route.template) for route in ROUTES} == described


def test_a_client_made_of_github3_goes_the_whole_way(peer: Peer, library: Hosted) -> None:
    session = github3.session.GitHubSession()
    session.trust_env = False
    github = github3.GitHubEnterprise(peer.url, token=peer.token, session=session)
    there = github.repository("acme", "library")
    head = there.branch("main").commit.sha
    blob = there.create_blob("aGVsbG8=", "base64")
    entry = {"path": "new.txt", "mode": "100644", "type": "blob", "sha": blob}
    tree = there.create_tree([entry], base_tree=there.tree("main", recursive=True).sha)
    commit = there.create_commit("Change", tree.sha, [head])
    there.create_ref("refs/heads/pylife/change", commit.sha)
    made = there.create_pull("Change", "main", "pylife/change", "Body")
    (found,) = there.pull_requests(state="all", head="acme:pylife/change")
    pull = there.pull_request(found.number)
    pull.issue().add_labels("python")
    pull.create_comment("Hello")
    peer.check(library, "pylife/change", "tests", "success")
    checks = list(there.commit(commit.sha).check_runs())
    assert (found.number, pull.body, [check.name for check in checks]) == (
        made.number,
        "Body",
        ["tests"],
    )
    assert pull.merge("Merged", merge_method="squash")
    assert there.ref("heads/pylife/change").delete()
    assert peer.read(library, "main", "new.txt") == b"hello"
    assert peer.read(library, "main", WORKFLOW) == b"on: push\n"
    session.close()


def test_what_is_written_is_what_git_writes(peer: Peer, library: Hosted) -> None:
    dana = peer.person("dana")
    folders: dict[str, str | bytes] = {
        "a/b/c.txt": "1\n",
        "a.b": "2\n",
        "a-b/d": "3\n",
        "a/é": b"\xff\x00",
    }
    dana.push(library, "main", folders)
    dana.push(
        library, "main", {"a/b/c.txt": None, "a-b/d": "4\n", ".github/workflows/ci.yml": None}
    )
    pulled(peer, library)
    git = library.git
    assert git.git("fsck", "--strict", "--full", "--no-dangling") == b""
    said = git.git("ls-tree", "-r", "-t", "-z", "-l", "main").decode().split("\0")
    told = [
        [*head.split(), path] for head, _, path in (line.partition("\t") for line in said) if path
    ]
    sizes = git.listing(git.refs["refs/heads/main"], recursive=True)
    assert told == [
        [one.mode, one.kind, one.sha, "-" if one.size is None else str(one.size), one.path]
        for one in sizes
    ]
    assert [line[-1] for line in told] == ["a-b", "a-b/d", "a.b", "a", "a/é", "pyproject.toml"]
    kept = dict(git.refs)
    git.reload()
    assert {name: sha for name, sha in git.refs.items() if "pull" not in name} == kept
    assert git.base(git.refs["refs/heads/main"], git.refs["refs/heads/change"]) == (
        git.git("merge-base", "main", "change").decode().strip()
    )


def test_git_clones_and_pushes(peer: Peer, library: Hosted, tmp_path: Path) -> None:
    number = pulled(peer, library)
    there = tmp_path / "clone"
    address = peer.url.replace("://", f"://x-access-token:{peer.token}@") + "/acme/library.git"

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=dana", "-c", "user.email=dana@peer.example"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("clone", "-q", "-b", "change", address, str(there))
    (there / "more.txt").write_text("more\n")
    git("-C", str(there), "add", "more.txt")
    git("-C", str(there), "commit", "-qm", "More")
    git("-C", str(there), "push", "-q")
    commits = Client(peer).get(f"/repos/acme/library/pulls/{number}/commits").json()
    assert [commit["commit"]["author"]["name"] for commit in commits] == ["pylife-bot", "dana"]


@pytest.mark.parametrize(
    ("method", "path", "body", "problem"),
    [
        ("GET", "/repos/acme/library/pulls?states=all", None, "parameter states is not described"),
        ("GET", "/repos/acme/library/pulls?state=merged", None, "'merged' is not one of"),
        ("GET", "/repos/acme/library/hooks", None, "is no operation of the peer"),
        ("POST", "/repos/acme/library/issues", {"body": "x"}, "'title' is a required property"),
        ("POST", "/repos/acme/library/issues", {"title": "x", "draft": 1}, "draft is not described"),
        ("POST", "/repos/acme/library/issues", None, "it has no body"),
    ],
)  # fmt: skip
def test_what_is_not_as_described_is_told(
    peer: Peer, library: Hosted, method: str, path: str, body: Any, problem: str
) -> None:
    Client(peer).ask(method, path, json=body)
    assert any(problem in told for told in peer.violations), peer.violations
    with pytest.raises(AssertionError, match="not as described"):
        peer.judge()
    peer.violations.clear()


def test_an_answer_that_is_not_as_described_is_told(
    peer: Peer, library: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.name = None  # type: ignore[assignment] # what no answer may hold
    Client(peer).get("/repos/acme/library")
    assert any(
        "answer to GET" in told and "None is not of type" in told for told in peer.violations
    )
    peer.violations.clear()


def test_a_token_in_the_text_is_told(peer: Peer, library: Hosted) -> None:
    Client(peer).post("/repos/acme/library/issues", {"title": "T", "body": f"see {peer.token}"})
    assert peer.violations == ["POST /repos/acme/library/issues has a token in its text"]
    peer.violations.clear()


def test_what_has_not_changed_is_not_sent_again(peer: Peer, library: Hosted) -> None:
    client = Client(peer)
    first = client.get("/repos/acme/library/pulls", params={"state": "all"})
    again = {"If-None-Match": first.headers["ETag"]}
    path = "/repos/acme/library/pulls"
    second = client.get(path, params={"state": "all"}, headers=again)
    assert (second.status_code, second.content) == (304, b"")
    assert peer.limits.rate(peer.hub.tokens[peer.token])["used"] == 1
    pulled(peer, library)
    assert client.get(path, params={"state": "all"}, headers=again).status_code == 200


def test_lists_come_in_pages(peer: Peer, library: Hosted) -> None:
    dana = peer.person("dana")
    for number in range(5):
        dana.open_issue(library, f"Issue {number}")
    client = Client(peer)
    first = client.get("/repos/acme/library/issues", params={"per_page": 2})
    second = client.session.get(first.links["next"]["url"], timeout=10)
    last = client.session.get(first.links["last"]["url"], timeout=10)
    titles = [[issue["title"] for issue in page.json()] for page in (first, second, last)]
    assert titles == [["Issue 4", "Issue 3"], ["Issue 2", "Issue 1"], ["Issue 0"]]
    assert "next" not in last.links


def test_head_counts_only_with_its_owner(peer: Peer, library: Hosted) -> None:
    pulled(peer, library)
    client = Client(peer)
    found = {
        head: len(client.get("/repos/acme/library/pulls", params={"head": head}).json())
        for head in ("acme:change", "acme:other", "dana:change", "other")
    }
    assert found == {"acme:change": 1, "acme:other": 0, "dana:change": 0, "other": 1}


def test_issues_hold_pull_requests_too(peer: Peer, library: Hosted) -> None:
    number = pulled(peer, library)
    (issue,) = Client(peer).get("/repos/acme/library/issues").json()
    assert issue["number"] == number
    assert issue["pull_request"]["url"].endswith(f"/pulls/{number}")


def test_a_second_pull_request_of_a_branch_is_refused(peer: Peer, library: Hosted) -> None:
    number = pulled(peer, library)
    client = Client(peer)
    wanted = {"title": "Change", "head": "change", "base": "main"}
    refused = client.post("/repos/acme/library/pulls", wanted)
    assert refused.status_code == 422
    assert "already exists for acme:change" in refused.json()["errors"][0]["message"]
    peer.person("dana").close(library, number)
    assert client.post("/repos/acme/library/pulls", wanted).status_code == 201


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"head": "missing", "base": "main"}, "head is not a branch"),
        ({"head": "change", "base": "missing"}, "base is not a branch"),
        ({"head": "main", "base": "main"}, "No commits between acme:main and acme:main"),
    ],
)
def test_a_pull_request_of_nothing_is_refused(
    peer: Peer, library: Hosted, wanted: dict[str, str], problem: str
) -> None:
    branch(peer, library)
    refused = Client(peer).post("/repos/acme/library/pulls", wanted | {"title": "T"})
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (422, problem)


def test_references_are_kept_as_github_keeps_them(peer: Peer, library: Hosted) -> None:
    client = Client(peer)
    main = library.git.refs["refs/heads/main"]
    sha = branch(peer, library)
    refs = "/repos/acme/library/git/refs"
    again = client.post(refs, {"ref": "refs/heads/change", "sha": sha})
    assert (again.status_code, again.json()["message"]) == (422, "Reference already exists")
    back = client.ask("PATCH", f"{refs}/heads/change", json={"sha": main})
    assert (back.status_code, back.json()["message"]) == (422, "Update is not a fast forward")
    unknown = client.post(refs, {"ref": "refs/heads/other", "sha": "0" * 40})
    assert (unknown.status_code, unknown.json()["message"]) == (422, "Object does not exist")
    forced = client.ask("PATCH", f"{refs}/heads/change", json={"sha": main, "force": True})
    assert forced.status_code == 200
    assert client.ask("DELETE", f"{refs}/heads/change").status_code == 204
    assert client.ask("DELETE", f"{refs}/heads/change").status_code == 422
    assert client.get("/repos/acme/library/git/ref/heads/change").status_code == 404


def test_the_default_branch_cannot_be_deleted(peer: Peer, library: Hosted) -> None:
    refused = Client(peer).ask("DELETE", "/repos/acme/library/git/refs/heads/main")
    assert refused.status_code == 422


def test_protected_branches_stay_as_they_are(peer: Peer, library: Hosted) -> None:
    sha = branch(peer, library)
    peer.protect(library, "main")
    peer.protect(library, "held/*", creations=True)
    client = Client(peer)
    refs = "/repos/acme/library/git/refs"
    moved = client.ask("PATCH", f"{refs}/heads/main", json={"sha": sha})
    made = client.post(refs, {"ref": "refs/heads/held/x", "sha": sha})
    told = client.get("/repos/acme/library/branches/main").json()["protected"]
    assert (moved.status_code, made.status_code, told) == (422, 422, True)


def test_workflows_need_their_own_permission(peer: Peer, library: Hosted) -> None:
    main = library.git.refs["refs/heads/main"]
    wanted = {
        "base_tree": main,
        "tree": [{"path": WORKFLOW, "mode": "100644", "type": "blob", "content": "on: pull\n"}],
    }
    told = []
    tokens = [
        peer.issue_token("pylife-bot", "without", scopes=("repo",)),
        peer.issue_token("pylife-bot", "fine", permissions={"contents": "write"}),
        peer.hub.tokens[peer.token],
    ]
    for token in tokens:
        answer = Client(peer, token.text).post("/repos/acme/library/git/trees", wanted)
        told.append((answer.status_code, answer.headers.get("X-OAuth-Scopes")))
    assert told == [(404, "repo"), (403, None), (201, "repo, workflow")]


def test_an_untouched_workflow_needs_none(peer: Peer, library: Hosted) -> None:
    peer.issue_token("pylife-bot", "without", scopes=("repo",))
    client = Client(peer, "without")
    main = library.git.refs["refs/heads/main"]
    entry = {"path": "a", "mode": "100644", "type": "blob", "content": "a\n"}
    git = "/repos/acme/library/git"
    tree = client.post(f"{git}/trees", {"base_tree": main, "tree": [entry]}).json()["sha"]
    commit = client.post(f"{git}/commits", {"message": "m", "tree": tree, "parents": [main]}).json()
    made = client.post(f"{git}/refs", {"ref": "refs/heads/x", "sha": commit["sha"]})
    assert made.status_code == 201


def test_an_empty_repository_knows_no_git_data(peer: Peer) -> None:
    peer.repository("acme", "empty", None)
    client = Client(peer)
    told = [
        client.get("/repos/acme/empty/git/ref/heads/main"),
        client.get("/repos/acme/empty/commits"),
        client.post("/repos/acme/empty/git/blobs", {"content": "x"}),
    ]
    assert [answer.status_code for answer in told] == [409, 409, 409]
    assert client.get("/repos/acme/empty").json()["default_branch"] == "main"
    assert client.get("/repos/acme/empty/branches").json() == []


def test_an_archived_repository_is_read_only(peer: Peer, library: Hosted) -> None:
    library.archived = True
    client = Client(peer)
    assert client.get("/repos/acme/library").json()["archived"] is True
    refused = client.post("/repos/acme/library/issues", {"title": "T"})
    assert refused.status_code == 403
    assert refused.json()["message"] == "Repository was archived so is read-only."


def test_what_may_not_be_seen_is_not_found(peer: Peer) -> None:
    peer.repository("acme", "secret", {"a": "b"}, private=True, role="none")
    assert Client(peer).get("/repos/acme/secret").status_code == 404
    assert Client(peer, None).get("/repos/acme/secret").status_code == 404


def test_who_may_only_read_may_not_write(peer: Peer) -> None:
    peer.repository("acme", "foreign", {"a": "b"}, role="read")
    client = Client(peer)
    permissions = client.get("/repos/acme/foreign").json()["permissions"]
    assert (permissions["pull"], permissions["push"]) == (True, False)
    assert client.post("/repos/acme/foreign/git/blobs", {"content": "x"}).status_code == 404


def test_bad_credentials(peer: Peer, library: Hosted) -> None:
    assert Client(peer, "unknown").get("/user").status_code == 401
    peer.issue_token("dana", "short", expires=peer.clock() + 60)
    assert Client(peer, "short").get("/user").json()["login"] == "dana"
    peer.clock.advance(61)
    assert Client(peer, "short").get("/user").status_code == 401


class Keys:
    """A key of an App."""

    def __init__(self) -> None:
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.public = self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def web_token(self, app: int, now: float, seconds: float = 300) -> str:
        """As an App signs it."""
        claims = {"iat": int(now), "exp": int(now + seconds), "iss": str(app)}
        return jwt.encode(claims, self.private, algorithm="RS256")


def test_an_app_gets_tokens_that_expire(peer: Peer, library: Hosted) -> None:
    keys = Keys()
    permissions = {"contents": "write", "pull_requests": "write", "metadata": "read"}
    there = peer.install_app("upgrader", keys.public, "acme", permissions)
    app = Client(peer, keys.web_token(there.app.id, peer.clock()))
    (installed,) = app.get("/app/installations").json()
    assert installed["permissions"] == permissions
    path = f"/app/installations/{installed['id']}/access_tokens"
    made = app.ask("POST", path).json()
    client = Client(peer, made["token"])
    listed = client.get("/installation/repositories").json()
    assert [one["full_name"] for one in listed["repositories"]] == ["acme/library"]
    assert client.get("/repos/acme/library").json()["permissions"]["push"] is True
    assert client.get("/user").status_code == 403
    peer.clock.advance(3601)
    assert client.get("/repos/acme/library").status_code == 401
    late = Client(peer, keys.web_token(there.app.id, peer.clock() - 400))
    forged = Client(peer, Keys().web_token(there.app.id, peer.clock()))
    long = Client(peer, keys.web_token(there.app.id, peer.clock(), 3600))
    assert [one.get("/app").status_code for one in (late, forged, long)] == [401, 401, 401]


def test_an_app_does_only_what_it_is_for(peer: Peer, library: Hosted) -> None:
    keys = Keys()
    there = peer.install_app("reader", keys.public, "acme", {"contents": "read"})
    app = Client(peer, keys.web_token(there.app.id, peer.clock()))
    made = app.ask("POST", f"/app/installations/{there.id}/access_tokens").json()
    refused = Client(peer, made["token"]).post("/repos/acme/library/git/blobs", {"content": "x"})
    assert refused.status_code == 403
    assert refused.json()["message"] == "Resource not accessible by integration"


def test_branches_move_pull_requests(peer: Peer, library: Hosted) -> None:
    number, dana = pulled(peer, library), peer.person("dana")
    pull = library.issues[number].pull
    assert pull is not None
    stale = pull.base_sha
    dana.push(library, "main", {"b": "b\n"})
    assert pull.base_sha == stale, "as on GitHub, until the branch itself moves"
    sha = dana.push(library, "change", {"c": "c\n"})
    assert (pull.head_sha, pull.base_sha) == (sha, library.git.refs["refs/heads/main"])
    dana.rename_branch(library, "main", "trunk")
    assert (pull.base, library.default, state(peer, number)) == ("trunk", "trunk", "open")
    moved = Client(peer).get("/repos/acme/library/branches/main", allow_redirects=False)
    assert (moved.status_code, moved.headers["Location"].rpartition("/")[2]) == (301, "trunk")
    dana.delete_branch(library, "change")
    assert state(peer, number) == "closed"
    with pytest.raises(Exception, match="Validation Failed"):
        dana.reopen(library, number)


def test_a_closed_pull_request_keeps_its_head(peer: Peer, library: Hosted) -> None:
    number, dana = pulled(peer, library), peer.person("dana")
    pull = library.issues[number].pull
    assert pull is not None
    dana.close(library, number)
    kept = pull.head_sha
    dana.push(library, "change", {"c": "c\n"})
    assert pull.head_sha == kept
    dana.reopen(library, number)
    assert (state(peer, number), pull.head_sha) == ("open", library.git.head("change"))
    dana.close(library, number)
    dana.amend(library, "change", {"d": "d\n"})
    with pytest.raises(Exception, match="Validation Failed"):
        dana.reopen(library, number)


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_people_merge(peer: Peer, library: Hosted, how: Any) -> None:
    number = pulled(peer, library)
    peer.person("dana").push(library, "main", {"b": "b\n"})
    sha = peer.person("dana").merge(library, number, how, delete=True)
    assert (state(peer, number), library.git.head("change")) == ("merged", None)
    assert (library.git.head("main"), peer.read(library, "main", "new.txt")) == (sha, b"1\n")


def test_what_reached_the_base_is_merged(peer: Peer, library: Hosted) -> None:
    number = pulled(peer, library)
    peer.person("dana").point(library, "main", library.git.refs["refs/heads/change"])
    assert state(peer, number) == "merged"


def test_a_fork_brings_its_own_branches(peer: Peer, library: Hosted) -> None:
    dana = peer.person("dana")
    fork = dana.fork(library)
    fork.git.set("refs/heads/change", fork.git.refs["refs/heads/main"])
    dana.push(fork, "change", {"x": "x\n"})
    issue = dana.open_pull(library, "From afar", head="change", base="main", source=fork)
    (view,) = Client(peer).get("/repos/acme/library/pulls?head=dana:change").json()
    assert (view["number"], view["head"]["repo"]["full_name"]) == (issue.number, "dana/library")
    assert Client(peer).get("/repos/dana/library").json()["parent"]["full_name"] == "acme/library"
    dana.merge(library, issue.number)
    assert peer.read(library, "main", "x") == b"x\n"


def test_a_deleted_account_is_nobody(peer: Peer, library: Hosted) -> None:
    dana = peer.person("dana")
    branch(peer, library)
    issue = dana.open_pull(library, "Mine", head="change", base="main")
    peer.delete_user("dana")
    client = Client(peer)
    (listed,) = client.get("/repos/acme/library/pulls").json()
    alone = client.get(f"/repos/acme/library/pulls/{issue.number}").json()
    assert (listed["user"], alone["user"]["login"]) == (None, "ghost")
    assert client.get("/users/dana").status_code == 404


def test_reviews_are_asked_of_collaborators(peer: Peer, library: Hosted) -> None:
    number = pulled(peer, library)
    dana = peer.person("dana")
    path = f"/repos/acme/library/pulls/{number}/requested_reviewers"
    client = Client(peer)
    assert client.post(path, {"reviewers": ["dana"]}).status_code == 422
    dana.invite(library, "dana")
    assert client.post(path, {"reviewers": ["pylife-bot"]}).status_code == 422
    assert client.post(path, {"team_reviewers": ["core"]}).status_code == 422
    peer.team("acme", "core")
    asked = client.post(path, {"reviewers": ["dana"], "team_reviewers": ["core"]}).json()
    assert [one["login"] for one in asked["requested_reviewers"]] == ["dana"]
    assert [one["slug"] for one in asked["requested_teams"]] == ["core"]


def test_checks_and_statuses(peer: Peer, library: Hosted) -> None:
    sha = branch(peer, library)
    client = Client(peer)
    path = f"/repos/acme/library/commits/{sha}"
    assert client.get(f"{path}/status").json()["state"] == "pending"
    peer.check(library, "change", "tests", None)
    peer.check(library, "change", "tests", "failure")
    peer.status(library, "change", "ci/old", "failure")
    peer.status(library, "change", "ci/old", "success")
    runs = client.get(f"{path}/check-runs").json()
    assert [(run["name"], run["conclusion"]) for run in runs["check_runs"]] == [
        ("tests", "failure")
    ]
    told = client.get("/repos/acme/library/commits/change/status").json()
    assert (told["state"], told["total_count"], told["sha"]) == ("success", 1, sha)


def test_a_draft_is_made_ready(peer: Peer, library: Hosted) -> None:
    branch(peer, library)
    client = Client(peer)
    wanted = {"title": "T", "head": "change", "base": "main", "draft": True}
    made = client.post("/repos/acme/library/pulls", wanted).json()
    query = "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id})"
    query += " { pullRequest { isDraft } } }"
    asked = {"query": query, "variables": {"id": made["node_id"]}}
    told = client.post("/graphql", asked).json()
    assert told["data"]["markPullRequestReadyForReview"]["pullRequest"]["isDraft"] is False
    assert client.get(f"/repos/acme/library/pulls/{made['number']}").json()["draft"] is False


FAULTS = [
    (Fault(status=500), 500),
    (Fault(status=401), 401),
    (secondary(30), 403),
    (secondary(None, 429), 429),
    (primary(START + 60), 403),
]


@pytest.mark.parametrize(("fault", "status"), FAULTS)
def test_faults_come_before(peer: Peer, library: Hosted, fault: Fault, status: int) -> None:
    fault.method = "POST"
    peer.faults.append(fault)
    client = Client(peer)
    assert client.get("/repos/acme/library").status_code == 200
    told = client.post("/repos/acme/library/issues", {"title": "T"})
    assert (told.status_code, len(library.issues)) == (status, 0)
    for name, value in fault.headers.items():
        assert told.headers[name] == value
    assert client.post("/repos/acme/library/issues", {"title": "T"}).status_code == 201


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=502, after=True),
        Fault(breakage="drop", after=True),
        Fault(breakage="cut", after=True),
        Fault(breakage="cut-short", after=True),
        Fault(breakage="hang", seconds=0.01, after=True),
    ],
    ids=lambda fault: fault.breakage or str(fault.status),
)
def test_faults_come_after(peer: Peer, library: Hosted, fault: Fault) -> None:
    fault.method, fault.nth = "POST", 2
    peer.faults.append(fault)
    client = Client(peer)
    client.post("/repos/acme/library/issues", {"title": "First"}).json()
    with pytest.raises((requests.RequestException, ValueError)):
        client.post("/repos/acme/library/issues", {"title": "T"}).json()
    assert [issue.title for issue in library.issues.values()] == ["First", "T"]


def test_limits_are_counted(peer: Peer, library: Hosted, clock: Clock) -> None:
    client, limits = Client(peer), peer.limits
    limits.a_minute, limits.an_hour, limits.primary = 3, 5, 8
    for _ in range(4):
        client.post("/repos/acme/library/issues", {"title": "T"})
    assert [told.partition(" at ")[0] for told in limits.exceeded] == [
        "more than 3 content-creating requests a minute"
    ]
    clock.advance(61)
    limits.enforced = True
    path = "/repos/acme/library/issues"
    assert client.post(path, {"title": "T"}).status_code == 201
    hourly = client.post(path, {"title": "T"})
    assert (hourly.status_code, hourly.headers["Retry-After"]) == (403, "3601")
    for _ in range(2):
        assert client.get("/repos/acme/library").status_code == 200
    used_up = client.get("/repos/acme/library")
    assert (used_up.status_code, used_up.headers["X-RateLimit-Remaining"]) == (403, "0")
    clock.advance(float(used_up.headers["X-RateLimit-Reset"]) - clock())
    assert client.get("/repos/acme/library").status_code == 200


def test_it_is_quick(peer: Peer, library: Hosted) -> None:
    peer.validate = False
    client = Client(peer)
    path = "/repos/acme/library/pulls"
    client.get(path)
    begin = time.perf_counter()
    for _ in range(20):
        client.get(path)
    assert time.perf_counter() - begin < 2


def test_nothing_leaves_the_machine() -> None:
    with pytest.raises(requests.ConnectionError, match="wants to connect to"):
        requests.get("https://index.example/simple", timeout=5)

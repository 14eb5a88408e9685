"""The local forge, with real git: what it keeps, what it leaves alone, when it writes."""

import datetime as dt
import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from pylife.errors import StateError, ToolError
from pylife.forges import LocalForge
from pylife.forges.local import slug
from pylife.model import Outcome, Proposed, Repository

BRANCH = "pylife/python-3.10-3.15"


def git(*arguments: str, cwd: Path) -> str:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@localhost"]
    done = subprocess.run(
        ["git", *person, *arguments],
        cwd=cwd,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **settings},
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "pyproject.toml").write_bytes(b"a = 1\r\nb = 2\r\n")
    (folder / "src" / "run me.sh").write_bytes(b"#!/bin/sh\n")
    (folder / "src" / "run me.sh").chmod(0o755)
    (folder / 'odd "name"\n\\.bin').write_bytes(bytes(range(256)))
    (folder / "link").symlink_to("pyproject.toml")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    return folder


@pytest.fixture
def forge(tmp_path: Path) -> LocalForge:
    return LocalForge(tmp_path / "state")


@pytest.fixture
def proposed(project: Path) -> Proposed:
    return Proposed(
        project="demo",
        folder=str(project),
        branch=BRANCH,
        title="Support Python 3.15",
        body="Why.\n\n<!-- pylife: {} -->\n",
        message="Support Python 3.15\n",
        contents={"pyproject.toml": b"a = 2\r\nb = 2\r\n"},
        as_of=dt.date(2026, 11, 21),
    )


def repository(forge: LocalForge) -> Path:
    return forge.root / "demo.git"


def digest_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def test_one_commit_on_the_present_files(
    forge: LocalForge, proposed: Proposed, tmp_path: Path
) -> None:
    pull, outcome = forge.open_or_update(proposed)
    assert outcome is Outcome.CREATED
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--branch", BRANCH, str(repository(forge)), str(clone), cwd=tmp_path)
    assert git("rev-list", "--count", BRANCH, cwd=clone) == "2"
    assert git("rev-parse", "HEAD", "HEAD^", cwd=clone).split() == [pull.commit, pull.base]
    assert git("diff", "--name-status", "HEAD^", "HEAD", cwd=clone) == "M\tpyproject.toml"
    assert (clone / "pyproject.toml").read_bytes() == b"a = 2\r\nb = 2\r\n"
    assert (clone / 'odd "name"\n\\.bin').read_bytes() == bytes(range(256))
    assert (clone / "src" / "run me.sh").stat().st_mode & stat.S_IXUSR
    assert not (clone / "pyproject.toml").stat().st_mode & stat.S_IXUSR
    assert (clone / "link").readlink() == Path("pyproject.toml")
    assert not (clone / "__pycache__").exists()
    said = git("log", "--format=%an <%ae> %cn <%ce> %aI", "-1", cwd=clone)
    assert said == "pylife <pylife@localhost> pylife <pylife@localhost> 2026-11-21T00:00:00+00:00"


def test_the_page_and_its_record(forge: LocalForge, proposed: Proposed) -> None:
    pull, _ = forge.open_or_update(proposed)
    assert pull.where == f"forge/demo/pulls/{BRANCH}.md"
    page = forge.state / pull.where
    assert page.read_text() == "# Support Python 3.15\n\nWhy.\n\n<!-- pylife: {} -->\n"
    record = json.loads(page.with_suffix(".json").read_text())
    assert record["schema"] == "pylife/local-pull/1"
    assert (record["base"], record["commit"]) == (pull.base, pull.commit)
    assert forge.find(Repository("demo"), BRANCH) == pull
    assert forge.find(Repository("demo"), "pylife/other") is None
    assert forge.find(Repository("other"), BRANCH) is None


def test_same_inputs_give_the_same_commits(proposed: Proposed, tmp_path: Path) -> None:
    first, _ = LocalForge(tmp_path / "one").open_or_update(proposed)
    second, _ = LocalForge(tmp_path / "two").open_or_update(proposed)
    assert first == second


def test_nothing_is_written_where_nothing_differs(forge: LocalForge, proposed: Proposed) -> None:
    first, _ = forge.open_or_update(proposed)
    page = forge.state / first.where
    page.write_text("ticked by a person")
    # Tomorrow, with the same files: no new commit either.
    again, outcome = forge.open_or_update(proposed._replace(as_of=dt.date(2026, 11, 22)))
    assert outcome is Outcome.UNCHANGED
    assert again == first
    assert page.read_text() == "ticked by a person"


@pytest.mark.parametrize("what", ["title", "body", "contents", "base"])
def test_what_differs_is_made_anew_and_never_appended(
    forge: LocalForge, proposed: Proposed, project: Path, what: str
) -> None:
    first, _ = forge.open_or_update(proposed)
    changed = {
        "title": proposed._replace(title="Support Python 3.15; drop 3.9"),
        "body": proposed._replace(body="Because."),
        "contents": proposed._replace(contents={"pyproject.toml": b"a = 3\n"}),
        "base": proposed,
    }[what]
    if what == "base":
        (project / "new.txt").write_text("new")
    pull, outcome = forge.open_or_update(changed)
    assert outcome is Outcome.UPDATED
    assert git("rev-list", "--count", BRANCH, cwd=repository(forge)) == "2"
    assert (pull.base != first.base) == (what == "base")
    assert forge.open_or_update(changed)[1] is Outcome.UNCHANGED


def test_a_branch_that_people_committed_to_is_theirs(
    forge: LocalForge, proposed: Proposed, tmp_path: Path
) -> None:
    forge.open_or_update(proposed)
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--branch", BRANCH, str(repository(forge)), str(clone), cwd=tmp_path)
    (clone / "fix.txt").write_text("by hand")
    git("add", "fix.txt", cwd=clone)
    git("commit", "--quiet", "--message", "Fix", cwd=clone)
    git("push", "--quiet", cwd=clone)
    theirs = git("rev-parse", "HEAD", cwd=clone)
    pull, outcome = forge.open_or_update(proposed._replace(title="Other"))
    assert outcome is Outcome.EDITED_BY_PEOPLE
    assert pull.edited
    assert git("rev-parse", BRANCH, cwd=repository(forge)) == theirs
    # Also when the record was lost.
    (forge.state / pull.where).with_suffix(".json").unlink()
    assert forge.open_or_update(proposed)[1] is Outcome.EDITED_BY_PEOPLE
    assert git("rev-parse", BRANCH, cwd=repository(forge)) == theirs


@pytest.mark.parametrize(
    "identity", [(), ("-c", "user.name=pylife", "-c", "user.email=pylife@localhost")]
)
def test_an_amended_commit_is_theirs_too(
    forge: LocalForge, proposed: Proposed, tmp_path: Path, identity: tuple[str, ...]
) -> None:
    forge.open_or_update(proposed)
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--branch", BRANCH, str(repository(forge)), str(clone), cwd=tmp_path)
    git(*identity, "commit", "--quiet", "--amend", "--message", "Better words", cwd=clone)
    git("push", "--quiet", "--force", cwd=clone)
    assert forge.open_or_update(proposed)[1] is Outcome.EDITED_BY_PEOPLE


def test_closed_is_declined_until_people_open_it_again(
    forge: LocalForge, proposed: Proposed
) -> None:
    pull, _ = forge.open_or_update(proposed)
    record = (forge.state / pull.where).with_suffix(".json")
    record.write_text(record.read_text().replace('"open"', '"closed"'))
    changed = proposed._replace(title="Other")
    assert forge.open_or_update(changed)[1] is Outcome.DECLINED
    record.write_text(record.read_text().replace('"closed"', '"open"'))
    assert forge.open_or_update(changed)[1] is Outcome.UPDATED


def test_a_deleted_branch_is_made_again(forge: LocalForge, proposed: Proposed) -> None:
    first, _ = forge.open_or_update(proposed)
    git("branch", "-D", BRANCH, cwd=repository(forge))
    again, outcome = forge.open_or_update(proposed)
    assert (outcome, again.commit) == (Outcome.UPDATED, first.commit)


def test_the_users_repository_is_not_touched(
    forge: LocalForge, proposed: Proposed, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "--quiet", cwd=project)
    git("add", "pyproject.toml", cwd=project)
    git("commit", "--quiet", "--message", "first", cwd=project)
    (project / ".gitignore").write_text("*.log\n")
    (project / "run.log").write_text("ignored")
    trap = project / ".git" / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {project}/sprung\n")
    trap.chmod(0o755)
    git("config", "core.fsmonitor", str(trap), cwd=project)
    git("config", "core.hooksPath", str(project / ".git"), cwd=project)
    # What the caller's environment says must not lead elsewhere.
    monkeypatch.setenv("GIT_DIR", str(project / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(project / ".git" / "index"))
    before = digest_of(project)
    _, outcome = forge.open_or_update(proposed)
    monkeypatch.undo()
    assert outcome is Outcome.CREATED
    assert digest_of(project) == before
    kept = git("ls-tree", "-r", "-z", "--name-only", "main", cwd=repository(forge)).split("\0")
    assert "run.log" not in kept
    assert {".gitignore", "link", "pyproject.toml", "src/run me.sh"} <= set(kept)


def test_a_project_below_its_repository_and_one_that_is_ignored(
    forge: LocalForge, proposed: Proposed, tmp_path: Path
) -> None:
    git("init", "--quiet", cwd=tmp_path)
    forge.open_or_update(proposed)
    names = git("ls-tree", "-r", "-z", "--name-only", "main", cwd=repository(forge)).split("\0")
    assert "pyproject.toml" in names
    (tmp_path / ".gitignore").write_text("*\n")
    assert forge.open_or_update(proposed)[1] in {Outcome.UNCHANGED, Outcome.UPDATED}
    assert "pyproject.toml" in git("ls-tree", "-r", "--name-only", "main", cwd=repository(forge))


def test_the_state_folder_inside_the_project_is_left_out(proposed: Proposed, project: Path) -> None:
    forge = LocalForge(project / "state")
    assert forge.open_or_update(proposed)[1] is Outcome.CREATED
    assert forge.open_or_update(proposed)[1] is Outcome.UNCHANGED
    names = git("ls-tree", "-r", "--name-only", "main", cwd=repository(forge))
    assert "state" not in names


@pytest.mark.parametrize("path", ["link", "../outside", "/etc/passwd"])
def test_only_plain_files_of_the_project_are_replaced(
    forge: LocalForge, proposed: Proposed, path: str
) -> None:
    with pytest.raises(ToolError, match="not a plain file"):
        forge.open_or_update(proposed._replace(contents={path: b"x"}))


@pytest.mark.parametrize("branch", ["pylife/../x", "Pylife/x", "-x", "pylife/x.lock/", "a b", ""])
def test_branches_that_no_forge_takes_are_refused(
    forge: LocalForge, proposed: Proposed, branch: str
) -> None:
    with pytest.raises(ToolError, match="no branch name"):
        forge.open_or_update(proposed._replace(branch=branch))


@pytest.mark.parametrize("damage", ["", "[]", '{"schema": "pylife/local-pull/9"}', "{}"])
def test_a_damaged_record_is_an_error_that_says_which(
    forge: LocalForge, proposed: Proposed, damage: str
) -> None:
    pull, _ = forge.open_or_update(proposed)
    (forge.state / pull.where).with_suffix(".json").write_text(damage)
    with pytest.raises(StateError, match=r"forge/demo/pulls/pylife/python-3\.10-3\.15\.json"):
        forge.open_or_update(proposed)


def test_without_git_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match=r"git is not installed.*install git"):
        LocalForge(tmp_path / "state")


def test_a_failure_of_git_names_no_path_of_this_machine(
    forge: LocalForge, proposed: Proposed, tmp_path: Path
) -> None:
    forge.open_or_update(proposed)
    (repository(forge) / "HEAD").write_text("broken")
    with pytest.raises(ToolError) as caught:
        forge.open_or_update(proposed)
    assert str(tmp_path) not in str(caught.value)


def test_slugs_are_plain_and_keep_apart() -> None:
    assert slug("nw-core") == "nw-core"
    odd = ["NW-Core", "nw/core", "nw core", "..", "", "x.git", "é", "-x"]
    assert len({slug(name) for name in odd} | {"nw-core"}) == len(odd) + 1
    assert all(set(slug(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-") for name in odd)
    assert not any(slug(name).startswith((".", "-")) for name in odd)


# The whole protocol


def test_what_is_not_wanted_any_more_is_closed(forge: LocalForge, proposed: Proposed) -> None:
    where = Repository("demo")
    forge.as_of = dt.date(2026, 12, 1)
    pull, _ = forge.open_or_update(proposed)
    assert forge.retire(where, pull, "superseded\nby 3.16") is Outcome.UPDATED
    assert forge.retire(where, pull, "superseded by 3.16") is Outcome.NOTHING_TO_DO
    found = forge.find(where, BRANCH)
    assert found is not None
    assert (found.state, found.retired) == ("closed", True)
    assert found.ended == dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    assert git("branch", "--list", BRANCH, cwd=repository(forge)) == ""
    page = (forge.state / pull.where).read_text()
    assert page.endswith("\n\nClosed: no longer wanted: superseded by 3.16\n")
    # Nobody declined it: once it is wanted again, it is made again.
    again, outcome = forge.open_or_update(proposed)
    assert (outcome, again.state, again.retired) == (Outcome.CREATED, "open", False)
    assert "Closed" not in (forge.state / pull.where).read_text()


def test_what_people_work_on_is_marked_and_left_open(
    forge: LocalForge, proposed: Proposed, tmp_path: Path
) -> None:
    pull, _ = forge.open_or_update(proposed)
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--branch", BRANCH, str(repository(forge)), str(clone), cwd=tmp_path)
    git("commit", "--quiet", "--allow-empty", "--message", "Mine", cwd=clone)
    git("push", "--quiet", cwd=clone)
    for _ in range(2):
        assert forge.retire(Repository("demo"), pull, "superseded") is Outcome.EDITED_BY_PEOPLE
    page = (forge.state / pull.where).read_text()
    assert page.count("Abandoned: no longer wanted: superseded") == 1
    found = forge.find(Repository("demo"), BRANCH)
    assert found is not None
    assert (found.state, found.edited) == ("open", True)


def test_nothing_is_retired_that_is_not_open(forge: LocalForge, proposed: Proposed) -> None:
    pull, _ = forge.open_or_update(proposed)
    other = pull._replace(branch="pylife/other")
    assert forge.retire(Repository("demo"), other, "x") is Outcome.NOTHING_TO_DO
    record = (forge.state / pull.where).with_suffix(".json")
    record.write_text(record.read_text().replace('"open"', '"merged"'))
    assert forge.retire(Repository("demo"), pull, "x") is Outcome.NOTHING_TO_DO


def test_all_pull_requests_of_a_project_newest_first(forge: LocalForge, proposed: Proposed) -> None:
    assert forge.pulls(Repository("demo")) == []
    old, _ = forge.open_or_update(proposed)
    later = proposed._replace(branch="pylife/python-3.11-3.16", as_of=dt.date(2027, 11, 1))
    new, _ = forge.open_or_update(later)
    forge.open_or_update(proposed._replace(project="other"))
    assert forge.pulls(Repository("demo")) == [new, old]
    assert [pull.created for pull in (old, new)] == [
        dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
        dt.datetime(2027, 11, 1, tzinfo=dt.UTC),
    ]
    # When it was made stays, however often it is made anew.
    again, _ = forge.open_or_update(later._replace(body="New.", as_of=dt.date(2027, 12, 1)))
    assert again.created == new.created


def test_drafts_labels_and_reviewers_stand_on_the_page(
    forge: LocalForge, proposed: Proposed
) -> None:
    wish = proposed._replace(draft=True, labels=("python",), reviewers=("dana", "acme/core"))
    pull, _ = forge.open_or_update(wish)
    assert pull.draft
    page = forge.state / pull.where
    above = "A draft. Labels: `python`. Reviewers: `dana`, `acme/core`."
    assert page.read_text().split("\n\n")[1] == above
    assert forge.open_or_update(wish)[1] is Outcome.UNCHANGED
    # Labels and reviewers are set once; a draft is one until it need not wait.
    other = wish._replace(labels=("other",), reviewers=(), body="New.", draft=False)
    pull, outcome = forge.open_or_update(other)
    assert (pull.draft, outcome) == (False, Outcome.UPDATED)
    assert page.read_text().split("\n\n")[1] == above.removeprefix("A draft. ")
    assert forge.open_or_update(other._replace(draft=True))[1] is Outcome.UNCHANGED
    record = json.loads(page.with_suffix(".json").read_text())
    assert (record["labels"], record["reviewers"]) == (["python"], ["dana", "acme/core"])


def test_a_sign_off_is_in_each_commit(forge: LocalForge, proposed: Proposed) -> None:
    wish = proposed._replace(sign_off=True, then=(("More\n", {"new.txt": b"x"}),))
    forge.open_or_update(wish)
    said = git("log", "-2", "--format=%B", BRANCH, cwd=repository(forge))
    assert said.count("Signed-off-by: pylife <pylife@localhost>") == 2


def test_a_record_of_before_is_still_read(forge: LocalForge, proposed: Proposed) -> None:
    pull, _ = forge.open_or_update(proposed)
    record = (forge.state / pull.where).with_suffix(".json")
    values = json.loads(record.read_text())
    known = {"schema", "project", "branch", "state", "title", "digest", "base", "commit"}
    record.write_text(json.dumps({name: values[name] for name in known}))
    assert forge.open_or_update(proposed)[1] is Outcome.UNCHANGED
    assert forge.find(Repository("demo"), BRANCH) == pull._replace(created=None)
    assert forge.open_or_update(proposed._replace(body="New."))[1] is Outcome.UPDATED


def test_a_dashboard_is_a_page(forge: LocalForge) -> None:
    assert forge.missing(Repository("demo"), [".github/workflows/ci.yml"]) == []
    where = forge.dashboard(Repository("demo"), "Python 3.15", "Pythons", "One.\n")
    assert forge.dashboard(Repository("demo"), "Python 3.15", "Pythons", "Two.\n") == where
    assert (forge.state / where).read_text() == "# Pythons\n\nTwo.\n"
    assert forge.dashboard(Repository("demo"), "other", "Others", "") != where

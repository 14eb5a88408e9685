"""Verdicts on small fleets, by the real engine and a real index on loopback."""

import json
import sqlite3
import time
from pathlib import Path

import pytest

from tests.conftest import MakeTree, Pylife
from tests.dependencies.served import Dist, Status
from tests.dependencies.workflow.worlds_deps import (
    PROJECTS,
    configured,
    deps,
    project,
    verdicts,
)

PYTHONS = ("--python", "3.12,3.13")


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    with configured(monkeypatch, tmp_path / "home") as served:
        yield served


def test_who_blocks_and_what_would_unblock(pylife: Pylife, tree: MakeTree, index: object) -> None:
    root = tree({"pyproject.toml": project("app", "pure", "compiled<2")})
    found = deps(pylife, root, *PYTHONS, "--no-floors")
    (one,) = found["projects"]
    assert verdicts(found, "app") == {"3.12": "installs", "3.13": "blocked"}
    (blocker,) = one["pythons"]["3.13"]["blockers"]
    assert blocker["package"] == "compiled"
    assert blocker["chain"] == ["compiled"]
    assert blocker["own_cap"] == "compiled<2"
    assert blocker["own_cap_at"] == "pyproject.toml:7"
    assert blocker["loads_from"] == {"version": "2.0", "date": "2025-11-01"}
    assert [row["package"] for row in found["blockers"]] == ["compiled"]
    assert found["summary"]["verdicts"]["blocked"] == 1


def test_extras_and_other_sets_are_judged_by_themselves(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    more = "[project.optional-dependencies]\nfast = ['compiled<2']\n[dependency-groups]\ndev = ['capped']\n"
    root = tree({"pyproject.toml": project("app", "pure", more=more)})
    found = deps(pylife, root, *PYTHONS, "--sets", "run,extra,group", "--no-floors")
    (one,) = found["projects"]
    assert {python: said["verdict"] for python, said in one["extras"]["fast"].items()} == {
        "3.12": "installs",
        "3.13": "blocked",
    }
    assert one["sets"]["group:dev"]["3.13"]["verdict"] == "blocked"
    assert one["sets"]["group:dev"]["3.12"]["verdict"] == "installs"
    assert set(verdicts(found, "app").values()) == {"installs"}


def test_the_fleets_own_libraries_never_come_from_an_index(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The index has a newer `lib`, which requires what does not exist."""
    stranger = {**PROJECTS, "lib": [Dist("99.0", requires=("nothing-such",))]}
    root = tree(
        {
            "pylife.toml": "[[project]]\npath = 'app'\n[[project]]\npath = 'lib'\n",
            "app/pyproject.toml": project("app", "lib>=1"),
            "lib/pyproject.toml": project("lib", "pure", python=">=3.10,<3.13", version="1.4"),
        }
    )
    with configured(monkeypatch, tmp_path / "home", stranger) as served:
        found = deps(pylife, root, *PYTHONS)
        planned = deps(pylife, root, *PYTHONS, "--planned")
        # Nobody outside learns what the fleet's libraries are called.
        assert not [path for path in served.asked if "/lib" in path]
    app = next(item for item in found["projects"] if item["name"] == "app")
    picks = {pick["package"]: pick["version"] for pick in app["pythons"]["3.12"]["picks"]}
    assert picks == {"lib": "1.4", "pure": "2.0"}
    assert verdicts(found, "app") == {"3.12": "installs", "3.13": "blocked"}
    assert app["pythons"]["3.13"]["blockers"][0]["package"] == "lib"
    assert verdicts(planned, "app") == {"3.12": "installs", "3.13": "installs"}


def test_a_computed_version_is_one_that_fits_all_and_that_is_said(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    root = tree(
        {
            "one/pyproject.toml": project("one", "lib>=2.1,<3"),
            "two/pyproject.toml": project("two", "lib>=2.3"),
            "lib/pyproject.toml": project("lib", "pure", version=None),
        }
    )
    found = deps(pylife, root, *PYTHONS)
    one = next(item for item in found["projects"] if item["name"] == "one")
    assert verdicts(found, "one") == {"3.12": "installs", "3.13": "installs"}
    assert one["assumed"] == [{"package": "lib", "version": "2.3.1"}]


@pytest.mark.parametrize(
    "requires",
    ["other @ git+https://git.example/other.git", "other @ file:///nowhere/other"],
)
def test_what_cannot_be_known_is_never_said_to_install(
    pylife: Pylife, tree: MakeTree, index: object, requires: str
) -> None:
    root = tree({"pyproject.toml": project("app", "pure", requires)})
    found = deps(pylife, root, *PYTHONS, code=4)
    (one,) = found["projects"]
    assert set(verdicts(found, "app").values()) == {"unknown"}
    assert "other comes from" in one["pythons"]["3.12"]["reason"]
    # What is known to block still does.
    root = tree({"pyproject.toml": project("app", "compiled<2", requires)})
    found = deps(pylife, root, *PYTHONS, code=4)
    assert verdicts(found, "app") == {"3.12": "unknown", "3.13": "blocked"}


def test_dynamic_dependencies_are_unknown_for_those_who_require_them_too(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    lib = "[project]\nname = 'lib'\nversion = '1'\ndynamic = ['dependencies']\n"
    root = tree({"app/pyproject.toml": project("app", "lib"), "lib/pyproject.toml": lib})
    found = deps(pylife, root, *PYTHONS, code=4)
    for name in ("app", "lib"):
        assert set(verdicts(found, name).values()) == {"unknown"}


def test_nothing_is_judged_twice_until_something_changes(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    projects = {name: list(dists) for name, dists in PROJECTS.items()}
    root = tree(
        {
            "a/pyproject.toml": project("a", "pure"),
            "b/pyproject.toml": project("b", "compiled<2"),
        }
    )
    state = tmp_path / "state"
    with configured(monkeypatch, tmp_path / "home", projects) as served:
        first = deps(pylife, root, *PYTHONS, "--state", state, "--no-floors")
        made = _made(state)
        served.asked.clear()
        assert deps(pylife, root, *PYTHONS, "--state", state, "--no-floors") == first
        assert not served.asked
        assert _made(state) == made
        # An upload of `pure`: what does not rest on it stays as it is.
        projects["pure"].append(Dist("3.0"))
        time.sleep(0.01)
        again = deps(pylife, root, *PYTHONS, "--state", state, "--no-floors", "--refresh")
    a = next(item for item in again["projects"] if item["name"] == "a")
    assert a["pythons"]["3.12"]["picks"][0]["version"] == "3.0"
    changed = {key for key, at in _made(state).items() if made[key] != at}
    assert len(changed) == 4  # two Pythons on two platforms
    assert verdicts(again, "b") == verdicts(first, "b")


def _made(state: Path) -> dict[str, str]:
    with sqlite3.connect(state / "dependencies" / "verdicts.sqlite") as connection:
        found = dict(connection.execute("SELECT key, made || found FROM verdict"))
    connection.close()
    return found


def test_offline_says_how_old_it_is_and_what_was_never_asked(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = tree({"pyproject.toml": project("app", "pure")})
    state = tmp_path / "state"
    with configured(monkeypatch, tmp_path / "home") as served:
        deps(pylife, root, *PYTHONS, "--state", state, "--no-floors")
        served.asked.clear()
        found = deps(pylife, root, *PYTHONS, "--state", state, "--no-floors", "--offline")
        assert not served.asked
        root = tree({"pyproject.toml": project("app", "pure", "compiled")})
        other = deps(pylife, root, *PYTHONS, "--state", state, "--offline", code=4)
    assert set(verdicts(found, "app").values()) == {"installs"}
    assert set(verdicts(other, "app").values()) == {"unknown"}
    (one,) = other["projects"]
    assert "never asked" in one["pythons"]["3.12"]["reason"]


def test_a_broken_index_is_a_row_and_the_fleet_goes_on(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = tree(
        {"a/pyproject.toml": project("a", "compiled"), "b/pyproject.toml": project("b", "pure")}
    )
    with configured(monkeypatch, tmp_path / "home", faults={"compiled": Status(500)}):
        found = deps(pylife, root, *PYTHONS, code=4)
    assert set(verdicts(found, "a").values()) == {"unknown"}
    assert set(verdicts(found, "b").values()) == {"installs"}


def test_an_interrupted_run_goes_on_where_it_was(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pylife.workflow.dependencies import store

    names = [f"p{number}" for number in range(6)]
    root = tree({f"{name}/pyproject.toml": project(name, "pure", f"{name}x") for name in names})
    projects = {**PROJECTS, **{f"{name}x": [Dist("1.0")] for name in names}}
    state = tmp_path / "state"
    arguments = (root, "--python", "3.12", "--state", state, "--jobs", "1", "--no-floors")
    with configured(monkeypatch, tmp_path / "home", projects):
        put, count = store.Store.put, []

        def stop(self: store.Store, kept: store.Kept) -> None:
            put(self, kept)
            count.append(kept.key)
            if len(count) == 3:
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(store.Store, "put", stop)
            assert pylife("deps", *arguments).code == 130
        assert sorted(_made(state)) == sorted(count)
        before = _made(state)
        found = deps(pylife, *arguments)
        assert all(verdicts(found, name) == {"3.12": "installs"} for name in names)
        assert {key: _made(state)[key] for key in before} == before


def test_a_store_that_is_broken_or_newer_is_made_anew(
    pylife: Pylife, tree: MakeTree, index: object, tmp_path: Path
) -> None:
    root = tree({"pyproject.toml": project("app", "pure")})
    state = tmp_path / "state"
    deps(pylife, root, *PYTHONS, "--state", state)
    path = state / "dependencies" / "verdicts.sqlite"
    for content in (b"no database at all" * 100, b""):
        path.write_bytes(content)
        found = deps(pylife, root, *PYTHONS, "--state", state)
        assert set(verdicts(found, "app").values()) == {"installs"}


def test_a_day_of_the_past(pylife: Pylife, tree: MakeTree, index: object) -> None:
    root = tree({"pyproject.toml": project("app", "compiled")})
    then = deps(pylife, root, *PYTHONS, "--as-of", "2025-06-01", "--no-floors")
    now = deps(pylife, root, *PYTHONS, "--no-floors", "--since")
    assert verdicts(then, "app") == {"3.12": "installs", "3.13": "blocked"}
    assert then["projects"][0]["pythons"]["3.12"]["basis"]["before"] == "2025-06-01"
    assert verdicts(now, "app") == {"3.12": "installs", "3.13": "installs"}
    assert now["projects"][0]["since"]["3.13"]["day"] == "2025-11-01"


def test_the_floors_that_make_it_work_everywhere(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    root = tree({"pyproject.toml": project("app", "compiled >=1", "pure")})
    (one,) = deps(pylife, root, *PYTHONS)["projects"]
    (floor,) = one["floors"]
    assert (floor["package"], floor["from"], floor["to"]) == (
        "compiled",
        "compiled >=1",
        "compiled >=2",
    )
    assert floor["at"] == "pyproject.toml:6"
    assert one["floors_basis"]["verified"]


def test_excluded_and_missing_projects_are_told_apart(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    config = "[[project]]\npath = 'a'\n[[project]]\npath = 'b'\nexclude = 'old'\n[[project]]\npath = 'c'\n[[project]]\npath = 'd'\n"
    root = tree(
        {
            "pylife.toml": config,
            "a/pyproject.toml": project("a", "pure"),
            "b/pyproject.toml": project("b", "pure"),
            "d/README.md": "no requirements\n",
        }
    )
    found = deps(pylife, root, *PYTHONS, code=4)
    assert [(item["name"], item["error"], item["reason"]) for item in found["projects"]] == [
        ("a", None, None),
        ("c", "no such folder", None),
        ("d", None, "it says nowhere what it requires"),
    ]


def test_the_document_is_the_same_twice(pylife: Pylife, tree: MakeTree, index: object) -> None:
    root = tree({"pyproject.toml": project("app", "pure", "needs-compiled")})
    texts = [
        json.dumps(deps(pylife, root, *PYTHONS, "--jobs", jobs, "--state", root / jobs))
        for jobs in ("1", "4")
    ]
    dates = {
        json.loads(text)["projects"][0]["pythons"]["3.12"]["basis"]["index_date"] for text in texts
    }
    for date in dates:
        texts = [text.replace(date, "") for text in texts]
    assert texts[0] == texts[1]

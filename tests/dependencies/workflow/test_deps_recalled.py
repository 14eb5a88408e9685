"""What `pylife check` makes of stored verdicts, and what a nightly job publishes of them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeTree, Pylife
from tests.dependencies.workflow.worlds_deps import configured, project


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    with configured(monkeypatch, tmp_path / "home") as served:
        yield served


def found(pylife: Pylife, root: Path, *arguments: str | Path) -> list[dict[str, Any]]:
    """The findings on dependencies of a check."""
    ran = pylife("check", root, "--format", "json", "--no-source", *arguments)
    assert ran.code in {0, 1}, ran.err
    document = json.loads(ran.out)
    return [item for item in document["findings"] if item["code"].startswith("DEP41")]


def test_a_check_knows_what_the_last_run_said(pylife: Pylife, tree: MakeTree, index: Any) -> None:
    root = tree({"pyproject.toml": project("app", "pure", "compiled<2", python=">=3.11,<3.14")})
    assert found(pylife, root) == []
    assert pylife("deps", root, "--no-floors").code == 0
    index.asked.clear()
    items = found(pylife, root)
    assert not index.asked
    assert [(one["code"], one["subject"]) for one in items] == [
        ("DEP411", "compiled no-wheel"),  # on 3.11, where no release has ever loaded
        ("DEP411", "compiled own-cap"),
    ]
    item = items[1]
    assert (item["file"], item["line"]) == ("pyproject.toml", 7)
    assert "does not install on 3.13, which it declares" in item["message"]
    assert "today's verdicts" in item["message"]
    assert "relax compiled<2" in item["help"]
    # 40 days later they are old, and said to be.
    later = found(pylife, root, "--as-of", _later(40))
    assert "verdicts that are 40 days old" in later[1]["message"]
    assert [one["code"] for one in later] == ["DEP415", "DEP411", "DEP411"]


def _later(days: int) -> str:
    import datetime as dt

    return (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days)).isoformat()


def test_other_requirements_are_not_judged_by_old_verdicts(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    root = tree({"pyproject.toml": project("app", "pure", "compiled<2")})
    assert pylife("deps", root, "--no-floors").code == 0
    tree({"pyproject.toml": project("app", "pure", "compiled<3")})
    assert [item["code"] for item in found(pylife, root)] == ["DEP415"]


def test_a_run_on_other_pythons_does_not_replace_what_is_remembered(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    root = tree({"pyproject.toml": project("app", "pure", "compiled<2", python=">=3.11,<3.14")})
    assert pylife("deps", root, "--no-floors").code == 0
    before = found(pylife, root)
    assert pylife("deps", root, "--python", "3.12").code == 0
    assert found(pylife, root) == before != []


def test_that_nothing_is_known_does_not_replace_what_was(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = tree({"pyproject.toml": project("app", "pure", "compiled<2", python=">=3.11,<3.14")})
    with configured(monkeypatch, tmp_path / "home"):
        assert pylife("deps", root, "--no-floors").code == 0
    before = found(pylife, root)
    assert pylife("deps", root, "--no-floors", "--refresh").code == 4  # the index is gone
    assert found(pylife, root) == before != []


def test_a_store_that_cannot_be_read_is_as_if_there_were_none(
    pylife: Pylife, tree: MakeTree, index: object
) -> None:
    root = tree({"pyproject.toml": project("app", "compiled<2")})
    assert pylife("deps", root, "--no-floors").code == 0
    (root / ".pylife" / "dependencies" / "verdicts.sqlite").write_bytes(b"nothing such")
    assert found(pylife, root) == []


def test_nothing_is_loaded_where_there_is_no_store(pylife: Pylife, tree: MakeTree) -> None:
    import subprocess

    root = tree({"pyproject.toml": project("app", "pure")})
    code = (
        "import sys\nfrom pylife.cli import run\n"
        f"run(['check', {str(root)!r}, '--no-source', '-q'])\n"
        "print([name for name in sys.modules if 'dependencies' in name], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.splitlines()[-1] == "[]"


def test_a_nightly_job_refreshes_and_publishes_them(
    pylife: Pylife, tree: MakeTree, index: object, tmp_path: Path
) -> None:
    root = tree(
        {
            "app/pyproject.toml": project("app", "pure", "compiled<2", python=">=3.11,<3.14"),
            "lib/pyproject.toml": project("lib", "pure", python=">=3.12"),
            "lib/lib.py": "",
        }
    )
    state = tmp_path / "state"
    ran = pylife("nightly", root, "--only", "read,resolve,publish", "--state", state,
                 "--fail-on", "never")  # fmt: skip
    assert ran.code == 0, ran.err
    assert "resolved  " in ran.out
    facts = json.loads((state / "results" / "facts.json").read_text())
    assert set(facts["dependencies"]) == {"app", "lib"}
    items = found(pylife, root / "app", "--facts", state / "results" / "facts.json")
    assert {item["code"] for item in items} == {"DEP411"}
    document = json.loads((state / "results" / "resolve.json").read_text())
    assert document["error"] is None
    pages = {
        path.stem: json.loads(path.read_text())
        for path in (state / "site" / "projects").glob("*.json")
    }
    rows = {row["python"]: row for row in pages["app"]["evidence"]}
    assert rows["3.13"]["dependencies"] == "blocked"
    assert rows["3.13"]["contradiction"] == "declared, but its dependencies do not install"
    assert "relax compiled<2" in rows["3.13"]["dependency_lines"][0]
    lib = {row["python"]: row for row in pages["lib"]["evidence"]}
    assert lib["3.13"]["rung"] == "resolves"


def test_a_nightly_job_goes_on_without_an_index(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = tree({"pyproject.toml": project("app", "pure")})
    with configured(monkeypatch, tmp_path / "home"):
        pass
    ran = pylife("nightly", root, "--only", "read,resolve,publish", "--fail-on", "never")
    assert ran.code == 0, ran.err
    assert "unknown" in ran.out
    assert (root / ".pylife" / "site" / "index.html").is_file()

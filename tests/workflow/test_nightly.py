"""The main job end to end, with real nox, real git and the interpreter that runs the tests."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AS_OF, ROOT, MakeTree, Pylife
from tests.site.test_site_schemas import faults

pytestmark = pytest.mark.slow

PLATFORM = ROOT / "examples" / "platform"
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
MINOR = sys.version_info[1]


def load(state: Path, name: str) -> Any:
    return json.loads((state / "results" / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder after the main job on the example fleet, under this Python."""
    state = tmp_path_factory.mktemp("platform")
    done = subprocess.run(
        [sys.executable, "-m", "pylife", "nightly", PLATFORM, "--as-of", AS_OF, "--python", HERE,
         "--state", state, "--only", "read,run,propose,publish"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr  # the fleet has findings, by design
    assert "site      " in done.stdout
    return state


def test_every_designed_case_has_its_status(platform: Path) -> None:
    statuses = {cell["project"]: cell["status"] for cell in load(platform, "run")["cells"]}
    assert statuses == {
        "churn-model": "passed" if MINOR < 12 else "blocked",  # its numpy has no wheels
        "nw-client": "passed",
        "nw-config": "passed",
        "nw-core": "passed",
        "nw-features": "passed" if MINOR < 14 else "failed",  # uses ast.Num
        "nw-legacy-metrics": "passed" if MINOR < 12 else "failed",  # imports imp
        "nw-notebooks": "no-tests",
        "nw-serving": "passed",
        "nw-training-pipeline": "passed" if MINOR < 14 else "failed",  # through nw-features
    }


def test_a_failure_says_what_failed(platform: Path) -> None:
    for cell in load(platform, "run")["cells"]:
        log = cell["log"] and platform / cell["log"]
        if cell["status"] == "failed":
            assert "has no attribute" in cell["reason"] or "No module named" in cell["reason"]
            assert "Error" in log.read_text()
        if cell["status"] == "passed":
            assert cell["counts"]["passed"] > 0


def test_nothing_of_the_users_tree_was_touched(platform: Path) -> None:
    del platform
    status = subprocess.run(
        ["git", "-C", ROOT, "status", "--porcelain", "--ignored", "--", "examples"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if status.returncode:
        pytest.skip("not a git checkout")
    assert not [line for line in status.stdout.splitlines() if line.startswith(("!!", "??"))]


def test_proposals_come_in_dependency_order_with_branch_and_page(platform: Path) -> None:
    proposals = {one["project"]: one for one in load(platform, "propose")["proposals"]}
    waves = [proposals[name]["wave"] for name in ("nw-core", "nw-config", "nw-features")]
    assert waves == sorted(set(waves))
    assert proposals["nw-serving"]["wave"] > waves[-1]
    serving = proposals["nw-serving"]
    assert serving["outcome"] == "created"
    branch = serving["branch"]
    assert re.fullmatch(r"pylife/[a-z0-9./-]+", branch)
    repository = platform / "forge" / "nw-serving.git"
    shown = subprocess.run(
        ["git", "--git-dir", repository, "show", "--format=%s%n%an", "--name-only", branch],
        capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    assert shown[:2] == [serving["title"], "pylife"]
    assert {".python-version", "Dockerfile", "pyproject.toml"} <= set(shown)
    pages = list((platform / "forge" / "nw-serving").rglob("*.md"))
    assert len(pages) == 1
    assert serving["title"] in pages[0].read_text()
    assert proposals["churn-model"]["state"] == "needs-person"
    assert not proposals["churn-model"]["diff"]
    # Its range covers the whole window already. The policy asks for 3.14, on which its source
    # uses what was removed, whether tests ran there or not.
    broken = proposals["nw-features"]
    assert broken["state"] == "failing-tests"
    assert "3.14" in broken["reason"]


def test_the_site_is_whole_and_leads_nowhere_else(platform: Path) -> None:
    site = platform / "site"
    pages = sorted(site.rglob("*.html"))
    assert {"index.html", "calendar.html", "policy.html", "rules.html"} <= {p.name for p in pages}
    for page in pages:
        text = page.read_text()
        for target in re.findall(r'(?:href|src)="([^"#]+)', text):
            if target.startswith("data:image/svg+xml,"):
                continue  # the icon, in the page itself
            assert not re.match(r"[a-z]+:|//|/", target), f"{page.name} leads to {target}"
            assert (page.parent / target).resolve().is_file(), f"{page.name}: no {target}"
    assert json.loads((site / "data" / "read.json").read_text())["schema"] == "pylife/read/1"


def test_all_that_the_site_publishes_follows_its_schema(platform: Path) -> None:
    assert faults(platform / "site") == []
    run = json.loads((platform / "site" / "data" / "matrix-run.json").read_text())
    assert {cell["as_of"] for cell in run["cells"] if cell["status"] == "passed"} == {AS_OF}


TESTS = {
    "setup.py": "from setuptools import setup\nsetup(name='nw-slow', version='1',"
    " py_modules=['nw_slow'], python_requires='>=3.9', extras_require={'test': ['pytest']})\n",
    "nw_slow.py": "",
    "test_slow.py": "import time\n\n\ndef test_slow():\n    time.sleep(SECONDS)\n",
}
FAST = {name: content.replace("nw_slow", "nw_fast").replace("nw-slow", "nw-fast")
        for name, content in TESTS.items()}  # fmt: skip


def small_fleet(tree: MakeTree, seconds: int) -> Path:
    return tree(
        {
            **{f"a-fast/{name}": text.replace("SECONDS", "0") for name, text in FAST.items()},
            **{
                f"b-slow/{name}": text.replace("SECONDS", str(seconds))
                for name, text in TESTS.items()
            },
        }
    )


def test_stopped_in_the_middle_and_started_again_repeats_nothing(
    tree: MakeTree, tmp_path: Path
) -> None:
    root = small_fleet(tree, 600)
    state = tmp_path / "state"
    command = [
        sys.executable, "-m", "pylife", "matrix", "run", str(root), "--as-of", AS_OF,
        "--python", HERE, "--jobs", "1", "--state", str(state),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.strip().startswith("passed"):
                break
        time.sleep(2)  # into the slow one
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130, rest
        assert "what had finished is kept" in rest
    left = subprocess.run(["pgrep", "-f", str(state)], capture_output=True, text=True, check=False)
    assert left.stdout == ""
    # The slow test is made quick: that is another tree, so another key; the other is known.
    (root / "b-slow" / "test_slow.py").write_text("def test_slow():\n    pass\n")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    cells = {cell["project"]: cell for cell in load(state, "run")["cells"]}
    assert (cells["nw-fast"]["status"], cells["nw-fast"]["cached"]) == ("passed", True)
    assert (cells["nw-slow"]["status"], cells["nw-slow"]["cached"]) == ("passed", False)


def test_steps_run_apart_and_exchange_files(tree: MakeTree, pylife: Pylife, tmp_path: Path) -> None:
    root = small_fleet(tree, 0)
    state = tmp_path / "state"
    common = (root, "--as-of", AS_OF, "--state", state, "--python", HERE, "--fail-on", "never")
    early = pylife("nightly", *common, "--only", "publish")
    assert early.code == 6
    assert "no result of the step read" in early.err
    for step in ("read", "run", "propose", "publish"):
        assert pylife("nightly", *common, "--only", step).code == 0
    first = {p: p.read_bytes() for p in (state / "site").rglob("*") if p.is_file()}
    assert first
    # The same inputs give the same bytes, whatever was there before.
    assert pylife("nightly", *common, "--only", "publish").code == 0
    assert {p: p.read_bytes() for p in (state / "site").rglob("*") if p.is_file()} == first
    assert all(one["outcome"] == "created" for one in load(state, "propose")["proposals"])
    assert pylife("nightly", *common, "--only", "propose").code == 0
    assert all(one["outcome"] == "unchanged" for one in load(state, "propose")["proposals"])
    assert (state / ".gitignore").read_text().endswith("*\n")


def test_results_of_another_day_are_not_shown_as_todays(
    tree: MakeTree, pylife: Pylife, tmp_path: Path
) -> None:
    root = small_fleet(tree, 0)
    state = tmp_path / "state"
    common = (root, "--state", state, "--fail-on", "never")
    assert pylife("nightly", *common, "--as-of", AS_OF, "--only", "read,propose").code == 0
    later = pylife("nightly", *common, "--as-of", "2027-06-01", "--only", "read,publish")
    assert later.code == 0
    assert "proposed" not in later.out


def test_one_broken_project_does_not_stop_the_fleet(
    tree: MakeTree, pylife: Pylife, tmp_path: Path
) -> None:
    root = tree(
        {
            **{f"good/{name}": text.replace("SECONDS", "0") for name, text in FAST.items()},
            "broken/pyproject.toml": "[project\n",
            "pylife.toml": "[[project]]\npath = 'good'\n[[project]]\npath = 'broken'\n"
            "[[project]]\nurl = 'file:///nowhere/at/all.git'\n[[project]]\npath = 'gone'\n",
        }
    )
    ran = pylife(
        "nightly", root, "--as-of", AS_OF, "--only", "read,propose,publish",
        "--state", tmp_path / "state", "--fail-on", "never",
    )  # fmt: skip
    assert ran.code == 4
    states = {
        one["project"]: one["state"] for one in load(tmp_path / "state", "propose")["proposals"]
    }
    assert states["nw-fast"] == "in-pr"
    assert states["all"] == states["gone"] == "error"
    index = (tmp_path / "state" / "site" / "index.html").read_text()
    assert "cannot be fetched" in index


def test_two_runs_on_one_state_folder(tree: MakeTree, pylife: Pylife, tmp_path: Path) -> None:
    import fcntl

    state = tmp_path / "state"
    state.mkdir()
    with (state / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = pylife("nightly", small_fleet(tree, 0), "--state", state, "--only", "read")
    assert ran.code == 6
    assert "in use by another pylife" in ran.err


def test_cells_do_not_see_the_repository_above_the_state_folder(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = small_fleet(tree, 0)
    # What pytest would take for the project's own, if it stood above the copy.
    (root / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = "--no-such-option"\n'
    )
    (root / "conftest.py").write_text("raise SystemExit('not mine')\n")
    ran = pylife("matrix", "run", root, "--as-of", AS_OF, "--python", HERE, "--format", "json")
    statuses = {cell["project"]: cell["status"] for cell in json.loads(ran.out)["cells"]}
    assert statuses["nw-fast"] == statuses["nw-slow"] == "passed"
    assert (root / ".pylife" / "evidence.sqlite").is_file()


def test_evidence_of_another_tree_is_not_used(
    tree: MakeTree, pylife: Pylife, tmp_path: Path
) -> None:
    root = small_fleet(tree, 0)
    (root / "a-fast" / "test_slow.py").write_text("def test_it():\n    assert False\n")
    state = tmp_path / "state"
    common = (root, "--as-of", AS_OF, "--state", state)
    assert pylife("matrix", "run", *common, "--python", HERE).code == 1
    pages = {}
    for moment in ("as it was run", "changed since"):
        assert pylife("upgrade", "open", *common, "--no-proof").code == 0
        pages[moment] = next((state / "forge" / "nw-fast").rglob("*.md")).read_text()
        (root / "a-fast" / "nw_fast.py").write_text("MORE = 1\n")
    assert "**failed**" in pages["as it was run"]
    assert "Nothing: no test was run." in pages["changed since"]

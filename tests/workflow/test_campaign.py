"""A campaign over a small fleet of real trees, through the local forge and the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pylife import resources
from tests.conftest import AS_OF, MakeTree, Pylife

POLICY = """\
name = "tiny"
[stages]
adopt = { anchor = "python.release", offset = "P6M" }
deprecate = { anchor = "python.eol" }
drop = { anchor = "python.eol", offset = "P3M" }
"""
FLEET = """\
[fleet]
name = "tiny"
policy = "policy.toml"

[[project]]
path = "core"
[[project]]
path = "api"
[[project]]
path = "app"
"""


def library(name: str, requires: str = "", python: str = ">=3.9,<3.14") -> str:
    return (
        f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = "{python}"\n'
        f"dependencies = [{requires}]\n"
    )


def fleet(tree: MakeTree, *, settings: str = "", policy: str | None = None) -> Path:
    return tree(
        {
            "pylife.toml": FLEET + settings,
            "policy.toml": policy or POLICY,
            "core/pyproject.toml": library("core"),
            "api/pyproject.toml": library("api", '"core"'),
            "app/pyproject.toml": library("app", '"api"'),
        }
    )


def rows(pylife: Pylife, *arguments: str | Path) -> dict[str, dict[str, Any]]:
    done = pylife("upgrade", *arguments, "--format", "json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    schema = json.loads(resources.data("upgrade.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(document)
    return {row["project"]: row for row in document["proposals"]}


def test_floors_rise_from_above_and_what_comes_comes_from_below(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = fleet(tree)
    found = rows(pylife, "plan", root, "--offline", "--as-of", AS_OF)
    assert [found[name]["wave"] for name in ("core", "api", "app")] == [1, 2, 3]
    # Nobody stands on app: it moves at once. The others' floors wait for their consumers.
    assert "drop" in found["app"]["title"]
    assert "drop" not in found["api"]["title"] + found["core"]["title"]
    assert (found["core"]["floor_wave"], found["app"]["floor_wave"]) == (6, None)
    assert "- 3.9 stays for now: `api` still lets it in." in found["core"]["body"]
    assert "its floor rises after api, which still lets in 3.9, in wave 6" in found["core"]["why"]
    nights = []
    for _ in range(8):
        before = {name: (root / name / "pyproject.toml").read_text() for name in found}
        assert pylife("upgrade", "apply", root, "--offline", "--as-of", AS_OF, "-q").code == 0
        now = {name: (root / name / "pyproject.toml").read_text() for name in found}
        changed = sorted(name for name in now if now[name] != before[name])
        if not changed:
            break
        nights.append(changed)
        floors = {name: ">=3.10" in text for name, text in now.items()}
        assert floors["app"] >= floors["api"] >= floors["core"]
    assert nights == [["api", "app", "core"], ["api"], ["core"]]
    assert {
        row["state"] for row in rows(pylife, "status", root, "--offline", "--as-of", AS_OF).values()
    } == {"merged"}


def test_without_holding_each_moves_in_one_go(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree, settings="[upgrade]\nhold-floors = false\n")
    found = rows(pylife, "plan", root, "--offline", "--as-of", AS_OF)
    assert all("drop" in row["title"] for row in found.values())
    assert {row["floor_wave"] for row in found.values()} == {None}


def test_plan_and_status_touch_nothing(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree)
    before = sorted(path for path in root.rglob("*"))
    for command in ("plan", "status"):
        done = pylife("upgrade", command, root, "--offline", "--as-of", AS_OF)
        assert done.code == 0
        assert "When it will be over is not known: no merge seen so far" in done.out
        assert "for api's floor to drop 3.9, app to drop 3.9 and core's floor" in done.out
    known = [p for p in root.rglob("*") if ".pylife" not in p.parts]
    assert sorted(known) == before
    assert not (root / ".pylife" / "forge").exists()


def test_a_rehearsal_tells_and_does_nothing(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree)
    done = pylife(
        "upgrade", "open", root, "--offline", "--as-of", AS_OF, "--dry-run", "--project", "core"
    )
    assert done.code == 0
    assert "core: open a draft from pylife/python-3.9-3.15 into the default branch" in done.out
    assert "    change pyproject.toml" in done.out
    assert "api: open" not in done.out
    assert not (root / ".pylife" / "forge").exists()


def test_opened_in_order_limited_and_known_again(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree)
    arguments = ("upgrade", "open", root, "--offline", "--as-of", AS_OF, "--no-proof")
    first = pylife(*arguments, "--limit", "1")
    assert "no test was run (--no-proof)" in first.err
    assert "core: in-pr, created" in first.out
    assert "api: awaiting-pr, rate-limited" in first.out
    assert "this run opens 1 at most" in first.out
    found = rows(pylife, "status", root, "--offline", "--as-of", AS_OF)
    assert found["core"]["state"] == "in-pr"
    assert found["core"]["draft"]  # no test has shown it
    second = pylife(*arguments)
    assert "core: in-pr, unchanged" in second.out
    assert "app: in-pr, created" in second.out
    assert "dashboard: forge/dashboards/python-3.10-3.15.md" in second.out
    third = pylife(*arguments)
    assert third.out.count("unchanged") == 3


def test_settings_reach_the_proposal(tree: MakeTree, pylife: Pylife) -> None:
    settings = (
        '[upgrade]\ntitle = "chore: {title}"\nsign-off = true\ndraft = []\n'
        'changelog = { path = "changes/{slug}.md", text = "{title}" }\n'
    )
    root = fleet(tree, settings=settings)
    state = root / ".pylife"
    pylife("upgrade", "open", root, "--offline", "--as-of", AS_OF, "--no-proof", "--project", "app")
    # app's parents are not proposed: it waits for them.
    assert not list(state.rglob("app.git"))
    pylife("upgrade", "open", root, "--offline", "--as-of", AS_OF, "--no-proof")
    shown = subprocess.run(
        ["git", "--git-dir", state / "forge" / "core.git", "show", "--format=%B", "--name-only",
         "pylife/python-3.9-3.15"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "Signed-off-by: pylife" in shown
    assert "changes/python-3.9-3.15.md" in shown
    page = (state / "forge" / "core" / "pulls" / "pylife" / "python-3.9-3.15.md").read_text()
    assert page.startswith("# chore: Support Python 3.14 and 3.15")


def test_an_opted_out_project_is_excluded_and_holds_nobody(tree: MakeTree, pylife: Pylife) -> None:
    root = fleet(tree)
    text = (
        (root / "pylife.toml")
        .read_text()
        .replace('path = "app"', 'path = "app"\nupgrade = { opt-out = "replaced" }')
    )
    (root / "pylife.toml").write_text(text)
    found = rows(pylife, "plan", root, "--offline", "--as-of", AS_OF)
    assert (found["app"]["state"], found["app"]["reason"]) == ("excluded", "replaced")
    assert "drop" in found["api"]["title"]


def test_an_unknown_project_and_a_force_without_reason_are_refused(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = fleet(tree)
    for arguments in (("--project", "nope"), ("--force", "nope=so"), ("--force", "core")):
        done = pylife(
            "upgrade", "open", root, "--offline", "--as-of", AS_OF, "--no-proof", *arguments
        )
        assert done.code == 2
        assert not (root / ".pylife" / "forge").exists()


HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.slow
def test_what_the_upgrade_breaks_is_found_before_anybody_is_asked(
    tree: MakeTree, pylife: Pylife
) -> None:
    """api's tests only pass with core as its upgrade makes it; app's fail with its own."""
    test = "def test_it():\n    import {0}\n"
    reads = (
        "import pathlib, re\n\n\ndef test_floor():\n"
        "    text = (pathlib.Path(__file__).parent / 'pyproject.toml').read_text()\n"
        "    assert 'requires-python = \">=3.8' in text\n"
    )
    setup = "from setuptools import setup\nsetup(py_modules=['{0}'])\n"
    python = ">=3.8"
    files = {
        "pylife.toml": FLEET, "policy.toml": POLICY,
        "core/pyproject.toml": library("core", python=python),
        "core/setup.py": setup.format("core"), "core/core.py": "",
        "core/test_core.py": test.format("core"),
        "app/pyproject.toml": library("app", python=python),
        "app/setup.py": setup.format("app"), "app/app.py": "", "app/test_app.py": reads,
    }  # fmt: skip
    files["pylife.toml"] = FLEET.replace('[[project]]\npath = "api"\n', "")
    root = tree(files)
    done = pylife("upgrade", "prove", root, "--as-of", AS_OF)
    assert done.code == 1, done.out + done.err
    assert "core: passed on 3.10" in done.out
    assert "app: failed on 3.10" in done.out
    done = pylife("upgrade", "open", root, "--offline", "--as-of", AS_OF, "--no-proof")
    assert "core: in-pr, created" in done.out
    assert "app: failing-tests, failing-tests" in done.out
    found = rows(pylife, "status", root, "--offline", "--as-of", AS_OF)
    assert found["core"]["proof"]["verdict"] == "passed"
    assert not found["core"]["draft"]
    forced = pylife(
        "upgrade",
        "open",
        root,
        "--offline",
        "--as-of",
        AS_OF,
        "--no-proof",
        "--force",
        "app=known to fail",
    )
    assert "app: in-pr, created" in forced.out
    (page,) = (root / ".pylife" / "forge" / "app").rglob("*.md")
    assert "**Forced** by a person: `known to fail`" in page.read_text()
    # What was shown is not run again, and speaks of no other change.
    again = pylife("upgrade", "prove", root, "--as-of", AS_OF, "--project", "core")
    assert "core: passed" in again.out
    (root / "core" / "core.py").write_text("x = 1\n")
    changed = rows(pylife, "plan", root, "--offline", "--as-of", AS_OF)
    assert changed["core"]["proof"]["verdict"] == "unproven"


def test_apply_leaves_alone_what_does_not_want_it(pylife: Pylife, tree: MakeTree) -> None:
    settings = {
        "out": 'upgrade = { opt-out = "because" }',
        "asleep": "upgrade = { snooze = 2027-02-01 }",
        "awake": "",
    }
    text = '[project]\nname = "{}"\nversion = "1"\nrequires-python = ">=3.8"\n'
    files = {f"{name}/pyproject.toml": text.format(name) for name in settings}
    parts = [f'[[project]]\npath = "{name}"\n{more}\n' for name, more in settings.items()]
    root = tree(
        {**files, "pylife.toml": '[fleet]\nname = "f"\npolicy = "upstream"\n' + "".join(parts)}
    )

    def applied(*more: str) -> tuple[list[str], str]:
        done = pylife("upgrade", "apply", root, "--offline", "--as-of", AS_OF, "-q", *more)
        assert done.code == 0
        changed = [n for n in settings if ">=3.8" not in (root / n / "pyproject.toml").read_text()]
        return changed, done.err

    changed, said = applied()
    assert changed == ["awake"]
    assert "out: left alone: because" in said
    assert "asleep: left alone: snoozed until 2027-02-01" in said
    # Who names it means it; what wants none at all is never touched.
    assert applied("--project", "asleep", "--project", "out")[0] == ["asleep", "awake"]


def test_a_folder_that_is_a_link_leads_no_change_out_of_the_project(
    pylife: Pylife, tree: MakeTree, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tree({
        "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "1"\nrequires-python = ">=3.8"\n',
        "pylife.toml": '[fleet]\nname = "f"\npolicy = "upstream"\n[upgrade]\n'
        'changelog = { path = "changes/{slug}.md", text = "{title}\\n" }\n'
        '[[project]]\npath = "lib"\n',
    })  # fmt: skip
    (root / "lib" / "changes").symlink_to(outside)
    given = (root, "--offline", "--as-of", AS_OF)
    done = pylife("upgrade", "apply", *given)
    assert done.code != 0
    assert "not in the project's folder" in done.err
    opened = pylife("upgrade", "open", "--no-proof", *given)
    assert "not a plain file of the project" in opened.out + opened.err
    assert not list(outside.iterdir())


CI = """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python-version: ["3.9", "3.12"]
    steps:
      - uses: actions/setup-python@v6
        with:
          python-version: ${{ matrix.python-version }}
"""


def test_a_root_tests_what_the_packages_below_it_still_let_in(
    pylife: Pylife, tree: MakeTree
) -> None:
    root = tree({
        "policy.toml": POLICY, "pylife.toml": '[fleet]\nname = "f"\npolicy = "policy.toml"\n',
        "core/pyproject.toml": library("core"), "top/pyproject.toml": library("top", '"core"'),
        ".github/workflows/ci.yml": CI,
    })  # fmt: skip
    ci = root / ".github" / "workflows" / "ci.yml"
    given = ("--offline", "--as-of", AS_OF)
    plan = pylife("upgrade", "plan", root, *given).out
    assert "its floor rises after core and top, which still let in 3.9, in wave" in plan
    seen = []
    for _ in range(6):
        assert pylife("upgrade", "apply", root, *given, "-q").code == 0
        lets_in = [(root / name / "pyproject.toml").read_text() for name in ("core", "top")]
        seen.append(('"3.9"' in ci.read_text(), any(">=3.9" in text for text in lets_in)))
    assert seen[0] == (True, True)
    assert seen[-1] == (False, False)
    assert all(tests or not declared for tests, declared in seen)

"""`pylife policy`: what is shown, tested and compared, and how mistakes are told."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pylife import calendar, policy
from pylife.cli.policies import window_text
from tests.conftest import AS_OF, ROOT, MakeTree, Pylife

PLATFORM = ROOT / "examples" / "platform"
OWN = """name = "own"
title = "Our own"
[stages]
drop = { anchor = "python.eol", offset = "P3M" }
[[example]]
as-of = 2026-01-30
python = "3.9"
stage = "supported"
source = "our handbook"
[[example]]
as-of = 2026-01-31
python = "3.9"
stage = "dropped"
"""
SCOPED = """name = "scoped"
[stages]
drop = { anchor = "python.eol" }
[[scope]]
kind = "model"
stages.drop = { anchor = "python.eol", offset = "P1Y" }
"""


def test_show_is_the_contract(pylife: Pylife) -> None:
    ran = pylife("policy", "show", "azure-sdk", "--as-of", "2026-11-21", "--format", "json")
    document = json.loads(ran.out)
    assert document["schema"] == "pylife/policy-show/1"
    assert (document["policy"], document["as_of"]) == ("azure-sdk", "2026-11-21")
    shown = document["pythons"]["3.10"]
    assert shown["stage"] == "supported"
    assert shown["since"] == "2021-10-04"
    assert shown["next"] == {"stage": "dropped", "date": "2027-04-30"}
    assert shown["rule"] == "supported: release"
    assert shown["expected"] is True
    assert document["pythons"]["3.9"]["next"] is None
    assert document["dependencies"] == {}


def test_show_has_dependency_floors(pylife: Pylife) -> None:
    ran = pylife("policy", "show", "spec0", "--as-of", "2026-11-21", "--format", "json")
    floor = json.loads(ran.out)["dependencies"]["numpy"]
    assert floor["floor"] == "2.2"
    assert floor["since"] == "2026-09-30"
    assert floor["next"] == {"floor": "2.3", "date": "2026-12-31"}


def test_show_as_text_marks_months_and_what_is_expected(pylife: Pylife) -> None:
    out = pylife("policy", "show", "aws-sdk", "--as-of", "2026-11-21").out
    rows = {line.split()[0]: line for line in out.splitlines() if line and line[0].isdigit()}
    assert "dropped 2027-04 *" in rows["3.10"]
    assert "to 3.7  dropped" in out
    assert "3.6 " not in rows
    assert "* follows from a date that may still move" in out
    assert "Source: AWS" in out
    everything = pylife("policy", "show", "aws-sdk", "--as-of", "2026-11-21", "--all").out
    assert "\n3.6 " in everything
    assert "(--all)" not in everything


def test_columns_are_aligned(pylife: Pylife) -> None:
    lines = pylife("policy", "show", "upstream", "--as-of", AS_OF, "--all").out.splitlines()
    head = next(line for line in lines if line.startswith("Python"))
    for line in lines[lines.index(head) + 1 : lines.index("", lines.index(head))]:
        for name in ("stage", "since", "next", "rule"):
            assert line[head.index(name) - 1] == " "
            assert line[head.index(name)] != " " or "uncertain" in line


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("name", policy.names())
def test_the_window_fits_the_terminal(name: str, width: int) -> None:
    found = policy.window(
        policy.find(name, Path()), calendar.load(), dt.date.fromisoformat("2026-11-21")
    )
    text = window_text(found, width, everything=True)
    assert max(map(len, text.splitlines())) <= width
    whole = window_text(found, 1000, everything=True)
    # Nothing is lost, however it is folded; a head that stands over nothing is left out.
    shown, wanted = (
        sorted("".join(part.split()).replace("rule", "").replace(";", "")) for part in (text, whole)
    )
    assert shown == wanted


def test_show_for_the_projects_of_a_scope(pylife: Pylife, tmp_path: Path) -> None:
    path = tmp_path / "scoped.toml"
    path.write_text(SCOPED)
    arguments = ("policy", "show", path, "--as-of", "2026-11-21", "--format", "json")
    general = json.loads(pylife(*arguments).out)
    model = json.loads(pylife(*arguments, "--kind", "model").out)
    assert general["pythons"]["3.10"]["stage"] == "dropped"
    assert general["scope"] is None
    assert model["pythons"]["3.10"]["stage"] == "supported"
    assert model["scope"] == "kind model"
    ran = pylife("policy", "show", path, "--kind", "modle")
    assert ran.code == 2
    assert "one of library" in ran.err


def test_list_has_presets_with_titles(pylife: Pylife) -> None:
    assert "spec0           SPEC 0: minimum supported versions" in pylife("policy", "list").out
    document = json.loads(pylife("policy", "list", "--format", "json").out)
    assert [item["name"] for item in document["policies"]][:2] == ["airflow", "aws-sdk"]
    assert all(item["source"] for item in document["policies"])


def test_all_presets_are_tested_unless_some_are_named(pylife: Pylife) -> None:
    ran = pylife("policy", "test")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("13 policies, ")
    assert ran.out.endswith(" examples: all hold\n")
    ran = pylife("policy", "test", "spec0", "uv", "--format", "json")
    document = json.loads(ran.out)
    assert document["schema"] == "pylife/policy-test/1"
    assert [item["policy"] for item in document["policies"]] == ["spec0", "uv"]
    assert document["summary"]["failed"] == 0


def test_an_example_that_does_not_hold_names_its_place_and_the_rule(
    pylife: Pylife, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("P3M", "P4M"))
    ran = pylife("policy", "test", path)
    assert ran.code == 1
    assert (
        f"{path}:10: on 2026-01-31 Python 3.9 is supported, and the example says dropped" in ran.out
    )
    assert "rule    supported: release" in ran.out
    assert ran.out.endswith("1 policy, 2 examples: 1 failed\n")
    path = tmp_path / "right.toml"
    path.write_text(OWN)
    ran = pylife("policy", "test", path, "-v")
    assert ran.code == 0
    assert f"{path}:5: on 2026-01-30 Python 3.9 is supported\n" in ran.out


def test_a_floor_that_does_not_hold(pylife: Pylife, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    floor = '[[example]]\nas-of = 2026-10-01\ndependency = "numpy"\nfloor = "2.1"\n'
    path.write_text(f'name = "own"\nextends = "spec0"\n{floor}')
    ran = pylife("policy", "test", path)
    assert ran.code == 1
    assert ":3: on 2026-10-01 numpy has the floor 2.2, and the example says 2.1" in ran.out


def test_nothing_tested_is_no_pass(pylife: Pylife, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.partition("[[example]]")[0])
    ran = pylife("policy", "test", path)
    assert ran.code == 3
    assert f"{path}: no examples" in ran.out
    assert ran.out.endswith("1 policy, 0 examples: nothing was tested\n")
    ran = pylife("policy", "test", path, "upstream")
    assert ran.code == 4
    assert "1 without examples" in ran.out
    # The examples of what is extended are not this policy's own.
    path = tmp_path / "extending.toml"
    path.write_text('name = "own"\nextends = "upstream"\nwarn = "P30D"\n')
    assert pylife("policy", "test", path).code == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "spec"], "did you mean 'spec0'?"),
        (["show", "nope.toml"], "the policy file nope.toml does not exist"),
        (["test", "aws"], "did you mean 'aws-sdk'?"),
        (["diff", "spec0", "nep"], "did you mean 'nep29'?"),
        (["diff", "spec0", "nep29", "absent"], "does not exist"),
        (["diff", "spec0", "nep29", "--until", "2020-01-01"], "is not after"),
        (["diff", "spec0", "nep29", "--until", "2030-01-01", "--horizon", "P1Y"], "give one"),
        (["diff", "spec0", "nep29", "--horizon", "1Y"], "a duration such as P6M"),
    ],
)
def test_mistakes_are_one_clear_message(pylife: Pylife, arguments: list[str], message: str) -> None:
    ran = pylife("policy", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_wrong_example_names_its_line(pylife: Pylife, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace('stage = "dropped"', 'stage = "droped"'))
    ran = pylife("policy", "test", path)
    assert ran.code == 2
    assert f"{path}:13" in ran.err
    assert "dropped" in ran.err


def test_diff_says_which_pythons_change_and_when(pylife: Pylife) -> None:
    ran = pylife("policy", "diff", "spec0", "nep29", "--as-of", "2026-11-21", "--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, document["schema"]) == (0, "pylife/policy-diff/1")
    assert (document["as_of"], document["until"]) == ("2026-11-21", "2028-11-21")
    assert set(document["pythons"]) == {"3.12", "3.13", "3.14"}
    shown = document["pythons"]["3.12"]
    assert (shown["a"], shown["b"]) == ("deprecated", "supported")
    assert shown["dates"]["dropped"]["a"]["date"] == "2026-12-31"
    assert shown["dates"]["dropped"]["b"]["date"] == "2027-04-02"
    assert document["pythons"]["3.14"]["dates"]["deprecated"]["b"] is None
    assert document["projects"] == []
    text = pylife("policy", "diff", "spec0", "nep29", "--as-of", "2026-11-21").out
    assert "3.12    today       deprecated  supported\n" in text
    assert "        dropped     2026-12-31  2027-04-02\n" in text


def test_the_end_of_the_comparison_counts(pylife: Pylife) -> None:
    arguments = ("policy", "diff", "spec0", "nep29", "--as-of", "2026-11-21", "--format", "json")
    near = json.loads(pylife(*arguments, "--until", "2027-09-30").out)
    assert set(near["pythons"]) == {"3.12"}
    near = json.loads(pylife(*arguments, "--horizon", "P11M").out)
    assert set(near["pythons"]) == {"3.12", "3.13"}


def test_a_policy_differs_from_itself_in_nothing(pylife: Pylife) -> None:
    ran = pylife("policy", "diff", "spec0", "spec0", PLATFORM, "--as-of", AS_OF)
    assert "no Python changes its stage" in ran.out
    assert "0 projects have something to do by another day" in ran.out
    assert "not compared: nw-old-sdk: archived" in ran.out


def test_diff_says_what_changes_for_each_project(pylife: Pylife, tree: MakeTree) -> None:
    root = tree(
        {
            "lib/pyproject.toml": '[project]\nname = "lib"\nrequires-python = ">=3.11"\n',
            "app/.python-version": "3.15\n",
            "pylife.toml": '[fleet]\nname = "f"\n'
            + "".join(
                f'[[project]]\npath = "{path}"\nkind = "{kind}"\n'
                for path, kind in (("lib", "library"), ("app", "service"), ("bad", "library"))
            ),
            "bad/pyproject.toml": "[project\n",
        }
    )
    arguments = ("policy", "diff", "spec0", "aws-sdk", root, "--as-of", "2026-11-21")
    document = json.loads(pylife(*arguments, "--format", "json").out)
    projects = {item["name"]: item for item in document["projects"]}
    tasks = {(item["kind"], item["python"]): item for item in projects["lib"]["tasks"]}
    shown = tasks["floor", "3.11"]
    assert shown["a"]["overdue"] is True
    assert shown["b"] == {
        "date": "2028-04-30", "first": "2028-04-01", "expected": True, "overdue": False,
    }  # fmt: skip
    assert tasks["floor", "3.12"]["a"]["date"] == "2026-12-31"
    assert projects["app"]["tasks"] == []
    assert any("pyproject.toml" in why for why in projects["bad"]["unknown"])
    text = pylife(*arguments).out
    assert "raise the floor above 3.11  now " in text
    assert "1 project has something to do by another day; nothing changes for 2" in text
    assert "not known: bad: " in text


def test_a_scope_has_a_comparison_of_its_own(pylife: Pylife, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(SCOPED.partition("[[scope]]")[0])
    (tmp_path / "new.toml").write_text(SCOPED)
    ran = pylife(
        "policy", "diff", tmp_path / "old.toml", tmp_path / "new.toml", PLATFORM,
        "--as-of", "2026-10-01",
    )  # fmt: skip
    assert "no Python changes its stage" in ran.out
    assert "for churn-model" in ran.out
    assert "move off the runtime 3.9  now" in ran.out


def test_two_versions_of_one_file_and_a_pipe(pylife: Pylife, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    changed = OWN.replace("P3M", "P6M").encode()
    reading, writing = os.pipe()
    os.write(writing, changed)
    os.close(writing)
    try:
        # What bash's <(git show HEAD:own.toml) gives: a path that can be read once.
        ran = subprocess.run(
            [sys.executable, "-m", "pylife", "policy", "diff", str(path), f"/dev/fd/{reading}",
             "--as-of", "2026-11-21"],
            capture_output=True, text=True, pass_fds=[reading], check=False,
        )  # fmt: skip
    finally:
        os.close(reading)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"A: Our own ({path})" in ran.stdout
    assert f"B: Our own (/dev/fd/{reading})" in ran.stdout
    assert "3.10    dropped  2027-01 *  2027-04 *" in ran.stdout


def test_output_goes_to_a_file_and_is_the_same_twice(pylife: Pylife, tmp_path: Path) -> None:
    for command in (["show", "spec0"], ["test"], ["diff", "spec0", "uv", str(PLATFORM)]):
        day = [] if command == ["test"] else ["--as-of", AS_OF]
        for name in ("one", "two"):
            ran = pylife("policy", *command, *day, "--output", tmp_path / name)
            assert (ran.code, ran.out) == (0, "")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()

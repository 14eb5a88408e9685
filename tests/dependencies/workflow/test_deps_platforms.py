"""Verdicts on the platforms of a policy: the first one counts, the others are told."""

import json
from pathlib import Path

import jsonschema
import pytest

from pylife import resources
from tests.conftest import MakeTree, Pylife
from tests.dependencies.served import Dist, Projects
from tests.dependencies.workflow.worlds_deps import configured, deps, project, verdicts

PYTHONS = ("--python", "3.12,3.13")
X86, ARM = "manylinux_2_17_x86_64", "manylinux_2_17_aarch64"
INDEX: Projects = {
    "both": [Dist("1.0", tag=f"py3-none-{platform}") for platform in (X86, ARM)],
    "x86-only": [Dist("1.0", tag=f"py3-none-{X86}")],
    "arm-later": [
        Dist("1.0", tag=f"cp312-cp312-{X86}"),
        Dist("1.0", tag=f"cp312-cp312-{ARM}"),
        Dist("1.0", tag=f"cp313-cp313-{X86}"),
    ],
    # What it installs on x86_64 has wheels everywhere: that alone would say nothing.
    "marked": [Dist("1.0", requires=("both", "x86-only; platform_machine == 'aarch64'"))],
}
POLICY = 'name = "ours"\n[stages]\ndrop = { anchor = "python.eol" }\n[resolve]\nplatforms = '


@pytest.fixture(autouse=True)
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    with configured(monkeypatch, tmp_path / "home", INDEX) as served:
        yield served


def test_further_platforms_are_told_and_do_not_count(pylife: Pylife, tree: MakeTree) -> None:
    root = tree(
        {
            "a/pyproject.toml": project("a", "both"),
            "b/pyproject.toml": project("b", "arm-later"),
            "c/pyproject.toml": project("c", "marked"),
        }
    )
    found = deps(pylife, root, *PYTHONS, "--no-floors")
    jsonschema.validate(found, json.loads(resources.data("deps.schema.json").read_text("utf-8")))
    there = {
        one["name"]: {
            python: said["verdict"] for python, said in one["platforms"]["linux-aarch64"].items()
        }
        for one in found["projects"]
    }
    for name in "abc":
        assert set(verdicts(found, name).values()) == {"installs"}
    assert there == {
        "a": {"3.12": "installs", "3.13": "installs"},
        "b": {"3.12": "installs", "3.13": "blocked"},
        "c": {"3.12": "blocked", "3.13": "blocked"},
    }
    assert found["blockers"] == []
    assert found["summary"]["verdicts"]["blocked"] == 0
    (one,) = [one for one in found["projects"] if one["name"] == "c"]
    (blocker,) = one["platforms"]["linux-aarch64"]["3.13"]["blockers"]
    assert blocker["chain"] == ["marked", "x86-only"]

    shown = pylife("deps", root, *PYTHONS, "--no-floors").out
    (line,) = [line for line in shown.splitlines() if line.startswith("  linux-aarch64: ")]
    assert line == (
        "  linux-aarch64: b blocked (arm-later) on 3.13, c blocked (x86-only) on 3.12, 3.13"
    )


def test_a_policy_says_which_and_the_first_of_them_counts(pylife: Pylife, tree: MakeTree) -> None:
    policy = POLICY + '["linux-aarch64", "linux-x86_64", "windows-x86_64"]\n'
    root = tree(
        {
            "pylife.toml": "[fleet]\npolicy = 'ours.toml'\n[[project]]\npath = 'b'\n",
            "ours.toml": policy,
            "b/pyproject.toml": project("b", "arm-later"),
        }
    )
    (one,) = deps(pylife, root, *PYTHONS, "--no-floors")["projects"]
    assert one["pythons"]["3.13"]["verdict"] == "blocked"
    assert one["pythons"]["3.13"]["platform"] == "linux-aarch64"
    assert {name: said["3.13"]["verdict"] for name, said in one["platforms"].items()} == {
        "linux-x86_64": "installs",
        "windows-x86_64": "blocked",
    }
    asked = deps(pylife, root, *PYTHONS, "--no-floors", "--platform", "linux-x86_64")
    (one,) = asked["projects"]
    assert one["pythons"]["3.13"]["verdict"] == "installs"
    assert "platforms" not in one


def test_a_platform_that_nobody_knows_is_wrong_in_the_policy(
    pylife: Pylife, tree: MakeTree
) -> None:
    root = tree(
        {
            "pylife.toml": "[fleet]\npolicy = 'ours.toml'\n[[project]]\npath = 'b'\n",
            "ours.toml": POLICY + '["linux-amd64"]\n',
            "b/pyproject.toml": project("b", "both"),
        }
    )
    ran = pylife("deps", root, *PYTHONS)
    assert ran.code == 2
    assert "ours.toml:5:" in ran.err
    assert "'linux-amd64' is no platform that is known" in ran.err
    assert "linux-x86_64" in ran.err

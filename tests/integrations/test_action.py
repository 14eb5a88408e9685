"""The script of the composite action, run by bash as a runner does, with the real pylife."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import AS_OF, ROOT, MakeTree
from tests.integrations.conftest import load

GOOD = '[project]\nname = "good"\nrequires-python = ">=3.11"\n'
OLD = '[project]\nname = "old"\nrequires-python = ">=3.9"\n'


class Acted(NamedTuple):
    """What the step returned and wrote."""

    code: int
    out: str
    outputs: dict[str, str]
    summary: str


Act = Callable[..., Acted]


@pytest.fixture
def act(tmp_path: Path) -> Act:
    """Run the step `check` in a folder with inputs."""
    (action,) = load(ROOT / "action.yml")
    (step,) = (step for step in action["runs"]["steps"] if step.get("id") == "check")
    given = {
        name: value.removeprefix("${{ inputs.").removesuffix(" }}")
        for name, value in step["env"].items()
    }
    assert set(given.values()) == set(action["inputs"]) - {"version", "python-version"}
    program = tmp_path / "runner" / "pylife-action" / "bin" / "pylife"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pylife "$@"\n')
    program.chmod(0o755)
    script = tmp_path / "script.sh"
    script.write_text(step["run"])

    def run(folder: Path, **inputs: str) -> Acted:
        files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        values = {
            name: inputs.get(of.replace("-", "_"), action["inputs"][of]["default"])
            for name, of in given.items()
        }
        environment = {
            **os.environ, **values, **{name: str(file) for name, file in files.items()},
            "RUNNER_TEMP": str(tmp_path / "runner"), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        return Acted(
            done.returncode, done.stdout, outputs, files["GITHUB_STEP_SUMMARY"].read_text()
        )

    return run


def test_it_fails_as_check_does(act: Act, tree: MakeTree) -> None:
    root = tree({"good/pyproject.toml": GOOD, "old/pyproject.toml": OLD})
    done = act(root, as_of=AS_OF)
    assert done.code == 1
    assert "::error " in done.out
    assert "file=old/pyproject.toml" in done.out
    assert done.outputs["exit-code"] == "1"
    assert Path(done.outputs["report"]).read_text() == done.out
    assert "RNG002" in done.summary
    assert act(root, as_of=AS_OF, fail_on="never").code == 0
    assert act(root, as_of=AS_OF, paths="good\n").code == 0
    assert act(root, as_of=AS_OF, paths="good\n\nold\n").code == 1
    assert act(root, as_of=AS_OF, args="--ignore=RNG\n--verbose").code == 0
    assert act(root, as_of="2025-01-01", policy="upstream", paths="old").code == 0


def test_other_formats_and_sarif(act: Act, tree: MakeTree) -> None:
    root = tree({"old/pyproject.toml": OLD})
    done = act(root, as_of=AS_OF, format="json", sarif_file="out file.sarif")
    assert done.code == 1
    assert '"pylife/check/1"' in done.out
    assert "RNG002" in done.summary
    assert '"2.1.0"' in (root / "out file.sarif").read_text()


@pytest.mark.parametrize("name", ["paths", "policy", "as_of", "fail_on", "format", "args", "facts"])
@pytest.mark.parametrize("text", ["$(touch owned)", '"; touch owned; "', "`touch owned`"])
def test_no_input_is_run(act: Act, tree: MakeTree, name: str, text: str) -> None:
    root = tree({"old/pyproject.toml": OLD})
    done = act(root, **{"as_of": AS_OF, name: text})
    assert done.code == 2
    assert not (root / "owned").exists()
    assert done.outputs["exit-code"] == "2"

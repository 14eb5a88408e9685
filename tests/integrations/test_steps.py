"""The nightly job as GitHub and Kubernetes would do it: the scripts of the made files, in order."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv
import yaml

from pylife.cli import run as pylife
from tests.conftest import AS_OF, ROOT
from tests.integrations.conftest import load, steps

pytestmark = pytest.mark.slow

PROJECT = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "tiny"
version = "1"
requires-python = ">=3.9"

[project.optional-dependencies]
test = ["pytest>=8"]

[tool.setuptools]
py-modules = ["tiny"]
"""
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A fleet of one project, tested under this Python alone, with all integrations."""
    root = tmp_path / "fleet"
    root.mkdir()
    files = {
        "pyproject.toml": PROJECT,
        "tiny.py": "ONE = 1\n",
        "test_tiny.py": "import tiny\n\n\ndef test_one():\n    assert tiny.ONE\n",
        "one.toml": f'[matrix]\nname = "one"\npythons = ["{HERE}"]\n',
        "pylife.toml": '[fleet]\nname = "tiny"\nmatrix = "one.toml"\n[[project]]\npath = "."\n',
    }
    for name, content in files.items():
        (root / name).write_text(content)
    assert pylife(["init", str(root), "--with", "nightly,gitlab-nightly,kubernetes"]) == 0
    return root


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with pylife, python and uv; this uv installs no Python, which is no error."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, line in {
        "pylife": f'exec {shlex.quote(sys.executable)} -m pylife "$@"',
        "python": f'exec {shlex.quote(sys.executable)} "$@"',
        "uv": f'test "$2" != install && exec {shlex.quote(uv.find_uv_bin())} "$@"; echo "$3" >> "$ASKED"; exit 1',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return folder


def bash(script: str, cwd: Path, programs: Path, **variables: str) -> int:
    environment = {
        **os.environ, **variables, "PYTHONPATH": str(ROOT), "ASKED": str(programs / "asked"),
        "PATH": f"{programs}:{os.environ['PATH']}",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
        cwd=cwd, env=environment, check=False,
    )  # fmt: skip
    return done.returncode


def check_results(results: Path, site: Path, programs: Path) -> None:
    read, ran, proposed = (
        json.loads((results / f"{name}.json").read_text()) for name in ("read", "run", "propose")
    )
    assert read["as_of"] == ran["as_of"] == proposed["as_of"] == AS_OF
    assert [(cell["python"], cell["status"]) for cell in ran["cells"]] == [(HERE, "passed")]
    assert [(one["project"], one["outcome"]) for one in proposed["proposals"]] == [
        ("tiny", "created")
    ]
    assert "tiny" in (site / "index.html").read_text()
    assert (site / "facts.json").is_file()
    asked = (programs / "asked").read_text().split()
    assert {"3.11", "3.14"} <= set(asked)
    assert "3.9" not in asked


def test_the_workflows_jobs_hand_on_what_the_next_ones_need(
    fleet: Path, programs: Path, tmp_path: Path
) -> None:
    (document,) = load(fleet / ".github/workflows/pylife-nightly.yml")
    artifacts = tmp_path / "artifacts"

    def job(name: str, *, day: str, found: dict[str, str] | None = None, code: int = 0) -> Path:
        """Run a job's steps in a runner's folders of its own; `found` are artifacts to have."""
        runner = tmp_path / "runners" / name
        workspace = runner / "work"
        temporary = runner / "temp"
        temporary.mkdir(parents=True)
        if name == "publish":
            workspace.mkdir()
        else:
            shutil.copytree(fleet, workspace)
        for artifact, place in (found or {}).items():
            shutil.copytree(artifacts / artifact, temporary / place, dirs_exist_ok=True)
        scripts = [text for step, text in steps(document, name).items() if step != "Install pylife"]
        codes = [
            bash(
                script, workspace, programs, RUNNER_TEMP=str(temporary), AS_OF=day,
                GITHUB_OUTPUT=str(temporary / "output"),
                GITHUB_STEP_SUMMARY=str(temporary / "page.md"),
            )
            for script in scripts
        ]  # fmt: skip
        assert [one for one in codes if one] == [code] * bool(code)
        return temporary

    def keep(artifact: str, folder: Path, *paths: str) -> None:
        for path in paths:
            target = artifacts / artifact / path
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (folder / path).is_dir() else shutil.copy)(folder / path, target)

    read = job("read", day=AS_OF)
    assert (read / "output").read_text() == f"as-of={AS_OF}\n"
    keep("pylife-read", read, "read.tar.gz")
    resolved = job("resolve", day=AS_OF, found={"pylife-read": "."})
    keep("pylife-resolve", resolved / "pylife", "results", "dependencies/verdicts.sqlite")
    found = {"pylife-read": ".", "pylife-resolve": "found/pylife-resolve"}
    ran = job("run", day=AS_OF, found=found)
    assert (ran / "pylife" / "dependencies" / "verdicts.sqlite").is_file()
    keep("pylife-run", ran / "pylife", "results/run.json", "logs")
    proposed = job("propose", day=AS_OF, found={**found, "pylife-run": "found/pylife-run"})
    keep("pylife-propose", proposed, "propose.tar.gz")
    steps_of = ("read", "resolve", "run", "propose")
    all_found = {f"pylife-{name}": f"found/pylife-{name}" for name in steps_of}
    # It fails: the range covers a Python that has ended.
    published = job("publish", day=AS_OF, found=all_found, code=1)
    check_results(published / "pylife" / "results", published / "site", programs)
    assert list((published / "pylife" / "logs").rglob("*.log"))
    assert json.loads((published / "pylife/results/resolve.json").read_text())["as_of"] == AS_OF
    page = (published / "page.md").read_text()
    assert page == (published / "site" / "summary.md").read_text()
    # What the next night's publish gets from the cache.
    assert (published / "pylife" / "evidence.sqlite").is_file()


def test_without_a_run_there_are_proposals_and_a_site(
    fleet: Path, programs: Path, tmp_path: Path
) -> None:
    (document,) = load(fleet / ".github/workflows/pylife-nightly.yml")
    temporary = tmp_path / "temp"
    temporary.mkdir()
    (tmp_path / "empty").mkdir()
    variables = {"RUNNER_TEMP": str(temporary), "AS_OF": AS_OF}
    variables["GITHUB_OUTPUT"] = str(temporary / "output")
    read, propose = (steps(document, name) for name in ("read", "propose"))
    assert bash(read["Read the fleet"], fleet, programs, **variables) == 0
    unpack = propose["Unpack what was read, resolved and run"]
    assert bash(unpack, fleet, programs, **variables) == 0
    assert bash(propose["Propose"], fleet, programs, **variables) == 0
    found = temporary / "found"
    for artifact, file in (("read", "read.tar.gz"), ("propose", "propose.tar.gz")):
        (found / f"pylife-{artifact}").mkdir(parents=True)
        shutil.move(temporary / file, found / f"pylife-{artifact}" / file)
    shutil.rmtree(temporary / "pylife")
    publish = steps(document, "publish")
    assert (
        bash(publish["Put the documents together"], tmp_path / "empty", programs, **variables) == 0
    )
    assert bash(publish["Make the site"], tmp_path / "empty", programs, **variables) == 1
    assert (temporary / "site" / "index.html").exists()


def test_the_pods_containers_do_the_same(fleet: Path, programs: Path, tmp_path: Path) -> None:
    documents = list(yaml.safe_load_all((fleet / "k8s/pylife-nightly.yaml").read_text()))
    pod = documents[-1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    origin = committed(fleet, tmp_path / "origin")
    codes = {}
    for container in [*pod["initContainers"], *pod["containers"]]:
        mounts = {mount["mountPath"].split("/")[1] for mount in container["volumeMounts"]}
        (script,) = container["args"]
        # What the image would have; the rest is done as it stands, in folders below this one's.
        script = re.sub(r"^(python -m venv|pip install) .*\n", "", script, flags=re.M)
        used = set(re.findall(r"(?<![\w.])/(pylife|fleet|state|git)\b", script))
        assert used <= mounts, container["name"]
        script = re.sub(r"(?<![\w.])/(pylife|fleet|state)\b", rf"{tmp_path}/pod/\1", script)
        for name in ("pylife", "fleet", "state"):
            (tmp_path / "pod" / name).mkdir(parents=True, exist_ok=True)
        codes[container["name"]] = bash(
            script, tmp_path, programs, FLEET_URL=str(origin), AS_OF=AS_OF
        )
    assert codes == {
        "install": 0, "read": 0, "resolve": 0, "run": 0, "propose": 0, "publish": 1,
    }  # fmt: skip
    state = tmp_path / "pod" / "state"
    check_results(state / "results", state / "site", programs)


def test_the_jobs_of_gitlab_do_the_same(fleet: Path, programs: Path, tmp_path: Path) -> None:
    (jobs,) = load(fleet / ".gitlab/templates/pylife-nightly.gitlab-ci.yml")
    origin = committed(fleet, tmp_path / "origin")
    handed: dict[str, dict[str, bytes]] = {}
    codes = {}
    for name in ("read", "resolve", "run", "propose", "publish"):
        body = jobs[f"pylife-{name}"]
        runner = tmp_path / "runners" / name
        workspace = runner / "work"
        shutil.copytree(origin, workspace)
        for other in body["needs"]:
            for path, data in handed.get(other, {}).items():
                (workspace / path).parent.mkdir(exist_ok=True)
                (workspace / path).write_bytes(data)
        codes[name] = bash(
            as_here(jobs, body, runner), workspace, programs, STATE=str(runner / "state"),
            CI_PROJECT_DIR=str(workspace), CI_PIPELINE_CREATED_AT=f"{AS_OF}T03:17:00Z",
            UV_PYTHON_INSTALL_DIR=str(runner / "pythons"),
        )  # fmt: skip
        handed[f"pylife-{name}"] = {
            path.relative_to(workspace).as_posix(): path.read_bytes()
            for path in (workspace / "handed").glob("*")
        }
    assert codes == {"read": 0, "resolve": 0, "run": 0, "propose": 0, "publish": 1}
    assert codes["publish"] in jobs["pylife-publish"]["allow_failure"]["exit_codes"]
    last = tmp_path / "runners" / "publish"
    check_results(last / "state" / "results", last / "work" / "site", programs)
    assert (last / "work" / "kept" / "evidence.sqlite").is_file()
    assert not (tmp_path / "runners/run/state/logs/stray").exists()


def as_here(jobs: dict[str, Any], body: dict[str, Any], runner: Path) -> str:
    """A job's script without what only the image has: its pip, its root and its other user."""
    script = "\n".join([*jobs[".pylife-nightly"]["before_script"], *body["script"]])
    script = re.sub(r"^pip install .*\n", "", script, flags=re.M)
    # Only the user that there is not here may be killed.
    script = re.sub(r"^ *setpriv .*kill .*\n", "", script, flags=re.M)
    script = re.sub(r"^ *chown .*\n", "", script, flags=re.M)
    script = re.sub(r"setpriv .*--no-new-privs \\\n +env -i .*\\\n.*\\\n", "", script).replace(
        "# What is left of it ends",
        'ln -s /etc/passwd "$STATE/logs/stray"; # What is left of it ends',
    )
    assert not re.search(r"setpriv|kill|chown|env -i", script)
    return script.replace("/opt/pylife", str(runner / "opt"))


def committed(fleet: Path, place: Path) -> Path:
    """A copy of the fleet as a git repository with one commit."""
    shutil.copytree(fleet, place)
    person = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for command in (["init", "-q"], ["add", "-A"], [*person, "commit", "-q", "-m", "One"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return place

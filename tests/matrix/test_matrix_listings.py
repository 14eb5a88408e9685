"""`pylife matrix list`: for people, as JSON, for GitHub Actions and GitLab; and its selectors."""

import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from pylife.matrix import gitlab_jobs, listings, platforms
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.presets import Bounds, MatrixPreset
from pylife.model import CellStatus, Kind, PythonVersion
from tests.matrix.matrix_help import HERE, OWN_TESTS

UNIT = (
    "import unittest\nclass T(unittest.TestCase):\n    def test_one(self): pass\nunittest.main()\n"
)
PROJECT = '[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.9"\n'
AS_OF = "2026-11-21"
MISSING = "missing-interpreter: no Python 3.99 was found on this machine"


def cells(number: int, preset: MatrixPreset | None = None, **more: Any) -> list[CellPlan]:
    project = MatrixProject(
        name="thing",
        folder=Path("/nowhere"),
        kind=Kind.LIBRARY,
        preset=preset or MatrixPreset(name="t", timeout=600, retries=0),
        allowed_to_fail=frozenset({PythonVersion(3, 15)}),
    )
    return [
        CellPlan(
            project=project, python=PythonVersion(3, 13), session=f"tests-{one}",
            origin=Origin.OWN, source="noxfile.py:3", **more,
        )
        for one in range(number)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "sizes"),
    [(0, []), (1, [1]), (256, [256]), (257, [256, 1]), (1000, [256, 256, 256, 232])],
)
def test_no_matrix_of_github_has_more_than_256_jobs(number: int, sizes: list[int]) -> None:
    planned = cells(number)
    document = listings.github(planned)
    assert [len(shard["include"]) for shard in document["shards"]] == sizes
    assert document["jobs"] == number
    rows = [row for shard in document["shards"] for row in shard["include"]]
    assert [row["session"] for row in rows] == [cell.session for cell in planned]
    assert json.dumps(listings.github(planned)) == json.dumps(document)


def test_jobs_say_all_that_a_workflow_needs() -> None:
    (one,) = cells(1)
    row = listings.github([replace(one, python=PythonVersion(3, 15))])["shards"][0]["include"][0]
    assert row == {
        "project": "thing",
        "python": "3.15",
        "session": "tests-0",
        "runs-on": "ubuntu-latest",
        "allowed-to-fail": True,
        "timeout-minutes": 30,
    }


def test_platforms_have_their_runners_and_what_nobody_runs_is_left_out() -> None:
    named = MatrixPreset(name="t", runners=(("linux-arm64", ("self-hosted", "arm")),))
    away = (CellStatus.NEEDS, "needs macos: this machine is linux-x86_64")
    planned = [
        *cells(1, platform="macos", decided=away),
        *cells(1, named, platform="linux-arm64"),
        *cells(1, platform="windows", decided=(CellStatus.NEEDS, "needs windows")),
        *cells(1, decided=(CellStatus.MISSING_INTERPRETER, "no Python 3.13")),
        *cells(1, decided=(CellStatus.NOT_RUN, "its noxfile does not load: x")),
    ]
    document = listings.github(planned)
    runners = [row["runs-on"] for row in document["shards"][0]["include"]]
    assert runners == ["macos-latest", ["self-hosted", "arm"], "ubuntu-latest"]
    assert [row["reason"] for row in document["left_out"]] == [
        "pylife does not run on windows",
        "its noxfile does not load: x",
    ]


def test_what_needs_more_on_this_very_platform_is_no_job() -> None:
    here = platforms.here()[0]
    (one,) = cells(1, platform=here, decided=(CellStatus.NEEDS, "needs tox, which is not here"))
    assert listings.github([one])["jobs"] == 0


def gitlab(planned: Sequence[CellPlan]) -> dict[str, Any]:
    text = gitlab_jobs.render(planned, "1.2.3")
    assert text == gitlab_jobs.render(planned, "1.2.3")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def test_no_job_of_gitlab_has_more_than_200_permutations() -> None:
    document = gitlab(cells(450))
    jobs = {name: job for name, job in document.items() if name != "variables"}
    assert [len(job["parallel"]["matrix"]) for job in jobs.values()] == [200, 200, 50]
    seen = [row["PYLIFE_SESSION"] for job in jobs.values() for row in job["parallel"]["matrix"]]
    assert seen == [f"tests-{number}" for number in range(450)]


def test_jobs_of_gitlab_differ_by_runner_and_may_fail() -> None:
    (one,) = cells(1)
    planned = [
        one,
        replace(one, python=PythonVersion(3, 15)),
        replace(one, platform="linux-arm64", session="tests [linux-arm64] $HOME"),
    ]
    jobs = [job for name, job in gitlab(planned).items() if name != "variables"]
    assert [(job.get("tags"), job["allow_failure"]) for job in jobs] == [
        (None, False),
        (None, True),
        (["saas-linux-small-arm64"], False),
    ]
    value = jobs[2]["parallel"]["matrix"][0]["PYLIFE_SESSION"]
    assert value == "tests [linux-arm64] $$HOME", "GitLab expands a dollar"


@pytest.mark.skipif(find_spec("check_jsonschema") is None, reason="no check-jsonschema here")
def test_gitlabs_own_schema_takes_the_pipeline(tmp_path: Path) -> None:
    (one,) = cells(1)
    planned = [*cells(300), replace(one, python=PythonVersion(3, 15), platform="macos")]
    file = tmp_path / "child.gitlab-ci.yml"
    file.write_text(gitlab_jobs.render(planned, "1.2.3"))
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(file)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_why_a_cell_is_there() -> None:
    preset = MatrixPreset(name="t", file="t.toml", sessions=("x",), platforms=("linux",))
    (one,) = cells(1, preset, platform="linux", bounds=Bounds.LOWEST_DIRECT)
    assert listings.reasons(replace(one, python=PythonVersion(3, 15))) == (
        "Python 3.15 by the support window",
        "may fail: Python 3.15 is in preview for thing",
        "session by `sessions` of t.toml",
        "lowest versions of what the project requires, by `bounds` of t.toml",
        "on linux by `platforms` of t.toml",
    )


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Two projects on two Pythons of the preset's own, one of them in no machine."""
    root = tmp_path / "fleet"
    for name in ("nw-one", "nw-two"):
        (root / name).mkdir(parents=True)
        (root / name / "pyproject.toml").write_text(PROJECT.format(name=name))
        (root / name / "noxfile.py").write_text(OWN_TESTS.replace(f'"{HERE}"', "None"))
        (root / name / "run.py").write_text(UNIT)
    (root / "pylife.toml").write_text('[fleet]\nname = "nw"\nmatrix = "m.toml"\n')
    (root / "m.toml").write_text(f'[matrix]\nname = "m"\npythons = ["{HERE}", "3.99"]\n')
    return root


def cli(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pylife", "matrix", *arguments, "--as-of", AS_OF],
        capture_output=True, text=True, cwd=root, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_list_explains_itself(fleet: Path) -> None:
    said = cli(fleet, "list")
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[:3] == [
        "nw-one (preset m)",
        f"  {HERE!s:6} tests  own noxfile, noxfile.py:5",
        f"  3.99   tests  own noxfile, noxfile.py:5; {MISSING}",
    ]
    assert said.stdout.splitlines()[-1] == "4 cells"
    rows = json.loads(cli(fleet, "list", "--format", "json").stdout)["cells"]
    assert (rows[0]["preset"], rows[0]["source"]) == ("m.toml", "noxfile.py:5")


@pytest.mark.slow
def test_where_nothing_can_be_run_or_known_the_exit_code_says_so(fleet: Path) -> None:
    assert cli(fleet, "list", "--python", "3.99").returncode == 3
    assert cli(fleet, "list", "--python", "3.99", "--format", "github").returncode == 0
    assert cli(fleet, "list", "--session", "nothing").returncode == 3
    (fleet / "nw-two/noxfile.py").write_text("raise ValueError\n")
    said = cli(fleet, "list")
    assert said.returncode == 4
    assert "what there is to run is not known of nw-two" in said.stderr
    # A session that cannot be known may be there.
    assert cli(fleet, "list", "--session", "nothing").returncode == 3
    assert "ValueError" in cli(fleet, "list", "--session", "nothing").stdout
    assert cli(fleet, "list", "--project", "nw-one").returncode == 0
    wrong = cli(fleet, "list", "--project", "nw-on")
    assert wrong.returncode == 2
    assert "did you mean nw-one?" in wrong.stderr


@pytest.mark.parametrize("code", [0, 3, 4])
def test_the_documented_job_of_github_fails_with_the_list(tmp_path: Path, code: int) -> None:
    page = (Path(__file__).parents[2] / "docs" / "matrix.md").read_text()
    text = page.partition("```yaml\njobs:\n")[2].partition("\n# .github")[0]
    (step,) = (one for one in yaml.safe_load(text)["list"]["steps"] if one.get("id") == "list")
    pylife = tmp_path / "pylife"
    pylife.write_text(
        f"""#!{sys.executable}
import sys
text = '{{\\n"shards": []\\n}}\\n'
if "--output" in sys.argv:
    open(sys.argv[sys.argv.index("--output") + 1], "w").write(text)
else:
    print(text)
sys.exit({code})
"""
    )
    pylife.chmod(0o755)
    output = tmp_path / "output"
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_OUTPUT": str(output)},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    if not code:
        assert output.read_text() == 'cells={"shards": []}\n'


@pytest.mark.slow
def test_each_job_runs_exactly_its_cell(fleet: Path, tmp_path: Path) -> None:
    listed = json.loads(cli(fleet, "list", "--python", str(HERE), "--format", "github").stdout)
    rows = listed["shards"][0]["include"]
    assert [(row["project"], row["python"], row["session"]) for row in rows] == [
        ("nw-one", str(HERE), "tests"),
        ("nw-two", str(HERE), "tests"),
    ]
    pipeline = yaml.safe_load(
        cli(fleet, "list", "--python", str(HERE), "--format", "gitlab").stdout
    )
    (script,) = pipeline["cells 1"]["script"]
    for number, (row, other) in enumerate(
        zip(rows, pipeline["cells 1"]["parallel"]["matrix"], strict=True)
    ):
        assert list(other.values()) == [row["project"], row["python"], row["session"]]
        for name, value in {**other, "PYLIFE_PATH": "."}.items():
            script = script.replace(f"${name}", value)
        words = shlex.split(script)[1:]
        state = str(tmp_path / f"job-{number}")
        words[words.index("--state") + 1] = state
        ran = cli(fleet, *words[1:], "--format", "json")
        assert ran.returncode == 0, ran.stderr
        found = json.loads(ran.stdout)["cells"]
        assert [(one["project"], one["python"], one["status"]) for one in found] == [
            (row["project"], row["python"], "passed")
        ]
        script = pipeline["cells 1"]["script"][0]

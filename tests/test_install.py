"""The main job from a wheel, from an sdist and from an editable install, outside the checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import uv

from tests.conftest import AS_OF, ROOT

pytestmark = pytest.mark.slow

PROJECT = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "nw-tiny"
version = "1"
requires-python = ">=3.9"

[project.optional-dependencies]
test = ["pytest>=8"]

[tool.setuptools]
py-modules = ["nw_tiny"]
"""


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**environment, **variables},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of a copy of this checkout, and the wheel made from that sdist."""
    folder = tmp_path_factory.mktemp("built")
    copy = folder / "checkout"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "dist", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=ignored)
    python = ("--python", sys.executable)
    run(uv.find_uv_bin(), "build", "-q", *python, "--out-dir", folder / "dist", cwd=copy)
    return folder


def requirement(kind: str, built: Path) -> list[str]:
    if kind == "editable":
        return ["-e", f"{built / 'checkout'}[nightly]"]
    pattern = "*.whl" if kind == "wheel" else "*.tar.gz"
    (file,) = (built / "dist").glob(pattern)
    return [f"python-lifecycle[nightly] @ {file.as_uri()}"]


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_the_main_job_runs_outside_the_checkout(kind: str, built: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    run(uv.find_uv_bin(), "venv", "-q", "--python", sys.executable, environment, cwd=tmp_path)
    python = environment / "bin" / "python"
    install = (uv.find_uv_bin(), "pip", "install", "-q", "--python", python)
    run(*install, *requirement(kind, built), cwd=tmp_path)
    fleet = tmp_path / "fleet"
    fleet.mkdir()
    (fleet / "pyproject.toml").write_text(PROJECT)
    (fleet / "nw_tiny.py").write_text("ONE = 1\n")
    (fleet / "test_tiny.py").write_text(
        "import nw_tiny\n\n\ndef test_one():\n    assert nw_tiny.ONE\n"
    )
    # Without its folder on PATH: whatever it starts, it finds by itself.
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pylife = environment / "bin" / "pylife"
    run(
        pylife, "nightly", fleet, "--as-of", AS_OF, "--python", version, "--fail-on", "never",
        "--state", tmp_path / "state", cwd=tmp_path,
    )  # fmt: skip
    results = tmp_path / "state" / "results"
    cells = json.loads((results / "run.json").read_text())["cells"]
    assert [(cell["project"], cell["python"], cell["status"]) for cell in cells] == [
        ("nw-tiny", version, "passed")
    ]
    proposals = json.loads((results / "propose.json").read_text())["proposals"]
    assert [(one["project"], one["outcome"]) for one in proposals] == [("nw-tiny", "created")]
    assert "nw-tiny" in (tmp_path / "state" / "site" / "index.html").read_text()
    shown = run(pylife, "policy", "show", "spec0", "--as-of", AS_OF, cwd=tmp_path)
    assert "SPEC 0" in shown


def test_check_needs_only_the_core(built: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    run(uv.find_uv_bin(), "venv", "-q", "--python", sys.executable, environment, cwd=tmp_path)
    (wheel,) = (built / "dist").glob("*.whl")
    python = environment / "bin" / "python"
    run(uv.find_uv_bin(), "pip", "install", "-q", "--python", python, wheel, cwd=tmp_path)
    listed = json.loads(
        run(uv.find_uv_bin(), "pip", "list", "--python", python, "--format", "json", cwd=tmp_path)
    )
    assert {row["name"] for row in listed} == {
        "python-lifecycle", "click", "packaging", "pyyaml",
        "toml-rs",
    }  # fmt: skip
    platform = ROOT / "examples" / "platform"
    pylife = environment / "bin" / "pylife"
    quietly = ("--fail-on", "never", "--state", tmp_path / "state")
    out = run(pylife, "check", platform, "--as-of", AS_OF, *quietly, cwd=tmp_path)
    assert "9 projects checked" in out
    (tmp_path / "setup.py").write_text("")
    for command in (["nightly"], ["report", "--output", "site"], ["matrix", "run"], ["init"]):
        done = subprocess.run(
            [pylife, *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (5, ""), done.stderr
        assert "pip install 'python-lifecycle[nightly]'" in done.stderr
        assert "Traceback" not in done.stderr

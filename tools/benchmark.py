"""Print what pylife costs, as ratios of whole processes measured in one run.

    python tools/benchmark.py [RUNS]

Each pair is run in turn, A B A B ..., and the ratio of the medians of user plus
system time is printed (wall time follows it, and other work on the machine
disturbs it less), with the smallest and largest ratio of a pair beside it.

Both run from bytecode that the warm-up leaves in a folder of their own, as what pip
installs does: a source tree that was just edited, or PYTHONDONTWRITEBYTECODE, would
have each run compile pylife again, and only pylife.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BASELINE = [sys.executable, "-c", "import packaging.specifiers, tomllib, click"]
# As people start it: by its script, beside the interpreter where it is installed.
_SCRIPT = Path(sys.executable).with_name("pylife")
PYLIFE = [str(_SCRIPT)] if _SCRIPT.is_file() else [sys.executable, "-m", "pylife"]
WORKFLOW = """
name: ci
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python-version: ["3.11", "3.12", "3.13", "3.14"]
    steps:
      - uses: actions/setup-python@v6
        with:
          python-version: ${{ matrix.python-version }}
"""
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "small"
version = "1"
requires-python = ">=3.11"
dependencies = ["packaging>=26"]
classifiers = [
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Programming Language :: Python :: 3.14",
]

[tool.ruff]
target-version = "py311"
"""

_MODULE = """import sys


def number() -> int:
    return {number} if sys.version_info >= (3, 12) else 0
"""


def main() -> int:
    """Measure and print; returns the exit code."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        small = Path(folder) / "small"
        make(small, workflow=False)
        with_yaml = Path(folder) / "with-workflow"
        make(with_yaml, workflow=True)
        for title, path, budget in (
            ("pylife check, one small repository", small, 2.0),
            ("the same with a GitHub workflow (YAML)", with_yaml, None),
        ):
            command = [*PYLIFE, "check", str(path), "--as-of", "2026-11-21"]
            show(title, pair(command, BASELINE, runs), budget)
        large = Path(folder) / "large"
        make_large(large)
        checking = [*PYLIFE, "check", str(large), "--as-of", "2026-11-21"]
        for preset in ("upstream", "spec0", "django", "azure-sdk"):
            command = [*checking, "--policy", preset, "--no-source"]
            title = f"500 files, policy {preset}, declarations and policy alone"
            show(title, pair(command, BASELINE, runs), 4.0)
        show("500 files, source too, its cache warm", pair(checking, BASELINE, runs), 4.0)
    return 0


def make_large(root: Path) -> None:
    """Write a repository of 500 files: a package with all that commonly declares a Python."""
    make(root, workflow=True)
    files = {
        "tox.ini": "[tox]\nenv_list = py3{11,12,13,14}, lint\n[testenv]\ncommands = pytest\n",
        "noxfile.py": "import nox\n\n@nox.session(python=['3.11', '3.14'])\n"
        "def tests(session):\n    session.run('pytest')\n",
        "Dockerfile": "FROM python:3.14-slim\nCOPY . /app\nRUN pip install /app\n",
        ".python-version": "3.14\n",
        ".pre-commit-config.yaml": "default_language_version:\n  python: python3.14\nrepos: []\n",
        ".github/workflows/release.yml": WORKFLOW,
        ".github/workflows/nightly.yml": WORKFLOW,
        "requirements.txt": "packaging==26.3\n",
    }
    there = sum(1 for path in root.rglob("*") if path.is_file())
    for number in range(500 - there - len(files)):
        folder = ("src/small", "tests", "docs")[number % 3]
        text = "Some prose.\n" if folder == "docs" else _MODULE.format(number=number)
        files[f"{folder}/part{number % 20}/m{number}.{'md' if folder == 'docs' else 'py'}"] = text
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make(root: Path, *, workflow: bool) -> None:
    """Write a small repository."""
    (root / "src" / "small").mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (root / "src" / "small" / "__init__.py").write_text("", encoding="utf-8")
    (root / "README.md").write_text("# small\n", encoding="utf-8")
    if workflow:
        (root / ".github" / "workflows").mkdir(parents=True)
        (root / ".github" / "workflows" / "ci.yml").write_text(WORKFLOW, encoding="utf-8")


def pair(one: list[str], other: list[str], runs: int) -> list[tuple[float, float]]:
    """The processor seconds of both commands, `runs` times in turn, after one warm-up each."""
    cost(one)
    cost(other)
    return [(cost(one), cost(other)) for _ in range(runs)]


def cost(command: list[str]) -> float:
    """User and system seconds of one finished process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ})
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def show(title: str, seconds: list[tuple[float, float]], budget: float | None) -> None:
    """Print one row."""
    ratio = statistics.median(a for a, _ in seconds) / statistics.median(b for _, b in seconds)
    ratios = [a / b for a, b in seconds]
    limit = f"  (budget {budget:.2f})" if budget else ""
    print(f"{title}: {ratio:.2f} x baseline [{min(ratios):.2f}..{max(ratios):.2f}]{limit}")


if __name__ == "__main__":
    sys.exit(main())

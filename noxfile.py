"""What is done to this repository: tests, lint, types, documentation, benchmarks, requirements."""

import os
import shutil
import subprocess
from pathlib import Path

import nox

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "uv|virtualenv"
# In CI too a machine tests what it has; nox says which Pythons were skipped.
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "types", "docs", "tests"]

PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]


def group(name: str) -> list[str]:
    """The requirements of a dependency group of pyproject.toml."""
    return [str(requirement) for requirement in GROUPS[name]]


MADE = (
    "backports", "calendar", "images", "patches", "platforms", "releases", "runtimes", "stdlib",
    "subscriptable", "syntax", "whatsnew", "wheels",
)  # fmt: skip
"""The data in `pylife/data/`, by the scripts that make it."""

ONCE = (
    "dependencies", "evidence", "matrix", "source", "workflow", "forges", "test_install.py",
    "test_layers.py",
)  # fmt: skip
"""Tests that mostly wait for other programs (uv, pip, PostgreSQL, nox, the newest
Python), or look at this repository, which are the same whatever pylife runs on: each is run
under one Python, in turn."""

# The versions that the tests were last run with; `requirements` compiles them anew.
PINNED = ["--constraint", "requirements/tests.txt"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; arguments go to pytest."""
    session.install("-e", ".[nightly]", *group("test"), *PINNED)
    # One more than there are cores, as many tests wait for programs and clocks.
    processes = min(os.cpu_count() or 1, 4) + 1
    # The slow ones come first, and who is done takes from who is not.
    everything = [
        "-n", str(processes), "--dist", "worksteal", *elsewhere(str(session.python)),
    ]  # fmt: skip
    session.run("pytest", *(session.posargs or everything))


def elsewhere(python: str) -> list[str]:
    """What the tests under `python` leave out: what has a session of its own, or another's turn."""
    found = [one for one in PYTHONS if starts(f"python{one}")] or [python]
    others = [name for number, name in enumerate(ONCE) if found[number % len(found)] != python]
    return [f"--ignore=tests/{name}" for name in ("integrations", *others)]


def starts(program: str) -> bool:
    """Whether there is such a Python; pyenv has shims on PATH that start nothing."""
    path = shutil.which(program)
    if path is None:
        return False
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


@nox.session
def integrations(session: nox.Session) -> None:
    """Check what `pylife init` writes with its own linters, and run it: pre-commit, the jobs."""
    session.install("-e", ".[nightly]", *group("test"), *group("integrations"), *PINNED)
    # Those of a file share what it makes once: a browser, environments with MLflow, copies.
    session.run("pytest", "-n", "2", "--dist", "loadfile", "tests/integrations", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, the made files, and pylife itself with pylife."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    for made in MADE:
        session.run("python", f"tools/refresh_{made}.py", "--check")
    session.run("pylife", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types strictly, tests included."""
    session.install("-e", ".[nightly]", *group("test"), *group("types"), *PINNED)
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Check that the made pages of `docs/` are what the code says; `-- --write` makes them."""
    session.install("-e", ".[nightly]")
    session.run("python", "tools/make_docs.py", *(session.posargs or ["--check"]))


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Print what things cost, as ratios measured in one run."""
    session.install(".")
    session.run("python", "tools/benchmark.py")
    session.run("python", "tools/benchmark_reading.py", *session.posargs)
    session.run("python", "tools/benchmark_source.py", success_codes=[0, 2])
    # Says so and measures nothing without uv or the network; 100 projects are for those who wait.
    session.install(".[nightly,dask]")
    session.run("python", "tools/benchmark_dependencies.py", "--projects", "10")
    session.run("python", "tools/benchmark_site.py", success_codes=[0, 1])
    session.run("python", "tools/benchmark_dask.py", "--cells", "100,1000", success_codes=[0, 1])


@nox.session
def requirements(session: nox.Session) -> None:
    """Compile `requirements/tests.txt`, the versions that CI uses, with pip-tools.

    It names no index: whoever installs from it uses their own configuration.
    """
    session.install("pip-tools>=7.6.2")
    extras = nox.project.load_toml("pyproject.toml")["project"]
    source = Path(session.create_tmp()) / "tests.in"
    lines = [*extras["dependencies"], *extras["optional-dependencies"]["nightly"], *group("test")]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ["--emit-index-url", "--emit-find-links", "--emit-trusted-host", "--emit-options"]
    session.run(
        "pip-compile",
        "--quiet",
        "--strip-extras",
        "--no-annotate",
        "--no-header",
        *(option.replace("--emit", "--no-emit") for option in options),
        "--output-file",
        "requirements/tests.txt",
        str(source),
        *session.posargs,
    )


@nox.session
def build(session: nox.Session) -> None:
    """Build the sdist, and the wheel from it."""
    session.install("build>=1.2")
    session.run("python", "-m", "build", *session.posargs)

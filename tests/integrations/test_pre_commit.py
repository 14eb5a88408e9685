"""The hooks run by the real pre-commit, installed from wheels alone: no network, no address.

The wheels are collected once, which needs the index; without one the tests skip.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import uv

from tests.conftest import AS_OF, ROOT
from tests.integrations.conftest import load

pytest.importorskip("pre_commit")
pytestmark = pytest.mark.slow

WARM = 4
"""A warm hook on the example fleet may take so many times what pre-commit takes to do nothing."""


def run(*command: str | Path, cwd: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT")) and name != "PYTHONPATH"
    }
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env={**environment, **variables},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def commit(folder: Path) -> str:
    """Everything in `folder` as one commit of a repository; its name."""
    run("git", "init", "-q", cwd=folder)
    run("git", "add", "-A", "-f", cwd=folder)
    person = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    done = run("git", *person, "commit", "-q", "-m", "One", "--no-verify", cwd=folder)
    assert done.returncode == 0, done.stderr
    return run("git", "rev-parse", "HEAD", cwd=folder).stdout.strip()


class Hooks(NamedTuple):
    """This checkout as a git repository with hooks, and what its installation needs."""

    repository: Path
    revision: str
    wheels: Path


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    folder = tmp_path_factory.mktemp("hooks")
    repository, wheels = folder / "pylife", folder / "wheels"
    shutil.copytree(
        ROOT, repository,
        ignore=shutil.ignore_patterns(
            ".[!p]*", ".pytest_cache", ".pylife", "__pycache__", "tests", "examples", "build", "dist"
        ),
    )  # fmt: skip
    revision = commit(repository)
    python = folder / "venv" / "bin" / "python"
    run(
        uv.find_uv_bin(),
        "venv",
        "-q",
        "--seed",
        "--python",
        sys.executable,
        folder / "venv",
        cwd=folder,
    )
    probe = run(
        python, "-m", "pip", "download", "-q", "--no-deps", "-d", wheels, "hatchling", cwd=folder
    )
    if probe.returncode:
        pytest.skip("no package index is reached: the hook's requirements cannot be had")
    # setuptools: with a local hook, pre-commit installs an empty package of its own.
    needed = (repository, "hatchling", "setuptools")
    done = run(python, "-m", "pip", "wheel", "-q", "-w", wheels, *needed, cwd=folder)
    assert done.returncode == 0, done.stderr
    return Hooks(repository, revision, wheels)


class Hooked(NamedTuple):
    """What `pre-commit run` returned, printed and took (seconds)."""

    code: int
    out: str
    seconds: float


Hook = Callable[..., Hooked]


@pytest.fixture
def hook(hooks: Hooks, tmp_path: Path) -> Hook:
    """Run `pre-commit run ARGUMENTS` in a repository, offline."""

    def call(folder: Path, *arguments: str) -> Hooked:
        started = time.perf_counter()
        done = run(
            sys.executable, "-m", "pre_commit", "run", "--color=never", *arguments, cwd=folder,
            PRE_COMMIT_HOME=str(tmp_path / "cache"), PIP_NO_INDEX="1",
            PIP_FIND_LINKS=str(hooks.wheels), HOME=str(tmp_path), PIP_CONFIG_FILE=os.devnull,
        )  # fmt: skip
        return Hooked(done.returncode, done.stdout + done.stderr, time.perf_counter() - started)

    return call


def fleet(folder: Path, config: str = "") -> Path:
    """The example fleet as a git repository, with pre-commit's configuration."""
    shutil.copytree(
        ROOT / "examples" / "platform", folder, ignore=shutil.ignore_patterns(".pylife")
    )
    if config:
        (folder / ".pre-commit-config.yaml").write_text(config)
    commit(folder)
    return folder


def said(text: str) -> str:
    """The output without what differs each time: seconds."""
    return re.sub(r"\d+\.\d\d ?s\b|duration: .*s", "TIME", text)


def test_the_hook_of_this_repository_does_what_check_does(
    hooks: Hooks,
    hook: Hook,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    config = (
        f"repos:\n- repo: {hooks.repository}\n  rev: {hooks.revision}\n  hooks:\n"
        f"  - id: pylife\n    args: [--as-of, '{AS_OF}']\n"
        "- repo: meta\n  hooks:\n  - {id: identity, verbose: false}\n"
    )
    root = fleet(tmp_path / "fleet", config)
    first = hook(root, "pylife", "--all-files", "--verbose")
    warm = min(
        (hook(root, "pylife", "--all-files", "--verbose") for _ in range(3)),
        key=lambda one: one.seconds,
    )
    nothing = min(
        (hook(root, "identity", "--all-files") for _ in range(3)), key=lambda one: one.seconds
    )
    assert nothing.code == 0, nothing.out
    record_testsuite_property("pre_commit_first_seconds", round(first.seconds, 2))
    record_testsuite_property("pre_commit_warm_seconds", round(warm.seconds, 2))
    record_testsuite_property("pre_commit_nothing_seconds", round(nothing.seconds, 2))
    assert first.code == warm.code == 1, first.out
    check = run(
        sys.executable, "-m", "pylife", "check", "--as-of", AS_OF, cwd=root, PYTHONPATH=str(ROOT)
    )
    assert check.returncode == 1
    lines = [line.strip() for line in said(check.stdout).splitlines() if line.strip()]
    shown = said(warm.out)
    assert len(lines) > 20
    assert [line for line in lines if line not in shown] == []
    # It looks at commits that touch no file of its kind, and at those that only delete.
    (root / "README.md").unlink()
    run("git", "add", "-A", cwd=root)
    deleted = hook(root, "pylife")
    assert (deleted.code, "Skipped" in deleted.out) == (1, False)
    assert warm.seconds < WARM * nothing.seconds


def test_the_hook_passes_where_check_passes_and_fix_fixes(
    hooks: Hooks, hook: Hook, tmp_path: Path
) -> None:
    root = tmp_path / "one"
    root.mkdir()
    project = '[project]\nname = "a"\nrequires-python = ">=3.9"  # keep\n'
    (root / "pyproject.toml").write_text(project)
    (root / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks.repository}\n  rev: {hooks.revision}\n  hooks:\n"
        f"  - {{id: pylife, args: [--as-of, '{AS_OF}']}}\n"
        f"  - {{id: pylife-fix, args: [--as-of, '{AS_OF}']}}\n"
    )
    commit(root)
    assert hook(root, "pylife").code == 1
    fixed = hook(root, "pylife-fix")
    assert fixed.code == 1
    assert "files were modified by this hook" in fixed.out
    assert (root / "pyproject.toml").read_text() == project.replace("3.9", "3.11")
    run("git", "add", "-A", cwd=root)
    assert hook(root, "pylife-fix").code == 0
    passed = hook(root, "pylife")
    assert (passed.code, "Passed" in passed.out) == (0, True)


def test_the_hook_that_init_writes_needs_no_address(hook: Hook, tmp_path: Path) -> None:
    root = fleet(tmp_path / "fleet")
    made = run(
        sys.executable,
        "-m",
        "pylife",
        "init",
        "--with",
        "pre-commit",
        cwd=root,
        PYTHONPATH=str(ROOT),
    )
    assert made.returncode == 0, made.stderr
    (document,) = load(root / ".pre-commit-config.yaml")
    assert document["repos"][0]["repo"] == "local"
    run("git", "add", "-A", cwd=root)
    done = hook(root)
    assert done.code == 1
    assert "nw-serving" in done.out
    assert "RUN201" in done.out

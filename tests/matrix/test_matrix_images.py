"""Images: who builds them here, with which commands, and what each end means.

The whole cell is run where a builder can run what it has built (buildah in a machine
without more rights: BUILDAH_ISOLATION=chroot); else that test says why it skips.
"""

import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pylife.matrix import images, images_session
from pylife.matrix.artefacts import plan as plan_cells
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.images import Builder
from pylife.matrix.isolation import Isolation, Wrapper
from pylife.matrix.observe import Observed, Places, Session
from pylife.matrix.presets import MatrixPreset
from pylife.matrix.process import Ended
from pylife.model import Cell, CellStatus, Kind
from tests.matrix.matrix_help import HERE, make, python, run

DOCKERFILE = {"Dockerfile": "FROM python:3.12\n"}


def image(base: Path, files: Mapping[str, str] = DOCKERFILE, **preset: Any) -> MatrixProject:
    return replace(
        make(base, "base", files),
        kind=Kind.IMAGE,
        runs_on=(python("3.12"),),
        preset=MatrixPreset(name="t", retries=0, **preset),
    )


def program(folder: Path, name: str, script: str) -> Path:
    """A program that says what a builder without its daemon, or with it, would say."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


# Who builds


def test_a_client_without_its_daemon_builds_nothing(tmp_path: Path) -> None:
    program(tmp_path, "docker", 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
    reason = images.find({"PATH": str(tmp_path)})
    assert reason == (
        "no image can be built here: docker says: Cannot connect to the Docker daemon;"
        " podman is not here; buildah is not here"
    )


def test_the_first_that_answers_builds(tmp_path: Path) -> None:
    program(tmp_path, "docker", "exit 0")  # answers nothing: no daemon's version
    buildah = program(tmp_path, "buildah", "echo '{}'")
    assert images.find({"PATH": str(tmp_path)}) == Builder("buildah", str(buildah))
    podman = program(tmp_path, "podman", "echo 4.3.1")
    assert images.find({"PATH": str(tmp_path), "HOME": "x"}) == Builder("podman", str(podman))


def test_the_real_docker_client_is_believed_only_with_its_daemon() -> None:
    docker = shutil.which("docker")
    if docker is None:
        pytest.skip("no docker client on this machine")
    there = subprocess.run([docker, "ps"], capture_output=True, check=False).returncode == 0
    only = {**os.environ, "PATH": str(Path(docker).parent)}
    found = images.find(only)
    assert there == (isinstance(found, Builder) and found.name == "docker")


# Which cells there are


def cells_of(project: MatrixProject, tmp_path: Path, **environment: str) -> list[CellPlan]:
    there = Context(state=tmp_path, interpreters={}, environment={"PATH": "", **environment})
    return plan_cells(project, [python("3.12"), python("3.13")], there)


def test_without_a_builder_nothing_is_run_and_the_reason_is_said(tmp_path: Path) -> None:
    first, second = cells_of(image(tmp_path), tmp_path)
    assert first.decided is not None
    assert first.decided[0] is CellStatus.NOT_RUN
    assert first.decided[1].startswith("no image can be built here: docker is not here")
    assert second.decided == (
        CellStatus.NOT_RUN, "its Dockerfile makes an image of Python 3.12",
    )  # fmt: skip


def test_what_is_built_on_is_known_or_said(tmp_path: Path) -> None:
    for name, project, reason in (
        ("1", image(tmp_path / "1", {"x": ""}), "its folder has no Dockerfile or Containerfile"),
        ("2", replace(image(tmp_path / "2"), runs_on=()), "which Python its Dockerfile makes an"),
        ("3", image(tmp_path / "3", images=False), "the matrix preset t leaves images out"),
    ):
        cell, _ = cells_of(project, tmp_path / name)
        assert cell.decided is not None
        assert cell.decided[0] is CellStatus.NOT_RUN
        assert reason in cell.decided[1]


def test_where_cells_are_isolated_a_builder_must_isolate_too(tmp_path: Path) -> None:
    program(tmp_path, "buildah", "echo '{}'")
    project = image(tmp_path, isolation=Isolation(wrapper=Wrapper.BUBBLEWRAP))
    cell, _ = cells_of(project, tmp_path, PATH=str(tmp_path), BUILDAH_ISOLATION="chroot")
    assert cell.decided is not None
    assert "isolates nothing" in cell.decided[1]
    cell, _ = cells_of(project, tmp_path, PATH=str(tmp_path), BUILDAH_ISOLATION="oci")
    assert cell.decided is None


# The commands


def test_docker_and_podman_try_the_image_without_a_network(tmp_path: Path) -> None:
    steps = images.steps(
        Builder("docker", "/bin/docker"), tmp_path / "Dockerfile", "n", (("pip", "check"),)
    )
    assert steps.build == (
        "/bin/docker", "build", "--tag", "localhost/n",
        "--file", str(tmp_path / "Dockerfile"), str(tmp_path),
    )  # fmt: skip
    assert steps.smoke == (
        ("/bin/docker", "run", "--rm", "--name", "n", "--network", "none",
         "--entrypoint", "pip", "localhost/n", "check"),
    )  # fmt: skip
    assert [command[8:10] for command in steps.versions] == [
        ("python3", "localhost/n"), ("python", "localhost/n"),
    ]  # fmt: skip
    assert steps.clean[0] == ("/bin/docker", "rm", "--force", "n")
    assert steps.clean[1] == ("/bin/docker", "rmi", "--force", "localhost/n")


def test_buildah_runs_in_a_container_of_the_image(tmp_path: Path) -> None:
    steps = images.steps(Builder("buildah", "b"), tmp_path / "Containerfile", "n", (("x", "y"),))
    assert steps.prepare == (("b", "from", "--pull-never", "--name", "n", "localhost/n"),)
    assert steps.smoke == (("b", "run", "n", "--", "x", "y"),)
    assert steps.clean == (("b", "rm", "n"), ("b", "rmi", "--force", "localhost/n"))


def test_only_what_a_builder_needs_is_handed_on() -> None:
    given = {"DOCKER_HOST": "d", "HOME": "/h", "GITHUB_TOKEN": "t", "PATH": "p"}
    assert images.environment_of(given) == {"DOCKER_HOST": "d", "HOME": "/h"}


# What each end means

BUILD = "nox > Command docker build --tag localhost/n failed with exit code 1\n"
RUN = "nox > Command docker run --rm failed with exit code 1\n"
NO_BASE = "ERROR: pull access denied for nw/base, repository does not exist\n"
OFFLINE = "Error: initializing source docker://python:3.12: dial tcp: lookup: no such host\n"
PIP = "ERROR: No matching distribution found for numpy==1.0\n"
ENGINE = "Error: crun: setrlimit: Operation not permitted: OCI permission denied\n"


@pytest.mark.parametrize(
    ("result", "log", "inside", "status", "reason"),
    [
        ("success", "", "3.12\n", CellStatus.PASSED, "builds, has Python 3.12, runs: pip check"),
        ("success", "", "3.11\n", CellStatus.FAILED, "the Python inside is 3.11, not 3.12"),
        ("failed", BUILD, None, CellStatus.FAILED, "`docker build --tag localhost/n` ended with 1"),
        ("failed", NO_BASE + BUILD, None, CellStatus.BLOCKED, "base image cannot be had"),
        ("failed", OFFLINE + BUILD, None, CellStatus.INFRASTRUCTURE, "no network"),
        ("failed", PIP + BUILD, None, CellStatus.BLOCKED, "nothing found for numpy==1.0"),
        ("failed", ENGINE + RUN, "", CellStatus.INFRASTRUCTURE, "runs no container here"),
        ("failed", "ModuleNotFoundError: x\n" + RUN, "3.12", CellStatus.FAILED, "`docker run"),
        ("failed", "ConnectionError: timed out\n" + RUN, "3.12", CellStatus.FAILED, "`docker run"),
        ("skipped", "", None, CellStatus.NOT_RUN, "gone"),
    ],
)
def test_each_end_has_its_status(
    tmp_path: Path, result: str, log: str, inside: str | None, status: CellStatus, reason: str
) -> None:
    seen = Observed(
        ended=Ended(code=int(result == "failed"), seconds=1),
        log=log,
        sessions=(Session(name="image", result=result, reason="gone" * (result == "skipped")),),
    )
    if inside is not None:
        images_session.output_of(Places(tmp_path)).write_text(inside)
    cell = CellPlan(
        project=image(tmp_path, smoke=("pip check",)),
        python=python("3.12"),
        session="image",
        origin=Origin.IMAGE,
    )
    have, told = images_session.judge(seen, cell, Places(tmp_path))
    assert have[0] is status, have
    assert reason in have[1]
    assert told.tests is not None
    assert bool(told.tests.counts) == (status in {CellStatus.PASSED, CellStatus.FAILED})


# A real builder


def rootfs(folder: Path) -> None:
    """A small file system with the Python that the tests run on, and nothing else."""
    libraries = Path(sysconfig.get_path("stdlib"))
    program_ = Path(os.path.realpath(sys.executable))
    needed = subprocess.run(["ldd", program_], capture_output=True, text=True, check=True).stdout
    for word in needed.split():
        if word.startswith("/"):
            target = folder / word.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(os.path.realpath(word), target)
    left_out = shutil.ignore_patterns(
        "site-packages", "test", "tests", "idlelib", "config-*", "ensurepip", "__pycache__",
        "tkinter", "lib2to3", "*.a",
    )  # fmt: skip
    shutil.copytree(libraries, folder / str(libraries).lstrip("/"), ignore=left_out)
    place = folder / str(program_).lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(program_, place)
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "python").symlink_to(program_)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose Dockerfile needs no registry; skips where nothing builds or runs it."""
    if isinstance(reason := images.find(os.environ), str):
        pytest.skip(reason)
    base = tmp_path_factory.mktemp("images")
    folder = base / "base"
    folder.mkdir()
    rootfs(folder / "rootfs")
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY rootfs /\nENV PATH=/bin\n")
    return base


def outcome(base: Path, state: Path, *smoke: str, runs_on: str = str(HERE)) -> Cell:
    project = replace(
        image(base, {}, smoke=smoke),
        pythons=(python(runs_on),),
        runs_on=(python(runs_on),),
    )
    [cell] = run([project], state)
    if cell.status is CellStatus.INFRASTRUCTURE:
        pytest.skip(cell.reason)
    return cell


@pytest.mark.slow
def test_a_real_image_is_built_and_tried(built: Path, tmp_path: Path) -> None:
    good = outcome(built, tmp_path, "python -c 'import json, collections'")
    assert (good.status, good.session) == (CellStatus.PASSED, "image"), good.reason
    assert f"has Python {HERE}" in good.reason
    bad = outcome(built, tmp_path, "python -c 'import nothing_of_that_name'")
    assert bad.status is CellStatus.FAILED
    assert "nothing_of_that_name" in bad.failure

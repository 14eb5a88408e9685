"""Container images: which builder works here, and the commands that build and try an image.

A builder is believed only once it has answered: the docker command without its daemon
builds nothing. The commands are those of docker 28, podman 4.3 and buildah 1.28.
"""

import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from shutil import which
from typing import Literal, NamedTuple

from pylife.matrix.failure import plain

FILES = ("Dockerfile", "Containerfile")
Program = Literal["docker", "podman", "buildah"]
_ASK: dict[Program, tuple[str, ...]] = {
    # Of docker it is the daemon's version, which only the daemon knows.
    "docker": ("version", "--format", "{{.Server.Version}}"),
    "podman": ("info", "--format", "{{.Version.Version}}"),
    "buildah": ("info",),
}
_SECONDS = 30
_PASSED = (
    "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_CONFIG",
    "CONTAINER_HOST", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "BUILDAH_ISOLATION",
    "STORAGE_DRIVER", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", "HOME",
)  # fmt: skip
"""What builders themselves need. They run no code of the project in their own process:
what it builds from, and what the image's code sees, are only the copy of its folder."""
_PYTHONS = ("python3", "python")
_VERSION = "import sys; print('.'.join(map(str, sys.version_info[:2])))"


class Builder(NamedTuple):
    """A program that builds images here, with its path."""

    name: Program
    path: str


class Steps(NamedTuple):
    """The commands of an image cell, in their order; `clean` may fail."""

    build: tuple[str, ...]
    prepare: tuple[tuple[str, ...], ...]
    versions: tuple[tuple[str, ...], ...]
    """Each prints the feature release of the Python inside, if there is one of that name."""
    smoke: tuple[tuple[str, ...], ...]
    clean: tuple[tuple[str, ...], ...]


def file_of(folder: Path) -> str | None:
    """The name of the file that the image in `folder` is built from."""
    return next((name for name in FILES if (folder / name).is_file()), None)


def find(environment: Mapping[str, str]) -> Builder | str:
    """The first of docker, podman and buildah that answers, or why none does."""
    passed = {name: environment[name] for name in (*_PASSED, "PATH") if name in environment}
    return _find(tuple(sorted(passed.items())))


@lru_cache(maxsize=4)
def _find(environment: tuple[tuple[str, str], ...]) -> Builder | str:
    passed = dict(environment)
    reasons = []
    for name, ask in _ASK.items():
        path = which(name, path=passed.get("PATH"))
        if path is None:
            reasons.append(f"{name} is not here")
            continue
        try:
            done = subprocess.run(
                [path, *ask], env=passed, stdin=subprocess.DEVNULL, capture_output=True,
                text=True, errors="replace", check=False, timeout=_SECONDS,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            reasons.append(f"{name} does not answer")
            continue
        if done.returncode == 0 and done.stdout.strip():
            return Builder(name, path)
        said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["nothing"]
        reasons.append(f"{name} says: {plain(said[-1])[:160]}")
    return f"no image can be built here: {'; '.join(reasons)}"


def is_open(builder: Builder, environment: Mapping[str, str]) -> bool:
    """Whether what the builder runs sees the machine's processes."""
    return builder.name == "buildah" and environment.get("BUILDAH_ISOLATION") == "chroot"


def environment_of(source: Mapping[str, str]) -> dict[str, str]:
    """What a builder sees beside the usual few."""
    return {name: source[name] for name in _PASSED if name in source}


def steps(builder: Builder, file: Path, name: str, smoke: tuple[tuple[str, ...], ...]) -> Steps:
    """The commands for the image of `file` with all that is beside it.

    The image and its container are called `name`. What is tried has no network, where the
    builder can do that. `smoke` are commands inside the image.
    """
    program, image = builder.path, f"localhost/{name}"
    build = (program, "build", "--tag", image, "--file", str(file), str(file.parent))
    probes = tuple((python, "-c", _VERSION) for python in _PYTHONS)
    if builder.name == "buildah":
        inside = (program, "run", name, "--")
        return Steps(
            build=build,
            prepare=((program, "from", "--pull-never", "--name", name, image),),
            versions=tuple((*inside, *probe) for probe in probes),
            smoke=tuple((*inside, *words) for words in smoke),
            clean=((program, "rm", name), (program, "rmi", "--force", image)),
        )

    def inside_of(words: tuple[str, ...]) -> tuple[str, ...]:
        run = (program, "run", "--rm", "--name", name, "--network", "none", "--entrypoint")
        return (*run, words[0], image, *words[1:])

    return Steps(
        build=build,
        prepare=(),
        versions=tuple(map(inside_of, probes)),
        smoke=tuple(map(inside_of, smoke)),
        clean=((program, "rm", "--force", name), (program, "rmi", "--force", image)),
    )

"""Dockerfiles: whose image a FROM names, and where its Python stands."""

import subprocess
import sys
from pathlib import Path

import pytest

from pylife import declarations
from pylife.declarations.containers import known_images
from pylife.declarations.containers.images import python_of
from pylife.declarations.registry import claims
from pylife.syntax.text import Source

ROOT = Path(__file__).resolve().parents[2]


def read(content: str) -> list[tuple[int, str, str]]:
    """(line, raw, version or reason) of what is declared."""
    found = declarations.read_source(Source("Dockerfile", content.encode()))
    return [
        (item.line, item.raw, item.unreadable or " ".join(map(str, item.versions or ())))
        for item in found
    ]


MOVES = "the tag names no minor version: whichever is newest when it is built or pulled"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("FROM python:3.9.18-slim-bullseye\n", [(1, "3.9.18-slim-bullseye", "3.9")]),
        ("from --platform=$X reg:5000/a/python:3.9 as b\nFROM b\n", [(1, "3.9", "3.9")]),
        ("ARG V=3.9\nFROM python:$V-slim-bullseye\n", [(1, "3.9", "3.9")]),
        ('ARG V="3.9"\nARG T=${V}-slim\nFROM python:${T}\n', [(1, "3.9", "3.9")]),
        ("ARG I=python:3.9-slim\nFROM $I AS a\nFROM $I\n", [(1, "3.9-slim", "3.9")]),
        ("ARG A=1 V=3.9\nFROM python:${V}\n", [(1, "3.9", "3.9")]),
        ("FROM python:${V:-3.9}-slim\n", [(1, "3.9", "3.9")]),
        ("FROM python:3.${V:-9}\n", [(1, "python:3.${V:-9}", "3.9")]),
        ("ARG V\nFROM python:$V\n", [(2, "python:$V", "V has no default: it is given to the build")]),
        ("FROM alpine\nARG V=3.9\nFROM python:$V\n", [(3, "python:$V", ("V has no default: "
         "it is given to the build"))]),
        ("FROM python\nFROM python:slim\nFROM python:3-slim\n", [(1, "python", MOVES),
         (2, "python:slim", MOVES), (3, "python:3-slim", MOVES)]),
        ("FROM kafka-python:3.7\nFROM debian:12\n", []),
        ("FROM pypy:3.10\n", [(1, "pypy:3.10", "")]),
        ("ARG B=x\nFROM python:3.9 AS x\nFROM ${B}\n", [(2, "3.9", "3.9")]),
        ("FROM a:1\nARG V=3.9\nENV V=3.10\nRUN pyenv install $V\n", [(3, "3.10", "3.10")]),
        ("FROM a:1\nENV V=3.9 W=$V\nENV V=3.10 X=$V\nRUN pyenv install $W $X\n",
         [(2, "3.9", "3.9")]),
        ("FROM a:1\nENV PYTHON_VERSION 3.9\nFROM b:1\nARG PYTHON_VERSION\n",
         [(2, "3.9", "3.9")]),
        ("ARG PYTHON_VERSION=3.9\nFROM b:1\nARG PYTHON_VERSION\n", [(1, "3.9", "3.9")]),
        ("FROM a:1\nRUN pyenv install '3.9' 2.7.18 pypy3.9-7.3 3.x\n", [(2, "3.9", "3.9")]),
        ("FROM a:1\nRUN npm install python3.9-foo x==3.9 python-dateutil\n", []),
        ("FROM a:1\nRUN apt-get remove python3.9; echo apt-get install\n", [(2, "3.9", "3.9")]),
        ("FROM uv:python3.13-bookworm\n", [(1, "python3.13-bookworm", "3.13")]),
        ("FROM devcontainers/python:1-3.11\n", [(1, "1-3.11", "3.11")]),
        ("RUN <<EOF\nFROM python:3.6\nEOF\nFROM python:3.9\n", [(4, "3.9", "3.9")]),
        ("RUN a <<-'E' && b <<F\n\tFROM python:3.6\n\tE\nFROM python:3.7\nF\nFROM python:3.9\n",
         [(6, "3.9", "3.9")]),
        ("RUN cat <<<EOF\nFROM python:3.9\n", [(2, "3.9", "3.9")]),
        ("RUN a \\\n  # FROM python:3.6\n\n  FROM python:3.7\nFROM python:3.9\n", [(5, "3.9", "3.9")]),
        ("FROM \\\n  # why\n  python:3.9 \\\n AS x\n", [(3, "3.9", "3.9")]),
        ("# escape=`\nFROM `\n python:3.9\nRUN dir C:\\\nFROM python:3.10\n", [(3, "3.9", "3.9"),
         (5, "3.10", "3.10")]),
        ("# a\n# escape=`\nRUN x `\nFROM python:3.10\n", [(4, "3.10", "3.10")]),
        ("# python\nFROM\nFROM --platform=x\nARG\n", []),
    ],
)  # fmt: skip
def test_base_images(content: str, expected: list[tuple[int, str, str]]) -> None:
    assert read(content) == expected


@pytest.mark.parametrize(
    ("image", "python"),
    [
        ("python:3.9", "3.9"),
        ("public.ecr.aws/lambda/python:3.12-arm64", "3.12"),
        ("python:3.15.0b1-slim", "3.15"),
        ("python:3.9@sha256:00", "3.9"),
        ("localhost:3000/python", None),
        ("python:3", None),
        ("python:39", None),
        ("snowflake-connector-python:3.17", None),
        ("a:python-3.11", "3.11"),
        ("python:3.0-python3.9", "3.9"),
        ("ubi9/python-312-minimal", "3.12"),
        ("a/python-3:1", None),
        ("a/mypython3.9:1", None),
        ("rayproject/ray:2.9.0-py310-cpu", "3.10"),
        ("nvidia/pytorch:23.10-py3", None),
        ("apache/beam_python3.9_sdk:2.5", "3.9"),
        ("databricksruntime/python:13.3-LTS", None),
    ],
)
def test_images(image: str, python: str | None) -> None:
    found = python_of(image)
    assert (str(found[0]) if found else None) == python
    if found:
        written = image[found[1] : found[2]]
        assert written.startswith((str(found[0]), str(found[0]).replace(".", "")))


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("ubuntu:22.04", "Ubuntu 22.04"),
        ("docker.io/library/debian:12.5-slim", "Debian 12"),
        ("debian:bookworm-20240513-slim", "Debian 12"),
        ("node:20-bullseye-slim", "Debian 11"),
        ("nvidia/cuda:12.2.0-runtime-ubuntu20.04", "Ubuntu 20.04"),
        ("localhost:5000/alpine:3.18.4@sha256:00", "Alpine 3.18"),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4-1", "RHEL 9"),
        ("rockylinux:8-minimal", "RHEL 8"),
        ("debian", None),
        ("debian:latest", None),
        ("debian:120", None),
        ("ubuntu:22", None),
        ("alpine:3.1", None),
        ("node:20", None),
        ("my-debian:12", None),
    ],
)
def test_releases_of_distributions(image: str, name: str | None) -> None:
    found = known_images.release(image)
    assert (found.name if found else None) == name


def test_the_data_of_images_is_what_its_source_gives() -> None:
    tool = ROOT / "tools" / "refresh_images.py"
    subprocess.run([sys.executable, str(tool), "--check"], check=True)


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("Dockerfile", True),
        ("docker/dockerfile.dev", True),
        ("api.Dockerfile", True),
        ("Containerfile-3.9", True),
        ("Dockerfile.python", True),
        ("Dockerfile.j2", False),
        ("Dockerfile.dev.tmpl", False),
        ("Dockerfile.dockerignore", False),
        ("Dockerfile.md", False),
        ("Dockerfile.main", True),
        ("my_dockerfile", False),
    ],
)
def test_which_files_are_dockerfiles(name: str, *, claimed: bool) -> None:
    assert any(claim.module == "containers.dockerfile" for claim in claims(name)) is claimed

"""Dockerfiles: whose image a FROM names, and where its Python stands."""

import pytest

from pylife import declarations
from pylife.declarations.images import python_of
from pylife.syntax.text import Source


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
        ("FROM kafka-python:3.7\nFROM debian:12\nFROM pypy:3.10\n", []),
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
    ],
)
def test_images(image: str, python: str | None) -> None:
    found = python_of(image)
    assert (str(found[0]) if found else None) == python
    if found:
        assert image[found[1] : found[2]].startswith(str(found[0]))

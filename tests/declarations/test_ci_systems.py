"""What fixtures cannot show: hostile files of CI systems are neither slow nor an error."""

import time

import pytest

from pylife import declarations
from pylife.errors import UnreadableError
from pylife.syntax.text import Source

MANY = b"".join(b"  V%d: $V%d$V%d$V%d\n" % (n, n + 1, n + 1, n + 1) for n in range(300))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (".gitlab-ci.yml", b"variables:\n" + MANY + b"a:\n  image: python:$V0\n"),
        (".gitlab-ci.yml", b"variables: {A: $A$A, B: $A}\na: {image: 'python:$A$B'}\n"),
        (".gitlab-ci.yml", b"a: &a\n  <<: *a\n  extends: a\n  image: python:3.9\n"),
        (".gitlab-ci.yml", b"a: {parallel: {matrix: [[], 3, {A: {}}]}, image: {name: []}}\n"),
        (".circleci/config.yml", b"jobs: []\nworkflows: {a: {jobs: [{b: c}, {d: {matrix: 1}}]}}\n"),
        (".circleci/config.yml", b"jobs: {a: {docker: [{image: '" + b"<< " * 9000 + b"'}]}}\n"),
        ("azure-pipelines.yml", b"- &a {x: *a, strategy: {matrix: [*a]}, variables: *a}\n"),
        ("azure-pipelines.yml", b"steps:\n- {task: UsePythonVersion@0, inputs: [3.9]}\n"),
        (".travis.yml", b"python: {a: b}\njobs: [3]\nenv: [[TOXENV=py39]]\n"),
        ("appveyor.yml", b"environment: [3, {matrix: 3}]\nstack: []\n"),
        (".zuul.yaml", b"- project: {check: 3, gate: {jobs: {a: b}}}\n- job: []\n- 3\n"),
        ("Jenkinsfile", b"/*" * 100_000),
        ("Jenkinsfile", b"'''" * 100_001),
        ("Jenkinsfile", b"name " * 50_000 + b"'" * 99_999),
        ("Jenkinsfile", b"PYTHON = [" + b"'3.9'," * 20_000),
        (".buildkite/a.yml", b"steps: &s\n- {matrix: {setup: [1], adjustments: 2}, steps: *s}\n"),
        ("pyproject.toml", b"[tool.cibuildwheel]\nbuild = '" + b"cp3{" * 20_000 + b"'\n"),
        ("pyproject.toml", b"[tool.cibuildwheel]\nskip = '" + b"*" * 200 + b"'\nbuild='cp39-*'\n"),
        ("pyproject.toml", b"[[tool.cibuildwheel]]\nbuild = 'cp39-*'\n"),
        (".readthedocs.yaml", b"build: {tools: {python: {a: b}}}\n"),
    ],
)
def test_hostile_files_are_read_quickly(path: str, data: bytes) -> None:
    began = time.perf_counter()
    try:
        found = declarations.read_source(Source(path, data))
    except UnreadableError:
        found = []
    assert time.perf_counter() - began < 2
    assert all(item.unreadable is None or item.unreadable.strip() for item in found)

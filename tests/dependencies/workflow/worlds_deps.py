"""Worlds for the step of verdicts: a small index, folders of projects, the real engine."""

import contextlib
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Pylife
from tests.dependencies.served import Dist, Projects, Served, serve

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
PROJECTS: Projects = {
    "pure": [Dist("1.0"), Dist("2.0")],
    "compiled": [
        Dist("1.0", tag="cp312-cp312-manylinux_2_17_x86_64"),
        Dist("2.0", tag="cp312-cp312-manylinux_2_17_x86_64", uploaded="2025-11-01"),
        Dist("2.0", tag="cp313-cp313-manylinux_2_17_x86_64", uploaded="2025-11-01"),
    ],
    "needs-compiled": [Dist("1.0", requires=("compiled<2",))],
    "capped": [Dist("1.0", requires_python=">=3.8,<3.13")],
}


def project(
    name: str, *requires: str, python: str = ">=3.10", version: str | None = "1.0", more: str = ""
) -> str:
    """A pyproject.toml; without a version it is dynamic."""
    lines = "".join(f"    {json.dumps(one)},\n" for one in requires)
    told = f'version = "{version}"' if version else 'dynamic = ["version"]'
    return (
        f'[project]\nname = "{name}"\n{told}\nrequires-python = "{python}"\n'
        f"dependencies = [\n{lines}]\n{more}"
    )


@contextlib.contextmanager
def configured(
    monkeypatch: pytest.MonkeyPatch, folder: Path, projects: Projects = PROJECTS, **given: Any
) -> Iterator[Served]:
    """The index of `projects` as the only one that is configured, with caches of its own."""
    with serve(projects, **given) as index:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        monkeypatch.setenv("UV_CACHE_DIR", str(folder / "uv-cache"))
        monkeypatch.setenv("UV_HTTP_RETRIES", "0")
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("HOME", str(folder))
        yield index


def deps(pylife: Pylife, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """What `pylife deps … --format json` says."""
    ran = pylife("deps", *arguments, "--format", "json")
    assert ran.code == code, ran.out + ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def verdicts(document: Mapping[str, Any], name: str) -> dict[str, str]:
    """The verdicts on the plain set of a project, by Python."""
    one = next(item for item in document["projects"] if item["name"] == name)
    return {python: said["verdict"] for python, said in one["pythons"].items()}

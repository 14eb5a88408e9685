"""What `pylife init --with all` makes of the example fleet, and the command lines in it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pylife.cli import run
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example fleet with all integrations."""
    root = tmp_path_factory.mktemp("generated") / "fleet"
    ignored = shutil.ignore_patterns(".pylife")
    shutil.copytree(ROOT / "examples" / "platform", root, ignore=ignored)
    assert run(["init", str(root), "--with", "all"]) == 0
    return root


def load(path: Path) -> Any:
    """The file's YAML; `on` stays text."""
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {  # type: ignore[attr-defined]
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":bool")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return list(yaml.load_all(path.read_text(encoding="utf-8"), loader))


def texts(node: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def steps(document: Any, job: str) -> dict[str, str]:
    """The scripts of a job of a GitHub workflow, by the steps' names."""
    return {step["name"]: step["run"] for step in document["jobs"][job]["steps"] if "run" in step}


def unfolded(script: str) -> str:
    """A shell script with its continued lines joined."""
    return re.sub(r"\\\n\s*", "", script)

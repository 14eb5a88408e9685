"""What a project says that it requires, as the read document has it."""

import datetime as dt
from pathlib import Path
from typing import Any

from pylife.workflow.documents import read_document
from pylife.workflow.read import scan
from pylife.workflow.source_facts import Look
from tests.conftest import MakeTree

PEP621 = """\
[project]
name = "shelf"
version = "1"
dependencies = [
    "NumPy >=1.24,<3 ; python_version < '3.14'",
    "secret @ git+https://user:token@example.com/secret.git",
    "beside @ file:///home/somebody/beside",
]
[project.optional-dependencies]
plot = ["matplotlib>=3"]
[dependency-groups]
test = ["pytest>=8"]
"""
POETRY = """\
[tool.poetry]
name = "shelf"
[tool.poetry.dependencies]
python = "^3.10"
numpy = "^1.24"
tomli = { version = "^2", python = "<3.11", markers = "sys_platform == 'linux'" }
own = { git = "https://user:token@example.com/own.git" }
"""


def required(root: Path, *, scanned: bool = True) -> Any:
    look = Look(root.parent / "state").of if scanned else None
    day = dt.date(2026, 11, 21)
    found = scan([root], as_of=day, policy_name=None, cache=root.parent / "cache", source=look)
    (only,) = read_document(found)["projects"]
    return only["requirements"]


def words(found: Any) -> dict[str, list[str]]:
    return {name: [line["written"] for line in lines] for name, lines in found["packages"].items()}


def test_what_is_required_is_told_in_the_words_of_its_line(tree: MakeTree) -> None:
    found = required(tree({"pyproject.toml": PEP621}))
    assert words(found) == {
        "beside": ["beside @ an address"],
        "matplotlib": ["matplotlib>=3"],
        "numpy": ["NumPy >=1.24,<3 ; python_version < '3.14'"],
        "secret": ["secret @ an address"],
    }
    assert found["unknown"] is None
    (numpy,), (plot,) = found["packages"]["numpy"], found["packages"]["matplotlib"]
    assert (numpy["file"], numpy["line"], numpy["use"]) == ("pyproject.toml", 5, "run")
    assert plot["use"] == "extra"


def test_of_poetry_the_words_beside_the_name_are_told(tree: MakeTree) -> None:
    assert words(required(tree({"pyproject.toml": POETRY}))) == {
        "numpy": ["numpy ^1.24"],
        "own": ["own @ an address"],
        "tomli": ["tomli ^2 (python <3.11); sys_platform == 'linux'"],
    }


def test_hashes_are_left_out(tree: MakeTree) -> None:
    text = "numpy==2.2.0 --hash=sha256:12\nhttpx==0.28 \\\n    --hash=sha256:34\n"
    found = words(required(tree({"requirements.txt": text})))
    assert found == {"httpx": ["httpx==0.28"], "numpy": ["numpy==2.2.0"]}


def test_not_known_is_not_nothing(tree: MakeTree) -> None:
    computed = '[project]\nname = "shelf"\ndynamic = ["dependencies"]\n'
    root = tree({"pyproject.toml": computed})
    assert required(root) == {
        "unknown": "pyproject.toml: dependencies are dynamic",
        "packages": {},
    }
    assert required(root, scanned=False) is None

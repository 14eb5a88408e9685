"""What projects pin exactly, read from real kinds of files; nothing of them is executed."""

import json
import time
from pathlib import Path

import pytest

from pylife.fleet.pins import Pin, any_pins, may_pin, pins
from tests.conftest import MakeTree

REQUIREMENTS = """\
# made by pip-compile
-r base.in
--index-url https://example.invalid/simple
numpy==1.26.4 \\
    --hash=sha256:0123456789abcdef \\
    --hash=sha256:fedcba9876543210
Django[argon2] == 4.2.11  # the LTS
pandas>=2.0,<3
scipy==1.*
wagtail===6.3.1
typing_extensions==4.9.0 ; python_version < "3.11"
pywin32==306 ; sys_platform == "win32"
enum34==1.1.10; python_version < "2.7"
thing @ https://example.invalid/thing-1.0.tar.gz
broken==1.0 ; this is no marker
ansible.core==2.17.1 --no-binary :all:
"""


def found(root: Path, *files: str) -> list[str]:
    return [f"{pin.name} {pin.version} {pin.file}:{pin.line}" for pin in pins(root, files)]


def test_requirements(tree: MakeTree) -> None:
    root = tree({"requirements.txt": REQUIREMENTS})
    assert found(root, "requirements.txt") == [
        "numpy 1.26.4 requirements.txt:4",
        "django 4.2.11 requirements.txt:7",
        "wagtail 6.3.1 requirements.txt:10",
        "typing-extensions 4.9.0 requirements.txt:11",
        "pywin32 306 requirements.txt:12",
        "broken 1.0 requirements.txt:15",
        "ansible-core 2.17.1 requirements.txt:16",
    ]


def test_windows_line_ends(tree: MakeTree) -> None:
    root = tree({"requirements.txt": b"numpy==1.26.4\r\ndjango==4.2\r\n"})
    assert found(root, "requirements.txt") == [
        "numpy 1.26.4 requirements.txt:1",
        "django 4.2 requirements.txt:2",
    ]


def test_only_what_is_wanted(tree: MakeTree) -> None:
    root = tree({"requirements.txt": REQUIREMENTS})
    only = pins(root, ["requirements.txt"], {"ansible-core"})
    assert only == (Pin("ansible-core", "2.17.1", "requirements.txt", 16),)
    assert pins(root, ["requirements.txt"], {"left-pad"}) == ()


PYPROJECT = """\
[project]
name = "nw-api"
dependencies = [
    "numpy==1.24.4",  # what the model was made with
    "Django[argon2] == 4.2.11 ; python_version >= '3.8'",
    "enum34==1.1.10; python_version < '2.7'",
    "pandas>=2.0", "scipy==1.11.4", 7,
]

[project.optional-dependencies]
gpu = ["torch==2.1.0"]

[dependency-groups]
dev = ["wagtail==6.3"]
"""


def test_the_dependencies_of_a_project(tree: MakeTree) -> None:
    root = tree({"pyproject.toml": PYPROJECT, "below/pyproject.toml": PYPROJECT})
    assert found(root, "below/pyproject.toml", "pyproject.toml") == [
        "numpy 1.24.4 pyproject.toml:4",
        "django 4.2.11 pyproject.toml:5",
        "scipy 1.11.4 pyproject.toml:7",
    ]
    assert pins(root, ["pyproject.toml"], {"scipy"}) == (
        Pin("scipy", "1.11.4", "pyproject.toml", 7),
    )
    assert pins(root, ["pyproject.toml"], {"left-pad"}) == ()


def test_whether_there_may_be_pins(tree: MakeTree) -> None:
    root = tree({"pyproject.toml": '[project]\ndependencies = ["numpy>=1.24"]\n'})
    assert not any_pins(root, ["pyproject.toml", "README.md"])
    assert any_pins(root, ["pyproject.toml", "requirements.txt"])
    assert not any_pins(root, ["README.md"])
    assert any_pins(tree({"pyproject.toml": PYPROJECT}), ["pyproject.toml"])
    (root / "pyproject.toml").unlink()
    assert not any_pins(root, ["pyproject.toml"])


def test_an_mlflow_model(tree: MakeTree) -> None:
    conda = """\
channels:
- conda-forge
dependencies:
- python=3.9.18
- numpy=1.24.3=py39h
- conda-forge::pandas==2.0.3
- pip<=23.2.1
- pip:
  - mlflow==2.9.2
  - "scikit-learn==1.3.2"
  - scipy==1.11 ; python_version < "2.0"
name: mlflow-env
"""
    root = tree({"model/conda.yaml": conda, "model/requirements.txt": "mlflow==2.9.2\n"})
    assert found(root, "model/requirements.txt", "model/conda.yaml") == [
        "python 3.9.18 model/conda.yaml:4",
        "numpy 1.24.3 model/conda.yaml:5",
        "pandas 2.0.3 model/conda.yaml:6",
        "mlflow 2.9.2 model/conda.yaml:9",
        "scikit-learn 1.3.2 model/conda.yaml:10",
        "mlflow 2.9.2 model/requirements.txt:1",
    ]


UV = """\
version = 1
requires-python = ">=3.9"

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://example.invalid/simple" }
sdist = { url = "https://example.invalid/numpy-1.26.4.tar.gz", hash = "sha256:00", size = 1 }

[[package]]
name = "nw-api"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "numpy" },
]

[package.metadata]
requires-dist = [{ name = "numpy", specifier = ">=1" }]

[[package]]
name = "Django"
version = "4.2.11"
source = { registry = "https://example.invalid/simple" }
"""

POETRY = """\
[[package]]
name = "numpy"
version = "1.26.4"
description = "Fundamental package"
optional = false
python-versions = ">=3.9"
groups = ["main"]

[package.dependencies]
version = "9"

[[package]]
name = "pytest"
version = "8.0.0"
groups = ["dev"]

[[package]]
name = "black"
version = "23.0"
category = "dev"

[metadata]
lock-version = "2.1"
python-versions = "^3.9"
"""

PYLOCK = """\
lock-version = "1.0"
created-by = "a tool"

[[packages]]
name = "numpy"
version = "1.26.4"

[[packages.wheels]]
name = "numpy-1.26.4.whl"

[[packages]]
name = "here"
directory = { path = "." }
"""

PIPFILE = {
    "_meta": {"hash": {"sha256": "00"}},
    "default": {
        "django": {"hashes": [], "index": "pypi", "version": "==4.2.11"},
        "enum34": {"version": "==1.1", "markers": "python_version < '2.0'"},
        "local": {"editable": True, "path": "."},
    },
    "develop": {"numpy": {"version": "==1.26.4"}},
}


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("uv.lock", UV, ["numpy 1.26.4 uv.lock:6", "django 4.2.11 uv.lock:23"]),
        ("poetry.lock", POETRY, ["numpy 1.26.4 poetry.lock:3"]),
        ("pylock.toml", PYLOCK, ["numpy 1.26.4 pylock.toml:6"]),
        ("pylock.prod.toml", PYLOCK, ["numpy 1.26.4 pylock.prod.toml:6"]),
        ("Pipfile.lock", json.dumps(PIPFILE, indent=4), ["django 4.2.11 Pipfile.lock:8"]),
    ],
)
def test_locks(path: str, content: str, expected: list[str], tree: MakeTree) -> None:
    root = tree({path: content})
    assert found(root, path) == expected
    names = {line.split()[0] for line in expected}
    assert pins(root, [path], names) == pins(root, [path])
    assert pins(root, [path], {"left-pad"}) == ()


@pytest.mark.parametrize(
    ("path", "pins_it"),
    [
        ("requirements.txt", True),
        ("requirements-prod.txt", True),
        ("requirements/base.txt", True),
        ("service/requirements.txt", True),
        ("conda.yaml", True),
        ("environment.yml", True),
        ("latest/requirements.txt", True),
        ("pyproject.toml", True),
        ("tools/pyproject.toml", False),
        ("requirements-dev.txt", False),
        ("requirements_test.txt", False),
        ("requirements/tests.txt", False),
        ("requirements/docs.txt", False),
        ("tests/requirements.txt", False),
        ("constraints.txt", False),
        ("requirements.in", False),
        ("README.md", False),
    ],
)
def test_what_is_not_deployed_pins_nothing(path: str, pins_it: bool) -> None:
    assert may_pin(path) is pins_it


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("requirements.txt", b"\xff\xfe\x00numpy==1.0"),
        ("Pipfile.lock", b'{"default": '),
        ("Pipfile.lock", b'{"default": [1], "x": "numpy"}'),
        ("Pipfile.lock", b'{"default": {"numpy": "1"}}'),
        ("uv.lock", b'[[package]]\nname = "numpy"\n'),
        ("pyproject.toml", b'[project]\ndependencies = "numpy==1.0"\n'),
        ("pyproject.toml", b'[project\ndependencies = ["numpy==1.0"]\n'),
        ("conda.yaml", b"dependencies: numpy==1.0\n"),
    ],
)
def test_what_cannot_be_read_pins_nothing(path: str, content: bytes, tree: MakeTree) -> None:
    assert found(tree({path: content}), path) == []


def test_a_file_that_is_not_there_pins_nothing(tmp_path: Path) -> None:
    assert pins(tmp_path, ["requirements.txt"]) == ()


@pytest.mark.parametrize(
    "line",
    [
        "numpy" + "[" * 100_000 + "==1.0",
        "numpy ==" + " " * 100_000 + "1",
        "a" * 100_000 + "==1.0 !",
        "a." * 100_000 + "=",
        "numpy==1.0 ;" + " " * 100_000 + "!",
    ],
)
def test_hostile_lines_take_no_time(line: str, tree: MakeTree) -> None:
    root = tree({"requirements.txt": line, "conda.yaml": f"- {line}"})
    before = time.perf_counter()
    pins(root, ["requirements.txt", "conda.yaml"])
    assert time.perf_counter() - before < 2

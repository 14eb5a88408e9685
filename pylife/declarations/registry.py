"""All readers, and which of them claims a path. To add one, add a line here.

A reader's module is imported when the first file that it claims is met: a small
repository pays for the kinds of files that it has.
"""

import importlib
import re
from functools import cache, lru_cache
from typing import NamedTuple

from pylife.declarations.base import Reader


class Claim(NamedTuple):
    """What the reader in `module` reads: files with one of `names`, or whose whole path
    from the project's folder matches the regular expression `paths`."""

    module: str
    names: tuple[str, ...] = ()
    paths: str = ""


CLAIMS = (
    Claim("pyproject", ("pyproject.toml",)),
    Claim("poetry", ("pyproject.toml",)),
    Claim("flit", ("pyproject.toml",)),
    Claim("setup_cfg", ("setup.cfg",)),
    Claim("setup_py", ("setup.py",)),
    Claim("tox", ("tox.ini", "setup.cfg")),
    Claim("tox_toml", ("tox.toml", "pyproject.toml")),
    Claim("noxfile", ("noxfile.py",)),
    Claim("github_actions", paths=r"\.github/workflows/[^/]+\.ya?ml"),
    Claim(
        "tools",
        (
            "pyproject.toml",
            "ruff.toml",
            ".ruff.toml",
            "ty.toml",
            "setup.cfg",
            "mypy.ini",
            ".mypy.ini",
        ),
    ),
    Claim(
        "dockerfile",
        paths=r"(?:.*/)?(?:(?:Docker|Container)file(?:\.(?!dockerignore)[^/]+)?"
        r"|[^/]+\.(?:[Dd]ocker|[Cc]ontainer)file)",
    ),
    Claim("python_version", (".python-version", "runtime.txt")),
    Claim("mlflow", ("MLmodel", "python_env.yaml", "conda.yaml")),
    Claim(
        "kfp",
        paths=r"(?:.*/)?(?:(?:pipelines?|components?)/.*|[^/]*(?:pipeline|component)[^/]*)\.py",
    ),
)
"""In the order in which their declarations are listed where they stand at one place."""

_BY_NAME: dict[str, list[Claim]] = {}
for _claim in CLAIMS:
    for _name in _claim.names:
        _BY_NAME.setdefault(_name, []).append(_claim)
_BY_PATH = [(re.compile(claim.paths), claim) for claim in CLAIMS if claim.paths]


@cache
def reader(module: str) -> Reader:
    """The record in which the reader module `module` ends; imports it."""
    found: Reader = importlib.import_module(f"pylife.declarations.{module}").READER
    return found


@lru_cache(maxsize=4096)
def claimants(path: str) -> tuple[Reader, ...]:
    """The readers that claim the file `path` (from the project's folder), perhaps none."""
    claims = [
        *_BY_NAME.get(path.rpartition("/")[2], ()),
        *(claim for pattern, claim in _BY_PATH if pattern.fullmatch(path)),
    ]
    return tuple(reader(claim.module) for claim in dict.fromkeys(claims))

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
    from the project's folder matches the regular expression `paths`.

    With `needles`, only of files that hold one of these bytes: all Python files
    are claimed so, and few of them declare anything. `aside` marks what is only
    counted or listed on demand, and is not read by `check` (see `asides`).
    """

    module: str
    names: tuple[str, ...] = ()
    paths: str = ""
    needles: tuple[bytes, ...] = ()
    aside: bool = False


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
    Claim("kfp", paths=r".*\.py", needles=(b"base_image",)),
)
"""In the order in which their declarations are listed where they stand at one place."""

_BY_NAME: dict[str, list[Claim]] = {}
for _claim in CLAIMS:
    for _name in _claim.names:
        _BY_NAME.setdefault(_name, []).append(_claim)
_BY_PATH = [(re.compile(claim.paths), claim) for claim in CLAIMS if claim.paths]
_ANY_PATH = re.compile("|".join(f"(?:{claim.paths})" for claim in CLAIMS if claim.paths))


@cache
def reader(module: str) -> Reader:
    """The record in which the reader module `module` ends; imports it."""
    found: Reader = importlib.import_module(f"pylife.declarations.{module}").READER
    return found


@lru_cache(maxsize=4096)
def claims(path: str, *, aside: bool = False) -> tuple[Claim, ...]:
    """Who claims the file `path` (from the project's folder) if it holds what they look for."""
    found = list(_BY_NAME.get(path.rpartition("/")[2], ()))
    if _ANY_PATH.fullmatch(path):  # most files are nobody's: one match tells
        found += [claim for pattern, claim in _BY_PATH if pattern.fullmatch(path)]
    return tuple(claim for claim in dict.fromkeys(found) if claim.aside is aside)


def claimants(path: str, data: bytes, *, aside: bool = False) -> tuple[Reader, ...]:
    """The readers of the file `path` with the content `data`, perhaps none."""
    return tuple(
        reader(claim.module)
        for claim in claims(path, aside=aside)
        if not claim.needles or any(needle in data for needle in claim.needles)
    )

"""What of a project is shipped though its name says otherwise: named packages, vendored code."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from pylife.errors import UnreadableError
from pylife.syntax import text, toml

_VENDORED = frozenset({"vendor", "_vendor", "vendored", "third_party", "thirdparty"})
# fmt: off
_DATA = frozenset([
    "_template", "template", "templates", "cookiecutter", "fixtures", "__fixtures__",
    "test_fixtures", "testdata", "test_data", "data", "resources", "assets", "snapshots", "golden",
])
# fmt: on
_INIT = "__init__.py"


def named_packages(folder: Path, files: Collection[str]) -> frozenset[str]:
    """The packages that pyproject.toml names, as folders from `folder`; none where it says none.

    Without it, a package called `tools` or `examples` is taken for what it is called.
    """
    if "pyproject.toml" not in files:
        return frozenset()
    try:
        document = toml.parse(text.read(folder, "pyproject.toml"))
    except UnreadableError:
        return frozenset()  # the declaration readers report it
    found = {*_setuptools(document), *_poetry(document), *_texts(_hatch(document))}
    flit = document.get("tool", "flit", "module", "name")
    found |= {f"{root}{flit}" for root in ("", "src/") if isinstance(flit, str)}
    return frozenset(path.strip("/").removeprefix("./") for path in found) - {""}


def _setuptools(document: toml.Document) -> Iterator[str]:
    table = document.table("tool", "setuptools")
    packages, folders = table.get("packages"), table.get("package-dir")
    root = folders.get("", "") if isinstance(folders, dict) else ""
    for name in _texts(packages):
        yield f"{root}/{name.replace('.', '/')}"


def _poetry(document: toml.Document) -> Iterator[str]:
    packages = document.get("tool", "poetry", "packages")
    for item in packages if isinstance(packages, list) else ():
        if isinstance(item, dict) and isinstance(item.get("include"), str):
            yield f"{item.get('from', '')}/{item['include']}"


def _hatch(document: toml.Document) -> Any:
    return document.get("tool", "hatch", "build", "targets", "wheel", "packages")


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def left_out(folder: Path, files: Collection[str], skip: Collection[str] = ()) -> list[str]:
    """Source that a walk by names leaves out, and that is imported all the same; sorted.

    A package's `_vendor` is shipped with it; a part of a package called `template` or `fixtures`
    is code if it is a package itself. `skip` are folders, from `folder`, not to be looked into.
    """
    packages = {path.rpartition("/")[0] for path in files if path.endswith(_INIT)}
    known = {path.rpartition("/")[0] for path in files}
    found: list[str] = []
    for package in packages:
        below = folder / package
        try:
            with os.scandir(below) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        for name in names:
            path = f"{package}/{name}" if package else name
            if path in known or path in skip or name not in _VENDORED | _DATA:
                continue
            if name in _VENDORED or (below / name / _INIT).is_file():
                found += _walk(folder, path)
    return sorted(found)


def _walk(folder: Path, path: str) -> Iterator[str]:
    for above, below, names in os.walk(folder / path):
        below[:] = sorted(name for name in below if name != "__pycache__")
        inside = Path(above).relative_to(folder).as_posix()
        yield from (f"{inside}/{name}" for name in names if name.endswith((".py", ".pyw")))

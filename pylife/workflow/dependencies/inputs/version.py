"""A project's version, where a file says it without anything being run."""

import re
from typing import TYPE_CHECKING

from pylife.errors import UnreadableError
from pylife.syntax.toml import Document
from pylife.workflow.dependencies.inputs.requirement_files import Place
from pylife.workflow.dependencies.inputs.setup_cfg import SetupCfg

if TYPE_CHECKING:
    from pylife.workflow.dependencies.inputs.setup_py import SetupPy

_HATCH = re.compile(r"""^(?:__version__|VERSION)\s*(?::\s*str\s*)?=\s*["']v?([^"']+)["']""", re.M)


def find(
    place: Place, document: Document | None, cfg: SetupCfg | None, script: "SetupPy | None"
) -> str | None:
    """The version that the metadata gives; None where it is computed."""
    found: str | None = None
    if document is not None:
        found = _written(document) or _named(place, document)
    if found is None and cfg is not None:
        text = cfg.text("metadata", "version") or ""
        if text.startswith("attr:"):
            found = _attribute(place, text.removeprefix("attr:").strip())
        elif text.startswith("file:"):
            found = _content(place, text.removeprefix("file:").strip())
        else:
            found = text or None
    if found is None and script is not None:
        found = script.text("version")
    return found if found and _is_version(found) else None


def _written(document: Document) -> str | None:
    for path in (("project", "version"), ("tool", "poetry", "version"), ("tool", "pdm", "version")):
        value = document.get(*path)
        if isinstance(value, str) and value:
            return value
    return None


def _named(place: Place, document: Document) -> str | None:
    """The version in the file, or under the name, that the build backend is told."""
    hatch = document.table("tool", "hatch", "version")
    if isinstance(hatch.get("path"), str) and hatch.get("source", "regex") == "regex":
        text = _content(place, hatch["path"]) or ""
        match = _HATCH.search(text)
        return match[1] if match and "pattern" not in hatch else None
    told = document.table("tool", "setuptools", "dynamic", "version")
    if isinstance(told.get("attr"), str):
        return _attribute(place, told["attr"])
    if isinstance(told.get("file"), str):
        return _content(place, told["file"])
    flit = document.get("tool", "flit", "metadata", "module") or document.get(
        "tool", "flit", "module", "name"
    )
    if flit is None and document.get("build-system", "build-backend") == "flit_core.buildapi":
        flit = document.get("project", "name")
    return _attribute(place, f"{flit}.__version__") if isinstance(flit, str) else None


def _attribute(place: Place, dotted: str) -> str | None:
    """The constant `pkg.module.NAME`, of the package here or under `src`."""
    from pylife.declarations import static
    from pylife.declarations.static import NotStaticError
    from pylife.syntax import python

    module, _, name = dotted.rpartition(".")
    path = module.replace("-", "_").replace(".", "/")
    for candidate in (f"{path}/__init__.py", f"{path}.py"):
        for prefix in ("", "src/"):
            try:
                parsed = python.parse(place.read(prefix + candidate))
                return static.text(parsed, parsed.constants[name])
            except (UnreadableError, NotStaticError, KeyError, RecursionError):
                continue
    return None


def _content(place: Place, path: str) -> str | None:
    try:
        return place.read(path).text.strip()
    except UnreadableError:
        return None


def _is_version(text: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True

"""PDM's own table of pyproject.toml as it was before it took up `[project]` (PEP 621).

`[tool.pdm] python_requires` counted with `dependencies` beside it; PDM reads it
today only to migrate such a project. In all else PDM declares its Pythons in
`[project] requires-python`; what its lock says is read there.
"""

from collections.abc import Iterator

from pylife.declarations import ranges
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_range
from pylife.model import Declaration

_SITE = "pdm-python-requires"


def read(file: File) -> Iterator[Declaration]:
    """The range of a project that has no `[project]` yet."""
    legacy = file.toml.table("tool", "pdm")
    if file.toml.get("project") is not None or "dependencies" not in legacy:
        return
    for key in ("python_requires", "requires-python"):
        if key in legacy:
            yield from ranges.toml_string(file, _SITE, ("tool", "pdm", key))
            return


READER = Reader(
    name="pdm",
    title="pyproject.toml [tool.pdm], before [project]",
    read=read,
    editors={_SITE: edit_range},
)

"""`[tool.flit.metadata]` of pyproject.toml: what flit read before there was `[project]`."""

from collections.abc import Iterator

from pylife.declarations import ranges
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_range
from pylife.declarations.packaging import classifiers
from pylife.model import Declaration
from pylife.syntax.toml import Key

_METADATA: tuple[Key, ...] = ("tool", "flit", "metadata")


def read(file: File) -> Iterator[Declaration]:
    """requires-python and classifiers."""
    yield from ranges.toml_string(file, "flit-requires-python", (*_METADATA, "requires-python"))
    yield from classifiers.toml_array(file, (*_METADATA, "classifiers"))


READER = Reader(
    name="flit",
    title="pyproject.toml [tool.flit.metadata]",
    read=read,
    editors={"flit-requires-python": edit_range, "classifier": classifiers.edit},
)

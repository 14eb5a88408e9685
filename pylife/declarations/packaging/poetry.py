"""Poetry's own tables of pyproject.toml: the Python among the dependencies, and classifiers.

Poetry adds classifiers of its own choice from the range when it builds; what
they are depends on its version, so they are no declaration of the project.

Its resolver refuses a range that reaches beyond those of the dependencies, which
all end below 4 (Poetry's own template writes so): a cap is lifted to `<4`, no further.
"""

from collections.abc import Iterator

from pylife.declarations import range_edits, ranges, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import range_editor
from pylife.declarations.packaging import classifiers
from pylife.model import Declaration, Role
from pylife.syntax.toml import Key

_PYTHON: tuple[Key, ...] = ("tool", "poetry", "dependencies", "python")


def read(file: File) -> Iterator[Declaration]:
    """`python` (a string, or a table with `version`) and the classifiers."""
    document = file.toml
    if not document.table("tool", "poetry"):
        return
    note = ""
    if isinstance(document.get("project", "requires-python"), str):
        note = "only for locking: [project] requires-python is what is published"
    python = document.get(*_PYTHON)
    if isinstance(python, list):
        yield file.unreadable(
            "poetry-python", Role.SUPPORTS, document.line_span(*_PYTHON), "several constraints"
        )
    else:
        path = (*_PYTHON, "version") if isinstance(python, dict) else _PYTHON
        yield from ranges.toml_string(file, "poetry-python", path, parse=versions.poetry, note=note)
    yield from classifiers.toml_array(file, ("tool", "poetry", "classifiers"))


READER = Reader(
    name="poetry",
    title="pyproject.toml [tool.poetry]",
    read=read,
    editors={
        "poetry-python": range_editor(range_edits.poetry_cap),
        "classifier": classifiers.edit,
    },
)

"""tox in TOML: tox.toml, and `[tool.tox]` of pyproject.toml; what it says is in `tox_tables`."""

from collections.abc import Iterator, Sequence

from pylife.declarations.base import File, Reader
from pylife.model import Change, Declaration, Edit
from pylife.syntax.toml import Key


def read(file: File) -> Iterator[Declaration]:
    """The declarations of the file; few pyproject.toml configure tox."""
    base: tuple[Key, ...] = ("tool", "tox") if file.path.endswith("pyproject.toml") else ()
    if base and not file.toml.table(*base):
        return
    from pylife.declarations.sessions import tox_tables

    yield from tox_tables.read(file, base)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    from pylife.declarations.sessions import tox_tables

    return tox_tables.EDITORS[declarations[0].site](file, declarations, change)


READER = Reader(
    name="tox-toml",
    title="tox.toml, or [tool.tox] of pyproject.toml",
    read=read,
    editors=dict.fromkeys(("tox-envlist", "tox-section", "tox-basepython", "tox-ci-map"), _edit),
    contextual=True,
)

"""tox in TOML: `env_list` of tox.toml and of `[tool.tox]` in pyproject.toml.

TOML lists environments one by one. A table in the list is a product that tox
expands, and `legacy_tox_ini` an INI text inside a string: both are unreadable.
"""

from collections.abc import Iterator, Sequence

from pylife.declarations.base import File, Reader
from pylife.model import Change, Declaration, Edit, Role
from pylife.syntax.toml import Key, Node

_SITE = "tox-envlist"


def read(file: File) -> Iterator[Declaration]:
    """The environments of the default list."""
    base: tuple[Key, ...] = ("tool", "tox") if file.path.endswith("pyproject.toml") else ()
    if base and not file.toml.table(*base):
        return
    legacy = file.toml.node(*base, "legacy_tox_ini")
    if legacy is not None:
        yield file.unreadable(_SITE, Role.TESTS, legacy.span, "an INI text inside TOML")
    for node in file.toml.items(*base, "env_list"):
        yield from _environment(file, node)


def _environment(file: File, node: Node) -> Iterator[Declaration]:
    from pylife.declarations import tox, tox_factors  # few pyproject.toml configure tox

    span = node.inner or node.span
    if not isinstance(node.value, str):
        yield file.unreadable(_SITE, Role.TESTS, span, "expanded by tox", group=tox.PLAIN)
        return
    said = tox_factors.said(node.value, node.value)
    if said is not None and said.clear == 1:
        yield file.unreadable(
            _SITE, Role.TESTS, span, tox_factors.vague(node.value), group=tox.PLAIN
        )
    elif said is not None:
        yield file.listed(_SITE, Role.TESTS, span, said.pythons, group=tox.PLAIN, note=said.note)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    from pylife.declarations import tox

    return tox.EDITORS[_SITE](file, declarations, change)


READER = Reader(
    name="tox-toml",
    title="tox.toml, or [tool.tox] of pyproject.toml",
    read=read,
    editors={_SITE: _edit},
)

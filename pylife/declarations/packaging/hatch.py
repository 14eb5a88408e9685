"""Hatch environments: `python` of an environment, and the Pythons of its matrix.

In `[tool.hatch.envs]` of pyproject.toml, or `[envs]` of hatch.toml. Any environment
counts as one where the project is exercised, as nox's sessions do: also one for
documentation. What `overrides` choose at run time is not looked at. Source:
Hatch's documentation, "Environment configuration" and its "Matrix".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role
from pylife.syntax.toml import Key, Node

_ENV = "hatch-env-python"
_MATRIX = "hatch-matrix"
_SQUEEZED = re.compile(r"[23]\d{1,2}")


def read(file: File) -> Iterator[Declaration]:
    """The Pythons of each environment."""
    base: tuple[Key, ...] = (
        ("tool", "hatch", "envs") if file.path.endswith("pyproject.toml") else ("envs",)
    )
    for name, settings in file.toml.table(*base).items():
        if not isinstance(settings, dict):
            continue
        node = file.toml.node(*base, name, "python")
        if node is not None:
            yield from _python(file, _ENV, node, f"envs.{name}")
        matrices = settings.get("matrix")
        for number, matrix in enumerate(matrices if isinstance(matrices, list) else ()):
            for key in ("python", "py"):
                group = f"envs.{name}.matrix.{number}"
                if isinstance(matrix, dict) and key in matrix:
                    for item in file.toml.items(*base, name, "matrix", number, key):
                        yield from _python(file, _MATRIX, item, group)


def _python(file: File, site: str, node: Node, group: str) -> Iterator[Declaration]:
    """One Python, as virtualenv is asked for it: `3.9`, `39`, `python3.9`, a path."""
    span = node.inner or node.span
    if not isinstance(node.value, str):
        yield file.unreadable(site, Role.TESTS, span, "not a string", group=group, invalid=True)
    elif node.value == "self":  # the Python that Hatch itself runs on
        yield file.listed(site, Role.TESTS, span, [], group=group, note="Hatch's own Python")
    elif node.value:
        text = f"py{node.value}" if _SQUEEZED.fullmatch(node.value) else node.value
        yield file.python_named(site, Role.TESTS, span, text, group=group)


READER = Reader(
    name="hatch",
    title="Hatch environments",
    read=read,
    editors={_ENV: edit_single, _MATRIX: list_editor()},
)

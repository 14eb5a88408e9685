"""pixi: the Python of its workspace, and those of its features.

`[dependencies]` of pixi.toml, or `[tool.pixi.dependencies]` of pyproject.toml, is
what every environment has. A feature adds its own: environments for trying the
project, one Python each. Versions are conda's; in TOML a bare `3.12` is exact,
as in conda. Source: pixi's documentation, "The manifest".
"""

from collections.abc import Iterator
from typing import Any

from pylife.declarations import ranges
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import single_editor
from pylife.declarations.packaging import conda_spec, pins
from pylife.model import Declaration, Role
from pylife.syntax.toml import Key

_SITE = "pixi-python"
_FEATURE = "pixi-feature-python"


def read(file: File) -> Iterator[Declaration]:
    """The workspace's range, and the Python of each feature."""
    base: tuple[Key, ...] = ("tool", "pixi") if file.path.endswith("pyproject.toml") else ()
    if base and not file.toml.table(*base):
        return
    path = _version(file, (*base, "dependencies", "python"))
    yield from ranges.toml_string(file, _SITE, path, parse=conda_spec.parse)
    used = _used(file.toml.table(*base, "environments"))
    for name in file.toml.table(*base, "feature"):
        yield from _feature(file, (*base, "feature", name, "dependencies", "python"), name, used)


def _version(file: File, path: tuple[Key, ...]) -> tuple[Key, ...]:
    """Where the version stands: in the place of a table, its `version`."""
    return (*path, "version") if isinstance(file.toml.get(*path), dict) else path


def _used(environments: dict[str, Any]) -> set[str]:
    """The features that some environment has."""
    used: set[str] = set()
    for value in environments.values():
        features = value.get("features") if isinstance(value, dict) else value
        if isinstance(features, list):
            used.update(feature for feature in features if isinstance(feature, str))
    return used


def _feature(file: File, path: tuple[Key, ...], name: str, used: set[str]) -> Iterator[Declaration]:
    node, group = file.toml.node(*_version(file, path)), f"feature.{name}"
    if node is None or not isinstance(node.value, str):
        return
    span = node.inner or node.span
    try:
        python = conda_spec.one_series(conda_spec.parse(node.value), file.known)
    except ValueError as error:
        yield file.unreadable(_FEATURE, Role.TESTS, span, str(error), group=group)
        return
    if python is None:
        reason = f"{node.value!r} leaves the choice to pixi, when it locks"
        yield file.unreadable(_FEATURE, Role.TESTS, span, reason, group=group)
        return
    yield file.listed(
        _FEATURE,
        Role.TESTS,
        span,
        [python],
        group=group,
        without_effect="" if name in used else "no environment has this feature",
    )


READER = Reader(
    name="pixi",
    title="pixi.toml, or [tool.pixi] of pyproject.toml",
    read=read,
    editors={_SITE: pins.edit, _FEATURE: single_editor(conda_spec.spell)},
)

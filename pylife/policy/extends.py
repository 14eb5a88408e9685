"""What a policy builds upon: presets, files, and policies of installed packages."""

import posixpath

from pylife.errors import ConfigError
from pylife.policy.load import layer, locate, missing
from pylife.policy.records import Layer
from pylife.syntax.schema import at


def layers(top: Layer) -> tuple[Layer, ...]:
    """All files of the policy `top`, each once; a later one wins over an earlier one.

    Raises ConfigError, at the place that says so, for a policy that is not there or that
    extends itself, and for one that is wrong.
    """
    found: list[Layer] = []
    _visit(top, (), found)
    return tuple(found)


def _visit(item: Layer, above: tuple[Layer, ...], found: list[Layer]) -> None:
    value = item.document.value.get("extends", ())
    for number, name in enumerate((value,) if isinstance(value, str) else value):
        place = ("extends",) if isinstance(value, str) else ("extends", number)
        base = _base(item, name, place)
        if any(_same(base, other) for other in (*above, item)):
            shown = " → ".join(other.shown for other in (*above, item, base))
            raise at(item.document, item.shown, f"it extends itself: {shown}", *place)
        _visit(base, (*above, item), found)
    if not any(_same(item, other) for other in found):
        found.append(item)


def _base(item: Layer, name: str, place: tuple[str | int, ...]) -> Layer:
    # As the file is shown, whichever machine it lies on.
    shown = posixpath.normpath(posixpath.join(posixpath.dirname(item.shown), name))
    try:
        located = locate(name, item.folder, shown)
    except ConfigError as error:
        raise at(item.document, item.shown, error.message, *place, help=error.help) from None
    if located is None:
        message, meant = missing(
            name, item.folder, "the path of a .toml file from this file's folder"
        )
        raise at(item.document, item.shown, message, *place, help=meant)
    return layer(*located)


def _same(one: Layer, other: Layer) -> bool:
    return one is other or (
        one.shown == other.shown and one.document.source.data == other.document.source.data
    )

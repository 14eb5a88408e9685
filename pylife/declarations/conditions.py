"""Which conditions on Python a range makes dead: always true there, or never."""

from collections.abc import Iterable
from typing import Literal

from pylife.model import Declaration, PythonVersion


def dead(item: Declaration, pythons: Iterable[PythonVersion]) -> Literal["always", "never"] | None:
    """Whether the condition `item` is always true under `pythons`, or never; None for neither.

    Also None where its meaning is unreadable, and for no Pythons at all.
    """
    wanted = set(pythons)
    if item.unreadable is not None or not wanted:
        return None
    full = set(item.versions or ())
    if wanted <= full:
        return "always"
    return None if wanted & {*full, *item.partial} else "never"

"""The same work for many projects: one after the other, or several at a time."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")


def in_turn(at_once: int, work: Callable[..., _T], *given: Sequence[Any]) -> list[_T]:
    """What `work` makes of each of `given` (as `map` takes them), in their order.

    So many run `at_once`, in threads where that is more than one; the first error is raised.
    """
    if at_once == 1:
        return [work(*each) for each in zip(*given, strict=True)]
    from concurrent.futures import ThreadPoolExecutor  # a local forge needs none

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(work, *given))

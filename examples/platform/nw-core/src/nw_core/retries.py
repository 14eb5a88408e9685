"""Trying again, patiently."""

import functools
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .errors import TransientError

F = TypeVar("F", bound=Callable[..., Any])


def backoff(attempts: int, first: float = 0.1, factor: float = 2.0) -> Iterator[float]:
    """The pauses between `attempts` attempts: one fewer than there are attempts."""
    pause = first
    for _ in range(attempts - 1):
        yield pause
        pause *= factor


def retry(
    attempts: int = 3, first: float = 0.1, sleep: Callable[[float], None] = time.sleep
) -> Callable[[F], F]:
    """Call again after a TransientError; the last one is raised."""
    if attempts < 1:
        raise ValueError("at least one attempt is needed")

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            for pause in backoff(attempts, first):
                try:
                    return function(*args, **kwargs)
                except TransientError:
                    sleep(pause)
            return function(*args, **kwargs)

        return wrapper  # type: ignore[return-value]

    return decorate

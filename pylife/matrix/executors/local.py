"""Cells on this machine, several at a time in threads that each wait for one nox."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def run_all(
    tasks: Sequence[T],
    work: Callable[[T], R],
    done: Callable[[R], None],
    *,
    jobs: int,
    stop: threading.Event,
) -> None:
    """Call `work` on each task, `jobs` at a time, and `done` here with each result at once.

    Whatever is raised here (Ctrl-C included) sets `stop`, waits until what runs
    has ended, hands over what is finished, and is raised again. `work` must
    end soon once `stop` is set, and is still called for waiting tasks only
    while it is not.
    """
    handed: set[Future[R]] = set()
    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="cell") as pool:
        futures = [pool.submit(work, task) for task in tasks]
        try:
            for future in as_completed(futures):
                handed.add(future)
                done(future.result())
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            for future in futures:
                ended = future.done() and not future.cancelled() and future.exception() is None
                if ended and future not in handed:
                    done(future.result())
            raise

"""Check runs, as GitHub's API tells them: what a commit's checks came to.

Source: GitHub Docs, "REST API endpoints for check runs", "List check runs for a
Git reference": an object with `total_count` and `check_runs`, each with `name`,
`head_sha`, `status`, `conclusion` and `html_url`. Several pages may stand in a list.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pylife.errors import UnreadableError, UsageError
from pylife.model import CellStatus

_MEANT = {
    "success": CellStatus.PASSED,
    "failure": CellStatus.FAILED,
    "skipped": CellStatus.SKIPPED,
}
"""Conclusions that say something of the tests; the others (cancelled, timed_out, …) do not."""


class Check(NamedTuple):
    """A check run that is done: `status` is None where it says nothing of the tests."""

    name: str
    conclusion: str
    status: CellStatus | None
    url: str


def read(data: bytes, shown: str, commit: str, names: Sequence[str]) -> list[Check]:
    """The check runs called `names`, in the file's order.

    Raises UnreadableError for what is no such answer or not all of it, UsageError
    where it is of another commit, or a check is not in it or not done.
    """
    runs = list(_runs(data, shown))
    known = sorted({run["name"] for run in runs})
    if not names:
        raise UsageError(
            f"{shown} has {len(runs)} check runs: which of them are the tests?",
            help=f"name them with --check: {', '.join(known) or 'there is none'}",
        )
    for run in runs:
        if run["head_sha"] != commit:
            raise UsageError(
                f"{shown} is of the commit {run['head_sha']}, not of {commit}",
                help="ask for the check runs of the commit that --commit names",
            )
    for name in names:
        if name not in known:
            raise UsageError(
                f"{shown} has no check run {name!r}", help=f"it has {', '.join(known) or 'none'}"
            )
    return [_check(run, shown) for run in runs if run["name"] in names]


def _check(run: dict[str, Any], shown: str) -> Check:
    if run["status"] != "completed":
        raise UsageError(
            f"{shown}: the check run {run['name']!r} is {run['status']}",
            help="ask again when it is completed",
        )
    conclusion = str(run.get("conclusion"))
    return Check(run["name"], conclusion, _MEANT.get(conclusion), str(run.get("html_url") or ""))


def _runs(data: bytes, shown: str) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"is no JSON: {error}", path=shown) from None
    pages = document if isinstance(document, list) else [document]
    found = total = 0
    for page in pages:
        runs = page.get("check_runs") if isinstance(page, dict) else None
        if not isinstance(runs, list) or type(page.get("total_count")) is not int:
            raise UnreadableError("is not what GitHub says of check runs", path=shown)
        total = max(total, page["total_count"])
        for run in runs:
            texts = ("name", "head_sha", "status")
            if not isinstance(run, dict) or not all(isinstance(run.get(x), str) for x in texts):
                raise UnreadableError(
                    "has a check run without name, head_sha or status", path=shown
                )
            found += 1
            yield run
    if found < total:
        raise UnreadableError(
            f"has {found} of {total} check runs", path=shown, help="ask for all pages"
        )

"""What the local forge keeps of a pull request: a record in JSON, and a page for people."""

import datetime as dt
import json
from typing import Any

from pylife.errors import StateError
from pylife.model import Proposed, PullRequest

SCHEMA = "pylife/local-pull/1"

_FIELDS = ("project", "branch", "state", "title", "digest", "base", "commit")
_STATES = frozenset({"open", "closed", "merged"})


def page(pull: PullRequest, body: str, more: dict[str, Any]) -> bytes:
    """The page in Markdown; that it is a draft, and whom it asks, stands above the body.

    `more` is as in `kept`.
    """
    said = ["A draft."] if pull.draft else []
    if more.get("labels"):
        said.append(f"Labels: {', '.join(f'`{label}`' for label in more['labels'])}.")
    if more.get("reviewers"):
        said.append(f"Reviewers: {', '.join(f'`{name}`' for name in more['reviewers'])}.")
    parts = [f"# {pull.title}", *filter(None, [" ".join(said)]), body.strip()]
    return ("\n\n".join(parts) + "\n").encode()


def render(pull: PullRequest, more: dict[str, Any]) -> bytes:
    """The record of `pull`; `more` are the labels, reviewers and sign-off, as in `kept`."""
    values: dict[str, Any] = {"schema": SCHEMA}
    values |= {name: getattr(pull, name) for name in _FIELDS}
    values |= {"draft": pull.draft, "retired": pull.retired, **more}
    if pull.forced:
        values["forced"] = pull.forced
    for name in ("created", "ended"):
        moment: dt.datetime | None = getattr(pull, name)
        values[name] = moment.isoformat() if moment is not None else None
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def parse(data: bytes, where: str) -> PullRequest:
    """The pull request of a record; `where` is the record's path in the state folder.

    Raises StateError for a record that is damaged or of another version.
    """
    try:
        values: dict[str, Any] = json.loads(data)
        if values["schema"] != SCHEMA:
            raise StateError(
                f"of another version ({values['schema']!r})", path=where, help="update pylife"
            )
        known = {name: str(values[name]) for name in _FIELDS}
        created, ended = (_moment(values.get(name)) for name in ("created", "ended"))
    except (ValueError, KeyError, TypeError):
        raise StateError(
            "not a record of a pull request", path=where, help="delete it to start again"
        ) from None
    if known["state"] not in _STATES:
        raise StateError(f"state is {known['state']!r}, not open, closed or merged", path=where)
    return PullRequest(
        project=known["project"], branch=known["branch"], state=known["state"],
        title=known["title"], digest=known["digest"], base=known["base"],
        commit=known["commit"], edited=False, where=where.removesuffix(".json") + ".md",
        draft=values.get("draft") is True, created=created, ended=ended,
        retired=values.get("retired") is True, forced=str(values.get("forced") or ""),
    )  # fmt: skip


def kept(proposed: Proposed | None, before: bytes | None) -> dict[str, Any]:
    """Labels, reviewers and sign-off: of the record as it was, else as proposed."""
    if before is not None:
        values = json.loads(before)
        known = {name: values.get(name) for name in ("labels", "reviewers", "sign_off")}
        if known["labels"] is not None or proposed is None:
            return known
    if proposed is None:
        return {}
    return {
        "labels": list(proposed.labels),
        "reviewers": list(proposed.reviewers),
        "sign_off": proposed.sign_off,
    }


def _moment(text: object) -> dt.datetime | None:
    return dt.datetime.fromisoformat(str(text)) if text is not None else None

"""One document a night in the database: what the fleet's report came to."""

import datetime as dt
import json
import zlib
from collections.abc import Mapping
from typing import Any

from pylife.evidence.database import Statements

_PUT = (
    "INSERT INTO night (night, summary) VALUES (?, ?)"
    " ON CONFLICT (night) DO UPDATE SET summary = excluded.summary"
)


def put(statements: Statements, as_of: dt.date, summary: Mapping[str, Any]) -> None:
    """Keep the summary, in the place of one of that night."""
    text = json.dumps(summary, sort_keys=True, separators=(",", ":"))
    statements.many(_PUT, [(as_of.toordinal(), zlib.compress(text.encode()))])


def get(statements: Statements, since: dt.date) -> list[dict[str, Any]]:
    """The summaries from the night `since` on, oldest first; ValueError for a damaged one."""
    rows = statements.run(
        "SELECT summary FROM night WHERE night >= ? ORDER BY night", (since.toordinal(),)
    )
    try:
        return [json.loads(zlib.decompress(bytes(data))) for (data,) in rows]
    except zlib.error as error:
        raise ValueError(f"a night's summary cannot be unpacked: {error}") from None


def prune(statements: Statements, first: dt.date) -> None:
    """Delete the summaries of before the night `first`."""
    statements.run("DELETE FROM night WHERE night < ?", (first.toordinal(),))

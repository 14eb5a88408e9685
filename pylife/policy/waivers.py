"""Waivers: somebody's word, in a policy or `pylife.toml`, that findings do not count for a time."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pylife.model import Waiver
from pylife.syntax.toml import Document


def parse(tables: Sequence[dict[str, Any]], document: Document, shown: str) -> tuple[Waiver, ...]:
    """The waivers of the `[[waiver]]` tables of `document`, a file that is `shown` so.

    The tables follow the schema (`definitions.waivers` of the policy's). Raises
    ConfigError, with the place, for an `until` that is no day.
    """
    return tuple(_waiver(table, document, shown, number) for number, table in enumerate(tables))


def _waiver(table: dict[str, Any], document: Document, shown: str, number: int) -> Waiver:
    until = str(table["until"])
    try:
        last = dt.date.fromisoformat(until)
    except ValueError:
        from pylife.syntax.schema import at

        raise at(
            document, shown, f"{until!r} is no date such as 2027-03-31", "waiver", number, "until"
        ) from None
    return Waiver(
        rule=table["rule"],
        project=table.get("project", "*"),
        subject=table.get("subject", "*"),
        owner=table["owner"],
        reason=table["reason"],
        until=last,
        file=shown,
        line=document.line("waiver", number),
    )

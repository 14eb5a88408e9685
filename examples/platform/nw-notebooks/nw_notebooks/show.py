"""Text that looks right in a notebook cell."""

from collections.abc import Iterable, Sequence

from nw_core.records import Record

_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float]) -> str:
    """One character for each value, from the lowest to the highest bar."""
    if not values:
        return ""
    low, high = min(values), max(values)
    width = (high - low) or 1.0
    return "".join(_BARS[round((value - low) / width * (len(_BARS) - 1))] for value in values)


def table(records: Iterable[Record]) -> str:
    """Records as a Markdown table; a value that a record does not have stays empty."""
    rows = list(records)
    names = sorted({name for record in rows for name in record.values})
    lines = ["| entity | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for record in rows:
        cells = [f"{record.values[name]:g}" if name in record.values else "" for name in names]
        lines.append(f"| {record.entity} | " + " | ".join(cells) + " |")
    return "\n".join(lines)

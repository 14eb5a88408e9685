"""What the scan of a project's source says about a Python, from the read step's document."""

from collections.abc import Iterator

from pylife.model import SourceState
from pylife.site.documents import Doc


def source_state(project: Doc, python: str) -> SourceState:
    """What the scan of the project's source says of `python`; unknown where there was none."""
    found = (project.get("source") or {}).get("pythons", {}).get(python)
    return SourceState(found["state"]) if found else SourceState.UNKNOWN


def source_lines(project: Doc, python: str) -> Iterator[str]:
    """The lines that decide what the source's state is, in words."""
    source = project.get("source")
    if not source:
        yield "the source was not scanned"
        return
    found = source["pythons"].get(python)
    if found is None:
        yield f"the scan says nothing of {python}"
        return
    for item in found["by"]:
        note = f" ({item['note']})" if item["note"] else ""
        yield f"{item['file']}:{item['line']}: {item['what']}{note}"
    more = found["count"] - len(found["by"])
    if more > 0:
        yield f"and {more} more"
    if found["state"] == SourceState.UNKNOWN:
        if not source["files"]:
            yield "there is no Python source"
        yield from (f"{item['file']}: {item['reason']}" for item in source["unparsed"])

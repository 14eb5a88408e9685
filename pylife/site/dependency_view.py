"""What the verdicts on a project's dependencies say about a Python, from the resolve step."""

from collections.abc import Iterator

from pylife.dependencies.records import Verdict
from pylife.site.documents import Doc


def dependency_verdict(project: Doc, python: str) -> Verdict:
    """Whether what the project requires installs on `python`; unknown where nobody has judged."""
    found = _found(project, python)
    return Verdict(found["verdict"]) if found else Verdict.UNKNOWN


def dependency_lines(project: Doc, python: str) -> Iterator[str]:
    """Who is in the way on `python`, or why that is not known, and where pip and uv differ."""
    told, found = project.get("dependencies"), _found(project, python)
    if not told:
        yield "its dependencies were not judged"
    elif found is None:
        yield told["error"] or told["reason"] or f"the verdicts say nothing of {python}"
    else:
        yield from map(_blocker, found["blockers"])
        if found["verdict"] == Verdict.UNKNOWN:
            yield found["reason"] or "no reason was given"
        yield from found["disagreements"]


def _found(project: Doc, python: str) -> Doc | None:
    told = project.get("dependencies")
    return told["pythons"].get(python) if told else None


def _blocker(blocker: Doc) -> str:
    text = f"{blocker['package']}: {blocker['reason']}"
    if len(blocker["chain"]) > 1:
        text += f", through {' > '.join(blocker['chain'][:-1])}"
    if blocker["own_cap"]:
        text += f"; relax {blocker['own_cap']}"
    first = blocker["loads_from"]
    if first:
        day = f" ({first['date']})" if first["date"] else ""
        text += f"; loads from {first['version']}{day}"
    return text

"""What a plan comes to, for people: the places that change, and the policy's reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pylife.model import Declaration, PythonVersion
from pylife.policy import Window
from pylife.upgrade.places import Place, places
from pylife.upgrade.target import leaving, ranges_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place that changes: what it said and what it will say."""

    file: str
    line: int
    site: str
    before: str
    after: str


def covered(read: Sequence[Declaration]) -> frozenset[PythonVersion]:
    """What all ranges together let in, wholly or partly; empty where there is none."""
    sets = [frozenset((*(item.versions or ()), *item.partial)) for item in ranges_of(read)]
    return frozenset.intersection(*sets) if sets else frozenset()


def rows(read: Sequence[Declaration], now: Sequence[Declaration]) -> Iterator[Row]:
    """The places that say something else than before, in the order of their file and line."""
    before = {(place.at, place.role): place for place in places(read)}
    after = {(place.at, place.role): place for place in places(now)}
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        texts = _said(old), _said(new)
        shown = old or new
        if texts[0] != texts[1] and shown is not None:
            line = shown.items[0].line
            found.append(
                Row(file=key[0].file, line=line, site=key[0].site, before=texts[0], after=texts[1])
            )
    yield from sorted(found, key=lambda row: (row.file, row.line, row.site))


def _said(place: Place | None) -> str:
    if place is None:
        return ""
    if place.items[0].specifier is not None:
        return ", ".join(dict.fromkeys(item.raw for item in place.items))
    return ", ".join(map(str, sorted(place.pythons)))


def reasons(
    window: Window,
    moved: set[PythonVersion],
    floor: PythonVersion | None,
    runtime: PythonVersion | None,
    read: Sequence[Declaration],
) -> Iterator[str]:
    """The policy's rule and date for each Python that comes, goes or is left behind."""
    left = leaving(read, window) if runtime else frozenset()
    named = moved | left | ({runtime} if runtime else set())
    if floor and not named:
        yield f"{floor} is the oldest Python that is not dropped; no range was declared"
    for version in sorted(named):
        info = window.stages.get(PythonVersion(version.major, version.minor))
        if info is None:
            continue
        since = f" since {info.since}" if info.since else ""
        rule = info.rule.partition(": ")[2] or info.rule
        coming = f"; {info.next_stage} from {info.next_date}" if info.next_date else ""
        unsure = f" (uncertain: {info.uncertain})" if info.uncertain else ""
        yield f"{version} is {info.stage}{since}: {rule}{coming}{unsure}"

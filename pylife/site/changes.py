"""What is different between two nights, as lines for people and data for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pylife.site.base import Site
from pylife.site.documents import Doc
from pylife.site.evidence import Tone
from pylife.site.night import night
from pylife.site.text import count, listed, python_key

_ORDER = [Tone.FAIL, Tone.BLOCK, Tone.OPEN, Tone.NONE, Tone.SAID, Tone.ODD, Tone.PASS]
"""From the worst to the best; what is not known is worse than what is only declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is different about one project; `tone` is `good`, `bad` or empty."""

    project: str
    slug: str
    what: str
    tone: str


def changes(old: Doc, new: Doc) -> list[Change]:
    """What is different in `new` (both `pylife/night/1`), by project; the bad first.

    A step that was not run on either night makes no change: nothing was seen then. What was
    found and could not be judged again is not gone.
    """
    found = []
    before, after = old["projects"], new["projects"]
    # Of a large fleet nearly all are the same, from one night to the next.
    different = {slug for slug, was in before.items() if was != after.get(slug)}
    for slug in sorted(different | (after.keys() - before.keys())):
        was, now = before.get(slug), after.get(slug)
        name = (now or was)["name"]
        found += [
            Change(project=name, slug=slug if now else "", what=what, tone=tone)
            for what, tone in _project(old, new, was, now)
        ]
    order = ("bad", "", "good")
    return sorted(found, key=lambda one: order.index(one.tone))


def _project(old: Doc, new: Doc, was: Doc | None, now: Doc | None) -> Iterator[tuple[str, str]]:
    if was is None or now is None:
        yield ("is new" if was is None else "is gone"), ""
        return
    if was["status"] != now["status"]:
        yield f"was {was['status']}, is {now['status']}", "bad" if now["status"] == "error" else ""
    if old["tests_run"] and new["tests_run"]:
        yield from _cells(was, now)
    yield from _findings(was, now)
    both = old["upgrades_proposed"] and new["upgrades_proposed"]
    if both and was["state"] != now["state"]:
        yield f"upgrade: {was['state'] or 'none'}, now {now['state'] or 'none'}", ""


def every_night(site: Site) -> list[tuple[Doc, list[Change]]]:
    """Each night but the first with what changed since the one before it, tonight last."""
    return [(new, changes(old, new)) for old, new in pairwise(nights_of(site))]


def nights_of(site: Site) -> list[Doc]:
    """All nights that are known, tonight last."""
    return [*site.nights, site.once(night)]


def _cells(was: Doc, now: Doc) -> Iterator[tuple[str, str]]:
    for python in sorted(was["cells"].keys() & now["cells"].keys(), key=python_key):
        (tone, label, _), (tone_now, label_now, _) = was["cells"][python], now["cells"][python]
        if tone != tone_now:
            yield f"Python {python}: {label}, now {label_now}", _mood(Tone(tone), Tone(tone_now))


def _mood(was: Tone, now: Tone) -> str:
    """How a change is told. Better is only what tests show: what is not known is no progress.

    It is worse where something that was shown no longer is.
    """
    if now is Tone.OPEN:
        return "bad" if was in {Tone.PASS, Tone.ODD} else ""
    if _ORDER.index(now) < _ORDER.index(was):
        return "bad"
    return "good" if now is Tone.PASS else ""


def _findings(was: Doc, now: Doc) -> Iterator[tuple[str, str]]:
    """What is found anew and no longer, apart from what only one of the nights could judge."""
    if not was["status"] == now["status"] == "checked":
        return
    before, after = set(was["findings"]), set(now["findings"])
    new, seen = _apart(after - before, unknown=was, known=now)
    gone, unseen = _apart(before - after, unknown=now, known=was)
    for some, words, tone in (
        (new, "new", "bad"),
        (seen, "judged that could not be before", ""),
        (unseen, "no longer judged", ""),
        (gone, "gone", "good"),
    ):
        if some:
            codes = sorted({_code(item) for item in some})
            number = count(len(some), "finding is", "findings are")
            yield f"{number} {words}: {listed(codes, 5)}", tone


def _apart(some: set[str], *, unknown: Doc, known: Doc) -> tuple[set[str], set[str]]:
    """Those of `some` that the night `unknown`, which has them not, could judge, and the others.

    A file that only that night could not read may hold any of them.
    """
    if set(unknown.get("unread", ())) - set(known.get("unread", ())):
        return set(), some
    blind = {item for item in some if _code(item) in unknown.get("unjudged", ())}
    return some - blind, blind


def _code(item: str) -> str:
    return item.partition(" ")[0]

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

    A step that was not run on either night makes no change: nothing was seen then.
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
        if tone == tone_now:
            continue
        better = _ORDER.index(Tone(tone_now)) > _ORDER.index(Tone(tone))
        yield f"Python {python}: {label}, now {label_now}", "good" if better else "bad"


def _findings(was: Doc, now: Doc) -> Iterator[tuple[str, str]]:
    before, after = set(was["findings"]), set(now["findings"])
    for some, words, tone in ((after - before, "new", "bad"), (before - after, "gone", "good")):
        if some:
            codes = sorted({item.partition(" ")[0] for item in some})
            number = count(len(some), "finding is", "findings are")
            yield f"{number} {words}: {listed(codes, 5)}", tone

"""The first page's sentences: what a director wants to know in five seconds."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pylife.model import MigrationState, Severity, Stage
from pylife.site import fleet_view, windows
from pylife.site.base import Site
from pylife.site.documents import Documents
from pylife.site.evidence import Tone
from pylife.site.fleet_view import WORDS, Fleet, Readiness, severities
from pylife.site.text import count, listed, python_key, words
from pylife.site.unjudged import by_rule

DONE = (MigrationState.MERGED, MigrationState.VERIFIED)
_BECOMES: dict[str, str] = {
    Stage.PREVIEW: "is in preview",
    Stage.ADOPTING: "is to be adopted",
    Stage.SUPPORTED: "is to be supported",
    Stage.DEPRECATED: "is deprecated",
    Stage.DROPPED: "is dropped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A figure, what it counts, and what else to know. `tone` is `good`, `bad`, `open` or ``."""

    figure: str
    of: str
    text: str
    more: str
    link: str
    tone: str = ""


def headlines(site: Site) -> tuple[Headline, ...]:
    """The headlines in order of what is asked first."""
    documents, fleet = site.documents, site.once(fleet_view.fleet)
    return (
        *_evidence(documents, fleet),
        *_next_change(documents, fleet),
        *_dropped(documents, fleet),
        _findings(documents),
        _upgrades(documents),
    )


def _evidence(documents: Documents, fleet: Fleet) -> Iterator[Headline]:
    """The Python being adopted, and the newest supported one."""
    for stage, role in ((Stage.ADOPTING, "being adopted"), (Stage.SUPPORTED, "supported")):
        found = [r for r in fleet.readiness if r.column.stage.stage == stage]
        if found:
            yield _one_python(documents, found[-1], role, len(fleet.rows))


def _one_python(documents: Documents, readiness: Readiness, role: str, total: int) -> Headline:
    python = readiness.column.python
    if documents.run is None:
        return Headline(
            figure="?",
            of=f"of {total}",
            text=f"Nothing is shown about Python {python}, {role}: tests were not run.",
            more=readiness.words,
            link="#matrix",
            tone="open",
        )
    rest = ", ".join(
        f"{share.number} {WORDS[Tone(share.tone)]}"
        for share in readiness.shares
        if share.tone != Tone.PASS
    )
    return Headline(
        figure=str(readiness.tested),
        of=f"of {total}",
        text=f"{'project is' if readiness.tested == 1 else 'projects are'} shown to work"
        f" on Python {python}, {role}.",
        more=f"The rest: {rest}." if rest else "That is all of them.",
        link="#matrix",
        tone="good" if total and readiness.tested == total else "",
    )


def _next_change(documents: Documents, fleet: Fleet) -> Iterator[Headline]:
    """The first change of a stage under any policy in use, and whom it concerns under that one."""
    used = windows.used_policies(documents)
    changes = _changes(documents, fleet, used)
    if not changes:
        return
    date, python, stage = min(changes)
    policies = changes[date, python, stage]
    days = (_first_day(date) - dt.date.fromisoformat(documents.read["as_of"])).days
    names = windows.claimers(documents, python, policies)
    same = {other for day, other, _ in changes if day == date} - {python}
    also = listed(f"Python {other}" for other in sorted(same, key=python_key))
    one = len(names) == 1
    under, follow = "", ""
    if len(policies) < len(used):
        under = f", under {len(policies)} of {len(used)} policies"
        whose = "that policy" if len(policies) == 1 else "these policies"
        follow = f", and {'follows' if one else 'follow'} {whose}"
    yield Headline(
        figure=str(days),
        of="day" if days == 1 else "days",
        text=f"until Python {python} {_BECOMES.get(stage, stage)}, on {date}{under}.",
        more=f"{len(names)} {'project declares' if one else 'projects declare'} it"
        f" or {'runs' if one else 'run'} on it{follow}."
        + (f" On the same day: {also}." if also else ""),
        link="calendar.html",
    )


def _changes(
    documents: Documents, fleet: Fleet, used: Iterable[str]
) -> dict[tuple[str, str, str], list[str]]:
    """The next change of each Python that has a column: date, Python and stage, by policies."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name in used:
        window = documents.read["policies"][name]["pythons"]
        for column in fleet.columns:
            view = windows.stage_view(window.get(column.python))
            if view.next_date and view.next_stage:
                key = (view.next_date, column.python, view.next_stage)
                found.setdefault(key, []).append(name)
    return found


def _dropped(documents: Documents, fleet: Fleet) -> Iterator[Headline]:
    """Who is on a Python that the policy of just that project has dropped."""
    found = [(p["name"], windows.dropped(documents, p)) for p in documents.checked]
    gone = {c.python for c in fleet.columns if c.stage.stage == Stage.DROPPED} | {*fleet.older}
    gone |= {python for _, pythons in found for python in pythons}
    names = sorted(name for name, pythons in found if pythons)
    if not gone:
        return
    which = f"Python {next(iter(gone))}, which" if len(gone) == 1 else "a Python that"
    whose = (
        "the"
        if len(windows.used_policies(documents)) == 1
        else "its own"
        if len(names) == 1
        else "their own"
    )
    yield Headline(
        figure=str(len(names)),
        of=f"of {len(fleet.rows)}",
        text=f"{'project still declares' if len(names) == 1 else 'projects still declare'}"
        f" or {'runs' if len(names) == 1 else 'run'} on {which} {whose} policy has dropped.",
        more=listed(names, 3) + "." if names else "",
        link="#matrix",
        tone="bad" if names else "good",
    )


def _findings(documents: Documents) -> Headline:
    held = documents.findings
    total = Counter(f["severity"] for f in held)
    fixable = sum(f["fixable"] and not f["unsafe_fix"] for f in held)
    wide = Counter(f["severity"] for f in documents.fleet_findings if not f.get("suppressed"))
    errors = total["error"]
    where = error_places(documents)
    more = f"{fixable} of all {len(held)} findings can be fixed with pylife check --fix."
    if number := sum(wide.values()):
        more += f" {count(number, 'finding is', 'findings are')} of the fleet as a whole."
    more = more if held else ""
    if unknown := len(by_rule(documents)):
        more += f" {count(unknown, 'rule')} could not be evaluated everywhere."
    return Headline(
        figure=str(errors),
        of="error" if errors == 1 else "errors",
        text=f"{' and '.join(where)}, and {count(total['warning'], 'warning')}.",
        more=more.strip(),
        link="#fleet-findings" if wide else "rules.html",
        tone="bad" if errors else "",
    )


def error_places(documents: Documents) -> list[str]:
    """Where the errors that hold are, in words: in how many projects, and of the fleet."""
    concerned = sum(bool(severities(p)["error"]) for p in documents.projects)
    held = (f for f in documents.fleet_findings if not f.get("suppressed"))
    wide = any(f["severity"] == Severity.ERROR for f in held)
    where = [f"in {count(concerned, 'project')}"] if concerned or not wide else []
    return [*where, "of the fleet as a whole"] if wide else where


def _upgrades(documents: Documents) -> Headline:
    if documents.upgrade is None:
        return Headline(
            figure="?",
            of="upgrades",
            text="Nothing is known about upgrades: none were proposed in this run.",
            more="",
            link="upgrades.html",
            tone="open",
        )
    states = Counter(p["state"] for p in documents.proposals.values())
    done = sum(states[state] for state in DONE)
    rest = ", ".join(
        f"{number} {words(state)}" for state, number in sorted(states.items()) if state not in DONE
    )
    return Headline(
        figure=str(done),
        of=f"of {sum(states.values())}",
        text=f"{'upgrade is' if done == 1 else 'upgrades are'} merged or verified.",
        more=f"The rest: {rest}." if rest else "",
        link="upgrades.html",
    )


def _first_day(text: str) -> dt.date:
    return dt.date.fromisoformat(text if len(text) > len("2026-10") else f"{text}-01")

"""Upgrade proposals: their states, their waves, their diffs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from pylife.model import MigrationState, Proving
from pylife.site.documents import Doc, Documents
from pylife.site.evidence import Tone
from pylife.site.text import listed, short

_LINES = 3000

TONES: dict[str, Tone] = {
    MigrationState.VERIFIED: Tone.PASS,
    MigrationState.MERGED: Tone.SAID,
    MigrationState.IN_PR: Tone.SAID,
    MigrationState.AWAITING_PR: Tone.SAID,
    MigrationState.AWAITING_PARENTS: Tone.OPEN,
    MigrationState.NOT_SOLVABLE: Tone.BLOCK,
    MigrationState.FAILING_TESTS: Tone.FAIL,
    MigrationState.NEEDS_PERSON: Tone.ODD,
    MigrationState.DECLINED: Tone.NONE,
    MigrationState.EXCLUDED: Tone.NONE,
    MigrationState.ERROR: Tone.FAIL,
}

_DONE = frozenset({MigrationState.VERIFIED, MigrationState.MERGED, MigrationState.EXCLUDED})
_PROVEN: dict[str, Tone] = {
    Proving.PASSED: Tone.PASS,
    Proving.FAILED: Tone.FAIL,
    Proving.BLOCKED: Tone.BLOCK,
    Proving.UNPROVEN: Tone.OPEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line of a diff and what kind it is: `file`, `hunk`, `add`, `del` or `same`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """One project's proposal."""

    project: str
    slug: str
    wave: int
    state: str
    tone: str
    outcome: str
    branch: str
    base: str
    commit: str
    title: str
    body: str
    diff: tuple[DiffLine, ...]
    cut: int
    """How many lines of the diff are left out."""
    files: tuple[str, ...]
    needs_person: tuple[str, ...]
    reason: str
    todo: str
    """What somebody has to do; empty where nobody has, or nobody knows."""
    why: str
    """Why it is in that wave."""
    floor_wave: int | None
    """The wave in which its floor rises, where that comes later."""
    parents: tuple[tuple[str, str], ...]
    """Those that come first: name, and slug (empty of one that is not here)."""
    holds: int
    """How many projects that are not done come after it, at any distance."""
    proof: str
    """What the tests of the upgraded tree came to, in words; empty where nothing is known."""
    proof_tone: str
    draft: bool
    where: str
    """The pull request's address, or its page's path in the state folder."""
    link: str
    """The same where it is an address that a browser may open; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Proposals that can be made at the same time."""

    number: int
    proposals: tuple[ProposalView, ...]


def proposal_view(documents: Documents, proposal: Doc, holds: int = 0) -> ProposalView:
    """A proposal ready to show; one about an unknown project has no link."""
    name = proposal["project"]
    project = documents.by_name.get(name)
    diff = diff_lines(proposal.get("diff") or "")
    return ProposalView(
        project=name,
        slug=documents.slug(project) if project else "",
        wave=proposal["wave"],
        state=proposal["state"],
        tone=TONES[proposal["state"]].value,
        outcome=proposal["outcome"],
        branch=proposal.get("branch") or "",
        base=proposal.get("base") or "",
        commit=proposal.get("commit") or "",
        title=proposal.get("title") or "",
        body=proposal.get("body") or "",
        diff=diff[:_LINES],
        cut=max(0, len(diff) - _LINES),
        files=tuple(sorted(proposal["files"])),
        needs_person=tuple(str(item) for item in proposal["needs_person"]),
        reason=proposal.get("reason") or "",
        todo=_todo(proposal),
        why=proposal.get("why") or "",
        floor_wave=proposal.get("floor_wave"),
        parents=tuple((name, _slug(documents, name)) for name in proposal.get("parents", ())),
        holds=holds,
        proof=_proof(proposal.get("proof")),
        proof_tone=_PROVEN.get((proposal.get("proof") or {}).get("verdict", ""), Tone.OPEN).value,
        draft=bool(proposal.get("draft")),
        where=proposal.get("where") or "",
        link=_link(proposal.get("where") or ""),
    )


def _todo(proposal: Doc) -> str:
    """What somebody has to do, without the address that stands beside it."""
    todo, where = proposal.get("todo") or "", proposal.get("where") or ""
    return str(todo.replace(where, "its pull request") if where else todo)


def _slug(documents: Documents, name: str) -> str:
    project = documents.by_name.get(name)
    return documents.slug(project) if project else ""


def _proof(proof: Doc | None) -> str:
    """`passed on 3.11 and 3.15`, with why it is no pass and with whose upgrades it was tested."""
    if proof is None:
        return ""
    text = f"{proof['verdict']} on {listed(proof['pythons'])}" if proof["pythons"] else ""
    upon = f", with the upgrades of {listed(proof['upon'])}" if proof["upon"] else ""
    reason = f": {proof['reason']}" if proof["reason"] else ""
    return f"{text or proof['verdict']}{upon}{reason}"


def _link(where: str) -> str:
    """An https address without a user, a password or a blank; nothing else is linked."""
    parts = urlsplit(where) if where.startswith("https://") else None
    plain = parts is not None and parts.hostname and not parts.username and not parts.password
    return where if plain and where.isascii() and where.isprintable() and " " not in where else ""


def waves(documents: Documents) -> tuple[Wave, ...]:
    """All proposals by wave, then by project."""
    ordered = sorted(documents.proposals.values(), key=lambda p: (p["wave"], p["project"]))
    held = _held_back(ordered)
    return tuple(
        Wave(
            number=number,
            proposals=tuple(proposal_view(documents, p, held[p["project"]]) for p in some),
        )
        for number, some in groupby(ordered, key=lambda p: p["wave"])
    )


def _held_back(proposals: Sequence[Doc]) -> dict[str, int]:
    """By project that is not done, how many that are not done come after it; else 0."""
    left = {p["project"]: p.get("parents", ()) for p in proposals if p["state"] not in _DONE}
    after: dict[str, set[str]] = {name: set() for name in left}
    for name, parents in left.items():
        for parent in parents:
            if parent in after:
                after[parent].add(name)
    return {p["project"]: len(_reached(p["project"], after)) for p in proposals}


def _reached(start: str, after: Mapping[str, set[str]]) -> set[str]:
    """What comes after `start`, and after that; cycles end."""
    found: set[str] = set()
    rest = [start]
    while rest:
        new = after.get(rest.pop(), set()) - found
        found |= new
        rest += new
    return found - {start}


def links(documents: Documents) -> tuple[tuple[str, str], ...]:
    """The campaign's dashboards: each as it is told, and as a link (empty where it is none)."""
    told = (documents.upgrade or {}).get("dashboards", ())
    return tuple((where, _link(where)) for where in told)


def states(documents: Documents) -> tuple[tuple[str, str, int], ...]:
    """How many proposals are in each state, in `MigrationState`'s order: tone, state, number."""
    numbers = Counter(p["state"] for p in documents.proposals.values())
    return tuple((TONES[s].value, s.value, numbers[s]) for s in MigrationState if numbers[s])


def diff_lines(diff: str) -> tuple[DiffLine, ...]:
    """The lines of a unified diff by kind.

    A removed line such as `-- x` reads `--- x`, so a hunk's own line counts say
    where its lines end.
    """
    lines = []
    left = 0
    for text in diff.split("\n")[: -1 if diff.endswith("\n") else None]:
        kind = "same"
        if text.startswith("@@"):
            kind, left = "hunk", _hunk_size(text)
        elif left > 0 and text[:1] in {"+", "-", " ", ""}:
            kind = {"+": "add", "-": "del"}.get(text[:1], "same")
            left -= 1 if kind in {"add", "del"} else 2
        elif text.startswith(("diff ", "index ", "--- ", "+++ ", "new file", "deleted file")):
            kind = "file"
        lines.append(DiffLine(kind=kind, text=short(text, 600)))
    return tuple(lines) if diff else ()


def _hunk_size(header: str) -> int:
    """Old lines plus new lines of `@@ -1,4 +1,5 @@`."""
    total = 0
    for part in header.split(" ")[1:3]:
        length = part.partition(",")[2] or "1"
        total += int(length) if length.isdecimal() and len(length) < 9 else 0
    return total

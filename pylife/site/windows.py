"""Which Pythons the pages have columns for, and what the policies say about each."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from pylife.model import Stage
from pylife.site.documents import Doc, Documents
from pylife.site.evidence import runs_on_versions
from pylife.site.text import count, python_key

_MOST_DROPPED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """Where one policy stands with one Python."""

    stage: str
    since: str
    next_stage: str
    next_date: str
    rule: str
    uncertain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One Python of the matrix."""

    python: str
    stage: StageView
    """By the policy that most projects follow."""
    varies: bool
    """Whether a policy in use has another stage for it."""
    interpreter: str
    """The full version that tests ran on, or empty."""


def stage_view(entry: Doc | None) -> StageView:
    """One Python's entry of a policy, ready to show; `unknown` where there is none."""
    entry = entry or {"stage": Stage.UNKNOWN}
    following = entry.get("next") or {}
    return StageView(
        stage=entry["stage"],
        since=entry.get("since") or "",
        next_stage=following.get("stage", ""),
        next_date=following.get("date", ""),
        rule=entry.get("rule") or "",
        uncertain=entry.get("uncertain") or "",
    )


def used_policies(documents: Documents) -> list[str]:
    """The policies that checked projects follow, the most used first."""
    used = Counter(p["policy"] for p in documents.checked if p.get("policy"))
    known = documents.read["policies"]
    ordered = sorted((-times, name) for name, times in used.items() if name in known)
    return [name for _, name in ordered] or sorted(known)[:1]


def columns(documents: Documents) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The matrix's Pythons, oldest first, and dropped ones left out that somebody declares.

    A Python has a column if a policy in use asks something about it, if tests ran
    on it, or if it is dropped and still declared; of those only the newest three,
    so that one forgotten `>=2.7` does not push the table off the page.
    """
    policies = [documents.read["policies"][name]["pythons"] for name in used_policies(documents)]
    entries = [(python, entry["stage"]) for policy in policies for python, entry in policy.items()]
    asked = {python for python, stage in entries if stage not in {Stage.UNKNOWN, Stage.DROPPED}}
    # Not run is not shown: a cell without an outcome gives no column.
    asked |= {
        cell["python"]
        for cells in documents.cells.values()
        for cell in cells
        if cell["status"] != "not-run"
    }
    dropped = {python for python, stage in entries if stage == Stage.DROPPED} - asked
    lingering = sorted(dropped & _declared(documents), key=python_key)
    shown = asked | set(lingering[-_MOST_DROPPED:])
    interpreters = documents.run["interpreters"] if documents.run else {}
    return (
        tuple(
            _column(python, policies, interpreters.get(python, ""))
            for python in sorted(shown, key=python_key)
        ),
        tuple(lingering[:-_MOST_DROPPED]),
    )


def project_pythons(documents: Documents, project: Doc) -> list[str]:
    """The Pythons of a project's own page: its window, what it declares, what was run."""
    window = documents.window(project)
    pythons = {v for v, e in window.items() if e["stage"] not in {Stage.UNKNOWN, Stage.DROPPED}}
    pythons |= {v for v in claimed(project) if stage_of(window, v) != Stage.UNKNOWN or not window}
    pythons |= {cell["python"] for cell in documents.cells.get(project["name"], ())}
    return sorted(pythons, key=python_key)


def stage_of(window: Doc, python: str) -> str:
    """The stage of `python` in a policy's window."""
    entry = window.get(python)
    return str(entry["stage"]) if entry else Stage.UNKNOWN.value


def claimers(documents: Documents, python: str, policies: Collection[str]) -> list[str]:
    """The names of the projects under `policies` that declare `python`, or are deployed with it."""
    return [
        p["name"] for p in documents.checked if p.get("policy") in policies and python in claimed(p)
    ]


def dropped(documents: Documents, project: Doc) -> set[str]:
    """The Pythons that `project` declares or is deployed with, though its own policy drops them."""
    window = documents.window(project)
    return {python for python in claimed(project) if stage_of(window, python) == Stage.DROPPED}


def since(documents: Documents, pythons: Collection[str]) -> list[tuple[str, str]]:
    """The days on which the policy that most projects follow came to the present stages.

    Each is an ISO date with its words, such as `Python 3.15 adopting`.
    """
    used = used_policies(documents)
    window = documents.read["policies"][used[0]]["pythons"] if used else {}
    views = [(python, stage_view(window.get(python))) for python in pythons]
    return [(view.since, f"Python {python} {view.stage}") for python, view in views if view.since]


def phrase(stage: StageView) -> str:
    """What changes next: `dropped from 2027-01-31`; empty where nothing is set."""
    return f"{stage.next_stage} from {stage.next_date}" if stage.next_stage else ""


def older_note(older: tuple[str, ...]) -> str:
    """A sentence about dropped Pythons that have no column."""
    if not older:
        return ""
    return f"{count(len(older), 'older Python')} without a column, still declared somewhere: "


def _declared(documents: Documents) -> set[str]:
    return {python for project in documents.checked for python in claimed(project)}


def claimed(project: Doc) -> set[str]:
    """The Pythons that `project` declares, fully or in part, or is deployed with."""
    supports = project.get("supports") or {}
    return {
        *supports.get("versions", ()),
        *supports.get("partial", ()),
        *runs_on_versions(project),
    }


def _column(python: str, policies: list[Doc], interpreter: str) -> Column:
    return Column(
        python=python,
        stage=stage_view(policies[0].get(python) if policies else None),
        varies=len({stage_of(policy, python) for policy in policies}) > 1,
        interpreter=interpreter,
    )

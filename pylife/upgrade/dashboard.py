"""The words of a campaign's dashboard: where every project stands, on one page.

It holds no day of its own, so that it changes only where something has.
"""

from collections import Counter
from collections.abc import Sequence

from pylife.model import MigrationState
from pylife.upgrade import text
from pylife.upgrade.forecast import Forecast, words
from pylife.upgrade.proposal import Proposal
from pylife.upgrade.words import count

_LONGEST = 60_000
"""Characters; GitHub takes 65,536 in a body."""


def title(campaign: str) -> str:
    """The dashboard's title; `campaign` is such as `python-3.11-3.15`."""
    low, _, high = campaign.removeprefix("python-").partition("-")
    return f"Python upgrade: {low} to {high}" if high else f"Python upgrade: {campaign}"


def body(proposals: Sequence[Proposal], found: Forecast | None) -> str:
    """The dashboard in Markdown: the counts, the forecast, and each project by wave."""
    numbers = Counter(proposal.state for proposal in proposals)
    said = ", ".join(f"{numbers[state]} {state}" for state in MigrationState if numbers[state])
    parts = [f"{count(len(proposals), 'project')}: {said or 'none'}."]
    if found is not None:
        parts.append("\n".join(f"- {line}" for line in words(found)))
    rows = [_row(proposal) for proposal in proposals]
    size = sum(map(len, parts))
    shown = []
    for row in rows:
        size += len(row) + 1
        if size > _LONGEST:
            break
        shown.append(row)
    head = ["| wave | project | state | proposal | why | what to do |", "|---|---|---|---|---|---|"]
    parts.append("\n".join([*head, *shown]))
    if len(shown) < len(rows):
        parts.append(f"And {count(len(rows) - len(shown), 'project')} more.")
    return "\n\n".join(parts) + "\n"


def _row(proposal: Proposal) -> str:
    where = proposal.where if proposal.where.startswith(("https://", "http://")) else ""
    link = where or (_code(proposal.where) if proposal.where else "")
    cells = [
        str(proposal.wave),
        _code(proposal.project),
        str(proposal.state),
        f"{link}{' (draft)' if proposal.draft else ''}",
        _code(proposal.reason) if proposal.reason else "",
        _code(proposal.todo) if proposal.todo else "",
    ]
    return f"| {' | '.join(cells)} |"


def _code(said: str) -> str:
    short = said if len(said) <= 300 else f"{said[:299]}…"
    return text.code(short).replace("|", "\\|")

"""The words of a proposal: title, commit message and body, neutral whatever names hold.

Everything that comes from a project (names, paths, values, reasons of tools)
stands in code spans: there Markdown, HTML, `@mentions` and `#references` mean
nothing.
"""

import json
import re
from collections.abc import Sequence

from pylife.model import Cell, CellStatus, PythonVersion
from pylife.upgrade.markdown import cell, code, shown
from pylife.upgrade.records import ProjectPlan

__all__ = ["body", "code", "marker", "message", "modernising", "read_marker", "title"]

MARKER = "pylife/proposal/1"

_CLOSING = (
    "While nobody else commits to this branch, pylife makes its commits anew whenever the"
    " project or the policy changes. Commit to it, and it is yours. Close it to decline."
)


def title(plan: ProjectPlan) -> str:
    """Such as `Support Python 3.14 and 3.15; drop 3.9`."""
    if plan.cleanup is not None:
        return f"Remove what Python {plan.cleanup} and newer do not need"
    parts = []
    if plan.adds:
        parts.append(f"support Python {_and(plan.adds)}")
    if plan.runtime is not None:
        parts.append(f"run on {'' if plan.adds else 'Python '}{plan.runtime}")
    if plan.drops:
        parts.append(f"drop {'' if parts else 'Python '}{_and(plan.drops)}")
    if plan.floor is not None and not parts:
        parts.append(f"require Python {plan.floor} or newer")
    if not parts:
        low, _, high = plan.branch.removeprefix("pylife/python-").partition("-")
        parts.append(f"follow the Python window {low} to {high}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def message(plan: ProjectPlan) -> str:
    """The commit message: the title, then the reasons."""
    lines = [title(plan), ""]
    lines += [f"- {reason}" for reason in plan.reasons]
    return "\n".join(lines).rstrip() + "\n"


def modernising(plan: ProjectPlan) -> str:
    """The message of the commit with what ruff makes of the code."""
    python = plan.floor or plan.runtime
    return f"Modernise the code for Python {python}\n\n- {plan.modernised_by}\n"


def body(plan: ProjectPlan, *, cells: Sequence[Cell] = ()) -> str:
    """The pull request's body in Markdown.

    `cells` are what was run before the change. The last line is a hidden marker
    with JSON, by which the proposal is known again.
    """
    sections = [
        _why(plan),
        _table(plan),
        _raised(plan),
        _refreshed(plan),
        _tested(plan, cells),
        _unsure(plan),
        _held(plan),
        _people(plan),
        _dead(plan),
        _modernised(plan),
        _CLOSING,
        marker(plan),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def marker(plan: ProjectPlan) -> str:
    """The hidden line: JSON in an HTML comment that no value can end."""
    values = {
        "schema": MARKER,
        "project": plan.project.name,
        "policy": plan.policy,
        "branch": plan.branch,
        "adds": [str(version) for version in plan.adds],
        "drops": [str(version) for version in plan.drops],
    }
    text = json.dumps(values, ensure_ascii=True, sort_keys=True)
    text = text.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!-- pylife: {text} -->"


def read_marker(text: str) -> dict[str, object] | None:
    """What `marker` wrote in a body; None where there is none, or people broke it."""
    match = re.search(r"^<!-- pylife: (\{.*\}) -->\s*$", text, re.MULTILINE)
    if match is None:
        return None
    try:
        values = json.loads(match[1])
    except ValueError:
        return None
    return values if values.get("schema") == MARKER else None


def _why(plan: ProjectPlan) -> str:
    says = "lets this follow" if plan.cleanup is not None else "asks for this"
    lines = [f"The policy {code(plan.policy)} {says}:", ""]
    return "\n".join([*lines, *(f"- {reason}" for reason in plan.reasons)]) if plan.reasons else ""


def _table(plan: ProjectPlan) -> str:
    if not plan.rows:
        return ""
    lines = ["## What changes", "", "| place | what | before | after |", "|---|---|---|---|"]
    for row in plan.rows:
        before = cell(row.before) if row.before else "nothing"
        after = cell(row.after) if row.after else "nothing"
        place = cell(f"{row.file}:{row.line}")
        lines.append(f"| {place} | {cell(row.site)} | {before} | {after} |")
    return "\n".join(lines)


def _raised(plan: ProjectPlan) -> str:
    """Why floors of requirements rise; what they become is in the table."""
    if not plan.bumps:
        return ""
    lines = [f"- {code(bump.before)}: {code(bump.why)}" for bump in plan.bumps]
    head = "These requirements rise with it, no further than the added Pythons need:"
    return "\n".join([head, "", *lines])


def _refreshed(plan: ProjectPlan) -> str:
    if not plan.refreshed:
        return ""
    lines = [f"- {code(item.file)}, by {code(item.by)}" for item in plan.refreshed]
    return "\n".join(["Made anew, with the pins that still hold:", "", *lines])


def _unsure(plan: ProjectPlan) -> str:
    if not plan.unsure:
        return ""
    return "\n".join(["## Not known", "", *(f"- {code(line)}" for line in plan.unsure)])


def _held(plan: ProjectPlan) -> str:
    """The Pythons that the policy has and this change leaves out, with what is in the way."""
    if not plan.held:
        return ""
    lines = [f"- {item.python} ({item.kind}){_words(item.words)}" for item in plan.held]
    return "\n".join(["## Left out for now", "", *dict.fromkeys(lines)])


def _words(words: str) -> str:
    return f": {code(words)}" if words else ""


def _tested(plan: ProjectPlan, cells: Sequence[Cell]) -> str:
    lines = ["## What was tested", ""]
    if cells:
        lines += ["The tests were run on the tree as it is, before this change:", ""]
        lines += ["| Python | session | outcome |", "|---|---|---|"]
        ordered = sorted(cells, key=lambda item: (item.python, item.session))
        lines += [
            f"| {item.python} | {cell(item.session)} | {_outcome(item)} |" for item in ordered
        ]
    else:
        lines.append("Nothing: no test was run.")
    asked = {*plan.adds, *filter(None, [plan.runtime, plan.floor])}
    ran = {item.python for item in cells if item.status is not CellStatus.NOT_RUN}
    missing = sorted(asked - ran)
    if missing and cells:
        lines += ["", f"Not tested: {_and(missing)}."]
    return "\n".join(lines)


def _outcome(ran: Cell) -> str:
    """Anything but a pass says why, and a pass how many tests it stands on."""
    if ran.status is CellStatus.PASSED:
        passed = ran.counts.get("passed")
        return "passed" + (f" ({passed} tests)" if passed else "")
    said = "not tested" if ran.status is CellStatus.NOT_RUN else ran.status.value
    return f"**{said}**" + (f": {cell(ran.reason)}" if ran.reason else "")


def _people(plan: ProjectPlan) -> str:
    if not plan.needs_person:
        return ""
    lines = [f"- [ ] {code(line)}" for line in plan.needs_person]
    return "\n".join(["## What a person must do", "", *lines])


_SHOWN = 20
"""What is dead that a body lists one by one."""
_SHOWN_EDIT = 200
"""Lines of the edit that removes it."""


def _dead(plan: ProjectPlan) -> str:
    if not plan.dead:
        return ""
    lines = [f"- {code(line)}" for line in plan.dead[:_SHOWN]]
    if len(plan.dead) > _SHOWN:
        lines.append(f"- and {len(plan.dead) - _SHOWN} more")
    if plan.cleanup is not None:
        head = f"Nothing on {plan.cleanup} and newer needs these; what is left, a person removes:"
        return "\n".join(["## What is dead", "", head, "", *lines])
    head = f"Once the floor is {plan.floor}, nothing needs these; this change leaves them:"
    return "\n".join(["## Dead afterwards", "", head, "", *lines, *_dead_edit(plan)])


def _dead_edit(plan: ProjectPlan) -> list[str]:
    """The edit that removes what is dead, as far as there is one."""
    lines = plan.dead_diff.rstrip("\n").split("\n") if plan.dead_diff else []
    if not lines:
        return []
    listed = lines[:_SHOWN_EDIT]
    more = [f"and {len(lines) - len(listed)} more lines"] if len(lines) > len(listed) else []
    ticks = max((len(run) for run in re.findall("`+", plan.dead_diff)), default=0)
    fence = "`" * max(3, ticks + 1)
    command = code("pylife check --select SRC606 --fix --unsafe-fixes")
    who = "a proposal of its own" if plan.follow_up else command
    head = f"Once this is merged, {who} makes this edit; run the tests then:"
    return ["", head, "", f"{fence}diff", *map(shown, listed), fence, *more]


def _modernised(plan: ProjectPlan) -> str:
    if not plan.modernised_by and not plan.remarks:
        return ""
    count = len(plan.modernised)
    files = f"{count} file{'' if count == 1 else 's'}"
    said = [f"A commit of its own, by {code(plan.modernised_by)}, changes {files}."]
    if not plan.modernised:
        said = [f"{code(plan.modernised_by)} changes nothing."]
    lines = [*(said if plan.modernised_by else []), *(f"- {code(line)}" for line in plan.remarks)]
    return "\n".join(["## Modernised", "", *lines])


def _and(versions: Sequence[PythonVersion]) -> str:
    names = [str(version) for version in versions]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

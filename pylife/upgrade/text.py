"""The words of a proposal: title, commit message and body, neutral whatever names hold.

Everything that comes from a project (names, paths, values, reasons of tools)
stands in code spans: there Markdown, HTML, `@mentions` and `#references` mean
nothing.
"""

import json
import re
from collections.abc import Iterable, Sequence

from pylife.model import Cell, CellStatus, PythonVersion
from pylife.upgrade.plan import ProjectPlan

MARKER = "pylife/proposal/1"

_CLOSING = (
    "While nobody else commits to this branch, pylife makes its commits anew whenever the"
    " project or the policy changes. Commit to it, and it is yours. Close it to decline."
)


def title(plan: ProjectPlan) -> str:
    """Such as `Support Python 3.14 and 3.15; drop 3.9`."""
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


def body(
    plan: ProjectPlan,
    *,
    cells: Sequence[Cell] = (),
    prerequisites: Iterable[tuple[str, str]] = (),
) -> str:
    """The pull request's body in Markdown.

    `cells` are what was run before the change; `prerequisites` the projects
    and branches that should be merged first. The last line is a hidden marker
    with JSON, by which the proposal is known again.
    """
    sections = [
        _why(plan),
        _table(plan),
        _tested(plan, cells),
        _people(plan),
        _dead(plan),
        _modernised(plan),
        _first(prerequisites),
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


def code(text: str) -> str:
    """`text` as a Markdown code span on one line."""
    plain = re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip() or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def _cell(text: str) -> str:
    """A code span for a table, where a bar would end it even there (GitHub's Markdown, 4.10)."""
    return code(text).replace("|", "\\|")


def _why(plan: ProjectPlan) -> str:
    lines = [f"The policy {code(plan.policy)} asks for this:", ""]
    return "\n".join([*lines, *(f"- {reason}" for reason in plan.reasons)]) if plan.reasons else ""


def _table(plan: ProjectPlan) -> str:
    lines = ["## What changes", "", "| place | what | before | after |", "|---|---|---|---|"]
    for row in plan.rows:
        before = _cell(row.before) if row.before else "nothing"
        after = _cell(row.after) if row.after else "nothing"
        place = _cell(f"{row.file}:{row.line}")
        lines.append(f"| {place} | {_cell(row.site)} | {before} | {after} |")
    return "\n".join(lines)


def _tested(plan: ProjectPlan, cells: Sequence[Cell]) -> str:
    lines = ["## What was tested", ""]
    if cells:
        lines += ["The tests were run on the tree as it is, before this change:", ""]
        lines += ["| Python | session | outcome |", "|---|---|---|"]
        ordered = sorted(cells, key=lambda cell: (cell.python, cell.session))
        lines += [
            f"| {cell.python} | {_cell(cell.session)} | {_outcome(cell)} |" for cell in ordered
        ]
    else:
        lines.append("Nothing: no test was run.")
    asked = {*plan.adds, *filter(None, [plan.runtime, plan.floor])}
    shown = {cell.python for cell in cells if cell.status is not CellStatus.NOT_RUN}
    missing = sorted(asked - shown)
    if missing and cells:
        lines += ["", f"Not tested: {_and(missing)}."]
    return "\n".join(lines)


def _outcome(cell: Cell) -> str:
    """Anything but a pass says why, and a pass how many tests it stands on."""
    if cell.status is CellStatus.PASSED:
        passed = cell.counts.get("passed")
        return "passed" + (f" ({passed} tests)" if passed else "")
    said = "not tested" if cell.status is CellStatus.NOT_RUN else cell.status.value
    return f"**{said}**" + (f": {_cell(cell.reason)}" if cell.reason else "")


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
    head = f"Once the floor is {plan.floor}, nothing needs these; this change leaves them:"
    return "\n".join(["## Dead afterwards", "", head, "", *lines, *_dead_edit(plan)])


def _dead_edit(plan: ProjectPlan) -> list[str]:
    """The edit that removes what is dead, as far as there is one."""
    lines = plan.dead_diff.rstrip("\n").split("\n") if plan.dead_diff else []
    if not lines:
        return []
    shown = lines[:_SHOWN_EDIT]
    more = [f"and {len(lines) - len(shown)} more lines"] if len(lines) > len(shown) else []
    ticks = max((len(run) for run in re.findall("`+", plan.dead_diff)), default=0)
    fence = "`" * max(3, ticks + 1)
    command = code("pylife check --select SRC606 --fix --unsafe-fixes")
    head = f"Once this is merged, {command} makes this edit; run the tests then:"
    return ["", head, "", f"{fence}diff", *map(_plain, shown), fence, *more]


def _plain(line: str) -> str:
    """A line of a diff without what would end it or drive who reads it."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in line)


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


def _first(prerequisites: Iterable[tuple[str, str]]) -> str:
    lines = [f"- {code(project)}: {code(branch)}" for project, branch in sorted(prerequisites)]
    return "\n".join(["## Merge first", "", *lines]) if lines else ""


def _and(versions: Sequence[PythonVersion]) -> str:
    names = [str(version) for version in versions]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

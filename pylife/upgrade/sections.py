"""What a campaign adds to the words of a proposal: its proof, its parents, who forced it.

Everything that comes from a project stands in code spans, as in `pylife.upgrade.text`.
"""

from collections.abc import Mapping, Sequence

from pylife.model import Cell, CellStatus, Proving, PullRequest, PythonVersion
from pylife.upgrade import text
from pylife.upgrade.markdown import cell
from pylife.upgrade.proof import Proof
from pylife.upgrade.records import ProjectPlan
from pylife.upgrade.words import joined

Prerequisite = tuple[str, str, PullRequest | None]
"""A project, the branch of its proposal, and the pull request if it is open."""

_BEFORE = "## What was tested"


def body(
    plan: ProjectPlan,
    *,
    cells: Sequence[Cell] = (),
    proof: Proof | None = None,
    prerequisites: Sequence[Prerequisite] = (),
    held: Mapping[PythonVersion, Sequence[str]] = {},
    forced: str | None = None,
    missing: Sequence[str] = (),
) -> str:
    """The whole body: the plan's own, with what the campaign has to say of it.

    `cells` are what was run of the tree as it is; `held` the Pythons that a floor keeps for
    consumers; `forced` why a person has it proposed whatever the tests say.
    """
    own = text.body(plan, cells=cells)
    first = [_forced(forced, proof), _first(prerequisites), _held(held)]
    before = "\n\n".join(filter(None, first))
    proven = "\n\n".join(filter(None, [_proof(proof), _missing(missing)]))
    if before:
        own = f"{before}\n\n{own}"
    if not proven:
        return own
    head, found, rest = own.partition(_BEFORE)
    if found:
        return f"{head}{proven}\n\n{found}{rest}"
    marker = text.marker(plan)
    return own.replace(marker, f"{proven}\n\n{marker}")


def _forced(forced: str | None, proof: Proof | None) -> str:
    if forced is None:
        return ""
    said = f"**Forced** by a person: {text.code(forced)}."
    if proof is not None and proof.verdict is not Proving.PASSED and proof.reason:
        said += f" Otherwise it would not be proposed: {text.code(proof.reason)}."
    return said


def _first(prerequisites: Sequence[Prerequisite]) -> str:
    if not prerequisites:
        return ""
    lines = ["## Merge first", ""]
    for project, branch, pull in sorted(prerequisites, key=lambda item: item[:2]):
        line = f"- {text.code(project)}: {text.code(branch)}"
        if pull is not None and pull.where.startswith(("https://", "http://")):
            line += f" ({pull.where})"
        lines.append(line if pull is not None else f"{line}, not proposed yet")
    return "\n".join(lines)


def _held(held: Mapping[PythonVersion, Sequence[str]]) -> str:
    if not held:
        return ""
    lines = ["## The floor rises later", ""]
    for python in sorted(held):
        names = joined([text.code(name) for name in held[python]])
        verb = "lets" if len(held[python]) == 1 else "let"
        lines.append(f"- {python} stays for now: {names} still {verb} it in.")
    return "\n".join(lines)


def _proof(proof: Proof | None) -> str:
    if proof is None:
        return ""
    lines = ["## Tested with this change", ""]
    if proof.cells:
        lines += ["| Python | session | outcome |", "|---|---|---|"]
        ordered = sorted(proof.cells, key=lambda one: (one.python, one.session))
        lines += [f"| {one.python} | {cell(one.session)} | {_outcome(one)} |" for one in ordered]
    else:
        lines.append("Nothing: no test was run.")
    if proof.verdict is not Proving.PASSED and proof.reason:
        lines += ["", f"**Not proven**: {text.code(proof.reason)}."]
    if proof.upon:
        names = joined([text.code(name) for name in proof.upon])
        lines += ["", f"It was tested together with upgrades that are not merged yet: {names}."]
    shown = {one.python for one in proof.cells if one.status is not CellStatus.NOT_RUN}
    untested = [python for python in proof.pythons if python not in shown]
    if untested and proof.cells:
        lines += ["", f"Not tested with it: {joined(untested)}."]
    return "\n".join(lines)


def _outcome(ran: Cell) -> str:
    if ran.status is CellStatus.PASSED:
        passed = ran.counts.get("passed")
        return "passed" + (f" ({passed} tests)" if passed else "")
    said = f"**{ran.status.value}**"
    return f"{said}: {cell(ran.reason)}" if ran.reason else said


def _missing(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    return "\n".join(
        ["## What pylife may not do here", "", *(f"- {text.code(m)}" for m in missing)]
    )

"""From what a model's cell left behind to its status: a pass is a prediction compared.

What the probe wrote comes from the model's own process: it is read as data of an
unknown origin, and nothing in it is believed that nox does not say too.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pylife.matrix import absent, models, models_compare, models_session, verdict
from pylife.matrix.base import CellPlan
from pylife.matrix.counts import Counted
from pylife.matrix.models_compare import Tolerance
from pylife.matrix.observe import Observed, Places
from pylife.matrix.verdict import Verdict
from pylife.model import CellStatus

_LARGEST = 64 * 1024 * 1024
_STAGES = {
    "import": "MLflow cannot be imported",
    "load": "it does not load",
    "example": "its example cannot be read",
    "predict": "it does not predict",
}


_ENDED = "its process ended before it had predicted"


class Judged(NamedTuple):
    """A status with its reason; `text` tells of what failed, where the log does not."""

    status: CellStatus
    reason: str
    text: str = ""


def judge(seen: Observed, plan: CellPlan, places: Places, tree: Path) -> tuple[Verdict, Observed]:
    """Status and reason of a model cell that ran, and `seen` with the failure's text."""
    found = _judge(seen, plan, places, tree)
    counts = {CellStatus.PASSED: {"passed": 1}, CellStatus.FAILED: {"failed": 1}}
    told = Counted(
        counts=counts.get(found.status, {}),
        failures=(found.text,) if found.text else (),
    )
    return (found.status, verdict.one_line(found.reason)), replace(seen, tests=told)


def _judge(seen: Observed, plan: CellPlan, places: Places, tree: Path) -> Judged:
    usual = replace(seen, sessions=seen.sessions[:1] if seen.sessions else seen.sessions)
    told = _read(models_session.output_of(places))
    bad = seen.ended.stopped or seen.ended.timed_out or seen.ended.code < 0 or not usual.sessions
    if bad or not told:
        return _usual(usual, plan, told)
    if "error" in told:
        return _raised(told)
    if usual.sessions and usual.sessions[0].result != "success":
        return _usual(usual, plan, told)
    if plan.python not in seen.pythons or told.get("stage") != "done":
        return Judged(CellStatus.FAILED, _ENDED)
    if not told.get("example"):
        return Judged(CellStatus.NOT_VALIDATED, "it loads, and has no input example")
    return _predicted(seen, plan, places, tree, told)


def _usual(seen: Observed, plan: CellPlan, told: dict[str, Any]) -> Judged:
    """What installing, a crash, the machine or the deadline ended, as for any other cell."""
    status, reason = verdict.judge(
        replace(seen, tests=None), plan.python, plan.project.preset.timeout
    )
    if status is CellStatus.NO_TESTS:
        return Judged(CellStatus.FAILED, _ENDED)
    stage = _STAGES.get(str(told.get("stage")), "")
    if status is CellStatus.FAILED and stage:
        # Whatever ended the process, its command is pylife's own.
        _, signal, how = reason.rpartition("was ended by ")
        return Judged(
            status, f"{stage}: its process {signal}{how}" if signal else f"{stage}: {_ENDED}"
        )
    return Judged(status, reason)


def _raised(told: dict[str, Any]) -> Judged:
    stage, error = str(told.get("stage")), str(told["error"])
    text = str(told.get("traceback") or error)
    if stage == "import" and str(told.get("module") or "") == "mlflow":
        return Judged(CellStatus.NEEDS, "needs mlflow, which its recorded requirements lack")
    if lacking := absent.judge([text]):
        return Judged(*lacking, text)
    return Judged(CellStatus.FAILED, f"{_STAGES.get(stage, 'it failed')}: {error}", text)


def _predicted(
    seen: Observed, plan: CellPlan, places: Places, tree: Path, told: dict[str, Any]
) -> Judged:
    tolerance = Tolerance(
        plan.project.preset.relative_tolerance, plan.project.preset.absolute_tolerance
    )
    have, again = _prediction(told, "predictions"), _prediction(told, "again")
    if have is None or again is None:
        return Judged(CellStatus.FAILED, _ENDED)
    if kind := models_compare.opaque(have["form"]):
        reason = f"it predicts a {kind}, which cannot be compared"
        return Judged(CellStatus.NOT_VALIDATED, reason)
    if models_compare.values(again["values"], have["values"], tolerance).differences:
        reason = "it predicts something else each time for the same example"
        return Judged(CellStatus.NOT_VALIDATED, reason)
    expected = tree / models.EXPECTED
    if expected.is_file():
        return _recorded(have, expected, tolerance)
    return _baseline(seen, plan, places, have, tolerance)


def _recorded(have: dict[str, Any], expected: Path, tolerance: Tolerance) -> Judged:
    try:
        document = json.loads(expected.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Judged(CellStatus.NOT_VALIDATED, f"it predicts; {expected.name} is no JSON")
    want = document["predictions"] if _is_answer(document) else document
    compared = models_compare.values(have["values"], want, tolerance)
    return _compared(compared, f"as recorded in {expected.name}")


def _is_answer(document: Any) -> bool:
    return isinstance(document, dict) and "predictions" in document


def _baseline(
    seen: Observed, plan: CellPlan, places: Places, have: dict[str, Any], tolerance: Tolerance
) -> Judged:
    """Compare with what the model predicts under the Python that it was saved with."""
    python = plan.project.baseline
    if python is None:
        why = "which Python it was saved with is not known"
    elif python == plan.python:
        why = "this is the Python that it was saved with"
    elif len(plan.nox) <= 2:
        why = f"Python {python}, with which it was saved, is not here"
    else:
        return _with_baseline(seen, plan, places, have, tolerance)
    return _nothing_recorded(why)


def _with_baseline(
    seen: Observed, plan: CellPlan, places: Places, have: dict[str, Any], tolerance: Tolerance
) -> Judged:
    python = plan.project.baseline
    told = _read(models_session.baseline_of(places))
    want = _prediction(told, "predictions") if told.get("stage") == "done" else None
    if want is None:
        reason = str(told.get("error") or "")
        if not reason and python is not None:
            others = replace(seen, sessions=(seen.sessions or ())[1:], tests=None)
            status, reason = verdict.judge(others, python, plan.project.preset.timeout)
            if status is CellStatus.INFRASTRUCTURE:
                return Judged(status, f"on Python {python}, to compare with: {reason}")
        return _nothing_recorded(
            f"on Python {python}, with which it was saved, it does not predict here: {reason}"
        )
    text = f"on Python {told.get('python')}, with which it was saved"
    if otherwise := models_compare.form(have["form"], want["form"]):
        return Judged(CellStatus.FAILED, f"{otherwise}, as {text}", otherwise)
    compared = models_compare.values(have["values"], want["values"], tolerance)
    return _compared(compared, f"as {text}")


def _nothing_recorded(why: str) -> Judged:
    return Judged(
        CellStatus.NOT_VALIDATED,
        f"it predicts; no output is recorded ({models.EXPECTED}), and {why}",
    )


def _compared(compared: models_compare.Compared, basis: str) -> Judged:
    if compared.differences:
        return Judged(CellStatus.FAILED, f"{compared.reason}, {basis}", compared.text)
    many = "value" if compared.total == 1 else "values"
    return Judged(CellStatus.PASSED, f"predicts {compared.total} {many} {basis}")


def _prediction(told: dict[str, Any], name: str) -> dict[str, Any] | None:
    found = told.get(name)
    return found if isinstance(found, dict) and {"form", "values"} <= found.keys() else None


def _read(path: Path) -> dict[str, Any]:
    """What the probe wrote; empty where it wrote nothing that can be read."""
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

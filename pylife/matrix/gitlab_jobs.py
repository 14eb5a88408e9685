"""The cells as a child pipeline of GitLab CI: jobs with `parallel: matrix`."""

from collections.abc import Iterable
from typing import Any

import yaml

from pylife.matrix import names, platforms
from pylife.matrix.base import CellPlan
from pylife.matrix.listings import grouped, jobs

_HEAD = """\
# Made by `pylife matrix list --format gitlab`: a child pipeline with a job for each cell.
# The parent's variable PYLIFE_INSTALL says what is installed, PYLIFE_PATH where the fleet is.
"""
_RUN = (
    'pylife matrix run "$PYLIFE_PATH" --project "$PYLIFE_PROJECT" --python "$PYLIFE_PYTHON"'
    ' --session "$PYLIFE_SESSION" --allow-downloads --state .pylife'
)


def render(cells: Iterable[CellPlan], version: str) -> str:
    """The pipeline as YAML; `version` is that of pylife. The same cells give the same text."""
    possible, others = jobs(cells)
    pipeline: dict[str, Any] = {
        "variables": {"PYLIFE_INSTALL": f"python-lifecycle[nightly]=={version}", "PYLIFE_PATH": "."}
    }
    most = platforms.limit("gitlab")
    number = 0
    for (tags, may_fail, minutes), group in sorted(
        grouped(possible).items(), key=lambda item: (item[0][0], item[0][1], item[0][2])
    ):
        for start in range(0, len(group), most):
            number += 1
            pipeline[f"cells {number}"] = _job(
                group[start : start + most], tags, minutes, may_fail=may_fail
            )
    words = [f"{row['project']} {row['python']} {row['session']}: {row['reason']}"
             for row in others]  # fmt: skip
    # A line end in a name would end the comment, and what follows be a job.
    lines = [f"# no job: {names.printable(one)}\n" for one in words]
    body = yaml.safe_dump(pipeline, sort_keys=False, width=100, default_flow_style=False)
    return _HEAD + "".join(lines) + body


def _job(
    cells: list[CellPlan], tags: tuple[str, ...], minutes: int, *, may_fail: bool
) -> dict[str, Any]:
    return {
        "stage": "test",
        **({"tags": list(tags)} if tags else {}),
        "needs": [],
        "interruptible": True,
        "allow_failure": may_fail,
        "timeout": f"{minutes} minutes",
        "parallel": {
            "matrix": [
                {
                    "PYLIFE_PROJECT": _value(cell.project.name),
                    "PYLIFE_PYTHON": str(cell.python),
                    "PYLIFE_SESSION": _value(cell.session),
                }
                for cell in cells
            ]
        },
        "before_script": ['pip install --quiet "$PYLIFE_INSTALL"'],
        "script": [_RUN],
        "after_script": ["pylife matrix merge .pylife --into results-$CI_JOB_ID.zip"],
        "artifacts": {"when": "always", "paths": ["results-$CI_JOB_ID.zip"]},
    }


def _value(text: str) -> str:
    """A variable's value, in which GitLab would expand a dollar."""
    return text.replace("$", "$$")

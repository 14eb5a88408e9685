"""The key of a cell: the digest of what could change its outcome.

Over: the sources of the project and of the projects that it needs (also
indirectly), the interpreter's build, the session, and what the preset adds to
it. The resolved third-party dependencies are not part of it yet: a new release
of one of them does not run a cell again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

from pylife.matrix.base import CellPlan, Origin

SCHEMA = "pylife/cell/1"


def key(
    plan: CellPlan,
    digests: Mapping[str, str],
    needed: Iterable[str],
    environment: Mapping[str, str],
) -> str:
    """The key of a cell as hex; empty for one that has no interpreter.

    `digests` are those of the source trees by project; `needed` names the
    projects that this one needs; `environment` is where the values of the
    preset's own variables come from (only their digest is part of the key). A
    needed project without a digest counts as absent.
    """
    if plan.interpreter is None:
        return ""
    preset = plan.project.preset
    parts = {
        "schema": SCHEMA,
        "project": plan.project.name,
        "source": digests[plan.project.name],
        "needs": {name: digests.get(name) for name in sorted(needed)},
        "python": str(plan.python),
        "interpreter": [plan.interpreter.release, plan.interpreter.build],
        "session": plan.session,
        "origin": plan.origin.value,
        "nox": list(plan.nox),
        "extras": list(preset.extras) if plan.origin is Origin.GENERATED else [],
        "environment": {name: environment.get(name) for name in sorted(preset.environment)},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

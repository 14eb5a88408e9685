"""The key of a cell: the digest of what could change its outcome.

Over: the sources of the project and of the projects that it needs (also
indirectly), the interpreter's build, the session, what the preset adds to it,
what cells run in, and the set of dependencies that was judged: where that is
another, cells run again. Where none is known, the key has none, and a new
release of a dependency does not run the cell again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

from pylife.matrix import models_session
from pylife.matrix.base import CellPlan, Origin

SCHEMA = "pylife/cell/2"
"""Another where less is believed than before: then all cells run once more."""


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
    parts: dict[str, object] = {
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
    # Only where there is something to say: what was shown without is still so.
    if (resolved := plan.resolved) is not None:
        parts["resolved"] = resolved.digest
    if isolation := preset.isolation.outcome:
        parts["isolation"] = isolation
    if plan.origin is Origin.MODEL:
        parts["model"] = models_session.key_parts(preset)
    if plan.origin is Origin.IMAGE:
        parts["image"] = list(preset.smoke)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

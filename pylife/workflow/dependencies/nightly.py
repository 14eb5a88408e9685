"""The verdicts as a step of the main job, and what is published of them."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pylife.errors import PylifeError
from pylife.workflow.dependencies.document import When, document
from pylife.workflow.dependencies.inputs.records import Sort
from pylife.workflow.dependencies.recall import place
from pylife.workflow.dependencies.results import Asked
from pylife.workflow.dependencies.session import Wish, of_fleet
from pylife.workflow.dependencies.store import said
from pylife.workflow.records import Scan


class Setting(NamedTuple):
    """With what the step works: the state folder, the environment and the present instant."""

    state: Path
    environment: Mapping[str, str]
    now: dt.datetime
    offline: bool
    jobs: int
    policy_name: str | None = None


def refresh(
    scan: Scan, setting: Setting, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Judge the plain set of each member anew, where it may have changed: `pylife/deps/1`.

    What cannot be asked is not known, and the job goes on: where not even a resolver is there,
    the document says why under `error`.
    """
    before = scan.as_of if scan.as_of < setting.now.date() else None
    when = When(scan.as_of, before, setting.now.date())
    wish = Wish(
        roots=[config.root for config in scan.fleet.configs],
        requirements=(),
        state=setting.state,
        as_of=scan.as_of,
        now=setting.now,
        asked=Asked(sorts=frozenset({Sort.RUN}), before=before, floors=False),
        environment=setting.environment,
        policy_name=setting.policy_name,
        offline=setting.offline,
        jobs=setting.jobs,
        progress=progress,
    )
    try:
        results = of_fleet(scan.fleet, wish)
    except PylifeError as error:
        return {**document((), when), "error": str(error)}
    return {**document(results, when), "error": None}


def _brief(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without the sets that were chosen: only the matrix of the same state folder needs them."""
    pythons = {
        python: {name: value for name, value in one.items() if name != "sets"}
        for python, one in document["pythons"].items()
    }
    return {**document, "pythons": pythons}


def published(scan: Scan, state: Path) -> dict[str, Any] | None:
    """What was last said of the members, by their names; None where nothing ever was."""
    places = {
        place(read.member, state): read.member.project.name
        for read in scan.reads
        if read.member.folder is not None
    }
    found = {places[path]: _brief(document) for path, document in said(state, places).items()}
    return dict(sorted(found.items())) or None

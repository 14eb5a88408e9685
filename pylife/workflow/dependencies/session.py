"""From the command line's wishes to verdicts: the fleet, its policies, the engine, the store."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pylife.dependencies.records import Verdict
from pylife.errors import NothingCheckedError, UsageError
from pylife.fleet import Fleet, load_all
from pylife.workflow.dependencies import requirement
from pylife.workflow.dependencies.asking import Around
from pylife.workflow.dependencies.gathering import inputs_of
from pylife.workflow.dependencies.judging import Run
from pylife.workflow.dependencies.results import Asked, ProjectVerdicts
from pylife.workflow.dependencies.store import Store
from pylife.workflow.dependencies.verdicts import look
from pylife.workflow.windows import Windows

FOLDER = "dependencies"


class Wish(NamedTuple):
    """What a run is to do, and with what.

    `roots` are the fleets' folders, `requirements` plain files. `state` is where results go.
    `now` is the present instant, in UTC; `as_of` the day of the policies. `environment` is that
    of the process. `build` allows source distributions to be built to learn what they require.
    """

    roots: Sequence[Path]
    requirements: Sequence[Path]
    state: Path
    as_of: dt.date
    now: dt.datetime
    asked: Asked
    environment: Mapping[str, str]
    policy_name: str | None = None
    offline: bool = False
    refresh: bool = False
    build: bool = True
    jobs: int = 1
    fetch: bool = False
    progress: Callable[[int, int], None] | None = None
    remember: bool = True
    """Whether `pylife check` is to find what is said of the projects."""


def verdicts(wish: Wish) -> tuple[ProjectVerdicts, ...]:
    """The verdicts on everything that is wished for, projects first.

    Raises UsageError, ConfigError or NothingCheckedError for wishes that cannot be met, ToolError
    without a resolver, StateError where the state folder cannot be used.
    """
    fleet = Fleet("", ())
    if wish.roots:
        fleet = load_all(wish.roots, cache=wish.state / "repositories", fetch=wish.fetch)
    return of_fleet(fleet, wish)


def of_fleet(fleet: Fleet, wish: Wish) -> tuple[ProjectVerdicts, ...]:
    """The verdicts on a fleet that was read, and on the requirements files that are wished for."""
    owned = [*inputs_of(fleet, wish.environment)]
    files = [requirement.owned(path, wish.environment) for path in wish.requirements]
    fleet = fleet._replace(members=(*fleet.members, *(item.member for item in files)))
    owned += files
    if not fleet.members:
        raise NothingCheckedError("there is no project to look at")
    windows = Windows(wish.as_of, several=len(wish.roots) > 1, policy_name=wish.policy_name)

    from pylife.workflow.dependencies.engine import Engine

    with (
        Store(wish.state) as store,
        Engine(
            folder=wish.state / FOLDER,
            environment=wish.environment,
            offline=wish.offline,
            refresh=wish.refresh,
            build=wish.build and _may_build(fleet, wish.environment),
            jobs=wish.jobs,
            now=wish.now,
        ) as engine,
    ):
        run = Run(engine, engine, store, wish.now, wish.jobs, wish.progress)
        results = look(
            fleet,
            owned,
            lambda member: windows.of(member)[1],
            wish.asked,
            Around(wish.environment, engine.indexes),
            run,
            folder=wish.state / FOLDER / "internal",
        )
        if wish.remember and wish.asked.before is None:
            from pylife.workflow.dependencies.remembered import remembered
            from pylife.workflow.dependencies.store import said

            told = remembered(results, wish.state, wish.now)
            store.say(worth(told, said(wish.state, told)))
    return results


def _may_build(fleet: Fleet, environment: Mapping[str, str]) -> bool:
    """Whether sources may be built to learn what they require, which runs other people's code.

    Not where that could read a forge's token: then it is not known what they require.
    """
    from pylife.matrix import guard, secrets

    folders = [member.folder for member in fleet.members if member.folder is not None]
    try:
        guard.require(environment, folders, kinds=(secrets.Kind.FORGE,))
    except UsageError:
        return False
    return True


def worth(
    told: Mapping[str, Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """What is worth keeping of what is `told`: not that nothing is known, where something was."""
    found = {}
    for path, document in told.items():
        earlier = before.get(path)
        learnt = any(one["verdict"] != Verdict.UNKNOWN for one in document["pythons"].values())
        if learnt or earlier is None or earlier.get("requires") != document["requires"]:
            found[path] = document
    return found

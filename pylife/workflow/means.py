"""With what plans are made besides the scan: verdicts, floors and locks, as far as is wished."""

import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pylife.workflow.dependencies.recall import Recall


class Means(NamedTuple):
    """What may be used: `state` is the state folder, `environment` that of the process.

    `now` is the present instant in UTC and `as_of` the day that is planned for. With `floors`
    the indexes are asked which requirements have to rise, with `locks` the tools run that make
    locks; both are left to people where it is `offline` and nothing is kept.
    """

    state: Path
    environment: Mapping[str, str]
    now: dt.datetime
    as_of: dt.date
    offline: bool = False
    floors: bool = True
    locks: bool = True
    jobs: int = 1
    policy_name: str | None = None

    def options(self) -> dict[str, Any]:
        """What `pylife.workflow.planning.plans` is given by name.

        Of another day than today no locks are made: tools know only what is published now.
        """
        found: dict[str, Any] = {"recall": Recall(self.state, self.environment).of}
        if self.floors:
            from pylife.workflow.dependencies.nightly import Setting
            from pylife.workflow.dependencies.raising import raised

            setting = Setting(
                state=self.state,
                environment=self.environment,
                now=self.now,
                offline=self.offline,
                jobs=self.jobs,
                policy_name=self.policy_name,
            )
            found["floors"] = functools.partial(raised, setting=setting)
        if self.locks and self.as_of == self.now.date():
            from pylife.workflow.locks import Locks

            found["locks"] = Locks(self.state, self.environment, offline=self.offline)
        return found

"""What a run is asked for, and what it finds: the verdicts of each project, set by set."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from pylife.dependencies.records import Judged, Target
from pylife.dependencies.resolve.published import excludes
from pylife.fleet import Member
from pylife.model import PythonVersion
from pylife.workflow.dependencies.advising import Advice
from pylife.workflow.dependencies.asking import Question
from pylife.workflow.dependencies.inputs.records import Group, Sort

DEFAULT_SORTS = frozenset({Sort.RUN, Sort.EXTRA})
PLATFORMS = ("linux-x86_64", "linux-aarch64")
"""Where dependencies have to install unless a policy says otherwise, the first before all."""
FEW = 5
"""Of so many projects floors are told unless asked otherwise: that costs many resolutions."""


class Asked(NamedTuple):
    """What is to be looked at; where `pythons` is empty, those of each project's policy.

    Where `platforms` is empty, those of the policy: then the verdict is that of the first one.
    `extras` narrows the extras; `before` is a day of the past. `planned` takes the fleet's own
    libraries with the range that their policy asks for, instead of their present one. Where
    `floors` says nothing, they are told of a few projects.
    """

    pythons: tuple[PythonVersion, ...] = ()
    platforms: tuple[str, ...] = ()
    sorts: frozenset[Sort] = DEFAULT_SORTS
    extras: tuple[str, ...] = ()
    before: dt.date | None = None
    floors: bool | None = None
    since: bool = False
    planned: bool = False


class SetVerdicts(NamedTuple):
    """The verdicts on one set of a project, by target.

    `further` are verdicts on platforms that do not count: they are told beside the others.
    """

    question: Question
    verdicts: Mapping[Target, Judged]
    further: Mapping[Target, Judged] = {}

    @property
    def group(self) -> Group:
        """The set."""
        return self.question.group

    def on(self, python: PythonVersion) -> tuple[tuple[str, Judged], ...]:
        """The verdicts on a Python, by platform, in the order in which those were asked for."""
        return tuple(
            (target.platform, judged)
            for target, judged in self.verdicts.items()
            if target.python == python
        )

    def elsewhere(self) -> "dict[str, SetVerdicts]":
        """The verdicts on further platforms, by platform, as if that one counted."""
        found: dict[str, dict[Target, Judged]] = {}
        for target, judged in self.further.items():
            found.setdefault(target.platform, {})[target] = judged
        return {name: SetVerdicts(self.question, verdicts) for name, verdicts in found.items()}


class ProjectVerdicts(NamedTuple):
    """A project with its verdicts; `error` says why it could not be had.

    `advice` has the floors to be raised so that the plain set works on all Pythons that are wanted;
    None where that was not asked. `since` are the days on which the plain set became
    installable, where that was asked. `assumed` are libraries of the fleet whose version is
    computed, with the one that was taken.
    """

    member: Member
    error: str | None = None
    pythons: tuple[PythonVersion, ...] = ()
    sets: tuple[SetVerdicts, ...] = ()
    advice: Advice | None = None
    since: Mapping[PythonVersion, Mapping[str, str | None]] = {}
    assumed: tuple[tuple[str, str], ...] = ()
    requires: str = ""
    """A digest of what it says that it requires, to see later whether that has changed."""
    requires_python: str | None = None

    @property
    def plain(self) -> SetVerdicts | None:
        """The plain set; None where the project says nowhere what it requires."""
        return next((one for one in self.sets if one.group.sort is Sort.RUN), None)


def declares(result: ProjectVerdicts, python: PythonVersion) -> bool | None:
    """Whether the project's own range lets it be installed on `python`; None without a range."""
    if result.requires_python is None:
        return None
    return not excludes(result.requires_python, Target(python))

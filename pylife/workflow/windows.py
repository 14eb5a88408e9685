"""The support window of each member of a fleet: its policy, scopes applied, on a day."""

import datetime as dt
from pathlib import Path

from pylife import calendar, policy
from pylife.errors import ConfigError, NothingCheckedError
from pylife.fleet import Member
from pylife.policy import Window
from pylife.workflow.facts import Facts


class Windows:
    """Makes each window once; `all` has them by the policy's name as configured."""

    def __init__(
        self,
        as_of: dt.date,
        *,
        several: bool,
        policy_name: str | None,
        published: Facts | None = None,
    ) -> None:
        self._as_of = as_of
        self._published = published
        self._several = several
        self._policy_name = policy_name
        self._assembled: dict[str, policy.Policy] = {}
        self.all: dict[str, Window] = {}

    def of(self, member: Member) -> tuple[str, Window]:
        """The window by which `member` is judged, with its name: the policy's, and its scope's."""
        name, found = self._policy(member)
        project = member.project
        if self._published is not None:
            project = self._published.known(project)
        scoped = policy.for_project(found, project)
        key = f"{name} ({scoped.scope})" if scoped.scope else name
        if key not in self.all:
            self.all[key] = made(scoped, self._as_of)
        return key, self.all[key]

    def _policy(self, member: Member) -> tuple[str, policy.Policy]:
        """The policy of `member`, whatever its scopes, with its name as configured."""
        given = self._policy_name
        name = given or member.project.policy
        if name is None and self._published is not None:
            told = self._told(self._published, member.project.name)
            if told is not None:
                return told
        name = name or policy.load.DEFAULT
        base = Path() if given else member.root
        # Two roots may each have a policy file of the same name.
        key = f"{base}/{name}" if self._several and not given and "/" in name else name
        return key, policy.find(name, base)

    def _told(self, published: Facts, name: str) -> tuple[str, policy.Policy] | None:
        """The policy that the facts have for the project `name`; each is put together once."""
        used = published.policy_of(name)
        if used is None:
            return None
        if used not in self._assembled:
            self._assembled[used] = published.policy(used)
        # A policy of this repository may have the same name.
        key = used if used in policy.names() else f"the facts' {used}"
        return key, self._assembled[used]


def made(found: policy.Policy, as_of: dt.date) -> Window:
    """The window of the policy on a day; raises where no verdict could follow from it."""
    if policy.backwards(found, calendar.load()):
        raise ConfigError(
            "the policy drops each Python before it asks for it",
            path=found.source,
            help="let stages.drop come after stages.adopt",
        )
    window = policy.window(found, calendar.load(), as_of)
    if not window.wanted:
        raise NothingCheckedError(
            f"on {as_of} the policy {found.name!r} has no Python in its window, so that nothing"
            " can be judged",
            help=f"the calendar knows dates from {calendar.known()[0]} to {calendar.known()[-1]}",
        )
    return window

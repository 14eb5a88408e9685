"""One project of a campaign, with all that is known of it before anything is done tonight."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from pylife.fleet.campaign import Campaign, filled
from pylife.model import Cell, Outcome, Proposed, PullRequest, Repository
from pylife.upgrade import text
from pylife.upgrade.caps import Room
from pylife.upgrade.order import Place
from pylife.upgrade.proof import Proof
from pylife.upgrade.records import ProjectPlan


class Opener(Protocol):
    """The part of a forge that is needed here; see `pylife.forges.base.Forge`."""

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """Make the pull request be as proposed."""

    def retire(self, repository: Repository, pull: PullRequest, reason: str) -> Outcome:
        """Put away what is no longer wanted."""

    def missing(self, repository: Repository, paths: Sequence[str]) -> list[str]:
        """What pylife may not do there."""


class Entry(NamedTuple):
    """A project: its plan, its place in the order, and what its repository and forge say.

    `pulls` are the pull requests that pylife ever opened for it, the newest first; `trouble`
    says why they could not be asked for, `limited` that this is since too much was asked.
    """

    plan: ProjectPlan
    place: Place
    settings: Campaign = Campaign()
    repository: Repository | None = None
    cells: Sequence[Cell] = ()
    pulls: Sequence[PullRequest] = ()
    trouble: str = ""
    limited: bool = False
    reviewers: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """What people should know of how it is proposed: an owner whom the forge does not know."""

    @property
    def name(self) -> str:
        """The project's name."""
        return self.plan.project.name

    @property
    def pull(self) -> PullRequest | None:
        """The pull request of the plan's branch; None where there never was one.

        One that pylife itself put away counts for nothing: nobody declined it.
        """
        found = next((pull for pull in self.pulls if pull.branch == self.plan.branch), None)
        return None if found is not None and found.state == "closed" and found.retired else found

    @property
    def where(self) -> Repository:
        """Its repository."""
        return self.repository or Repository(self.name)


Prove = Callable[[Sequence[Entry]], Mapping[str, Proof]]
"""Tests the upgraded trees of projects; gives what that came to by the projects' names."""


class Tonight(NamedTuple):
    """What holds for the whole run.

    `only` are the projects that are asked for, all where None; `forced` those that a person
    has proposed whatever the tests say, with the reason; `later` those that failed lately, with
    why they wait. `unknown` is how a line of `missing` begins that is no refusal.
    """

    as_of: dt.date
    room: Room
    only: frozenset[str] | None = None
    forced: Mapping[str, str] = {}
    later: Mapping[str, str] = {}
    dry_run: bool = False
    unknown: str = "unknown: "
    at_once: int = 1
    """How many projects the forge may be asked for at the same time."""


def resting(settings: Campaign, day: dt.date) -> str | None:
    """Why its settings have the project left alone on that day; None where they do not."""
    freeze = settings.frozen(day)
    if freeze is not None:
        said = f": {freeze.reason}" if freeze.reason else ""
        return f"frozen until {freeze.last}{said}"
    if settings.snooze is not None and day < settings.snooze:
        return f"snoozed until {settings.snooze}"
    return None


def paused(entry: Entry, tonight: Tonight) -> tuple[str, str] | None:
    """Why nothing is done for the project today, whatever it needs."""
    rests = resting(entry.settings, tonight.as_of)
    if rests is not None:
        return rests, ""
    only = tonight.only
    if only is not None and entry.name not in only:
        return "not asked for in this run", ""
    return None


def title(entry: Entry) -> str:
    """The pull request's title, by the template."""
    return filled(entry.settings.title, _values(entry.plan)).strip()


def message(entry: Entry) -> str:
    """The commit's message, by the template."""
    plan = entry.plan
    said = filled(entry.settings.commit, {**_values(plan), "message": text.message(plan).rstrip()})
    return said.rstrip() + "\n"


def prepared(plan: ProjectPlan, settings: Campaign, branch: str) -> ProjectPlan:
    """The plan on its branch, with the changelog fragment that is asked for.

    A fragment that is there already is left as it is.
    """
    plan = replace(plan, branch=branch)
    if settings.changelog is None or plan.empty:
        return plan
    values = _values(plan)
    slug = branch.removeprefix("pylife/").replace("/", "-")
    path = filled(settings.changelog.path, {"project": plan.project.name, "slug": slug})
    if path in plan.contents or (plan.folder / path).exists():
        return plan
    data = filled(settings.changelog.text, values).rstrip() + "\n"
    return replace(plan, contents={**plan.contents, path: data.encode()})


def _values(plan: ProjectPlan) -> dict[str, str]:
    return {"title": text.title(plan), "project": plan.project.name, "branch": plan.branch}


def proposed(entry: Entry, body: str, *, draft: bool, forced: str = "") -> Proposed:
    """What the forge is given."""
    plan, settings = entry.plan, entry.settings
    return Proposed(
        project=entry.name,
        folder=str(plan.folder),
        branch=plan.branch,
        title=title(entry),
        body=body,
        message=message(entry),
        contents=plan.contents,
        as_of=plan.as_of,
        then=((text.modernising(plan), plan.modernised),) if plan.modernised else (),
        repository=entry.where,
        before=plan.before,
        draft=draft,
        labels=settings.labels,
        reviewers=entry.reviewers,
        sign_off=settings.sign_off,
        forced=forced,
    )

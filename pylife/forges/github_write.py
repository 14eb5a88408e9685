"""Pull requests made and made anew: the rules of `pylife.forges.base` on GitHub."""

import datetime as dt
from typing import Any, NamedTuple

from pylife.errors import ToolError
from pylife.forges import github_body as words
from pylife.forges import github_branch as branches
from pylife.forges import github_pulls as pulls
from pylife.forges.github_hub import Hub
from pylife.model import Outcome, Proposed, PullRequest, Repository

Json = dict[str, Any]

_EDITED = (
    "Others committed to this branch, so pylife leaves it to them from now on. Ticking the last"
    " box of the description has it made anew, without their commits; closing this declines it."
)


_LATE = dt.timedelta(days=3)
_READY = "What this draft waited for is done: mark it as ready for review."


class Wish(NamedTuple):
    """What is proposed, where: the repository's name on GitHub, and the base branch's."""

    proposed: Proposed
    where: Repository
    project: str
    base: str


def create(hub: Hub, wish: Wish) -> tuple[PullRequest, Outcome]:
    """Open a pull request; its branch may be there already, and may be people's."""
    proposed, project = wish.proposed, wish.project
    place = branches.place(hub.api, project)
    base = branches.base(hub.api, project, wish.base)
    commit = branches.write(hub.api, place, base, proposed, hub.identity()).commit
    if not branches.point(hub.api, place, proposed.branch, commit, there=False):
        beside = branches.look(hub.api, project, base.name, proposed.branch, hub.identity())
        if beside is not None and beside.foreign:
            return _theirs(wish, beside), Outcome.EDITED_BY_PEOPLE
        branches.point(hub.api, place, proposed.branch, commit, there=True)
    fields = {
        "title": proposed.title,
        "head": proposed.branch,
        "base": base.name,
        "body": words.compose(proposed.body, words.of(proposed, base.name)),
        "draft": proposed.draft,
    }
    made = pulls.create(hub.api, project, fields)
    _attend(hub, wish, int(made["number"]))
    pull = pulls.record(wish.where, made, base=base.commit, head=commit)
    return pull, Outcome.CREATED


def _attend(hub: Hub, wish: Wish, number: int) -> bool:
    """Set the labels and ask for reviews, once: from then on they are people's.

    False where GitHub did neither.
    """
    proposed = wish.proposed
    lines = pulls.ask_reviewers(hub.api, wish.project, number, proposed.reviewers)
    done = len(lines) < len(proposed.reviewers)
    if proposed.labels:
        lines.append(pulls.label(hub.api, wish.project, number, proposed.labels))
        done = done or not lines[-1]
    for line in lines:
        hub.remark(line)
    return done


def _unattended(proposed: Proposed, known: Json) -> bool:
    """Whether the run that opened it ended before it set labels and asked for reviews.

    Either counts as a change, as does whatever people do. After some days it is left alone.
    """
    if not (proposed.labels or proposed.reviewers):
        return False
    there = known.get("labels") or known.get("requested_reviewers") or known.get("requested_teams")
    if there or known["updated_at"] != known["created_at"]:
        return False
    opened = dt.datetime.fromisoformat(known["created_at"]).date()
    return proposed.as_of - opened <= _LATE


def refresh(hub: Hub, wish: Wish, known: Json) -> tuple[PullRequest, Outcome]:
    """Make the open pull request `known` be as wished, where nobody else committed to it."""
    proposed, project = wish.proposed, wish.project
    text = words.read(known.get("body"))
    late = _unattended(proposed, known)
    beside = branches.look(hub.api, project, wish.base, proposed.branch, hub.identity())
    if beside is not None and beside.foreign and not text.again:
        return _leave(hub, wish, known, text, beside)
    made = _remade(hub, wish, beside)
    base = made.base if made else beside.base if beside else None
    fields = words.differences(proposed, wish.base, known, text)
    if fields:
        known = pulls.edit(hub.api, project, int(known["number"]), fields)
    if known.get("draft") and not proposed.draft and text.wrote and text.wrote.draft:
        known = {**known, "draft": not _ready(hub, project, known)}
    pull = pulls.record(
        wish.where, known, base=base.commit if base else "", head=made.commit if made else ""
    )
    if late:
        late = _attend(hub, wish, int(known["number"]))
    if made or fields or late:
        return pull, Outcome.UPDATED
    return hub.with_checks(project, pull) if hub.checks else pull, Outcome.UNCHANGED


def _remade(hub: Hub, wish: Wish, beside: branches.Branch | None) -> branches.Made | None:
    """The commits that the branch has now, where it had to be made anew; None elsewhere."""
    proposed, project = wish.proposed, wish.project
    if beside is not None and beside.holds(proposed):
        return None
    start = beside.base if beside else branches.base(hub.api, project, wish.base)
    place = branches.place(hub.api, project)
    made = branches.write(hub.api, place, start, proposed, hub.identity())
    if beside is not None and beside.files is None and beside.alike(proposed, made):
        return None
    there = beside is not None
    if not branches.point(hub.api, place, proposed.branch, made.commit, there=there):
        raise ToolError(
            f"GitHub: {project}: somebody made the branch {proposed.branch!r} just now",
            help="run again",
        )
    return made


def _leave(
    hub: Hub, wish: Wish, known: Json, text: words.Text, beside: branches.Branch
) -> tuple[PullRequest, Outcome]:
    """Leave the branch to the people who committed to it, and say so there once."""
    number = int(known["number"])
    pulls.tell(hub.api, wish.project, number, "edited", _EDITED)
    if text.wrote is not None and text.wrote.state == "abandoned":
        fields = words.wanted_again(known, text, text.wrote)
        known = pulls.edit(hub.api, wish.project, number, fields)
    pull = record(wish.where, known, beside)
    found = hub.with_checks(wish.project, pull) if hub.checks else pull
    return found, Outcome.EDITED_BY_PEOPLE


def _ready(hub: Hub, project: str, known: Json) -> bool:
    """Have a draft that waits no longer be none; where GitHub does not, ask people to."""
    if pulls.ready(hub.api, known):
        return True
    pulls.tell(hub.api, project, int(known["number"]), "ready", _READY)
    return False


def record(where: Repository, pull: Json, beside: branches.Branch | None) -> PullRequest:
    """What pylife says of a pull request, with its branch as `beside` where that is known."""
    if beside is None:
        return pulls.record(where, pull)
    head = beside.head if beside.commits else ""
    return pulls.record(where, pull, edited=beside.foreign, base=beside.base.commit, head=head)


def _theirs(wish: Wish, beside: branches.Branch) -> PullRequest:
    """A branch of people's, of pylife's name and without a pull request."""
    return PullRequest(
        project=wish.where.project, branch=wish.proposed.branch, state="open", title="", digest="",
        base=beside.base.commit, commit=beside.head, edited=True,
        where=f"{wish.project}@{wish.proposed.branch}",
    )  # fmt: skip


def base_of(where: Repository, known: Json) -> str:
    """The branch that an open pull request should go to.

    One that people moved to another base, or that moved along as its base was renamed, stays.
    """
    now = str(known["base"]["ref"])
    wanted = where.base or str(known["base"]["repo"]["default_branch"])
    wrote = words.read(known.get("body")).wrote
    return wanted if wrote is not None and wrote.base == now else now

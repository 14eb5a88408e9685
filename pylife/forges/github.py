"""GitHub, github.com or an Enterprise server, all through its API: no clone, nothing on disk.

The rules are those of `pylife.forges.base`. A pull request is found by its branch; what
pylife wrote last is in a hidden line of its body (`github_body`). Nothing is kept between
runs but, if asked for, answers with their ETags. Where the answer to a change is lost, it
is looked for before it is tried again.

Requests for a project, where the base branch is named: none needed 2 (the pull request, and
the branch beside its base), a new one 6 and one each for labels and reviewers, 5 to make the
commit anew on a base that moved, 6 where the words change too, 3 for the words alone. What was
listed before (`pulls`, one more) and is open is read many at a time (`github_ahead`), so that
its own request is spared. One more reads the base's files where the project's folder is no
clone that has the base's commit; a default branch that nobody named is one for the first
request to each repository.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pylife.errors import ToolError
from pylife.forges import github_body as words
from pylife.forges import github_branch as branches
from pylife.forges import github_permissions, listing
from pylife.forges import github_pulls as pulls
from pylife.forges import github_tree as tree
from pylife.forges.base import check_branch
from pylife.forges.credentials import App, Token
from pylife.forges.github_api import Api
from pylife.forges.github_errors import RefusedError
from pylife.forges.github_hub import Hub
from pylife.forges.github_pace import Pace
from pylife.forges.github_session import Session
from pylife.forges.github_write import Wish, base_of, create, record, refresh
from pylife.model import Outcome, Proposed, PullRequest, Repository

Json = dict[str, Any]

_ABANDONED = "No longer wanted by pylife, and left open since others committed to it"


class GitHubForge:
    """Pull requests on the GitHub server at `url` (empty for github.com); see `Forge`.

    `identity` is the name and address of who commits; without it an App's own, else pylife's.
    With `checks`, open pull requests that are left as they are say what their checks say, for
    two more requests. `kept` is a folder for answers that may be asked for again. Raises
    UsageError for a URL that is not https.
    """

    def __init__(
        self,
        credentials: Token | App,
        *,
        url: str = "",
        identity: tuple[str, str] | None = None,
        checks: bool = False,
        kept: Path | None = None,
        pace: Pace | None = None,
        timeout: tuple[float, float] = (10, 30),
    ) -> None:
        self._session = Session(pace or Pace(), timeout=timeout, kept=kept)
        self._api = Api(self._session, credentials, url=url)
        self._hub = Hub(self._api, identity=identity, checks=checks)

    @property
    def remarks(self) -> list[str]:
        """What could not be done so far and is no error, such as a reviewer who is not known."""
        return self._hub.remarks

    @property
    def counts(self) -> Mapping[str, int]:
        """How many requests went out so far, by verb."""
        return dict(self._session.counts)

    @property
    def spared(self) -> int:
        """How many of them GitHub answered with "not modified", which it does not count."""
        return self._session.spared

    def find(self, repository: Repository, branch: str) -> PullRequest | None:
        """The pull request of `branch`, with its checks and commits where it is open."""
        project = self._hub.name(repository)
        known = self._hub.known(project, branch)
        if known is None or known["state"] != "open":
            return pulls.record(repository, known) if known is not None else None
        beside = branches.look(
            self._api, project, known["base"]["ref"], branch, self._hub.identity()
        )
        return self._hub.with_checks(project, record(repository, known, beside))

    def pulls(self, repository: Repository) -> list[PullRequest]:
        """All pull requests that pylife ever opened for the project, newest first.

        Without their checks and commits; one whose hidden line people removed is not known.
        """
        project = self._hub.name(repository)
        found = self._hub.listed(project)
        own = [item for item, wrote in found if wrote.project == repository.project]
        return [pulls.record(repository, item) for item in own]

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """Make the pull request be as `proposed`; see `Forge`.

        Raises ToolError where GitHub refuses, where it cannot be reached, and where a file of
        the base is not what the change was made from; RateLimitedError.
        """
        where = proposed.repository
        if where is None:
            raise ToolError(f"{proposed.project} has no repository on GitHub")
        check_branch(proposed.branch)
        tree.paths(proposed)
        project = self._hub.name(where)
        known = self._hub.known(project, proposed.branch)
        project = self._hub.name(where)
        if known is not None and known["state"] == "open":
            return refresh(self._hub, Wish(proposed, where, project, base_of(where, known)), known)
        if known is not None and not known.get("merged_at"):
            pull = pulls.record(where, known)
            if not pull.retired:
                return pull, Outcome.DECLINED
        base = where.base or str(self._hub.repository(project).default_branch)
        return create(self._hub, Wish(proposed, where, project, base))

    def retire(self, repository: Repository, pull: PullRequest, reason: str) -> Outcome:
        """Put away a pull request that is no longer wanted; see `Forge`."""
        project = self._hub.name(repository)
        if pull.number is not None:
            known: Json | None = pulls.numbered(self._api, project, pull.number)
        else:
            known = self._hub.known(project, pull.branch)
        if known is None or known["state"] != "open" or not pulls.inside(known):
            return Outcome.NOTHING_TO_DO
        if known["head"]["ref"] != pull.branch:
            raise ToolError(f"{project}#{known['number']} is not of the branch {pull.branch!r}")
        number, branch = int(known["number"]), str(known["head"]["ref"])
        beside = branches.look(
            self._api, project, known["base"]["ref"], branch, self._hub.identity()
        )
        if beside is not None and beside.foreign:
            pulls.tell(self._api, project, number, "abandoned", f"{_ABANDONED}: {reason}")
            fields = words.put_away(repository.project, known, "abandoned")
            if fields:
                pulls.edit(self._api, project, number, fields)
            return Outcome.EDITED_BY_PEOPLE
        pulls.tell(self._api, project, number, "retired", f"No longer wanted: {reason}")
        fields = words.put_away(repository.project, known, "retired")
        if fields:
            pulls.edit(self._api, project, number, fields)
        # Closed last: where this ends early, the next run still finds it open, with its branch.
        if beside is not None:
            self._hub.remark(branches.delete(self._api, project, branch))
        pulls.edit(self._api, project, number, {"state": "closed"})
        return Outcome.UPDATED

    def missing(self, repository: Repository, paths: Sequence[str]) -> list[str]:
        """What pylife may not do there that a change of `paths` needs; see `Forge`.

        `paths` are from the project's folder. Asks for the repository, once a run.
        """
        project = self._hub.name(repository)
        try:
            found = self._hub.repository(project)
        except RefusedError as error:
            return [str(error)]
        app = self._api.app
        return github_permissions.missing(
            found.as_dict(),
            [f"{repository.path.strip('/')}/{path}".lstrip("/") for path in paths],
            scopes=self._session.scopes,
            permissions=app.permissions(project.split("/")[0]) if app is not None else None,
        )

    def dashboard(self, repository: Repository, topic: str, title: str, body: str) -> str:
        """Make the issue of `topic` be as given; returns its address.

        One that people closed is left as it is.
        """
        project = self._hub.name(repository)
        return pulls.dashboard(self._api, project, self._hub.creator(), topic, title, body)

    def repositories(self, owner: str = "") -> list[listing.Listed]:
        """The repositories of an organisation or user; see `pylife.forges.listing`."""
        return listing.repositories(self._api, owner)

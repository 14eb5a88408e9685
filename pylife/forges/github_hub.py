"""What a run knows of GitHub while it lasts: who pylife is there, what repositories are called."""

import threading
from typing import Any

from pylife.errors import ToolError
from pylife.forges import github_body as words
from pylife.forges import github_pulls as pulls
from pylife.forges.base import EMAIL, NAME
from pylife.forges.github_ahead import Ahead
from pylife.forges.github_api import Api
from pylife.forges.github_body import Wrote
from pylife.forges.github_errors import RefusedError
from pylife.model import PullRequest, Repository

Json = dict[str, Any]


class Hub:
    """One server for one run; `remarks` are what could not be done and is no error.

    `identity` and `checks` are as `GitHubForge` has them.
    """

    def __init__(self, api: Api, *, identity: tuple[str, str] | None, checks: bool) -> None:
        self.api = api
        self.checks = checks
        self.remarks: list[str] = []
        self.ahead = Ahead(api)
        self._identity = identity
        self._repositories: dict[str, Any] = {}
        self._login: str | None = None
        self._turn = threading.Lock()

    def identity(self) -> tuple[str, str]:
        """The name and address of who commits."""
        if self._identity is None:
            self._identity = self._own_identity()
        return self._identity

    def _own_identity(self) -> tuple[str, str]:
        if self.api.app is None:
            return NAME, EMAIL
        login = f"{self.api.app.slug()}[bot]"
        account = self.api.get(f"reading the account {login}", "users", login)
        host = "github.com" if account["html_url"].startswith("https://github.com/") else ""
        noreply = f"users.noreply.{host or account['html_url'].split('/')[2].split(':')[0]}"
        return login, f"{account['id']}+{login}@{noreply}"

    def creator(self) -> str | None:
        """The account that opens pull requests; None where GitHub does not say."""
        with self._turn:
            return self._creator() or None

    def _creator(self) -> str:
        if self._login is None:
            if self.api.app is not None:
                self._login = f"{self.api.app.slug()}[bot]"
            else:
                try:
                    self._login = str(self.api.get("reading the token's account", "user")["login"])
                except RefusedError as error:
                    # The token of a workflow belongs to no account that may be read.
                    if error.status != 403:
                        raise
                    self._login = ""
        return self._login

    def name(self, repository: Repository) -> str:
        """What GitHub calls the repository, and called it last where it has moved."""
        owner, slash, name = repository.name.partition("/")
        if not owner or not slash or not name or "/" in name or {owner, name} & {".", ".."}:
            raise ToolError(
                f"{repository.project} has no repository on GitHub: {repository.name!r}",
                help="name it as owner/name",
            )
        known = self._repositories.get(repository.name)
        return str(known.full_name) if known is not None else repository.name

    def repository(self, project: str) -> Any:
        """github3.py's repository, asked for once."""
        if project not in self._repositories:
            what = f"reading the repository {project}"
            self._repositories[project] = self.api.sure(
                what, lambda: self.api.gh.repository(*project.split("/"))
            )
        return self._repositories[project]

    def known(self, project: str, branch: str) -> Json | None:
        """The pull request of `branch`; looked for again where the repository was moved."""
        read = self.ahead.pull(project, branch)
        if read is not None:
            return read
        found = pulls.of_branch(self.api, project, branch)
        if not self.api.session.moved:
            return found
        now = str(self.repository(project).full_name)
        if now == project:
            return found
        self.remarks.append(f"{project} is called {now} now; name it so")
        return found or pulls.of_branch(self.api, now, branch)

    def with_checks(self, project: str, pull: PullRequest) -> PullRequest:
        """The pull request, with what its checks say; as it is where they may not be read."""
        read = self.ahead.checks(project, pull.commit)
        try:
            found, failing = read or pulls.checks(self.api, project, pull.commit)
        except RefusedError as error:
            self.remark(str(error))
            return pull
        return pull._replace(checks=found, failing=failing)

    def listed(self, project: str) -> list[tuple[Json, Wrote]]:
        """All that pylife ever opened there, with what their hidden lines say, newest first.

        Those that are open will be asked for: they are noted, to be read many at a time.
        """
        found = []
        for item in pulls.listed(self.api, project, self.creator()):
            wrote = words.read(item.get("body")).wrote
            if wrote is not None and _is_own(item, wrote):
                found.append((item, wrote))
        found.sort(key=lambda one: int(one[0]["number"]), reverse=True)
        if not self.api.session.moved:
            for item, wrote in reversed(found):  # the newest of a branch is the one
                if item["state"] == "open":
                    self.ahead.note(project, wrote.branch, item)
        return found

    def remark(self, line: str) -> None:
        """Keep a line for people, unless it is empty."""
        if line:
            self.remarks.append(line)


def _is_own(item: Json, wrote: Wrote) -> bool:
    """Whether its branch is the one that its hidden line names, in the repository itself.

    Where all pull requests had to be listed, anybody may have written such a line. Issues are
    those of pylife's own account.
    """
    return "head" not in item or (pulls.inside(item) and item["head"]["ref"] == wrote.branch)

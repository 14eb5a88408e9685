"""All that the peer holds, and what happens in it, whoever does it: the API or people."""

from typing import Literal

from tests.forges.peer.branches import Branches
from tests.forges.peer.state import (
    Check,
    Hosted,
    Issue,
    Pull,
    Status,
    User,
)
from tests.forges.peer.store import Signature
from tests.forges.peer.wire import RefusedError, invalid

How = Literal["merge", "squash", "rebase"]
WORKFLOWS = ".github/workflows/"

_WEB = ("GitHub", "noreply@peer.example")


class Hub(Branches):
    """The whole. Nothing here is safe for threads: the server takes turns."""

    # Pull requests

    def open_pull(
        self,
        what: Hosted,
        user: User,
        title: str,
        body: str | None,
        *,
        head: str,
        base: str,
        source: Hosted | None = None,
        draft: bool = False,
    ) -> Issue:
        """A new pull request from `head` (of the fork `source`); raises RefusedError as GitHub does."""
        source = source or what
        head_sha, base_sha = source.git.head(head), what.git.head(base)
        if base_sha is None:
            raise invalid("PullRequest", "base is not a branch", "base")
        if head_sha is None:
            raise invalid("PullRequest", "head is not a branch", "head")
        for issue in what.pulls():
            there = issue.pull
            if (
                there is not None
                and issue.state == "open"
                and (there.head_repository, there.head, there.base) == (source, head, base)
            ):
                message = f"A pull request already exists for {source.owner.login}:{head}."
                raise invalid("PullRequest", message)
        pull = Pull(head, source, base, head_sha, base_sha, draft=draft)
        trial = Issue(0, what.next_number, user, title, body, 0.0, 0.0, pull=pull)
        self.fetch(what, trial, head_sha)
        if what.git.ancestor(head_sha, base_sha):
            message = (
                f"No commits between {what.owner.login}:{base} and {source.owner.login}:{head}"
            )
            raise invalid("PullRequest", message)
        issue = self.open_issue(what, user, title, body)
        issue.pull = pull
        return issue

    def reopen(self, what: Hosted, issue: Issue) -> None:
        """Open it again; raises RefusedError where its branch is gone or was made anew."""
        if issue.state == "open":
            return
        if issue.pull is not None:
            self._can_reopen(what, issue, issue.pull)
        issue.state = "open"
        issue.closed = issue.closed_by = None
        issue.state_reason = None if issue.pull else "reopened"
        issue.updated = self.clock()
        self.settle(what)

    def _can_reopen(self, what: Hosted, issue: Issue, pull: Pull) -> None:
        head = pull.head_repository.git.head(pull.head)
        problem = None
        if pull.merged is not None:
            problem = "Cannot change the state of a merged pull request."
        elif head is None:
            problem = f"state cannot be changed. The {pull.head} branch has been deleted."
        elif not pull.head_repository.git.ancestor(pull.head_sha, head):
            problem = (
                f"state cannot be changed. The {pull.head} branch was force-pushed or recreated."
            )
        elif what.git.head(pull.base) is None:
            problem = f"state cannot be changed. The {pull.base} branch has been deleted."
        else:
            for other in what.pulls():
                there = other.pull
                if (
                    there is not None
                    and other is not issue
                    and other.state == "open"
                    and (there.head_repository, there.head, there.base)
                    == (pull.head_repository, pull.head, pull.base)
                ):
                    problem = "state cannot be changed. There is already an open pull request."
        if problem:
            raise invalid("PullRequest", problem, "state")

    def merge(
        self, what: Hosted, issue: Issue, by: User, how: How = "merge", message: str | None = None
    ) -> str:
        """Merge a pull request into its base; raises RefusedError where it cannot be."""
        pull = issue.pull
        assert pull is not None
        base = what.git.head(pull.base)
        if issue.state != "open" or base is None or pull.draft:
            raise RefusedError(405, "Pull Request is not mergeable")
        tree = what.git.merged_tree(base, pull.head_sha)
        if tree is None:
            raise RefusedError(405, "Pull Request has merge conflicts")
        who, web = self.signature(by), Signature(*_WEB, int(self.clock()))
        commits = what.git.between(base, pull.head_sha)
        match how:
            case "merge":
                words = f"Merge pull request #{issue.number} from {pull.head}\n\n{issue.title}"
                sha = what.git.commit(tree, [base, pull.head_sha], message or words, who, web)
            case "squash":
                words = f"{issue.title} (#{issue.number})"
                sha = what.git.commit(tree, [base], message or words, who, web)
            case "rebase":
                sha = self._rebased(what, base, commits, web)
        what.git.set(f"refs/heads/{pull.base}", sha)
        self.merged(issue, sha, by)
        self.settle(what)
        return sha

    def _rebased(self, what: Hosted, base: str, commits: list[str], web: Signature) -> str:
        sha = base
        for name in commits:
            commit, tree = what.git.show(name), what.git.merged_tree(sha, name)
            if commit is None or tree is None or len(commit.parents) != 1:
                raise RefusedError(405, "This branch can't be rebased")
            sha = what.git.commit(tree, [sha], commit.message, commit.author, web)
        return sha

    # Checks

    def check(self, what: Hosted, sha: str, name: str, conclusion: str | None) -> Check:
        """A check run of a commit, which takes the place of one of the same name."""
        now = self.clock()
        done = conclusion is not None
        check = Check(
            self.next_id(), sha, name, "completed" if done else "in_progress", conclusion,
            started=now, completed=now if done else None,
        )  # fmt: skip
        what.checks = [one for one in what.checks if (one.sha, one.name) != (sha, name)]
        what.checks.append(check)
        return check

    def status(self, what: Hosted, sha: str, context: str, state: str) -> Status:
        """A commit status."""
        made = Status(self.next_id(), sha, context, state, context, self.clock())
        what.statuses.append(made)
        return made

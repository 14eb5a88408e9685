"""People, who do with the repositories what they like."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.forges.peer.hub import How, Hub
from tests.forges.peer.state import Comment, Hosted, Issue, Review, Role, User


@dataclass(frozen=True)
class Person:
    """Someone at work. Repositories are as `Peer.repository` gives them, pull requests by number.

    What they do shows at once; `files` are contents by path, None for a file taken away.
    """

    hub: Hub
    user: User

    def push(
        self,
        what: Hosted,
        branch: str,
        files: Mapping[str, str | bytes | None],
        message: str = "Edit",
    ) -> str:
        """Add a commit to a branch; returns its name."""
        return self.hub.commit(what, branch, files, message, self.hub.signature(self.user))

    def amend(
        self,
        what: Hosted,
        branch: str,
        files: Mapping[str, str | bytes | None],
        message: str = "Edit",
    ) -> str:
        """Put another commit in the place of the last one, and force-push it."""
        last = what.git.show(what.git.head(branch) or "")
        assert last is not None, f"there is no branch {branch}"
        parent = last.parents[0]
        return self.hub.commit(
            what, branch, files, message, self.hub.signature(self.user), parent=parent
        )

    def recommit(self, what: Hosted, branch: str) -> str:
        """Rebase the last commit as it is: its author stays, the committer changes."""
        last = what.git.show(what.git.head(branch) or "")
        assert last is not None, f"there is no branch {branch}"
        mine = self.hub.signature(self.user)
        sha = what.git.commit(last.tree, last.parents, last.message, last.author, mine)
        return self.point(what, branch, sha)

    def point(self, what: Hosted, branch: str, sha: str) -> str:
        """Make `branch` (new or not) be the commit `sha`."""
        what.git.set(f"refs/heads/{branch}", sha)
        self.hub.settle(what)
        return sha

    def delete_branch(self, what: Hosted, branch: str) -> None:
        """Delete a branch; pull requests from it or into it are closed."""
        what.git.delete(f"refs/heads/{branch}")
        self.hub.settle(what)

    def rename_branch(self, what: Hosted, old: str, new: str) -> None:
        """Rename a branch on the site."""
        self.hub.rename_branch(what, old, new)

    def edit(
        self, what: Hosted, number: int, *, title: str | None = None, body: str | None = None
    ) -> None:
        """Edit title or body."""
        issue = what.issues[number]
        issue.title, issue.body = title or issue.title, issue.body if body is None else body
        issue.updated = self.hub.clock()

    def label(self, what: Hosted, number: int, name: str) -> None:
        """Add a label."""
        issue, label = what.issues[number], self.hub.label(what, name)
        if label not in issue.labels:
            issue.labels.append(label)
            issue.updated = self.hub.clock()

    def unlabel(self, what: Hosted, number: int, name: str) -> None:
        """Remove a label."""
        issue = what.issues[number]
        issue.labels.remove(self.hub.label(what, name))
        issue.updated = self.hub.clock()

    def comment(self, what: Hosted, number: int, body: str) -> Comment:
        """Comment."""
        return self.hub.comment(what.issues[number], self.user, body)

    def close(self, what: Hosted, number: int) -> None:
        """Close an issue or pull request."""
        self.hub.close(what.issues[number], self.user)

    def reopen(self, what: Hosted, number: int) -> None:
        """Open it again."""
        self.hub.reopen(what, what.issues[number])

    def merge(self, what: Hosted, number: int, how: How = "merge", *, delete: bool = False) -> str:
        """Merge a pull request, and `delete` its branch afterwards; returns the commit."""
        issue = what.issues[number]
        sha = self.hub.merge(what, issue, self.user, how)
        if delete and issue.pull is not None:
            self.delete_branch(what, issue.pull.head)
        return sha

    def ready(self, what: Hosted, number: int) -> None:
        """Make a draft ready for review."""
        pull = what.issues[number].pull
        assert pull is not None
        pull.draft = False

    def review(self, what: Hosted, number: int, state: str = "APPROVED", body: str = "") -> None:
        """Review a pull request."""
        pull = what.issues[number].pull
        assert pull is not None
        pull.reviewers = [who for who in pull.reviewers if who is not self.user]
        pull.reviews.append(
            Review(self.hub.next_id(), self.user, state, body, pull.head_sha, self.hub.clock())
        )
        what.issues[number].updated = self.hub.clock()

    def open_issue(self, what: Hosted, title: str, body: str = "") -> Issue:
        """Open an issue."""
        return self.hub.open_issue(what, self.user, title, body)

    def open_pull(
        self,
        what: Hosted,
        title: str,
        *,
        head: str,
        base: str,
        body: str = "",
        source: Hosted | None = None,
    ) -> Issue:
        """Open a pull request, from the fork `source` if given."""
        return self.hub.open_pull(what, self.user, title, body, head=head, base=base, source=source)

    def fork(self, what: Hosted) -> Hosted:
        """Fork a repository to their own account."""
        return self.hub.fork(what, self.user.login)

    def delete(self, what: Hosted) -> None:
        """Delete a repository; what was proposed from it stays, from nowhere."""
        what.gone = True
        del self.hub.repositories[what.full_name.lower()]

    def invite(self, what: Hosted, login: str, role: Role = "write") -> None:
        """Make someone a collaborator."""
        what.roles[self.hub.user(login).login] = role

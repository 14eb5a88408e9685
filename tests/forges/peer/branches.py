"""What happens to branches and issues, and to pull requests because of them."""

from collections.abc import Mapping
from typing import Literal

from tests.forges.peer.bare import Bare
from tests.forges.peer.registry import Registry
from tests.forges.peer.state import (
    Comment,
    Hosted,
    Issue,
    Label,
    Role,
    User,
)
from tests.forges.peer.store import Signature
from tests.forges.peer.wire import RefusedError

How = Literal["merge", "squash", "rebase"]
WORKFLOWS = ".github/workflows/"

_WEB = ("GitHub", "noreply@peer.example")


class Branches(Registry):
    """Commits, branches, issues."""

    # Repositories

    def create(
        self,
        owner: str,
        name: str,
        files: Mapping[str, str | bytes] | None,
        *,
        default: str = "main",
        private: bool = False,
        roles: Mapping[str, Role] | None = None,
    ) -> Hosted:
        """A repository with `files` as its first commit; with None it stays empty."""
        now = self.clock()
        place = self.folder / owner / f"{name}.git"
        key = (default, tuple(sorted(files.items())) if files else None)
        first = self._first.get(key)
        git = first.copy(place) if first else Bare(place, default)
        what = Hosted(
            id=self.next_id(), owner=self.user(owner, "Organization"), name=name, git=git,
            default=default, created=now, pushed=now, private=private, roles=dict(roles or {}),
        )  # fmt: skip
        self.repositories[what.full_name.lower()] = what
        if files is not None and not git.refs:
            self.commit(what, default, files, "Begin", self.signature(self.user("founder")))
            # Many repositories of the same files are made by copying: the first stays as it is.
            self._first[key] = git.copy(self.folder / f"first-{len(self._first)}.git")
        return what

    def fork(self, what: Hosted, owner: str) -> Hosted:
        """A fork of `what`, with its branches."""
        made = self.create(owner, what.name, None, default=what.default)
        made.parent = what
        made.git.git("fetch", "--quiet", str(what.git.folder), "+refs/heads/*:refs/heads/*")
        made.git.reload()
        return made

    # Commits and branches

    def commit(
        self,
        what: Hosted,
        branch: str,
        files: Mapping[str, str | bytes | None],
        message: str,
        author: Signature,
        *,
        parent: str | None = None,
        committer: Signature | None = None,
    ) -> str:
        """A commit on `parent` (else the head) that writes `files`; None takes a file away."""
        git = what.git
        parent = parent or git.head(branch)
        changes = []
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            changes.append((path, "100644", None if data is None else git.blob(data)))
        tree = git.build(parent, changes)
        sha = git.commit(tree, [parent] if parent else [], message, author, committer or author)
        git.set(f"refs/heads/{branch}", sha)
        self.settle(what)
        return sha

    def settle(self, what: Hosted) -> None:
        """Let what happened to branches show in the pull requests that they belong to."""
        what.pushed = self.clock()
        for where in self.repositories.values():
            for issue in where.pulls():
                if issue.state == "open":
                    self._settle(where, issue)

    def _settle(self, where: Hosted, issue: Issue) -> None:
        pull = issue.pull
        assert pull is not None
        head = pull.head_repository.git.head(pull.head)
        base = where.git.head(pull.base)
        if head is None or base is None:
            self.close(issue, None)
            return
        if head != pull.head_sha:
            self.fetch(where, issue, head)
            pull.head_sha, pull.base_sha = head, base
            issue.updated = self.clock()
            if where.git.ancestor(head, base):
                self.close(issue, None)
        elif where.git.ancestor(head, base):
            self.merged(issue, head, None)

    def fetch(self, where: Hosted, issue: Issue, head: str) -> None:
        pull = issue.pull
        assert pull is not None
        if pull.head_repository is not where:
            source = str(pull.head_repository.git.folder)
            where.git.git("fetch", "--quiet", source, f"refs/heads/{pull.head}")
        where.git.keep(f"refs/pull/{issue.number}/head", head)

    def rename_branch(self, what: Hosted, old: str, new: str) -> None:
        """As GitHub does it: bases follow, pull requests from it are closed, the old name leads on."""
        git = what.git
        sha = git.head(old)
        assert sha is not None, f"there is no branch {old}"
        git.set(f"refs/heads/{new}", sha)
        for issue in what.pulls():
            if issue.pull and issue.pull.base == old:
                issue.pull.base = new
        git.delete(f"refs/heads/{old}")
        what.renamed[old] = new
        if what.default == old:
            what.default = new
            git.set_default(new)
        self.settle(what)

    def guard(self, what: Hosted, branch: str, login: str, act: str) -> None:
        """Raise RefusedError where a rule forbids `login` to update, create or delete the branch."""
        if act == "delete" and branch == what.default:
            raise RefusedError(422, "Cannot delete the default branch", errors=[])
        for rule in what.rules:
            forbidden = {"update": rule.updates, "create": rule.creations, "delete": rule.deletions}
            if rule.holds(branch, login) and forbidden[act]:
                raise RefusedError(422, f"Cannot {act} this protected ref.", errors=[])

    def workflows_changed(self, what: Hosted, sha: str) -> bool:
        """Whether a commit has workflow files that no branch of the repository has so."""

        def workflows(commit: str) -> set[tuple[str, str]]:
            entries = what.git.listing(commit, recursive=True)
            found = {(entry.path, entry.sha) for entry in entries if entry.kind == "blob"}
            return {(path, blob) for path, blob in found if path.startswith(WORKFLOWS)}

        wanted = workflows(sha)
        heads = [head for name, head in what.git.refs.items() if name.startswith("refs/heads/")]
        return all(workflows(head) != wanted for head in heads)

    # Issues and pull requests

    def open_issue(self, what: Hosted, user: User, title: str, body: str | None) -> Issue:
        """A new issue."""
        now = self.clock()
        number = what.number()
        issue = Issue(self.next_id(), number, user, title, body, created=now, updated=now)
        what.issues[number] = issue
        return issue

    def close(self, issue: Issue, by: User | None, reason: str | None = "completed") -> None:
        """Close an issue or pull request."""
        if issue.state == "closed":
            return
        issue.state = "closed"
        issue.closed = issue.updated = self.clock()
        issue.closed_by = by
        issue.state_reason = None if issue.pull else reason

    def merged(self, issue: Issue, sha: str, by: User | None) -> None:
        assert issue.pull is not None
        self.close(issue, by)
        issue.pull.merged, issue.pull.merged_by, issue.pull.merge_commit = issue.closed, by, sha

    def comment(self, issue: Issue, user: User, body: str) -> Comment:
        """A new comment."""
        now = self.clock()
        made = Comment(self.next_id(), user, body, now, now)
        issue.comments.append(made)
        issue.updated = now
        return made

    def label(self, what: Hosted, name: str) -> Label:
        """The label `name`, made where the repository has none."""
        key = name.lower()
        if key not in what.labels:
            what.labels[key] = Label(self.next_id(), name)
        return what.labels[key]

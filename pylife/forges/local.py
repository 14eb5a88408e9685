"""The forge without a server: a bare repository and Markdown pages in the state folder.

A project's present files become the base, a commit on `main` of
`forge/<project>.git`; the proposal is one commit on it. The page of a pull
request is `forge/<project>/pulls/<branch>.md`, and what pylife knows of it the
`.json` beside; a campaign's is `forge/dashboards/<topic>.md`. Nothing of the user's is
written: not the work tree, the index, the branches or the configuration of the repository
that the project is in.
"""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pylife.errors import ToolError
from pylife.forges import git, local_record, snapshot
from pylife.forges.base import EMAIL, NAME, check_branch, digest, signed
from pylife.model import Outcome, Proposed, PullRequest, Repository
from pylife.syntax.edits import replace_file

_BASE = "refs/heads/main"
_SCRATCH = "refs/pylife/scratch"


class LocalForge:
    """Pull requests below the folder `state`; raises ToolError where git is missing.

    `as_of` is the day on which what is retired ends; without it, that day is not known.
    """

    def __init__(self, state: Path, *, as_of: dt.date | None = None) -> None:
        git.check()
        self.state = state
        self.as_of = as_of
        self.root = state / "forge"

    def find(self, repository: Repository, branch: str) -> PullRequest | None:
        """The pull request of `branch`, with `edited` true once people committed to it.

        Raises StateError where its record is damaged.
        """
        project = repository.project
        record = self._page(project, branch).with_suffix(".json")
        try:
            known = local_record.parse(
                record.read_bytes(), record.relative_to(self.state).as_posix()
            )
        except FileNotFoundError:
            return None
        head = self._resolve(project, f"refs/heads/{branch}")
        theirs = head is not None and (head != known.commit or self._foreign(project, branch))
        return known._replace(edited=theirs)

    def pulls(self, repository: Repository) -> list[PullRequest]:
        """All pull requests of the project, newest first; raises StateError as `find`."""
        folder = self.root / slug(repository.project) / "pulls"
        records = sorted(folder.rglob("*.json")) if folder.is_dir() else []
        branches = [path.relative_to(folder).as_posix().removesuffix(".json") for path in records]
        found = [self.find(repository, branch) for branch in branches]
        known = [pull for pull in found if pull is not None]
        early = dt.datetime.min.replace(tzinfo=dt.UTC)
        return sorted(known, key=lambda pull: (pull.created or early, pull.branch), reverse=True)

    def retire(self, repository: Repository, pull: PullRequest, reason: str) -> Outcome:
        """Close the page of what is no longer wanted, and delete its branch; see `Forge`."""
        known = self.find(repository, pull.branch)
        if known is None or known.state != "open":
            return Outcome.NOTHING_TO_DO
        page = self._page(repository.project, pull.branch)
        word = "Abandoned" if known.edited else "Closed"
        line = f"{word}: no longer wanted: {' '.join(reason.split())}"
        said = page.read_text() if page.exists() else f"# {known.title}\n"
        if known.edited:
            if line not in said:
                replace_file(page, f"{said.rstrip()}\n\n{line}\n".encode())
            return Outcome.EDITED_BY_PEOPLE
        replace_file(page, f"{said.rstrip()}\n\n{line}\n".encode())
        record = page.with_suffix(".json")
        ended = _midnight(self.as_of) if self.as_of is not None else None
        closed = known._replace(state="closed", retired=True, ended=ended)
        more = local_record.kept(None, record.read_bytes())
        replace_file(record, local_record.render(closed, more))
        if self._resolve(repository.project, f"refs/heads/{pull.branch}") is not None:
            self._git(repository.project, "update-ref", "-d", f"refs/heads/{pull.branch}")
        return Outcome.UPDATED

    def missing(self, repository: Repository, paths: Sequence[str]) -> list[str]:  # noqa: ARG002 - as every forge
        """Nothing: whoever runs pylife may write the state folder."""
        return []

    def dashboard(self, repository: Repository, topic: str, title: str, body: str) -> str:  # noqa: ARG002 - as every forge
        """Write the page of `topic`; returns its path in the state folder."""
        page = self.root / "dashboards" / f"{slug(topic)}.md"
        replace_file(page, f"# {title}\n\n{body.strip()}\n".encode())
        return page.relative_to(self.state).as_posix()

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """A commit on the base with `proposed.contents`, those after it, and its page; see `Forge`.

        Raises ToolError where git fails or a file cannot be written as a plain
        file, StateError where the record of the pull request is damaged.
        """
        project, branch = proposed.project, proposed.branch
        check_branch(branch)
        self._create(project)
        known = self.find(Repository(project), branch)
        head = self._resolve(project, f"refs/heads/{branch}")
        if known is not None and known.edited:
            return known, Outcome.EDITED_BY_PEOPLE
        if known is None and head is not None and self._foreign(project, branch):
            where = self._page(project, branch).relative_to(self.state).as_posix()
            theirs = PullRequest(
                project=project, branch=branch, state="open", title="", digest="", base="",
                commit=head, edited=True, where=where,
            )  # fmt: skip
            return theirs, Outcome.EDITED_BY_PEOPLE
        if known is not None and known.state == "closed":
            if not known.retired:
                return known, Outcome.DECLINED
            known = None
        return self._write(proposed, known, head)

    def _write(
        self, proposed: Proposed, known: PullRequest | None, head: str | None
    ) -> tuple[PullRequest, Outcome]:
        project, branch = proposed.project, proposed.branch
        entries = snapshot.entries(Path(proposed.folder), without=self.state)
        base = self._base(project, entries, proposed.as_of)
        commit = base
        for message, contents in ((proposed.message, proposed.contents), *proposed.then):
            text = signed(message, (NAME, EMAIL)) if proposed.sign_off else message
            changed = _changed(entries, contents)
            commit = self._commit(project, changed, proposed.as_of, text, commit)
        if (
            known is not None
            and head is not None
            and (known.base, known.title) == (base, proposed.title)
            and not (known.draft and not proposed.draft)
            and known.digest == digest(proposed.body)
            and self._tree(project, head) == self._tree(project, commit)
            and self._page(project, branch).exists()
        ):
            return known, Outcome.UNCHANGED
        self._git(project, "update-ref", f"refs/heads/{branch}", commit)
        page = self._page(project, branch)
        record = page.with_suffix(".json")
        pull = PullRequest(
            project=project, branch=branch, state="open", title=proposed.title,
            digest=digest(proposed.body), base=base, commit=commit, edited=False,
            where=page.relative_to(self.state).as_posix(),
            # A draft that was made ready is not made one again: then it is people's.
            draft=proposed.draft and (known is None or known.draft),
            created=(known and known.created) or _midnight(proposed.as_of),
            forced=proposed.forced,
        )  # fmt: skip
        before = record.read_bytes() if known is not None else None
        more = local_record.kept(proposed, before)
        replace_file(page, local_record.page(pull, proposed.body, more))
        replace_file(record, local_record.render(pull, more))
        return pull, Outcome.CREATED if known is None else Outcome.UPDATED

    def _base(self, project: str, entries: list[git.Entry], as_of: dt.date) -> str:
        """The commit of the present files: the last one, if the files are still the same."""
        commit = self._commit(project, entries, as_of, "The project as it stands\n", None)
        last = self._resolve(project, _BASE)
        if last is not None and self._tree(project, last) == self._tree(project, commit):
            return last
        self._git(project, "update-ref", _BASE, commit)
        return commit

    def _commit(
        self,
        project: str,
        entries: list[git.Entry],
        as_of: dt.date,
        message: str,
        parent: str | None,
    ) -> str:
        midnight = _midnight(as_of)
        stream = git.commit_stream(
            _SCRATCH,
            entries,
            author=(NAME, EMAIL),
            seconds=int(midnight.timestamp()),
            message=message,
            parent=parent,
        )
        self._git(project, "fast-import", "--quiet", "--force", "--done", stdin=stream)
        commit = self._git(project, "rev-parse", "--verify", _SCRATCH)
        self._git(project, "update-ref", "-d", _SCRATCH)
        return commit

    def _foreign(self, project: str, branch: str) -> bool:
        """Whether any commit of `branch` has an author or a committer other than pylife."""
        said = self._git(
            project, "log", "--format=%an <%ae>%n%cn <%ce>", f"refs/heads/{branch}", "--"
        )
        return set(said.splitlines()) != {f"{NAME} <{EMAIL}>"}

    def _resolve(self, project: str, reference: str) -> str | None:
        if not self._repository(project).is_dir():
            return None
        found = self._git(project, "for-each-ref", "--format=%(objectname)", reference)
        return found or None

    def _tree(self, project: str, commit: str) -> str:
        return self._git(project, "rev-parse", "--verify", f"{commit}^{{tree}}")

    def _create(self, project: str) -> None:
        place = self._repository(project)
        if not (place / "HEAD").is_file():
            place.mkdir(parents=True, exist_ok=True)
            self._git(project, "init", "--quiet", "--bare", "--template=", "--initial-branch=main")

    def _git(self, project: str, verb: str, *arguments: str, stdin: bytes = b"") -> str:
        place = self._repository(project)
        return (
            git.run(verb, *arguments, stdin=stdin, repository=place)
            .decode(errors="replace")
            .strip()
        )

    def _repository(self, project: str) -> Path:
        return self.root / f"{slug(project)}.git"

    def _page(self, project: str, branch: str) -> Path:
        folder = self.root / slug(project) / "pulls"
        return folder / f"{branch}.md"


def slug(project: str) -> str:
    """`project` as a folder's name; a name that had to be changed keeps apart by a digest."""
    plain = re.sub(r"[^a-z0-9.-]+", "-", project.lower()).strip(".-")[:80]
    if plain == project and not plain.endswith(".git"):
        return plain
    mark = hashlib.sha256(project.encode()).hexdigest()[:8]
    return f"{plain or 'project'}-{mark}"


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def _changed(entries: list[git.Entry], contents: dict[str, bytes]) -> list[git.Entry]:
    """The entries that `contents` change, each with the mode that it has."""
    modes = {entry.path: entry.mode for entry in entries}
    changed = []
    for path, data in sorted(contents.items()):
        name = os.fsencode(path)
        mode = modes.get(name, "100644")
        above = any(os.fsencode(folder) in modes for folder in PurePosixPath(path).parents)
        outside = PurePosixPath(path).is_absolute() or ".." in path.split("/")
        if mode == git.LINK or above or outside:
            raise ToolError("not a plain file of the project, so it is not replaced", path=path)
        changed.append(git.Entry(name, mode, data))
    return changed

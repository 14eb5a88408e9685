"""The forge without a server: a bare repository and Markdown pages in the state folder.

A project's present files become the base, a commit on `main` of
`forge/<project>.git`; the proposal is one commit on it. The page of a pull
request is `forge/<project>/pulls/<branch>.md`, and what pylife knows of it the
`.json` beside. Nothing of the user's is written: not the work tree, the index,
the branches or the configuration of the repository that the project is in.
"""

import datetime as dt
import hashlib
import json
import os
import re
from pathlib import Path, PurePosixPath
from typing import Any

from pylife.errors import StateError, ToolError
from pylife.forges import git, snapshot
from pylife.forges.base import EMAIL, NAME, digest
from pylife.model import Outcome, Proposed, PullRequest, Repository
from pylife.syntax.edits import replace_file

SCHEMA = "pylife/local-pull/1"

_BASE = "refs/heads/main"
_SCRATCH = "refs/pylife/scratch"
_BRANCH = re.compile(r"[a-z0-9][a-z0-9-]*([./][a-z0-9][a-z0-9-]*)*")


class LocalForge:
    """Pull requests below the folder `state`; raises ToolError where git is missing."""

    def __init__(self, state: Path) -> None:
        git.check()
        self.state = state
        self.root = state / "forge"

    def find(self, repository: Repository, branch: str) -> PullRequest | None:
        """The pull request of `branch`, with `edited` true once people committed to it.

        Raises StateError where its record is damaged.
        """
        project = repository.project
        record = self._page(project, branch).with_suffix(".json")
        try:
            known = _parse(record.read_bytes(), record.relative_to(self.state).as_posix())
        except FileNotFoundError:
            return None
        head = self._resolve(project, f"refs/heads/{branch}")
        theirs = head is not None and (head != known.commit or self._foreign(project, branch))
        return known._replace(edited=theirs)

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """A commit on the base with `proposed.contents`, those after it, and its page; see `Forge`.

        Raises ToolError where git fails or a file cannot be written as a plain
        file, StateError where the record of the pull request is damaged.
        """
        project, branch = proposed.project, proposed.branch
        if _BRANCH.fullmatch(branch) is None:
            raise ToolError(f"{branch!r} is no branch name that every forge takes")
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
            return known, Outcome.DECLINED
        return self._write(proposed, known, head)

    def _write(
        self, proposed: Proposed, known: PullRequest | None, head: str | None
    ) -> tuple[PullRequest, Outcome]:
        project, branch = proposed.project, proposed.branch
        entries = snapshot.entries(Path(proposed.folder), without=self.state)
        base = self._base(project, entries, proposed.as_of)
        commit = self._commit(
            project, _changed(entries, proposed.contents), proposed.as_of, proposed.message, base
        )
        for message, contents in proposed.then:
            changed = _changed(entries, contents)
            commit = self._commit(project, changed, proposed.as_of, message, commit)
        if (
            known is not None
            and head is not None
            and (known.base, known.title) == (base, proposed.title)
            and known.digest == digest(proposed.body)
            and self._tree(project, head) == self._tree(project, commit)
            and self._page(project, branch).exists()
        ):
            return known, Outcome.UNCHANGED
        self._git(project, "update-ref", f"refs/heads/{branch}", commit)
        page = self._page(project, branch)
        pull = PullRequest(
            project=project, branch=branch, state="open", title=proposed.title,
            digest=digest(proposed.body), base=base, commit=commit, edited=False,
            where=page.relative_to(self.state).as_posix(),
        )  # fmt: skip
        replace_file(page, f"# {proposed.title}\n\n{proposed.body.strip()}\n".encode())
        replace_file(page.with_suffix(".json"), _record(pull))
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
        midnight = dt.datetime.combine(as_of, dt.time(), tzinfo=dt.UTC)
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


def _changed(entries: list[git.Entry], contents: dict[str, bytes]) -> list[git.Entry]:
    """The entries that `contents` change, each with the mode that it has."""
    modes = {entry.path: entry.mode for entry in entries}
    changed = []
    for path, data in sorted(contents.items()):
        name = os.fsencode(path)
        mode = modes.get(name, "100644")
        if mode == git.LINK or PurePosixPath(path).is_absolute() or ".." in path.split("/"):
            raise ToolError("not a plain file of the project, so it is not replaced", path=path)
        changed.append(git.Entry(name, mode, data))
    return changed


def _record(pull: PullRequest) -> bytes:
    values = {
        "schema": SCHEMA,
        "project": pull.project,
        "branch": pull.branch,
        "state": pull.state,
        "title": pull.title,
        "digest": pull.digest,
        "base": pull.base,
        "commit": pull.commit,
    }
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def _parse(data: bytes, where: str) -> PullRequest:
    try:
        values: dict[str, Any] = json.loads(data)
        if values["schema"] != SCHEMA:
            raise StateError(
                f"of another version ({values['schema']!r})", path=where, help="update pylife"
            )
        fields = ("project", "branch", "state", "title", "digest", "base", "commit")
        known = {name: str(values[name]) for name in fields}
    except (ValueError, KeyError, TypeError):
        raise StateError(
            "not a record of a pull request", path=where, help="delete it to start again"
        ) from None
    if known["state"] not in {"open", "closed", "merged"}:
        raise StateError(f"state is {known['state']!r}, not open, closed or merged", path=where)
    page = where.removesuffix(".json") + ".md"
    return PullRequest(**known, edited=False, where=page)

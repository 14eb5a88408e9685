"""A bare git repository through git's plumbing; what was read is remembered, for it cannot change."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.forges.peer import objects
from tests.forges.peer.objects import Change, Entry

_SHORT = 10
_NAME = re.compile(r"refs/(heads|tags|pull)(/[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*)+")
"""Names of references that git takes for sure."""


class GitError(Exception):
    """Git refused; the text is what it said."""


class Signature(NamedTuple):
    """Who and when: `seconds` since 1970 in UTC."""

    name: str
    email: str
    seconds: int


class Commit(NamedTuple):
    """A commit as git has it."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


class Changed(NamedTuple):
    """A file that two trees differ in."""

    status: str
    path: str
    sha: str
    added: int
    removed: int
    before: str | None
    """What it was called."""


class Bare:
    """The bare repository at `folder`, made with the branch `default` unless that is empty.

    `refs` are its references by full name. Only this object and `git http-backend` write
    them; after the latter call `reload`.
    """

    def __init__(self, folder: Path, default: str) -> None:
        self.folder = folder
        self.refs: dict[str, str] = {}
        self._objects: dict[str, tuple[str, bytes]] = {}
        self._listings: dict[tuple[str, bool], list[Entry]] = {}
        self._answers: dict[tuple[str, ...], str] = {}
        self._differences: dict[tuple[str, str], list[Changed]] = {}
        if default:
            _skeleton(folder, default)

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What `git ARGUMENTS` prints; raises GitError."""
        done = subprocess.run(
            ["git", f"--git-dir={self.folder}", *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            env=environment(),
        )
        if done.returncode:
            raise GitError(done.stderr.decode(errors="replace").strip() or f"{arguments[0]} failed")
        return done.stdout

    # References

    def reload(self) -> None:
        """Read the references anew."""
        said = self.git("for-each-ref", "--format=%(refname) %(objectname)").decode()
        words = said.split()
        self.refs = dict(zip(words[::2], words[1::2], strict=True))

    def set(self, reference: str, sha: str) -> None:
        """Point `reference` at `sha`; raises GitError for a name that git does not take."""
        self.keep(reference, sha)
        self.refs[reference] = sha

    def keep(self, reference: str, sha: str) -> None:
        """Point a reference at `sha` that is not to be seen among `refs`."""
        if _NAME.fullmatch(reference) is None:
            self.git("check-ref-format", reference)
        place = self.folder / reference
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = place.with_name(f"{place.name}.lock")
            fresh.write_text(f"{sha}\n")
            fresh.rename(place)
        except OSError as error:
            raise GitError(f"cannot lock ref {reference}: {error.strerror}") from error

    def delete(self, reference: str) -> None:
        """Remove `reference`."""
        self.git("update-ref", "-d", reference)
        del self.refs[reference]

    def head(self, branch: str) -> str | None:
        """The commit of `branch`."""
        return self.refs.get(f"refs/heads/{branch}")

    def set_default(self, branch: str) -> None:
        """Make `branch` what HEAD names."""
        self.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")

    def copy(self, folder: Path) -> "Bare":
        """Another repository of the same content."""
        shutil.copytree(self.folder, folder)
        made = Bare(folder, "")
        made.refs = dict(self.refs)
        made._objects = dict(self._objects)
        made._listings = dict(self._listings)
        return made

    # Objects

    def read(self, sha: str) -> tuple[str, bytes] | None:
        """The type and bytes of the object `sha` (40 digits); None where there is none."""
        if sha not in self._objects:
            found = objects.read(self.folder, sha) or self._unpacked(sha)
            if found is None:
                return None
            self._objects[sha] = found
        return self._objects[sha]

    def _unpacked(self, sha: str) -> tuple[str, bytes] | None:
        said = self.git("cat-file", "--batch", stdin=sha.encode() + b"\n")
        first, _, rest = said.partition(b"\n")
        words = first.decode().split()
        return (words[1], rest[: int(words[2])]) if len(words) == 3 else None

    def blob(self, data: bytes) -> str:
        """Write `data`; returns its name."""
        return self._write("blob", data)

    def _write(self, kind: str, data: bytes) -> str:
        sha = objects.write(self.folder, kind, data)
        self._objects[sha] = kind, data
        return sha

    def commit(
        self,
        tree: str,
        parents: Sequence[str],
        message: str,
        author: Signature,
        committer: Signature,
    ) -> str:
        """Write a commit with exactly this message; returns its name."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        for role, who in (("author", author), ("committer", committer)):
            lines.append(f"{role} {who.name} <{who.email}> {who.seconds} +0000")
        text = "\n".join([*lines, "", message])
        return self._write("commit", text.encode())

    def show(self, sha: str) -> Commit | None:
        """The commit `sha`; None for anything else."""
        found = self.read(sha)
        if found is None or found[0] != "commit":
            return None
        head, _, message = found[1].decode(errors="replace").partition("\n\n")
        parents: list[str] = []
        fields: dict[str, str] = {}
        for line in head.splitlines():
            key, _, value = line.partition(" ")
            if key == "parent":
                parents.append(value)
            else:
                fields.setdefault(key, value)
        return Commit(
            sha,
            fields["tree"],
            tuple(parents),
            _signature(fields["author"]),
            _signature(fields["committer"]),
            message,
        )

    def listing(self, tree: str, *, recursive: bool) -> list[Entry]:
        """The entries of `tree` (or of a commit's tree), those of its folders too if `recursive`."""
        key = (tree, recursive)
        if key not in self._listings:
            commit = self.show(tree)
            self._listings[key] = self._listed(commit.tree if commit else tree, "", recursive)
        return self._listings[key]

    def _listed(self, tree: str, prefix: str, recursive: bool) -> list[Entry]:
        found = []
        for mode, name, sha in objects.entries(self._tree(tree)):
            kind = {"040000": "tree", "160000": "commit"}.get(mode, "blob")
            held = self.read(sha) if kind == "blob" else None
            size = len(held[1]) if held else None
            found.append(Entry(mode, kind, sha, size, prefix + name))
            if recursive and kind == "tree":
                found += self._listed(sha, f"{prefix}{name}/", recursive)
        return found

    def _tree(self, sha: str) -> bytes:
        found = self.read(sha)
        if found is None or found[0] != "tree":
            raise GitError(f"not a tree object: {sha}")
        return found[1]

    def find(self, tree: str, path: str) -> Entry | None:
        """The entry at `path`."""
        wanted = path.strip("/")
        entries = self.listing(tree, recursive=True)
        return next((entry for entry in entries if entry.path == wanted), None)

    def build(self, base: str | None, changes: Sequence[Change]) -> str:
        """The tree of `base` (a tree or commit) with `changes`."""
        commit = self.show(base) if base else None
        top = commit.tree if commit else base
        return self._built(top, changes) or self._write("tree", b"")

    def _built(self, base: str | None, changes: Sequence[Change]) -> str | None:
        """The tree with changes; None where nothing is left in it."""
        items = {}
        if base is not None:
            items = {name: (mode, sha) for mode, name, sha in objects.entries(self._tree(base))}
        for name in dict.fromkeys(path.split("/")[0] for path, _, _ in changes):
            for _, mode, sha in [change for change in changes if change[0] == name]:
                items.pop(name, None)
                if sha is not None:
                    items[name] = (mode, sha)
            deeper = objects.inside(changes, name)
            if deeper:
                mode, sha = items.pop(name, ("", ""))
                tree = self._built(sha if mode == "040000" else None, deeper)
                if tree is not None:
                    items[name] = ("040000", tree)
        return self._write("tree", objects.packed(items)) if items else None

    # History

    def ancestor(self, old: str, new: str) -> bool:
        """Whether `old` is `new` or comes before it."""
        return old == new or self.base(old, new) == old

    def base(self, one: str, other: str) -> str | None:
        """The best common ancestor."""
        if self._line(one, other) is not None:
            return one
        if self._line(other, one) is not None:
            return other
        key = ("base", one, other)
        if key not in self._answers:
            try:
                self._answers[key] = self.git("merge-base", one, other).decode().strip()
            except GitError:
                self._answers[key] = ""
        return self._answers[key] or None

    def between(self, old: str | None, new: str) -> list[str]:
        """The commits of `new` that `old` lacks, oldest first."""
        line = self._line(old, new) if old else None
        if line is not None:
            return line
        key = ("between", old or "", new)
        if key not in self._answers:
            without = [f"^{old}"] if old else []
            said = self.git("rev-list", "--reverse", "--topo-order", new, *without)
            self._answers[key] = said.decode().strip()
        return self._answers[key].split()

    def _line(self, old: str, new: str) -> list[str] | None:
        """The commits after `old` up to `new` where that is a short and straight line.

        The usual case, for which no git needs to be started.
        """
        found: list[str] = []
        while new != old:
            commit = self.show(new) if len(found) < _SHORT else None
            if commit is None or len(commit.parents) != 1:
                return None
            found.append(new)
            new = commit.parents[0]
        return found[::-1]

    def differences(self, old: str | None, new: str) -> list[Changed]:
        """What changes from `old` (None: nothing at all) to `new`."""
        key = (old or "", new)
        if key not in self._differences:
            root = old or self.git("hash-object", "-t", "tree", "-w", os.devnull).decode().strip()
            self._differences[key] = self._compared(root, new)
        return self._differences[key]

    def _compared(self, root: str, new: str) -> list[Changed]:
        said = self.git("diff-tree", "-r", "-z", "-M", "--raw", "--numstat", root, new).decode()
        found, words = [], said.split("\0")
        first = next((k for k, word in enumerate(words) if "\t" in word), len(words))
        lines = _numbered(words[first:])
        rest = iter(words[:first])
        for about in rest:
            if not about:
                continue
            fields, path = about.split(), next(rest)
            before = None
            if fields[4].startswith("R"):
                before, path = path, next(rest)
            kinds = {"A": "added", "D": "removed", "R": "renamed"}
            status = kinds.get(fields[4][0], "modified")
            sha = fields[2] if status == "removed" else fields[3]
            found.append(Changed(status, path, sha, *lines.get(path, (0, 0)), before))
        return found

    def merged_tree(self, base: str, head: str) -> str | None:
        """The tree of merging `head` into `base`; None where they conflict."""
        if self._line(base, head) is not None:
            commit = self.show(head)
            return commit.tree if commit else None
        key = ("merge", base, head)
        if key not in self._answers:
            try:
                said = self.git("merge-tree", "--write-tree", base, head).decode()
                self._answers[key] = said.split()[0]
            except GitError:
                self._answers[key] = ""
        return self._answers[key] or None


def environment() -> dict[str, str]:
    """Nothing of the user's but PATH."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _skeleton(folder: Path, default: str) -> None:
    for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "HEAD").write_text(f"ref: refs/heads/{default}\n")
    (folder / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
        "[http]\n\treceivepack = true\n[uploadpack]\n\tallowAnySHA1InWant = true\n"
        "\tallowFilter = true\n"
    )


def _signature(text: str) -> Signature:
    who, _, when = text.rpartition("> ")
    name, _, email = who.partition(" <")
    return Signature(name, email, int(when.split()[0]))


def _numbered(words: list[str]) -> dict[str, tuple[int, int]]:
    """Lines added and removed by path, of `--numstat -z`: a renamed file has two paths."""
    found, rest = {}, iter(words)
    for about in rest:
        if not about:
            continue
        added, removed, path = about.split("\t")
        if not path:
            next(rest)
            path = next(rest)
        counts = [int(count) if count.isdigit() else 0 for count in (added, removed)]
        found[path] = counts[0], counts[1]
    return found

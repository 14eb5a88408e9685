"""A bare git repository: references, objects, trees; what was read is remembered for ever."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

from tests.forges.peer import objects
from tests.forges.peer.objects import Change, Entry

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


class Store:
    """The bare repository at `folder`, made with the branch `default` unless that is empty.

    `refs` are its references by full name. Only this object and `git http-backend` write
    them; after the latter call `reload`.
    """

    def __init__(self, folder: Path, default: str) -> None:
        self.folder = folder
        self.refs: dict[str, str] = {}
        self._objects: dict[str, tuple[str, bytes]] = {}
        self._listings: dict[tuple[str, bool], list[Entry]] = {}
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

    def copy(self, folder: Path) -> Self:
        """Another repository of the same content."""
        shutil.copytree(self.folder, folder)
        made = type(self)(folder, "")
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

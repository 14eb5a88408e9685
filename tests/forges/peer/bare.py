"""A bare git repository's history: ancestors, differences, merges."""

import os
from pathlib import Path
from typing import NamedTuple

from tests.forges.peer.store import GitError, Store

_SHORT = 10


class Changed(NamedTuple):
    """A file that two trees differ in."""

    status: str
    path: str
    sha: str
    added: int
    removed: int
    before: str | None
    """What it was called."""


class Bare(Store):
    """A bare repository with its history."""

    def __init__(self, folder: Path, default: str) -> None:
        super().__init__(folder, default)
        self._answers: dict[tuple[str, ...], str] = {}
        self._differences: dict[tuple[str, str], list[Changed]] = {}

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

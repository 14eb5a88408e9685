"""Whether the base on GitHub is what a change was made from, and the tree that it becomes."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pylife.errors import ToolError
from pylife.forges import git
from pylife.forges.github_api import Api
from pylife.model import Proposed

_PLAIN = frozenset({"100644", "100755"})
_KINDS = {git.LINK: "a symbolic link", "160000": "a submodule", "040000": "a folder"}
_LFS = b"version https://git-lfs.github.com/spec/"


class Node(NamedTuple):
    """What a base's tree has at a path: git's mode and the object's id."""

    mode: str
    sha: str


def blob(data: bytes) -> str:
    """The id that git gives to the content of a file (in repositories that use SHA-1)."""
    head = b"blob %d\0" % len(data)
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()


def paths(proposed: Proposed) -> dict[str, str]:
    """The files that change, by path from the project's folder: their path in the repository.

    Raises ToolError for a path that leads out of the project.
    """
    prefix = proposed.repository.path.strip("/") if proposed.repository else ""
    found = {}
    for name in sorted({*proposed.contents, *(name for _, more in proposed.then for name in more)}):
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or {"..", ".git"} & set(parts) or "\\" in name:
            raise ToolError("not a plain file of the project, so it is not replaced", path=name)
        found[name] = str(PurePosixPath(prefix, name))
    return found


def final(proposed: Proposed) -> dict[str, bytes]:
    """The content that each file has after the last commit, by path from the project's folder."""
    contents = dict(proposed.contents)
    for _, more in proposed.then:
        contents |= more
    return contents


def wanted(proposed: Proposed) -> dict[str, str]:
    """By path in the repository, the ids of the files that differ from the base."""
    places, after = paths(proposed), final(proposed)
    return {
        places[name]: blob(data)
        for name, data in after.items()
        if proposed.before.get(name) != data
    }


def check(proposed: Proposed, base: str, nodes: Mapping[str, Node]) -> None:
    """Raise ToolError unless the files are in `nodes` as they were when the change was made.

    `base` names the branch in errors; `nodes` holds what the base's tree has at the files'
    paths and those of the folders above them.
    """
    for name, place in paths(proposed).items():
        for above in PurePosixPath(place).parents:
            held = nodes.get(str(above))
            if held is not None and held.mode != "040000":
                kind = _KINDS.get(held.mode, "a file")
                raise ToolError(f"{kind} is above it, so it is not replaced", path=place)
        node, before = nodes.get(place), proposed.before.get(name)
        if node is not None and node.mode not in _PLAIN:
            kind = _KINDS.get(node.mode, f"of mode {node.mode}")
            raise ToolError(f"it is {kind}, so it is not replaced", path=place)
        if before is not None and before.startswith(_LFS):
            raise ToolError("it is kept in Git LFS, so it is not replaced", path=place)
        if (node.sha if node else None) != (blob(before) if before is not None else None):
            raise ToolError(
                f"the checkout differs from the branch {base!r} on GitHub",
                path=place,
                help="fetch the branch, and run again",
            )


def look(api: Api, project: str, proposed: Proposed, commit: str, tree: str) -> dict[str, Node]:
    """What the base's `commit` (of `tree`) has at the changed files and the folders above.

    From the project's own clone where that has the commit, which spares a request; else asked.
    """
    asked = _with_parents(paths(proposed).values())
    local = _local(Path(proposed.folder), commit, asked)
    return local if local is not None else _remote(api, project, tree, asked)


def _with_parents(places: Iterable[str]) -> set[str]:
    above = {str(path) for place in places for path in PurePosixPath(place).parents}
    return {*places, *above} - {"."}


def _local(folder: Path, commit: str, asked: set[str]) -> dict[str, Node] | None:
    try:
        git.run("cat-file", "-e", f"{commit}^{{commit}}", folder=folder)
        said = git.run("ls-tree", "-z", "--full-tree", commit, "--", *sorted(asked), folder=folder)
    except (ToolError, OSError):
        return None
    found = {}
    for line in filter(None, said.split(b"\0")):
        head, _, path = line.partition(b"\t")
        mode, _, sha = head.decode().split(" ")
        found[path.decode(errors="surrogateescape")] = Node(mode, sha)
    return found


def _remote(api: Api, project: str, tree: str, asked: set[str]) -> dict[str, Node]:
    where = ("repos", *project.split("/"), "git", "trees")
    whole = api.get(f"reading the files of {project}", *where, tree, recursive=1)
    found = _nodes(whole, "")
    if whole.get("truncated"):
        found = _nodes(api.get(f"reading the files of {project}", *where, tree), "")
        for folder in sorted(asked, key=lambda path: path.count("/")):
            node = found.get(folder)
            if node is not None and node.mode == "040000":
                inner = api.get(f"reading the files of {project}", *where, node.sha)
                found |= _nodes(inner, f"{folder}/")
    return {path: node for path, node in found.items() if path in asked}


def _nodes(values: dict[str, Any], prefix: str) -> dict[str, Node]:
    return {
        f"{prefix}{item['path']}": Node(item["mode"], item["sha"])
        for item in values.get("tree", [])
    }


def entries(
    repository: Any, contents: Mapping[str, bytes], nodes: Mapping[str, Node]
) -> list[dict[str, str]]:
    """What a new tree changes: `contents` by path in the repository, with the modes of `nodes`.

    Text goes along; what is no UTF-8 becomes a blob first. `repository` is github3.py's.
    """
    found = []
    for path, data in sorted(contents.items()):
        mode = nodes[path].mode if path in nodes else "100644"
        entry = {"path": path, "mode": mode, "type": "blob"}
        text = _text(data)
        if text is not None:
            entry["content"] = text
        else:
            entry["sha"] = str(repository.create_blob(base64.b64encode(data).decode(), "base64"))
        found.append(entry)
    return found


def _text(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text

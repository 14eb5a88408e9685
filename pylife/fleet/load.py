"""The fleet of a path: described by `pylife.toml`, or discovered."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pylife import resources
from pylife.errors import ConfigError, NothingCheckedError, ToolError, UnreadableError, UsageError
from pylife.fleet import identity
from pylife.fleet.discover import Found, Skipped, Tree, discover
from pylife.fleet.images import Image, declared
from pylife.fleet.settings import Settings, parse
from pylife.model import Kind, Project
from pylife.syntax import text, toml

CONFIG = "pylife.toml"


class Member(NamedTuple):
    """A project with the folder where it is (None where it could not be had) and its files.

    `root` is the folder that pylife was given, from which policy and matrix
    files are named.
    """

    project: Project
    folder: Path | None
    files: tuple[str, ...] = ()
    root: Path = Path()
    named: bool = True
    """Whether the distribution's name is given statically."""
    builds: tuple[str, ...] = ()
    """Patterns of the container images that it makes."""
    kind_said: bool = False
    """Whether pylife.toml says of which kind it is."""
    upgrade: Mapping[str, Any] = MappingProxyType({})
    """Its own table `upgrade`; see `pylife.fleet.campaign`."""
    branch: str | None = None
    """The branch of its repository that was asked for; None for the default branch."""
    away: str = ""
    """Why the files of a listed model are not here; empty where they are."""


class Config(NamedTuple):
    """The `pylife.toml` of a folder; `document` is None where there is none.

    `shown` is how its path is told. `described` says that it names the projects, so
    that what it does not name is no part of the fleet.
    """

    root: Path
    shown: str = CONFIG
    document: toml.Document | None = None
    settings: Settings = Settings()

    @property
    def described(self) -> bool:
        """Whether it lists projects."""
        return self.document is not None and bool(self.document.value.get("project"))


class Fleet(NamedTuple):
    """All members, in the order of their paths."""

    name: str
    members: tuple[Member, ...]
    skipped: tuple[Skipped, ...] = ()
    images: tuple[Image, ...] = ()
    """What `[images]` says of images that are built elsewhere."""
    configs: tuple[Config, ...] = ()

    def config(self, member: Member) -> Config:
        """The configuration under which `member` was found."""
        return next(
            (one for one in self.configs if one.root == member.root), Config(root=member.root)
        )


def load_all(roots: Sequence[Path], *, cache: Path, fetch: bool) -> Fleet:
    """The fleets of several folders as one; paths then begin with the folder as it was given."""
    fleets = [load(root, cache=cache, fetch=fetch) for root in roots]
    if len(fleets) == 1:
        return fleets[0]
    members = [
        member._replace(project=member.project._replace(path=_below(root, member.project.path)))
        for root, fleet in zip(roots, fleets, strict=True)
        for member in fleet.members
    ]
    return Fleet(
        name=", ".join(sorted({fleet.name for fleet in fleets})),
        members=tuple(_distinct(members)),
        skipped=tuple(
            skip._replace(path=_below(root, skip.path))
            for root, fleet in zip(roots, fleets, strict=True)
            for skip in fleet.skipped
        ),
        images=tuple(image for fleet in fleets for image in fleet.images),
        configs=tuple(
            config._replace(shown=f"{config.root.as_posix()}/{CONFIG}")
            for fleet in fleets
            for config in fleet.configs
        ),
    )


def load(root: Path, *, cache: Path, fetch: bool) -> Fleet:
    """The fleet of the folder `root`.

    Repositories given by URL are taken from `cache`; only with `fetch` are they
    brought up to date over the network. Raises UsageError where `root` is no
    folder, ConfigError where `pylife.toml` is wrong, NothingCheckedError where
    there is no file at all. A member that cannot be had is a member with an error.
    """
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        hint = "give a project, a monorepo or a folder with pylife.toml"
        raise UsageError(f"{root} {what}", help=hint)
    document = _config(root)
    config = document.value if document else {}
    fleet = config.get("fleet", {})
    entries: list[dict[str, Any]] = config.get("project", [])
    skip = [path.strip("/").removeprefix("./") for path in fleet.get("skip", [])]
    if entries:
        members, skipped = _described(root, entries, skip, cache=cache, fetch=fetch)
    else:
        tree = discover(root, skip)
        members, skipped = [_member(root, found) for found in tree.projects], list(tree.skipped)
    if not any(one.files or one.project.error or one.project.excluded for one in members):
        raise NothingCheckedError(f"{root} holds no file to look at")
    return Fleet(
        name=fleet.get("name", root.resolve().name),
        members=tuple(_distinct([_settled(member, root, fleet) for member in members])),
        skipped=tuple(skipped),
        images=declared(config.get("images", {}), CONFIG),
        configs=(Config(root=root, document=document, settings=parse(config.get("check", {}))),),
    )


def _settled(member: Member, root: Path, fleet: dict[str, Any]) -> Member:
    """The member with what `[fleet]` says where its own table says nothing."""
    project = member.project
    return member._replace(
        root=root,
        project=project._replace(
            policy=project.policy or fleet.get("policy"),
            matrix=project.matrix or fleet.get("matrix"),
        ),
    )


def _below(root: Path, path: str) -> str:
    given = root.as_posix()
    return path if given == "." else given if path == "." else f"{given}/{path}"


def _config(root: Path) -> toml.Document | None:
    shown = CONFIG
    if not os.path.lexists(root / CONFIG):
        return None
    try:
        document = toml.parse(text.read(root, CONFIG))
    except UnreadableError as error:
        raise ConfigError(
            error.message, path=shown, line=error.line, column=error.column, help=error.help
        ) from None
    from pylife.syntax import schema

    schema.validate(document, resources.data("fleet.schema.json"), shown)
    if "upgrade" in document.value or any(
        "upgrade" in p for p in document.value.get("project", ())
    ):
        from pylife.fleet import campaign  # a check needs none of it else

        campaign.check(document, shown)
    return document


def _described(
    root: Path, entries: list[dict[str, Any]], skip: Sequence[str], *, cache: Path, fetch: bool
) -> tuple[list[Member], list[Skipped]]:
    """The members that `[[project]]` tables describe; a later table overrides an earlier one."""
    members: dict[str, Member] = {}
    skipped: list[Skipped] = []
    for number, entry in enumerate(entries):
        if "path" in entry:
            found = _from_path(root, entry, number, skip)
        elif "listing" in entry:
            found = _from_listing(root, entry, number)
        else:
            found = _from_url(entry, cache, fetch=fetch)
        for member, tree in found:
            members[member.project.path] = member
            skipped += tree.skipped if tree else ()
    return list(members.values()), skipped


def _is_meant(pattern: str, folder: Path) -> bool:
    """As in a shell, a name that begins with a dot (`.git`, the state) is not matched by `*`."""
    return not folder.name.startswith(".") or pattern.rpartition("/")[2].startswith(".")


def _from_path(
    root: Path, entry: dict[str, Any], number: int, skip: Sequence[str]
) -> Iterator[tuple[Member, Tree | None]]:
    pattern = entry["path"].rstrip("/")
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise ConfigError(
            f"project[{number}].path leads out of the fleet's folder: {pattern!r}", path=CONFIG
        )
    is_pattern = any(sign in pattern for sign in "*?[")
    folders = (
        sorted(path for path in root.glob(pattern) if path.is_dir() and _is_meant(pattern, path))
        if is_pattern
        else [root / pattern]
    )
    if is_pattern and not folders:
        yield _broken(entry, pattern, f"no folder matches {pattern!r}"), None
    for folder in folders:
        path = folder.relative_to(root).as_posix()
        if "exclude" in entry:
            yield _apply(entry, Member(project=_named(folder.name, path), folder=folder)), None
        elif not folder.is_dir():
            what = "a file, not a folder" if folder.exists() else "no such folder"
            yield _broken(entry, path, what), None
        else:
            prefix = "" if path == "." else path + "/"
            inside = [item.removeprefix(prefix) for item in skip if item.startswith(prefix)]
            tree = discover(folder, inside)
            for found in tree.projects:
                yield _apply(entry, _member(folder, found, prefix=path)), tree


def _from_url(
    entry: dict[str, Any], cache: Path, *, fetch: bool
) -> Iterator[tuple[Member, Tree | None]]:
    from pylife.fleet import git  # most fleets are folders

    url = entry["url"]
    branches: list[str | None] = entry.get("branches", [None])
    name = git.name_of(url)
    for branch in branches:
        label = f"{name}@{branch}" if branch and len(branches) > 1 else name
        if "exclude" in entry:
            yield _apply(entry, Member(project=_named(label, label), folder=None)), None
            continue
        try:
            folder = git.checkout(url, branch, cache, fetch=fetch)
        except ToolError as error:
            yield _broken(entry, label, error.message), None
            continue
        tree = discover(folder)
        for found in tree.projects:
            member = _member(folder, found, prefix=label, name=name)._replace(branch=branch)
            if branch and len(branches) > 1:
                project = member.project._replace(name=f"{member.project.name}@{branch}")
                member = member._replace(project=project)
            yield _apply(entry, member), tree


def _from_listing(
    root: Path, entry: dict[str, Any], number: int
) -> Iterator[tuple[Member, Tree | None]]:
    from pylife.fleet import listing  # few fleets have one

    if "name" in entry:
        raise ConfigError(f"project[{number}].name: a listing has its models' names", path=CONFIG)
    for listed in listing.read(root, entry["listing"], entry.get("stages", ())):
        tree = discover(listed.folder) if listed.folder is not None else None
        inside = tree.projects if tree is not None else ()
        files = next((found.files for found in inside if found.path == "."), ())
        project = Project(name=listed.project, path=listed.path, kind=Kind.MODEL)
        member = _apply(entry, Member(project=project, folder=listed.folder, files=files))
        if listed.away and not member.project.excluded:
            # Not an error: nobody can look at what is in a store of objects from here.
            project = member.project._replace(excluded=listed.away)
            member = member._replace(project=project, away=listed.away)
        yield member, tree


def _member(root: Path, found: Found, prefix: str = ".", name: str = "") -> Member:
    """What was found below `root`; `name` is what the root is called, if not as its folder."""
    folder = root / found.path
    path = (
        found.path if prefix == "." else prefix if found.path == "." else f"{prefix}/{found.path}"
    )
    said = identity.name(folder, found.files)
    called = name if name and found.path == "." else folder.resolve().name
    project = Project(name=said or called, path=path, kind=found.kind)
    return Member(project=project, folder=folder, files=found.files, named=said is not None)


def _apply(entry: dict[str, Any], member: Member) -> Member:
    """What the `[[project]]` table says about the member."""
    project = member.project
    return member._replace(
        builds=tuple(entry.get("builds", ())),
        kind_said="kind" in entry,
        upgrade=entry.get("upgrade", {}),
        project=project._replace(
            name=entry.get("name", project.name),
            kind=Kind(entry["kind"]) if "kind" in entry else project.kind,
            tier=entry.get("tier"),
            owner=entry.get("owner"),
            excluded=entry.get("exclude"),
            policy=entry.get("policy"),
            matrix=entry.get("matrix"),
            url=_shown_url(entry),
        ),
    )


def _shown_url(entry: dict[str, Any]) -> str | None:
    if "url" not in entry:
        return None
    from pylife.fleet import git

    return git.without_credentials(entry["url"])


def _broken(entry: dict[str, Any], path: str, error: str) -> Member:
    project = _named(path, path)._replace(error=error)
    return _apply(entry, Member(project=project, folder=None))


def _named(name: str, path: str) -> Project:
    return Project(name=name, path=path, kind=Kind.LIBRARY)


def _distinct(members: list[Member]) -> list[Member]:
    """The members by path; where two share a name, the path tells them apart."""
    names = [member.project.name for member in members]
    return [
        member._replace(project=member.project._replace(name=f"{name} ({member.project.path})"))
        if names.count(name) > 1
        else member
        for name, member in sorted(
            zip(names, members, strict=True), key=lambda pair: pair[1].project.path
        )
    ]

"""What a nightly job publishes of the whole fleet, for the hook of one repository."""

import datetime as dt
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from pylife import calendar
from pylife.errors import ConfigError, UsageError
from pylife.fleet import Fleet, Member
from pylife.fleet.images import Image
from pylife.model import Kind, Project, PythonVersion, Waiver
from pylife.policy import Policy
from pylife.workflow.ranges import Range

SCHEMA = "pylife/facts/1"
MAX_BYTES = 50_000_000


class Facts(NamedTuple):
    """The facts of a fleet on the day `as_of`; `document` is all that was published."""

    as_of: dt.date
    document: Mapping[str, Any]

    @property
    def ranges(self) -> dict[str, Range]:
        """Where each member of the fleet can be installed."""
        known = frozenset(calendar.known())
        return {
            item["name"]: Range(
                item["range"]["raw"],
                None
                if item["range"]["covered"] is None
                else frozenset(map(PythonVersion.parse, item["range"]["covered"])) & known,
                item["range"]["unreadable"],
            )
            for item in self.document["fleet"]["projects"]
        }

    def told(self, fleet: Fleet) -> Fleet:
        """The fleet with what only the facts have: kinds, tiers, owners, and the images."""
        known = {item["name"]: item for item in self.document["fleet"]["projects"]}
        return fleet._replace(
            members=tuple(
                _told(
                    member,
                    known.get(member.project.name),
                    keep_kind=member.kind_said,
                )
                for member in fleet.members
            ),
            # What is said here goes before: of patterns alike, the first one counts.
            images=(*fleet.images, *self.images),
        )

    @property
    def images(self) -> tuple[Image, ...]:
        """The images that the fleet knows, and those that its members build."""
        return tuple(
            Image(
                pattern=item["pattern"],
                pythons=tuple(map(PythonVersion.parse, item["pythons"])),
                platform=item["platform"],
                end_of_life=_day(item["end_of_life"]),
                source=item["source"],
                date=dt.date.fromisoformat(item["date"]),
            )
            for item in self.document["images"]
        )

    @property
    def dependencies(self) -> Mapping[str, Mapping[str, Any]]:
        """What was said of the projects' dependencies, by their names; none where nothing was."""
        return self.document.get("dependencies") or {}

    @property
    def platforms(self) -> bytes:
        """The dates of platforms that the job had, as a file of them is written."""
        text: str = self.document["data"]["platforms"]
        return text.encode()

    def waivers(self, name: str) -> tuple[Waiver, ...]:
        """The waivers of the fleet's pylife.toml that speak of the project `name`."""
        return tuple(
            Waiver(**{**item, "until": dt.date.fromisoformat(item["until"])})
            for item in self.document["waivers"]
            if fnmatchcase(name, item["project"])
        )

    def known(self, project: Project) -> Project:
        """The project at its path in the fleet, where the fleet has one of its name."""
        item = self._member(project.name)
        return project if item is None else project._replace(path=item["path"])

    def policy_of(self, name: str) -> str | None:
        """The name of the policy by which the fleet judges the project `name`.

        Of a project that it does not know: of most of its projects. None where no such
        policy was published.
        """
        item = self._member(name)
        used: str = item["policy"] if item is not None else self.document["fleet"]["policy"]
        return used if used in self.document["policies"] else None

    def policy(self, used: str) -> Policy:
        """The published policy of that name; raises ConfigError where it is wrong."""
        from pylife.policy.texts import assemble

        return assemble([(file["name"], file["text"]) for file in self.document["policies"][used]])

    def _member(self, name: str) -> Mapping[str, Any] | None:
        projects: list[Mapping[str, Any]] = self.document["fleet"]["projects"]
        return next((item for item in projects if item["name"] == name), None)


def digest(document: Mapping[str, Any]) -> str:
    """The digest of all that `document` says but for the digest itself."""
    import hashlib
    import json

    plain = {key: value for key, value in document.items() if key != "digest"}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def find(fleet: Fleet, given: str | None, *, offline: bool) -> Facts | None:
    """The facts that the command line or pylife.toml name; None where neither does.

    Only the command line can name a URL: a repository that is merely read sends nobody
    anywhere. Raises UsageError for a URL where no network may be used, ConfigError for what
    cannot be had, is no such file, is of another version, or was changed since.
    """
    if given is not None:
        shown, data = _bytes(given, offline=offline)
        return parse(data, shown=shown)
    named = {
        config.root / config.settings.facts: config
        for config in fleet.configs
        if config.settings.facts is not None
    }
    for path, config in named.items():
        if "://" in str(config.settings.facts):
            raise ConfigError(
                "facts is a URL", path=config.shown, help="give a URL with --facts, or a file here"
            )
        if len(named) > 1:
            raise UsageError("the folders' pylife.toml differ in check.facts", help="give --facts")
        shown, data = _bytes(str(path), offline=True)
        return parse(data, shown=shown)
    return None


def parse(data: bytes, *, shown: str) -> Facts:
    """Read published facts; `shown` is how errors name them."""
    import json

    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the facts are not valid JSON: {error}", path=shown) from None
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        help_ = (
            "it is of a newer pylife: upgrade"
            if str(schema).startswith("pylife/facts/")
            else ("give what `pylife nightly` writes: facts.json in the site")
        )
        raise ConfigError(f"the facts are {schema!r}, not {SCHEMA!r}", path=shown, help=help_)
    if document.get("digest") != digest(document):
        raise ConfigError(
            "the facts do not match their digest: they were changed, or cut off",
            path=shown,
            help="fetch them again",
        )
    found = Facts(dt.date.fromisoformat(str(document.get("as_of"))), document)
    try:
        _complete(found)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(
            f"the facts are not complete: {type(error).__name__}: {error}",
            path=shown,
            help="publish them again with this version of pylife",
        ) from None
    return found


def _complete(found: Facts) -> None:
    """Use everything once, so that nothing is missing later."""
    found.waivers("")
    for item in found.document["fleet"]["projects"]:
        _ = (item["path"], Kind(item["kind"]), item["tier"], item["owner"], item["policy"])
        found.waivers(item["name"])
    for files in found.document["policies"].values():
        _ = [(file["name"], file["text"]) for file in files]
    _ = (found.ranges, found.images, found.platforms, found.document["fleet"]["policy"])


def _bytes(where: str, *, offline: bool) -> tuple[str, bytes]:
    """How errors name what is `where`, and what is there."""
    if "://" in where:
        from pylife.forges import fetch

        if offline:
            raise UsageError(
                f"{fetch.shown(where)} needs the network",
                help="leave out --offline, or give a file",
            )
        return fetch.shown(where), fetch.get(where, limit=MAX_BYTES)
    try:
        return where, Path(where).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"the facts cannot be read: {reason}", path=where) from None


def _told(member: Member, known: Mapping[str, Any] | None, *, keep_kind: bool) -> Member:
    project = member.project
    if known is None:
        return member
    return member._replace(
        project=project._replace(
            tier=project.tier if project.tier is not None else known["tier"],
            owner=project.owner or known["owner"],
            kind=project.kind if keep_kind else Kind(known["kind"]),
        )
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None

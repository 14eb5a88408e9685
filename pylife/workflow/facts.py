"""What a nightly job publishes of the whole fleet, for the hook of one repository."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pylife import calendar
from pylife.errors import ConfigError, UsageError
from pylife.fleet import Fleet, Member
from pylife.model import Kind, Project, PythonVersion
from pylife.policy import Policy
from pylife.workflow.ranges import Range

SCHEMA = "pylife/facts/1"
MAX_BYTES = 50_000_000


class Facts(NamedTuple):
    """The facts of a fleet on the day `as_of`; `document` is all that was published."""

    as_of: str
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
        """The fleet with kind, tier and owner of each member where only the facts have them."""
        known = {item["name"]: item for item in self.document["fleet"]["projects"]}
        return fleet._replace(
            members=tuple(_told(member, known.get(member.project.name)) for member in fleet.members)
        )

    def known(self, project: Project) -> Project:
        """The project at its path in the fleet, where the fleet has one of its name."""
        item = self._member(project.name)
        return project if item is None else project._replace(path=item["path"])

    def policy(self, name: str) -> tuple[str, Policy] | None:
        """The policy by which the fleet judges the project `name`, or else most of its projects.

        With the policy's name as it was configured. None where nothing was published.
        """
        policies = self.document["policies"]
        item = self._member(name)
        used = item["policy"] if item is not None else self.document["fleet"]["policy"]
        if used not in policies:
            return None
        from pylife.policy.texts import assemble

        return used, assemble([(file["name"], file["text"]) for file in policies[used]])

    def _member(self, name: str) -> Mapping[str, Any] | None:
        projects: list[Mapping[str, Any]] = self.document["fleet"]["projects"]
        return next((item for item in projects if item["name"] == name), None)


def digest(document: Mapping[str, Any]) -> str:
    """The digest of all that `document` says but for the digest itself."""
    import hashlib

    plain = {key: value for key, value in document.items() if key != "digest"}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def find(fleet: Fleet, given: str | None, *, offline: bool) -> Facts | None:
    """The facts that the command line or pylife.toml name; None where neither does.

    Raises UsageError for a URL where no network may be used, ConfigError for what cannot
    be had, is no such file, is of another version, or was changed since it was published.
    """
    where = given
    if where is None:
        for config in fleet.configs:
            named = config.settings.facts
            if named is not None:
                where = named if "://" in named else str(config.root / named)
    if where is None:
        return None
    return parse(_bytes(where, offline=offline), shown=where)


def parse(data: bytes, *, shown: str) -> Facts:
    """Read published facts; `shown` is how errors name them."""
    try:
        document = json.loads(data)
    except ValueError as error:
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
    return Facts(document["as_of"], document)


def _bytes(where: str, *, offline: bool) -> bytes:
    if "://" in where:
        if offline:
            raise UsageError(
                f"{where} needs the network", help="leave out --offline, or give a file"
            )
        from pylife.forges import fetch

        return fetch.get(where, limit=MAX_BYTES)
    try:
        return Path(where).read_bytes()
    except OSError as error:
        raise ConfigError(f"the facts cannot be read: {error.strerror}", path=where) from None


def _told(member: Member, known: Mapping[str, Any] | None) -> Member:
    project = member.project
    if known is None:
        return member
    return member._replace(
        project=project._replace(
            tier=project.tier if project.tier is not None else known["tier"],
            owner=project.owner or known["owner"],
            kind=Kind(known["kind"]) if project.kind is Kind.LIBRARY else project.kind,
        )
    )

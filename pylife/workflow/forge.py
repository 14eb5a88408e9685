"""Which forge a fleet's proposals go to, and a rehearsal of what it would be asked."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pylife.errors import ConfigError
from pylife.forges.base import Forge
from pylife.forges.local import LocalForge
from pylife.model import Outcome, Proposed, PullRequest, Repository
from pylife.workflow.read import Scan


class Chosen(NamedTuple):
    """A forge and what it is: `local` or `github`.

    A `server` has people at its other end, so that caps hold; a `rehearsal` changes nothing.
    """

    forge: Forge
    name: str
    server: bool
    rehearsal: bool = False


def choose(scan: Scan, state: Path, name: str | None, environment: Mapping[str, str]) -> Chosen:
    """The forge called `name`, else the one that pylife.toml names, else the local one.

    `environment` is where credentials are looked for. Raises ConfigError where the fleets name
    different ones, and what the forge raises where it has no credentials.
    """
    tables = _tables(scan)
    said = {table["forge"] for table in tables if "forge" in table}
    if name is None and len(said) > 1:
        raise ConfigError(
            f"the fleets name different forges: {' and '.join(sorted(said))}",
            help="choose one with --forge",
        )
    name = name or next(iter(said), "local")
    if name == "local":
        return Chosen(LocalForge(state, as_of=scan.as_of), name, server=False)
    urls = sorted({table["url"] for table in tables if "url" in table})
    if len(urls) > 1:
        raise ConfigError("the fleets name different servers", help="open them one by one")
    return Chosen(_github(urls[0] if urls else "", state, environment), name, server=True)


def named(scan: Scan) -> str:
    """The forge that pylife.toml names first; the local one where it names none."""
    return next((table["forge"] for table in _tables(scan) if "forge" in table), "local")


def _tables(scan: Scan) -> list[dict[str, Any]]:
    """What `[upgrade]` says in each pylife.toml of the fleet."""
    return [
        config.document.value.get("upgrade", {})
        for config in scan.fleet.configs
        if config.document is not None
    ]


def _github(url: str, state: Path, environment: Mapping[str, str]) -> Forge:
    from pylife.forges import credentials  # whoever proposes locally needs none of it
    from pylife.forges.github import GitHubForge

    found = credentials.find(environment, url=url)
    return GitHubForge(found, url=url, checks=True, kept=state / "cache" / "github")


class Rehearsal:
    """A forge that reads and writes nothing: what it would write is told, a line each."""

    def __init__(self, forge: Forge, tell: Callable[[str], Any]) -> None:
        self._forge, self._tell = forge, tell

    def find(self, repository: Repository, branch: str) -> PullRequest | None:
        """As the forge itself says."""
        return self._forge.find(repository, branch)

    def pulls(self, repository: Repository) -> list[PullRequest]:
        """As the forge itself says."""
        return self._forge.pulls(repository)

    def missing(self, repository: Repository, paths: Sequence[str]) -> list[str]:
        """As the forge itself says."""
        return self._forge.missing(repository, paths)

    def open_or_update(self, proposed: Proposed) -> tuple[PullRequest, Outcome]:
        """Tell what would be proposed; one that people committed to stays theirs."""
        where = proposed.repository or Repository(proposed.project)
        known = self._forge.find(where, proposed.branch)
        if known is not None and known.state == "open" and known.edited:
            self._tell(
                f"{_place(where)}: leave {proposed.branch} to the people who committed to it"
            )
            return known, Outcome.EDITED_BY_PEOPLE
        is_open = known is not None and known.state == "open"
        verb = "refresh, where anything differs," if is_open else "open"
        kind = "a draft" if proposed.draft else "a pull request"
        self._tell(
            f"{_place(where)}: {verb} {kind} from {proposed.branch}"
            f" into {where.base or 'the default branch'}: {proposed.title}"
        )
        for path in sorted(proposed.contents):
            verb = "change" if path in proposed.before else "write"
            self._tell(f"    {verb} {path} ({len(proposed.contents[path])} bytes)")
        for message, contents in proposed.then:
            self._tell(f"    then, {message.splitlines()[0]}: {', '.join(sorted(contents))}")
        for what, names in (("label", proposed.labels), ("ask to review", proposed.reviewers)):
            if names and not is_open:
                self._tell(f"    {what}: {', '.join(names)}")
        if known is not None and is_open:
            return known, Outcome.UPDATED
        pull = PullRequest(
            project=proposed.project, branch=proposed.branch, state="open", title=proposed.title,
            digest="", base="", commit="", edited=False, where="", draft=proposed.draft,
        )  # fmt: skip
        return pull, Outcome.CREATED

    def retire(self, repository: Repository, pull: PullRequest, reason: str) -> Outcome:
        """Tell what would be put away."""
        self._tell(f"{_place(repository)}: put away {pull.branch}: {reason}")
        return Outcome.UPDATED

    def dashboard(self, repository: Repository, topic: str, title: str, body: str) -> str:
        """Tell which dashboard would be written."""
        lines = len(body.splitlines())
        self._tell(f"{_place(repository)}: write the dashboard {title!r} ({topic}, {lines} lines)")
        return ""


def rehearsed(chosen: Chosen, tell: Callable[[str], Any]) -> Chosen:
    """The forge, rehearsed: `tell` is given a line for each thing that would be done."""
    return chosen._replace(forge=Rehearsal(chosen.forge, tell), rehearsal=True)


def _place(repository: Repository) -> str:
    name = repository.name or repository.project
    return f"{name}/{repository.path}" if repository.path else name

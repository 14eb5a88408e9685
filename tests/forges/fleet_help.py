"""The example fleet on a GitHub, each project a repository of its own, and its nights."""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pylife.forges.credentials import Secret, Token
from pylife.forges.github import GitHubForge
from pylife.forges.github_pace import Pace
from pylife.model import Proving
from pylife.upgrade import Proposal
from pylife.workflow import proof, run, upgrading
from pylife.workflow.campaign import Campaigned, Wish
from pylife.workflow.forge import Chosen
from pylife.workflow.means import Means
from pylife.workflow.read import Scan, scan
from pylife.workflow.source_facts import Look
from pylife.workflow.upgrading import PROOFS, Upgrading
from pylife.workflow.wanted import Wanted
from tests.conftest import ROOT
from tests.forges.peer import Hosted, Peer

PLATFORM = ROOT / "examples" / "platform"
DAY = dt.date(2026, 11, 21)
KINDS = {"nw-serving": "service", "nw-training-pipeline": "pipeline", "churn-model": "model"}
LIBRARIES = (
    "nw-core", "nw-config", "nw-features", "nw-client", "nw-legacy-metrics", "nw-notebooks",
)  # fmt: skip
PROJECTS = (*LIBRARIES, *KINDS)
Files = dict[str, str | bytes]
_NOT_COPIED = frozenset({".nox", "__pycache__", ".pylife"})


class Fleet:
    """The projects on `peer`; `folder` gets pylife.toml and the state folder.

    `projects` are some of the example fleet, or the files of others by name. With `locks`, those
    that a tool makes are made anew, which asks the package index.
    """

    def __init__(
        self,
        peer: Peer,
        folder: Path,
        settings: str = "",
        *,
        projects: Sequence[str] | Mapping[str, Files] = PROJECTS,
        policy: str | None = None,
        locks: bool = False,
    ) -> None:
        self.locks = locks
        self.peer, self.root, self.state = peer, folder / "fleet", folder / "state"
        self.hosted: dict[str, Hosted] = {}
        self.tested: dict[str, Any] | None = None
        """What the last night's tests have shown: the document of the step that runs them."""
        self.root.mkdir()
        self.state.mkdir()
        text = policy or (PLATFORM / "policies" / "platform.toml").read_text()
        (self.root / "policy.toml").write_text(text)
        parts = [f'[fleet]\nname = "nw"\npolicy = "policy.toml"\n{settings}']
        for name in projects:
            files = projects[name] if isinstance(projects, Mapping) else _files(name)
            self.hosted[name] = peer.repository("acme", name, files)
            kind = KINDS.get(name, "library")
            parts.append(
                f'[[project]]\nurl = "{peer.url}/acme/{name}.git"\nname = "{name}"\n'
                f'kind = "{kind}"\nupgrade = {{ base = "main" }}\n'
            )
        (self.root / "pylife.toml").write_text("\n".join(parts))
        peer.person("dana")
        for there in self.hosted.values():
            peer.person("dana").invite(there, "dana")

    def night(self, *, wanted: Wanted | None = None, jobs: int = 2, **wish: Any) -> Campaigned:
        """What one night does: read, run tests (those that are `wanted`; else none), propose."""
        self.peer.clock.advance(86400)
        scanned = scan(
            [self.root], as_of=DAY, policy_name=None, cache=self.state / "repositories", fetch=True
        )
        if wanted is not None:
            self.tested = self._test(scanned, wanted, jobs)
        pace = Pace(clock=self.peer.clock, sleep=self.peer.clock.advance)
        token = Token(Secret(self.peer.token), "$TOKEN")
        forge = GitHubForge(token, url=self.peer.url, pace=pace, checks=True)
        now = dt.datetime.fromtimestamp(self.peer.clock(), dt.UTC)
        return upgrading.run(
            self._upgrading(scanned, self.tested),
            Chosen(forge, "github", server=True),
            Wish(as_of=DAY, now=now, **wish),
            unproven=wanted is None,
        )

    def _test(self, scanned: Scan, wanted: Wanted, jobs: int) -> dict[str, Any]:
        """Test the trees as they are, and as their upgrades will make them."""
        before = (self.tested or {}).get(PROOFS, {})
        found = run.run(scanned, state=self.state, jobs=jobs, wanted=wanted)
        what = self._upgrading(scanned, {**found, PROOFS: before})
        setting = proof.Setting(state=self.state, jobs=jobs, wanted=wanted)
        return {**found, PROOFS: upgrading.prove(what, what.prepared(server=True), setting)}

    def _upgrading(self, scanned: Scan, tested: Mapping[str, Any] | None) -> Upgrading:
        more = {}
        if self.locks:
            now = dt.datetime.combine(DAY, dt.time(), dt.UTC)
            means = Means(state=self.state, environment=os.environ, now=now, as_of=DAY)
            more = means.options()
        return Upgrading(
            scan=scanned, state=self.state, run=tested, look=Look(self.state).of, more=more
        )

    def open_pulls(self) -> list[tuple[str, int, bool]]:
        """Repository, number and whether it is a draft, of each open pull request."""
        return [
            (name, issue.number, issue.pull.draft)
            for name, there in self.hosted.items()
            for issue in there.pulls()
            if issue.pull is not None and issue.state == "open"
        ]

    def review(self, found: Campaigned) -> list[str]:
        """Somebody looks at the drafts that no test could prove and that wait for nothing else.

        Of which projects they are; each is said to be ready for review.
        """
        still = self.open_pulls()
        numbers = {name: number for name, number, draft in still if draft}
        waited_for = {name for name, _, _ in still}
        ready = [
            one.project
            for one in found.proposals
            if one.project in numbers
            and one.proof is not None
            and one.proof.verdict is Proving.UNPROVEN
            and not waited_for & set(one.parents)
        ]
        for name in ready:
            self.peer.person("dana").ready(self.hosted[name], numbers[name])
        return ready

    def merge(self) -> list[str]:
        """Somebody merges what waits for nothing else; of which projects that was."""
        ready = [(name, number) for name, number, draft in self.open_pulls() if not draft]
        for name, number in ready:
            self.peer.person("dana").merge(self.hosted[name], number, "squash", delete=True)
        return [name for name, _ in ready]


def by_name(found: Campaigned) -> dict[str, Proposal]:
    """The proposals, by project."""
    return {proposal.project: proposal for proposal in found.proposals}


def _files(name: str) -> Files:
    place = next(path for path in PLATFORM.rglob(name) if path.is_dir())
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and not _NOT_COPIED & set(path.parts)
    }

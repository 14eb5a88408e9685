"""What a campaign asks of GitHub, and how long it takes, against the peer of the tests.

Made-up projects, each in a repository of its own, go through the real steps: read, planned,
proposed. The peer is on loopback, answers each request after the latency of a real server, counts
requests against GitHub's limits, and does not validate messages here, which the tests do. Told
are: the requests for a project that is created, updated, left as it is (with an open pull request,
and with nothing to do at all); the seconds of the night on which nothing changed, beside a plain
loop that waits the latency as often as there were requests; and by a clock that is let go on, how
long the changes take that GitHub's limits spread out.
"""

import argparse
import contextlib
import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from pylife.forges.credentials import Secret, Token
from pylife.forges.github import GitHubForge
from pylife.forges.github_pace import Pace
from pylife.model import MigrationState, Outcome
from pylife.workflow import upgrading
from pylife.workflow.campaign import Campaigned, Wish
from pylife.workflow.forge import Chosen
from pylife.workflow.read import scan
from pylife.workflow.upgrading import Upgrading
from tests.forges.peer import Clock, Hosted, Peer

START = 1_795_219_200.0
"""2026-11-21 00:00 UTC."""
DAY = dt.date(2026, 11, 21)
SECONDS, RATIO = 30.0, 1.5
CREATE, UPDATE, SAME = 8, 5, 2
"""The budgets: of a night without changes for 500 projects, and requests for one project."""

_POLICY = """\
name = "made-up"
[stages]
adopt = { anchor = "python.release", offset = "P6M" }
deprecate = { anchor = "python.eol" }
drop = { anchor = "python.eol", offset = "P3M" }
"""
_SETTINGS = """\
[fleet]
name = "made-up"
policy = "policy.toml"
[upgrade]
canary = 0
max-open = 100000
max-per-hour = 100000
reviewers = []
"""
_WAITS = 3600.0


class Night(NamedTuple):
    """What one run did, in how many seconds, of which so many were for planning."""

    done: Campaigned
    seconds: float
    planning: float
    requests: Counter[str]
    changes: int


class Fleet:
    """Projects in the folder, each a clone of its repository on the peer."""

    def __init__(self, peer: Peer, folder: Path, number: int, *, done: bool = False) -> None:
        self.peer, self.root, self.state = peer, folder / "fleet", folder / "state"
        self.state.mkdir(parents=True)
        self.root.mkdir()
        self.hosted: list[Hosted] = []
        (self.root / "policy.toml").write_text(_POLICY)
        parts = [_SETTINGS]
        for index in range(number):
            name = f"project-{index:04}"
            self.hosted.append(peer.repository("acme", name, _files(name, done=done)))
            parts.append(
                f'[[project]]\npath = "{name}"\n'
                f'upgrade = {{ repository = "acme/{name}", base = "main" }}\n'
            )
        (self.root / "pylife.toml").write_text("\n".join(parts))
        for there in self.hosted:
            self.fetch(there)

    def fetch(self, there: Hosted) -> None:
        """Bring the clone to what is on the peer."""
        place = self.root / there.name
        if not place.exists():
            _git("clone", "-q", "--shared", str(there.git.folder), str(place))
        else:
            _git("-C", str(place), "pull", "-q", "--ff-only")

    def night(self, pace: Pace | None = None, now: dt.datetime | None = None) -> Night:
        """Read, plan and propose."""
        scanned = scan([self.root], as_of=DAY, policy_name=None, cache=self.state / "repositories")
        self.peer.requests.clear()
        token = Token(Secret(self.peer.token), "$TOKEN")
        forge = GitHubForge(
            token, url=self.peer.url, pace=pace or Pace(pause=0.0), checks=True,
            kept=self.state / "cache" / "github",
        )  # fmt: skip
        what = Upgrading(scan=scanned, state=self.state)
        started = time.perf_counter()
        what.prepared(server=True)
        planning = time.perf_counter() - started
        started = time.perf_counter()
        now = now or dt.datetime.fromtimestamp(START, dt.UTC)
        done = upgrading.run(
            what, Chosen(forge, "github", server=True), Wish(as_of=DAY, now=now), unproven=True
        )
        seconds = time.perf_counter() - started
        return Night(done, seconds, planning, self.peer.counts(), len(self.peer.wrote()))

    def move_bases(self) -> None:
        """Let somebody commit something else to each default branch."""
        for there in self.hosted:
            person = self.peer.person("dana")
            person.push(there, "main", {"NEWS": "something else\n"})
            self.fetch(there)


def _files(name: str, *, done: bool) -> dict[str, str | bytes]:
    python = ">=3.10" if done else ">=3.9,<3.14"
    return {
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "1"\n'
        f'requires-python = "{python}"\n',
        f"{name.replace('-', '_')}.py": '"""Nothing."""\n',
    }


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


@contextlib.contextmanager
def fleet(number: int, *, latency: float, clock: Clock | None = None, **more: Any) -> Iterator[Fleet]:
    """A fleet on a peer of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Peer(Path(folder) / "peer", clock=clock or Clock(START), validate=False) as peer,
    ):
        made = Fleet(peer, Path(folder), number, **more)
        peer.latency = latency
        yield made


def waited(requests: int, latency: float) -> float:
    """Seconds of a plain loop that waits the latency once for each request."""
    started = time.perf_counter()
    for _ in range(requests):
        time.sleep(latency)
    return time.perf_counter() - started


def said(what: str, found: float, budget: float, unit: str = "") -> bool:
    """Print one figure beside its budget; whether it keeps to that."""
    fits = found <= budget
    print(f"  {what:58} {found:8.2f}{unit}   budget {budget:g}{unit}   {'' if fits else 'OVER'}")
    return fits


def told(night: Night, number: int) -> None:
    """Print what was asked, and what came of it."""
    outcomes = Counter(str(one.outcome) for one in night.done.proposals)
    print("  " + ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items())))
    for operation, count in sorted(night.requests.items()):
        print(f"    {count / number:6.2f} {operation}")


def main() -> int:
    """Print the figures; 1 where one is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=500)
    parser.add_argument("--some", type=int, default=20, help="projects of the counted nights")
    parser.add_argument("--latency", type=float, default=0.020, help="seconds")
    options = parser.parse_args()
    fits = []
    print("requests for a project")
    with fleet(options.some, latency=0) as few:
        for what, budget in (("created", CREATE), ("left as it is", SAME), ("updated", UPDATE)):
            if what == "updated":
                few.move_bases()
            found = few.night()
            fits.append(said(what, found.requests.total() / options.some, budget))
            told(found, options.some)
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())

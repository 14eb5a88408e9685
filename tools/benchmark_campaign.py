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
from pylife.workflow import upgrading
from pylife.workflow.campaign import Campaigned, Wish
from pylife.workflow.forge import Chosen
from pylife.workflow.read import scan
from pylife.workflow.upgrading import Upgrading
from tests.forges.peer import Clock, Hosted, Peer

START = 1_795_219_200.0
"""2026-11-21 00:00 UTC."""
DAY = dt.date(2026, 11, 21)
SECONDS, RATIO = 30.0, 2.0
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
"""
_BETWEEN = 3600.0
"""Seconds between runs that open what GitHub's limits let."""


class Night(NamedTuple):
    """What one run did, in how many seconds, of which so many were for planning."""

    done: Campaigned
    seconds: float
    planning: float
    requests: Counter[str]
    changes: int


class Fleet:
    """Projects in the folder, each a clone of its repository on the peer."""

    def __init__(
        self, peer: Peer, folder: Path, number: int, *, done: bool = False, words: str = ""
    ) -> None:
        self.peer, self.root, self.state = peer, folder / "fleet", folder / "state"
        self.state.mkdir(parents=True)
        self.root.mkdir()
        self.hosted: list[Hosted] = []
        (self.root / "policy.toml").write_text(_POLICY)
        parts = [_SETTINGS + (words or "reviewers = []\n")]
        peer.person("dana")
        for index in range(number):
            name = f"project-{index:04}"
            there = peer.repository("acme", name, _files(name, done=done))
            self.hosted.append(there)
            peer.person("dana").invite(there, "dana")
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
            token, url=self.peer.url, pace=pace or Pace(), checks=True,
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

    def leisure(self) -> Pace:
        """A pace that waits as long as it takes, by the peer's clock."""
        clock = self.peer.clock
        return Pace(clock=clock, sleep=clock.advance, patience=float("inf"))

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
def fleet(number: int, *, latency: float, **more: Any) -> Iterator[Fleet]:
    """A fleet on a peer of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Peer(Path(folder) / "peer", clock=Clock(START), validate=False) as peer,
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
    print(f"{what:56} {found:8.2f}{unit}   budget {budget:g}{unit}   {'' if fits else 'OVER'}")
    return fits


def told(night: Night, number: int) -> None:
    """Print what was asked for a project, and what came of it."""
    outcomes = Counter(str(one.outcome) for one in night.done.proposals)
    print("    " + ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items())))
    for operation, count in sorted(night.requests.items()):
        print(f"    {count / number:5.2f} {operation}")


def counted(number: int) -> Iterator[bool]:
    """The requests for a project that is created, left as it is, and updated."""
    for words in ("", 'labels = ["python"]\nreviewers = ["dana"]\n'):
        with fleet(number, latency=0, words=words) as few:
            print(f"requests for a project{', with a label and a reviewer' if words else ''}")
            more = words.count("=")
            for what, budget in (
                ("created", CREATE + more),
                ("the same", SAME),
                ("updated", UPDATE),
            ):
                if what == "updated":
                    few.move_bases()
                found = few.night(few.leisure())
                # What is asked once a run is no project's.
                once = found.requests["GET /user"] + found.requests["POST /api/graphql"]
                each = (found.requests.total() - once) / number
                yield said(f"  {what} (and {once} for all)", each, budget)
                told(found, number)


def timed(number: int, latency: float) -> Iterator[bool]:
    """The seconds of a night on which nothing is to be done."""
    for what in ("verified", "with an open pull request"):
        with fleet(number, latency=0, done=what == "verified") as many:
            if what != "verified":
                many.night(many.leisure())
            many.night(many.leisure())  # so that answers are known
            many.peer.limits.forget()
            many.peer.latency = latency
            found = many.night()
            requests = found.requests.total()
            plain = waited(requests, latency)
            whole = found.planning + found.seconds
            print(
                f"{number} projects {what}: {requests} requests of {latency * 1000:.0f} ms in"
                f" {found.seconds:.1f} s, planned in {found.planning:.1f} s;"
                f" {requests} waits of that length: {plain:.1f} s"
            )
            told(found, number)
            yield said("  seconds, planning included", whole, SECONDS * number / 500, " s")
            yield said("  of the plain loop's", found.seconds / plain, RATIO)
            yield within(many.peer)


def paced(number: int) -> Iterator[bool]:
    """As many pull requests opened as fast as GitHub lets, by a clock that is let go on."""
    with fleet(number, latency=0, words='labels = ["python"]\n') as many:
        clock, opened, runs, refused = many.peer.clock, 0, 0, 0
        begun = clock()
        while opened < number and runs < number:
            pace = Pace(clock=clock, sleep=clock.advance)
            found = many.night(pace, dt.datetime.fromtimestamp(clock(), dt.UTC))
            opened += sum(one.outcome == "created" for one in found.done.proposals)
            refused += sum(seen.status in {403, 429} for seen in many.peer.requests)
            runs += 1
            clock.advance(_BETWEEN)
        limits = many.peer.limits
        hours = (clock() - begun) / 3600
        print(
            f"{opened} pull requests opened in {runs} runs and {hours:.1f} hours:"
            f" at most {limits.most_in_a_minute} changes in a minute (of {limits.a_minute})"
            f" and {limits.most_in_an_hour} in an hour (of {limits.an_hour}), {refused} refused"
        )
        yield opened == number and refused == 0
        yield within(many.peer)


def within(peer: Peer) -> bool:
    """Print where GitHub would have refused; whether it nowhere would."""
    limits = peer.limits
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(limits.counts.items()))
    print(f"  within GitHub's limits: {kinds}; at most {limits.most_at_once} at once")
    for line in limits.exceeded:
        print(f"  OVER {line}")
    return not limits.exceeded


def main() -> int:
    """Print the figures; 1 where one is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=500)
    parser.add_argument("--some", type=int, default=20, help="projects of the counted nights")
    parser.add_argument("--latency", type=float, default=0.020, help="seconds")
    options = parser.parse_args()
    fits = [
        *counted(options.some),
        *timed(options.projects, options.latency),
        *paced(options.projects),
    ]
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())

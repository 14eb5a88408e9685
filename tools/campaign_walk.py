"""The example fleet, from what it declares to its policy's window, night after night.

Each project gets a repository on the peer of the tests: a GitHub on loopback over real bare
repositories, which holds every request against GitHub's own description. A night reads the fleet,
makes locks anew, runs the tests of each project as it is and as its upgrade will make it, under
every Python that the policy asks for and this machine has, and proposes. By day somebody looks at
the drafts that no test could prove, and merges what is ready. Printed is where each project stands,
until a night changes nothing. The exit code is 1 where anything is left of which the first night
did not say that a person must do it, or its pull request that no test shows it.

Runs the example projects' tests, and installs what they require from your package index.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pylife.model import MigrationState, Proving, PythonVersion
from pylife.upgrade import Proposal
from pylife.workflow.wanted import Wanted
from tests.forges.conftest import START
from tests.forges.fleet_help import Fleet, by_name
from tests.forges.peer import Clock, Peer

_NIGHTS = 20
_DONE = frozenset({MigrationState.VERIFIED, MigrationState.EXCLUDED})


def walk(fleet: Fleet, wanted: Wanted, *, jobs: int = 2) -> list[dict[str, Proposal]]:
    """The nights until one changes nothing; each by project. What is said on the way is printed."""
    nights: list[dict[str, Proposal]] = []
    while len(nights) < _NIGHTS:
        started = time.perf_counter()
        night = fleet.night(wanted=wanted, jobs=jobs)
        found = by_name(night)
        told(len(nights) + 1, found, time.perf_counter() - started)
        is_over = bool(nights) and states(found) == states(nights[-1])
        nights.append(found)
        if reviewed := fleet.review(night):
            print(f"by day     looked at, as no test proved it: {', '.join(reviewed)}")
        merged = fleet.merge()
        print(f"by day     merged: {', '.join(merged) or 'nothing'}")
        if is_over and not merged:
            break
    return nights


def states(night: dict[str, Proposal]) -> dict[str, tuple[str, str]]:
    """Where each project stands, and why."""
    return {name: (str(one.state), one.reason) for name, one in night.items()}


def told(number: int, night: dict[str, Proposal], seconds: float) -> None:
    """Print where each project stands."""
    print(f"night {number:2}   {seconds:.0f} s")
    for name, one in night.items():
        reason = f": {one.reason}" if one.reason else ""
        done = f", {one.outcome}" if one.outcome != "nothing-to-do" else ""
        print(f"  {name:22} {one.state}{done}{reason}")


def surprises(nights: Sequence[dict[str, Proposal]]) -> list[str]:
    """What is left at last of which the first night did not say that a person must do it."""
    first, last = nights[0], nights[-1]
    return [
        f"{name}: {one.state}: {one.reason}"
        for name, one in last.items()
        if one.state not in _DONE
        and not foretold(first[name], one)
        and not (one.state is MigrationState.MERGED and any(map(untested, by_night(nights, name))))
    ]


def by_night(nights: Sequence[dict[str, Proposal]], name: str) -> list[Proposal]:
    """What each night said of the project."""
    return [night[name] for night in nights if name in night]


def untested(proposal: Proposal) -> bool:
    """Whether its pull request says that no test shows its change to work."""
    return proposal.proof is not None and proposal.proof.verdict is Proving.UNPROVEN


def foretold(then: Proposal, now: Proposal) -> bool:
    """Whether what is left was among what was left to people."""
    return now.todo in then.needs_person or now.reason in then.needs_person


def main() -> int:
    """Walk; 1 where anything is left that was not foretold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", type=PythonVersion.parse, help="only these")
    parser.add_argument("--jobs", type=int, default=2, help="tests at a time")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Peer(Path(folder) / "peer", clock=Clock(START)) as peer,
    ):
        fleet = Fleet(peer, Path(folder), locks=True)
        nights = walk(fleet, Wanted(pythons=tuple(options.python or ())), jobs=options.jobs)
        counts = peer.limits.counts
        print(f"requests   {counts['read']} reads, {counts['create']} changes, all as described")
    left = surprises(nights)
    for line in left:
        print(f"SURPRISE   {line}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())

"""Rules that look beyond one project: what it requires of the fleet, and the waivers."""

import datetime as dt

import pytest

from pylife import calendar, policy, rules
from pylife.model import Declaration, Kind, Project, Role, Waiver
from pylife.rules.base import Parent, WaiverUse
from tests.rules.test_rules import PLATFORM, runs_on, supports, unreadable

TODAY = dt.date(2026, 11, 21)
ALL = frozenset(calendar.known())


def parent(covered: str | None, *, required: str = "", unreadable: str | None = None) -> Parent:
    """A requirement that covers the range `covered`, and is required on `required` alone."""
    pythons = frozenset(supports(required).versions or ()) if required else ALL
    inside = None if covered is None else frozenset(supports(covered).versions or ())
    return Parent("core", pythons, inside, covered or "", unreadable)


def judge(
    *declared: Declaration,
    parents: tuple[Parent, ...],
    kind: Kind = Kind.LIBRARY,
    known: bool = True,
) -> rules.Judgement:
    window = policy.window(policy.find("upstream", PLATFORM), calendar.load(), TODAY)
    return rules.judge(
        rules.Facts(
            project=Project(name="p", path="p", kind=kind), declarations=declared, problems=(),
            window=window, calendar=calendar.load(), parents=parents, fleet_known=known,
        )
    )  # fmt: skip


def flt(judged: rules.Judgement) -> list[str]:
    return [f"{item.severity}: {item.message}" for item in judged.findings if item.code == "FLT501"]


@pytest.mark.parametrize(
    ("range_", "parent", "said"),
    [
        (">=3.11", parent(">=3.11"), None),
        (">=3.13", parent(">=3.11"), None),
        (">=3.11", parent(">=3.13"), "covers 3.11 and 3.12"),
        (">=3.11", parent(">=3.11,<3.14"), "covers 3.14 and 3.15"),
        (">=3.11", parent(">=3.13", required=">=3.13"), None),  # a marker
        (">=3.11", parent(">=3.13", required=">=3.12"), "covers 3.12"),
        (">=3.8", parent(">=3.11"), None),  # what the policy has dropped is of no interest
        (">=3.11", parent(None), None),  # no range: it is installable anywhere
    ],
)
def test_a_library_is_no_wider_than_what_it_requires(
    range_: str, parent: Parent, said: str | None
) -> None:
    found = flt(judge(supports(range_), parents=(parent,)))
    assert len(found) == (said is not None)
    assert all(said in message for message in found if said)


def test_an_application_runs_where_all_that_it_requires_does() -> None:
    narrow = (parent(">=3.13"),)
    service = judge(supports(">=3.11"), runs_on("3.12"), parents=narrow, kind=Kind.SERVICE)
    assert flt(service) == [
        "error: runs on 3.12 and requires core, whose range '>=3.13' leaves it out"
    ]
    inside = judge(supports(">=3.11"), runs_on("3.13"), parents=narrow, kind=Kind.SERVICE)
    assert flt(inside) == []
    unnamed = judge(supports(">=3.11"), parents=narrow, kind=Kind.SERVICE)
    assert flt(unnamed) == []  # one Python is enough
    nowhere = judge(supports("==3.12.*"), parents=narrow, kind=Kind.SERVICE)
    assert len(flt(nowhere)) == 1
    dead = judge(runs_on("3.9"), parents=narrow, kind=Kind.SERVICE)
    assert [item.code for item in dead.findings] == ["RUN201"]


def test_a_runtime_moves_to_where_all_that_it_requires_is() -> None:
    (found,) = judge(runs_on("3.9"), parents=(parent(">=3.9,<3.13"),), kind=Kind.SERVICE).findings
    assert found.help == "move to 3.12"


def test_the_deciding_range_and_the_parent_are_named() -> None:
    found = judge(supports(">=3.11"), parents=(parent(">=3.13"),)).findings
    assert [(item.code, item.subject, item.file, item.line) for item in found] == [
        ("FLT501", "core", "pyproject.toml", 3)
    ]


def test_what_is_not_known_of_the_fleet_is_not_evaluated() -> None:
    hidden = parent(None, unreadable="setup.py:4: computed")
    for judged in (
        judge(supports(">=3.11"), parents=(hidden,)),
        judge(unreadable(Role.SUPPORTS, "requires-python"), parents=(parent(">=3.11"),)),
        judge(supports(">=3.11"), parents=(), known=False),
    ):
        assert flt(judged) == []
        assert "FLT501" in [code for code, _ in judged.not_evaluated]
    assert "FLT501" not in [code for code, _ in judge(supports(">=3.11"), parents=()).not_evaluated]


def waiver(rule: str = "RNG002", until: str = "2027-03-31", **other: str) -> Waiver:
    fields = {"project": "shelf", "subject": "*", "owner": "books", "reason": "because"} | other
    return Waiver(
        rule=rule, until=dt.date.fromisoformat(until), file="pylife.toml", line=7, **fields
    )


def of(use: WaiverUse) -> rules.Judgement:
    return rules.judge_fleet(
        rules.FleetFacts(name="Books", as_of=TODAY, calendar_of=TODAY, waivers=(use,))
    )


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (WaiverUse(waiver(), 1), []),
        (WaiverUse(waiver(until="2026-11-21"), 1), []),  # its last day
        (WaiverUse(waiver(until="2026-11-20"), 0), ["POL601 warning"]),
        (WaiverUse(waiver(), 0), ["POL602 warning"]),
        (WaiverUse(waiver(), 0, ("3.9 since 2026-10-31",)), ["POL604 error"]),
        (WaiverUse(waiver(), 2, ("3.9 since 2026-10-31",)), ["POL604 error"]),
        (WaiverUse(waiver(until="2026-11-20"), 0, ("3.9 since 2026-10-31",)), ["POL601 warning"]),
        (WaiverUse(waiver("cells"), 1), []),
        (WaiverUse(waiver("cells"), 0), []),
    ],
)
def test_waivers(use: WaiverUse, expected: list[str]) -> None:
    found = of(use).findings
    assert [f"{item.code} {item.severity}" for item in found] == expected
    assert all(
        (item.project, item.file, item.line) == ("Books", "pylife.toml", 7) for item in found
    )


def test_a_waiver_of_test_cells_is_not_unused_where_none_were_run() -> None:
    assert [code for code, _ in of(WaiverUse(waiver("cells"), 0)).not_evaluated] == ["POL602"]


def test_the_fingerprint_of_a_waiver_does_not_move_with_its_end() -> None:
    (first,) = of(WaiverUse(waiver(until="2026-11-20"), 0)).findings
    (second,) = of(WaiverUse(waiver(until="2026-10-20"), 0)).findings
    (third,) = of(WaiverUse(waiver(until="2026-11-20", project="other"), 0)).findings
    assert first.fingerprint == second.fingerprint != third.fingerprint

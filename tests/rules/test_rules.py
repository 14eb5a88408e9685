"""One line tests a rule: what is declared, on which day, and which verdicts follow."""

import datetime as dt
from collections.abc import Iterable

import pytest
from packaging.specifiers import SpecifierSet

from pylife import calendar, policy, rules
from pylife.model import (
    Coverage,
    Declaration,
    Finding,
    Kind,
    Problem,
    Project,
    PythonVersion,
    RemoveCap,
    Role,
    SetFloor,
    Span,
    coverage,
)
from tests.conftest import AS_OF, ROOT

V = PythonVersion.parse
PLATFORM = ROOT / "examples" / "platform"


def supports(text: str, site: str = "requires-python") -> Declaration:
    specifier = SpecifierSet(text)
    found: Coverage = coverage(specifier, calendar.known())
    return Declaration(
        site=site, role=Role.SUPPORTS, file="pyproject.toml", span=Span(0, len(text)), line=3,
        column=1, raw=text, specifier=specifier, versions=found.full, partial=found.partial,
    )  # fmt: skip


def lock(text: str, site: str = "uv-lock-python", file: str = "uv.lock") -> Declaration:
    return supports(text, site)._replace(file=file)


def other(text: str, site: str, file: str) -> Declaration:
    return supports(text, site)._replace(file=file)


def names(role: Role, site: str, *pythons: str, group: str = "", line: int = 9) -> Declaration:
    text = " ".join(pythons)
    return Declaration(
        site=site, role=role, file=f"{site}.file", span=Span(0, len(text)), line=line, column=1,
        raw=text, versions=tuple(map(V, pythons)), group=group,
    )  # fmt: skip


def classifiers(*pythons: str) -> list[Declaration]:
    return [names(Role.ADVERTISES, "classifier", python, group="g") for python in pythons]


def exercised(*pythons: str) -> Declaration:
    return names(Role.TESTS, "tox-envlist", *pythons)


def runs_on(python: str) -> Declaration:
    return names(Role.RUNS_ON, "dockerfile-from", python)


def unreadable(role: Role, site: str) -> Declaration:
    return Declaration(
        site=site, role=role, file="f", span=Span(0, 1), line=1, column=1, raw="x",
        unreadable="computed",
    )  # fmt: skip


def judge(
    declared: Iterable[Declaration],
    *,
    day: str = AS_OF,
    kind: Kind = Kind.LIBRARY,
    policy_name: str = "policies/platform.toml",
    problems: tuple[Problem, ...] = (),
    metadata_file: str | None = "pyproject.toml",
) -> rules.Judgement:
    window = policy.window(
        policy.find(policy_name, PLATFORM), calendar.load(), dt.date.fromisoformat(day)
    )
    facts = rules.Facts(
        project=Project(name="p", path="p", kind=kind), declarations=tuple(declared),
        problems=problems, window=window, calendar=calendar.load(), metadata_file=metadata_file,
    )  # fmt: skip
    judged = rules.judge(facts)
    # Nothing was scanned here; tests/rules/test_source_rules.py speaks of the source.
    seen = [row for row in judged.not_evaluated if not row[0].startswith("SRC")]
    return judged._replace(not_evaluated=tuple(seen))


def codes(*declared: Declaration, day: str = AS_OF, kind: Kind = Kind.LIBRARY) -> list[str]:
    return [f"{item.code} {item.severity}" for item in judge(declared, day=day, kind=kind).findings]


# The window of the example policy on 2026-11-21: 3.10 deprecated until 2027-01-31,
# 3.11 to 3.14 supported, 3.15 adopting until 2027-04-01.
SOON = "RNG002 warning"
TRAP = "RNG006 warning"
RANGES = ["DRF106 warning"]
CAP = "RNG007 info"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        # RNG001
        ([], ["RNG001 error"]),
        ([supports("<4")], ["RNG001 error"]),
        ([supports("")], ["RNG001 error"]),
        ([supports(">=2.7,!=3.0.*,!=3.5.*")], ["RNG002 error"]),  # there is a floor, below all
        ([supports("!=3.9.*")], ["RNG001 error"]),
        ([supports(">=2.7,!=3.0.*"), *classifiers("3.4", "3.11", "3.12", "3.13", "3.14")],
         ["RNG002 error"]),  # 3.4 is old, yet inside the range
        ([supports(">=3.11")], []),
        ([unreadable(Role.SUPPORTS, "setup-py-python-requires")], []),
        # RNG002
        ([supports(">=3.9")], ["RNG002 error"]),
        ([supports(">=3.9.2")], ["RNG002 error"]),  # a part of 3.9 is still 3.9
        ([supports("~=3.9")], ["RNG002 error", CAP]),
        ([supports(">3.9")], ["RNG002 error", "RNG006 warning"]),  # 3.9.1 is above 3.9
        ([supports(">=3.10")], [SOON]),
        # RNG003
        ([supports(">=3.12")], ["RNG003 error"]),
        ([supports(">=3.11,!=3.13.*")], ["RNG003 error"]),
        ([supports(">=3.11,!=3.13.1")], ["RNG003 info"]),  # a broken release, yet not all of 3.13
        ([supports(">=3.11,!=3.15.*")], ["RNG003 warning"]),  # adopting: until a date
        # RNG004
        ([supports(">=3.11,<3.14")], ["RNG004 error"]),
        ([supports(">=3.11,<3.15")], ["RNG004 warning"]),
        ([supports(">=3.11,<=3.14")], ["RNG004 error", TRAP]),  # 3.14.1 is above 3.14
        ([supports("~=3.11.0")], ["RNG004 error"]),
        ([supports("==3.12.*")], ["RNG003 error", "RNG004 error"]),
        # RNG006
        ([supports(">=3.11,!=3.13")], [TRAP]),  # 3.13.0 alone
        ([supports(">3.11")], [TRAP]),
        ([supports(">=3.11,!=3.9,!=3.10")], []),  # what the floor leaves out already
        ([supports(">=3.11,!=3.13.0")], ["RNG003 info"]),  # a patch release by its number
        ([supports(">=3.11,<=3.14,<3.14")], ["RNG004 error"]),
        ([supports(">=3.11"), supports(">=3.11,<=3.13", "script-requires-python")], [TRAP]),
        ([supports(">=3.11"), lock("==3.12", "pdm-lock-python", "pdm.lock")], []),
        # RNG007
        ([supports(">=3.11,<4")], [CAP]),
        ([supports(">=3.11,<4.0.0")], [CAP]),
        ([supports("~=3.11")], [CAP]),
        ([supports("==3.*,>=3.11")], [CAP]),
        ([supports(">=3.11,<3.17")], [CAP]),
        ([supports(">=3.11,<3.16")], []),  # 3.16 is planned
        ([supports(">=3.11"), supports(">=3.11,<4", "poetry-python")], []),  # for locking
        ([supports(">=3.11,<4", "pixi-python")._replace(file="pixi.toml")], []),
        # DRF106
        ([supports(">=3.11"), other(">=3.11.0", "setup-cfg-python-requires", "setup.cfg")], []),
        ([supports(">=3.11"), other(">=3.10", "setup-cfg-python-requires", "setup.cfg")], RANGES),
        ([supports(">=3.11"), other(">=3.12", "setup-py-python-requires", "setup.py")], RANGES),
        ([supports(">=3.11"), other(">=3.11.2", "setup-py-python-requires", "setup.py")], RANGES),
        ([supports(">=3.11"), other(">=3.12,<4", "poetry-python", "pyproject.toml")], []),
        ([supports(">=3.11"), other(">=3.10,<4", "poetry-python", "pyproject.toml")], RANGES),
        ([supports(">=3.11"), other(">=3.12", "pixi-python", "pixi.toml")], []),
        ([supports(">=3.11"), other("", "conda-recipe-python", "meta.yaml")], []),  # a bare `python`
        ([supports(">=3.11"), other(">=3.10", "conda-recipe-python", "meta.yaml")], RANGES),
        ([supports(">=3.11"), other(">=3.10", "conda-environment-python", "environment.yml")],
         ["DRF106 info"]),  # conda takes the newest
        ([supports(">=3.11"), other("==3.9.*", "conda-environment-python", "environment.yml")],
         ["RUN201 warning"]),  # one Python: that is a runtime
        ([supports(">=3.11"), other(">=3.8", "conda-environment-python", "docs/environment.yml")],
         []),
        # TST301
        ([unreadable(Role.SUPPORTS, "setup-py-python-requires"), exercised("3.9", "3.14")],
         ["TST301 warning"]),
        ([unreadable(Role.SUPPORTS, "setup-py-python-requires"), exercised("3.10", "3.14")], []),
        ([supports(">=3.9"), exercised("3.9", "3.11", "3.12", "3.13", "3.14")], ["RNG002 error"]),
        # DRF101
        ([supports(">=3.11"), *classifiers("3.11", "3.12", "3.13", "3.14")], []),
        ([supports(">=3.11"), *classifiers("3.11", "3.12", "3.13", "3.14", "3.15")], []),
        ([supports(">=3.11"), *classifiers("3.10", "3.11", "3.12", "3.13", "3.14")],
         ["DRF101 warning"]),
        ([supports(">=3.11"), *classifiers("3.11", "3.12")], ["DRF101 warning"]),
        # DRF102
        ([supports(">=3.11"), exercised("3.11", "3.12", "3.13", "3.14")], []),
        ([supports(">=3.11"), exercised("3.10", "3.11", "3.12", "3.13", "3.14")], ["DRF102 warning"]),
        ([supports(">=3.11"), exercised("3.11", "3.12", "3.13")], ["DRF102 warning"]),
        ([supports(">=3.11"), exercised("3.11", "3.12", "3.13", "3.14", "3.14t")], []),
        ([supports(">=3.11"), names(Role.TESTS, "pre-commit-default-python", "3.10")], []),
        # DRF103
        ([supports(">=3.11"), names(Role.TARGETS, "ruff-target-version", "3.11")], []),
        ([supports(">=3.11"), names(Role.TARGETS, "ruff-target-version", "3.8")], []),
        ([supports(">=3.11"), names(Role.TARGETS, "ruff-target-version", "3.12")],
         ["DRF103 warning"]),
        ([supports(">=3.11"), names(Role.TARGETS, "black-target-version", "3.11", "3.12")], []),
        ([supports(">=3.11"), names(Role.TARGETS, "ruff-per-file-target", "3.14")], []),
        # DRF104 and the runtime's own end
        ([supports(">=3.11"), runs_on("3.12")], []),
        ([supports(">=3.12"), runs_on("3.11")], ["DRF104 error", "RNG003 error"]),
        ([supports(">=3.11"), runs_on("3.9")], ["RUN201 warning"]),  # a library is not deployed
        # DRF105
        ([supports(">=3.11"), lock(">=3.9")], ["DRF105 warning"]),
        ([supports(">=3.11"), lock(">=3.12")], ["DRF105 warning"]),
        ([supports(">=3.11"), lock(">=3.11.2")], ["DRF105 warning"]),
        ([supports(">=3.11"), lock(">=3.11")], []),
        ([supports(">=3.11"), lock(">=3.11, <4")], []),  # no Python is between
        ([supports(">=3.11,!=3.12.*,!=3.13.*"), lock(">=3.11")],
         ["RNG003 error", "RNG003 error"]),
        ([supports(">=3.11"), lock(">=3.9", file="sub/uv.lock")], []),  # of another project
        ([supports(">=3.11"), lock(">=3.12", "uv-workspace-lock-python")], []),
        ([supports(">=3.11"), lock(">=3.9", "uv-workspace-lock-python")], ["DRF105 warning"]),
        ([supports(">=3.11"), lock("==3.12.*", "pdm-lock-python", "pdm.lock")], []),
        ([supports(">=3.11"), lock("<3.12,>=3.10", "pdm-lock-python", "pdm.lock")],
         ["DRF105 warning"]),
        ([supports(">=3.11"), supports(">=3.11,<4", "poetry-python"),
          lock("<4,>=3.10", "poetry-lock-python", "poetry.lock")], ["DRF105 warning"]),
        ([supports(">=3.11"), supports("<3.14,>=3.11", "poetry-python"),
          lock("<3.14,>=3.11", "poetry-lock-python", "poetry.lock")], []),
        ([supports(">=3.11"), lock("==3.9.*", "pipfile-lock-python", "Pipfile.lock")], []),
        ([supports(">=3.11"), supports("==3.12.*", "pipfile-python"),
          lock("==3.11.*", "pipfile-lock-python", "Pipfile.lock")], ["DRF105 warning"]),
        ([supports(">=3.11"), lock(">=3.10", "pylock-python", "pylock.toml")],
         ["DRF105 warning"]),
    ],
)  # fmt: skip
def test_verdicts_on_a_library(declared: list[Declaration], expected: list[str]) -> None:
    assert codes(*declared) == expected


@pytest.mark.parametrize(
    ("python", "day", "expected"),
    [
        ("3.10", "2026-07-01", []),
        ("3.10", "2026-08-15", ["RUN202 warning"]),  # 90 days before its end of life
        ("3.10", "2026-11-21", ["RUN201 warning"]),  # dead, and allowed until 2027-01-31
        ("3.10", "2027-01-31", ["RUN201 error"]),
        ("3.14", "2026-11-21", []),
        ("3.99", "2026-11-21", []),
    ],
)
def test_a_services_runtime_on_a_day(python: str, day: str, expected: list[str]) -> None:
    assert codes(runs_on(python), day=day, kind=Kind.SERVICE) == expected


@pytest.mark.parametrize(
    ("python", "day", "kind", "expected"),
    [
        ("3.15", "2026-09-01", Kind.SERVICE, ["RUN205 warning"]),
        ("3.15", "2026-09-01", Kind.LIBRARY, ["RNG001 error", "RUN205 info"]),
        ("3.15", "2026-11-21", Kind.SERVICE, []),  # to be adopted
        ("3.16", "2026-11-21", Kind.SERVICE, ["RUN205 warning"]),
        ("3.13t", "2026-11-21", Kind.SERVICE, []),
    ],
)
def test_a_runtime_ahead_of_its_release(
    python: str, day: str, kind: Kind, expected: list[str]
) -> None:
    assert sorted(codes(runs_on(python), day=day, kind=kind)) == expected


@pytest.mark.parametrize(
    ("raw", "found"), [("3.14.0rc1-slim", True), ("3.14-rc", True), ("3.14-dev", False)]
)
def test_a_prerelease_of_what_is_released(raw: str, found: bool) -> None:
    (item,) = [runs_on("3.14")._replace(raw=raw)]
    assert bool(codes(item, kind=Kind.SERVICE)) is found


@pytest.mark.parametrize(
    ("named", "day", "expected"),
    [
        (["3.9"], "2026-11-21", "3.14"),
        (["3.9", "3.12"], "2026-11-21", "3.12"),  # what the others run on
        (["3.9", "3.10"], "2026-08-20", "3.14"),  # 3.10 ends soon
        (["3.10"], "2026-08-20", "3.14"),
        (["3.15"], "2026-09-01", "3.14"),
    ],
)
def test_where_a_runtime_should_move(named: list[str], day: str, expected: str) -> None:
    declared = [runs_on(python)._replace(file=python) for python in named]
    (first, *_) = judge(declared, day=day, kind=Kind.SERVICE).findings
    assert [str(getattr(change, "version", "")) for change in first.changes] == [expected]


def test_an_application_need_not_support_all_pythons() -> None:
    assert codes(supports("==3.12.*"), runs_on("3.12"), kind=Kind.SERVICE) == []
    assert codes(supports("==3.12.*")) != []


def test_what_cannot_be_read_is_not_evaluated_never_passed() -> None:
    judged = judge(
        [unreadable(Role.SUPPORTS, "requires-python"), *classifiers("3.9"), exercised("3.9")]
    )
    assert [item.code for item in judged.findings] == ["TST301"]  # which needs no range
    assert [code for code, _ in judged.not_evaluated] == [
        "RNG001", "RNG002", "RNG003", "RNG004", "RNG007", "DRF101", "DRF102",
    ]  # fmt: skip
    missing = judge(
        [supports(">=3.11"), exercised("3.11"), unreadable(Role.TESTS, "github-matrix")]
    )
    assert [code for code, _ in missing.not_evaluated] == ["DRF102"]


def test_a_lock_beside_a_range_that_cannot_be_read_is_not_evaluated() -> None:
    range_ = unreadable(Role.SUPPORTS, "requires-python")._replace(file="pyproject.toml")
    judged = judge([range_, lock(">=3.9")])
    assert judged.findings == ()
    assert "DRF105" in [code for code, _ in judged.not_evaluated]


def test_the_first_authority_decides() -> None:
    legacy = supports(">=3.6", site="setup-py-python-requires")._replace(file="setup.py")
    assert codes(legacy, supports(">=3.11")) == ["DRF106 warning"]


def test_findings_carry_the_change_that_makes_them_pass() -> None:
    (floor,) = judge([supports(">=3.8")]).findings
    (change,) = floor.changes
    assert isinstance(change, SetFloor)
    assert str(change.version) == "3.10"
    assert (floor.effective, floor.line) == ("2025-01-31", 3)
    (cap,) = judge([supports(">=3.11,<3.13")]).findings
    assert isinstance(cap.changes[0], RemoveCap)


def fingerprints(found: rules.Judgement) -> list[str]:
    return [item.fingerprint for item in found.findings]


def test_fingerprints_hold_when_lines_and_days_move_and_tell_subjects_apart() -> None:
    declared = [supports(">=3.8"), runs_on("3.8"), runs_on("3.9")]
    moved = [d._replace(line=d.line + 5) for d in declared]
    now = fingerprints(judge(declared, kind=Kind.SERVICE))
    assert now == fingerprints(judge(moved, kind=Kind.SERVICE, day="2026-12-24"))
    assert len(set(now)) == len(now) == 3


def test_a_problem_is_a_finding_with_its_line() -> None:
    problem = Problem(file="tox.ini", line=4, message="not a valid INI file")
    found: tuple[Finding, ...] = judge([supports(">=3.11")], problems=(problem,)).findings
    assert [(item.code, item.file, item.line) for item in found] == [("SYS901", "tox.ini", 4)]


def test_a_list_that_is_outside_as_a_whole_is_for_a_person() -> None:
    outside = judge([supports(">=3.11"), exercised("3.9", "3.10")]).findings
    assert [item.fixable for item in outside if "outside" in item.subject] == [False]
    some = judge([supports(">=3.11"), exercised("3.9", "3.10", "3.11")]).findings
    assert [item.fixable for item in some if "outside" in item.subject] == [True]


def test_a_python_that_yaml_misreads_is_explained() -> None:
    misread = exercised("3.1")._replace(note="YAML reads an unquoted 3.10 as 3.1: quote it")
    found = judge([supports(">=3.11"), misread, exercised("3.11", "3.12", "3.13", "3.14")]).findings
    assert [(item.code, item.help, item.fixable) for item in found] == [
        ("DRF102", "put it in quotes", False)
    ]


def test_an_invalid_declaration_is_an_error_and_one_that_is_not_knowable_is_not() -> None:
    bad = unreadable(Role.SUPPORTS, "requires-python")
    assert [item.code for item in judge([bad._replace(invalid=True)]).findings] == ["RNG005"]
    assert judge([bad]).findings == ()


def test_a_target_is_not_asked_below_the_window() -> None:
    mypy = names(Role.TARGETS, "mypy-target", "3.10")
    assert codes(supports(">=3.7"), mypy) == ["RNG002 error"]


def test_tests_declared_above_are_not_evaluated_here() -> None:
    window = policy.window(
        policy.find("upstream", PLATFORM), calendar.load(), dt.date(2026, 11, 21)
    )
    facts = rules.Facts(
        project=Project(name="p", path="p", kind=Kind.LIBRARY),
        declarations=(supports(">=3.11"),),
        problems=(),
        window=window,
        calendar=calendar.load(),
        tested_at="tox.ini",
    )
    codes_ = [code for code, _ in rules.judge(facts).not_evaluated]
    assert [code for code in codes_ if not code.startswith("SRC")] == ["DRF102"]


@pytest.mark.parametrize(
    ("declared", "unsafe"),
    [
        ([supports(">=3.8")], False),
        ([supports(">=3.11,<3.14")], True),
        ([supports(">=3.11"), *classifiers("3.10", "3.11", "3.12", "3.13", "3.14")], False),
        ([supports(">=3.11"), *classifiers("3.11", "3.12", "3.13")], True),
        ([supports(">=3.8"), runs_on("3.9")], True),
    ],
)
def test_what_only_a_test_run_can_prove_is_unsafe(
    declared: list[Declaration], unsafe: bool
) -> None:
    assert any(item.unsafe for item in judge(declared).findings) is unsafe


def test_an_old_calendar_is_a_finding() -> None:
    window = policy.window(policy.find("upstream", PLATFORM), calendar.load(), dt.date(2028, 1, 1))
    for day, codes_ in ((dt.date(2026, 12, 31), ["SYS902"]), (dt.date(2027, 1, 1), [])):
        facts = rules.FleetFacts(name="f", as_of=window.as_of, calendar_of=day, windows=(window,))
        assert [item.code for item in rules.judge_fleet(facts).findings] == codes_


@pytest.mark.parametrize("code", rules.RULES)
def test_every_rule_is_documented(code: str) -> None:
    rule = rules.RULES[code]
    assert rule.title
    assert not rule.title.endswith(".")
    assert all(rule.section(name) for name in ("Why", "Fix", "Example"))

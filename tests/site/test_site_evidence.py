"""The evidence about one project on one Python: each combination, and never green by accident."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.model import CellStatus, Rung, SourceState
from pylife.site.evidence import Declared, Tone, declaration, evidence, runs_on_versions
from tests.site import site_samples as samples

PYTHON = "3.13"


def subject(declared: Declared) -> samples.Doc:
    """A project that says `declared` about Python 3.13."""
    match declared:
        case Declared.YES:
            return samples.project("one", ["3.12", PYTHON])
        case Declared.PARTLY:
            made = samples.project("one", ["3.12"])
            made["supports"]["partial"] = [PYTHON]
            return made
        case Declared.RUNS_ON:
            return runtime(samples.project("one", kind="service"), [PYTHON])
        case Declared.NO:
            return samples.project("one", ["3.12"])
        case Declared.ABSENT:
            return samples.project("one")
        case Declared.UNREADABLE:
            return samples.project("one", supports_unreadable="computed by setup.py")


def runtime(project: samples.Doc, versions: list[str] | None, **fields: object) -> samples.Doc:
    project["declarations"].append(
        samples.declaration("runs-on", file="Dockerfile", versions=versions, **fields)
    )
    return project


def cells(*statuses: str) -> list[samples.Doc]:
    return [
        samples.cell("one", PYTHON, status, session=f"s{n}", reason=f"because {status}")
        for n, status in enumerate(statuses)
    ]


@pytest.mark.parametrize("declared", Declared)
def test_each_way_of_declaring_is_told_apart(declared: Declared) -> None:
    assert declaration(subject(declared), PYTHON) is declared


EXPECTED: dict[tuple[Declared, str | None], tuple[Tone, str, str, Rung | None]] = {
    (Declared.YES, None): (Tone.SAID, "declared", "", Rung.DECLARED),
    (Declared.PARTLY, None): (Tone.SAID, "declared in part", "", Rung.DECLARED),
    (Declared.RUNS_ON, None): (Tone.SAID, "runs on it", "", Rung.DECLARED),
    (Declared.NO, None): (Tone.NONE, "not declared", "", None),
    (Declared.ABSENT, None): (Tone.OPEN, "not stated", "", None),
    (Declared.UNREADABLE, None): (Tone.OPEN, "unreadable", "", None),
    (Declared.YES, "passed"): (Tone.PASS, "tested", "", Rung.TESTED),
    (Declared.PARTLY, "passed"): (Tone.ODD, "passes, declared in part", "", Rung.INSTALLS),
    (Declared.RUNS_ON, "passed"): (Tone.PASS, "tested", "", Rung.TESTED),
    (Declared.NO, "passed"): (Tone.ODD, "passes, not declared", "tests pass, not declared", None),
    (Declared.ABSENT, "passed"): (Tone.PASS, "tested", "", None),
    (Declared.UNREADABLE, "passed"): (Tone.PASS, "tested", "", None),
    (Declared.YES, "failed"): (
        Tone.FAIL,
        "fails, yet declared",
        "declared, but tests fail",
        Rung.INSTALLS,
    ),
    (Declared.PARTLY, "failed"): (
        Tone.FAIL,
        "fails, yet declared",
        "declared, but tests fail",
        Rung.INSTALLS,
    ),
    (Declared.RUNS_ON, "failed"): (
        Tone.FAIL,
        "fails, yet declared",
        "declared, but tests fail",
        Rung.INSTALLS,
    ),
    (Declared.NO, "failed"): (Tone.FAIL, "fails", "", None),
    (Declared.ABSENT, "failed"): (Tone.FAIL, "fails", "", None),
    (Declared.UNREADABLE, "failed"): (Tone.FAIL, "fails", "", None),
    (Declared.YES, "blocked"): (
        Tone.BLOCK,
        "blocked",
        "declared, but its dependencies do not install",
        Rung.DECLARED,
    ),
    (Declared.PARTLY, "blocked"): (
        Tone.BLOCK,
        "blocked",
        "declared, but its dependencies do not install",
        Rung.DECLARED,
    ),
    (Declared.RUNS_ON, "blocked"): (
        Tone.BLOCK,
        "blocked",
        "declared, but its dependencies do not install",
        Rung.DECLARED,
    ),
    (Declared.NO, "blocked"): (Tone.BLOCK, "blocked", "", None),
    (Declared.ABSENT, "blocked"): (Tone.BLOCK, "blocked", "", None),
    (Declared.UNREADABLE, "blocked"): (Tone.BLOCK, "blocked", "", None),
}
# What is neither a pass nor the project's own failure looks the same however it is declared.
OPEN = {
    "flaky": "flaky",
    "fails-on-baseline": "baseline fails too",
    "no-tests": "no tests",
    "not-validated": "not validated",
    "infrastructure": "infrastructure",
    "timeout": "timed out",
    "missing-interpreter": "no interpreter",
    "needs": "needs more",
    "skipped": "skipped",
}
BUILT = {"flaky", "fails-on-baseline", "no-tests", "not-validated"}
for _declared, (_status, _label) in itertools.product(Declared, OPEN.items()):
    _rung = (Rung.INSTALLS if _status in BUILT else Rung.DECLARED) if _declared.claims else None
    EXPECTED[_declared, _status] = (Tone.OPEN, _label, "", _rung)


def test_the_table_has_every_combination() -> None:
    statuses = {None, *CellStatus} - {CellStatus.NOT_RUN}
    assert set(EXPECTED) == set(itertools.product(Declared, statuses))


@pytest.mark.parametrize(("declared", "status"), EXPECTED)
def test_combination(declared: Declared, status: str | None) -> None:
    found = evidence(subject(declared), PYTHON, cells(status) if status else [])
    shown = (found.tone, found.label, found.contradiction, found.rung)
    assert shown == EXPECTED[declared, status]
    assert found.reason == (f"because {status}" if status else "")


@pytest.mark.parametrize("declared", Declared)
def test_a_cell_that_was_not_run_looks_as_if_there_were_none(declared: Declared) -> None:
    without, with_cell = (
        evidence(subject(declared), PYTHON, some) for some in ([], cells("not-run"))
    )
    assert (with_cell.tone, with_cell.label) == (without.tone, without.label)
    assert with_cell.status is None
    assert with_cell.reason == "because not-run"


@pytest.mark.parametrize(
    ("statuses", "tone", "label", "reason"),
    [
        (("passed", "passed"), Tone.PASS, "tested", "because passed"),
        (("passed", "failed"), Tone.FAIL, "fails, yet declared", "because failed"),
        (("blocked", "failed"), Tone.FAIL, "fails, yet declared", "because failed"),
        (("passed", "blocked"), Tone.BLOCK, "blocked", "because blocked"),
        (("passed", "flaky"), Tone.OPEN, "flaky", "because flaky"),
        (("passed", "timeout"), Tone.OPEN, "timed out", "because timeout"),
        (("passed", "fails-on-baseline"), Tone.OPEN, "baseline fails too", None),
        (("passed", "not-run"), Tone.ODD, "passes in part", None),
        (("passed", "no-tests"), Tone.ODD, "passes in part", None),
        (("needs", "passed"), Tone.ODD, "passes in part", None),
        (("skipped", "passed"), Tone.ODD, "passes in part", None),
        (("infrastructure", "passed"), Tone.ODD, "passes in part", None),
        (("missing-interpreter", "no-tests"), Tone.OPEN, "no interpreter", None),
        (("not-run", "no-tests"), Tone.OPEN, "no tests", None),
    ],
)
def test_several_sessions(
    statuses: tuple[str, ...], tone: Tone, label: str, reason: str | None
) -> None:
    for order in (statuses, statuses[::-1]):
        found = evidence(subject(Declared.YES), PYTHON, cells(*order))
        assert (found.tone, found.label) == (tone, label)
        assert reason in (None, found.reason)


def test_the_reason_of_a_pass_in_part_is_the_session_that_did_not_pass() -> None:
    some = [
        samples.cell("one", PYTHON, "passed"),
        samples.cell("one", PYTHON, "needs", session="integration", reason="needs Kafka"),
    ]
    assert evidence(subject(Declared.YES), PYTHON, some).reason == "needs Kafka"


@given(st.sampled_from(list(Declared)), st.lists(st.sampled_from([s.value for s in CellStatus])))
def test_green_only_if_all_that_ran_passed(declared: Declared, statuses: list[str]) -> None:
    found = evidence(subject(declared), PYTHON, cells(*statuses))
    if found.tone is Tone.PASS:
        assert set(statuses) == {"passed"}
        assert declared not in {Declared.NO, Declared.PARTLY}
    if found.rung is Rung.TESTED:
        assert found.tone is Tone.PASS


@pytest.mark.parametrize("field", ["excluded", "error"])
def test_a_project_that_was_not_checked_is_never_anything_else(field: str) -> None:
    project = samples.project("one", [PYTHON], **{field: "archived"})
    found = evidence(project, PYTHON, cells("passed"))
    assert found.tone in {Tone.NONE, Tone.OPEN}
    assert (found.status, found.rung, found.reason) == (None, None, "archived")
    assert not found.declared.claims


def test_what_it_runs_on_counts_beside_a_range() -> None:
    both = runtime(samples.project("one", ["3.12", PYTHON]), [PYTHON])
    assert evidence(both, PYTHON, []).runs_on
    assert not evidence(both, "3.12", []).runs_on


def test_deployed_with_what_it_does_not_declare() -> None:
    found = evidence(runtime(samples.project("one", ["3.12"]), [PYTHON]), PYTHON, [])
    assert (found.tone, found.label) == (Tone.ODD, "runs on it, not declared")
    assert found.contradiction == "deployed with it, not declared"


def test_an_image_of_another_python_is_no_declaration() -> None:
    image = runtime(samples.project("one", kind="image"), ["3.9"])
    assert declaration(image, "3.9") is Declared.RUNS_ON
    assert declaration(image, PYTHON) is Declared.NO


def test_an_unreadable_runtime_is_not_a_no() -> None:
    image = runtime(samples.project("one", kind="image"), None, unreadable="ARG without default")
    assert declaration(image, PYTHON) is Declared.UNREADABLE


def test_a_range_of_runtimes_names_no_python() -> None:
    made = runtime(samples.project("one", kind="service"), [PYTHON], specifier=">=3.13")
    assert runs_on_versions(made) == frozenset()


# The source


def scanned(state: str, *by: str, **fields: object) -> samples.Doc:
    """What the scan of the source says of 3.13."""
    lines = [
        {"file": "a.py", "line": n, "what": what, "note": None} for n, what in enumerate(by, 1)
    ]
    return {
        "files": 1, "parser": "3.15", "unparsed": [],
        "pythons": {PYTHON: {"state": state, "count": len(by), "by": lines}}, **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "statuses", "expected"),
    [
        ("clean", (), (Tone.SAID, "source clean", "", Rung.SOURCE_CLEAN)),
        ("unknown", (), (Tone.SAID, "declared", "", Rung.DECLARED)),
        ("fails", (), (Tone.FAIL, "source fails, yet declared",
                       "declared, but the source uses what is not there", Rung.DECLARED)),
        ("clean", ("passed",), (Tone.PASS, "tested", "", Rung.TESTED)),
        ("unknown", ("passed",), (Tone.PASS, "tested", "", Rung.TESTED)),
        ("fails", ("passed",), (Tone.ODD, "passes, source does not",
                                "tests pass, but the source uses what is not there",
                                Rung.DECLARED)),
        ("clean", ("blocked",), (Tone.BLOCK, "blocked",
                                 "declared, but its dependencies do not install",
                                 Rung.SOURCE_CLEAN)),
        ("fails", ("failed",), (Tone.FAIL, "fails, yet declared", "declared, but tests fail",
                                Rung.DECLARED)),
        ("clean", ("infrastructure",), (Tone.OPEN, "infrastructure", "", Rung.SOURCE_CLEAN)),
    ],
)  # fmt: skip
def test_the_source_is_a_rung_of_its_own(
    source: str, statuses: tuple[str, ...], expected: tuple[Tone, str, str, Rung]
) -> None:
    made = samples.project("one", [PYTHON], source=scanned(source))
    found = evidence(made, PYTHON, cells(*statuses))
    assert (found.tone, found.label, found.contradiction, found.rung) == expected


@pytest.mark.parametrize("declared", [Declared.NO, Declared.ABSENT, Declared.UNREADABLE])
def test_a_clean_source_is_no_claim(declared: Declared) -> None:
    made = subject(declared) | {"source": scanned("clean")}
    found = evidence(made, PYTHON, [])
    assert found.rung is None
    assert found.tone is not Tone.PASS
    assert evidence(made | {"source": scanned("fails")}, PYTHON, []).contradiction == ""


@pytest.mark.parametrize("state", SourceState)
@pytest.mark.parametrize("declared", Declared)
def test_the_source_alone_is_never_green(declared: Declared, state: SourceState) -> None:
    made = subject(declared) | {"source": scanned(state.value)}
    for statuses in ((), ("not-run",), ("no-tests",), ("missing-interpreter",)):
        assert evidence(made, PYTHON, cells(*statuses)).tone is not Tone.PASS


def test_the_lines_that_decide_are_given() -> None:
    def lines(source: samples.Doc | None, python: str = PYTHON) -> tuple[str, ...]:
        made = samples.project("one", [PYTHON], source=source)
        return evidence(made, python, []).source_lines

    assert lines(scanned("fails", "cgi", "imp")) == ("a.py:1: cgi", "a.py:2: imp")
    assert lines(scanned("clean")) == ()
    assert lines(None) == ("the source was not scanned",)
    assert lines(scanned("clean"), "3.7") == ("the scan says nothing of 3.7",)
    assert lines(scanned("unknown", files=0)) == ("there is no Python source",)
    broken = scanned("unknown", unparsed=[{"file": "b.py", "reason": "needs Python 3.16"}])
    assert lines(broken) == ("b.py: needs Python 3.16",)


# The dependencies


def blocked(project: samples.Doc, verdict: str = "blocked") -> samples.Doc:
    said: samples.Doc = {"verdict": verdict, "reason": None, "blockers": [], "disagreements": []}
    return project | {"dependencies": {"error": None, "reason": None, "pythons": {PYTHON: said}}}


@pytest.mark.parametrize("declared", [Declared.YES, Declared.RUNS_ON, Declared.ABSENT])
def test_what_passes_and_does_not_install_is_in_doubt(declared: Declared) -> None:
    found = evidence(blocked(subject(declared)), PYTHON, cells("passed"))
    assert (found.tone, found.label) == (Tone.ODD, "passes, does not install")
    assert found.contradiction == (
        "tests pass here, but what it requires does not install from the index"
    )
    assert found.rung is (Rung.INSTALLS if declared.claims else None)


@pytest.mark.parametrize("verdict", ["installs", "sdist-only", "unknown"])
def test_another_verdict_takes_nothing_from_tests(verdict: str) -> None:
    found = evidence(blocked(subject(Declared.YES), verdict), PYTHON, cells("passed"))
    assert (found.tone, found.contradiction, found.rung) == (Tone.PASS, "", Rung.TESTED)


def test_what_fails_says_so_whatever_the_verdict() -> None:
    found = evidence(blocked(subject(Declared.YES)), PYTHON, cells("failed"))
    assert (found.tone, found.contradiction) == (Tone.FAIL, "declared, but tests fail")

"""Results of projects' own CIs: JUnit files, check runs, and the commit that they speak of."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import Attr, Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from pylife import evidence
from pylife.errors import PylifeError, UnreadableError, UsageError
from pylife.evidence import imported, junit
from pylife.evidence.imported import Asked, of_now
from pylife.model import CellStatus
from tests.conftest import MakeTree, Pylife, Ran
from tests.evidence.evidence_help import DAY, PY
from tests.evidence.evidence_help import imported as one_imported

SHA = "0123456789abcdef0123456789abcdef01234567"
URL = "https://ci.example/runs/7"
ASKED = Asked("a", PY("3.13"), SHA, URL, DAY)


def _xml(body: str, **attributes: int) -> bytes:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<?xml version="1.0"?><testsuites><testsuite{said}>{body}</testsuite></testsuites>'.encode()


GOOD = '<testcase classname="t" name="a"/>'
BAD = '<testcase classname="t" name="b"><failure message="boom\nmore">x</failure></testcase>'
SKIPPED = '<testcase name="c"><skipped/></testcase>'


@pytest.mark.parametrize(
    ("files", "status", "counts", "reason"),
    [
        ([_xml(GOOD * 3, tests=3)], "passed", {"passed": 3}, "3 tests"),
        ([_xml(GOOD + SKIPPED)], "passed", {"passed": 1, "skipped": 1}, "1 tests"),
        ([_xml(GOOD + BAD)], "failed", {"passed": 1, "failed": 1}, "t::b: boom"),
        ([_xml(GOOD), _xml(BAD)], "failed", {"passed": 1, "failed": 1}, "t::b: boom"),
        ([_xml(GOOD), _xml("")], "passed", {"passed": 1}, "1 tests"),
        ([_xml("")], "no-tests", {}, "it has no test"),
        ([b"<testsuites/>"], "no-tests", {}, "it has no test"),
        ([_xml(SKIPPED * 2)], "no-tests", {"skipped": 2}, "all 2 tests were skipped"),
        ([_xml('<testcase name="c" status="notrun"/>')], "no-tests", {"skipped": 1}, "all 1 tests"),
        ([_xml('<testcase name="c"><error/></testcase>')], "failed", {"errors": 1}, "c"),
        ([_xml(GOOD, errors=1)], "failed", {"passed": 1, "errors": 1}, "a suite says that 1 tests"),
        ([_xml('<testcase name="f"><flakyFailure/></testcase>')], "flaky", {"flaky": 1}, "1 tests failed, then"),
        ([_xml('<testcase name="f"><flakyFailure/><failure/></testcase>')], "failed", {"failed": 1}, "f"),
        ([b"<testsuite><testsuite tests='1' failures='1'>" + BAD.encode() + b"</testsuite></testsuite>"],
         "failed", {"failed": 1}, "t::b: boom"),
    ],
)  # fmt: skip
def test_what_junit_files_come_to(
    files: list[bytes], status: str, counts: dict[str, int], reason: str
) -> None:
    found = imported.read({f"{n}.xml": data for n, data in enumerate(files)}, ASKED)
    (result,) = found.results
    assert (result.cell.status, result.cell.counts) == (status, counts)
    assert result.cell.reason.startswith(f"by its own CI at 0123456789ab: {reason}")
    assert (result.cell.session, result.as_of) == ("ci: tests", DAY)
    assert result.imported == evidence.Imported(SHA, URL)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"j\.xml:1: is no XML: no element found"),
        (b"<a><b></a>", r"j\.xml:1: is no XML: mismatched tag"),
        (b"<html/>", r"j\.xml:1: has no testsuite"),
        (_xml(GOOD, tests=2), r"is not whole: a suite says that it has 2 tests and has 1"),
        (_xml(GOOD)[:-20], r"is no XML"),
        (b'<testsuite tests="many"/>', r"a suite whose tests is 'many', no number"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>\n<testsuite/>', r"j\.xml:1: has a document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<testsuite/>', "document type"),
        (b"\x1f\x8b\x08", "is no XML"),
    ],
)
def test_what_is_no_junit_file(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        junit.read(data, "j.xml")


def test_entities_are_never_expanded() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "x">{lines}]><testsuite name="&a11;"/>'.encode()
    with pytest.raises(UnreadableError, match="document type"):
        junit.read(bomb, "j.xml")


def test_what_pytest_and_unittest_write(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.fixture\ndef bad():\n    yield\n    1 / 0\n"
        "def test_good(): pass\ndef test_bad(): assert 0\ndef test_both(bad): assert 0\n"
        "def test_skip(): pytest.skip('no')\n@pytest.mark.xfail\ndef test_x(): assert 0\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "--junitxml=j.xml", "-p", "no:cacheprovider"]
    subprocess.run([*command, "--rootdir=."], cwd=tmp_path, check=False, capture_output=True)
    (result,) = imported.read({"j.xml": (tmp_path / "j.xml").read_bytes()}, ASKED).results
    assert result.cell.status is CellStatus.FAILED
    counts = dict(result.cell.counts)
    assert (counts["passed"], counts["skipped"]) == (1, 2)
    assert counts.get("failed", 0) + counts.get("errors", 0) >= 2
    assert "test_it::test_bad: " in result.cell.reason


def test_counts_are_those_of_another_parser(tmp_path: Path) -> None:
    suite = TestSuite("s")
    for number, outcome in enumerate([None, Failure("f"), Error("e"), Skipped("s"), None]):
        case = TestCase(f"t{number}", "c", 0.1)
        if outcome is not None:
            case.result = [outcome]
        suite.add_testcase(case)
    document = JUnitXml()
    document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call] # junitparser's own
    document.write(str(tmp_path / "j.xml"))
    found = junit.read((tmp_path / "j.xml").read_bytes(), "j.xml").counts
    bad = (document.failures, document.errors, document.skipped)
    assert (found["failed"], found["errors"], found["skipped"]) == bad == (1, 1, 1)
    assert sum(found.values()) == document.tests == 5
    assert Attr is not None


def _runs(*runs: tuple[str, str, str | None], sha: str = SHA, total: int | None = None) -> bytes:
    rows = [
        {"name": name, "head_sha": sha, "status": status, "conclusion": conclusion,
         "html_url": f"https://ci.example/{number}"}
        for number, (name, status, conclusion) in enumerate(runs)
    ]  # fmt: skip
    return json.dumps(
        {"total_count": len(rows) if total is None else total, "check_runs": rows}
    ).encode()


def test_check_runs() -> None:
    data = _runs(
        ("tests (3.13)", "completed", "success"), ("lint", "completed", "failure"),
        ("more", "completed", "failure"), ("docs", "completed", "cancelled"),
        ("gpu", "completed", "skipped"),
    )  # fmt: skip
    asked = ASKED._replace(checks=("tests (3.13)", "more", "docs", "gpu"))
    found = imported.read({"c.json": data}, asked)
    assert [(one.cell.session, one.cell.status, one.imported) for one in found.results] == [
        ("ci: tests (3.13)", "passed", evidence.Imported(SHA, "https://ci.example/0")),
        ("ci: more", "failed", evidence.Imported(SHA, "https://ci.example/2")),
        ("ci: gpu", "skipped", evidence.Imported(SHA, "https://ci.example/4")),
    ]
    assert "success; it does not say how many tests ran" in found.results[0].cell.reason
    assert found.remarks == ("docs: cancelled, which says nothing of the tests",)


def test_check_runs_of_several_pages_and_of_one_name() -> None:
    pages = [
        json.loads(_runs(("t", "completed", "success"), total=2)),
        json.loads(_runs(("t", "completed", "failure"), total=2)),
    ]
    found = imported.read({"c.json": json.dumps(pages).encode()}, ASKED._replace(checks=("t",)))
    assert [one.cell.status for one in found.results] == ["flaky"]


@pytest.mark.parametrize(
    ("data", "checks", "said"),
    [
        (_runs(("t", "completed", "success")), (), "which of them are the tests.*--check: t"),
        (_runs(("t", "completed", "success")), ("x",), "no check run 'x'.*it has t"),
        (_runs(("t", "in_progress", None)), ("t",), "'t' is in_progress"),
        (_runs(("t", "completed", "success"), sha="f" * 40), ("t",), "is of the commit ffff"),
        (_runs(("t (3.12)", "completed", "success")), ("t (3.12)",), "speaks of Python 3.12, not of 3.13"),
        (_runs(("t", "completed", "success"), total=31), ("t",), "has 1 of 31 check runs.*all pages"),
        (b"{}", ("t",), "is not what GitHub says"),
        (b"[1]", ("t",), "is not what GitHub says"),
        (b"[" * 100_000, ("t",), "is no JSON"),
        (b'{"total_count": 1, "check_runs": [{}]}', ("t",), "without name, head_sha or status"),
    ],
)  # fmt: skip
def test_check_runs_that_are_not_taken(data: bytes, checks: tuple[str, ...], said: str) -> None:
    with pytest.raises(PylifeError, match=said):
        imported.read({"c.json": data}, ASKED._replace(checks=checks))


@pytest.mark.parametrize("commit", ["", "0123456", "main", SHA + "0", SHA[:-1] + "g"])
def test_only_a_whole_commit_will_do(commit: str) -> None:
    with pytest.raises(UsageError, match="is no whole commit"):
        imported.read({}, ASKED._replace(commit=commit))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ci.example",
        "javascript:alert(1)",
        "https://u:p@ci.example/",
        "https:///x",
        "https://a b/",
    ],
)
def test_only_a_public_address_will_do(url: str) -> None:
    with pytest.raises(UsageError, match="--url"):
        imported.read({}, ASKED._replace(url=url))


def test_it_speaks_of_its_commit_alone() -> None:
    a, b, c, d = (one_imported(SHA, key) for key in "abcd")
    b = b._replace(cell=b.cell._replace(project="b"))
    c = c._replace(cell=c.cell._replace(project="c"))
    d = d._replace(cell=d.cell._replace(project="d"))
    used, left = of_now([a, b, c, d], {"a": SHA, "b": "f" * 40, "c": None})
    assert used == [a]
    assert [(one.cell.project, why.split(",")[0]) for one, why in left] == [
        ("b", "it is of 0123456789ab"),
        ("c", "its files are not those of a known commit"),
        ("d", "no such project is in the fleet"),
    ]


# ---- the command line -------------------------------------------------------------------------


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def fleet(tree: MakeTree) -> Path:
    """Two projects in a repository that no Python here can test (a Python of its own matrix)."""
    project = '[project]\nname = "{}"\nversion = "1"\nrequires-python = ">=3.9"\n'
    folder = tree(
        {
            "pylife.toml": '[fleet]\nname = "f"\npolicy = "policy.toml"\n[[project]]\npath = "a"\nmatrix = "m.toml"\n'
            '[[project]]\npath = "b"\nmatrix = "m.toml"\n',
            "policy.toml": 'name = "p"\n[stages]\ndrop = { anchor = "python.eol" }\n'
            '[evidence]\nmax-age = "P30D"\nkeep-logs = "P90D"\nkeep = "P1Y"\n',
            "m.toml": '[matrix]\nname = "m"\npythons = ["3.99"]\n',
            "a/pyproject.toml": project.format("a"),
            "b/pyproject.toml": project.format("b"),
        }
    )
    _git(folder, "init", "-q")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "one")
    return folder


def _import(pylife: Pylife, fleet: Path, *more: str, day: str = "2026-11-21") -> Ran:
    commit = _git(fleet, "rev-parse", "HEAD")
    return pylife(
        "matrix", "import", *more, "--python", "3.13", "--commit", commit, "--url", URL,
        "--as-of", day, "--state", fleet / ".pylife",
    )  # fmt: skip


def test_import_says_what_it_took(pylife: Pylife, fleet: Path, tmp_path: Path) -> None:
    (tmp_path / "j.xml").write_bytes(_xml(GOOD))
    done = _import(pylife, fleet, str(tmp_path / "j.xml"), "--project", "A")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("a 3.13 ci: tests: passed, by its own CI at ")
    # CI ran again at the same commit and failed: it is neither good nor bad.
    (tmp_path / "j.xml").write_bytes(_xml(BAD))
    done = _import(pylife, fleet, str(tmp_path / "j.xml"), "--project", "a", "-q")
    assert "a 3.13 ci: tests: flaky, different outcomes of the same key: " in done.out
    (tmp_path / "c.json").write_bytes(
        _runs(("t", "completed", "cancelled"), sha=_git(fleet, "rev-parse", "HEAD"))
    )
    done = _import(pylife, fleet, str(tmp_path / "c.json"), "--project", "b", "--check", "t")
    assert (done.code, done.out) == (3, "not used: t: cancelled, which says nothing of the tests\n")
    done = _import(pylife, fleet, str(tmp_path / "none.xml"), "--project", "b")
    assert done.code == 2
    assert "cannot be read" in done.err


def test_a_project_is_the_same_however_its_name_is_written(
    pylife: Pylife, fleet: Path, tmp_path: Path
) -> None:
    with (fleet / "pylife.toml").open("a") as file:
        file.write('[[project]]\npath = "My_Lib"\nmatrix = "m.toml"\n')
    (fleet / "My_Lib").mkdir()
    (fleet / "My_Lib" / "setup.py").write_text(
        "from setuptools import setup\nsetup(name=input())\n"
    )
    _git(fleet, "add", "-A")
    _git(fleet, "commit", "-qm", "two")
    (tmp_path / "j.xml").write_bytes(_xml(GOOD))
    assert _import(pylife, fleet, str(tmp_path / "j.xml"), "--project", "My_Lib").code == 0
    for asked, number in (("My_Lib", 1), ("my-lib", 1), ("b", 0)):
        done = pylife(
            "matrix", "run", fleet, "--as-of", "2026-11-22", "--project", asked,
            "--format", "json",
        )  # fmt: skip
        cells = [cell for cell in json.loads(done.out)["cells"] if cell["session"] == "ci: tests"]
        assert [cell["project"] for cell in cells] == ["My_Lib"] * number


@pytest.mark.slow
def test_it_is_used_for_its_commit_and_until_it_is_too_old(
    pylife: Pylife, fleet: Path, tmp_path: Path
) -> None:
    state = fleet / ".pylife"
    (tmp_path / "j.xml").write_bytes(_xml(GOOD * 7))
    for project in ("a", "b", "c"):
        assert _import(pylife, fleet, str(tmp_path / "j.xml"), "--project", project).code == 0

    def run(day: str, steps: str = "read,run") -> tuple[dict[str, str], dict[str, str], str]:
        done = pylife("nightly", fleet, "--only", steps, "--as-of", day)
        document = json.loads((state / "results" / "run.json").read_text())
        cells = {
            c["project"]: c["status"] for c in document["cells"] if c["session"] == "ci: tests"
        }
        return cells, {row["project"]: row["reason"] for row in document["imported"]}, done.out

    cells, why, out = run("2026-11-25", "read,run,publish")
    assert cells == {"a": "passed", "b": "passed"}
    assert why == {"a": "", "b": "", "c": "no such project is in the fleet"}
    assert "imported  3 results of projects' own CIs, 2 of them used" in out
    page = (state / "site" / "projects" / "a.html").read_text()
    assert "by its own CI at" in page
    assert "7 tests" in page

    # A file of b is changed, then both are at another commit.
    (fleet / "b" / "new.py").write_text("x = 1\n")
    cells, why, out = run("2026-11-25")
    assert cells == {"a": "passed"}
    assert "b 3.13 ci: tests is not used: its files are not those of a known commit" in out
    _git(fleet, "add", "-A")
    _git(fleet, "commit", "-qm", "two")
    cells, why, out = run("2026-11-25")
    assert cells == {}
    assert why["a"].startswith("it is of ")

    _git(fleet, "reset", "-q", "--hard", "HEAD~1")
    assert set(run("2026-12-21")[0]) == {"a", "b"}
    cells, why, _ = run("2026-12-22")
    assert cells == {}
    assert why["a"] == "it is of 2026-11-21, which is too long ago for the policy"

    # Each night is remembered, and after a year forgotten.
    with evidence.open(state) as store:
        nights = {one.as_of.isoformat() for one in store.observations("a")}
        assert {"2026-11-25", "2026-12-21"} <= nights
        assert len(store.imported()) == 3
    run("2028-01-31")
    with evidence.open(state) as store:
        assert {one.as_of for one in store.results()} <= {dt.date(2028, 1, 31)}
        assert {one.as_of for one in store.observations()} <= {dt.date(2028, 1, 31)}

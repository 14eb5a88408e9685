"""Verdicts from what was seen; the texts are those of nox 2026.10, uv 0.13 and pip 26."""

from pathlib import Path

import pytest

from pylife.matrix import installs, observe
from pylife.matrix.counts import Counted
from pylife.matrix.observe import Observed, Places, Session
from pylife.matrix.process import Ended
from pylife.matrix.verdict import judge
from pylife.model import CellStatus
from tests.matrix.matrix_help import python

PYTHON = python("3.13")
OK = Counted(counts={"passed": 3})


def verdict(
    *,
    result: str | None = "success",
    reason: str = "",
    log: str = "",
    code: int | None = None,
    tests: Counted | None = OK,
    pythons: tuple[str, ...] = ("3.13",),
    ran_on: tuple[str, ...] = (),
    timed_out: bool = False,
    stopped: bool = False,
) -> tuple[CellStatus, str]:
    ended = Ended(
        code=(0 if result in {"success", "skipped"} else 1) if code is None else code,
        seconds=1,
        timed_out=timed_out,
        stopped=stopped,
    )
    sessions = None if result is None else (Session(name="tests", result=result, reason=reason),)
    seen = Observed(
        ended=ended,
        log=log,
        sessions=sessions,
        tests=tests,
        pythons=frozenset(map(python, pythons)),
        ran_on=frozenset(map(python, ran_on)),
    )
    return judge(seen, PYTHON, 60)


def test_a_pass_needs_success_a_test_and_the_right_python() -> None:
    assert verdict() == (CellStatus.PASSED, "")
    assert verdict(tests=None) == (
        CellStatus.NO_TESTS,
        "the session ended well, but no test run was seen",
    )
    assert verdict(tests=Counted(counts={}))[0] is CellStatus.NO_TESTS
    assert verdict(tests=Counted(counts={"skipped": 4})) == (
        CellStatus.NO_TESTS,
        "all 4 tests were skipped",
    )
    status, reason = verdict(pythons=("3.12",))
    assert status is CellStatus.NO_TESTS
    assert "no environment of Python 3.13 was seen (but 3.12)" in reason
    assert verdict(code=1)[0] is CellStatus.INFRASTRUCTURE


def test_success_with_failed_tests_is_no_pass() -> None:
    tests = Counted(counts={"passed": 1, "failed": 1}, first="t::a: boom")
    assert verdict(tests=tests) == (
        CellStatus.FAILED,
        "the session ended well, though: 1 of 2 tests failed; t::a: boom",
    )


def test_tests_on_another_python_show_nothing() -> None:
    bad = Counted(counts={"failed": 1}, first="t::a: boom")
    assert verdict(ran_on=("3.13",))[0] is CellStatus.PASSED
    for result, tests in (("success", OK), ("success", bad), ("failed", bad)):
        assert verdict(result=result, tests=tests, ran_on=("3.12",)) == (
            CellStatus.NO_TESTS,
            "tests ran on 3.12, not on 3.13",
        )
    assert verdict(ran_on=("3.12", "3.13")) == (
        CellStatus.NO_TESTS,
        "tests ran on 3.12, 3.13, not only on 3.13",
    )
    assert verdict(ran_on=("3.12", "3.13"), tests=bad)[0] is CellStatus.FAILED
    assert verdict(ran_on=("3.13t",))[0] is CellStatus.NO_TESTS


def test_a_run_without_a_result_is_no_pass() -> None:
    tests = Counted(counts={"passed": 3}, unfinished=1)
    assert verdict(tests=tests) == (
        CellStatus.FAILED,
        "the session ended well, though a test run that began came to no result",
    )
    tests = Counted(counts={}, unfinished=2)
    assert "2 test runs that began" in verdict(tests=tests)[1]
    crashed = verdict(result="failed", log=command("pytest", 3, "boom\n"), tests=tests)
    assert crashed == (CellStatus.FAILED, "`pytest` ended with 3: boom")


@pytest.mark.parametrize("line", ["", "test_it.py "])
def test_what_nox_says_may_follow_an_open_line(line: str) -> None:
    log = f"nox > pytest\n{line}nox > Command pytest  failed with exit code -9\n"
    tests = Counted(counts={}, unfinished=1)
    assert verdict(result="failed", log=log, tests=tests) == (
        CellStatus.INFRASTRUCTURE,
        "`pytest` was ended by signal 9 (SIGKILL)",
    )
    log = f"{line}nox > Session tests raised exception ValueError('x')\n"
    assert verdict(result="failed", log=log, tests=None)[1] == "the noxfile raised ValueError('x')"
    log = f"{line}nox > Program cargo not found.\n"
    assert verdict(result="failed", log=log, tests=None)[0] is CellStatus.NEEDS


def test_a_run_of_pytest_of_what_is_not_there_failed() -> None:
    log = "collected 0 items\n" + command("pytest nowhere", 4, "ERROR: not found: nowhere\n")
    for tests in (None, Counted(counts={})):
        assert verdict(result="failed", log=log, tests=tests)[0] is CellStatus.FAILED


def command(text: str, code: int, after: str = "") -> str:
    colon = ":" if after else ""
    return f"nox > {text}\nnox > Command {text} failed with exit code {code}{colon}\n{after}"


NO_SOLUTION = (
    "error: No solution found when resolving dependencies\n  cause: Because no-such was not found"
    " in the package registry and you require no-such>=1, we can conclude that your requirements"
    " are unsatisfiable.\n"
)


@pytest.mark.parametrize(
    ("log", "tests", "status", "part"),
    [
        (
            command("pytest", 1),
            Counted(counts={"failed": 2, "passed": 1}, first="t::a: x"),
            CellStatus.FAILED,
            "2 of 3 tests failed; t::a: x",
        ),
        (
            command("pytest", 2),
            Counted(counts={"errors": 1}, first="t: ModuleNotFoundError: imp"),
            CellStatus.FAILED,
            "0 tests failed, 1 could not be run; t: ModuleNotFoundError: imp",
        ),
        (command("pytest", 5), Counted(counts={}), CellStatus.NO_TESTS, "no test"),
        ("no tests ran in 0.01s\n" + command("pytest -q", 5), None, CellStatus.NO_TESTS, ""),
        (
            "E boom\n" + command("python check.py", 5),
            None,
            CellStatus.FAILED,
            "ended with 5: E boom",
        ),
        (command("pytest", -9), None, CellStatus.INFRASTRUCTURE, "signal 9 (SIGKILL)"),
        (command("pytest", -11), None, CellStatus.FAILED, "signal 11 (SIGSEGV)"),
        (
            command("uv pip install -e .", 1, NO_SOLUTION),
            None,
            CellStatus.BLOCKED,
            "no-such was not found in the package registry",
        ),
        (
            command("python -m pip install x", 1, "ERROR: No matching distribution found for x\n"),
            None,
            CellStatus.BLOCKED,
            "nothing found for x",
        ),
        (
            command("uv pip install x", 2, "error: Request failed\n  cause: dns error\n"),
            None,
            CellStatus.INFRASTRUCTURE,
            "dns error",
        ),
        ("nox > Program cargo not found.\n", None, CellStatus.NEEDS, "the program cargo"),
        (
            "nox > Session tests raised exception ValueError('x')\n",
            None,
            CellStatus.FAILED,
            "the noxfile raised ValueError('x')",
        ),
        (
            "OSError: [Errno 28] No space left on device\n" + command("pytest", 1),
            None,
            CellStatus.INFRASTRUCTURE,
            "No space left",
        ),
    ],
)
def test_a_failed_session_says_why(
    log: str, tests: Counted | None, status: CellStatus, part: str
) -> None:
    seen, reason = verdict(result="failed", log=log, tests=tests)
    assert (seen, part in reason) == (status, True), reason


def test_a_test_that_prints_an_installer_is_still_a_failure() -> None:
    log = NO_SOLUTION + command("pytest", 1)
    assert verdict(result="failed", log=log, tests=None)[0] is CellStatus.FAILED


def test_a_missing_interpreter_is_never_a_skip_or_a_pass() -> None:
    reason = "Python interpreter 3.13 not found."
    assert verdict(result="skipped", reason=reason)[0] is CellStatus.MISSING_INTERPRETER
    assert verdict(result="failed", reason=reason)[0] is CellStatus.MISSING_INTERPRETER


def test_other_ends() -> None:
    assert verdict(result="skipped", reason="no database") == (CellStatus.SKIPPED, "no database")
    assert verdict(stopped=True)[0] is CellStatus.NOT_RUN
    status, reason = verdict(timed_out=True, log="nox > pytest\ntest_slow \n")
    assert (status, reason) == (CellStatus.TIMEOUT, "not done after 60 s; last seen: test_slow")
    assert verdict(code=-9)[0] is CellStatus.INFRASTRUCTURE
    assert verdict(result=None, code=1, log="Traceback\nboom\n")[0] is CellStatus.INFRASTRUCTURE
    assert verdict(result="aborted", reason="no") == (CellStatus.FAILED, "the session gave up: no")


def test_a_reason_is_one_short_line_without_folders() -> None:
    tests = Counted(
        counts={"failed": 1}, first="t::a: No such file '/home/me/p/data/x.csv'\n\x1b[31m"
    )
    _, reason = verdict(result="failed", tests=tests)
    assert reason.splitlines() == [reason]
    assert "'x.csv'" in reason
    assert "[31m" not in reason
    link = "\x1b]8;;https://x\x1b\\no\x1b]8;;\x1b\\ \x1b[1;38;5;9mdatabase\x1b[0m"
    assert verdict(result="skipped", reason=link) == (CellStatus.SKIPPED, "no database")
    long = Counted(counts={"failed": 1}, first="x" * 5000)
    assert len(verdict(result="failed", tests=long)[1]) <= 300


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (
            "error: Distribution not found at: file:///s/not-built/nw_core-0-py3-none-any.whl",
            CellStatus.BLOCKED,
            "nw-core, of this fleet, has no wheel",
        ),
        (
            (
                "Because the current Python version (3.9.18) does not satisfy Python>=3.10 and"
                " nw-core==2.3.0 depends on Python>=3.10, we can conclude"
            ),
            CellStatus.BLOCKED,
            "nw-core==2.3.0 needs Python >=3.10, not 3.9.18",
        ),
        (
            (
                "Because only a[test]==0.9 is available and the current Python version (3.9.18)"
                " does not satisfy Python>=3.10,<3.14, we can conclude"
            ),
            CellStatus.BLOCKED,
            "a[test] needs Python >=3.10,<3.14, not 3.9.18",
        ),
        (
            (
                "  \u00d7 Failed to build `numpy==1.21.0`\n  ModuleNotFoundError: No module named"
                " 'distutils'\n"
            ),
            CellStatus.BLOCKED,
            "numpy==1.21.0 does not build: ModuleNotFoundError: No module named 'distutils'",
        ),
        (
            (
                "error: The build backend returned an error\n  cause: Call to `x` failed\n"
                "  SystemExit: broken\n"
            ),
            CellStatus.BLOCKED,
            "the project itself does not build: SystemExit: broken",
        ),
        (
            "hint: Packages were unavailable because the network was disabled.",
            CellStatus.INFRASTRUCTURE,
            "no network: hint: Packages were unavailable because the network was disabled.",
        ),
        (
            "error: something new",
            CellStatus.BLOCKED,
            "the installation failed: error: something new",
        ),
        ("", CellStatus.BLOCKED, "the installation failed: "),
    ],
)
def test_why_an_installation_failed(text: str, status: CellStatus, reason: str) -> None:
    assert installs.explain(text) == (status, reason)


# What is read from files


def seen(tmp_path: Path, log: str = "", **files: str) -> Observed:
    (tmp_path / "a.log").write_text(log)
    for name, content in files.items():
        (tmp_path / name.replace("_", ".")).write_text(content)
    return observe.observe(Ended(code=0, seconds=1), tmp_path / "a.log", Places(tmp_path))


def test_counts_and_the_first_failure_of_a_junit_file(tmp_path: Path) -> None:
    xml = (
        '<testsuites><testsuite><testcase classname="t" name="a"/>'
        '<testcase classname="t" name="b"><failure message="assert 1 == 2&#10;more"/></testcase>'
        '<testcase classname="" name="u"><error message="collection failure">x\n'
        "E   ImportError: imp\n</error></testcase>"
        '<testcase classname="t" name="c"><skipped message="no"/></testcase>'
        "</testsuite></testsuites>"
    )
    tests = seen(tmp_path, junit_xml=xml).tests
    assert tests is not None
    assert tests.counts == {"passed": 1, "failed": 1, "errors": 1, "skipped": 1}
    assert tests.first == "t::b: assert 1 == 2"
    only = xml.replace('<failure message="assert 1 == 2&#10;more"/>', "")
    tests = seen(tmp_path, junit_xml=only).tests
    assert tests is not None
    assert tests.first == "u: ImportError: imp"


@pytest.mark.parametrize(
    ("log", "counts"),
    [
        (
            "===== 2 failed, 3 passed, 1 skipped in 0.12s =====\n",
            {"failed": 2, "passed": 3, "skipped": 1},
        ),
        ("3 passed, 1 warning in 61.20s (0:01:01)\n", {"passed": 3}),
        ("\x1b[32m== \x1b[1m4 passed\x1b[0m in 0.1s ==\n", {"passed": 4}),
        ("Ran 5 tests in 0.001s\n\nOK\n", {"passed": 5}),
        (
            "Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=2)\n",
            {"errors": 2, "failed": 1, "passed": 2},
        ),
        ("Ran 2 tests in 0.001s\n\nOK (skipped=2)\n", {"skipped": 2}),
        ("Ran 0 tests in 0.000s\n\nOK\n", {}),
        ("1 failed in 0.1s\n== 2 passed, 1 warning in 0.2s ==\n", {"failed": 1, "passed": 2}),
        (
            ("Ran 5 tests in 0.1s\n\nFAILED (errors=2)\nRan 2 tests in 0.1s\n\nOK (skipped=1)\n"),
            {"errors": 2, "passed": 4, "skipped": 1},
        ),
    ],
)
def test_counts_of_a_log_where_there_is_no_junit_file(
    tmp_path: Path, log: str, counts: dict[str, int]
) -> None:
    tests = seen(tmp_path, log).tests
    assert tests is not None
    assert tests.counts == counts


BEGIN = "===== test session starts =====\n"


def test_a_junit_file_is_only_of_the_last_run(tmp_path: Path) -> None:
    xml = '<testsuites><testsuite><testcase name="b"/></testsuite></testsuites>'
    log = f"{BEGIN}== 1 failed in 0.1s ==\n{BEGIN}== 1 passed in 0.1s ==\n"
    tests = seen(tmp_path, log, junit_xml=xml).tests
    assert tests is not None
    assert (tests.counts, tests.unfinished) == ({"failed": 1, "passed": 1}, 0)
    alone = seen(tmp_path, f"{BEGIN}no summary\n", junit_xml=xml).tests
    assert alone is not None
    assert (alone.counts, alone.unfinished) == ({"passed": 1}, 0)


def test_a_run_that_begins_and_prints_no_end_has_no_result(tmp_path: Path) -> None:
    tests = seen(tmp_path, f"{BEGIN}== 1 passed in 0.1s ==\n{BEGIN}t.py ").tests
    assert tests is not None
    assert (tests.counts, tests.unfinished) == ({"passed": 1}, 1)
    cut = f"{BEGIN}\n[pylife: 900 bytes cut here]\n{BEGIN}== 1 passed in 0.1s ==\n"
    tests = seen(tmp_path, cut).tests
    assert tests is not None
    assert tests.unfinished == 0, "its end may be in what was cut"
    for end in ("no tests ran", "3 tests collected", "1/3 tests collected", "2 deselected"):
        tests = seen(tmp_path, f"{BEGIN}== {end} in 0.12 seconds ==\n").tests
        assert tests is None


@pytest.mark.parametrize("log", ["", "done in 0.1s\n", "I ran 3 tests\n"])
def test_no_test_run_is_seen_where_there_was_none(tmp_path: Path, log: str) -> None:
    assert seen(tmp_path, log).tests is None


def test_broken_files_are_nothing_seen(tmp_path: Path) -> None:
    observed = seen(tmp_path, junit_xml="<testsuites><te", report_json='{"sessions": [{}]}')
    assert observed.tests is None
    assert observed.sessions is None


def test_the_pythons_of_environments(tmp_path: Path) -> None:
    for name, line in (
        ("a", "version_info = 3.13.0"),
        ("b", "version = 3.9.18"),
        ("c", "home = x"),
    ):
        (tmp_path / "envs" / name).mkdir(parents=True)
        (tmp_path / "envs" / name / "pyvenv.cfg").write_text(line + "\n")
    (tmp_path / "envs" / "a" / "lib" / "python3.13t").mkdir(parents=True)
    assert seen(tmp_path).pythons == {python("3.13t"), python("3.9")}

"""Running the scanner: which interpreter, with what of the environment, and what it survives."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from pylife.errors import ToolError
from pylife.source import interpreter as finding
from pylife.source import pool
from pylife.source.interpreter import Interpreter, clean_environment, host, newest
from pylife.source.runner import Answer, Job, scan
from tests.conftest import MakeTree

HOST = host()
APART = HOST._replace(host=False)
"""The host as if it were another: always scans in processes of their own."""

# Stands in for the scanner: says the size of each file; what is in a file is done to it.
STAND_IN = """
import json, os, sys, time
request = json.load(sys.stdin)
for path, place in request["files"]:
    with open(place) as file:
        text = file.read()
    if text.startswith("crash"):
        print("it hurts", file=sys.stderr)
        os.abort()
    if text.startswith("exit"):
        os._exit(7)
    if text.startswith("hang"):
        time.sleep(600)
    if text.startswith("once") and not os.path.exists(place + ".tried"):
        open(place + ".tried", "w").close()
        os._exit(1)
    print(json.dumps([path, len(text), request["first_party"], os.getpid()]))
"""


def jobs(root: Path) -> list[Job]:
    return [
        Job(path.name, str(path), path.stat().st_size)
        for path in sorted(root.iterdir())
        if path.suffix == ".py"
    ]


def ran(root: Path, processes: int = 2) -> dict[str, Answer]:
    answers = list(scan(jobs(root), APART, processes=processes, main=STAND_IN))
    found = {answer.job.path: answer for answer in answers}
    assert len(found) == len(answers), "each file has one answer"
    return found


def pids(answers: dict[str, Answer]) -> set[int]:
    return {json.loads(answer.line)[3] for answer in answers.values() if answer.line}


def test_large_trees_are_shared_out_and_small_ones_are_not(tree: MakeTree) -> None:
    root = tree({f"{number}.py": "x" * 100_000 for number in range(12)})
    answers = ran(root, processes=3)
    assert len(answers) == 12
    assert len(pids(answers)) == 3
    assert len(pids(ran(tree({f"{number}.py": "x" for number in range(12)})))) == 1


@pytest.mark.parametrize(
    ("what", "reason"),
    [("crash", "ended the scanner with SIGABRT: it hurts"), ("exit", "exit code 7")],
)
def test_a_file_on_which_the_scanner_ends_costs_no_other(
    tree: MakeTree, what: str, reason: str
) -> None:
    root = tree({"a.py": "a", "b.py": what, "c.py": "c", "d.py": what, "e.py": "e"})
    answers = ran(root, processes=1)
    assert {path for path, answer in answers.items() if answer.failed} == {"b.py", "d.py"}
    assert reason in answers["b.py"].failed
    assert json.loads(answers["e.py"].line)[1] == 1


def test_a_file_that_takes_too_long_costs_no_other(
    tree: MakeTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_STARTING_SECONDS", 1.0)
    monkeypatch.setattr(pool, "_FILE_SECONDS", 0.5)
    root = tree({"a.py": "hang", "b.py": "b" * 50, "c.py": "c"})
    started = time.monotonic()
    answers = ran(root)
    assert time.monotonic() - started < 30
    assert answers["a.py"].failed == "took too long"
    assert not answers["b.py"].failed
    assert not answers["c.py"].failed


def test_a_file_is_tried_again_by_itself(tree: MakeTree) -> None:
    answers = ran(tree({"a.py": "once", "b.py": "b"}))
    assert not any(answer.failed for answer in answers.values())


def test_an_interpreter_that_can_do_nothing_is_said_to_be_at_fault(tree: MakeTree) -> None:
    root = tree({f"{number}.py": "x" for number in range(30)})
    with pytest.raises(ToolError, match=r"cannot scan Python source: it ended .* no such thing"):
        list(scan(jobs(root), APART, main="raise SystemExit('no such thing')"))


def test_when_the_reader_goes_no_process_is_left(tree: MakeTree) -> None:
    root = tree({"a.py": "a" * 50, "b.py": "hang"})
    answers = scan(jobs(root), APART, main=STAND_IN)
    pid = json.loads(next(answers).line)[3]
    os.kill(pid, 0)
    answers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_projects_with_names_of_their_own_are_asked_about_apart(tree: MakeTree) -> None:
    root = tree({"a.py": "a", "b.py": "b", "c.py": "c"})
    first, second, third = jobs(root)
    given = [first, second._replace(own=("ast",)), third]
    answers = {a.job.path: json.loads(a.line) for a in scan(given, APART, main=STAND_IN)}
    assert [answers[path][2] for path in ("a.py", "b.py", "c.py")] == [[], ["ast"], []]


def test_odd_names_come_back_as_they_were(tree: MakeTree) -> None:
    root = tree({"a\n b.py": "x", 'ü"\u2028.py': "y"})
    (root / os.fsdecode(b"\xff.py")).write_text("z")
    assert set(ran(root)) == {"a\n b.py", 'ü"\u2028.py', "\udcff.py"}


def test_the_reading_process_gets_no_secrets_and_imports_nothing_around_it(
    tree: MakeTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree({"a.py": "x", "json.py": "raise SystemExit('was imported')"})
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.setenv("PYTHONSTARTUP", str(root / "json.py"))
    monkeypatch.setenv("SOME_TOKEN", "secret")
    monkeypatch.chdir(root)
    say = (
        "import json, os, sys; json.load(sys.stdin);"
        "print(json.dumps([os.getcwd(), sorted(os.environ), sys.path, sys.flags.isolated]))"
    )
    (answer, *_) = scan(jobs(root)[:1], APART, main=say)
    folder, environment, path, isolated = json.loads(answer.line)
    assert (folder, isolated) == ("/", 1)
    assert str(root) not in path
    assert not {name for name in environment if "TOKEN" in name or "PYTHON" in name}
    assert clean_environment({"A": "b", "PATH": "/bin"}) == {"PATH": "/bin", "LC_ALL": "C.UTF-8"}


def test_the_scanner_says_the_same_here_and_elsewhere(tree: MakeTree) -> None:
    root = tree({"a.py": "import cgi\n'x'.removeprefix('y')\n", "b.py": "(", "c.py": ""})
    here = {a.job.path: json.loads(a.line) for a in scan(jobs(root), HOST)}
    apart = {a.job.path: json.loads(a.line) for a in scan(jobs(root), APART)}
    assert here == apart
    assert [use["what"] for use in here["a.py"]["uses"]] == ["cgi", "str.removeprefix"]


# Finding the newest interpreter.


def script(path: Path, says: str, then: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{then}\necho '{says}'\n")
    path.chmod(0o755)
    return path


NEXT, AFTER = HOST.version[1] + 1, HOST.version[1] + 2
GREATEST = (3, AFTER)


def test_the_newest_that_starts_is_chosen(tmp_path: Path) -> None:
    later = script(tmp_path / "bin" / f"python3.{NEXT}", f"cpython 3 {NEXT} 3.{NEXT}.4")
    script(tmp_path / "bin" / f"python3.{AFTER}", "", "exit 1")
    environment = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    found = newest(GREATEST, environment=environment)
    assert found == Interpreter(str(later), (3, NEXT), f"3.{NEXT}.4")
    assert newest(HOST.version, environment=environment) == HOST, "none newer than is known"


@pytest.mark.parametrize(
    "says", [f"pypy 3 {NEXT} 3.{NEXT}.1", f"cpython 3 {NEXT - 1} 3.{NEXT - 1}.1", "hello", ""]
)
def test_what_is_something_else_is_not_chosen(tmp_path: Path, says: str) -> None:
    script(tmp_path / f"python3.{NEXT}", says)
    assert newest(GREATEST, environment={"PATH": str(tmp_path), "HOME": str(tmp_path)}) == HOST


@pytest.mark.parametrize(
    "place",
    [".pyenv/versions/3.{}.0/bin", ".local/share/uv/python/cpython-3.{}.0-linux-x86_64-gnu/bin"],
)
def test_pyenv_and_uv_are_looked_into(tmp_path: Path, place: str) -> None:
    script(tmp_path / place.format(NEXT) / f"python3.{NEXT}", f"cpython 3 {NEXT} 3.{NEXT}.4")
    assert newest(GREATEST, environment={"PATH": "", "HOME": str(tmp_path)}).version == (3, NEXT)


def test_shims_and_folders_without_a_root_are_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "shims" / f"python3.{NEXT}", f"cpython 3 {NEXT} 3.{NEXT}.4")
    monkeypatch.chdir(tmp_path)
    paths = os.pathsep.join([str(tmp_path / "shims"), "shims", "."])
    assert newest(GREATEST, environment={"PATH": paths, "HOME": str(tmp_path)}) == HOST


def test_what_was_started_once_is_not_started_again_while_it_is_the_same(tmp_path: Path) -> None:
    says = f"cpython 3 {NEXT} 3.{NEXT}.4"
    path = script(tmp_path / f"python3.{NEXT}", says, f"echo x >> {tmp_path}/starts")
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    remembered: dict[str, str] = {}
    for _ in range(3):
        assert newest(GREATEST, remembered, environment).version == (3, NEXT)
    assert (tmp_path / "starts").read_text() == "x\n"
    path.write_text("#!/bin/sh\nexit 1\n")
    assert newest(GREATEST, remembered, environment) == HOST


def test_one_that_does_not_answer_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_SECONDS", 0.2)
    script(tmp_path / f"python3.{NEXT}", "", "exec sleep 30")
    assert newest(GREATEST, environment={"PATH": str(tmp_path), "HOME": str(tmp_path)}) == HOST


def test_the_host_is_what_runs_this() -> None:
    assert (HOST.path, HOST.version) == (sys.executable, sys.version_info[:2])

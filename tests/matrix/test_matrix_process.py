import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pylife.matrix import process
from tests.matrix.matrix_help import alive, wait_for

ENV = {"PATH": os.environ["PATH"]}


def run(
    code: str, tmp_path: Path, *, timeout: float = 30, stop: threading.Event | None = None
) -> process.Ended:
    return process.run(
        [sys.executable, "-u", "-c", code],
        cwd=tmp_path,
        env=ENV,
        log=tmp_path / "logs" / "a.log",
        timeout=timeout,
        stop=stop,
        header="first line\n",
    )


def log(tmp_path: Path) -> str:
    return (tmp_path / "logs" / "a.log").read_text()


def test_output_and_code_are_kept(tmp_path: Path) -> None:
    ended = run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)", tmp_path)
    assert (ended.code, ended.timed_out, ended.stopped) == (7, False, False)
    assert log(tmp_path) == "first line\nout\nerr\n"


def test_stdin_is_empty(tmp_path: Path) -> None:
    run("import sys; print(repr(sys.stdin.read()))", tmp_path)
    assert log(tmp_path).endswith("''\n")


def test_a_signal_is_a_negative_code(tmp_path: Path) -> None:
    assert run("import os; os.kill(os.getpid(), 11)", tmp_path).code == -11


def test_a_long_log_keeps_head_and_tail_and_says_what_is_cut(tmp_path: Path) -> None:
    run("print('HEAD'); print('x' * 5_000_000); print('TAIL')", tmp_path)
    text = log(tmp_path)
    assert text.startswith("first line\nHEAD\nxxx")
    assert text.endswith("xxx\nTAIL\n")
    assert "bytes cut here]" in text
    assert 1_900_000 < len(text) < 2_200_000


def test_endless_output_does_not_outlive_the_deadline(tmp_path: Path) -> None:
    ended = run("while True: print('x' * 10_000)", tmp_path, timeout=1)
    assert ended.timed_out
    assert ended.seconds < 6


STUBBORN = """
import os, subprocess, sys, time
code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
code += "print('up', flush=True); time.sleep(300)"
command = [sys.executable, "-c", code]
same = subprocess.Popen(command, stdout=subprocess.PIPE)
away = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
same.stdout.readline(), away.stdout.readline()
with open("pids", "w") as file:
    print(os.getpid(), same.pid, away.pid, file=file)
"""


def test_a_timeout_leaves_no_process_that_ignores_sigterm_or_left_the_group(tmp_path: Path) -> None:
    ended = run(STUBBORN + "time.sleep(300)", tmp_path, timeout=2)
    assert ended.timed_out
    pids = [int(pid) for pid in wait_for(tmp_path / "pids").split()]
    assert len(pids) == 3
    assert [pid for pid in pids if alive(pid)] == []


def test_what_a_program_leaves_behind_is_ended_and_does_not_hold_its_log(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "print(child.pid)\n"
    )
    ended = run(code, tmp_path)
    assert ended.code == 0
    assert ended.seconds < 5
    assert not alive(int(log(tmp_path).split()[-1]))


DAEMON = """
import os, subprocess, sys, time
code = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\\n"
code += "if os.fork(): os._exit(0)\\n"
code += "print(os.getpid(), flush=True); time.sleep(300)"
command = [sys.executable, "-c", code]
away = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, env={})
with open("pids", "wb") as file:
    file.write(away.stdout.readline())
away.wait()
"""
"""Leaves a process of another session, without the mark, whose parent is gone."""
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux")


@on_linux
@pytest.mark.parametrize("end", ["", "time.sleep(300)", "os.kill(os.getpid(), 9)"])
def test_a_daemon_without_the_mark_does_not_outlive_its_program(tmp_path: Path, end: str) -> None:
    ended = run(DAEMON + end, tmp_path, timeout=3)
    assert (ended.timed_out, ended.code) == {
        "": (False, 0), "time.sleep(300)": (True, -15), "os.kill(os.getpid(), 9)": (False, -9)
    }[end]  # fmt: skip
    assert not alive(int((tmp_path / "pids").read_text()))


@on_linux
def test_nothing_outlives_a_killed_pylife(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom pylife.matrix import process\n"
        "here = Path(sys.argv[1])\n"
        "process.run([sys.executable, '-c', sys.argv[2]], cwd=here, env={}, log=here / 'log',\n"
        "    timeout=300)\n"
    )
    program = DAEMON + "time.sleep(300)"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path), program]) as pylife:
        pid = int(wait_for(tmp_path / "pids"))
        assert alive(pid)
        pylife.kill()
    until = time.monotonic() + 20
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pid)


def test_stop_ends_it(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    began = time.monotonic()
    ended = run("import time; time.sleep(300)", tmp_path, stop=stop)
    assert ended.stopped
    assert time.monotonic() - began < 5


def test_what_cannot_be_started_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        process.run(["no-such-program"], cwd=tmp_path, env=ENV, log=tmp_path / "l", timeout=1)

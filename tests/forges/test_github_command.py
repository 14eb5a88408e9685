"""A campaign on a GitHub by the real command line, and what becomes of its token."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.forges.peer import Fault, Hosted, Peer

DAY = "2026-11-21"
OLDEST = "3.10"
"""What the upgrade keeps, on which it is tested."""
_NETWORK = ("UV_", "PIP_", "SSL_", "CURL_CA", "REQUESTS_CA", "HTTP", "http", "NO_PROXY", "no_proxy")
"""What may be needed to have packages."""
POLICY = """\
name = "tiny"
[stages]
adopt = { anchor = "python.release", offset = "P6M" }
deprecate = { anchor = "python.eol" }
drop = { anchor = "python.eol", offset = "P3M" }
"""


def library(name: str, requires: str = "", python: str = ">=3.9,<3.14") -> dict[str, str | bytes]:
    module = name.replace("-", "_")
    return {
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = "{python}"\n'
        f"dependencies = [{requires}]\n",
        "setup.py": f"from setuptools import setup\nsetup(py_modules=['{module}'])\n",
        f"{module}.py": "",
        f"test_{module}.py": f"def test_it():\n    import {module}\n",
    }


@dataclass
class Seen:
    """Where the canary was, while a command ran."""

    places: list[str] = field(default_factory=list)
    processes: set[int] = field(default_factory=set)


@dataclass
class Command:
    """Runs `pylife` in processes of its own, with the token in the environment of the first."""

    peer: Peer
    root: Path
    state: Path
    home: Path
    hosted: list[Hosted]

    def __call__(
        self, *arguments: str | Path, seen: Seen | None = None, token: bool = True
    ) -> subprocess.CompletedProcess[str]:
        network = {n: v for n, v in os.environ.items() if n.startswith(_NETWORK)}
        environment = {
            **network,
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config")),
            "TMPDIR": str(self.home / "tmp"),
            "PYTHONPATH": str(ROOT),
            "PYENV_ROOT": os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")),
            "UV_CACHE_DIR": str(self.home / "uv"),
            "PYLIFE_TRUST_PROJECTS": "1",  # this machine's other processes are not the test's
            **({"PYLIFE_GITHUB_TOKEN": self.peer.token} if token else {}),
        }
        command = [sys.executable, "-m", "pylife", *map(str, arguments)]
        command += ["--state", str(self.state), "--as-of", DAY]
        process = subprocess.Popen(
            command, env=environment, cwd=self.home, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        with process, watched(process.pid, self.peer.token, seen):
            out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(command, process.returncode, out, err)


@contextlib.contextmanager
def watched(first: int, canary: str, seen: Seen | None) -> Iterator[None]:
    """Look into the processes below `first` as often as possible, in another thread."""
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            for pid in below(first):
                found.processes.add(pid)
                place = Path(f"/proc/{pid}")
                words = content(place / "cmdline")
                if canary.encode() in words:
                    found.places.append(f"cmdline of {shown(words)}")
                environment = content(place / "environ")
                # What the command was started with is there to be read, in itself, and in what
                # it starts until that has become another program.
                mine = content(own)  # nothing of a process that has just ended
                is_other = bool(mine) and words == content(place / "cmdline") != mine
                if is_other and canary.encode() in environment:
                    found.places.append(f"environ of {shown(words)}")
            time.sleep(0.005)

    if seen is None or not Path("/proc").is_dir():
        yield
        return
    found, own = seen, Path(f"/proc/{first}/cmdline")
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def shown(words: bytes) -> str:
    return words.replace(b"\0", b" ").decode(errors="replace")


def below(first: int) -> list[int]:
    """The process and those that it started, however deep."""
    found, fresh = [first], [first]
    while fresh:
        pid = fresh.pop()
        listed: list[int] = []
        for task in listing(Path(f"/proc/{pid}/task")):
            listed += map(int, content(task / "children").split())
        fresh += listed
        found += listed
    return found


def listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def holding(canary: str, *folders: Path) -> list[str]:
    """The files below `folders` that hold it: raw, and as objects of git repositories."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if canary.encode() in str(path).encode():
                found.append(f"the name of {path}")
            if path.is_file() and not path.is_symlink() and canary.encode() in content(path):
                found.append(str(path))
            if path.is_dir() and (path / "objects").is_dir() and (path / "HEAD").is_file():
                every = subprocess.run(
                    ["git", f"--git-dir={path}", "cat-file", "--batch", "--batch-all-objects"],
                    capture_output=True, check=True,
                ).stdout  # fmt: skip
                assert every
                if canary.encode() in every:
                    found.append(f"an object of {path}")
    return found


@pytest.fixture
def command(peer: Peer, tmp_path: Path) -> Command:
    """Two libraries in repositories of their own, one of which requires the other."""
    return made(peer, tmp_path, ">=3.9,<3.14")


def made(peer: Peer, tmp_path: Path, python: str) -> Command:
    root, home = tmp_path / "fleet", tmp_path / "home"
    root.mkdir()
    (home / "tmp").mkdir(parents=True)
    (root / "policy.toml").write_text(POLICY)
    settings = f"""\
[fleet]
name = "tiny"
policy = "policy.toml"
[upgrade]
forge = "github"
url = "{peer.url}"
labels = ["python"]
reviewers = ["dana"]
dashboard = "acme/core"
"""
    parts = [settings]
    hosted = []
    for name, requires in (("core", ""), ("api", '"core"')):
        hosted.append(peer.repository("acme", name, library(name, requires, python)))
        peer.person("dana").invite(hosted[-1], "dana")
        parts.append(f'[[project]]\nurl = "{peer.url}/acme/{name}.git"\nname = "{name}"\n')
    (root / "pylife.toml").write_text("\n".join(parts))
    return Command(peer, root, tmp_path / "state", home, hosted)


@pytest.mark.slow
def test_a_whole_campaign_shows_its_token_to_nobody(command: Command, tmp_path: Path) -> None:
    seen = Seen()
    site = tmp_path / "site"
    pull_numbers = []
    for arguments in (
        ("nightly", command.root, "--only", "read"),
        ("upgrade", "open", command.root, "--dry-run"),
        ("upgrade", "open", command.root, "--no-proof", "--verbose"),
        ("upgrade", "open", command.root),  # has to refuse to run tests, or find nothing to prove
        ("upgrade", "status", command.root, "--forge", "github", "--format", "json"),
        ("nightly", command.root, "--only", "propose,publish", "--site", site, "--verbose"),
    ):
        done = command(*arguments, seen=seen)
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        assert command.peer.token not in done.stdout + done.stderr
        pull_numbers.append(sum(len(there.pulls()) for there in command.hosted))
    assert pull_numbers[:2] == [0, 0]
    assert pull_numbers[-1] == 2, done.stdout
    # Errors tell no more than answers do.
    for fault in (Fault(status=401), Fault(status=500), Fault(breakage="cut")):
        fault.path = r"/repos/"
        command.peer.faults.append(fault)
        done = command("upgrade", "open", command.root, "--no-proof", "--verbose", seen=seen)
        assert command.peer.token not in done.stdout + done.stderr
        command.peer.faults.clear()
    assert len(seen.processes) > 20
    assert set(seen.places) == set()
    assert any(path.is_file() for path in site.rglob("*.html"))
    assert holding(command.peer.token, tmp_path) == []


def test_the_search_for_the_token_finds_it(peer: Peer, tmp_path: Path) -> None:
    """In a file, in an object of a repository, and in a process's words and environment."""
    there = peer.repository("acme", "careless", {"notes": f"it is {peer.token}\n"})
    (tmp_path / "log").write_text(f"Bearer {peer.token}")
    found = holding(peer.token, tmp_path)
    assert {str(tmp_path / "log"), f"an object of {there.git.folder}"} <= set(found)
    seen = Seen()
    inner = f"import subprocess; subprocess.run(['sleep', '0.3']); '{peer.token}'"
    script = f"T={peer.token} sleep 0.5; '{sys.executable}' -c \"{inner}\""
    process = subprocess.Popen(["sh", "-c", script])
    with process, watched(process.pid, peer.token, seen):
        process.wait(60)
    assert any(place.startswith("cmdline of") for place in seen.places)
    assert any(place.startswith("environ of sleep") for place in seen.places)


def test_what_runs_tests_does_not_propose_to_a_server(command: Command) -> None:
    done = command("nightly", command.root)
    assert done.returncode == 2
    assert "what runs projects' code holds no token for it" in done.stderr
    assert (
        "run --only read,resolve,run; then, with the token, --only propose,publish" in done.stderr
    )
    assert not any(there.pulls() for there in command.hosted)
    assert not (command.state / "results" / "run.json").exists()


def test_proposing_without_a_token_says_what_to_set(command: Command) -> None:
    done = command("nightly", command.root, "--only", "read,propose", token=False)
    assert done.returncode == 2
    assert "there is no token for 127.0.0.1" in done.stderr
    assert "set PYLIFE_GITHUB_TOKEN" in done.stderr


@pytest.mark.slow
def test_the_job_that_proposes_uses_what_the_job_that_tests_found(
    peer: Peer, tmp_path: Path
) -> None:
    command, seen = made(peer, tmp_path, ">=3.9"), Seen()
    first = command("nightly", command.root, "--only", "read,run", "--python", OLDEST, seen=seen)
    assert first.returncode in {0, 1}, first.stderr
    assert not any(there.pulls() for there in command.hosted)
    second = command(
        "nightly", command.root, "--only", "propose,publish", "--fail-on", "never", seen=seen
    )
    assert second.returncode == 0, second.stdout + second.stderr
    assert set(seen.places) == set()
    assert command.hosted[1].pulls(), first.stderr + second.stdout
    (issue,) = command.hosted[1].pulls()  # its floor rises first: it requires the other
    assert issue.pull is not None
    assert not issue.pull.draft  # its tests were run, in the other job
    body = issue.body or ""
    assert "passed" in body[body.index(f"| {OLDEST} |") :].splitlines()[0]
    assert holding(peer.token, tmp_path) == []

"""`pylife report --serve`: loopback only, no listing, no other host's name, and an end by Ctrl-C."""

import http.client
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pylife.cli.serve import server
from pylife.errors import UsageError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "secret.txt").write_text("not of the site")
    site = tmp_path / "site"
    (site / "data").mkdir(parents=True)
    (site / "index.html").write_text("<!DOCTYPE html><title>Fleet</title>")
    found = server(site, 0)
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    yield found.server_port
    found.shutdown()
    thread.join()
    found.server_close()


def ask(port: int, path: str, host: str = "127.0.0.1") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": f"{host}:{port}", "Connection": "close"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    answer.msg["X-Body"] = body.decode()
    return answer


def test_a_file_is_given_and_not_kept(port: int) -> None:
    answer = ask(port, "/")
    assert answer.status == 200
    assert "<title>Fleet</title>" in (answer.getheader("X-Body") or "")
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert ask(port, "/index.html", host="localhost").status == 200


@pytest.mark.parametrize("path", ["/data/", "/../secret.txt", "/%2e%2e/secret.txt", "/nothing"])
def test_what_is_not_of_the_site_is_not_there(port: int, path: str) -> None:
    assert ask(port, path).status == 404


def test_the_name_of_another_host_gets_nothing(port: int) -> None:
    assert ask(port, "/", host="evil.example").status == 421


def test_a_port_that_is_taken_is_said(port: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"the port {port} cannot be used"):
        server(tmp_path, port)


def test_the_command_ends_by_ctrl_c(tmp_path: Path) -> None:
    project = tmp_path / "nw-core"
    shutil.copytree(ROOT / "examples" / "platform" / "nw-core", project)
    command = [sys.executable, "-m", "pylife", "report", str(project), "--serve", "--port", "0"]
    state = tmp_path / "state"
    with subprocess.Popen(
        [*command, "--as-of", "2026-11-21", "--state", str(state)],
        stdout=subprocess.PIPE, text=True, cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        found = next(filter(None, (re.search(r"http://127\.0\.0\.1:(\d+)/", one) for one in lines)))
        try:
            assert ask(int(found[1]), "/").status == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0

"""Published facts: versioned, digest-checked, from a file or a server on loopback."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pylife.errors import ConfigError, ToolError, UsageError
from pylife.forges import fetch
from pylife.workflow import facts
from tests.conftest import MakeTree, Pylife

DOCUMENT = {
    "schema": facts.SCHEMA,
    "as_of": "2026-11-21",
    "fleet": {"name": "f", "projects": []},
}


def signed(**changes: object) -> bytes:
    document = {**DOCUMENT, **changes}
    return json.dumps({**document, "digest": facts.digest(document)}).encode()


def test_what_was_changed_is_refused() -> None:
    data = signed()
    assert facts.parse(data, shown="f").as_of == "2026-11-21"
    with pytest.raises(ConfigError, match="do not match their digest"):
        facts.parse(data.replace(b"2026-11-21", b"2026-11-22"), shown="f")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "not valid JSON"),
        (b"[]", "None, not"),
        (b'{"schema": "pylife/facts/2"}', "newer pylife"),
        (b'{"schema": "pylife/check/1"}', "pylife nightly"),
    ],
)
def test_what_is_no_facts_file(data: bytes, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        facts.parse(data, shown="facts.json")
    assert says in str(caught.value)


def test_what_a_fleet_publishes_serves_the_hook_of_one_repository(
    tree: MakeTree, pylife: Pylife, tmp_path: Path
) -> None:
    core = '[project]\nname = "core"\nversion = "1"\nrequires-python = ">=3.12"\n'
    app = core.replace("core", "app").replace("3.12", "3.11") + 'dependencies = ["core"]\n'
    root = tree(
        {
            "pylife.toml": '[fleet]\nname = "f"\npolicy = "own.toml"\n\n[[project]]\npath = "*"\n'
            'tier = 1\nowner = "me"\n',
            "own.toml": 'name = "own"\nextends = "upstream"\n[[scope]]\ntier = 1\n'
            'stages.drop = { anchor = "python.eol", offset = "P7D" }\n',
            "core/pyproject.toml": core,
            "app/pyproject.toml": app,
        }
    )
    day = ("--as-of", "2026-11-21")
    site = tmp_path / "site"
    assert pylife("report", root, *day, "--output", site, "--state", tmp_path / "s").code == 0
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "pyproject.toml").write_text(app)

    without = json.loads(pylife("check", alone, *day, "--format", "json").out)
    assert {item["code"] for item in without["not_evaluated"]} == {"FLT501"}
    assert without["projects"][0]["policy"] == "upstream"
    ran = pylife("check", alone, *day, "--format", "json", "--facts", site / "facts.json")
    told = json.loads(ran.out)
    assert told["projects"][0]["policy"] == "own (tier 1)"  # with the scope
    assert [(item["code"], item["subject"]) for item in told["findings"]] == [("FLT501", "core")]
    assert ran.code == 1

    # Named once in pylife.toml, it needs no option; changed, it is refused.
    (alone / "facts.json").write_bytes((site / "facts.json").read_bytes())
    (alone / "pylife.toml").write_text('[check]\nfacts = "facts.json"\n')
    assert pylife("check", alone, *day).code == 1
    (alone / "facts.json").write_text((site / "facts.json").read_text().replace("own", "won"))
    assert "digest" in pylife("check", alone, *day).err


@pytest.fixture
def server() -> Iterator[str]:
    """A server on loopback that serves the facts, a redirect, and echoes what it was sent."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/missing":
                self.send_error(404)
                return
            body = signed() if self.path == "/facts.json" else str(self.headers).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def test_over_http(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert facts.parse(fetch.get(f"{server}/facts.json", limit=10_000), shown="f")
    with pytest.raises(ToolError, match="404"):
        fetch.get(f"{server}/missing", limit=10)
    with pytest.raises(ConfigError, match="longer than 10 bytes"):
        fetch.get(f"{server}/facts.json", limit=10)
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert b"Authorization: Basic bWU6czNjcmV0" in fetch.get(f"{server}/headers", limit=10_000)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.com/facts.json", "not an https URL"),
        ("file:///etc/passwd", "not an https URL"),
        ("https://user:s3cret@example.com/facts.json", "holds credentials"),
    ],
)
def test_urls_that_are_not_used(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        fetch.get(url, limit=10)
    assert "s3cret" not in str(caught.value)

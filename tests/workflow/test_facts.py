"""Published facts: versioned, digest-checked, from a file or a server on loopback."""

import datetime as dt
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pylife import platforms
from pylife.errors import ConfigError, ToolError, UsageError
from pylife.forges import fetch
from pylife.workflow import facts
from tests.conftest import MakeTree, Pylife

DOCUMENT = {
    "schema": facts.SCHEMA,
    "as_of": "2026-11-21",
    "fleet": {"name": "f", "policy": "upstream", "projects": []},
    "policies": {},
    "images": [],
    "data": {"calendar": "2026-08-22", "platforms": ""},
    "waivers": [],
}


def signed(**changes: object) -> bytes:
    document = {key: value for key, value in {**DOCUMENT, **changes}.items() if value is not None}
    return json.dumps({**document, "digest": facts.digest(document)}).encode()


def test_what_was_changed_is_refused() -> None:
    data = signed()
    assert facts.parse(data, shown="f").as_of == dt.date(2026, 11, 21)
    with pytest.raises(ConfigError, match="do not match their digest"):
        facts.parse(data.replace(b"2026-11-21", b"2026-11-22"), shown="f")


@pytest.mark.parametrize("key", ["fleet", "policies", "images", "waivers", "data"])
def test_what_lacks_a_part_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="not complete"):
        facts.parse(signed(**{key: None}), shown="f")


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

    # What the repository says itself goes before what the facts say.
    (alone / "pylife.toml").write_text('[[project]]\npath = "."\nkind = "library"\ntier = 2\n')
    own = pylife("check", alone, *day, "--format", "json", "--facts", site / "facts.json")
    assert json.loads(own.out)["projects"][0]["policy"] == "own"

    # Old facts are a finding.
    late = ("--as-of", "2028-01-01", "--format", "json", "--facts", site / "facts.json")
    codes = {item["code"] for item in json.loads(pylife("check", alone, *late).out)["findings"]}
    assert {"SYS902", "SYS903"} <= codes

    # Named once in pylife.toml, it needs no option; changed, it is refused.
    (alone / "facts.json").write_bytes((site / "facts.json").read_bytes())
    (alone / "pylife.toml").write_text('[check]\nfacts = "facts.json"\n')
    assert pylife("check", alone, *day).code == 1
    (alone / "facts.json").write_text((site / "facts.json").read_text().replace("own", "won"))
    assert "digest" in pylife("check", alone, *day).err


def test_newer_dates_of_platforms_are_taken_and_older_ones_are_not() -> None:
    shipped = platforms.load()
    newer = platforms.text().replace(b"snapshot = 20", b"snapshot = 21", 1)
    assert newer != platforms.text()
    try:
        platforms.supply(newer)
        assert platforms.load().snapshot.year > shipped.snapshot.year
        platforms.supply(platforms.text().replace(b"snapshot = 20", b"snapshot = 19", 1))
        assert platforms.load().snapshot == shipped.snapshot
    finally:
        platforms.supply(None)
    assert platforms.load().snapshot == shipped.snapshot


@pytest.fixture
def server() -> Iterator[str]:
    """A server on loopback that serves the facts, a redirect, and echoes what it was sent."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/missing":
                self.send_error(404)
                return
            if self.path.startswith("/to/"):
                self.send_response(302)
                self.send_header("Location", self.path.removeprefix("/to/"))
                self.end_headers()
                return
            body = signed() if self.path == "/facts.json" else str(self.headers).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = False  # so that they are waited for
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


def test_redirects(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert b"Authorization" in fetch.get(f"{server}/to/{server}/headers", limit=10_000)
    elsewhere = server.replace("127.0.0.1", "localhost")
    assert b"Authorization" not in fetch.get(f"{server}/to/{elsewhere}/headers", limit=10_000)
    for place in ("http://127.0.0.2:1/x", "ftp://127.0.0.1/x", "http://[/x"):
        with pytest.raises(ToolError, match=r"nothing is fetched|cannot be had"):
            fetch.get(f"{server}/to/{place}", limit=10)


def test_offline_is_offline(pylife: Pylife, tree: MakeTree, server: str) -> None:
    root = tree({"pyproject.toml": '[project]\nname = "a"\nversion = "1"\n'})
    url = f"{server}/facts.json?token=s3cret"
    ran = pylife("check", root, "--facts", url, "--offline")
    assert ran.code == 2
    assert "--offline" in ran.err
    assert "s3cret" not in ran.err
    (root / "pylife.toml").write_text(f'[check]\nfacts = "{server}/facts.json"\n')
    named = pylife("check", root)
    assert named.code == 2
    assert "facts is a URL" in named.err


@pytest.mark.parametrize(
    "url", ["https://[", "https://h:99999/x", "http://localhost:x/", "https://a..b/"]
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises((UsageError, ToolError)):
        fetch.get(url, limit=10)


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

"""What is PostgreSQL's alone: its URLs, its secrets, a server that goes away."""

import subprocess
import sys
import traceback
from collections.abc import Callable
from urllib.parse import quote

import pytest

from pylife import evidence
from pylife.errors import StateError, ToolError
from pylife.evidence import postgres_url
from tests.evidence import postgres_help
from tests.evidence.evidence_help import CELL, DAY, cell
from tests.evidence.postgres_help import PASSWORD, Server

SECRET = "hunter2-Zq"


@pytest.fixture
def url(server: Server, request: pytest.FixtureRequest) -> str:
    name = f"own_{abs(hash(request.node.name))}"
    server.sql(f"CREATE DATABASE {name}")
    return server.url(name)


def _fails(url: str) -> str:
    """Everything that the failure could show anyone: its text, its cause, its trace."""
    with pytest.raises(StateError) as caught:
        evidence.open(url)
    return "".join(traceback.format_exception(caught.value, chain=True)) + repr(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@127.0.0.1:1/db",
        f"postgresql://u@127.0.0.1:1/db?password={SECRET}",
        f"postgresql://u:{SECRET}/x@127.0.0.1:1/db",
        f"postgresql://u:a@{SECRET}@127.0.0.1:1/db",
        f"postgresql://u:a#{SECRET}@127.0.0.1:1/db",
        f"postgresql://u:a?{SECRET}@127.0.0.1:1/db",
        f"postgresql://u:%zz{SECRET}@127.0.0.1:1/db",
        f"postgresql://u:{SECRET}@nowhere.invalid/db",
        f"postgresql://u:{SECRET}",
        f"postgresql://{SECRET}:x:y@h:1/db",
        f"postgresql://u:{SECRET}@[::1/db",
    ],
)
def test_no_error_has_a_secret(url: str) -> None:
    pytest.importorskip("psycopg")
    said = _fails(url).split("def _fails", 1)[-1]
    assert SECRET not in said
    assert "evidence store" in said


def test_a_wrong_password_is_said_without_it(server: Server) -> None:
    said = _fails(server.url("postgres", password="wrong/Zq"))
    assert "password authentication failed" in said
    assert "wrong/Zq" not in said
    assert quote("wrong/Zq", safe="") not in said
    said = _fails(server.url("no_such_database"))
    assert 'database "no_such_database" does not exist' in said
    assert PASSWORD not in said


def test_the_store_does_not_show_its_secret(url: str) -> None:
    with evidence.open(url) as store:
        assert PASSWORD not in repr(store) + repr(vars(store))


def test_without_psycopg_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ToolError, match=r"python-lifecycle\[postgres\]"):
        evidence.open("postgresql://h/db")


def test_psycopg_is_not_imported_for_anything_else() -> None:
    code = "import sys, pylife.evidence as e; assert not {'psycopg', 'urllib.request'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("url", "has"),
    [
        ("postgresql://u@h/d", False),
        ("postgresql:///d?host=/x&user=u", False),
        ("postgresql://u:p@h/d", True),
        ("postgresql://u:@h/d", True),
        ("postgresql://h/d?user=u&password=p", True),
        ("postgresql://h/d?pass%77ord=p", True),
        ("postgresql://h/d?sslpassword=p", True),
        ("postgresql://u:p@[h/d", True),
    ],
)
def test_whether_a_url_has_a_password(*, url: str, has: bool) -> None:
    assert postgres_url.has_password(url) is has


def test_a_server_that_restarts_loses_nothing(server: Server, url: str) -> None:
    with evidence.open(url) as store, evidence.open(url) as other:
        store.put(CELL, as_of=DAY)
        assert store.claim("k2")
        server.control("restart", "-m", "fast")
        assert store.put(cell("k3"), as_of=DAY)
        assert {one.key for one in store.cells()} == {"k1", "k3"}
        # What was taken is taken again.
        assert not other.claim("k2")
        store.release("k2")
        assert other.claim("k2")


def test_a_connection_that_is_cut_is_made_anew(server: Server, url: str) -> None:
    with evidence.open(url) as store:
        server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pylife'"
        )
        assert store.put(CELL, as_of=DAY)
        assert store.cells() == [CELL]


def test_a_newer_schema_is_refused(server: Server, url: str) -> None:
    evidence.open(url).close()
    database = url.partition("@/")[2].partition("?")[0]
    server.sql("UPDATE pylife.evidence_schema SET version = 99", database)
    with pytest.raises(StateError, match=r"newer pylife \(schema 99"):
        evidence.open(url)


def test_a_user_who_may_make_no_schema(server: Server, url: str) -> None:
    database = url.partition("@/")[2].partition("?")[0]
    server.sql(f"CREATE ROLE guest_{database} LOGIN PASSWORD '{SECRET}'", database)
    guest = server.url(database, password=SECRET, user=f"guest_{database}")
    assert "permission denied for database" in _fails(guest)
    server.sql(f"CREATE SCHEMA pylife AUTHORIZATION guest_{database}", database)
    with evidence.open(guest) as store:
        assert store.put(CELL, as_of=DAY)


def test_a_damaged_row_is_told(server: Server, url: str) -> None:
    with evidence.open(url) as store:
        store.put(CELL, as_of=DAY)
        database = url.partition("@/")[2].partition("?")[0]
        server.sql("UPDATE pylife.cell SET status = 'green'", database)
        with pytest.raises(StateError, match="damaged row"):
            store.get("k1")


def test_where_there_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres_help, "_WHEEL", "no_such_wheel")
    running: Callable[[], object] = postgres_help.running().__enter__
    with pytest.raises(postgres_help.MissingError, match="neither initdb in PATH nor the wheel"):
        running()

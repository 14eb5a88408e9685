"""The client against a real server: strategies, pages that are kept, and every fault as a row."""

import datetime as dt
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pylife.dependencies.index import fetching
from pylife.dependencies.index.access import Access
from pylife.dependencies.index.address import Credentials
from pylife.dependencies.index.client import Client, Found, Known
from pylife.dependencies.index.fetching import Failure, Fetcher, Limits
from pylife.dependencies.records import Absent, Index, Indexes, Strategy, Unavailable
from tests.dependencies.served import (
    Body,
    Dist,
    Fault,
    Redirect,
    Served,
    Stall,
    Status,
    Truncated,
    as_html,
    serve,
    write,
    write_flat,
)

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
QUICK = Limits(patience=(0.3, 0.6, 5.0), pauses=(0.01, 0.02), wait=1.0)
NO_ACCESS = Access()
ONE = {"one": [Dist("1.0"), Dist("2.0", uploaded="2026-02-03")]}


def client(
    *urls: str | Index,
    now: dt.datetime = NOON,
    limits: Limits = QUICK,
    access: Access = NO_ACCESS,
    sleep: Callable[[float], None] = time.sleep,
    strategy: Strategy = Strategy.FIRST_INDEX,
    find_links: tuple[str, ...] = (),
    pinned: tuple[tuple[str, str], ...] = (),
    **named: Any,
) -> Client:
    indexes = tuple(Index(one) if isinstance(one, str) else one for one in urls)
    fetcher = Fetcher(access, lambda: now, limits, sleep)
    told = Indexes(indexes, find_links, strategy, pinned=pinned)
    return Client(told, lambda: now, fetcher=fetcher, **named)


def versions(known: Known) -> list[str]:
    """The versions that are there; of none the reason."""
    match known:
        case Absent():
            return ["absent"]
        case Unavailable(_, reason):
            return ["unavailable", reason]
        case _:
            return [edition.version for found in known for edition in found.page.editions]


def only(known: Known) -> Found:
    """The one page that was found."""
    assert isinstance(known, tuple)
    assert isinstance(known[0], Found)
    return known[0]


@pytest.fixture
def index() -> Iterator[Served]:
    with serve(ONE) as served:
        yield served


@pytest.mark.parametrize("answer", ["html", "json", "negotiated"])
def test_a_page_is_read_whatever_the_index_speaks(answer: Any) -> None:
    with serve(ONE, answer=answer) as served:
        found = only(client(served.url).page("One"))
        assert [one.version for one in found.page.editions] == ["2.0", "1.0"]
        assert found.page.editions[0].files[0].uploaded == "2026-02-03"
        assert found.origin == served.url
        assert found.fetched == NOON
        assert served.headers[0]["Accept"] == fetching.ACCEPT
        assert served.asked == ["/simple/one/"]


def test_a_name_that_is_on_no_index_is_absent(index: Served) -> None:
    assert client(index.url).page("other") == Absent("other")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Status(500), "it answers with status 500"),
        (Status(503, headers={"Retry-After": "3600"}), "it answers with status 503 and asks to wait 3600 s"),
        (Status(429, headers={"Retry-After": "Sat, 21 Nov 2026 13:00:00 GMT"}), "it answers with status 429 and asks to wait 3600 s"),
        (Status(401), "it answers with status 401: it wants credentials"),
        (Status(403), "it answers with status 403: it wants credentials"),
        (Status(418), "it answers with status 418"),
        (Stall(30), "it did not answer within 0.3 s"),
        (Stall(30, begun=True), "it did not answer within 0.3 s"),
        (Truncated(), "its answer breaks off"),
        (Truncated(framed=False), "its page breaks off"),
        (Body(b"<html><form action='/login'></form></html>"), "it answers with a web page that lists no files, such as a sign-in"),
        (Body(b"\x00\x01", "application/zip"), "it answers with application/zip, which is no page of an index"),
        (Body(b"{}", "application/json"), "it answers with JSON that is no page of an index"),
        (Redirect("/simple/one/"), "it redirects without end"),
        (Redirect("file:///etc/passwd"), "it redirects to what is no web address"),
        (Redirect("http://127.0.0.1:1/simple/one/"), "it refuses connections"),
    ],
    ids=str,
)  # fmt: skip
def test_a_fault_is_a_row_with_its_reason(index: Served, fault: Fault, reason: str) -> None:
    index.faults["one"] = fault
    last = 0.3 if isinstance(fault, Stall) else 5.0
    limits = QUICK._replace(patience=(0.1 if last < 1 else last, 0.2 if last < 1 else last, last))
    found = client(index.url, limits=limits).page("one")
    assert found == Unavailable("one", f"{index.url}: {reason}")
    # And the rest goes on.
    index.faults.clear()
    assert client(index.url).page("one") != found


@pytest.mark.parametrize(
    "fault",
    [
        Status(500, times=2), Status(429, times=1, headers={"Retry-After": "0"}), Stall(30, times=1),
        Stall(30, times=2, begun=True), Truncated(times=2),
    ],
    ids=str,
)  # fmt: skip
def test_what_passes_is_asked_again(index: Served, fault: Fault) -> None:
    index.faults["one"] = fault
    assert versions(client(index.url).page("one")) == ["2.0", "1.0"]
    assert len(index.asked) == 1 + fault.times  # type: ignore[union-attr]


def test_a_stall_is_asked_anew_after_its_patience(index: Served) -> None:
    index.faults["one"] = Stall(30, times=1)
    start = time.perf_counter()
    assert versions(client(index.url).page("one")) == ["2.0", "1.0"]
    assert 0.3 <= time.perf_counter() - start < 3


def test_retry_after_is_waited_for(index: Served) -> None:
    waited: list[float] = []
    index.faults["one"] = Status(503, times=1, headers={"Retry-After": "1"})
    assert versions(client(index.url, sleep=waited.append).page("one")) == ["2.0", "1.0"]
    assert waited == [1.0]


def test_a_page_that_is_too_large_is_not_read_to_its_end(index: Served) -> None:
    index.faults["one"] = Body(b"<html>" + b" " * 3_000_000)
    found = client(index.url, limits=QUICK._replace(size=1 << 20)).page("one")
    assert found == Unavailable("one", f"{index.url}: its page is larger than 1 MB")


def test_an_index_that_is_not_there_is_soon_not_asked_any_more() -> None:
    asked = client("http://127.0.0.1:9/simple")
    reasons = [versions(asked.page(f"n{number}"))[1] for number in range(5)]
    assert [reason.partition(": ")[2] for reason in reasons] == [
        *["it refuses connections"] * 3,
        *["it was not asked any more: it did not answer before"] * 2,
    ]


def test_no_more_than_eight_connections_at_a_time() -> None:
    names = [f"n{number}" for number in range(40)]
    with serve({name: [Dist("1.0")] for name in names}, faults={name: Stall(0.05) for name in names}) as served:  # fmt: skip
        found = client(served.url).pages(names)
        assert list(found) == names
        assert {versions(one)[0] for one in found.values()} == {"1.0"}
        assert 2 <= served.most_together <= 8


def test_a_page_is_asked_for_once_however_many_ask(index: Served) -> None:
    index.faults["one"] = Stall(0.1)
    asked = client(index.url)
    threads = [threading.Thread(target=asked.page, args=("one",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(index.asked) == 1


# Strategies


A = {"both": [Dist("1.0")], "only-a": [Dist("1.0")]}
B = {"both": [Dist("1.0"), Dist("3.0")], "only-b": [Dist("1.0")]}


@pytest.mark.parametrize(
    ("strategy", "wanted"),
    [
        (Strategy.FIRST_INDEX, ["1.0"]),
        (Strategy.UNSAFE_FIRST_MATCH, ["1.0", "3.0", "1.0"]),
        (Strategy.UNSAFE_BEST_MATCH, ["1.0", "3.0", "1.0"]),
    ],
)
def test_several_indexes_by_their_strategy(strategy: Strategy, wanted: list[str]) -> None:
    with serve(A) as first, serve(B) as second:
        asked = client(Index(second.url, default=True), first.url, strategy=strategy)
        assert versions(asked.page("both")) == wanted
        assert versions(asked.page("only-b")) == ["1.0"]
        assert asked.page("neither") == Absent("neither")


def test_an_index_that_cannot_be_asked_hides_what_comes_after_it() -> None:
    with serve(A, faults={"both": Status(403)}) as first, serve(B) as second:
        found = client(first.url, second.url, sleep=lambda _: None).page("both")
        assert found == Unavailable("both", f"{first.url}: it answers with status 403: it wants credentials")  # fmt: skip
        assert len(second.asked) == 0


def test_a_bucket_says_forbidden_for_what_it_does_not_have() -> None:
    body = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'
    with serve(A, faults={"only-b": Status(403, body=body)}) as first, serve(B) as second:
        assert versions(client(first.url, second.url).page("only-b")) == ["1.0"]


def test_an_index_may_say_by_another_status_that_it_has_nothing() -> None:
    with serve(A, faults={"both": Status(403)}) as first, serve(B) as second:
        told = Index(first.url, ignored=(403,))
        assert versions(client(told, second.url).page("both")) == ["3.0", "1.0"]


def test_an_explicit_index_is_asked_for_what_names_it() -> None:
    with serve(A) as first, serve(B) as second:
        private = Index(second.url, "private", explicit=True)
        # What is to come from one index comes from no folder either.
        links = (first.url.replace("/simple", "/flat"),)
        pinned = (("both", "private"), ("only-a", "gone"))
        asked = client(first.url, private, pinned=pinned, find_links=links)
        assert versions(asked.page("both")) == ["3.0", "1.0"]
        assert asked.page("only-b") == Absent("only-b")
        assert versions(asked.page("only-a"))[1].startswith("it is to come from the index gone")


def test_folders_and_pages_of_files_are_looked_into(tmp_path: Path) -> None:
    folder = write_flat(
        tmp_path / "wheels", {"one": [Dist("3.0", uploaded=None)], "two": [Dist("1")]}
    )
    with serve(ONE) as served, serve({"three": [Dist("5.0")], "one": [Dist("4.0")]}) as flat:
        page = flat.url.replace("/simple", "/flat")
        asked = client(served.url, find_links=(str(folder), page, str(tmp_path / "none")))
        assert versions(asked.page("one")) == ["2.0", "1.0", "3.0", "4.0"]
        assert versions(asked.page("two")) == ["1"]
        assert versions(asked.page("three")) == ["5.0"]
        assert asked.page("four") == Absent("four")
        assert flat.asked == ["/flat"]


@pytest.mark.parametrize("as_url", [True, False])
def test_an_index_on_disk(tmp_path: Path, as_url: bool) -> None:
    folder = write(tmp_path / "an index", ONE)
    url = folder.as_uri() if as_url else str(folder)
    asked = client(url)
    assert versions(asked.page("one")) == ["2.0", "1.0"]
    assert asked.page("two") == Absent("two")
    (folder / "one" / "index.html").write_text("<html><a href='")
    assert versions(client(url).page("one"))[0] == "unavailable"


# Pages that are kept


def test_a_page_is_kept_and_not_asked_for_again(index: Served, tmp_path: Path) -> None:
    first = client(index.url, folder=tmp_path).page("one")
    absent = client(index.url, folder=tmp_path).page("two")
    assert absent == Absent("two")
    later = NOON + dt.timedelta(minutes=59)
    again = client(index.url, folder=tmp_path, now=later)
    assert again.page("one") == first
    assert again.page("two") == absent
    assert index.asked == ["/simple/one/", "/simple/two/"]


@pytest.mark.parametrize("validators", [True, False])
def test_an_old_page_is_asked_for_anew(tmp_path: Path, validators: bool) -> None:
    with serve(ONE, validators=validators) as served:
        first = only(client(served.url, folder=tmp_path).page("one"))
        later = NOON + dt.timedelta(hours=2)
        second = only(client(served.url, folder=tmp_path, now=later).page("one"))
        assert len(served.asked) == 2
        assert ("If-None-Match" in served.headers[1]) is validators
        assert (second.fetched, second.digest) == (later, first.digest)
        # It counts as young again.
        client(served.url, folder=tmp_path, now=later).page("one")
        assert len(served.asked) == 2


def test_a_page_that_changed_has_another_digest(tmp_path: Path) -> None:
    projects = {"one": [Dist("1.0")]}
    with serve(projects, validators=True) as served:
        first = only(client(served.url, folder=tmp_path).page("one"))
        projects["one"].append(Dist("1.1"))
        later = NOON + dt.timedelta(hours=2)
        second = only(client(served.url, folder=tmp_path, now=later).page("one"))
        assert [one.version for one in second.page.editions] == ["1.1", "1.0"]
        assert first.digest != second.digest


def test_offline_takes_what_is_kept_however_old(index: Served, tmp_path: Path) -> None:
    client(index.url, folder=tmp_path).pages(["one", "two"])
    asked = client(index.url, folder=tmp_path, now=NOON + dt.timedelta(days=400), offline=True)
    found = only(asked.page("one"))
    assert found.fetched == NOON
    assert asked.page("two") == Absent("two")
    assert "never asked" in versions(asked.page("three"))[1]
    assert len(index.asked) == 2


def test_a_clock_that_went_back_makes_nothing_young(index: Served, tmp_path: Path) -> None:
    client(index.url, folder=tmp_path).page("one")
    client(index.url, folder=tmp_path, now=NOON - dt.timedelta(days=1)).page("one")
    assert len(index.asked) == 2


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"format": 1}\nx', b"\xff\x00", None])
def test_what_is_kept_and_broken_is_as_if_it_was_not_there(
    index: Served, tmp_path: Path, content: bytes | None
) -> None:
    client(index.url, folder=tmp_path).page("one")
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-9] if content is None else content)
    assert versions(client(index.url, folder=tmp_path).page("one")) == ["2.0", "1.0"]
    assert len(index.asked) == 2
    assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_written_changes_no_answer(index: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert versions(client(index.url, folder=tmp_path / "file").page("one")) == ["2.0", "1.0"]


def test_a_failure_is_not_kept(index: Served, tmp_path: Path) -> None:
    index.faults["one"] = Status(500)
    client(index.url, folder=tmp_path, sleep=lambda _: None).page("one")
    assert list(tmp_path.iterdir()) == []


def test_several_write_the_same_page_at_a_time(index: Served, tmp_path: Path) -> None:
    clients = [client(index.url, folder=tmp_path) for _ in range(8)]
    threads = [threading.Thread(target=one.page, args=("one",)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(tmp_path.iterdir())) == 1
    assert versions(client("http://127.0.0.1:9/simple", index.url, folder=tmp_path, offline=True).page("one"))[0] == "unavailable"  # fmt: skip
    assert versions(client(index.url, folder=tmp_path, offline=True).page("one")) == ["2.0", "1.0"]


# Credentials and certificates


SECRET = "s3cr-et/päss"


def with_password(url: str) -> Access:
    return Access(credentials=((url, Credentials("me", SECRET)),))


def test_credentials_open_an_index_and_are_written_nowhere(tmp_path: Path) -> None:
    with serve(ONE, user="me", password=SECRET) as served:
        refused = client(served.url, folder=tmp_path).page("one")
        assert versions(refused)[1].endswith("it wants credentials")
        access = with_password(served.url)
        found = client(served.url, folder=tmp_path, access=access).page("one")
        assert versions(found) == ["2.0", "1.0"]
        assert SECRET not in repr((found, access))
        for path in tmp_path.rglob("*"):
            assert b"me:" not in path.read_bytes()
            assert SECRET.encode() not in path.read_bytes()


def test_credentials_never_go_to_another_origin() -> None:
    with serve(ONE) as other, serve(ONE, user="me", password=SECRET) as served:
        served.faults["one"] = Redirect(f"{other.url}/one/")
        found = client(served.url, access=with_password(served.url)).page("one")
        assert versions(found) == ["2.0", "1.0"]
        assert all("Authorization" not in headers for headers in other.headers)
        # Nor to an index that has none.
        client(other.url, access=with_password(served.url)).page("one")
        assert all("Authorization" not in headers for headers in other.headers)


def test_netrc_opens_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serve(ONE, user="me", password="secret") as served:
        assert versions(client(served.url).page("one")) == ["2.0", "1.0"]


def test_a_private_certificate_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    pem, key = tmp_path / "one.pem", tmp_path / "one.key"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=one",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", pem],
        check=True, capture_output=True,
    )  # fmt: skip
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    both = tmp_path / "both.pem"
    both.write_bytes(key.read_bytes() + pem.read_bytes())
    with serve(ONE, certificate=both) as served:
        refused = client(served.url).page("one")
        assert "certificate cannot be verified" in versions(refused)[1]
        assert versions(client(served.url, access=Access(ca=str(pem))).page("one")) == [
            "2.0",
            "1.0",
        ]


def test_a_proxy_is_used(index: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy gets the whole address, which a server of HTTP understands too.
    asked = client("http://index.example/simple", access=Access(proxy=index.url.removesuffix("/simple")))  # fmt: skip
    monkeypatch.setenv("NO_PROXY", "")
    assert versions(asked.page("one")) == ["2.0", "1.0"]
    assert index.asked == ["http://index.example/simple/one/"]


def test_a_failure_of_a_proxy_shows_no_password() -> None:
    access = Access(proxy=f"http://me:{SECRET}@127.0.0.1:9")
    found = Fetcher(access, lambda: NOON, QUICK).get("http://index.example/simple/one/")
    assert isinstance(found, Failure)
    assert "s3cr" not in repr(found)


def test_html_that_another_writes_is_served_as_it_is(index: Served) -> None:
    index.faults["one"] = Body(as_html("one", index.files("one")).replace(b"<body>", b"<body><script>x</script>"))  # fmt: skip
    assert versions(client(index.url).page("one")) == ["2.0", "1.0"]

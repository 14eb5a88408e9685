"""Pages of indexes: HTML says what JSON says, whatever it looks like; packed ones come back."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from pylife.dependencies.index import filenames, html, packed, pages
from pylife.dependencies.index.pages import Edition, File, PageError
from tests.dependencies.served import as_html, as_json

URL = "https://index.example/simple/some-one/"

versions = st.sampled_from(
    ["1.0", "1.0.0", "1.0.post1", "2.0rc1", "2.0.dev3", "0!3.1", "2024.1", "1.0+cpu", "1!0.1"]
) | st.tuples(st.integers(0, 30), st.integers(0, 300)).map(lambda pair: f"{pair[0]}.{pair[1]}")
kinds = st.sampled_from(
    [
        "some_one-{}.tar.gz", "some-one-{}.zip", "some_one-{}-py3-none-any.whl",
        "Some_One-{}-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "some_one-{}-cp39-abi3-win_amd64.whl", "some_one-{}-py2.7.egg", "other-{}.tar.gz",
        "some_one-{}.linux-x86_64.tar.gz", "some_one-{}.exe",
    ]
)  # fmt: skip
texts = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("<>&\"'=;"), max_size=12
)
days = st.dates().map(lambda day: f"{day.isoformat()}T12:00:00.123456Z")


@st.composite
def files(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for name in draw(st.lists(st.tuples(kinds, versions), max_size=8)):
        filename = name[0].format(name[1])
        one: dict[str, Any] = {
            "filename": filename,
            "url": "https://files.example/a/" + filename.replace("+", "%2B"),
            "hashes": draw(st.sampled_from([{}, {"sha256": "0123abcd"}])),
        }
        requires = draw(st.none() | st.sampled_from([">=3.9", ">=3.8,<4 ", "<3.13", "=>3"]) | texts)
        if requires is not None:
            one["requires-python"] = requires
        yanked = draw(st.sampled_from([None, True]) | texts.filter(bool))
        if yanked is not None:
            one["yanked"] = yanked
        if draw(st.booleans()):
            one["upload-time"] = draw(days)
        if draw(st.booleans()):
            one["core-metadata"] = {"sha256": "ff00"}
        found.append(one)
    return found


@settings(deadline=None)
@given(files())
def test_html_says_what_json_says(told: list[dict[str, Any]]) -> None:
    from_html = pages.read(as_html("some-one", told), "text/html; charset=utf-8", URL)
    from_json = pages.read(as_json("some-one", told), "application/vnd.pypi.simple.v1+json", URL)
    assert from_html["files"] == from_json["files"]
    found = pages.page("some-one", from_html["files"])
    assert found == pages.page("some-one", from_json["files"])
    assert list(map(Version, [one.version for one in found.editions])) == sorted(
        {Version(one.version) for one in found.editions}, reverse=True
    )


@settings(deadline=None)
@given(
    files(), st.sampled_from(["", "<p>hello</p>", "<!-- a -- b -->", "<base href='..'>", "<svg>"])
)
def test_both_readers_of_html_agree(told: list[dict[str, Any]], odd: str) -> None:
    page = as_html("some-one", told).decode().replace("<body>", f"<body>{odd}")
    parsed = html.parsed(page, URL)
    assert parsed is not None
    assert parsed[0] == told
    plain = html.plain(page, URL)
    assert plain is None or plain == parsed
    # What indexes write is read the short way.
    assert odd or plain is not None


@settings(deadline=None)
@given(files())
def test_a_packed_page_comes_back_with_the_same_digest(told: list[dict[str, Any]]) -> None:
    page = pages.page("some-one", told)
    again = packed.unpack(packed.pack(page))
    assert again == page
    assert (
        packed.digest(again)
        == packed.digest(page)
        == packed.digest(pages.page("some-one", told[::-1]))
    )


@settings(deadline=None)
@given(files())
def test_a_library_of_others_reads_the_same(told: list[dict[str, Any]]) -> None:
    pypi_simple = pytest.importorskip("pypi_simple")
    data = pages.read(as_html("some-one", told), "text/html", URL)
    theirs = pypi_simple.ProjectPage.from_json_data({**data, "name": "some-one"})
    wanted: dict[Version, set[File]] = {}
    for one in theirs.packages:
        named = filenames.read(one.filename, "some-one")
        if named is not None and one.package_type in {"wheel", "sdist", "dumb"}:
            requires = one.requires_python if (one.requires_python or "").strip() else None
            yanked = (one.yanked_reason or "") if one.is_yanked else None
            day = one.upload_time.date().isoformat() if one.upload_time is not None else None
            file = File(named.tags, requires, yanked, day)
            wanted.setdefault(Version(named.version), set()).add(file)
    found = pages.page("some-one", data["files"])
    assert {Version(one.version): set(one.files) for one in found.editions} == wanted


def html_page(*lines: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{''.join(lines)}</body></html>".encode()


def read(content: bytes) -> tuple[Edition, ...]:
    return pages.page(
        "a", pages.read(content, "text/html", "https://index.example/simple/a/")["files"]
    ).editions


ONE = "a-1.0-py3-none-any.whl"
FILE = Edition("1.0", (File("py3-none-any"),))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (f'<a href="{ONE}">{ONE}</a>', File("py3-none-any")),
        (f'<A HREF="{ONE}">anything</A>', File("py3-none-any")),
        (f"<a href='{ONE}'>x</a>", File("py3-none-any")),
        (f"<a href={ONE}>x</a>", File("py3-none-any")),
        (f'<a href="{ONE}?token=a/b#sha256=ff">x</a>', File("py3-none-any")),
        (f'<a\n  href="../{ONE}"\n  rel="internal"\n>x<b>y</b></a>', File("py3-none-any")),
        (f'<a href="{ONE}" data-requires-python=">=3.8">x</a>', File("py3-none-any", ">=3.8")),
        (f'<a href="{ONE}" data-requires-python="&gt;=3.8">x</a>', File("py3-none-any", ">=3.8")),
        (f'<a href="{ONE}" data-requires-python="">x</a>', File("py3-none-any")),
        (f'<a href="{ONE}" data-yanked>x</a>', File("py3-none-any", yanked="")),
        (f'<a href="{ONE}" data-yanked="">x</a>', File("py3-none-any", yanked="")),
        (f'<a href="{ONE}" data-yanked="bad &amp; old">x</a>', File("py3-none-any", yanked="bad & old")),
        (f'<a href="{ONE}" data-upload-time="2024-05-06T01:02:03Z">x</a>', File("py3-none-any", uploaded="2024-05-06")),
        (f'<a href="{ONE}" data-upload-time="yesterday">x</a>', File("py3-none-any")),
    ],
)  # fmt: skip
def test_a_link(line: str, wanted: File) -> None:
    assert read(html_page(line)) == (Edition("1.0", (wanted,)),)


@pytest.mark.parametrize(
    "page",
    [
        html_page(f'<a href="{ONE}">x</a>', "<script>var a = '<a href=\"a-2.0.tar.gz\">';</script>"),
        html_page(f'<!-- <a href="a-2.0.tar.gz">x</a> --><a href="{ONE}">x</a>'),
        html_page("<a>no link</a>", f'<a href="{ONE}">x</a>', '<a href="../">up</a>', '<a href="#x">y</a>'),
        html_page(f'<ul><li><a href="{ONE}">x</a></li></ul><a href="b-3.0.tar.gz">x</a>'),
        f'<a href="{ONE}">x</a>'.encode(),
        f'\ufeff<html><body><a href="{ONE}">\xff</a>'.encode(),
        b'<html><body>\xff\xfe<a href="' + ONE.encode() + b'">x</a></body></html>',
        html_page(f'<a href="{ONE}">x</a>') + b"\n<!--SERIAL 12-->\n",
        html_page(f'<a href="{ONE}">x</a>', head='<meta name="pypi:repository-version" content="1.4">'),
    ],
)  # fmt: skip
def test_pages_of_all_sorts(page: bytes) -> None:
    assert read(page) == (FILE,)


def test_relative_links_start_at_the_base() -> None:
    page = html_page(f'<a href="../{ONE}#sha256=aa">x</a>', head='<base href="/deep/er/">')
    found = pages.read(page, "text/html", URL)["files"]
    assert found == [
        {"filename": ONE, "url": f"https://index.example/deep/{ONE}", "hashes": {"sha256": "aa"}}
    ]


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"{", "application/vnd.pypi.simple.v1+json", "breaks off"),
        (b"[" * 100_000, "application/vnd.pypi.simple.v1+json", "JSON"),
        (b"[1]", "application/json", "no page of an index"),
        (b'{"meta": {}, "files": {}}', "application/json", "no page of an index"),
        (b'{"meta": {"api-version": "2.0"}, "files": []}', "application/json", "version 2.0"),
        (html_page(head='<meta name="pypi:repository-version" content="2.1">'), "text/html", "2.1"),
        (b'<html><body><a href="a-1.0.tar.gz" da', "text/html", "breaks off"),
        (b'<html><body><a href="a-1.0.tar.gz">a-1.', "text/html", "breaks off"),
        (html_page("<form action='login'><input name=password></form>"), "text/html", "sign-in"),
        (html_page("<div id=app></div><script>boot()</script>"), "text/html", "no files"),
        (b"PK", "application/zip", "application/zip"),
    ],
)
def test_what_is_no_page_says_why(content: bytes, kind: str, reason: str) -> None:
    with pytest.raises(PageError, match=reason):
        pages.read(content, kind, URL)


def test_a_page_without_an_end_breaks_off_only_where_the_connection_told_no_length() -> None:
    page = f'<html><body><a href="{ONE}">x</a>\n'.encode()
    assert pages.read(page, "text/html", URL)["files"]
    with pytest.raises(PageError, match="breaks off"):
        pages.read(page, "text/html", URL, framed=False)


def test_an_empty_page_is_a_project_without_files() -> None:
    assert read(html_page()) == ()


def test_rows_of_json_that_are_no_files_are_left_out() -> None:
    content = b'{"meta": {"api-version": "1.0"}, "files": [1, {}, {"filename": 3}, {"filename": "a-1.tar.gz", "yanked": 3, "upload-time": 4, "requires-python": []}]}'
    found = pages.page("a", pages.read(content, "", URL)["files"])
    assert found.editions == (Edition("1", (File(None, yanked=""),)),)


@pytest.mark.parametrize(
    ("filename", "project", "wanted"),
    [
        ("a-1.0.tar.gz", "a", ("a", "1.0", None)),
        ("a-1.0-2.tar.gz", "a", ("a", "1.0.post2", None)),
        ("a-b-1.0.tar.gz", "a-b", ("a-b", "1.0", None)),
        ("a-b-1.0.tar.gz", None, ("a-b", "1.0", None)),
        ("A.B-1.0.zip", "a-b", ("a-b", "1.0", None)),
        ("a_b-1.0-py3-none-any.whl", "a-b", ("a-b", "1.0", "py3-none-any")),
        (
            "a_b-1.0-7x-cp311-ABI3-Linux_x86_64.whl",
            "a-b",
            ("a-b", "1.0", "cp311-abi3-linux_x86_64"),
        ),
        ("a-1.0-py3-none-any.whl", "b", None),
        ("a-1.0-x-y-py3-none-any.whl", "a", None),
        ("a-1.0-none-any.whl", "a", None),
        ("a-one-py3-none-any.whl", "a", None),
        ("a-1.0.linux-x86_64.tar.gz", "a", None),
        ("a-1.0-py2.7.egg", "a", None),
        ("a.tar.gz", "a", None),
        ("a-.tar.gz", "a", None),
        (".whl", "a", None),
    ],
)
def test_file_names(
    filename: str, project: str | None, wanted: tuple[str, str, str | None] | None
) -> None:
    found = filenames.read(filename, project)
    assert (found and (found.project, str(found.version), found.tags)) == wanted


def test_ten_thousand_releases_are_quick() -> None:
    told: list[dict[str, Any]] = []
    for number in range(10_000):
        for tags in ("py3-none-any.whl", "cp313-cp313-win_amd64.whl"):
            filename = f"big-1.{number}-{tags}"
            told.append(
                {"filename": filename, "url": f"https://files.example/{filename}", "requires-python": ">=3.9", "upload-time": "2024-01-02T03:04:05Z"}
            )  # fmt: skip
    content = as_html("big", told)
    start = time.perf_counter()
    found = pages.page("big", pages.read(content, "text/html", URL)["files"])
    made = packed.dumps(packed.pack(found))
    # 0.25 s where this was written; a quadratic step would take minutes.
    assert time.perf_counter() - start < 5
    assert len(found.editions) == 10_000
    assert len(made) < 400_000

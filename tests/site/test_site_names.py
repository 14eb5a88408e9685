"""File names, anchors and text made of names that nobody has vetted."""

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.site import slugs, text

HOSTILE = [
    "../../x",
    "..",
    ".",
    "",
    "/etc/passwd",
    "a\\b",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "x" * 100_000,
    "\u202egnp.exe",
    "\ud800",
    "con",
    "NUL",
    "index",
    "a.html",
    "Größe",
    "名前",
    "a\0b",
    "a\nb",
]


def test_safe_and_lonely_names_stay() -> None:
    assert slugs.assign([("nw-core", "libs/nw-core"), ("x_1", ".")]) == {
        ("nw-core", "libs/nw-core"): "nw-core",
        ("x_1", "."): "x_1",
    }


def test_hostile_names_become_file_names() -> None:
    made = slugs.assign((name, "p") for name in HOSTILE)
    assert len(set(made.values())) == len(HOSTILE)
    for slug in made.values():
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,80}", slug)
        assert slug not in {"con", "nul"}
        assert PurePosixPath(slug).name == slug


def test_two_projects_of_one_name_differ_and_do_not_depend_on_others() -> None:
    made = slugs.assign([("a", "x"), ("a", "y"), ("b", "z")])
    assert made["a", "x"] != made["a", "y"]
    assert made["b", "z"] == "b"
    assert slugs.assign([("a", "y"), ("a", "x")])["a", "x"] == made["a", "x"]


def test_a_name_that_looks_like_anothers_slug_does_not_take_it() -> None:
    taken = slugs.assign([("A", "x")])["A", "x"]
    made = slugs.assign([("A", "x"), (taken, "y")])
    assert made[taken, "y"] == taken
    assert made["A", "x"] != taken


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=4)), max_size=12))
def test_slugs_never_collide(keys: list[tuple[str, str]]) -> None:
    made = slugs.assign(keys)
    assert set(made) == set(keys)
    assert len({slug.casefold() for slug in made.values()}) == len(made)


@pytest.mark.parametrize("name", HOSTILE)
def test_anchors_hold_no_markup(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", slugs.anchor(name))


def test_plain_shows_what_would_hide() -> None:
    assert text.plain("a\u202eb\x07c\ud800\x1b[31mred\x1b[0m") == "a\\u202eb\\x07c\\ud800red"
    assert text.plain("tab\tand\nline") == "tab\tand\nline"
    assert text.plain("crlf\r\nbare\rend") == "crlf\nbare\\x0dend"
    assert text.plain("Größe 名前 é") == "Größe 名前 é"
    assert text.plain("\x1b]8;;http://x\x07link") == "link"
    assert text.plain("\U000e0041\ufeff") == "\\U000e0041\\ufeff"


@given(st.text())
def test_plain_text_can_be_written_and_stays(value: str) -> None:
    once = text.plain(value)
    assert text.plain(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ([], "none"),
        (["3.10"], "3.10"),
        (["3.10", "3.9"], "3.9, 3.10"),
        (["3.9", "3.11", "3.10", "3.13"], "3.9–3.11, 3.13"),
        (["3.13", "3.13t", "3.14"], "3.13, 3.13t, 3.14"),
        (["2.7", "3.6", "3.7", "3.8"], "2.7, 3.6–3.8"),
        (["<b>", "3.9"], "3.9, <b>"),
    ],
)
def test_spread(versions: list[str], words: str) -> None:
    assert text.spread(versions) == words


def test_listed_and_count() -> None:
    assert text.listed(["a"]) == "a"
    assert text.listed(["a", "b", "c"]) == "a, b and c"
    assert text.listed(list("abcdef"), 3) == "a, b, c and 3 more"
    assert [text.count(n, "error") for n in (0, 1, 2)] == ["no errors", "1 error", "2 errors"]
    assert text.short("x" * 50, 10) == "x" * 9 + "…"

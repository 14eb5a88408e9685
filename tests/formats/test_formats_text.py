"""The text format: what stands where, and that it fits."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pylife.formats.excerpt import columns, excerpt
from pylife.formats.text import render
from tests.formats.formats_samples import everything, finding

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


def shown(char: str) -> bool:
    return char.isprintable()


@given(TEXT, st.integers(0, 120), st.integers(0, 40), st.integers(12, 120))
@example("x" * 300, 290, 5, 20)
@example("\t\t漢" + "字" * 90, 80, 3, 30)
@example("e" + "\u0301" * 50, 3, 4, 12)
@example("", 0, 0, 12)
def test_an_excerpt_fits_and_its_carets_are_under_something(
    text: str, start: int, length: int, room: int
) -> None:
    start = min(start, len(text))
    source, carets = excerpt(text, start, min(start + length, len(text)), room)
    assert columns(source) <= room
    assert len(carets) <= room
    assert re.fullmatch(r" *\^+", carets)
    assert all(map(shown, source))
    if source:
        assert carets.index("^") <= columns(source)


@given(st.text("abc漢é\t=", max_size=30), st.integers(0, 30), st.integers(1, 10))
def test_the_carets_are_under_the_text_that_is_meant(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    meant = text[start : start + length]
    source, carets = excerpt(text, start, start + len(meant), 500)
    at, under = carets.index("^"), 0
    picked = ""
    for char in source:
        if at <= under < len(carets):
            picked += char
        under += columns(char)
    expanded = "".join(" " if char == "\t" else char for char in meant)
    assert re.sub(" +", " ", picked).strip() == re.sub(" +", " ", expanded).strip()


def test_a_long_line_is_shown_around_the_carets() -> None:
    text = "a" * 200 + "NEEDLE" + "b" * 200
    source, carets = excerpt(text, 200, 206, 40)
    assert source[carets.index("^") : carets.rindex("^") + 1] == "NEEDLE"
    assert source.startswith("…a")
    assert source.endswith("b…")
    assert excerpt(text, 0, 3, 40)[0].startswith("aaa")
    assert excerpt(text, 405, 406, 40)[0].endswith("b")


@pytest.mark.parametrize("width", [20, 40, 57, 80, 100, 140])
def test_no_line_is_wider_than_asked_but_for_a_single_word(width: int) -> None:
    long = finding(
        "RNG002", "client", "long", "word " * 60 + "漢字" * 12, "help " * 40,
        ("client/" + "deep/" * 30 + "file name.toml", 3, 2, 4),
    )  # fmt: skip
    report = everything()
    report = report._replace(
        findings=(*report.findings, long), width=width, verbose=True,
        lines={**report.lines, (str(long.file), 3): "x" * 500},
    )  # fmt: skip
    text = render(report)
    assert str(long.file) in text
    for line in text.splitlines():
        assert columns(line) <= max(width, 40) or " " not in line.strip().replace("file name", "")


def test_colour_changes_nothing_but_colour() -> None:
    report = everything()._replace(verbose=True)
    painted = render(report._replace(color=True))
    assert "\x1b[31;1merror\x1b[0m" in painted
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == render(report)
    assert "\x1b" not in render(report)


def test_quiet_is_one_line_a_finding_and_no_totals() -> None:
    report = everything()._replace(quiet=True)
    lines = render(report).splitlines()
    coming = [item for item in report.findings if item.upcoming]
    assert len(lines) == len(report.counted) + len(coming) + report.statuses["error"]
    assert render(report._replace(findings=(), rows=())) == ""


def test_one_place_has_one_excerpt() -> None:
    text = render(everything())
    section = text.split("merges today")[0]
    assert section.count("client/pyproject.toml:3:20") == 2
    assert section.count("| requires-python") == 1


def test_the_last_line_counts() -> None:
    report = everything()._replace(width=1000)
    last = render(report._replace(seconds=1.5)).splitlines()[-1]
    for words in (
        "3 projects checked;", "7 findings (4 errors, 2 warnings, 1 info)", "2 fixable with --fix",
        "1 more with --unsafe-fixes",
            "3 suppressed (1 waived, 1 in the baseline, 1 ignored by comments)",
        "2 upcoming until 2027-05-21", "1 could not be read in full", "1 could not be had",
        "1 excluded", "1 declaration unreadable", "1 verdict not evaluated",
        "(as of 2026-11-21, in 1.50s)",
    ):  # fmt: skip
        assert words in last
    nothing = report._replace(rows=report.rows[-1:], findings=(), not_evaluated=())
    assert render(nothing) == (
        "1 project checked; no finding; nothing upcoming until 2027-05-21 (as of 2026-11-21)\n"
    )


def test_why_it_is_incomplete_is_said_where_nothing_else_says_it() -> None:
    report = everything()
    assert "not read in full" not in render(report)
    bare = report._replace(findings=())
    assert "not read in full: a b#%/setup.py: not valid Python" in render(bare)

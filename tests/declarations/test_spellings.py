"""How versions and ranges are spelled, and INI files beside the standard library's parser."""

import configparser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.declarations import versions
from pylife.errors import UnreadableError
from pylife.model import PythonVersion, coverage
from pylife.syntax import ini
from pylife.syntax.text import Source

P = PythonVersion.parse
KNOWN = tuple(P(f"2.{n}") for n in range(8)) + tuple(P(f"3.{n}") for n in range(18))
SAMPLES = Path(__file__).resolve().parents[1] / "samples"


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("3.9", "3.9"),
        ("3.9.18", "3.9"),
        (" 3.10.x ", "3.10"),
        ("3.15-dev", "3.15"),
        ("3.15.0a1", "3.15"),
        ("3.14.0-rc.1", "3.14"),
        ("3.13t", "3.13t"),
        ("3.14t-dev", "3.14t"),
        ("py39", "3.9"),
        ("py313t", "3.13t"),
        ("cp310", "3.10"),
        ("python3.11", "3.11"),
        ("3", None),
        ("3.x", None),
        ("3.09", None),
        ("pypy3.10", None),
        ("pypy-3.11", None),
        ("39", None),
        ("kafka-python 3.9", None),
        ("", None),
    ],
)
def test_named(text: str, python: str | None) -> None:
    assert versions.named(text) == (P(python) if python else None)


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("3.9.18-slim-bullseye", "3.9", "3.12", "3.12-slim-bullseye"),
        ("3.9-alpine3.18", "3.9", "3.12", "3.12-alpine3.18"),
        ("3.9-alpine3.9", "3.9", "3.12", None),
        ("3.9-bookworm", "3.9", "3.12", "3.12-bookworm"),
        ("3.14-rc-slim", "3.14", "3.15", "3.15-slim"),
        ("'3.14-dev'", "3.14", "3.15", "'3.15'"),
        ("3.13t", "3.13t", "3.14", "3.14"),
        ("3.13", "3.13", "3.13t", "3.13t"),
        ("3.13t", "3.13", "3.14", None),
        ("py39-django-py39", "3.9", "3.10", None),
        ("python3.9", "3.9", "3.10", "python3.10"),
        ("13.9", "3.9", "3.10", None),
        ("3.90", "3.9", "3.10", None),
    ],
)
def test_respell(text: str, old: str, new: str, expected: str | None) -> None:
    assert versions.respell(text, P(old), P(new)) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("^3.10,<3.13", "3.10", "3.12"),
        ("^3.7.4", "3.8", "3.17"),
        ("~3.9", "3.9", "3.9"),
        ("=3.9.*", "3.9", "3.9"),
        ("~3", "3.0", "3.17"),
        ("3.*", "3.0", "3.17"),
        ("3.9.x", "3.9", "3.9"),
        (">=3.9 <3.11", "3.9", "3.10"),
        (">= 3.9, < 3.11", "3.9", "3.10"),
        ("*", "2.0", "3.17"),
        ("~=3.9", "3.9", "3.17"),
        ("^2.7 || ^3.6", "2.7", "3.17"),
        ("~3.9 | ~3.10", "3.9", "3.10"),
    ],
)
def test_poetry_ranges(text: str, first: str, last: str) -> None:
    full = coverage(versions.poetry(text), KNOWN).full
    assert (str(full[0]), str(full[-1])) == (first, last)


def test_a_union_leaves_its_gap_out() -> None:
    full = coverage(versions.poetry("~2.7 || >=3.6,<3.8"), KNOWN).full
    assert list(map(str, full)) == ["2.7", "3.6", "3.7"]


@pytest.mark.parametrize("text", ["three", "^", "3.9 || x", "3.9 ||", ">=3.9,!", "^3.9.9.x.y"])
def test_what_is_no_poetry_range(text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        versions.poetry(text)


def reference(text: str) -> dict[str, dict[str, str]] | None:
    """What configparser reads; None for what it refuses."""
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    sections = {name: dict(parser.items(name)) for name in parser.sections()}
    return {**sections, "DEFAULT": dict(parser.defaults())} if parser.defaults() else sections


LINES = st.sampled_from(
    ["[a]", "[b]", "[a]x", "k = v", "k: v", "l=", "  more", "\tmore", "# c", "  ; c", "", "   ",
     "key with spaces = é", "m", "[", "= v", "n = [x]", "  [c]", " o = 1", "p = # no comment"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12))
def test_ini_says_what_configparser_says(lines: list[str]) -> None:
    text = "\n".join(lines)
    source = Source("x.ini", text.encode())
    expected = reference(text)
    if expected is None:
        with pytest.raises(UnreadableError) as raised:
            ini.parse(source)
        assert raised.value.line is not None
        return
    document = ini.parse(source)
    assert {
        name: {option.key: option.value for option in document.options(name)}
        for name in document.sections
    } == expected
    for name in document.sections:
        for option in document.options(name):
            for piece, start in option.lines():
                span = document.span(start, start + len(piece))
                assert source.slice(span) == piece


def test_ini_samples() -> None:
    found = sorted(SAMPLES.rglob("setup.cfg"))
    assert found
    for path in found:
        document = ini.parse(Source(path.name, path.read_bytes()))
        expected = reference(path.read_text(encoding="utf-8"))
        assert expected == {
            name: {option.key: option.value for option in document.options(name)}
            for name in document.sections
        }

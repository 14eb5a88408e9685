"""The ranges of uv's log, held against uv itself and against packaging."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pylife.dependencies.resolve import ranges
from tests.dependencies.resolve.asked import on, world
from tests.dependencies.served import Dist

READ = {
    "*": "",
    ">=1.0, <1.0+": "==1.0",
    "==1.0+local": "==1.0+local",
    "<=1.0+": "<=1.0",
    ">1.0.post1+": ">1.0.post1",
    ">=1, <1.5 | >=1.5+, <2": ">=1,!=1.5,<2",
    "<1.0 | >=1.0+, <1.2rc1 | >=1.2rc1+": "!=1.0,!=1.2rc1",
    "<5.26.dev0 | >=5.29.dev0": "!=5.26.*,!=5.27.*,!=5.28.*",
    "<1.0 | >2.0": "<1.0 | >2.0",
}


@pytest.mark.parametrize("text", READ)
def test_ranges_are_read(text: str) -> None:
    assert ranges.readable(text) == READ[text]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (">=1.0b1, <2.dev0", True),
        (">=0.66b2, <0.66b2+", True),
        (">=1.34.1, <3.0.0.dev0", True),
        ("<2.0rc1", True),
        (">=1.4.2, <1.5.dev0", False),
        (">=1.dev0, <2.dev0", False),
        ("<5.26.dev0 | >=5.29.dev0, <6", False),
        ("<1.2rc1 | >=1.2rc1+", False),
        (">=1.0", False),
        ("*", False),
    ],
)
def test_whether_a_prerelease_is_named(text: str, named: bool) -> None:
    assert ranges.asks_prerelease(text) is named


@pytest.mark.parametrize(
    ("text", "version"),
    [(">=1.0, <1.0+", "1.0"), ("==1.0+cpu", "1.0+cpu"), (">=1.0, <1.1+", None), ("*", None)],
)
def test_pins(text: str, version: str | None) -> None:
    assert ranges.pinned(text) == version


SPECIFIERS = [
    ">1.0",
    ">=1.0",
    "<2.0",
    "<=1.5",
    "~=1.4.2",
    "~=1.4",
    "~=1.0b1",
    "==1.*",
    "!=1.*",
    "==1.5.*",
    "!=1.5.*,!=1.6.*,!=1.7.1",
    "!=1.5,<2,>=1",
    "<2.0rc1",
    "<3.0.0.dev0",
    ">=1!2.0",
    "==1.0.post1",
    "==1.0+local",
    "!=1.0,!=1.2rc1",
    "===1.5",
]
VERSIONS = (
    "0.9 1.0a1 1.0 1.0+local 1.0.post1 1.4 1.4.2 1.4.9 1.5 1.5.1 1.6 1.7.1 2.0rc1 2.0 3.0 1!2.0"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What uv's log makes of each specifier."""
    found = {}
    with world(tmp_path_factory.mktemp("ranges"), {"one": [Dist("1.0")]}) as asked:
        for specifier in SPECIFIERS:
            trace = asked.uv.ask(asked.demand(f"one{specifier}"), on()).trace
            ((_, found[specifier]),) = trace.wishes["", ""]
    return found


@pytest.mark.parametrize("specifier", SPECIFIERS)
def test_what_uv_prints_means_the_specifier(specifier: str, told: dict[str, str]) -> None:
    readable = ranges.readable(told[specifier])
    for version in VERSIONS.split():
        meant = SpecifierSet(specifier).contains(version, prereleases=True)
        assert ranges.satisfies(readable, version) is meant, (version, told[specifier])


@pytest.mark.parametrize("specifier", SPECIFIERS)
def test_prereleases_are_named_where_pip_says_so(specifier: str, told: dict[str, str]) -> None:
    assert ranges.asks_prerelease(told[specifier]) is bool(SpecifierSet(specifier).prereleases)


@given(st.text(st.sampled_from("<>=!|, +*.0123456789abdevrc"), max_size=40))
def test_nonsense_is_no_error(text: str) -> None:
    ranges.readable(text)
    ranges.pinned(text)
    ranges.asks_prerelease(text)
    ranges.satisfies(ranges.readable(text), "1.0")


def test_versions_that_are_none() -> None:
    assert ranges.version("1.0") == Version("1.0")
    assert ranges.version("one") is None

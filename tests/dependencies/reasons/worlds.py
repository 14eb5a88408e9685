"""Random small worlds of packages, and demands on them."""

from hypothesis import strategies as st

from pylife.dependencies.records import Demand
from tests.dependencies.reasons.universe import Made, Universe, demand

NAMES = ("a", "b", "c", "d", "e")
PYTHONS = ("3.12", "3.13", "3.14")
VERSIONS = ("1.0", "1.5", "2.0")
SPECIFIERS = ("", "", "", ">=1.5", ">=2.0", "<2", "==1.0", "!=2.0", "~=1.0")
MARKERS = ("", "", "", '; python_version >= "3.13"', '; python_version < "3.13"')
DAYS = ("2024-01-01", "2024-02-01", "2024-02-29", "2024-05-31", "2024-06-01")


@st.composite
def lines(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    name = draw(st.sampled_from(names))
    return name + draw(st.sampled_from(SPECIFIERS)) + draw(st.sampled_from(MARKERS))


@st.composite
def releases(draw: st.DrawFn, name: str, version: str) -> Made:
    others = (*(each for each in NAMES * 3 if each != name), "gone")
    wheels = draw(
        st.sampled_from([("*",), ("*",), PYTHONS[:1], PYTHONS[:2], PYTHONS[1:], PYTHONS, ()])
    )
    day = draw(st.sampled_from(DAYS))
    return Made(
        version,
        tuple(f"{each}@{max(day, draw(st.sampled_from(DAYS)))}" for each in wheels),
        tuple(draw(st.lists(lines(others), max_size=3))),
        draw(st.sampled_from([None, None, None, ">=3.13", "<3.14", "<3.13"])),
        draw(st.booleans()),
        day,
    )


@st.composite
def universes(draw: st.DrawFn) -> Universe:
    packages = {}
    for name in NAMES:
        versions = draw(st.lists(st.sampled_from(VERSIONS), unique=True, min_size=1))
        packages[name] = tuple(draw(releases(name, version)) for version in sorted(versions))
    return Universe(packages, tells=draw(st.booleans()))


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    return demand(
        *draw(st.lists(lines(NAMES[:3]), min_size=1, max_size=3)),
        constraints=tuple(draw(st.lists(lines(NAMES), max_size=1))),
    )

"""Random small worlds of packages, and demands on them."""

from hypothesis import strategies as st

from pylife.dependencies.records import Demand
from tests.dependencies.reasons.universe import Made, Universe, demand

NAMES = ("a", "b", "c", "d", "e")
PYTHONS = ("3.12", "3.13", "3.14")
VERSIONS = ("1.0", "1.5", "2.0")
SPECIFIERS = ("", "", "", ">=1.5", ">=2.0", "<2", "==1.0", "!=2.0", "~=1.0")
FLOORS = ("", ">=1.0", ">=1.0", ">=1.5", ">=1.0,<2", "~=1.0")
MARKERS = ("", "", "", '; python_version >= "3.13"', '; python_version < "3.13"')
DAYS = ("2024-01-01", "2024-02-01", "2024-02-29", "2024-05-31", "2024-06-01")
WHEELS: tuple[tuple[str, ...], ...] = (
    ("*",),
    ("*",),
    PYTHONS[:1],
    PYTHONS[:2],
    PYTHONS[1:],
    PYTHONS,
    (),
)
EXCLUDES = (None, None, None, ">=3.13", "<3.14", "<3.13")


@st.composite
def lines(draw: st.DrawFn, names: tuple[str, ...], specifiers: tuple[str, ...] = SPECIFIERS) -> str:
    name = draw(st.sampled_from(names))
    return name + draw(st.sampled_from(specifiers)) + draw(st.sampled_from(MARKERS))


@st.composite
def releases(draw: st.DrawFn, name: str, version: str, *, kind: bool) -> Made:
    others = (*(each for each in NAMES * 3 if each != name), "gone")
    day = draw(st.sampled_from(DAYS))
    if kind and version == VERSIONS[-1]:
        return Made(version, (f"*@{day}",), day=day)
    wheels = draw(st.sampled_from(WHEELS))
    specifiers = (*FLOORS, f"=={version}", f"=={version}") if kind else SPECIFIERS
    return Made(
        version,
        tuple(f"{each}@{max(day, draw(st.sampled_from(DAYS)))}" for each in wheels),
        tuple(draw(st.lists(lines(others, specifiers), max_size=3))),
        draw(st.sampled_from(EXCLUDES)),
        draw(st.booleans()),
        day,
    )


@st.composite
def universes(draw: st.DrawFn, *, kind: bool = False) -> Universe:
    """Packages of up to three releases; a `kind` world has a last one that is everywhere."""
    packages = {}
    for name in NAMES:
        versions = draw(st.lists(st.sampled_from(VERSIONS), unique=True, min_size=1))
        versions = sorted({*versions, VERSIONS[-1]}) if kind else sorted(versions)
        packages[name] = tuple(draw(releases(name, version, kind=kind)) for version in versions)
    return Universe(packages, tells=draw(st.booleans()))


@st.composite
def demands(draw: st.DrawFn, *, kind: bool = False) -> Demand:
    """Up to three requirements; `kind` ones mostly have floors."""
    own = lines(NAMES[:3], FLOORS if kind else SPECIFIERS)
    limits = lines(NAMES)
    return demand(
        *draw(st.lists(own, min_size=1, max_size=3)),
        constraints=() if kind else tuple(draw(st.lists(limits, max_size=1))),
    )

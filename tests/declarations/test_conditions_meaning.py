"""Markers and guards mean what packaging and Python make of them: compared one by one."""

import itertools
from types import SimpleNamespace

import pytest
from packaging.markers import Marker

from pylife import calendar, declarations
from pylife.declarations.aside import marker_meaning
from pylife.declarations.conditions import dead
from pylife.model import Declaration, PythonVersion
from pylife.syntax.text import Source

KNOWN = calendar.known()
MICROS = (0, 1, 2, 3, 7, 30)


def micros(python: PythonVersion) -> list[tuple[int, int, int]]:
    return [(python.major, python.minor, micro) for micro in MICROS]


def guards(text: str) -> list[Declaration]:
    return declarations.read_source(Source("x.py", text.encode()), aside=True)


SUBJECTS = ("sys.version_info", "sys.version_info[:2]", "sys.version_info[:3]")
VALUES = ("(3,)", "(3, 9)", "(3, 10)", "(3, 9, 2)", "(3, 9, 0)", "(2, 7)", "(4,)", "(3, 0)")
COMPARISONS = [
    *(
        f"{subject} {sign} {value}"
        for subject, sign, value in itertools.product(
            SUBJECTS, ("<", "<=", ">", ">=", "==", "!="), VALUES
        )
    ),
    *(f"{value} {sign} sys.version_info" for sign, value in itertools.product("<>", VALUES)),
    *(f"sys.version_info[0] {sign} 3" for sign in ("<", "<=", ">", ">=", "==", "!=")),
    *(f"sys.version_info.major {sign} 2" for sign in ("<", "<=", ">", ">=", "==", "!=")),
    *(f"sys.hexversion {sign} 0x030902F0" for sign in ("<", "<=", ">", ">=")),
    *(f"sys.hexversion {sign} 0x03090000" for sign in ("<", "<=", ">", ">=")),
    "(3, 8) <= sys.version_info < (3, 11)",
    "(2, 7) < sys.version_info[:2] <= (3, 8)",
    "sys.version_info[:2] in ((3, 8), (3, 10))",
    "sys.version_info[0] == 3 and sys.version_info[1] > 9",
    "sys.version_info.major == 3 and sys.version_info.minor <= 9",
]


class Info(tuple[int, int, int, str, int]):
    """A `sys.version_info`."""

    __slots__ = ()

    @property
    def major(self) -> int:
        return self[0]

    @property
    def minor(self) -> int:
        return self[1]


def held(comparison: str, version: tuple[int, int, int]) -> bool:
    """What Python itself makes of `comparison` where it is the final release `version`."""
    major, minor, micro = version
    fake = SimpleNamespace(
        version_info=Info((*version, "final", 0)),
        hexversion=major << 24 | minor << 16 | micro << 8 | 0xF0,
    )
    return bool(eval(comparison, {"sys": fake}))  # the text is one of the list above


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_a_guard_means_what_python_makes_of_it(comparison: str) -> None:
    (item,) = guards(f"import sys\nx = {comparison}\n")
    if item.unreadable is not None:
        assert "longer tuple" in item.unreadable or "never equal" in item.unreadable
        return
    for python in KNOWN:
        found = {held(comparison, version) for version in micros(python)}
        assert (python in (item.versions or ())) is (found == {True}), python
        assert (python in item.partial) is (len(found) == 2), python


ATOMS = [
    *(
        f"python_version {sign} '{value}'"
        for sign, value in itertools.product(
            ("<", "<=", ">", ">=", "==", "!="), ("3", "3.9", "3.10", "3.9.2", "2.7", "4")
        )
    ),
    *(
        f"python_full_version {sign} '{value}'"
        for sign, value in itertools.product(("<", "<=", ">", ">="), ("3.9", "3.9.2", "3.10.0"))
    ),
    "'3.9' < python_version",
    "python_version in '3.8 3.9'",
    "python_version not in '2.7,3.10'",
    "python_version ~= '3.8'",
    "python_version == '3.*'",
]
JOINED = [
    "{} and sys_platform == 'win32'",
    "sys_platform == 'win32' or {}",
    "({} or sys_platform == 'win32') and python_version < '3.12'",
    "{} and python_version >= '3.8' or python_full_version < '3.7.2'",
]
MARKERS = [*ATOMS, *(joined.format(atom) for joined in JOINED for atom in ATOMS)]


@pytest.mark.parametrize("text", MARKERS)
def test_a_marker_means_what_packaging_makes_of_it(text: str) -> None:
    found = marker_meaning.meaning(text, KNOWN)
    marker = Marker(text)
    for python in KNOWN:
        results = {
            marker.evaluate(
                {
                    "python_version": str(python),
                    "python_full_version": ".".join(map(str, version)),
                    "sys_platform": platform,
                }
            )
            for version in micros(python)
            for platform in ("win32", "linux")
        }
        assert (python in found.full) is (results == {True}), python
        assert (python in found.partial) is (len(results) == 2), python


P = PythonVersion
FLOOR_11 = [P(3, 11), P(3, 12), P(3, 13)]


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ("sys.version_info >= (3, 9)", "always"),
        ("sys.version_info >= (3, 11)", "always"),
        ("sys.version_info < (3, 11)", "never"),
        ("sys.version_info >= (3, 12)", None),
        ("sys.version_info >= (3, 11, 4)", None),
        ("sys.version_info[0] == 2", "never"),
        ("sys.version_info >= unknown", None),
    ],
)
def test_what_a_floor_makes_dead(comparison: str, expected: str | None) -> None:
    (item,) = guards(f"import sys\nx = {comparison}\n")
    assert dead(item, FLOOR_11) == expected
    assert dead(item, []) is None

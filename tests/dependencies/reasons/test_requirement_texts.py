"""Changes in the text of requirements: only what is meant differs afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.version import Version

from pylife.dependencies.reasons import wanted


@pytest.mark.parametrize(
    ("text", "version", "after"),
    [
        ("numpy", "1.26.0", "numpy>=1.26.0"),
        ("numpy>=1.21", "1.26.0", "numpy>=1.26"),
        ("numpy>=1.21", "1.26.1", "numpy>=1.26.1"),
        ("numpy>1.21", "1.26.0", "numpy>=1.26"),
        ("numpy >= 1.21 , < 3", "2.1.0", "numpy >= 2.1 , < 3"),
        ("numpy<3,>=1.21,!=1.22", "2.1.0", "numpy<3,>=2.1,!=1.22"),
        ("numpy (>=1.21)", "2.1.0", "numpy (>=2.1)"),
        ("numpy (<3)", "2.1.0", "numpy (>=2.1.0,<3)"),
        ("numpy<3", "2.1.0", "numpy>=2.1.0,<3"),
        ("numpy <3", "2.1.0", "numpy >=2.1.0,<3"),
        ("Foo.Bar[a, b]; python_version>='3.9'", "2", "Foo.Bar[a, b]>=2; python_version>='3.9'"),
        ("Foo [a] ; sys_platform=='linux'", "2", "Foo [a]>=2 ; sys_platform=='linux'"),
        ("numpy~=1.21.3", "1.21.6", "numpy~=1.21.6"),
        ("numpy~=1.21", "1.26.4", "numpy~=1.21,>=1.26.4"),
        ("numpy==1.*", "1.26.4", "numpy>=1.26.4,==1.*"),
        ("torch>=2.0", "2.13.0+cpu", "torch>=2.13"),
        ("numpy>=1.20,>=1.21", "2.1.0", "numpy>=1.20,>=2.1"),
        ("pyyaml>=6.0.1,<7", "6.0.2", "pyyaml>=6.0.2,<7"),
        ("pyyaml<7,>=6.0.1", "6.0.2", "pyyaml<7,>=6.0.2"),
    ],
)
def test_a_floor_is_raised(text: str, version: str, after: str) -> None:
    assert wanted.raised(text, version) == after
    Requirement(after)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("numpy", "numpy"),
        ("numpy>=1,<2", "numpy>=1"),
        ("numpy<2", "numpy"),
        ("numpy==1.26.4", "numpy>=1.26.4"),
        ("numpy==1.*", "numpy>=1"),
        ("numpy~=1.21.3 ; python_version<'4'", "numpy>=1.21.3 ; python_version<'4'"),
        ("numpy[x] (>=1,!=1.5,<2)", "numpy[x] (>=1)"),
        ("torch==2.13.0+cpu", "torch>=2.13.0"),
        ("lib @ https://files.example/lib-1.0-py3-none-any.whl", None),
    ],
)
def test_caps_are_relaxed(text: str, after: str | None) -> None:
    assert wanted.relaxed(text) == (after or text)


def test_empty_parentheses_are_no_requirement_but_stay_readable() -> None:
    assert Requirement(wanted.relaxed("numpy (<2)")).specifier == Requirement("numpy").specifier


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("numpy>=1", "numpy>=1; M"),
        ("numpy>=1 ; sys_platform=='linux'", "numpy>=1; sys_platform=='linux' and M"),
        (
            "numpy; os_name=='nt' or os_name=='posix'",
            "numpy; (os_name=='nt' or os_name=='posix') and M",
        ),
    ],
)
def test_a_marker_is_added(text: str, after: str) -> None:
    marker = 'python_version >= "3.12"'
    limited = wanted.limited(text, marker)
    assert limited == after.replace("M", marker)
    Requirement(limited)


MARK = 'python_version >= "3.12"'


@pytest.mark.parametrize(
    ("written", "version", "after"),
    [
        ("pyyaml>=6.0.1,<7", "6.0.2", "pyyaml>=6.0.2,<7"),
        ("pyyaml<7,>=6.0.1", "6.0.2", "pyyaml<7,>=6.0.2"),
        ("PyYAML >= 6.0.1 , < 7", "6.0.2", "PyYAML >= 6.0.2 , < 7"),
        ("pyyaml (>=6.0.1, <7)", "6.0.2", "pyyaml (>=6.0.2, <7)"),
        ("a [y, x] >=1,!=1.5,<3 ; os_name=='nt'", "2.1", "a [y, x] >=2.1,!=1.5,<3 ; os_name=='nt'"),
        ("a>1,<3", "2.0.0", "a>=2,<3"),
        ("a ~= 1.21.3, != 1.21.4", "1.21.6", "a ~= 1.21.6, != 1.21.4"),
        ("a~=1.21,!=1.22", "1.26.4", "a~=1.21,>=1.26.4,!=1.22"),
        ("a != 1.3, == 1.*", "1.26.4", "a >=1.26.4,!= 1.3, == 1.*"),
        ("a !=1.3, <3", "1.26.4", "a >=1.26.4,!=1.3, <3"),
        ("a[x]", "2.0", "a[x]>=2.0"),
    ],
)
def test_a_change_is_made_in_the_text_of_the_author(written: str, version: str, after: str) -> None:
    before = str(Requirement(written))
    assert wanted.carried(written, before, wanted.raised(before, version)) == after
    limited = wanted.limited(wanted.raised(before, version), MARK)
    assert wanted.carried(written, before, limited, MARK) == wanted.limited(after, MARK)
    kept = wanted.carried(written, before, wanted.limited(before, MARK), MARK)
    assert kept == wanted.limited(written, MARK)


@pytest.mark.parametrize("written", ["^6.0.1", "pyyaml>=6.0.1", "pyyaml>=6.0.1,<7; os_name=='nt'"])
def test_another_text_is_not_changed(written: str) -> None:
    after = "pyyaml<7,>=6.0.2"
    assert wanted.carried(written, "pyyaml<7,>=6.0.1", after) == after


versions = st.from_regex(r"[1-9]\.[0-9]{1,2}(\.[0-9])?", fullmatch=True)


@given(
    st.sampled_from(["", "[x]", " [x,y] "]),
    st.lists(st.tuples(st.sampled_from([">=", ">", "<", "<=", "!="]), versions), max_size=3),
    st.sampled_from(["", ";python_version>'3.8'", " ; os_name == 'nt' or extra == 'x'"]),
    versions,
)
def test_nothing_else_changes(
    extras: str, specifier: list[tuple[str, str]], marker: str, version: str
) -> None:
    text = "name" + extras + ", ".join(op + each for op, each in specifier) + marker
    before, after = Requirement(text), Requirement(wanted.raised(text, version))
    assert (before.name, before.extras, before.marker) == (after.name, after.extras, after.marker)
    lower = {">", ">="}
    assert [str(each) for each in after.specifier if each.operator not in lower] == [
        str(each) for each in before.specifier if each.operator not in lower
    ]
    floors = [Version(each.version) for each in after.specifier if each.operator in lower]
    assert Version(version) in floors
    assert len(floors) == max(1, sum(op in lower for op, _ in specifier))

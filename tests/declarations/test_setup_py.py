"""setup.py and noxfile.py: read from the syntax tree, never run."""

import pytest

from pylife import declarations
from pylife.model import Declaration
from pylife.syntax.text import Source


def read(path: str, content: str) -> list[Declaration]:
    return declarations.read_source(Source(path, content.encode()))


def ranges(content: str) -> list[tuple[str, str]]:
    """(raw, specifier or reason) of the ranges of a setup.py."""
    return [
        (item.raw, item.unreadable or str(item.specifier))
        for item in read("setup.py", content)
        if item.site == "setup-py-python-requires"
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("setup(python_requires='>=3.9')", (">=3.9", ">=3.9")),
        ("from setuptools import setup as go\ngo(python_requires=u'>=3.9')", (">=3.9", ">=3.9")),
        ("import setuptools as s\ns.setup(python_requires='>=3.9')", (">=3.9", ">=3.9")),
        ("R = '>=3.9'\nsetup(python_requires=R)", (">=3.9", ">=3.9")),
        ("K = {'python_requires': '>=3.9'}\nsetup(**K)", (">=3.9", ">=3.9")),
        ("K = dict(python_requires='>=3.9')\nsetup(**K)", (">=3.9", ">=3.9")),
        ("M = 9\nsetup(python_requires=f'>=3.{M}')", ("f'>=3.{M}'", ">=3.9")),
        ("setup(python_requires='>=3.' '9')", ("'>=3.' '9'", ">=3.9")),
        ("setup(python_requires='>=' + '3.9')", ("'>=' + '3.9'", ">=3.9")),
        ("setup(python_requires='>=%d.%d' % (3, 9))", ("'>=%d.%d' % (3, 9)", ">=3.9")),
        ("M = (3, 9)\nsetup(python_requires='>={}.{}'.format(*M))", ("", "")),
        ("setup(python_requires=','.join(['>=3.9']))", ("','.join(['>=3.9'])", ">=3.9")),
        ("R = '>=3.9'\nR = '>=3.10'\nsetup(python_requires=R)", ("R", "R is not a constant")),
        ("R = '>=3.9'\nif x:\n    R = '>=3.10'\nsetup(python_requires=R)", ("R", "R is not a ")),
        ("setup(python_requires=read('x'))", ("read('x')", "computed by a call")),
        ("setup(python_requires='%99999999d' % 3)", ("'%99999999d' % 3", "computed with %")),
        ("setup(**read())", ("read()", "may be given by **")),
        ("K = {}\nK.update(x=1)\nsetup(**K)", ("K", "may be given by **")),
        ("setup(python_requires='nonsense')", ("nonsense", "Invalid specifier: 'nonsense'")),
    ],
)
def test_python_requires(content: str, expected: tuple[str, str]) -> None:
    ((raw, meaning),) = ranges(content)
    if expected[0]:
        assert raw == expected[0]
        assert meaning.startswith(expected[1])
    else:
        assert meaning == ">=3.9" or meaning.startswith("computed")


def test_text_inside_strings_is_never_matched() -> None:
    content = (
        "from setuptools import setup\n"
        "setup(entry_points={'distutils.setup_keywords': [\n"
        "    'python_requires        = setuptools.dist:check_specifier'],},\n"
        "    # python_requires='>=2.7'\n"
        "    python_requires='>=3.9')\n"
    )
    assert ranges(content) == [(">=3.9", ">=3.9")]
    (item,) = read("setup.py", content)
    assert item.line == 5


def test_other_calls_named_setup_are_not_the_build() -> None:
    assert read("setup.py", "self.setup(python_requires='>=3')\nsetup_x(python_requires='1')") == []


def test_classifiers_through_concatenation_and_constants() -> None:
    base = "Programming Language :: Python :: "
    content = (
        f"OLD = ('{base}3.8',)\n"
        f"setup(classifiers=list(OLD) + ['{base}3.9', *['{base}3.10']] + more() + ['x' + y])\n"
    )
    found = read("setup.py", content)
    assert [item.raw for item in found if item.versions] == [
        f"{base}3.8",
        f"{base}3.9",
        f"{base}3.10",
    ]
    assert [item.unreadable for item in found if item.unreadable] == [
        "part of the list is computed",
        "y is not a constant of this file",
    ]


def test_a_mutated_list_is_no_constant() -> None:
    content = "C = ['Programming Language :: Python :: 3.9']\nC.append(x)\nsetup(classifiers=C)\n"
    (item,) = read("setup.py", content)
    assert item.unreadable == "part of the list is computed"


def test_nothing_is_executed(tmp_path_factory: pytest.TempPathFactory) -> None:
    mark = tmp_path_factory.mktemp("run") / "ran"
    content = f"open({str(mark)!r}, 'w').close()\nsetup(python_requires='>=3.9')\n"
    assert ranges(content) == [(">=3.9", ">=3.9")]
    assert read("noxfile.py", content) == []
    assert not mark.exists()


def test_names_used_twice_at_each_level_take_no_exponential_time() -> None:
    lines = ["A0 = ''", "B0 = []"]
    for level in range(1, 60):
        lines.append(f"A{level} = f'{{A{level - 1}}}{{A{level - 1}}}{{A{level - 1}}}'")
        lines.append(f"B{level} = B{level - 1} + B{level - 1} + B{level - 1}")
    lines.append("setup(python_requires=A25, classifiers=B59)")
    found = read("setup.py", "\n".join(lines))
    assert found[0].specifier is not None
    assert {item.unreadable for item in found[1:]} == {"part of the list is computed"}


def test_declared_encodings() -> None:
    data = b"# -*- coding: latin-1 -*-\nsetup(author='Andr\xe9', python_requires='>=3.9')  # \xe9\n"
    (item,) = declarations.read_source(Source("setup.py", data))
    assert (item.raw, data[item.span.start : item.span.end]) == (">=3.9", b">=3.9")


NOX = """\
import nox
from nox import session

PYTHONS = ("3.9", "3.10", "pypy3.10", "3.13t")
NEW = "3.14"
LOADED = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))

@nox.session(python=PYTHONS)
def tests(session): ...

@nox.session(python=PYTHONS)
def doctests(session): ...

@session(py=NEW)
def lint(session): ...

@nox.session(python=False)
def shell(session): ...

@nox.session(python=LOADED)
def loaded(session): ...

@nox.session(python=["3.8", NEW])
def mixed(session): ...

@nox.session
@nox.parametrize("python,django", [("3.11", "4"), nox.param("3.12", "5")])
def django(session): ...
"""


def test_nox_sessions() -> None:
    found = [
        (item.site, item.group, item.raw, " ".join(map(str, item.versions or ())))
        for item in read("noxfile.py", NOX)
    ]
    assert found == [
        ("nox-pythons", "PYTHONS", "3.9", "3.9"),
        ("nox-pythons", "PYTHONS", "3.10", "3.10"),
        ("nox-pythons", "PYTHONS", "pypy3.10", ""),
        ("nox-pythons", "PYTHONS", "3.13t", "3.13t"),
        ("nox-python", "NEW", "3.14", "3.14"),
        (
            "nox-project",
            "LOADED",
            'nox.project.python_versions(nox.project.load_toml("pyproject.toml"))',
            "",
        ),
        ("nox-pythons", "mixed", "3.8", "3.8"),
        ("nox-parametrize", "django python", "3.11", "3.11"),
        ("nox-parametrize", "django python", "3.12", "3.12"),
    ]
    unreadable = [item.unreadable for item in read("noxfile.py", NOX) if item.unreadable]
    assert len(unreadable) == 1

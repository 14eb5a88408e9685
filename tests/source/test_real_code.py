"""What released packages taught: shapes of code that a scan must not mistake, in a few lines each."""

import ast

import pytest

from pylife.model import Scope
from pylife.source.results import FileResult, Found, read, within
from pylife.source.scanner import fstrings, parsing
from pylife.source.scanner.main import record
from pylife.source.scanner.scan import scan
from pylife.source.scanner.versions import at_least, names
from tests.source.scanning import failing, result

FINE = {
    "a private function that is only named under a guard": """
        import types
        def _resolve(value):
            return type(value) is types.LazyImportType
        def register():
            if hasattr(types, "LazyImportType"):
                atexit.register(_resolve)
    """,
    "a private function that is only called by methods under a guard": """
        import sys, types
        def _is_type(x):
            return isinstance(x, types.UnionType)
        class Alias:
            if sys.version_info >= (3, 10):
                def __or__(self, other):
                    return _is_type(other)
    """,
    "a private function that is only called under the flag of another file": """
        from project.compat import PY314
        if PY314:
            from uuid import uuid7
        def connect(connection):
            if PY314:
                connection.register(_fresh)
        def _fresh():
            return uuid7().hex
    """,
    "a private function that also calls itself": """
        import sys, types
        def _walk(x):
            types.UnionType
            _walk(x)
        if sys.version_info >= (3, 10):
            _walk(1)
    """,
    "a guard below a star import": """
        from .others import *
        import base64
        if hasattr(base64, "encodebytes"):
            base64.encodebytes(b"")
        else:
            base64.encodestring(b"")
    """,
    "a number times what is not known": "def f(ticks): return [(100 * t).is_integer() for t in ticks]",
    "a whole number times another": "(2 * 1.5).is_integer()",
    "what every type variable has": """
        import typing
        def f(variable: typing.TypeVar):
            return variable.__bound__ or variable.__constraints__
    """,
    "an annotation that the line itself does not believe": """
        import ssl
        def f(layer: ssl.SSLObject):
            return layer.get_unverified_chain()  # type: ignore[attr-defined]
    """,
    "a width with a format of its own": 'f"{x: .{width:d}f}"',
    "flags after blanks that do not count": r"""
        import re
        re.fullmatch(" (?x) a", "a", re.VERBOSE)
        re.sub("#x\n(?x)a", "a", "b", 0, re.X)
    """,
    "flags after blanks, with the flag imported by name": """
        from re import VERBOSE, compile
        compile(" (?x) a", VERBOSE)
    """,
    "keywords that are handed on": """
        import zipfile
        def f(path: zipfile.Path):
            path.joinpath("a").read_text(encoding="utf-8")
            zipfile.Path("a.zip").open("w", encoding="utf-8")
    """,
    "a parameter that only another platform's function has": """
        import ntpath, sys
        if sys.version_info >= (3, 10):
            ntpath.realpath(path, strict=True)
    """,
}


@pytest.mark.parametrize("name", FINE)
def test_what_is_fine(name: str) -> None:
    assert failing(FINE[name]) == {}


FAILS = {
    "a public function that is listed may be called from other files": (
        """
        import sys, types
        __all__ = ["resolve"]
        def resolve(): types.UnionType
        if sys.version_info >= (3, 10): resolve()
        """,
        {"types.UnionType": "3.8-3.9"},
    ),
    "a private function that is never named": (
        "import types\ndef _resolve(): types.UnionType",
        {"types.UnionType": "3.8-3.9"},
    ),
    "a private function with a decorator": (
        """
        import sys, types
        @register
        def _resolve(): types.UnionType
        if sys.version_info >= (3, 10): _resolve()
        """,
        {"types.UnionType": "3.8-3.9"},
    ),
    "a private function that is named in two places": (
        """
        import sys, types
        def _resolve(): types.UnionType
        if sys.version_info >= (3, 10): _resolve()
        if sys.version_info >= (3, 9): _resolve()
        """,
        {"types.UnionType": "3.9"},
    ),
    "an annotation that is believed": (
        """
        import ssl
        def f(layer: ssl.SSLObject):
            return layer.get_unverified_chain()
        """,
        {"ssl.SSLObject.get_unverified_chain": "3.8-3.12"},
    ),
    "whole numbers": ("(2 * 3).is_integer()", {"int.is_integer": "3.8-3.11"}),
    "flags after blanks that count": (
        'import re\nre.fullmatch(" (?x) a", "a", re.I)',
        {"global flags of a regular expression not at its start": "3.11-3.15"},
    ),
    "the old name of a parameter that a decorator takes": (
        """
        import sys
        import importlib.resources
        if sys.version_info >= (3, 9):
            importlib.resources.files(package="a")
        """,
        {"importlib.resources.files(package=)": "3.15"},
    ),
}


@pytest.mark.parametrize("name", FAILS)
def test_what_is_not(name: str) -> None:
    source, expected = FAILS[name]
    assert failing(source) == expected


@pytest.mark.skipif(not fstrings.HOLD, reason="only 3.12 and newer can parse it")
def test_a_format_whose_format_has_fields() -> None:
    (use,) = result('f"{x:{y:{z}}}"').uses
    assert names(use.fails_on) == ["3.8", "3.9", "3.10", "3.11"]


def test_a_package_that_is_asked_first() -> None:
    source = """
        try:
            from typing_extensions import TypeVar
        except ImportError:
            from typing import TypeVar
        T = TypeVar("T", default=int)
    """
    (use,) = result(source).uses
    assert use.what == "typing.TypeVar(default=)"
    assert use.unless == ("typing_extensions",)


def test_bytes_that_are_in_no_comment() -> None:
    with pytest.raises(SyntaxError) as caught:
        parsing.parse(b'print("b\xf6se")\n')
    assert "older" not in parsing.explain(caught.value, (3, 15))
    tree, said = parsing.parse(b"x = 1  # b\xf6se\n")
    assert isinstance(tree, ast.Module)
    assert len(said) < 2


def _file(path: str, source: str) -> FileResult:
    found = scan(source.encode(), path)
    return FileResult(path, Scope.PACKAGE, Found(found.uses, ends=found.ends))


REFUSES = "import sys\nif sys.version_info < (3, 10): raise ImportError('not for these')\n"
NEWER = "import types\ndef f(x: int | str): types.UnionType\n"


def test_a_part_of_a_package_that_refuses_some_pythons() -> None:
    files = [
        _file("a/__init__.py", ""),
        _file("a/_vendor/__init__.py", ""),
        _file("a/_vendor/b/__init__.py", REFUSES),
        _file("a/_vendor/b/c.py", NEWER),
        _file("a/_vendor/b/d/e.py", "import cgi\nimport tomllib\n"),
        _file("a/f.py", NEWER),
    ]
    found = {
        file.path: [(use.what, names(use.fails_on)) for use in file.uses] for file in within(files)
    }
    assert found["a/_vendor/b/c.py"] == []
    assert dict(found["a/_vendor/b/d/e.py"]) == {
        "cgi": ["3.13", "3.14", "3.15"],
        "tomllib": ["3.10"],
    }
    assert ("types.UnionType", ["3.8", "3.9"]) in found["a/f.py"]


def test_an_outermost_package_that_refuses_some_pythons() -> None:
    files = [_file("a/__init__.py", REFUSES), _file("a/b.py", NEWER)]
    assert within(files) == files


def test_where_the_import_of_a_file_ends() -> None:
    import json

    found = scan(REFUSES.encode(), "a/__init__.py")
    assert found.ends == at_least((3, 10))
    said = read(json.dumps(record(found)))
    assert said is not None
    assert said.ends == found.ends

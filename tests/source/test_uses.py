"""Uses: names, methods, parameters and values, and where a file says them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import pylife
from pylife.source.scanner import peculiar
from pylife.source.scanner.scan import scan
from tests.source.scanning import failing, result, span

METHODS = {
    "literal": ("'a'.removeprefix('b')", {"str.removeprefix": "3.8"}),
    "f-string": ("f'{x}'.removeprefix('b')", {"str.removeprefix": "3.8"}),
    "bytes": ("b'a'.removesuffix(b'b')", {"bytes.removesuffix": "3.8"}),
    "number": ("(5).bit_count()", {"int.bit_count": "3.8-3.9"}),
    "constructor": (
        "from pathlib import Path\nPath('a').walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "variable": (
        "import pathlib\ndef f():\n p = pathlib.Path('a')\n return p.walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "annotated parameter": (
        "from pathlib import Path\ndef f(p: Path): return p.walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "quoted and optional": (
        "from pathlib import Path\ndef f(p: 'Path | None'): return p.walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "Optional": (
        "import typing\nfrom pathlib import Path\ndef f(p: typing.Optional[Path]): return p.walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "annotated variable": (
        "from pathlib import Path\np: Path = x\np.walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "classmethod": (
        "from pathlib import Path\nPath.cwd().walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "operator": (
        "from pathlib import Path\n(Path() / 'a').walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "property": (
        "from pathlib import Path\nPath().parent.walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "method of a result": (
        "'a'.strip().removeprefix('b')",
        {"str.removeprefix": "3.8"},
    ),
    "with": (
        "import zipfile\nwith zipfile.ZipFile('a') as z: z.mkdir('b')",
        {"zipfile.ZipFile.mkdir": "3.8-3.10"},
    ),
    "self": (
        (
            "import unittest\nclass T(unittest.TestCase):\n"
            " def test(self): self.assertRegexpMatches('a', 'b')"
        ),
        {"unittest.TestCase.assertRegexpMatches": "3.12-3.15"},
    ),
    "walrus": (
        "from pathlib import Path\nif (p := Path()): p.walk()",
        {"pathlib.Path.walk": "3.8-3.11"},
    ),
    "dictionaries": ("{} | {'a': 1}", {"dict | dict": "3.8"}),
    "a dictionary that grows": ("d = {}\nd |= {'a': 1}", {"dict |= mapping": "3.8"}),
    "a path as a context manager": (
        "from pathlib import Path\nwith Path() as p: pass",
        {"pathlib.Path.__enter__": "3.13-3.15"},
    ),
}
NAMES = {
    "module": ("import distutils.core", {"distutils.core": "3.12-3.15"}),
    "module by name": (
        "import importlib\nimportlib.import_module('imp')",
        {"imp": "3.12-3.15"},
    ),
    "module by builtin": ("__import__('imp')", {"imp": "3.12-3.15"}),
    "attribute": ("import asyncio\nasyncio.coroutine", {"asyncio.coroutine": "3.11-3.15"}),
    "attribute of a class": ("str.removeprefix", {"str.removeprefix": "3.8"}),
    "builtin": ("def f(): return aiter(x)", {"aiter": "3.8-3.9"}),
    "from": ("from typing import Self", {"typing.Self": "3.8-3.10"}),
    "once only": ("import imp\nimp.load_source('a', 'b')", {"imp": "3.12-3.15"}),
    "decorator": (
        "import functools\n@functools.cache\ndef f(): pass",
        {"functools.cache": "3.8"},
    ),
    "default": (
        "import math\ndef f(x=math.lcm(1, 2)): pass",
        {"math.lcm": "3.8"},
    ),
    "base": (
        "import enum\nclass A(enum.StrEnum): pass",
        {"enum.StrEnum": "3.8-3.10"},
    ),
}
PARAMETERS = {
    "builtin": ("zip(a, b, strict=True)", {"zip(strict=)": "3.8-3.9"}),
    "function": (
        "import dataclasses\n@dataclasses.dataclass(slots=True)\nclass A: pass",
        {"dataclasses.dataclass(slots=)": "3.8-3.9"},
    ),
    "removed": (
        "import asyncio\nasyncio.sleep(1, loop=None)",
        {"asyncio.sleep(loop=)": "3.10-3.15"},
    ),
    "constructor": (
        "from asyncio import Queue as Q\nQ(loop=None)",
        {"asyncio.Queue(loop=)": "3.10-3.15"},
    ),
    "method": (
        "from pathlib import Path\nPath().read_text(newline='')",
        {"pathlib.Path.read_text(newline=)": "3.8-3.12"},
    ),
    "only what is said": ("zip(a, b, **{'strict': True})", {}),
    "not of another's": ("obj.zip(strict=True); zipped(strict=True)", {}),
}


@pytest.mark.parametrize("source", [*METHODS, *NAMES, *PARAMETERS])
def test_uses(source: str) -> None:
    text, expected = (METHODS | NAMES | PARAMETERS)[source]
    assert failing(text) == expected


VALUES = {
    "open('x', 'rU')": ('open(mode="U")', "3.11-3.15"),
    "import io; io.open('x', mode='U')": ('open(mode="U")', "3.11-3.15"),
    "import pathlib; pathlib.Path('x').open('rU')": ('open(mode="U")', "3.11-3.15"),
    "import fileinput; fileinput.input('x', mode='rU')": (
        'fileinput.input(mode="U")', "3.11-3.15",
    ),
    "open('x', encoding='locale')": ('open(encoding="locale")', "3.8-3.9"),
    "import re; re.compile('a(?i)b')": (
        "global flags of a regular expression not at its start", "3.11-3.15",
    ),
    "import re; re.compile('(?>a)b')": ("atomic group or possessive quantifier", "3.8-3.10"),
    "import re; re.compile('a++')": ("atomic group or possessive quantifier", "3.8-3.10"),
    "import re; re.compile('a{1,2}+')": ("atomic group or possessive quantifier", "3.8-3.10"),
    "import random; random.shuffle([1], x)": (
        "random.shuffle with a second argument", "3.11-3.15",
    ),
    "import random; random.seed((1, 2))": (
        "random.seed of what is no number or text", "3.11-3.15",
    ),
    "import random; random.sample({1}, 1)": ("random.sample of a set", "3.11-3.15"),
    "import random; random.randrange(1.0)": ("random.randrange of a float", "3.12-3.15"),
    "from datetime import datetime; datetime.fromisoformat('2020-01-01T00:00:00Z')": (
        "fromisoformat of what isoformat does not give", "3.8-3.10",
    ),
    "import math; math.factorial(5.0)": ("math.factorial of a float", "3.10-3.15"),
    "import typing; typing.TypedDict('X', a=int)": (
        "typing.TypedDict with fields as keywords", "3.13-3.15",
    ),
    "import typing; typing.NamedTuple('X', a=int)": (
        "typing.NamedTuple with fields as keywords", "3.15",
    ),
    "import typing; typing.NamedTuple('X')": (
        "typing.NamedTuple or TypedDict without fields", "3.15",
    ),
    "import argparse; argparse.ArgumentParser().add_argument('-x', deprecated=True)": (
        "argparse.ArgumentParser.add_argument(deprecated=)", "3.8-3.12",
    ),
    "import json; json.loads(x, encoding='a')": ("json.loads(encoding=)", "3.9-3.15"),
    "import array; array.array('w')": ('array.array("w")', "3.8-3.12"),
    "import sqlite3; sqlite3.connect('x', 5.0, 0)": (
        "sqlite3.connect with several arguments by position", "3.15",
    ),
    "from pathlib import PurePath; PurePath('/a').relative_to('/', 'a')": (
        "relative_to with several parts", "3.14-3.15",
    ),
    "from pathlib import PurePath; PurePath('/a').is_relative_to('/', 'a')": (
        "is_relative_to with several parts", "3.14-3.15",
    ),
    "bool(NotImplemented)": ("NotImplemented as a condition", "3.14-3.15"),
    "int.from_bytes(b'a')": ("int.from_bytes without byteorder", "3.8-3.10"),
    "(3).to_bytes(2)": ("int.to_bytes without length or byteorder", "3.8-3.10"),
    "import traceback; traceback.print_exception(x)": (
        "an exception alone, without type and traceback", "3.8-3.9",
    ),
    "import traceback; traceback.format_exception_only(x)": (
        "an exception alone, without its type", "3.8-3.9",
    ),
    "import random; random.gauss()": ("a normal distribution without mu or sigma", "3.8-3.10"),
    "import math; math.gcd(1, 2, 3)": ("math.gcd of more or less than two numbers", "3.8"),
    "f'{x:z.2f}'": ("option z of a format", "3.8-3.10"),
    "format(x, 'z.2f')": ("option z of a format", "3.8-3.10"),
    "'{0:z.2f}'.format(x)": ("option z of a format", "3.8-3.10"),
    "f'{x:.6_f}'": ("a separator in the fraction of a format", "3.8-3.13"),
    "format(x, '.6,f')": ("a separator in the fraction of a format", "3.8-3.13"),
    "'{x:.6_f}'.format(x=1.0)": ("a separator in the fraction of a format", "3.8-3.13"),
    "from fractions import Fraction as F; f'{F(1, 3):.2f}'": (
        "format of a fraction", "3.8-3.11",
    ),
    "from fractions import Fraction as F; format(F(1, 3), '.2f')": (
        "format of a fraction", "3.8-3.11",
    ),
    "from fractions import Fraction as F; F('1_000/3')": (
        "a fraction with underscores", "3.8-3.10",
    ),
    "from fractions import Fraction as F; F('1 / 3')": (
        "a fraction with blanks around its slash", "3.8-3.11",
    ),
    "from datetime import datetime as d; d.fromisoformat('2020-01-01T24:00:00')": (
        "fromisoformat of 24 o'clock", "3.8-3.13",
    ),
    "from datetime import time; time.fromisoformat('T04:23:01')": (
        "fromisoformat of what isoformat does not give", "3.8-3.10",
    ),
    "from datetime import datetime as d; d.strptime('2020 +01:00', '%Y %:z')": (
        "%:z in strptime", "3.8-3.14",
    ),
    r"import re; re.compile(r'a\z')": (r"\z in a regular expression", "3.8-3.13"),
    "import struct; struct.pack('<F', 1j)": ("a complex number in a structure", "3.8-3.13"),
    "import types; types.SimpleNamespace({'a': 1})": (
        "types.SimpleNamespace with a mapping", "3.8-3.12",
    ),
    "import shlex; shlex.split(None)": ("shlex.split(None)", "3.12-3.15"),
    "bytes.fromhex(b'aa')": ("fromhex of bytes", "3.8-3.13"),
    "hash(slice(1))": ("hash of a slice", "3.8-3.11"),
    "import array; array.array('b', [1]).index(1, 0)": ("array.index with a start", "3.8-3.9"),
    "import tarfile; tarfile.open('x', 'w:zst')": ("tarfile of Zstandard", "3.8-3.13"),
    "import shutil; shutil.make_archive('a', 'zstdtar')": ("archive of Zstandard", "3.8-3.13"),
}  # fmt: skip
FINE = [
    "open('x', 'r')",
    "open('x', encoding='utf-8')",
    "import re; re.compile('(?i)a'); re.compile('(?i)(?m)a'); re.compile('a(?i:b)')",
    r"import re; re.compile(r'\(?i\)'); re.compile(r'[(?i)]'); re.compile('a+'); re.compile('[a+]+')",
    r"import re; re.compile(r'\++'); re.compile(r'a\++'); re.compile('(?P<a>x)+')",
    "import random; random.shuffle(x); random.seed(1); random.seed([1]); random.sample([1], 1)",
    "from datetime import datetime as d; d.fromisoformat('2020-01-01'); d.fromisoformat(x)",
    "from datetime import datetime as d; d.fromisoformat('2020-01-01T10:11:12.123+01:00')",
    "from datetime import time; time.fromisoformat('04:23:01')",
    "import math; math.factorial(5)",
    "import typing; typing.NamedTuple('X', [('a', int)]); typing.TypedDict('X', {}, total=False)",
    "import sqlite3; sqlite3.connect('x', timeout=5.0)",
    r"import re; re.compile(r'a\\z'); re.compile('az')",
    "import struct; struct.pack('<d', 1.0); f'{x:,.2f}'; '{:_}'.format(1)",
    "from fractions import Fraction as F; F('1/3'); f'{F(1, 3)}'; f'{x:.2f}'",
    "import pathlib; pathlib.Path.relative_to(pathlib.Path('a/b'), 'a')",
    "import shlex, types; shlex.split('a'); types.SimpleNamespace(a=1); hash(1)",
    "f'{x:>10}'; f'{x:zz}' if 0 else f'{x!r:^{width}}'",
]


@pytest.mark.parametrize("source", VALUES)
def test_values(source: str) -> None:
    what, pythons = VALUES[source]
    found = failing(source)
    found.pop("pathlib.PurePath.is_relative_to", None)  # a method that came in 3.9
    assert found == {what: pythons}


def test_each_row_of_values_is_tried() -> None:
    assert {row.what for row in peculiar.ROWS} <= {what for what, _ in VALUES.values()}


@pytest.mark.parametrize("source", FINE[:-1])
def test_other_values_are_fine(source: str) -> None:
    assert failing(source) == {}


def test_deprecations_are_said_where_they_hold() -> None:
    (use,) = result("import datetime\ndatetime.datetime.utcnow()").uses
    assert (use.fails_on, use.deprecated, use.kind) == (0, (3, 12), "attribute")
    guarded = "import sys, datetime\nif sys.version_info < (3, 12): datetime.datetime.utcnow()"
    assert result(guarded).uses == ()


def test_where_it_stands() -> None:
    source = "x = 'é'; 'a'.removeprefix('b')\n(y\n .z, 'é'\n .removeprefix('b'))\nimport a, imp\n"
    places = [(use.line, use.column, use.what) for use in result(source).uses]
    assert places == [
        (1, 10, "str.removeprefix"),
        (4, 3, "str.removeprefix"),
        (5, 11, "imp"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_columns_count_characters_in_any_encoding(encoding: str) -> None:
    cookie = "" if encoding.startswith("utf-8") else f"# coding: {encoding}\n"
    source = f"{cookie}'é'; 'a'.removeprefix('b') if hasattr(str, 'removeprefi') else 1\n"
    source += "if 'é' and hasattr(str, 'removeprefix'): pass\n"
    raw = source.encode(encoding)
    found = scan(raw, "a.py")
    assert [(use.line - bool(cookie), use.column) for use in found.uses] == [(1, 6)]
    (inner, guard) = found.guards
    assert raw[guard.start : guard.end].decode(encoding).startswith("'é' and hasattr")
    assert raw[inner.start : inner.end].decode(encoding) == "hasattr(str, 'removeprefix')"


HOPELESS = {
    "print": b"print 'a'\n",
    "no such encoding": b"# coding: nonsense\n",
    "not its encoding": b"x = '\xff'\n",
    "NUL": b"x = 1\0\n",
    "a great number": b"x = " + b"9" * 10_000,
    "indentation": b"  x\n y\n",
    "parentheses": b"(" * 5_000,
    "tabs": b"if 1:\n\tx\n        y\n",
}


@pytest.mark.parametrize("name", HOPELESS)
def test_what_cannot_be_parsed_says_why(name: str) -> None:
    found = scan(HOPELESS[name], "a.py")
    assert found.unparsed is not None
    assert "Python 3." in found.unparsed
    assert found.uses == ()


ODD = {
    "nothing": b"",
    "a form feed": b"\x0cimport imp\n",
    "carriage returns": b"x = 1\rimport imp\r",
    "no end of line": b"import imp",
    "only a mark": b"\xef\xbb\xbf",
    "a long chain": b"x = " + b" + ".join([b"1"] * 900) + b"\nimport imp\n",
    "a long elif": b"if x: pass\n" + b"elif y: pass\n" * 900 + b"import imp\n",
    "long attributes": b"a" + b".b" * 900 + b".walk()\nimport imp\n",
    "long calls": b"a" + b"()" * 900 + b"\nimport imp\n",
    "long and": b" and ".join([b"hasattr(a, 'b')"] * 900) + b"\nimport imp\n",
    "nested and": b"x = " + b"(a and " * 90 + b"b" + b")" * 90 + b"\nimport imp\n",
    "nested choice": b"x = " + b"a if b else " * 500 + b"c\nimport imp\n",
    "nested not": b"x = " + b"not " * 900 + b"sys.version_info\nimport imp\n",
    "nested lambda": b"x = " + b"lambda: " * 500 + b"c\nimport imp\n",
    "nested guards": b"import sys\nx = " + b"1 if sys.version_info >= (3, 9) else " * 90 + b"c\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_files(name: str) -> None:
    found = scan(ODD[name], "a.py")
    assert found.unparsed is None
    if b"imp" in ODD[name].replace(b"import sys", b""):
        assert "imp" in {use.what for use in found.uses}


@pytest.mark.parametrize("depth", [2_000, 10_000, 100_000])
@pytest.mark.parametrize("shape", ["1+", "a.", "a if b else ", "not ", "lambda:", "-", "x and "])
def test_depths_never_crash(shape: str, depth: int) -> None:
    ending = "" if shape[-1] != "." else "a"
    scan((shape * depth + (ending or "1") + "\n").encode(), "a.py")


def test_deep_statements_never_crash() -> None:
    scan(b"if x: pass\n" + b"elif y: pass\n" * 20_000, "a.py")
    nested = "".join(" " * i + "if x:\n" for i in range(98)) + " " * 98 + "import imp\n"
    assert failing(nested) == {"imp": "3.12-3.15"}


def test_imports_of_others() -> None:
    source = """
        import numpy.linalg, sys
        try:
            import tomllib
        except ImportError:
            import tomli as tomllib
        if sys.version_info < (3, 10):
            from importlib_metadata import version
        try:
            import yaml
        except ImportError:
            yaml = None
        from . import mine
        import own
    """
    found = [
        (each.name, each.line, span(each.reached), each.guarded)
        for each in result(source, "own").imports
    ]
    assert found == [
        ("numpy.linalg", 2, "all", False),
        ("tomli", 6, "3.8-3.10", False),
        ("importlib_metadata", 8, "3.8-3.9", False),
        ("yaml", 10, "all", True),
    ]


def test_as_a_program(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import imp\nimport tomllib\n")
    (tmp_path / "b.py").write_text("print 'a'\n")
    request = {
        "files": [
            ["a.py", str(tmp_path / "a.py")],
            ["b.py", str(tmp_path / "b.py")],
            ["c.py", str(tmp_path / "c.py")],
        ],
        "first_party": [],
        "versions": ["3.8", "3.9", "3.13"],
    }
    root = str(Path(pylife.__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {root!r}); from pylife.source.scanner.main import main; main()"
    run = subprocess.run(
        [sys.executable, "-I", "-c", code],
        input=json.dumps(request), capture_output=True, text=True, check=True,
    )  # fmt: skip
    a, b, c = map(json.loads, run.stdout.splitlines())
    assert [(use["what"], use["fails_on"]) for use in a["uses"]] == [
        ("imp", 1 << 5),
        ("tomllib", 0b11),
    ]
    assert b["unparsed"].startswith("Python 3.")
    assert c["unparsed"].startswith("cannot be read")

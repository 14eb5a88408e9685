"""What is known of loops, indexes and parts of a call; and conditions that only ask."""

import pytest

from tests.source.scanning import failing

# What it is → the source, and where it fails.
FOUND = {
    "an element of a list": ("for s in ['a', 'b']: s.removeprefix('a')", "str.removeprefix", "3.8"),
    "an element of a comprehension": (
        "[s.removeprefix('a') for s in ('a', 'b')]", "str.removeprefix", "3.8",
    ),
    "an element of an annotated list": (
        "def f(names: list[str]):\n for s in names: s.removeprefix('a')",
        "str.removeprefix", "3.8",
    ),
    "a part of a text": ("'a b'.split()[0].removeprefix('a')", "str.removeprefix", "3.8"),
    "a slice of a text": ("'abc'[1:].removeprefix('a')", "str.removeprefix", "3.8"),
    "a line of a file": (
        "with open('x') as f:\n for line in f: line.removeprefix('a')", "str.removeprefix", "3.8",
    ),
    "what a file has": ("open('x').read().removeprefix('a')", "str.removeprefix", "3.8"),
    "a variable of the environment": (
        "import os; os.environ['A'].removeprefix('a')", "str.removeprefix", "3.8",
    ),
    "the environment": ("import os; os.environ | {}", "os._Environ.__or__", "3.8"),
    "a path in a folder": (
        "from pathlib import Path\nfor p in Path('a').iterdir(): p.walk()",
        "pathlib.Path.walk", "3.8-3.11",
    ),
    "a default that is text": ("def f(s='a'): s.removeprefix('a')", "str.removeprefix", "3.8"),
    "a field that is handed over": (
        """
        class A:
            def __init__(self, s: str):
                self.s = s
            def f(self):
                self.s.removeprefix("a")
        """,
        "str.removeprefix", "3.8",
    ),
    "what it is asked to be": (
        "def f(x):\n if isinstance(x, str): x.removeprefix('a')", "str.removeprefix", "3.8",
    ),
    "a name of a function": ("def f(): ...\nf.__name__.removeprefix('f')", "str.removeprefix", "3.8"),
    "the last parent": (
        "from pathlib import Path; Path('a').parents[-1]", "negative index of parents", "3.8-3.9",
    ),
    "some parents": (
        "from pathlib import Path; Path('a').parents[:2]", "slice of parents", "3.8-3.9",
    ),
    "entry points of a group": (
        "from importlib.metadata import entry_points; entry_points().get('x')",
        "importlib.metadata.entry_points().get", "3.12-3.15",
    ),
    "entry points, selected": (
        "from importlib.metadata import entry_points; entry_points().select(group='x')",
        "importlib.metadata.entry_points().select", "3.8-3.9",
    ),
    "coroutines": (
        "import asyncio\nasync def f(): await asyncio.wait([asyncio.sleep(0)])",
        "asyncio.wait of coroutines", "3.11-3.15",
    ),
    "a loop where none runs": (
        "import asyncio; loop = asyncio.get_event_loop()",
        "an event loop where none was set", "3.14-3.15",
    ),
    "a loop that is run": (
        "import asyncio\ndef f(c): asyncio.get_event_loop().run_until_complete(c)",
        "an event loop where none was set", "3.14-3.15",
    ),
    "a text that is compiled": ("exec('match x:\\n case 1: pass')", "match statement", "3.8-3.9"),
    "an instance of a union": (
        "from typing import Union; isinstance(1, Union[int, str])",
        "isinstance of typing.Union", "3.8-3.9",
    ),
    "a static method in its class": (
        "class A:\n @staticmethod\n def f(): ...\n x = f()",
        "call of a static method as it is", "3.8-3.9",
    ),
    "a default that cannot be hashed": (
        """
        from dataclasses import dataclass
        @dataclass
        class A:
            x: int = 1
        @dataclass
        class B:
            a: A = A()
        """,
        "default of a dataclass that cannot be hashed", "3.11-3.15",
    ),
    "None, called": (
        "try: from math import lcm\nexcept ImportError: lcm = None\nlcm(1, 2)", "lcm", "3.8",
    ),
    "a name that was not bound": (
        "try: import tomllib\nexcept ImportError: pass\ntomllib.loads('')", "tomllib", "3.8-3.10",
    ),
    "NotImplemented": ("if not NotImplemented: pass", "NotImplemented as a condition", "3.14-3.15"),
    "a class of anything": (
        "from typing import Any\nclass A(Any): ...", "class derived from typing.Any", "3.8-3.10",
    ),
    "a type variable or nothing": (
        "from typing import TypeVar\nT = TypeVar('T')\ndef f(x: T | None): ...",
        "`X | Y` between types, evaluated at run time", "3.8-3.9",
    ),
}  # fmt: skip
FINE = {
    "a list that is filled": "x = ['a']\nx.append(y)\nfor s in x: s.removeprefix('a')",
    "a list of this and that": "for s in ['a', y]: s.removeprefix('a')",
    "a file of bytes": "open('x', 'rb').read().removeprefix('a')",
    "a global that another branch has": (
        "def f():\n if isinstance(x, str): pass\n x.removeprefix('a')"
    ),
    "a first parent": "from pathlib import Path; Path('a').parents[0]; other.parents[-1]",
    "tasks": "import asyncio\nasync def f(x): await asyncio.wait([asyncio.create_task(x)])",
    "a loop that runs": "import asyncio\nasync def f(): asyncio.get_event_loop().stop()",
    "a loop that was set": (
        "import asyncio\nasyncio.set_event_loop(x)\nloop = asyncio.get_event_loop()"
    ),
    "a loop or another": (
        "import asyncio\ntry: loop = asyncio.get_event_loop()\nexcept RuntimeError: pass"
    ),
    "a text that may fail": "try: exec('type X = int')\nexcept SyntaxError: pass",
    "a frozen default": """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class A: ...
        @dataclass
        class B:
            a: A = A()
    """,
    "a name of the function that is bound later": (
        "def f():\n for i in x:\n  if i: sentinel = i\n  else: print(sentinel)"
    ),
    "what every class has": (
        "import types\nif hasattr(types, 'UnionType'): types.UnionType.__name__"
    ),
    "distutils that setuptools brings": "import setuptools\nfrom distutils.core import setup",
    "distutils where setuptools must be": """
        import sys
        try:
            import setuptools
        except Exception as error:
            if sys.version_info >= (3, 12):
                raise ValueError from error
        import distutils
    """,
    "an error of older Pythons": """
        import inspect
        def f(g):
            try:
                return inspect.getfullargspec(g)
            except AttributeError:
                return inspect.getargspec(g)
    """,
    "a parameter, else as before": """
        import importlib.metadata
        try:
            found = importlib.metadata.entry_points(group="x")
        except TypeError:
            found = importlib.metadata.entry_points().get("x", ())
    """,
    "a line that says so": "import platform; platform.android_ver()  # type: ignore[attr-defined]",
    "a Java": "import sys, platform\nif sys.platform.startswith('java'): platform.java_ver()",
    "an end that is none": """
        import sys
        try:
            import sndhdr
        except ImportError:
            sys.exit(0)
    """,
    "a version that is not known": """
        import sys
        from project import LEAST
        if sys.version_info >= LEAST:
            import tomllib
    """,
    "a function that remembers": """
        known = None
        def has():
            global known
            if known is None:
                try:
                    import tomllib
                    known = True
                except ImportError:
                    known = False
            return known
        if has():
            import tomllib
    """,
    "a decorator that leaves out": """
        import sys
        def since(least):
            def wrap(function):
                if sys.version_info >= least:
                    return function
                return lambda: None
            return wrap
        @since((3, 11))
        def go():
            import tomllib
    """,
    "a dictionary of two functions": """
        import sys
        def old():
            import imp
        def new():
            import tomllib
        {True: new, False: old}
        BY = {True: new, False: None}
        BY[sys.version_info >= (3, 11)]()
        OLD = {True: old, False: None}
        OLD[sys.version_info < (3, 12)]()
    """,
    "a class that is skipped as it is set up": """
        import sys, unittest
        class T(unittest.TestCase):
            def setUp(self):
                if sys.version_info < (3, 11):
                    self.skipTest("old")
            def test(self):
                import tomllib
    """,
    "a parameter of a signature": """
        import inspect, json
        if "encoding" in inspect.signature(json.loads).parameters:
            json.loads("1", encoding="x")
    """,
    "a module that the file sets": """
        import sys, types
        sys.modules.setdefault("imp", types.ModuleType("imp"))
        import imp
    """,
}
# Guards that look like others, and are none: what it is → the source, and where `tomllib` fails.
NOT_GUARDED = {
    "a decorator that wraps": (
        """
        import functools, sys
        def timed(function):
            @functools.wraps(function)
            def inner():
                print(sys.version_info)
                return function()
            return inner
        @timed
        def go():
            import tomllib
        """,
        "3.8-3.10",
    ),
    "an end as an error": (
        """
        import sys
        try:
            import tomllib
        except ImportError:
            sys.exit("no")
        """,
        "3.8-3.10",
    ),
    "setuptools on some way": (
        """
        try:
            import tomllib
        except TypeError:
            pass
        """,
        "3.8-3.10",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_found(name: str) -> None:
    source, what, pythons = FOUND[name]
    assert failing(source).get(what) == pythons


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_fine(source: str) -> None:
    assert failing(source) == {}


@pytest.mark.parametrize("name", NOT_GUARDED)
def test_no_guard(name: str) -> None:
    source, pythons = NOT_GUARDED[name]
    assert failing(source) == {"tomllib": pythons}

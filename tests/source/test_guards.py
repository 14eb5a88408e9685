"""Guards: on which Pythons the code behind a condition is reached."""

import pytest

from tests.source.scanning import failing, result, span

# Condition → the Pythons on which it may be true, and on which it may be false.
CONDITIONS = {
    "sys.version_info >= (3, 9)": ("3.9-3.15", "3.8"),
    "sys.version_info > (3, 9)": ("3.9-3.15", "3.8"),
    "sys.version_info[:2] > (3, 9)": ("3.10-3.15", "3.8-3.9"),
    "sys.version_info[:2] == (3, 8)": ("3.8", "3.9-3.15"),
    "sys.version_info[:2] != (3, 8)": ("3.9-3.15", "3.8"),
    "sys.version_info[0:2] in [(3, 8), (3, 9)]": ("3.8-3.9", "3.10-3.15"),
    "sys.version_info[:2] not in {(3, 8), (3, 9)}": ("3.10-3.15", "3.8-3.9"),
    "(3, 8) <= sys.version_info < (3, 12)": ("3.8-3.11", "3.12-3.15"),
    "(3, 9) > sys.version_info": ("3.8", "3.9-3.15"),
    "not sys.version_info >= (3, 9)": ("3.8", "3.9-3.15"),
    "sys.version_info[0] == 3 and sys.version_info[1] >= 9": ("3.9-3.15", "3.8"),
    "sys.version_info.major >= 3 and sys.version_info.minor >= 9": ("3.9-3.15", "3.8"),
    "sys.version_info.minor < 12": ("3.8-3.11", "3.12-3.15"),
    "sys.version_info[1] + 1 > 12": ("3.12-3.15", "3.8-3.11"),
    "sys.version_info[0] * 100 + sys.version_info[1] >= 311": ("3.11-3.15", "3.8-3.10"),
    "sys.version_info[0] < 3": ("none", "all"),
    "sys.version_info >= (3,)": ("all", "none"),
    "sys.version_info[0] >= 3 or sys.version_info >= (3, 99)": ("all", "none"),
    "tuple(sys.version_info) >= (3, 10)": ("3.10-3.15", "3.8-3.9"),
    "tuple(sys.version_info[:2]) < (3, 10)": ("3.8-3.9", "3.10-3.15"),
    "list(sys.version_info)[:2] < [3, 10]": ("3.8-3.9", "3.10-3.15"),
    "sys.version_info >= (3, 8, 1)": ("all", "3.8"),
    "sys.version_info[:3] == (3, 9, 1)": ("3.9", "all"),
    "sys.version_info >= (3, 11, 0, 'final')": ("3.11-3.15", "3.8-3.10"),
    "sys.version_info >= (3, 13, 0, 'alpha', 1)": ("3.13-3.15", "3.8-3.12"),
    "sys.hexversion >= 0x030900F0": ("3.9-3.15", "3.8"),
    "sys.hexversion < 0x030c0000": ("3.8-3.11", "3.12-3.15"),
    "sys.hexversion >> 16 >= 0x309": ("3.9-3.15", "3.8"),
    "sys.hexversion >= 0x030901f0": ("3.9-3.15", "3.8-3.9"),
    "sys.version.startswith('3.8')": ("3.8", "3.9-3.15"),
    "platform.python_version_tuple()[1] == '8'": ("3.8", "3.9-3.15"),
    "int(platform.python_version_tuple()[1]) > 10": ("3.11-3.15", "3.8-3.10"),
    "platform.python_version().startswith('3.8.')": ("3.8", "3.9-3.15"),
    "float('%d.%d' % sys.version_info[:2]) < 3.9": ("3.8,3.10,3.11,3.12,3.13,3.14,3.15", "3.9"),
    "f'{sys.version_info.major}.{sys.version_info.minor}' == '3.8'": ("3.8", "3.9-3.15"),
    "'{}.{}'.format(*sys.version_info) == '3.8'": ("3.8", "3.9-3.15"),
    "sys.implementation.version >= (3, 9)": ("3.9-3.15", "3.8"),
    "sys.implementation.cache_tag == 'cpython-38'": ("3.8", "3.9-3.15"),
    "operator.ge(sys.version_info, (3, 9))": ("3.9-3.15", "3.8"),
    "sys.version_info.minor in range(8, 10)": ("3.8-3.9", "3.10-3.15"),
    "[int(p) for p in platform.python_version().split('.')][:2] >= [3, 9]": (
        "3.9-3.15",
        "3.8",
    ),
    "callable(getattr(asyncio, 'Runner', None))": ("3.11-3.15", "3.8-3.10"),
    "sys.platform.startswith('java')": ("none", "all"),
    "sys.platform == 'win32'": ("all", "all"),
    "PY2": ("none", "all"),
    "compat.IS_PY3": ("all", "none"),
    "Version(platform.python_version()) >= Version('3.10')": ("3.10-3.15", "3.8-3.9"),
    "six.PY2": ("none", "all"),
    "six.PY3": ("all", "none"),
    "PY39": ("3.9-3.15", "3.8"),
    "not PY39": ("3.8", "3.9-3.15"),
    "version >= MINIMUM": ("3.10-3.15", "3.8-3.9"),
    "major == 3 and minor >= 12": ("3.12-3.15", "3.8-3.11"),
    "is_new()": ("3.10-3.15", "3.8-3.9"),
    "is_newest()": ("3.13-3.15", "3.8-3.12"),
    "has_toml()": ("3.11-3.15", "3.8-3.10"),
    "HAVE_TOML": ("3.11-3.15", "3.8-3.10"),
    "switched": ("3.12-3.15", "3.8-3.11"),
    "chosen == 'new'": ("3.9-3.15", "3.8"),
    "tomllib": ("3.11-3.15", "3.8-3.10"),
    "tomllib is not None": ("3.11-3.15", "3.8-3.10"),
    "tomllib is None": ("3.8-3.10", "3.11-3.15"),
    "TYPE_CHECKING": ("none", "all"),
    "typing.TYPE_CHECKING": ("none", "all"),
    "not t.TYPE_CHECKING": ("all", "none"),
    "hasattr(asyncio, 'TaskGroup')": ("3.11-3.15", "3.8-3.10"),
    "hasattr(str, 'removeprefix')": ("3.9-3.15", "3.8"),
    "hasattr('', 'removeprefix')": ("3.9-3.15", "3.8"),
    "hasattr(pathlib.Path, 'walk')": ("3.12-3.15", "3.8-3.11"),
    "hasattr(ast, 'Str') and True": ("3.8-3.13", "3.14-3.15"),
    "getattr(asyncio, 'TaskGroup', None)": ("3.11-3.15", "3.8-3.10"),
    "getattr(asyncio, 'TaskGroup', None) is None": ("3.8-3.10", "3.11-3.15"),
    "'TaskGroup' in dir(asyncio)": ("3.11-3.15", "3.8-3.10"),
    "'TaskGroup' not in vars(asyncio)": ("3.8-3.10", "3.11-3.15"),
    "importlib.util.find_spec('tomllib')": ("3.11-3.15", "3.8-3.10"),
    "importlib.util.find_spec('tomllib') is None": ("3.8-3.10", "3.11-3.15"),
    "find_spec('imp') is not None": ("3.8-3.11", "3.12-3.15"),
    # A flag of another file is taken at its name.
    "PY313": ("3.13-3.15", "3.8-3.12"),
    "compat.PY313": ("3.13-3.15", "3.8-3.12"),
    "not compat.PY_3_10": ("3.8-3.9", "3.10-3.15"),
    # What cannot be known may be true and false.
    "DEBUG": ("none", "all"),
    "unknown": ("all", "all"),
    "unknown() and sys.version_info >= (3, 9)": ("3.9-3.15", "all"),
    "unknown or sys.version_info >= (3, 9)": ("all", "3.8"),
    "hasattr(unknown, 'walk')": ("all", "all"),
    "hasattr(asyncio, name)": ("all", "all"),
    "find_spec('numpy')": ("all", "all"),
}
BEFORE = """
import ast, asyncio, importlib.util, operator, pathlib, platform, sys, typing, typing as t, six
from importlib.util import find_spec
from sys import version_info as version
from typing import TYPE_CHECKING
from project import compat
from project.compat import PY313
from packaging.version import Version
MINIMUM = (3, 10)
DEBUG = False
PY39 = sys.version_info >= (3, 9)
major, minor = sys.version_info[:2]
switched = False
if sys.version_info >= (3, 12):
    switched = True
chosen = "new" if PY39 else "old"
def is_new():
    "Says so."
    return version >= MINIMUM
def is_newest():
    if sys.version_info < (3, 13):
        return False
    return True
def has_toml():
    try:
        import tomllib
    except ImportError:
        return False
    return True
try:
    import tomllib
    HAVE_TOML = True
except ImportError:
    tomllib = None
    HAVE_TOML = False
"""


def reached(source: str) -> str:
    """Where the marks `imp` and `tomllib`, which no Python has both of, are come to."""
    found = 0
    for use in result(source).uses:
        if use.what in {"imp", "tomllib"}:
            found |= use.fails_on
    return span(found)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions(condition: str) -> None:
    true, false = CONDITIONS[condition]
    here = f"if {condition}:\n    import imp\n    import tomllib as t2\n"
    # imp is gone in 3.12, tomllib came in 3.11: 3.11 has both, and says nothing.
    assert reached(BEFORE + here) == _without(true)
    there = f"if {condition}:\n    pass\nelse:\n    import imp\n    import tomllib as t2\n"
    assert reached(BEFORE + there) == _without(false)


def _without(text: str) -> str:
    """A span without 3.11, as its mark says nothing."""
    import re

    from pylife.source.scanner.versions import ALL, VERSIONS, mask

    if text in {"all", "none"}:
        chosen = ALL if text == "all" else 0
    else:
        chosen = 0
        for part in text.split(","):
            ends = [int(minor) for minor in re.findall(r"3\.(\d+)", part)]
            chosen |= mask([each for each in VERSIONS if ends[0] <= each[1] <= ends[-1]])
    return span(chosen & ~mask([(3, 11)]))


GUARDED = {
    "early return": """
        import sys
        from pathlib import Path
        def f():
            if sys.version_info < (3, 12):
                return None
            return Path().walk()
    """,
    "early raise": """
        import sys
        if sys.version_info < (3, 11):
            raise RuntimeError("too old")
        import tomllib
    """,
    "early exit": """
        import sys
        if sys.version_info < (3, 11):
            sys.exit("too old")
        import tomllib
    """,
    "a function that exits": """
        import sys
        def die():
            print("too old")
            sys.exit(1)
        if sys.version_info < (3, 11):
            die()
        import tomllib
    """,
    "continue": """
        import sys
        for item in "ab":
            if sys.version_info < (3, 9):
                continue
            "a".removeprefix("b")
    """,
    "assert": """
        import sys
        assert sys.version_info >= (3, 11), "too old"
        import tomllib
    """,
    "elif and else": """
        import sys
        if sys.version_info < (3, 9):
            pass
        elif sys.version_info < (3, 11):
            "a".removeprefix("b")
        else:
            import tomllib
    """,
    "ternary": """
        import sys, asyncio
        run = asyncio.TaskGroup if sys.version_info >= (3, 11) else None
    """,
    "and": """
        import sys
        sys.version_info >= (3, 9) and "a".removeprefix("b")
    """,
    "not or": """
        import sys
        not sys.version_info >= (3, 9) or "a".removeprefix("b")
    """,
    "comprehension": """
        import sys
        [item.x for item in "ab" if sys.version_info >= (3, 9) if "a".removeprefix("b")]
    """,
    "lambda": """
        import sys
        f = lambda: "a".removeprefix("b") if sys.version_info >= (3, 9) else ""
    """,
    "while": """
        import sys
        while sys.version_info >= (3, 9):
            "a".removeprefix("b")
            break
    """,
    "match of the whole": """
        import sys
        match sys.version_info:
            case (3, minor, *_) if minor >= 11:
                import tomllib
    """,
    "match of a slice": """
        import sys
        match sys.version_info[:2]:
            case (3, 8) | (3, 9) | (3, 10):
                pass
            case _:
                import tomllib
    """,
    "match of a field": """
        import sys
        match sys.version_info.minor:
            case 8 | 9 | 10:
                import imp
            case other if other >= 11:
                import tomllib
    """,
    "ImportError": """
        try:
            import tomllib
        except ImportError:
            import tomli as tomllib
        tomllib.loads("")
    """,
    "ModuleNotFoundError": """
        try:
            import tomllib
        except ModuleNotFoundError:
            tomllib = None
    """,
    "a tuple of errors": """
        try:
            from typing import override
        except (ImportError, AttributeError):
            from typing_extensions import override
    """,
    "a tuple of errors with a name": """
        ERRORS = (ImportError, AttributeError)
        try:
            from typing import override
        except ERRORS:
            override = None
    """,
    "the old place after the new": """
        try:
            from collections.abc import Mapping
        except ImportError:
            from collections import Mapping
    """,
    "the old place first": """
        try:
            from collections import Mapping
        except ImportError:
            from collections.abc import Mapping
    """,
    "only where the new is not": """
        try:
            import tomllib
        except ImportError:
            import imp
    """,
    "else": """
        try:
            import tomllib
        except ImportError:
            pass
        else:
            from typing import Self
    """,
    "later in the body": """
        try:
            import tomllib
            from typing import Self
        except ModuleNotFoundError:
            pass
    """,
    "nested": """
        try:
            try:
                import tomllib
            except ValueError:
                pass
        except ImportError:
            pass
    """,
    "AttributeError": """
        import asyncio
        try:
            group = asyncio.TaskGroup
        except AttributeError:
            group = None
    """,
    "AttributeError, the other way": """
        import collections
        try:
            mapping = collections.abc.Mapping
        except AttributeError:
            mapping = collections.Mapping
    """,
    "NameError": """
        try:
            ExceptionGroup
        except NameError:
            from exceptiongroup import ExceptionGroup
        ExceptionGroup("a", [])
    """,
    "TypeError": """
        try:
            pairs = zip("a", "b", strict=True)
        except TypeError:
            pairs = zip("a", "b")
    """,
    "everything": """
        try:
            import tomllib
        except:
            tomllib = None
    """,
    "suppress": """
        import contextlib
        with contextlib.suppress(ImportError):
            import tomllib
    """,
    "pytest.raises": """
        import pytest
        def test():
            with pytest.raises(ModuleNotFoundError):
                import imp
    """,
    "hasattr": """
        import asyncio
        if hasattr(asyncio, "TaskGroup"):
            asyncio.TaskGroup()
    """,
    "hasattr and return": """
        import inspect
        def spec(f):
            if not hasattr(inspect, "getargspec"):
                return inspect.getfullargspec(f)
            return inspect.getargspec(f)
    """,
    "getattr with a default": """
        import collections
        getattr(collections, "Mapping", None)
    """,
    "find_spec": """
        import importlib.util
        if importlib.util.find_spec("tomllib"):
            import tomllib
    """,
    "find_spec and return": """
        from importlib.util import find_spec
        def load():
            if find_spec("tomllib") is None:
                return None
            import tomllib
            return tomllib
    """,
    "TYPE_CHECKING": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from typing import Self
    """,
    "TYPE_CHECKING by hand": """
        TYPE_CHECKING = False
        if TYPE_CHECKING:
            from typing import Self
    """,
    "a conditional import under another name": """
        import sys
        if sys.version_info >= (3, 11):
            import tomllib as toml
        else:
            import tomli as toml
        def load():
            return toml.loads("")
    """,
    "skipif": """
        import sys, pytest
        @pytest.mark.skipif(sys.version_info < (3, 11), reason="new")
        def test():
            import tomllib
    """,
    "skipif as text": """
        import pytest
        @pytest.mark.skipif("sys.version_info < (3, 11)")
        def test():
            import tomllib
    """,
    "skipIf": """
        import sys, unittest
        class Test(unittest.TestCase):
            @unittest.skipIf(sys.version_info >= (3, 12), "gone")
            def test(self):
                self.assertEquals(1, 1)
    """,
    "skipUnless on a class": """
        import sys, unittest
        @unittest.skipUnless(sys.version_info < (3, 12), "gone")
        class Test(unittest.TestCase):
            def test(self):
                self.assertEquals(1, 1)
    """,
    "a named mark": """
        import sys, pytest
        needs_311 = pytest.mark.skipif(sys.version_info < (3, 11), reason="new")
        @needs_311
        def test():
            import tomllib
    """,
    "pytestmark": """
        import sys, pytest
        pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="new")
        def test():
            import tomllib
    """,
    "skip of a module": """
        import sys, pytest
        if sys.version_info < (3, 11):
            pytest.skip("new", allow_module_level=True)
        import tomllib
    """,
    "skipTest": """
        import sys, unittest
        class Test(unittest.TestCase):
            def test(self):
                if sys.version_info < (3, 11):
                    self.skipTest("new")
                import tomllib
    """,
    "importorskip": """
        import pytest
        pytest.importorskip("tomllib")
        import tomllib
    """,
    "a decorated definition": """
        import sys
        if sys.version_info >= (3, 9):
            def f():
                return "a".removeprefix("b")
        else:
            def f():
                return "a"
    """,
    "after unknown branches": """
        import sys, os
        OLD = False
        if os.environ.get("A"):
            pass
        if sys.version_info < (3, 12):
            OLD = True
        if OLD:
            import imp
    """,
}


@pytest.mark.parametrize("name", GUARDED)
def test_guarded_code_fails_nowhere(name: str) -> None:
    found = failing(GUARDED[name])
    found.pop("match statement", None)  # which no guard helps against
    assert found == {}


NOT_GUARDED = {
    "ModuleNotFoundError does not catch a missing name": (
        "try:\n from typing import Self\nexcept ModuleNotFoundError:\n pass",
        {"typing.Self": "3.8-3.10"},
    ),
    "another error": (
        "try:\n import tomllib\nexcept ValueError:\n pass",
        {"tomllib": "3.8-3.10"},
    ),
    "raised again": (
        "try:\n import tomllib\nexcept ImportError as e:\n raise RuntimeError from e",
        {"tomllib": "3.8-3.10"},
    ),
    "leaving": (
        "import sys\ntry:\n import tomllib\nexcept ImportError:\n sys.exit(1)",
        {"tomllib": "3.8-3.10"},
    ),
    "finally alone": ("try:\n import tomllib\nfinally:\n pass", {"tomllib": "3.8-3.10"}),
    "a function within a try": (
        "try:\n def f():\n  import tomllib\nexcept ImportError:\n pass",
        {"tomllib": "3.8-3.10"},
    ),
    "the wrong way round": (
        "import sys\nif sys.version_info < (3, 11):\n import tomllib",
        {"tomllib": "3.8-3.10"},
    ),
    "only partly": (
        "import sys\nif sys.version_info >= (3, 10):\n import tomllib",
        {"tomllib": "3.10"},
    ),
    "an unknown condition": ("if x:\n import imp", {"imp": "3.12-3.15"}),
    "after a return of some": (
        "def f(x):\n if x:\n  return\n import imp",
        {"imp": "3.12-3.15"},
    ),
    "getattr without a default": (
        "import collections\ngetattr(collections, 'Mapping')",
        {"collections.Mapping": "3.10-3.15"},
    ),
    "hasattr of something else": (
        "import os, asyncio\nif hasattr(os, 'fork'):\n asyncio.TaskGroup()",
        {"asyncio.TaskGroup": "3.8-3.10"},
    ),
    "a loop that changes its flag": (
        (
            "import sys\nflag = sys.version_info < (3, 12)\n"
            "for x in y:\n if flag:\n  import imp\n flag = x"
        ),
        {"imp": "3.12-3.15"},
    ),
}


@pytest.mark.parametrize("name", NOT_GUARDED)
def test_what_is_no_guard(name: str) -> None:
    source, expected = NOT_GUARDED[name]
    assert failing(source) == expected


def test_guards_are_listed_with_their_text() -> None:
    source = "# é\nimport sys\nif sys.version_info >= (3, 9) and x: pass\n"
    found = result(source).guards
    raw = source.encode()
    assert [raw[each.start : each.end].decode() for each in found] == [
        "sys.version_info >= (3, 9)",
        "sys.version_info >= (3, 9) and x",
    ]
    assert [span(each.true) for each in found] == ["3.9-3.15"] * 2
    assert [span(each.false) for each in found] == ["3.8", "all"]


def test_a_fallback_says_for_want_of_what() -> None:
    source = """
        try:
            from setuptools import setup
        except ImportError:
            from distutils.core import setup
    """
    (use,) = result(source).uses
    assert (use.what, span(use.fails_on), use.unless) == (
        "distutils.core", "3.12-3.15", ("setuptools",),
    )  # fmt: skip

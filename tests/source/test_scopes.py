"""Scopes: names that shadow, what an import binds, what is rebound."""

import pytest

from tests.source.scanning import failing

ALONE = {
    "a class of the file": """
        class ExceptionGroup(Exception): pass
        ExceptionGroup("a", [])
    """,
    "a class below its use in a function": """
        def f(): return ExceptionGroup("a", [])
        class ExceptionGroup(Exception): pass
    """,
    "imported from elsewhere": """
        from exceptiongroup import ExceptionGroup
        def f(): return ExceptionGroup("a", [])
    """,
    "imported where it is not there": """
        import sys
        if sys.version_info < (3, 11):
            from exceptiongroup import ExceptionGroup
        def f(): return ExceptionGroup("a", [])
    """,
    "a star import of others": """
        from somewhere import *
        ExceptionGroup("a", [])
    """,
    "a parameter": "def f(aiter): return aiter(1)",
    "a lambda's parameter": "f = lambda aiter: aiter(1)",
    "a comprehension's target": "[aiter(1) for aiter in x]",
    "an assignment expression": "if (aiter := x):\n aiter(1)",
    "a global of a function": """
        def g():
            global aiter
            aiter = 1
        def f(): return aiter(1)
    """,
    "a name of an enclosing function": """
        def f():
            def g(): return aiter(1)
            aiter = len
            return g
    """,
    "a loop's target": "for aiter in x: aiter(1)",
    "a name of with": "with x as aiter: aiter(1)",
    "a name of an exception": "try: x\nexcept E as aiter: aiter(1)",
    "another module of that name": """
        from . import collections
        collections.Mapping
    """,
    "a variable of a module's name": """
        collections = object()
        collections.Mapping
    """,
    "a module that is rebound": """
        import collections
        collections = wrap(collections)
        collections.Mapping
    """,
    "a parameter of a module's name": """
        import collections
        def f(collections): collections.Mapping
    """,
    "rebound within a loop": """
        from pathlib import Path
        path = Path("a")
        for name in names:
            path.walk()
            path = name
    """,
    "rebound in a branch": """
        from pathlib import Path
        path = Path("a")
        if other: path = other
        path.walk()
    """,
    "rebound by nonlocal": """
        def f():
            text = "a"
            def g():
                nonlocal text
                text = other()
            g()
            return text.removeprefix("b")
    """,
    "patched": """
        import collections, collections.abc
        collections.Mapping = collections.abc.Mapping
        collections.Mapping()
    """,
    "patched by setattr": """
        import collections, collections.abc
        def use(): return collections.Mapping()
        setattr(collections, "Mapping", collections.abc.Mapping)
    """,
    "a method of the class itself": """
        import unittest
        class Test(unittest.TestCase):
            def assertEquals(self, a, b): pass
            def test(self): self.assertEquals(1, 1)
    """,
    "a base that is not known": """
        import unittest
        from mine import Mixin
        class Test(Mixin, unittest.TestCase):
            def test(self): self.assertEquals(1, 1)
    """,
    "set on the object": """
        import unittest
        class Test(unittest.TestCase):
            def setUp(self): self.assertEquals = self.assertEqual
            def test(self): self.assertEquals(1, 1)
    """,
    "set on objects of the class": """
        import typing
        def enrich(variable): variable.has_default = lambda: False
        variable = typing.TypeVar("variable")
        enrich(variable)
        variable.has_default()
    """,
    "what every object has": "dict.__getattribute__({}, 'a')",
    "an int that may be a float": "def f(x: int): return x.is_integer()",
    "a class's name is not its methods'": """
        class A:
            collections = object()
            collections.Mapping
    """,
    "an attribute that only looks like it": "x.removeprefix(1); x.Mapping; self.walk()",
    "a value of somebody's": "def f(x): return x.removeprefix('a')",
    "a union of annotations": """
        from pathlib import Path
        from typing import Union
        def f(p: Union[str, Path]): return p.walk()
    """,
}


@pytest.mark.parametrize("name", ALONE)
def test_left_alone(name: str) -> None:
    assert failing(ALONE[name]) == {}


MAPPING = {"collections.Mapping": "3.10-3.15"}
WALK = {"pathlib.Path.walk": "3.8-3.11"}
FOUND = {
    "import": ("import collections\ncollections.Mapping", MAPPING),
    "import as": ("import collections as c\nc.Mapping", MAPPING),
    "from": ("from collections import Mapping as M", MAPPING),
    "another name": ("import collections\nc = collections\nc.Mapping", MAPPING),
    "a dotted import": (
        "import xml.etree.ElementTree as ET\nET.fromstring('<a/>').getchildren()",
        {"xml.etree.ElementTree.Element.getchildren": "3.9-3.15"},
    ),
    "a submodule": (
        "import importlib.metadata\nimportlib.metadata.packages_distributions()",
        {"importlib.metadata.packages_distributions": "3.8-3.9"},
    ),
    "from a package": (
        "from importlib import metadata\nmetadata.packages_distributions()",
        {"importlib.metadata.packages_distributions": "3.8-3.9"},
    ),
    "within a function": ("def f():\n import collections\n collections.Mapping", MAPPING),
    "a module of an outer scope": (
        "import collections\ndef f():\n def g():\n  return collections.Mapping",
        MAPPING,
    ),
    "imported below": ("def f(): return collections.Mapping\nimport collections", MAPPING),
    "a method does not see its class": (
        "import collections\nclass A:\n collections = 1\n def f(self): return collections.Mapping",
        MAPPING,
    ),
    "a comprehension's target is gone": (
        "import collections\n[collections for collections in x]\ncollections.Mapping",
        MAPPING,
    ),
    "rebound in the loop before": (
        "from pathlib import Path\nfor p in x:\n p = Path(p)\n p.walk()",
        WALK,
    ),
    "the same in both branches": (
        "from pathlib import Path\nif x: p = Path()\nelse: p = Path('a')\np.walk()",
        WALK,
    ),
    "known in each branch": (
        (
            "import sys\nfrom pathlib import Path\nif sys.version_info >= (3, 10): p = Path()\n"
            "else: p = other()\np.walk()"
        ),
        {"pathlib.Path.walk": "3.10-3.11"},
    ),
    "rebound after": ("p = 'a'\np.removeprefix('a')\np = 1", {"str.removeprefix": "3.8"}),
    "made from itself": (
        "from pathlib import Path\np = Path()\np = p / 'a'\np.walk()",
        WALK,
    ),
    "a star import of the standard library": (
        "from collections import *\nfrom pathlib import *\nPath().walk()",
        WALK,
    ),
    "a class of the file": (
        (
            "import unittest\nclass Base(unittest.TestCase): pass\n"
            "class Test(Base):\n def test(self): self.assertEquals(1, 1)"
        ),
        {"unittest.TestCase.assertEquals": "3.12-3.15"},
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_found(name: str) -> None:
    source, expected = FOUND[name]
    assert failing(source) == expected


def test_a_module_of_the_project_is_its_own() -> None:
    source = "import queue, imp\nqueue.Queue.shutdown\nimp.load_source"
    assert failing(source) == {"queue.Queue.shutdown": "3.8-3.12", "imp": "3.12-3.15"}
    assert failing(source, "queue") == {"imp": "3.12-3.15"}
    assert failing(source, "queue", "imp") == {}

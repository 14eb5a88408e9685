"""Snippets of a reader who had not seen the scanner: guards first, then what else was missed."""

import time

import pytest

from tests.source.scanning import failing, result

# Guards behind which nothing may be found.
GUARDED = {
    "a field": """
        import sys
        class A:
            def __init__(self):
                self.new = sys.version_info >= (3, 11)
            def go(self):
                if self.new:
                    import tomllib
        """,
    "a property": """
        import sys
        class A:
            @property
            def new(self):
                return sys.version_info >= (3, 11)
            def go(self):
                if self.new:
                    import tomllib
        """,
    "a method": """
        import sys
        class A:
            def new(self, least):
                return sys.version_info >= least
            def go(self):
                if self.new((3, 11)):
                    import tomllib
        """,
    "a static method": """
        import sys
        class A:
            @staticmethod
            def new():
                return sys.version_info >= (3, 11)
            def go(self):
                if A.new():
                    import tomllib
        """,
    "a parser that ends the program": """
        import argparse, sys
        def main():
            parser = argparse.ArgumentParser()
            if sys.version_info < (3, 11):
                parser.error("too old")
            import tomllib
        """,
    "names of the builtins": """
        if "ExceptionGroup" in dir(__builtins__):
            ExceptionGroup
        if hasattr(__builtins__, "aiter"):
            aiter
        """,
    "after every patch release": """
        import sys
        if sys.version_info > (3, 10, 99):
            import tomllib
        """,
    "a choice of two": """
        import math, sys
        {True: lambda: math.lcm(1, 2), False: int}[sys.version_info >= (3, 9)]()
        """,
    "a dictionary of versions": """
        import sys
        OLD = {(3, 8): "a", (3, 9): "b"}
        if sys.version_info[:2] in OLD:
            import symbol
        """,
    "a module that the file brings": """
        import sys, types
        sys.modules["imp"] = types.ModuleType("imp")
        import imp
        """,
    "a switch that others may set": """
        import sys, sysconfig
        NEW = bool(getattr(sysconfig, "_ITS_SWITCH", sys.version_info >= (3, 11)))
        if NEW:
            import tomllib
        """,
    "names of the standard library, if there": """
        import sys
        if "imp" in getattr(sys, "stdlib_module_names", ()):
            import imp
        """,
}
# Conditions that say nothing of the running Python, whatever their names are elsewhere.
UNSURE = {
    "a parameter that may be None": """
        try:
            kind = None
        except ImportError:
            pass
        def f(kind: str | None):
            if kind is None:
                import tomllib
            if kind == "x":
                import tomllib
        """,
    "a list that is filled": """
        try:
            missing = 1
        except ImportError:
            pass
        def f(given):
            missing = []
            for each in given:
                missing.append(each)
            if missing:
                import tomllib
            if not missing:
                import tomllib
        """,
    "a switch of the class that others set": """
        class A:
            SWITCH = False
            def go(self):
                if self.SWITCH:
                    import tomllib
        A.SWITCH = True
        """,
}
# What it is → the source, and where it fails.
FOUND = {
    "annotation with Node before it is defined": (
        """
        class Node:
            def add(self, node: Node): ...
        """,
        "3.8-3.13",
    ),
    "annotation with Later before it is defined": (
        """
        def f(x: "list[int]", y: Later): ...
        class Later: ...
        """,
        "3.8-3.13",
    ),
    "annotation with Path before it is defined": (
        """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from pathlib import Path
        def f(x: Path): ...
        """,
        "3.8-3.13",
    ),
    "`|` between a quoted type and another in an annotation": (
        'def f(x: int | "Later"): ...',
        "3.8-3.13",
    ),
    "zip(strict=)": ("import functools; functools.partial(zip, strict=True)", "3.8-3.9"),
    "generic typing.NamedTuple": (
        """
        from typing import Generic, NamedTuple, TypeVar
        T = TypeVar("T")
        class A(NamedTuple, Generic[T]): ...
        """,
        "3.9-3.10",
    ),
    "generic typing.TypedDict": (
        """
        from typing import Generic, TypedDict, TypeVar
        T = TypeVar("T")
        class A(TypedDict, Generic[T]): ...
        """,
        "3.8-3.10",
    ),
    "classmethod of a property": (
        """
        class A:
            @classmethod
            @property
            def x(cls): ...
        """,
        "3.8,3.13,3.14,3.15",
    ),
    "str.removeprefix": (
        """
        def name() -> str: ...
        name().removeprefix("a")
        """,
        "3.8",
    ),
    "str.removesuffix": (
        """
        class A:
            @property
            def name(self) -> str: ...
            def go(self):
                self.name.removesuffix("a")
        """,
        "3.8",
    ),
    "logging.Logger.getChildren": (
        """
        import logging
        class A:
            log = logging.getLogger("a")
            def go(self):
                self.log.getChildren()
        """,
        "3.8-3.11",
    ),
    "types.CodeType.co_lnotab": ("f.__code__.co_lnotab", "3.15"),
    "`X | Y` between types, evaluated at run time": (
        """
        class A: ...
        A().x: int | None = None
        """,
        "3.8-3.9",
    ),
}
FINE = {
    "kept as text": """
        from __future__ import annotations
        class Node:
            def add(self, node: Node, other: int | "Later"): ...
        """,
    "inside a function": """
        def f():
            def g(x: Later): ...
        class Later: ...
        """,
    "a class that was imported before": """
        from elsewhere import Node
        class Node(Node):
            def add(self, node: Node): ...
        """,
    "a star import may bring it": """
        from elsewhere import *
        class Node:
            def add(self, node: Node): ...
        """,
    "a name for type checkers and another for all": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from elsewhere import Path
        else:
            Path = object
        def f(x: Path): ...
        """,
    "all arguments, or some that cannot be seen": """
        import math, random, traceback
        int.from_bytes(x, "big"), (3).to_bytes(2, byteorder="big"), int.from_bytes(*x)
        traceback.print_exception(*y), random.gauss(0, 1), math.gcd(1, 2), math.gcd(*x)
        """,
}
DOUBLED = {
    "flags": "f{0} = f{1} and f{1} or f{1}\n",
    "functions": "def f{0}(): return f{1}() and f{1}() or f{1}()\n",
    "methods": "class A{0}:\n def f{0}(self): return A{1}().f{1}() or A{1}().f{1}()\n",
}


@pytest.mark.parametrize("source", GUARDED.values(), ids=GUARDED)
def test_nothing_behind_a_guard(source: str) -> None:
    assert failing(source) == {}


@pytest.mark.parametrize("source", UNSURE.values(), ids=UNSURE)
def test_what_is_not_known_decides_nothing(source: str) -> None:
    assert failing(source)["tomllib"] == "3.8-3.10"
    assert not result(source).guards


@pytest.mark.parametrize("what", FOUND)
def test_found(what: str) -> None:
    source, pythons = FOUND[what]
    assert failing(source)[what] == pythons


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_fine(source: str) -> None:
    assert failing(source) == {}


@pytest.mark.parametrize("line", DOUBLED.values(), ids=DOUBLED)
def test_what_calls_itself_twice_ends_soon(line: str) -> None:
    first = "import sys\nf0 = sys.version_info >= (3, 11)\n"
    chain = "".join(line.format(place + 1, place) for place in range(60))
    begun = time.process_time()
    result(f"{first}{chain}if f60: import tomllib\nif f60(): import imp\n")
    result(f"{first}{chain}if A60().f60(): import imp\n")
    # Following each call twice would take 2 to the power of 60 steps.
    assert time.process_time() - begun < 60

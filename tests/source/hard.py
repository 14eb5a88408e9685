"""Source that machines write, or people to see what breaks: by a number, as long as one likes.

Each is of a kind that once took the scanner a time that grew with the square of it, or worse.
"""

from collections.abc import Callable, Iterable


def _each(count: int, text: str) -> str:
    return "".join(text.replace("@", str(number)) for number in range(count))


def _listed(count: int, text: str, between: str = ", ") -> str:
    return between.join(text.replace("@", str(number)) for number in range(count))


_GUARD = "sys.version_info >= (3, 9)"
_NEW = "import tomllib"

GROWING: dict[str, Callable[[int], str]] = {
    "one name bound in many branches": lambda n: (
        _each(n, "if a@:\n    x = @\n") + "x.bit_count()\n"
    ),
    "one name bound to calls in many branches": lambda n: _each(n, "if a@:\n    x = y@()\n"),
    "one name bound in many cases": lambda n: (
        "match a:\n" + _each(n, "    case @: x = 'a'\n") + "x.removeprefix('a')\n" * n
    ),
    "a name for each case": lambda n: "match a:\n" + _each(n, "    case @: x@ = 1\n"),
    "many handlers": lambda n: "try:\n    a\n" + _each(n, "except E@: import imp\n"),
    "many errors around many calls": lambda n: (
        f"def f(): {_NEW}\ntry:\n{'    f()' + chr(10)}" + "    f()\n" * n
        + f"except ({_listed(n, 'E@')}): pass\n"
    ),
    "a long function that is called often": lambda n: (
        "def _f():\n" + f"    {_NEW}\n" * n + "try:\n" + "    _f()\n" * n
        + "except ImportError: pass\n"
    ),
    "many packages that may be there instead": lambda n: (
        "try:\n" + _each(n, "    import p@\n") + "except ImportError:\n" + f"    {_NEW}\n" * n
    ),
    "many imports of everything": lambda n: (
        "from os import *\nfrom foo import *\n" * n + "aiter(x)\n" * n
    ),
    "many uses in one line": lambda n: f"x = [{_listed(n, chr(39) + 'a' + chr(39) + '.removeprefix(b)')}]\n",
    "many fields in a string": lambda n: f"x = f'{'{a:>1}' * n}'\n",
    "many lines of fields in a string": lambda n: f"x = f'''{('{a:>1}' + chr(10)) * n}'''\n",
    "long unions": lambda n: f"x: {'int | ' * min(n, 700)}None\n",
    "a long or": lambda n: f"import sys\nif {_listed(n, _GUARD, ' or ')}: {_NEW}\n",
    "flags of objects": lambda n: (
        "import sys\nclass A:\n  def f(self):\n" + _each(n, f"    self.x@ = {_GUARD}\n")
        + "  def g(self):\n" + _each(n, f"    if self.x@: {_NEW}\n")
    ),
    "fields of objects": lambda n: (
        "from pathlib import Path\nclass A:\n  def f(self):\n" + _each(n, "    self.x@ = Path()\n")
        + "  def g(self):\n" + _each(n, "    self.x@.walk()\n")
    ),
    "a method for each field": lambda n: (
        "from pathlib import Path\nclass A:\n" + _each(n, "  def f@(self): self.x@ = Path()\n")
        + "  def g(self):\n" + _each(n, "    self.x@.walk()\n")
    ),
    "flags that are lists": lambda n: (
        "import sys\n" + _each(n, "L@ = [3, 9]\n")
        + _each(n, f"if sys.version_info >= tuple(L@): {_NEW}\n")
    ),
    "flags made of flags": lambda n: (
        f"import sys\nF0 = {_GUARD}\n" + "".join(f"F{i + 1} = F{i}\n" for i in range(n))
        + f"if F{n}: {_NEW}\n"
    ),
    "a long match on the running Python": lambda n: (
        "import sys\nmatch sys.version_info[:2]:\n" + _each(n, f"    case (3, @): {_NEW}\n")
    ),
    "guards one after the other": lambda n: "import sys\n" + f"if {_GUARD}: {_NEW}\n" * n,
}  # fmt: skip
"""The work that they make grows with their length alone."""

LONG: dict[str, Callable[[int], str]] = {
    "open brackets in a pattern": lambda n: f"import re\nre.compile('+{'[' * n}')\n",
    "digits in a pattern": lambda n: f"import re\nre.compile('+a{{{'1' * n}')\n",
    "words of a comprehension in a line that is none": lambda n: f"x = {'for in ' * n}\n",
    "brackets behind a name that is a flag": lambda n: (
        f"import sys\na = [3, 9]\n# {'a[' * n}\nif sys.version_info >= tuple(a): {_NEW}\n"
    ),
    "one line in another encoding": lambda n: (
        f"# coding: latin-1\nimport sys\nx = ['', {_listed(n, f'1 if {_GUARD} else 2')}]\n"
    ),
    "a name in very many lines": lambda n: f"def f() -> 'a{'.b' * n}': ...\n" + "f().walk()\n" * n,
}
"""What searches in text: the work is not the scanner's own, so only the time can show it."""


def _doubled(functions: int) -> str:
    """Functions of which each asks the one before it three times."""
    calls = (f"def f{i + 1}(): return f{i}() and f{i}() or f{i}()\n" for i in range(functions))
    return f"import sys\ndef f0(): return {_GUARD}\n" + "".join(calls)


ENTANGLED: dict[str, str] = {
    "functions that ask each other": _doubled(60) + f"if f60(): {_NEW}\n" * 1_000,
    "a long condition in a function": (
        f"import sys\ndef f(): return {_listed(500, _GUARD, ' or ')}\n" + f"if f(): {_NEW}\n" * 200
    ),
    "a long tuple of versions": (
        f"import sys\nT = ({_listed(2_000, '(3, @)')})\n"
        + f"if sys.version_info in T: {_NEW}\n" * 2_000
    ),
    "names and handlers": (
        "try:\n" + _each(1_500, "    x@ = 1\n") + _each(1_500, "except E@: pass\n")
    ),
}
"""What would take too much work: it is said to be so, and nothing is claimed."""


def _classes(bases: int) -> Iterable[str]:
    yield "from pathlib import Path\nclass A0(Path): pass\nclass B0(Path): pass\n"
    for i in range(bases):
        yield f"class A{i + 1}(A{i}, B{i}): pass\nclass B{i + 1}(A{i}, B{i}): pass\n"
    yield f"A{bases}().walk()\nA{bases} | None\n"


DEEP: dict[str, str] = {
    "classes of the same bases": "".join(_classes(40)),
    "a class named as its base": "from pathlib import Path\nclass Path(Path): pass\nPath | None\nPath().walk()\n",
    "a class that is its base's base": "class A(B): pass\nclass B(A): pass\nA() | None\nA().x\n",
    "flags of each other": "A = B\nB = A\nif A: import tomllib\nif not B: import imp\n",
    "functions of each other": "def f(): return g()\ndef g(): return f()\nif f(): import imp\n",
    "names of themselves": "x = x.strip()\nA = A\ndef f(): return f()\nif f() and A: x.removeprefix('a')\n",
    "many elifs": "if a: pass\n" + "elif b: pass\n" * 2_000 + "else: import imp\n",
    "many elifs that all raise": (
        "def f():\n  if a: raise E\n" + "  elif a: raise E\n" * 900 + "  else: raise E\n"
        "import sys\nif sys.version_info < (3, 9): f()\nimport imp\n"
    ),
    "many elifs that leave": (
        "def f():\n  try: pass\n  finally:\n    if a: return\n" + "    elif b: return\n" * 900
    ),
    "conditions in conditions": (
        "import sys\nif " + f"({_GUARD} and " * 90 + "True" + ")" * 90 + ": import imp\n"
    ),
    "choices in choices": (
        "import sys\nx = " + f"(1 if {_GUARD} and " * 60 + "a" + " else 2)" * 60 + "\nimport imp\n"
    ),
}  # fmt: skip
"""What calls itself, or holds itself: each is looked at to its end."""

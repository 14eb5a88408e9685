"""What one interpreter's standard library has: run in it, alone, with `python -I -S`.

    python3.N -I -S tools/stdlib_introspect.py [CANDIDATES.json] > facts.json

Writes JSON: the modules that are there, the public names of each that can be imported, the classes
with their own members and bases, and the parameters of what can be called. CANDIDATES (module →
names) are asked for one by one as well: names that a module's `__getattr__` gives are in no
`dir()`. Standard library only, and older syntax, so that each interpreter can run it.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import io
import json
import pkgutil
import re
import sys
import sysconfig
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from stdlib_inspected import OWN, assignments, described, listed  # isolated: no folder of its own

del sys.path[0]

# Importing these opens a browser, prints, parses the command line or runs for minutes.
NEVER = re.compile(
    r"(^|\.)(antigravity|this|__main__|__phello__|idlelib|test|tests|turtledemo|_test\w*|_xx\w*"
    r"|lib2to3\.pgen2\.conv|_sysconfigdata\w*|xxlimited\w*|_uninstall|_bundled|site-packages)(\.|$)"
)
# What the build puts there, named after the machine.
UNNAMED = re.compile(
    r"^(_sysconfigdata|_sysconfig_vars|xx|_xx|_test|config-|sitecustomize|usercus|stdlib_)"
)


def main() -> None:
    """Print the facts as JSON on the real standard output."""
    candidates = json.loads(Path(sys.argv[1]).read_text("utf-8")) if len(sys.argv) > 1 else {}
    warnings.simplefilter("ignore")
    facts = Facts(candidates).collect()
    json.dump(facts, sys.stdout, sort_keys=True, separators=(",", ":"))


def module_names() -> list[str]:
    """Every module of the standard library that is in this build, private ones included."""
    names = set(sys.builtin_module_names)
    stdlib = Path(sysconfig.get_path("stdlib"))
    for found in pkgutil.iter_modules([str(stdlib), str(stdlib / "lib-dynload")]):
        names.add(found.name)
        if found.ispkg:
            names.update(submodules(stdlib / found.name, found.name))
    return sorted(name for name in names if not UNNAMED.match(name))


def submodules(folder: Path, package: str) -> Iterator[str]:
    """The names of all modules below a package, without importing any."""
    for found in pkgutil.iter_modules([str(folder)]):
        name = package + "." + found.name
        yield name
        if found.ispkg:
            yield from submodules(folder / found.name, name)


class Facts:
    """Collects names, classes and signatures; each class once, by its identity."""

    def __init__(self, candidates: dict[str, list[str]]) -> None:
        self.candidates = candidates
        self.keys: dict[int, str] = {}
        self.taken: dict[str, type] = {}
        self.classes: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, dict[str, set[str]]] = {}

    def collect(self) -> dict[str, Any]:
        """All facts of this interpreter."""
        modules: dict[str, Any] = dict.fromkeys(module_names())
        loaded = {}
        streams = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = io.StringIO()  # what modules say on import
        for name in modules:
            if not NEVER.search(name):
                try:
                    loaded[name] = importlib.import_module(name)
                except BaseException:  # noqa: BLE001 - also SystemExit: not here, then
                    continue
        sys.stdout, sys.stderr = streams
        # Modules that are in no file, such as `os.path`.
        for name in list(sys.modules):
            head = name.partition(".")[0]
            if "." in name and head in loaded and not NEVER.search(name) and name not in modules:
                loaded[name] = sys.modules[name]
        # Public modules first: a class is named after the first place where it is found.
        for name in sorted(loaded, key=lambda name: (private(name), name.count("."), name)):
            modules[name] = self.module(name, loaded[name])
        return {
            "python": "{}.{}.{}".format(*sys.version_info),
            "platform": sys.platform,
            "listed": sorted(getattr(sys, "stdlib_module_names", ())),
            "modules": modules,
            "classes": self.classes,
        }

    def module(self, name: str, module: types.ModuleType) -> dict[str, Any]:
        """name → what it is, for the public names of one module."""
        found: dict[str, Any] = {}
        for attribute in sorted(set(vars(module)) | set(getattr(module, "__all__", ()))):
            if attribute.startswith("__"):
                continue
            try:
                value = getattr(module, attribute)
                # A submodule is there once it is imported, whoever does that.
                if sys.modules.get(name + "." + attribute) is not value:
                    found[attribute] = self.value(value)
            except BaseException:  # noqa: BLE001 - a name in __all__ that is not there
                continue
        for attribute in self.candidates.get(name, ()):
            if attribute in found or name + "." + attribute in sys.modules:
                continue
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    found[attribute] = self.value(getattr(module, attribute))
                except BaseException:  # noqa: BLE001 - not there
                    continue
            for warning in caught:
                found[attribute]["d"] = str(warning.message)
        return found

    def value(self, value: Any) -> dict[str, Any]:
        """A description: class, function with parameters, module, or the class of a value."""
        if isinstance(value, type) and not isinstance(value, getattr(types, "GenericAlias", ())):
            return described({"c": self.klass(value)}, value, 0)
        if isinstance(value, types.ModuleType):
            return {"m": value.__name__}
        if callable(value) and hasattr(value, "__name__"):
            return described({"f": 1}, value, 0)
        return {"i": self.klass(type(value))}

    def klass(self, cls: type) -> str:
        """The key of a class, which is described when first met."""
        if id(cls) in self.keys:
            return self.keys[id(cls)]
        key = f"{cls.__module__}:{cls.__qualname__}"
        while key in self.taken:
            key += "'"
        self.taken[key] = cls  # kept alive: its id stays its own
        self.keys[id(cls)] = key
        fact: dict[str, Any] = {}
        self.classes[key] = fact
        fact["b"] = [self.klass(base) for base in cls.__bases__ if base is not object]
        own: dict[str, Any] = {}
        for name, raw in list(vars(cls).items()) if cls is not object else ():
            special = name.startswith("__") and name.endswith("__")
            if name not in OWN and (special or not name.startswith("_")):
                own[name] = self.member(raw)
        for name in (*listed(cls), *self.assigned(cls)) if cls is not object else ():
            if not name.startswith("_"):
                own.setdefault(name, {})
        fact["o"] = own
        return key

    def member(self, raw: Any) -> dict[str, Any]:
        """A class's own member: parameters without the first, or a nested class."""
        if isinstance(raw, type):
            return {"c": self.klass(raw)}
        if isinstance(raw, staticmethod):
            return described({"f": 1}, raw.__func__, 0)
        value = raw.__func__ if isinstance(raw, classmethod) else raw
        return described({"f": 1} if callable(value) else {}, value, 1)

    def assigned(self, cls: type) -> set[str]:
        """Names that the methods of a class written in Python set on their first argument."""
        path = getattr(sys.modules.get(cls.__module__), "__file__", None)
        if not path or not path.endswith(".py"):
            return set()
        if path not in self.sources:
            self.sources[path] = assignments(Path(path))
        return self.sources[path].get(cls.__qualname__, set())


def private(name: str) -> bool:
    """Whether any part of a module's name is private."""
    return any(part.startswith("_") for part in name.split("."))


if __name__ == "__main__":
    main()

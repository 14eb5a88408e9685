"""Make `pylife/data/subscriptable.json`: which classes `X[...]` works on, on which Pythons.

    python tools/refresh_subscriptable.py [--check] [PYTHON ...]

Interpreters are asked as `tools/refresh_syntax.py` finds them: every public class of every
public module of their standard library is looked at, and of `typing`, how many parameters each
alias takes. What goes into the file are the Pythons that have a name and on which
`X[...]` fails, of each name that it works for on some. It takes an interpreter of each Python;
where one is missing, nothing is written or compared. `--check` writes nothing, and exits 1 where
the shipped file differs.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from refresh_syntax import VERSIONS, interpreters

TARGET = Path(__file__).resolve().parent.parent / "pylife" / "data" / "subscriptable.json"
# Runs in every interpreter from 3.8 on; imports the standard library, so nothing but it.
PROBE = """
import importlib, io, json, pkgutil, platform, sys, sysconfig, warnings
warnings.simplefilter("ignore")
SKIPPED = {"antigravity", "this", "test", "tests", "idlelib", "turtledemo", "ensurepip", "venv",
           "lib2to3", "__main__", "site-packages", "__phello__", "config"}
stdlib = sysconfig.get_paths()["stdlib"]
paths = [p for p in sys.path if p.startswith(stdlib) and "site-packages" not in p]

def walk(paths, prefix=""):
    for info in pkgutil.iter_modules(paths):
        if info.name in SKIPPED or info.name.startswith("_"):
            continue
        name = prefix + info.name
        yield name
        if info.ispkg:
            try:
                module = importlib.import_module(name)
            except Exception:
                continue
            yield from walk(module.__path__, name + ".")

def takes(value, count):
    try:
        value[(int,) * count if count > 1 else int]
    except Exception:
        return False
    return True

def works(value):
    if value is type:
        return takes(value, 1)
    return hasattr(value, "__class_getitem__") or hasattr(type(value), "__getitem__")

built_in = (name for name in sys.builtin_module_names if name[:1] != "_")
names = sorted({"collections.abc", *walk(paths), *built_in})
classes, arity = {}, {}
real, sys.stdout = sys.stdout, io.StringIO()
for name in names:
    try:
        module = importlib.import_module(name)
    except BaseException:
        continue
    for key, value in sorted(vars(module).items()):
        if isinstance(value, type) and key[:1] != "_":
            classes[name + ":" + key] = works(value)
import typing
for key in sorted(typing.__all__):
    value = getattr(typing, key)
    counts = [count for count in (1, 2, 3) if takes(value, count)]
    if counts and not isinstance(value, type):
        arity["typing:" + key] = counts
sys.stdout = real
print(json.dumps([platform.python_version(), classes, arity]))
"""


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("pythons", nargs="*")
    options = parser.parse_args()
    shipped = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    answers = dict(ask(python) for python in options.pythons or interpreters())
    missing = [version for version in VERSIONS if version not in answers]
    if missing and (options.check or not shipped):
        print(f"not compared: no interpreter for {', '.join(missing)}")
        return 0
    if missing:
        print(f"not written: it needs every Python at once, and {', '.join(missing)} is not found")
        return 1
    content = merge(answers)
    if not options.check:
        TARGET.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    if shipped["classes"] == content["classes"] and shipped["parameters"] == content["parameters"]:
        return 0
    print(f"{TARGET.name} differs from what the interpreters say: run {Path(__file__).name}")
    return 1


def ask(python: str) -> tuple[str, tuple[str, dict[str, bool], dict[str, list[int]]]]:
    """What one interpreter says, with its feature release."""
    done = subprocess.run(
        [python, "-I", "-c", PROBE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    answer = json.loads(done.stdout)
    return ".".join(answer[0].split(".")[:2]), answer


def merge(answers: dict[str, Any]) -> dict[str, Any]:
    """The file's content: the Pythons that have a name and on which `X[...]` fails."""
    classes: dict[str, list[str]] = {}
    for name in sorted({name for _, known, _ in answers.values() for name in known}):
        have = [v for v in VERSIONS if name in answers[v][1]]
        fails = [v for v in have if not answers[v][1][name]]
        if fails and fails != have:
            classes[name] = fails
    parameters: dict[str, dict[str, list[str]]] = {}
    for name in sorted({name for _, _, known in answers.values() for name in known}):
        have = [v for v in VERSIONS if name in answers[v][2]]
        for count in (1, 2, 3):
            fails = [v for v in have if count not in answers[v][2][name]]
            if fails and fails != have:
                parameters.setdefault(name, {})[str(count)] = fails
    return {
        "about": "Made by tools/refresh_subscriptable.py; do not edit.",
        "classes": classes,
        "interpreters": {version: answers[version][0] for version in VERSIONS},
        "parameters": parameters,
    }


if __name__ == "__main__":
    sys.exit(main())

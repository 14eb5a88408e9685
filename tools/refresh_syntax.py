"""Make `pylife/data/syntax.json`: on which Pythons each piece of syntax compiles, or warns.

    python tools/refresh_syntax.py [--check] [PYTHON ...]

`tools/sources/syntax.toml` is kept by hand: what each piece is called and the least example of
it. Each example is compiled (those marked `runs` are run) by the given interpreters; without any,
by those that uv and pyenv have and those on PATH.
A Python for which there is no interpreter keeps what the shipped file says. `--check` writes
nothing, and exits 1 where the shipped file differs.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from pylife.errors import ToolError
from pylife.matrix.interpreters import find

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "syntax.toml"
TARGET = HERE.parent / "pylife" / "data" / "syntax.json"
VERSIONS = tuple(f"3.{minor}" for minor in range(8, 16))
# Runs in every interpreter from 3.8 on: reads names and sources, says what compiles and warns.
PROBE = """
import json, platform, sys, warnings
def look(code, runs):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            made = compile(bytes.fromhex(code), "example", "exec")
            if runs:
                exec(made, {})
        except (SyntaxError, ValueError, TypeError):
            return [False, False]
    return [True, bool(seen)]
codes = json.load(sys.stdin)
print(json.dumps([platform.python_version(), {k: look(*v) for k, v in codes.items()}]))
"""


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("pythons", nargs="*")
    options = parser.parse_args()
    features = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    shipped = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    answers = ask(features, options.pythons or interpreters())
    text = json.dumps(merge(features, answers, shipped), indent=1, sort_keys=True) + "\n"
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if shipped and _compared(json.loads(text)) == _compared(shipped):
        return 0
    print(f"{TARGET.name} differs from what the interpreters say: run {Path(__file__).name}")
    return 1


def interpreters() -> list[str]:
    """One interpreter for each Python that is found, oldest first; none where uv is missing."""
    try:
        known = find()
    except ToolError as error:
        print(error)
        return []
    found = {
        f"{version.major}.{version.minor}": str(interpreter.path)
        for version, interpreter in known.items()
        if not version.free_threaded
    }
    return [found[version] for version in VERSIONS if version in found]


def ask(features: dict[str, Any], pythons: list[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """What each interpreter says, by its feature release."""
    codes = {
        name: (
            feature.get("example_hex") or feature["example"].encode().hex(),
            feature.get("runs", False),
        )
        for name, feature in features.items()
    }
    answers = {}
    for python in pythons:
        done = subprocess.run(
            [python, "-I", "-c", PROBE],
            input=json.dumps(codes),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        version, verdicts = json.loads(done.stdout)
        answers[".".join(version.split(".")[:2])] = (version, verdicts)
    return answers


def merge(features: dict[str, Any], answers: dict[str, Any], shipped: Any) -> dict[str, Any]:
    """The file's content: what was answered, else what is shipped."""
    rows: dict[str, Any] = {}
    for name, feature in features.items():
        old = shipped.get("features", {}).get(name, {})

        def yes(version: str, at: int, key: str, name: str = name, old: Any = old) -> bool:
            if version in answers:
                return bool(answers[version][1][name][at])
            return version in old.get(key, [])

        rows[name] = {
            "what": feature["what"],
            "note": feature["note"],
            "present": [version for version in VERSIONS if yes(version, 0, "present")],
        }
        if warns := [version for version in VERSIONS if yes(version, 1, "warns")]:
            rows[name] |= {"warns": warns, "deprecated": feature.get("deprecated", warns[0])}
    versions = {version: answers[version][0] for version in VERSIONS if version in answers}
    return {
        "about": "Made by tools/refresh_syntax.py; edit its source, not this file.",
        "features": rows,
        "interpreters": shipped.get("interpreters", {}) | versions,
    }


def _compared(content: dict[str, Any]) -> Any:
    """What must agree: another patch release of the same Python is no difference."""
    return content["features"]


if __name__ == "__main__":
    sys.exit(main())

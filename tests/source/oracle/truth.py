"""The snippets, and on which Pythons each of them fails."""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from pylife.matrix.interpreters import find

HERE = Path(__file__).resolve().parent
SNIPPETS = HERE.parent / "fixtures" / "oracle"
STORED = HERE / "truth.json"
PYTHONS = tuple(f"3.{minor}" for minor in range(8, 16))


class Snippet(NamedTuple):
    """One of them; `static` is false where no reading can see what happens."""

    name: str
    kind: str
    static: bool
    path: Path


class Truth(NamedTuple):
    """`fails[name]` is the Pythons on which that snippet fails."""

    interpreters: dict[str, str]
    fails: dict[str, frozenset[str]]


def snippets() -> list[Snippet]:
    """All of them, in order."""
    found = []
    for path in sorted(SNIPPETS.rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        kind = lines[0].removeprefix("# kind: ")
        name = path.relative_to(SNIPPETS).with_suffix("").as_posix()
        found.append(Snippet(name, kind, "# static: no" not in lines, path))
    return found


def interpreters() -> dict[str, str]:
    """One interpreter for each Python that is found, by its feature release."""
    found = {
        f"{version.major}.{version.minor}": str(interpreter.path)
        for version, interpreter in find().items()
        if not version.free_threaded
    }
    return {python: found[python] for python in PYTHONS if python in found}


def stored() -> Truth:
    """What was last written down."""
    content = json.loads(STORED.read_text(encoding="utf-8"))
    fails = {name: frozenset(said.split()) for name, said in content["fails"].items()}
    return Truth(content["interpreters"], fails)


def ask(pythons: dict[str, str], chosen: list[Snippet]) -> Truth:
    """What the interpreters say now."""
    paths = json.dumps([str(snippet.path) for snippet in chosen])

    def answer(python: str) -> tuple[str, list[str]]:
        done = subprocess.run(
            [pythons[python], "-I", "-W", "ignore", str(HERE / "runner.py")],
            input=paths,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        version, errors = json.loads(done.stdout)
        return version, errors

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(pythons, pool.map(answer, pythons), strict=True))
    fails = {
        snippet.name: frozenset(python for python in pythons if answers[python][1][index])
        for index, snippet in enumerate(chosen)
    }
    return Truth({python: answers[python][0] for python in pythons}, fails)


def write(truth: Truth) -> None:
    """Keep what the interpreters said."""
    content = {
        "fails": {
            name: " ".join(python for python in PYTHONS if python in said)
            for name, said in truth.fails.items()
        },
        "interpreters": truth.interpreters,
    }
    STORED.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def differences(live: Truth, kept: Truth) -> Iterator[str]:
    """Where the interpreters that are here say something else than what is kept."""
    here = set(live.interpreters)
    for name, said in live.fails.items():
        if said != kept.fails.get(name, frozenset()) & here or name not in kept.fails:
            yield f"{name}: {sorted(said)}, kept is {sorted(kept.fails.get(name, ()))}"

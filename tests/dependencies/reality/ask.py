"""Ask the real pip of each Python whether a set installs, and pylife, and compare them.

`python -m tests.dependencies.reality.ask --pip` writes `truth.json` anew: what
`pip install --only-binary :all: --dry-run --report` said under each real interpreter that is
found, from the default index alone. `python -m tests.dependencies.reality.ask` judges the same
sets by pylife as of the day of the truth and prints every disagreement; its exit code is their
number, 99 at most. Both need the network.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TRUTH = HERE / "truth.json"
TIMEOUT = 900.0
"""Seconds that pip may take over one pair."""


def pairs() -> Iterator[tuple[str, list[str], str]]:
    """Each (name, requirements, Python) of `sets.toml`."""
    document = tomllib.loads((HERE / "sets.toml").read_text(encoding="utf-8"))
    for item in document["set"]:
        for python in item.get("pythons", document["pythons"]):
            yield item["name"], item["requirements"], python


def environment() -> dict[str, str]:
    """The environment in which both are asked: the default index, and no configuration."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_")) or name == "PIP_CERT"
    }
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "UV_PYTHON_DOWNLOADS": "never"}


def interpreter(python: str, folder: Path) -> Path | None:
    """A fresh environment of that Python with the newest pip that it can have."""
    from shutil import which

    found = which(f"python{python}")
    if found is None:
        return None
    target = folder / python
    subprocess.run([found, "-m", "venv", str(target)], check=True)
    made = target / "bin" / "python"
    subprocess.run([made, "-m", "pip", "install", "-q", "-U", "pip"], check=True, env=environment())
    return made


def ask_pip(python: Path, requirements: list[str]) -> dict[str, Any]:
    """What pip says: `installs` with its picks, `fails` with its last words."""
    command = [
        str(python), "-m", "pip", "install", "--only-binary", ":all:", "--dry-run",
        "--ignore-installed", "--no-input", "--quiet", "--report", "-", *requirements,
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment(), timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return {"verdict": "timeout"}
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        return {"verdict": "fails", "told": lines[-3:]}
    report = json.loads(done.stdout)
    picks = {item["metadata"]["name"]: item["metadata"]["version"] for item in report["install"]}
    return {"verdict": "installs", "picks": dict(sorted(picks.items()))}


def write_truth(today: str, only: str | None) -> None:
    """Ask pip about every pair and keep its answers."""
    with tempfile.TemporaryDirectory() as folder:
        names = {python for _, _, python in pairs()}
        homes = {name: interpreter(name, Path(folder)) for name in sorted(names)}
        kept = json.loads(TRUTH.read_text(encoding="utf-8")) if TRUTH.is_file() else {}
        answers: dict[str, Any] = dict(kept.get("answers", {})) if only else {}
        with ThreadPoolExecutor(2) as pool:
            asked = {
                f"{name} {python}": pool.submit(ask_pip, home, requirements)
                for name, requirements, python in pairs()
                if (home := homes[python]) is not None and (only is None or name == only)
            }
            for key, future in asked.items():
                answers[key] = future.result()
                sys.stdout.write(f"{key} {answers[key]['verdict']}\n")
                sys.stdout.flush()
        versions = {
            name: subprocess.run(
                [home, "-m", "pip", "--version"], capture_output=True, text=True, check=True
            ).stdout.split()[1]
            for name, home in homes.items()
            if home is not None
        }
    document = {"day": today, "pip": versions, "answers": answers}
    TRUTH.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Write the truth, or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pip", metavar="DAY", help="ask pip anew; DAY is today's date")
    parser.add_argument("--only", help="only the set of this name")
    given = parser.parse_args()
    if given.pip:
        write_truth(given.pip, given.only)
        return 0
    from tests.dependencies.reality import compare

    return compare.main(given.only)


if __name__ == "__main__":
    sys.exit(main())

"""Hold what pylife says of the sets against what pip said of them."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.dependencies.reality.ask import TRUTH, environment, pairs

AGREE = {"installs": {"installs"}, "fails": {"blocked", "sdist-only"}}
"""What pylife's verdict may be where pip's is: pip was allowed wheels alone."""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def judged(name: str, requirements: list[str], pythons: list[str], day: str) -> dict[str, Any]:
    """What pylife says of one set on `pythons`, by Python, with what was published on `day`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.txt"
        file.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        command = [
            sys.executable, "-m", "pylife", "deps", "--requirement", str(file), "--as-of", day,
            "--format", "json", "--platform", "linux-x86_64", "--state", str(Path(tempfile.gettempdir()) / "pylife-reality"),
            *(part for python in pythons for part in ("--python", python)),
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment(), check=False
        )
    try:
        project = json.loads(done.stdout)["projects"][0]
    except (ValueError, LookupError):
        sys.exit(f"{name}: {done.stderr}")
    found: dict[str, Any] = project["pythons"]
    return found


def main(only: str | None) -> int:
    """Print a line for each disagreement, then the counts; the number of them."""
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    wrong = 0
    counts: Counter[str] = Counter()
    sets: dict[str, tuple[list[str], list[str]]] = {}
    for name, requirements, python in pairs():
        if (only is None or name == only) and f"{name} {python}" in truth["answers"]:
            sets.setdefault(name, (requirements, []))[1].append(python)
    for name, (requirements, pythons) in sets.items():
        for python, mine in judged(name, requirements, pythons, truth["day"]).items():
            told = truth["answers"][f"{name} {python}"]
            if told["verdict"] == "timeout":
                counts["pip took too long"] += 1
                continue
            same = mine["verdict"] in AGREE[told["verdict"]]
            counts["agree" if same else "DISAGREE"] += 1
            wrong += not same
            if not same:
                _say(f"{name} {python}: pip {told}; pylife {mine['verdict']} {mine['blockers']}")
            elif told["verdict"] == "installs":
                counts[_picks(f"{name} {python}", told["picks"], mine["picks"])] += 1
    _say(", ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    return min(wrong, 99)


def _picks(pair: str, theirs: dict[str, str], mine: list[dict[str, Any]]) -> str:
    def normal(name: str) -> str:
        return name.lower().replace("_", "-").replace(".", "-")

    picked = {normal(item["package"]): item["version"] for item in mine}
    told = {normal(name): version for name, version in theirs.items()}
    if picked == told:
        return "the same picks"
    other = {
        name: (told.get(name), picked.get(name))
        for name in sorted({*picked, *told})
        if picked.get(name) != told.get(name)
    }
    _say(f"{pair}: other picks (pip, pylife): {other}")
    return "other picks"

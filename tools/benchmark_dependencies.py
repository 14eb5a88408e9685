"""Print what verdicts on dependencies cost, as ratios to asking uv alone, measured in one run.

    python tools/benchmark_dependencies.py [--projects N] [--seed N] [--runs N]

A fleet of N projects (100), each with some of the packages that platforms commonly require, on
six Pythons. The bare loop asks `uv pip compile --no-build` once for each pair, one after the other;
`pylife deps` judges, audits and explains the same pairs. Both ask the index that uv is configured
with, both begin with an empty cache of uv (cold, budget 0.70), and once more with the one that
they have filled by then and no verdict stored (warm, 0.50); then pylife once more where nothing
has changed (0.02 of the warm loop). At last `pylife check` of one project of which verdicts are
stored, against one without (50 ms more, the lesser of N runs (5) each).

Elapsed time, as most of it is waiting for others. Without the network it says so and measures
nothing.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
PYLIFE = [sys.executable, "-m", "pylife"]

COMMON = (
    "aiohttp>=3.8", "alembic>=1.11", "annotated-types", "anyio>=3", "attrs>=22", "azure-core>=1.28",
    "beautifulsoup4>=4.11", "boto3>=1.28", "cachetools>=5", "celery>=5.3", "certifi", "cffi>=1.15",
    "click>=8", "cloudpickle>=2", "cryptography>=41", "dill>=0.3.6", "docker>=6", "fastapi>=0.100",
    "filelock>=3.12", "flask>=2.3", "fsspec>=2023.1", "google-auth>=2.20", "grpcio>=1.56",
    "gunicorn>=21", "httpx>=0.24", "hydra-core>=1.3", "jinja2>=3.1", "joblib>=1.3", "jsonschema>=4",
    "kubernetes>=26", "lxml>=4.9", "mako", "marshmallow>=3.19", "msgpack>=1", "networkx>=3",
    "numpy>=1.24", "numpy<2", "openai>=1", "opentelemetry-sdk>=1.20", "orjson>=3.9", "pandas>=2",
    "pillow>=10", "prometheus-client>=0.17", "protobuf>=4.21", "psutil>=5.9",
    "psycopg2-binary>=2.9", "pyarrow>=12", "pydantic>=2", "pydantic<2", "pyyaml>=6", "redis>=4.5",
    "requests>=2.28", "rich>=13", "ruamel.yaml>=0.17", "scikit-learn>=1.3", "scipy>=1.10",
    "sqlalchemy>=2", "starlette>=0.27", "tenacity>=8", "tqdm>=4.65", "typer>=0.9", "urllib3>=1.26",
    "uvicorn>=0.22", "websockets>=11",
)  # fmt: skip
"""What projects require: each takes some of these, as they are."""
MOST, LEAST = 14, 3


class Fleet(NamedTuple):
    """The folder of a fleet, and its projects with what they require."""

    folder: Path
    projects: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def pairs(self) -> int:
        """How many verdicts there are to give."""
        return len(self.projects) * len(PYTHONS)


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--projects", type=int, default=100)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    uv = shutil.which("uv")
    with tempfile.TemporaryDirectory(prefix="dependencies-benchmark-") as name:
        folder = Path(name)
        if uv is None or not compiles(uv, "packaging", folder):
            print("skipped: this needs uv, and the network for a package index that it can ask")
            return 0
        fleet = made(folder / "fleet", arguments.projects, random.Random(arguments.seed))
        print(f"{len(fleet.projects)} projects on {len(PYTHONS)} Pythons: {fleet.pairs} verdicts")
        compare(uv, fleet, folder)
        hook(fleet, folder, arguments.runs)
    return 0


def made(folder: Path, count: int, chance: random.Random) -> Fleet:
    """Write a fleet of `count` projects."""
    projects = []
    for number in range(count):
        requires = tuple(sorted(chance.sample(COMMON, chance.randint(LEAST, MOST))))
        name = f"project-{number:03}"
        (folder / name).mkdir(parents=True)
        (folder / name / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.10"\n'
            f"dependencies = {json.dumps(requires)}\n",
            encoding="utf-8",
        )
        (folder / name / "requirements.in").write_text("\n".join(requires) + "\n", encoding="utf-8")
        projects.append((name, requires))
    listed = "".join(f'[[project]]\npath = "{name}"\n' for name, _ in projects)
    (folder / "pylife.toml").write_text(listed, encoding="utf-8")
    return Fleet(folder, tuple(projects))


def compare(uv: str, fleet: Fleet, folder: Path) -> None:
    """Print the ratios of pylife to the bare loop."""
    loop, ours = folder / "loop", folder / "ours"
    state = folder / "state"
    bare, resolved = asking(uv, fleet, loop)
    cold = judging(fleet, ours, state)
    show("cold, both caches empty", cold, bare, 0.70)
    print(f"  resolved by uv alone: {resolved}; {said(folder)}")
    bare, _ = asking(uv, fleet, loop)
    store = state / "dependencies" / "verdicts.sqlite"
    store.unlink()
    show("warm, no verdict stored", judging(fleet, ours, state), bare, 0.50)
    show("nothing changed", judging(fleet, ours, state), bare, 0.02)


def asking(uv: str, fleet: Fleet, cache: Path) -> tuple[float, int]:
    """The seconds of the bare loop, and how many pairs were resolved."""
    begun = time.perf_counter()
    resolved = sum(
        compiles(uv, fleet.folder / name / "requirements.in", cache, python)
        for name, _ in fleet.projects
        for python in PYTHONS
    )
    return time.perf_counter() - begun, resolved


def compiles(uv: str, wanted: str | Path, cache: Path, python: str = "3.13") -> bool:
    """Whether uv alone resolves the requirements of a file, or one that is given."""
    command = [uv, "pip", "compile", "--quiet", "--no-build", "--python-version", python]
    done = subprocess.run(
        [*command, wanted if isinstance(wanted, Path) else "-"],
        input=wanted if isinstance(wanted, str) else None,
        capture_output=True,
        text=True,
        check=False,
        env=environment(cache),
    )
    return done.returncode == 0


def judging(fleet: Fleet, cache: Path, state: Path) -> float:
    """The seconds of `pylife deps` of the fleet."""
    command = [*PYLIFE, "deps", str(fleet.folder), "--state", str(state), "--no-floors", "--quiet"]
    command += ["--format", "json", "--output", str(state.parent / "found.json")]
    begun = time.perf_counter()
    done = subprocess.run(
        [*command, "--python", ",".join(PYTHONS), "--platform", "linux-x86_64"],
        capture_output=True,
        check=False,
        env=environment(cache),
    )
    took = time.perf_counter() - begun
    if done.returncode not in {0, 1, 3}:
        raise SystemExit(done.stderr.decode())
    return took


def said(folder: Path) -> str:
    """How many pairs have which verdict."""
    found = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    counts = Counter(
        one["verdict"] for project in found["projects"] for one in project["pythons"].values()
    )
    return "pylife says " + ", ".join(f"{counts[word]} {word}" for word in sorted(counts))


def hook(fleet: Fleet, folder: Path, runs: int) -> None:
    """Print what stored verdicts cost `pylife check` of one project."""
    name, _ = fleet.projects[0]
    project = folder / "fleet" / name
    with_verdicts, without = folder / "hook", folder / "hook-without"
    # As the hook finds it: judged on the Pythons of the policy.
    learnt = [*PYLIFE, "deps", str(project), "--state", str(with_verdicts), "--no-floors"]
    subprocess.run(learnt, capture_output=True, check=False, env=environment(folder / "ours"))
    seconds: dict[Path, list[float]] = {with_verdicts: [], without: []}
    for _ in range(runs + 1):
        for state, taken in seconds.items():
            begun = time.perf_counter()
            done = subprocess.run(
                [*PYLIFE, "check", str(project), "--state", str(state), "--offline"],
                capture_output=True,
                check=False,
                env=environment(folder / "ours"),
            )
            taken.append(time.perf_counter() - begun)
            if done.returncode not in {0, 1}:
                raise SystemExit(done.stderr.decode())
    more = (min(seconds[with_verdicts][1:]) - min(seconds[without][1:])) * 1000
    print(f"pylife check, with stored verdicts: {more:+.0f} ms (budget +50 ms)")


def environment(cache: Path) -> dict[str, str]:
    """What both run in: the index is that of uv, whatever pip is configured with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return {
        **kept,
        "PIP_CONFIG_FILE": os.devnull,
        "UV_CACHE_DIR": str(cache),
        "UV_PYTHON_DOWNLOADS": "never",
    }


def show(title: str, ours: float, bare: float, budget: float) -> None:
    """Print one row."""
    print(
        f"{title}: {ours / bare:.3f} x the bare loop ({ours:.1f} s of {bare:.1f} s,"
        f" budget {budget:.2f})",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())

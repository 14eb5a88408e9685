"""Questions of tests: small indexes on loopback, the real uv, the real support map, real pip."""

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pylife.dependencies.index.client import Client
from pylife.dependencies.index.support import Support
from pylife.dependencies.records import Answer, Demand, Index, Indexes, Solved, Strategy, Target
from pylife.dependencies.resolve.fixpoint import Agreeing
from pylife.dependencies.resolve.runner import Uv
from pylife.model import PythonVersion
from tests.dependencies.served import Projects, serve

HERE = PythonVersion(*sys.version_info[:2])
NATIVE = f"cp{HERE.major}{HERE.minor}-cp{HERE.major}{HERE.minor}-manylinux_2_17_x86_64"
"""The tag of a wheel that loads on the Python that runs this alone."""
OTHER = "cp38-cp38-manylinux_2_17_x86_64"
IMPATIENT = {**os.environ, "UV_HTTP_RETRIES": "0", "UV_HTTP_TIMEOUT": "5"}
"""Where an index is expected to fail."""
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


class World(NamedTuple):
    """Indexes that are there, and what asks them."""

    indexes: Indexes
    support: Support
    uv: Uv
    resolver: Agreeing

    def demand(self, *requirements: str, **more: Any) -> Demand:
        return Demand(requirements, more.pop("indexes", self.indexes), **more)


@contextlib.contextmanager
def world(
    folder: Path,
    *projects: Projects,
    strategy: Strategy = Strategy.FIRST_INDEX,
    surroundings: Mapping[str, str] | None = None,
    **options: Any,
) -> Iterator[World]:
    """A world with one index for each of `projects`, the last of them the default one."""
    with contextlib.ExitStack() as stack:
        served = [stack.enter_context(serve(each)) for each in projects]
        indexes = Indexes(
            tuple(
                Index(each.url, default=number == len(served))
                for number, each in enumerate(served, 1)
            ),
            strategy=strategy,
        )
        yield asking(folder, indexes, surroundings=surroundings, **options)


def asking(
    folder: Path,
    indexes: Indexes,
    *,
    surroundings: Mapping[str, str] | None = None,
    **options: Any,
) -> World:
    """A world with these indexes; uv's cache is in `folder`."""
    environment = {**(os.environ if surroundings is None else surroundings)}
    environment["UV_CACHE_DIR"] = str(folder / "uv")
    support = Support(Client(indexes, lambda: NOW))
    options.setdefault("interpreters", {HERE: Path(sys.executable)})
    uv = Uv(surroundings=environment, **options)
    return World(indexes, support, uv, Agreeing(uv, support))


def on(python: str | PythonVersion = HERE, platform: str = "linux-x86_64") -> Target:
    return Target(PythonVersion.parse(str(python)), platform)


def picks(answer: Answer) -> dict[str, str] | str:
    """Names and versions; of what is no resolution, its text."""
    if isinstance(answer, Solved):
        return {pick.name: pick.version for pick in answer.picks}
    return str(answer)


def pip(folder: Path, indexes: Indexes, *requirements: str) -> dict[str, str] | str:
    """What the pip of this Python would install of wheels; else what it complains of."""
    report = folder / "report.json"
    first, *rest = [index.url for index in indexes.indexes]
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--only-binary", ":all:", "--report", str(report), "--index-url", first]
    command += [part for url in rest for part in ("--extra-index-url", url)]
    done = subprocess.run(
        [*command, "--no-cache-dir", "--quiet", *requirements],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return done.stderr
    return {
        row["metadata"]["name"]: row["metadata"]["version"]
        for row in json.loads(report.read_text())["install"]
    }

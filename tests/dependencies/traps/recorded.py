"""The traps of `traps.toml`: their indexes, what pylife says of them, what a real pip does.

`python -m tests.dependencies.traps.recorded` writes `snapshots/` anew. Look at them as critically
as at code.
"""

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.dependencies.served import Dist, Projects, serve

HERE = Path(__file__).parent
SNAPSHOTS = HERE / "snapshots"
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64")
"""What a pip is told to take that is asked for another interpreter than its own."""


class Trap(NamedTuple):
    """One of them: what is asked, on which Pythons, of which index."""

    name: str
    requirements: tuple[str, ...]
    pythons: tuple[str, ...]
    projects: Projects


def traps() -> dict[str, Trap]:
    """All of them, by name."""
    document = tomllib.loads((HERE / "traps.toml").read_text(encoding="utf-8"))
    return {
        item["name"]: Trap(
            item["name"],
            tuple(item["requirements"]),
            tuple(item["pythons"]),
            {
                name: [dist for row in rows for dist in _dists(row)]
                for name, rows in item["index"].items()
            },
        )
        for item in document["trap"]
    }


def _dists(row: Mapping[str, Any]) -> list[Dist]:
    return [
        Dist(
            row["version"],
            tag,
            requires=tuple(row.get("requires", ())),
            requires_python=row.get("requires-python"),
            uploaded=row["uploaded"],
        )
        for tag in row.get("files", ["py3-none-any"])
    ]


def environment(folder: Path, url: str) -> dict[str, str]:
    """One in which `url` is the only index, and nothing else is configured."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))
    }
    return {
        **kept,
        "HOME": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "UV_CACHE_DIR": str(folder / "uv"),
        "UV_DEFAULT_INDEX": url,
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def judge(
    requirements: Sequence[str], pythons: Sequence[str], url: str, folder: Path, *more: str
) -> dict[str, Any]:
    """What `pylife deps` says of requirements: the one project of its document."""
    file = folder / "requirements.txt"
    file.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pylife", "deps", "--requirement", file.name]
    command += ["--python", ",".join(pythons), "--format", "json", "--state", "state"]
    command += ["--platform", "linux-x86_64", *more]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder, url),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        (project,) = json.loads(done.stdout)["projects"]
    except (ValueError, LookupError):
        raise AssertionError(done.stderr) from None
    assert isinstance(project, dict)
    return project


def judged(trap: Trap, url: str, folder: Path) -> str:
    """The snapshot of a trap: without where, when and by which uv it was judged."""
    project = judge(trap.requirements, trap.pythons, url, folder, "--no-floors")
    for one in project["pythons"].values():
        assert one["basis"]["resolver"].startswith("uv ")
        assert one["basis"]["index_date"]
        del one["basis"]
        if one["verdict"] == "blocked":
            # The proof is told in uv's words.
            one["reason"] = bool(one["reason"])
    del project["indexes"], project["path"]
    text = json.dumps(project, indent=2, ensure_ascii=False) + "\n"
    return text.replace(url, "https://index.example/simple")


@functools.cache
def interpreter(python: str) -> str | None:
    """The real one with a pip of its own, where it is here; None where it is not.

    Free-threaded ones are asked for by their tags, of the plain one of that release.
    """
    found = shutil.which(f"python{python.removesuffix('t')}")
    if found is None or not _runs(found, "-c", ""):
        return None  # a version manager may have a command of that name which finds no Python
    if _runs(found, "-m", "pip", "--version"):
        return found
    folder = tempfile.TemporaryDirectory(prefix="traps-")
    atexit.register(folder.cleanup)
    made = str(Path(folder.name) / "bin" / "python")
    return made if _runs(found, "-m", "venv", folder.name) else None


def _runs(python: str, *arguments: str) -> bool:
    return subprocess.run([python, *arguments], capture_output=True, check=False).returncode == 0


def pip(trap: Trap, python: str, url: str, folder: Path) -> dict[str, str] | None:
    """What the real pip of `python` would install of wheels alone; None where it finds no way."""
    real = interpreter(python)
    assert real is not None
    command = [real, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--only-binary", ":all:", "--no-cache-dir", "--quiet", "--report", "-"]
    if python.endswith("t"):
        plain = python.removesuffix("t")
        command += ["--target", str(folder / "target"), "--implementation", "cp"]
        command += ["--python-version", plain, "--abi", f"cp{plain.replace('.', '')}t"]
        for platform in PLATFORMS:
            command += ["--platform", platform]
    done = subprocess.run(
        [*command, "--index-url", url, *trap.requirements],
        cwd=folder,
        env=environment(folder, url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told = done.stderr
        assert "No matching distribution" in told or "ResolutionImpossible" in told, told
        return None
    report = json.loads(done.stdout)["install"]
    return {row["metadata"]["name"]: row["metadata"]["version"] for row in report}


def main() -> int:
    """Write all snapshots, or those that are named."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for trap in traps().values():
        if sys.argv[1:] and trap.name not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder, serve(trap.projects) as index:
            text = judged(trap, index.url, Path(folder))
        (SNAPSHOTS / f"{trap.name}.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

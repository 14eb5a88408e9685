"""Make `pylife/data/patches.toml`: the newest patch release of each feature release.

    python tools/refresh_patches.py [--check | --fetch]

It is made from `tools/sources/patches-uv.toml`, which is what the installed uv knew to be
downloadable when it was last asked; `--fetch` asks it anew, without network. `--check` writes
nothing and exits 1 where the shipped file differs.

uv knows the builds of python-build-standalone: the date of a patch release here is the day of
the newest build that holds it, a few days after the release itself; where a newer patch release
exists that uv does not know, the data lags until uv is updated.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.version import Version

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "patches-uv.toml"
TARGET = HERE.parent / "pylife" / "data" / "patches.toml"
_LIST = ("python", "list", "--all-versions", "--only-downloads", "--output-format", "json")
_BUILT = re.compile(r"/download/(\d{4})(\d{2})(\d{2})/")


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--fetch", action="store_true")
    options = parser.parse_args()
    if options.fetch:
        SOURCE.write_text(snapshot(), encoding="utf-8")
    text = render(tomllib.loads(SOURCE.read_text(encoding="utf-8")))
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its sources give: run {Path(__file__).name}")
    return 1


def snapshot() -> str:
    """What the installed uv knows: each release of CPython with the day of its newest build."""
    from uv import find_uv_bin

    uv = find_uv_bin()
    told = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True).stdout
    listed = subprocess.run(
        [uv, *_LIST, "--offline", "--no-config"], capture_output=True, text=True, check=True
    ).stdout
    lines = ["# Made by tools/refresh_patches.py --fetch: `uv python list` of the installed uv."]
    lines += [f'uv = "{told.split()[1]}"', "", "[built]"]
    releases = dict(_releases(json.loads(listed)))
    lines += [f'"{version}" = {releases[version]}' for version in sorted(releases)]
    return "\n".join(lines) + "\n"


def _releases(rows: list[dict[str, Any]]) -> Iterator[tuple[Version, str]]:
    for row in rows:
        if row["implementation"] == "cpython" and row["variant"] == "default":
            built = _BUILT.search(row["url"] or "")
            if built is None:
                raise ValueError(f"no date in the address of {row['key']}")
            yield Version(row["version"]), "-".join(built.groups())


def render(source: dict[str, Any]) -> str:
    """The text of patches.toml."""
    newest: dict[tuple[int, int], Version] = {}
    for version in sorted(map(Version, source["built"])):
        newest[version.release[:2]] = version  # type: ignore[index] # X.Y at least
    days = source["built"].values()
    lines = [
        "# Made by tools/refresh_patches.py; edit its sources, not this file.",
        'schema = "pylife/patches/1"',
        f'source = "uv python list of uv {source["uv"]}: builds of python-build-standalone"',
        f"date = {max(days)}",
        "",
    ]
    for feature, version in sorted(newest.items()):
        name = ".".join(map(str, feature))
        day = source["built"][str(version)]
        lines += [f'[python."{name}"]', f'newest = "{version}"', f"built = {day}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main())

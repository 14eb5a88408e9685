"""Make `pylife/data/releases.toml`: minor releases of packages that policies speak of.

    python tools/refresh_releases.py [--check | --fetch]

It is made from two files in `tools/sources/`: `releases.toml` is kept by hand (which packages,
and what no index knows: long-term support, planned releases, claims of support), and
`releases-index.toml` is what the package index said when it was last asked. `--fetch` asks it
anew: the index of pip's configuration or environment, else the default of pypi-simple, which
`--fetch` needs (`pip install pypi-simple`). `--check` needs no network, writes nothing, and
exits 1 where the shipped file differs.

A minor release's date is the day of its first final file. It supports a Python where it had a
wheel built for that Python within a week of that day: wheels added later are dated later, and
pure or stable-ABI wheels claim nothing.
"""

import argparse
import datetime as dt
import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sources" / "releases.toml"
INDEX = HERE / "sources" / "releases-index.toml"
TARGET = HERE.parent / "pylife" / "data" / "releases.toml"
ACCEPT = (
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2,"
    " text/html;q=0.01"
)
WEEK = dt.timedelta(days=7)


def main() -> int:
    """Write or check the file; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--fetch", action="store_true")
    options = parser.parse_args()
    sources = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    if options.fetch:
        today = dt.datetime.now(tz=dt.UTC).date()
        INDEX.write_text(snapshot(sources["package"], today), encoding="utf-8")
    text = render(sources, tomllib.loads(INDEX.read_text(encoding="utf-8")))
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.read_text(encoding="utf-8") == text:
        return 0
    print(f"{TARGET.name} differs from what its sources give: run {Path(__file__).name}")
    return 1


def render(sources: dict[str, Any], index: dict[str, Any]) -> str:
    """The text of releases.toml; raises ValueError where the sources contradict each other."""
    lines = [
        "# Made by tools/refresh_releases.py; edit its sources, not this file.",
        'schema = "pylife/releases/1"',
    ]
    for name, package in sorted(sources["package"].items()):
        lines += ["", f"[package.{name}]", *_package(name, package, index)]
    return "\n".join(lines) + "\n"


def _package(name: str, package: dict[str, Any], index: dict[str, Any]) -> Iterator[str]:
    found: dict[str, dict[str, Any]] = index["package"][name]
    made = {
        minor: str(row["date"]) for minor, row in found.items() if row["date"] >= package["since"]
    }
    planned = {
        minor: date for minor, date in package.get("planned", {}).items() if minor not in found
    }
    releases = dict(sorted({**made, **planned}.items(), key=lambda item: number(item[0])))
    claimed = package.get("supports") or _built_for(found, made)
    lts = package.get("lts", {})
    for minor in [*claimed.values(), *lts]:
        if minor not in releases:
            raise ValueError(f"{name} {minor} is no release since {package['since']}")
    source = "upload times on the package index"
    yield f"title = {json.dumps(package['title'], ensure_ascii=False)}"
    yield f"source = {json.dumps('; '.join([source, *package.get('sources', [])]))}"
    yield f"date = {min(index['collected'], package.get('date', index['collected']))}"
    yield f"releases = {_inline(releases)}"
    for key, value in (("supports", claimed), ("lts", lts)):
        if value:
            yield f"{key} = {_inline(value)}"
    if planned:
        yield f"expected = {json.dumps(sorted(planned, key=number))}"


def _built_for(found: dict[str, dict[str, Any]], made: dict[str, str]) -> dict[str, str]:
    """For each Python the first minor release that came with a wheel for it."""
    first: dict[str, str] = {}
    for minor in sorted(made, key=number):
        for python in found[minor]["wheels"]:
            first.setdefault(python, minor)
    # What was there before the first release that is kept supported it earlier than is known.
    oldest = min(made, key=number)
    known = {python: minor for python, minor in first.items() if minor != oldest}
    return dict(sorted(known.items(), key=lambda item: number(item[0])))


def _inline(table: dict[str, str]) -> str:
    return "{ " + ", ".join(f'"{key}" = "{value}"' for key, value in table.items()) + " }"


def number(version: str) -> tuple[int, ...]:
    """`3.10` as (3, 10), by which versions are ordered."""
    return tuple(int(part) for part in version.split("."))


def snapshot(packages: dict[str, Any], today: dt.date) -> str:
    """The text of releases-index.toml: what the index says of `packages` on the day `today`."""
    pypi_simple = importlib.import_module("pypi_simple")
    index = configured_index()
    lines = [
        "# Made by tools/refresh_releases.py --fetch: first file and wheels of minor releases.",
        f"collected = {today}",
    ]
    with pypi_simple.PyPISimple(**({"endpoint": index} if index else {})) as client:
        for name, package in sorted(packages.items()):
            answer = client.s.get(client.get_project_url(name), headers={"Accept": ACCEPT})
            answer.raise_for_status()
            json_given = "json" in answer.headers.get("content-type", "")
            page = answer.json() if json_given else _from_html(name, answer.text)
            lines += ["", f"[package.{name}]", *_minors(name, page, package["since"])]
    return "\n".join(lines) + "\n"


def configured_index() -> str | None:
    """The index of pip's environment or configuration; None where neither names one."""
    given = os.environ.get("PIP_INDEX_URL")
    if given:
        return given
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or None


class _Links(HTMLParser):
    """The files of a simple index page as the JSON API gives them (PEP 503, 592, 700)."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            url = str(given["href"]).partition("#")[0]
            file: dict[str, Any] = {"filename": url.rsplit("/", 1)[1], "url": url, "hashes": {}}
            if given.get("data-upload-time"):
                file["upload-time"] = given["data-upload-time"]
            self.files.append(file)


def _from_html(name: str, text: str) -> dict[str, Any]:
    links = _Links()
    links.feed(text)
    return {"meta": {"api-version": "1.1"}, "name": name, "files": links.files}


def _minors(name: str, page: dict[str, Any], since: dt.date) -> Iterator[str]:
    """A line for each minor release since `since`: the day of its first file, its wheels."""
    from packaging.version import Version

    pypi_simple = importlib.import_module("pypi_simple")
    files: dict[tuple[int, int], list[tuple[dt.datetime, str]]] = {}
    for package in pypi_simple.ProjectPage.from_json_data(page).packages:
        if package.version is None or re.fullmatch(r"[0-9.]+(\.post\d+)?", package.version) is None:
            continue
        if package.upload_time is None:
            raise ValueError(f"the index gives no upload times for {name}")
        version = Version(package.version)
        minor = (version.major, version.minor)
        files.setdefault(minor, []).append((package.upload_time, package.filename))
    for minor in sorted(files):
        first = min(moment for moment, _ in files[minor])
        if first.date() < since:
            continue
        early = [filename for moment, filename in files[minor] if moment <= first + WEEK]
        pythons = sorted({python for filename in early for python in _wheel(filename)}, key=number)
        yield (
            f'"{minor[0]}.{minor[1]}" = {{ date = {first.date()}, wheels = {json.dumps(pythons)} }}'
        )


def _wheel(filename: str) -> Iterator[str]:
    """The CPythons that a wheel was built for: none of a pure or a stable-ABI wheel."""
    found = re.search(r"-cp(3)(\d+)-cp3\2m?-[^-]+\.whl$", filename)
    if found is not None:
        yield f"{found[1]}.{found[2]}"


if __name__ == "__main__":
    sys.exit(main())

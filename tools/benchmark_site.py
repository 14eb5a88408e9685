"""What the report site costs for a large fleet, as ratios measured in one run.

Documents of 1,000 made-up projects under 8 Pythons, with a history of 90 nights, made from a
seed. Compared are: the first build with a bare Jinja2 rendering of as many bytes; a second
build with one project changed with the first. The fleet's page is measured as it travels
(gzip). With `--browser`, Chromium loads it and answers a filter.
"""

import argparse
import datetime as dt
import gzip
import importlib
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

sys.path.insert(0, str(Path(__file__).parents[1]))

from pylife import site
from tests.site import site_samples as samples

PYTHONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"]
STATUSES = ("passed",) * 8 + ("failed", "no-tests", "blocked")
OWNERS = [f"team-{number}" for number in range(40)]
DAY = dt.date.fromisoformat(samples.AS_OF)
_CHUNK = 2000

BUILD, AGAIN, BYTES, FILTER = 4.0, 0.10, 400_000, 0.100
"""The budgets: first build to bare rendering, second to first, bytes, seconds of a filter."""


def fleet(number: int, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The documents of `number` projects: read, run and upgrade."""
    projects, cells, proposals = [], [], []
    for index in range(number):
        name = f"project-{index:04}"
        floor = rng.randrange(4)
        findings = [
            samples.finding(code, name, severity, f"{name} says something about {code}")
            for code, severity in (("RNG001", "error"), ("DRF101", "warning"))
            if rng.random() < 0.4
        ]
        projects.append(
            samples.project(
                name, PYTHONS[floor:], owner=rng.choice(OWNERS), wave=index % 9,
                findings=findings, tier=index % 3,
            )
        )  # fmt: skip
        for python in PYTHONS[floor:]:
            status = rng.choice(STATUSES)
            reason = "" if status == "passed" else f"2 of 14 tests failed under {python}"
            cells.append(samples.cell(name, python, status, log=None, reason=reason))
        proposals.append(samples.proposal(name, rng.choice(["verified", "in-pr"]), "unchanged"))
    run = samples.run() | {"cells": cells}
    return samples.read(projects), run, samples.upgrade() | {"proposals": proposals}


def nights(tonight: dict[str, Any], number: int, rng: random.Random) -> list[dict[str, Any]]:
    """That many nights before `tonight`, each a little different from the one after it."""
    found, present = [], json.dumps(tonight)
    for days in range(1, number + 1):
        night = json.loads(present)
        night["as_of"] = (DAY - dt.timedelta(days=days)).isoformat()
        for slug in rng.sample(sorted(night["projects"]), max(1, len(night["projects"]) // 100)):
            for python in list(night["projects"][slug]["cells"])[:1]:
                night["projects"][slug]["cells"][python] = ["open", "no tests", ""]
        present = json.dumps(night)
        found.append(night)
    return found[::-1]


def bare(size: int) -> float:
    """Seconds in which Jinja2 renders `size` bytes of table cells, with autoescape."""
    source = (
        '{% for row in rows %}<tr>{% for cell in row %}<td class="t-{{ cell.tone }}">'
        "{{ cell.label }}</td>{% endfor %}</tr>\n{% endfor %}"
    )
    template = jinja2.Environment(autoescape=True).from_string(source)
    rows = [[{"tone": "pass", "label": f"tested {n}"} for n in range(8)] for _ in range(_CHUNK)]
    written = 0
    started = time.perf_counter()
    while written < size:
        written += len(template.render(rows=rows).encode())
    return (time.perf_counter() - started) * size / written


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def said(what: str, found: float, budget: float, unit: str = "") -> bool:
    """Print one figure beside its budget; whether it keeps to that."""
    fits = found <= budget
    print(f"{what:46} {found:10.3f}{unit}   budget {budget:g}{unit}   {'' if fits else 'OVER'}")
    return fits


def browser(folder: Path) -> float:
    """Seconds until Chromium has answered the first filter of the fleet's page."""
    sync_playwright = importlib.import_module("playwright.sync_api").sync_playwright
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as started:
        found = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = found.new_page()
        page.goto(f"file://{folder / 'index.html'}")
        script = """() => {
          const field = document.querySelector('[name=text]');
          const before = performance.now();
          field.value = '0007';
          field.dispatchEvent(new Event('input', {bubbles: true}));
          document.getElementById('shown').getBoundingClientRect();
          return (performance.now() - before) / 1000;
        }"""
        seconds = float(page.evaluate(script))
        found.close()
    return seconds


def main() -> int:
    """Print the ratios; 1 where one is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=1000)
    parser.add_argument("--nights", type=int, default=90)
    parser.add_argument("--browser", action="store_true", help="load the page in Chromium too")
    options = parser.parse_args()
    rng = random.Random(20261121)
    read, run, upgrade = fleet(options.projects, rng)
    history = nights(site.summarise(read, run, upgrade), options.nights, rng)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "site"

        def build() -> None:
            site.build(read, run, upgrade, output=output, nights=history)

        first = timed(build)
        size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
        page = len(gzip.compress((output / "index.html").read_bytes(), 6))
        read["projects"][7] = read["projects"][7] | {"tier": 9}
        again = timed(build)
        plain = bare(size)
        print(f"{options.projects} projects, {options.nights} nights, {size / 1e6:.0f} MB written")
        fits = [
            said("first build / bare Jinja2 of as many bytes", first / plain, BUILD),
            said("second build, one project changed / first", again / first, AGAIN),
            said("the fleet's page, gzip", page, BYTES, " B"),
        ]
        if options.browser:
            fits.append(said("first filter in Chromium", browser(output), FILTER, " s"))
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())

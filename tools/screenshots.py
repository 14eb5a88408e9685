"""Make the pictures of the report site that the pages of `docs/` show.

    python tools/screenshots.py [--output DIR] NAME=SITE …

SITE is a folder that `pylife nightly --site` or `pylife report` wrote; its pictures go to
`docs/screenshots/NAME/`, one of each kind of page, as a real Chromium draws it. Where
playwright or Chromium is missing, nothing is made, and it says so. With Pillow, pictures get a
palette, which makes them a third as large.
"""

import argparse
import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT, PHONE = 1200, 860, 360
_COLOURS = 128


class Picture(NamedTuple):
    """One picture: of which page, from which element on (empty: the top), how wide, how dark."""

    name: str
    page: str
    element: str = ""
    width: int = WIDTH
    dark: bool = False


def main() -> int:
    """Make them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="+", metavar="NAME=SITE")
    parser.add_argument("--output", type=Path, default=OUT)
    given = parser.parse_args()
    wanted = [entry.partition("=") for entry in given.sites]
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    try:
        from playwright.sync_api import (  # type: ignore[import-not-found, unused-ignore]
            sync_playwright,
        )
    except ImportError:
        print("no pictures were made: playwright is not installed")
        return 0
    if program is None:
        print(f"no pictures were made: there is none of {', '.join(PROGRAMS)} here")
        return 0
    with sync_playwright() as started:
        # In a container, as CI is, Chromium's own sandbox does not start.
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, _, site in wanted:
            if not (Path(site) / ".pylife-site").is_file():
                print(f"{site} is no report site that pylife made", file=sys.stderr)
                return 2
            _make(browser, Path(site).resolve(), given.output / name)
        browser.close()
    return 0


def _make(browser: Any, site: Path, folder: Path) -> None:
    """The pictures of one site; those of before go."""
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for picture in _pictures(site):
        data = _small(_shot(browser, site, picture))
        (folder / f"{picture.name}.png").write_bytes(data)
        print(f"{len(data) // 1024:5} KiB  {folder.name}/{picture.name}.png")


def _pictures(site: Path) -> Iterator[Picture]:
    """A picture of each kind of page that the site has."""
    yield Picture("fleet", "index.html")
    yield Picture("matrix", "index.html", "#matrix")
    yield Picture("fleet-dark", "index.html", "#matrix", dark=True)
    yield Picture("fleet-phone", "index.html", width=PHONE)
    for kind in ("calendar", "upgrades", "policy", "rules", "dependencies", "runtimes", "teams"):
        yield Picture(kind, f"{kind}.html")
    yield Picture("trends", "trends.html")
    yield Picture("single", "single.html")
    python = _most(site / "pythons", _left)
    yield Picture("python", python)
    yield Picture("project", _most(site / "projects", lambda path: path.stat().st_size))
    for kind in ("dependencies", "teams", "rules"):
        if any((site / kind).glob("*.html")):
            page = _most(site / kind, lambda path: path.stat().st_size)
            yield Picture({"dependencies": "dependency"}.get(kind, kind.removesuffix("s")), page)


def _most(folder: Path, size: Any) -> str:
    """The page of the folder that has most to show."""
    page = max(sorted(folder.glob("*.html")), key=size)
    return page.relative_to(folder.parent).as_posix()


def _left(path: Path) -> tuple[bool, int]:
    """How many projects have not come to that Python yet, those it is to come to first."""
    found = json.loads(path.with_suffix(".json").read_text("utf-8"))["migration"]
    return (bool(found and found["way"] == "gain"), found["asked"] - found["done"] if found else 0)


def _shot(browser: Any, site: Path, picture: Picture) -> bytes:
    size = {"width": picture.width, "height": HEIGHT}
    scheme = "dark" if picture.dark else "light"
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.goto((site / picture.page).as_uri())
    if picture.element and page.locator(picture.element).count():
        page.locator(picture.element).first.evaluate("one => one.scrollIntoView()")
    data: bytes = page.screenshot()
    context.close()
    return data


def _small(data: bytes) -> bytes:
    """The picture with a palette, if Pillow is here and that is smaller."""
    try:
        from PIL import Image  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return data
    made = io.BytesIO()
    image = Image.open(io.BytesIO(data)).convert("RGB")
    palette = image.quantize(colors=_COLOURS, dither=Image.Dither.NONE)
    palette.save(made, "PNG", optimize=True)
    return min(data, made.getvalue(), key=len)


if __name__ == "__main__":
    sys.exit(main())

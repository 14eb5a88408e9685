"""The site in a real Chromium: filters, addresses, keyboard, no script, print, widths, axe."""

import datetime as dt
import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pylife import site as reports
from tests.site import site_samples as samples
from tests.site.test_site_hostile import EVIL, hostile_site

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

KINDS = (
    "index.html", "calendar.html", "policy.html", "rules.html", "upgrades.html", "trends.html",
    "dependencies.html", "runtimes.html", "teams.html", "single.html",
    "projects/nw-core.html", "pythons/3.14.html", "teams/platform-core.html",
    "dependencies/numpy.html", "rules/PL301.html",
)  # fmt: skip
"""A page of each kind."""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002


def judged(read: dict[str, Any]) -> dict[str, Any]:
    """The sample fleet with a verdict on one project's dependencies."""
    blocker = {
        "package": "numpy", "chain": ["numpy"], "reason": "no-wheel", "own_cap": None,
        "own_cap_at": None, "loads_from": {"version": "2.3.2", "date": "2025-07-24"},
        "evidenced_from": None, "told": "numpy 1.26 has no wheel for Python 3.14",
    }  # fmt: skip
    verdict = {
        "verdict": "blocked", "reason": None, "basis": None, "blockers": [blocker],
        "complete": True, "picks": [], "disagreements": [],
    }  # fmt: skip
    told = {
        "name": "", "path": "", "error": None, "reason": None, "pythons": {"3.14": verdict},
        "floors": None,
    }  # fmt: skip
    first, *rest = read["projects"]
    return read | {"projects": [first | {"dependencies": told}, *rest]}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("browser") / "site"
    read = judged(samples.read())
    before = reports.summarise(read, samples.run(), samples.upgrade())
    day = dt.date.fromisoformat(samples.AS_OF)
    nights = []
    for days in (40, 8, 2, 1):
        night = json.loads(json.dumps(before))
        night["as_of"] = (day - dt.timedelta(days=days)).isoformat()
        for project in night["projects"].values():
            for python, cell in project["cells"].items():
                project["cells"][python] = ["open", "no tests", ""] if days > 2 else cell
        nights.append(night)
    reports.build(read, samples.run(), samples.upgrade(), output=output, nights=nights)
    return output


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        # In a container, as CI is, Chromium's own sandbox does not start.
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page at the site; every error of a script and every request elsewhere fails the test."""
    context = browser.new_context(base_url=address)
    found = context.new_page()
    wrong: list[str] = []
    found.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("request", lambda asked: watch(asked.url, address, wrong))
    found.on("requestfailed", lambda asked: wrong.append(f"{asked.url} failed"))
    yield found
    context.close()
    assert wrong == []


def watch(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, "data:")):
        wrong.append(f"{url} is not of the site")


def shown(page: Any) -> list[str]:
    return [
        name.strip()
        for name in page.locator("#fleet tbody tr:not([hidden]) th a").all_inner_texts()
    ]


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_page_loads_and_axe_finds_nothing(page: Any, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assert page.goto(path).ok
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page).response["violations"]
        said = [(one["id"], [node["target"] for node in one["nodes"]][:5]) for one in found]
        assert said == [], (path, scheme)


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window(page: Any, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, path


BROKEN = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, cell = text.parentElement.closest("td, th");
    if (!cell || !cell.offsetParent || text.parentElement.closest("code, pre, .hidden")) continue;
    for (const word of text.data.matchAll(/[A-Za-z0-9]{2,24}(?=\\s|$)/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set(Array.from(range.getClientRects(), box => Math.round(box.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""The words in tables that go on in the next line."""


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("width", [360, 700, 1280])
def test_no_word_of_a_table_is_broken(page: Any, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate(BROKEN) == []


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_a_long_remark_leaves_room_for_the_other_columns(
    browser: Any, tmp_path: Path, width: int
) -> None:
    upgrade = samples.upgrade()
    proof = {"verdict": "failed", "pythons": ["3.14"], "reason": "tests fail: " * 20, "upon": []}
    upgrade["proposals"] = [row | {"proof": proof} for row in upgrade["proposals"]]
    reports.build(samples.read(), samples.run(), upgrade, output=tmp_path / "site")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((tmp_path / "site/upgrades.html").as_uri())
    widths = page.evaluate(
        "Array.from(document.querySelectorAll('.proposals thead th'), one => one.offsetWidth)"
    )
    assert min(widths) >= 90, widths
    assert page.evaluate(BROKEN) == []
    page.close()


def test_filters_narrow_the_table_and_are_in_the_address(page: Any) -> None:
    page.goto("index.html")
    everything = shown(page)
    page.fill("[name=text]", "nw-c")
    some = shown(page)
    assert some
    assert len(some) < len(everything)
    assert all("nw-c" in name for name in some)
    kept = page.url
    page.goto("about:blank")
    page.goto(kept)
    assert shown(page) == some
    assert page.input_value("[name=text]") == "nw-c"


def test_columns_sort_by_click_and_by_keyboard(page: Any) -> None:
    page.goto("index.html")
    name = page.locator("#fleet thead th").first
    name.locator("button").click()
    assert name.get_attribute("aria-sort") == "ascending"
    upwards = shown(page)
    name.locator("button").focus()
    page.keyboard.press("Enter")
    assert name.get_attribute("aria-sort") == "descending"
    assert sorted(shown(page)) == sorted(upwards)
    assert shown(page)[0] != upwards[0]


def test_a_sorted_table_is_in_the_address_too(page: Any) -> None:
    page.goto("index.html")
    as_it_came = shown(page)
    findings = page.locator("#fleet thead th").nth(1)
    findings.locator("button").click()
    assert page.url.endswith("#?sort=findings")
    findings.locator("button").click()
    page.select_option("[name=kind]", "library")
    assert page.url.endswith("#?kind=library&sort=findings&dir=down")
    kept, order = page.url, shown(page)
    page.goto("about:blank")
    page.goto(kept)
    assert shown(page) == order
    assert findings.get_attribute("aria-sort") == "descending"
    # An address that is typed over this one makes another view without a new page.
    page.evaluate("location.hash = '#?text=nw-c'")
    page.wait_for_function("document.querySelector('[name=kind]').value === ''")
    assert findings.get_attribute("aria-sort") is None
    assert shown(page) == [name for name in as_it_came if "nw-c" in name]
    page.evaluate("location.hash = '#matrix'")
    assert page.input_value("[name=text]") == "nw-c"


def test_a_python_in_an_address_is_that_python_and_no_place(page: Any) -> None:
    page.goto("index.html#?python=3.14&tone=fail")
    column = page.locator("#fleet thead .version").all_inner_texts().index("3.14") + 2
    cells = page.locator(f"#fleet tbody tr:not([hidden]) > :nth-child({column + 1})")
    tones = [cell.get_attribute("class") for cell in cells.all()]
    assert tones
    assert set(tones) == {"t-fail"}
    page.select_option("[name=python]", label="3.13")
    assert page.url.endswith("#?python=3.13&tone=fail")


def test_what_an_address_asks_for_and_is_not_here_is_said(page: Any) -> None:
    page.goto("index.html#?python=2.7&owner=nobody&sort=age")
    said = "the address asks for what is not here: Owner nobody, Python 2.7, sorted by age"
    assert said in page.inner_text("#shown")
    page.fill("[name=text]", "nw-c")
    assert "not here" not in page.inner_text("#shown")
    assert page.url.endswith("#?text=nw-c")


def test_no_filter_is_no_address_in_a_folder_too(page: Any, address: str) -> None:
    page.goto("./#?text=nw-c")
    page.fill("[name=text]", "")
    assert page.url == address


def test_the_keyboard_reaches_the_content_first(page: Any) -> None:
    page.goto("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_without_scripts_everything_is_readable(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("index.html")
    assert page.locator("#fleet tbody tr").count() >= len(samples.fleet())
    assert page.locator("#fleet tbody tr").first.is_visible()
    assert not page.locator("#filter").is_visible()
    page.goto("trends.html")
    assert page.locator("svg.lines").first.is_visible()
    assert not page.locator("#compare-any").is_visible()
    context.close()


def test_any_two_nights_are_compared(page: Any) -> None:
    page.goto("trends.html")
    page.select_option("[name=from]", index=3)
    page.wait_for_function("document.querySelectorAll('#differences li').length > 0")
    assert "now tested" in page.inner_text("#differences")
    page.select_option("[name=to]", index=3)
    page.wait_for_function("document.querySelectorAll('#differences li').length === 0")
    assert page.inner_text("#compared") == "0 changes"


def test_printed_pages_show_the_content_alone(page: Any) -> None:
    page.goto("index.html")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("#fleet").is_visible()
    assert len(page.pdf()) > 1000


def test_nothing_moves_while_a_page_loads(page: Any) -> None:
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "one => { window.shifted += one.value; })).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto("index.html")
    page.wait_for_timeout(200)
    assert page.evaluate("window.shifted") < 0.1


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of which every text is all that a script, a picture or a style could be."""
    evil = "".join(text for name, text in EVIL.items() if name not in {"long", "terminal"})
    return hostile_site(evil, tmp_path_factory.mktemp("evil") / "site")


def test_no_text_of_others_runs_or_asks_for_anything(browser: Any, hostile: Path) -> None:
    folder = hostile.as_uri()
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("request", lambda asked: watch(asked.url, folder, wrong))
    page.on("dialog", lambda shown: wrong.append(shown.message))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    first = {path.parent: path for path in sorted(hostile.rglob("*.html"), reverse=True)}
    shown = {*first.values(), *hostile.glob("*.html"), *hostile.rglob("fleet.svg")}
    for path in sorted(shown):
        page.goto(path.as_uri())
        assert page.evaluate("document.title") != "ran", path
        assert page.locator("main img, main iframe, main script, main style").count() == 0, path
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        page.mouse.move(300, 300)
    page.goto((hostile / "index.html").as_uri())
    page.fill("[name=text]", "<script>")
    for option in page.locator("[name=kind] option").all_text_contents()[:3]:
        page.select_option("[name=kind]", label=option)
    page.locator("#fleet thead th button").first.click()
    assert page.evaluate("document.title") != "ran"
    context.close()
    assert wrong == []

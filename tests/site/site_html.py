"""Reading the made pages: tags that balance, ids, links, and the text that people see."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_VOID = {"meta", "link", "input", "br"}
# SVG's shapes are written with a slash; the parser reports those apart.


@dataclass
class Parsed:
    """One page."""

    ids: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    text: str = ""

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of one kind."""
        return [attributes for name, attributes in self.tags if name == tag]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Parsed()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.page.tags.append((tag, values))
        if values.get("id"):
            self.page.ids.append(str(values["id"]))
        for name in ("href", "src"):
            if values.get(name):
                self.page.hrefs.append(str(values[name]))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.page.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.page.text += data


def parse(path: Path) -> Parsed:
    """Read one page."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    reader.close()
    reader.page.faults += [f"<{tag}> is not closed" for tag in reader.open]
    return reader.page


def dead_links(root: Path) -> list[str]:
    """Every link of the site at `root` that leads nowhere in it, with its page."""
    parsed = {path.resolve(): parse(path) for path in sorted(root.rglob("*.html"))}
    dead = []
    for path, page in parsed.items():
        for href in page.hrefs:
            parts = urlsplit(href)
            if parts.scheme == "data":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            fragment = unquote(parts.fragment)
            if (
                parts.scheme
                or parts.netloc
                or not target.is_file()
                or (fragment and target in parsed and fragment not in parsed[target].ids)
            ):
                dead.append(f"{path.name}: {href}")
    return dead

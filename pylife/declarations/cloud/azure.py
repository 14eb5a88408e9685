"""Azure Functions and App Service in Bicep and ARM templates.

`linuxFxVersion: 'PYTHON|3.11'`, also with a parameter or variable of the same
file for the version, and `functionAppConfig.runtime` of the Flex Consumption plan.

Source: Microsoft's documentation, "Microsoft.Web/sites" (Bicep, ARM template).
"""

import re
from collections.abc import Collection, Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, Role
from pylife.syntax import blocks
from pylife.syntax.blocks import Entry

_FX = "azure-linux-fx-version"
_FLEX = "azure-runtime-version"
_FX_TEXT = re.compile(r"python\|(?P<version>.*)", re.IGNORECASE)
_FILLED = re.compile(
    r"\$\{(?P<bicep>\w+)\}|\[concat\('python\|', *(?:parameters|variables)\('(?P<arm>\w+)'\)\)\]",
    re.IGNORECASE,
)


Path = tuple[tuple[str, ...], ...]
"""The headers of the blocks around an entry."""


def read(file: File) -> Iterator[Declaration]:
    """The Python of each app, each place once."""
    if re.search("python", file.source.text, re.IGNORECASE) is None:
        return
    found = list(blocks.entries(file.source.text, hash_comments=False))
    named = {_name(entry): entry for entry in found if entry.kind == "string" and _name(entry)}
    pythons = {
        entry.path
        for entry in found
        if entry.path and entry.key == "name" and entry.text.lower() == "python"
    }
    yield from runtimes.once(
        item for entry in found for item in _declaration(file, entry, pythons, named)
    )


def _name(entry: Entry) -> str:
    """The parameter or variable that an entry gives a value; empty for another one."""
    words = entry.key.split(" ")
    if words[0] in {"param", "var"} and len(words) > 1:
        return words[1]
    match [word for header in entry.path for word in header]:
        case ["parameters", name] if entry.key == "defaultValue":
            return name
        case ["variables"]:
            return entry.key
    return ""


def _declaration(
    file: File, entry: Entry, pythons: Collection[Path], named: dict[str, Entry]
) -> Iterator[Declaration]:
    if entry.key == "linuxFxVersion":
        yield from _fx(file, entry, named)
    elif entry.key == "version" and entry.path in pythons and entry.path[-1][-1:] == ("runtime",):
        yield from _version(file, _FLEX, entry, entry.start, named)


def _fx(file: File, entry: Entry, named: dict[str, Entry]) -> Iterator[Declaration]:
    """`PYTHON|3.11`, or a name that stands for it."""
    filled = _FILLED.fullmatch(entry.text)
    if entry.kind == "reference" or (filled and filled["arm"] is None):
        entry = named.get(filled["bicep"] if filled else entry.text, entry)
    match = _FX_TEXT.fullmatch(entry.text)
    if match is not None and entry.kind != "reference":
        yield from _version(file, _FX, entry, entry.start + match.start("version"), named)
    elif filled is not None and filled["arm"] is not None:
        yield from _version(file, _FX, entry, entry.start, named)


def _version(
    file: File, site: str, entry: Entry, start: int, named: dict[str, Entry]
) -> Iterator[Declaration]:
    """The version that stands from `start` to the end of the entry, perhaps through a name."""
    text = file.source.text[start : entry.end]
    filled = _FILLED.fullmatch(text)
    reference = text if entry.kind == "reference" else ""
    name = (filled["bicep"] or filled["arm"]) if filled else reference
    group = _group(entry)
    if name in named:
        entry = named[name]
        start, text, group = entry.start, entry.text, name
    span = file.source.span(start, entry.end)
    if (name and name not in named) or "{" in text or text.startswith("["):
        reason = "filled in when it is deployed"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)
    elif text:
        yield file.python_named(site, Role.RUNS_ON, span, text, group=group)


def _group(entry: Entry) -> str:
    """Such as `app.linuxFxVersion`, with the app's name in Bicep or its place in a template."""
    words = [word for header in entry.path for word in header]
    name = words[1] if words[:1] == ["resource"] and len(words) > 1 else ".".join(words)
    return f"{name}.{entry.key}".strip(".")


READER = Reader(
    name="azure",
    title="Azure Functions and App Service (Bicep, ARM templates)",
    read=read,
    editors={_FX: edit_single, _FLEX: edit_single},
)

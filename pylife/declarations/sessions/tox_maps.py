"""The maps by which plugins of tox choose environments in CI: the Python there → what runs.

`[gh-actions] python` and `[gh-actions:env]` (tox-gh-actions), `[gh] python`
(tox-gh), `[travis] python` (tox-travis). The left side names the Python that CI
brings. Sources: the READMEs of these plugins.
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.editing import neighbour
from pylife.declarations.sessions import tox_factors, tox_text
from pylife.declarations.sessions.tox_names import expanded
from pylife.declarations.sessions.tox_text import Text
from pylife.model import (
    AddPython,
    Change,
    Declaration,
    DropPython,
    Edit,
    PythonVersion,
    Role,
    Span,
)
from pylife.syntax import ini
from pylife.syntax.toml import Key

SITE = "tox-ci-map"
_MAPS = {"gh-actions": ":", "gh": "=", "travis": ":"}
"""By section, what stands between the Python and its environments."""
_MOST = 100_000
"""More pairs of names are not compared."""
_VARIABLES = ("gh-actions:env", "travis:env")


def read_ini(file: File, document: ini.Document, listed: list[str] | None) -> Iterator[Declaration]:
    """The maps of an INI file whose list of environments is `listed`."""
    for section, sign in _MAPS.items():
        option = document.get(section, "python")
        for line in tox_text.lines(tox_text.value(document, option)) if option is not None else ():
            yield from _line(file, document, section, sign, line, listed)
    for section in _VARIABLES:
        for option in document.options(section):
            rows = [_row(line, ":") for line in tox_text.lines(tox_text.value(document, option))]
            # Values of a variable are Pythons where each runs environments of the same Python.
            if rows and all(row is not None and _alike(*row) for row in rows):
                for key, _ in filter(None, rows):
                    yield _key(file, key.span(document), key.text, f"{section}.{option.key}")


def _row(line: Text, sign: str) -> tuple[Text, Text] | None:
    """The two sides of a line; None for what is none."""
    at = line.text.find(sign)
    if at <= 0:
        return None
    return line.part(0, at).strip(), line.part(at + 1, len(line.text)).strip()


def _alike(key: Text, names: Text) -> bool:
    found = expanded(names) or []
    python = versions.named(key.text)
    return python is not None and any(tox_factors.python(name) == python for name in found)


def _line(
    file: File,
    document: ini.Document,
    section: str,
    sign: str,
    line: Text,
    listed: list[str] | None,
) -> Iterator[Declaration]:
    """What one line of `section` says; `sign` is between its sides."""
    group = f"{section}.python"
    row = _row(line, sign)
    if row is None:
        span = line.runs()[0].span(document)
        reason = f"not of the form `3.13{'' if sign == ':' else ' '}{sign} py313`"
        yield file.unreadable(SITE, Role.TESTS, span, reason, group=group, invalid=True)
        return
    key, names = row
    if not key.text or len(key.runs()) > 1:
        return
    idle = ""
    if section == "gh-actions" and listed is not None and not _chosen(names, listed):
        idle = f"no environment of the list has the factors {names.text}"
    yield _key(file, key.span(document), key.text, group, idle)


def _chosen(names: Text, listed: list[str]) -> bool:
    """Whether tox-gh-actions, which filters the list, finds an environment; if in doubt, yes."""
    found = expanded(names)
    if found is None or len(found) * len(listed) > _MOST:
        return True
    return any(
        set(name.split("-")) <= set(environment.split("-"))
        for name in found
        for environment in listed
    )


def _key(file: File, span: Span, text: str, group: str, idle: str = "") -> Declaration:
    item = file.python_named(SITE, Role.TESTS, span, text, group=group)
    return item._replace(without_effect=idle) if idle and item.unreadable is None else item


def read_toml(file: File, *path: Key) -> Iterator[Declaration]:
    """The keys of the table at `path`, such as `[gh.python]` of tox.toml."""
    for name, value in file.toml.table(*path).items():
        node = file.toml.key(*path, name)
        group = "gh.python"
        if isinstance(value, dict):
            # `3.13 = [...]` without quotes is the table `3` with the key `13`.
            for inner in value:
                place = file.toml.key(*path, name, inner)
                if place is not None:
                    reason = f"an unquoted {name}.{inner} is two keys in TOML: quote it"
                    yield file.unreadable(
                        SITE, Role.TESTS, place.span, reason, group=group, invalid=True
                    )
        elif node is not None:
            quoted = node.raw[:1] in {'"', "'"} and node.raw[1:-1] == name
            span = Span(node.span.start + 1, node.span.end - 1) if quoted else node.span
            yield _key(file, span, name, group)


def edit_map(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Adds a line in the style of its neighbour, or drops one that runs nothing else."""
    listed = [item for item in declarations if item.versions]
    if not isinstance(change, AddPython | DropPython) or not listed:
        raise CannotEditError("a map names several Pythons, not one")
    here = [item for item in listed if change.version in (item.versions or ())]
    if isinstance(change, DropPython):
        if here and len(here) == len(listed):
            raise CannotEditError(f"{change.version} is the only Python of the map")
        return [_dropped(file, item, change.version) for item in here]
    if here:
        return []
    return [_added(file, listed, change.version)]


_LINE = re.compile(
    r"(?P<indent>[ \t]*)(?P<key>[\"']?[\w.-]+[\"']?)(?P<sign>[ \t]*[:=][ \t]*)"
    r"(?P<names>[^#\r\n]*)(?P<comment>#[^\r\n]*)?(?P<end>\r?\n|\Z)"
)


def _whole_line(file: File, item: Declaration) -> tuple[Span, re.Match[str]]:
    """The line of an entry of a map, which must hold nothing else."""
    data = file.source.data
    start = data.rfind(b"\n", 0, item.span.start) + 1
    end = data.find(b"\n", item.span.end) + 1 or len(data)
    match = _LINE.fullmatch(file.source.slice(Span(start, end)))
    if match is None or match["key"].strip("\"'") != item.raw:
        raise CannotEditError(f"{item.raw} has no line to itself")
    opened, closed = match["names"].count("["), match["names"].count("]")
    if not match["names"] or opened != closed or match["names"].rstrip().endswith(("\\", '"""')):
        raise CannotEditError(f"what {item.raw} runs is not on its line alone")
    return Span(start, end), match


_NAMES = re.compile(r"(?:\{[^{}]*\}|\"[^\"]*\"|'[^']*'|[^\s,{}\[\]\"'])+")


def _names(match: re.Match[str]) -> list[str]:
    """The environments of a line, as written."""
    return _NAMES.findall(match["names"])


def _of(name: str, python: PythonVersion) -> bool:
    """Whether `name` is an environment, or a factor, of `python`."""
    found = expanded(tox_text.plain(name.strip("\"'"), 0)) or []
    return bool(found) and all(tox_factors.python(item) == python for item in found)


def _dropped(file: File, item: Declaration, python: PythonVersion) -> Edit:
    span, match = _whole_line(file, item)
    others = [name for name in _names(match) if not _of(name, python)]
    if others:
        raise CannotEditError(f"the line of {python} also runs {', '.join(others)}: move it first")
    if not match["end"]:  # the last line of a file: the line ending before it goes
        start = len(file.source.data[: span.start].rstrip(b"\r\n"))
        return Edit(file=file.path, span=Span(start, span.end), text="")
    return Edit(file=file.path, span=span, text="")


def _added(file: File, listed: list[Declaration], python: PythonVersion) -> Edit:
    """A line for `python` beside that of its neighbour, with what names the Python there."""
    single = {item.versions[0]: item for item in reversed(listed) if item.versions}
    old, before = neighbour(list(single)[::-1], python)
    span, match = _whole_line(file, single[old])
    key = versions.respell(match["key"], old, python)
    names = [versions.respell(name, old, python) for name in _names(match) if _of(name, old)]
    if key is None or not names or None in names:
        raise CannotEditError(f"cannot spell a line for {python} like that of {old}")
    text = ", ".join(filter(None, names))
    if match["names"].startswith("["):
        text = f"[{text}]"
    line = f"{match['indent']}{key}{match['sign']}{text}"
    newline = match["end"] or ("\r\n" if b"\r\n" in file.source.data else "\n")
    if before:
        return Edit(file=file.path, span=Span(span.start, span.start), text=f"{line}{newline}")
    if match["end"]:
        return Edit(file=file.path, span=Span(span.end, span.end), text=f"{line}{newline}")
    return Edit(file=file.path, span=Span(span.end, span.end), text=f"{newline}{line}")

"""What tox's tables in TOML say: `env_list`, `base_python`, `gh.python`, and `legacy_tox_ini`.

`env_list` names environments one by one, without braces, and by tables (see
`tox_products`). `legacy_tox_ini` is the text of a tox.ini, read where it stands.
Source: tox's documentation, "Configuration".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import Editor, File
from pylife.declarations.sessions import tox, tox_base, tox_maps, tox_products
from pylife.errors import UnreadableError
from pylife.model import Declaration, Role
from pylife.syntax import ini
from pylife.syntax.text import Source
from pylife.syntax.toml import Key, Node


def read(file: File, base: tuple[Key, ...]) -> Iterator[Declaration]:
    """The declarations of the tables at `base`, where tox reads no other file instead."""
    folder = file.path.rpartition("/")[0]
    before = ("tox.ini", "setup.cfg") if base else ("tox.ini", "setup.cfg", "pyproject.toml")
    yield from tox.unless_beside(file, folder, before, _read(file, base))


def _read(file: File, base: tuple[Key, ...]) -> Iterator[Declaration]:
    if file.toml.get(*base, "legacy_tox_ini") is not None and base:
        yield from _legacy(file, base)
    yield from tox_products.read(file, (*base, "env_list"))
    names = file.toml.get(*base, "env_list")
    listed = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    yield from tox_products.read_bases(file, (*base, "env_base"), listed)
    kept = file.toml.get(*base, "ignore_base_python_conflict") is True
    for section in ("env_run_base", "env_pkg_base"):
        yield from _base_python(file, (*base, section), kept=kept)
    for section in ("env", "env_base"):
        for name in file.toml.table(*base, section):
            yield from _base_python(file, (*base, section, name), kept=kept)
    yield from tox_maps.read_toml(file, *base, "gh", "python")


def _base_python(file: File, path: tuple[Key, ...], *, kept: bool) -> Iterator[Declaration]:
    """`base_python` of the environment at `path`: one, or a list of which the first found wins."""
    for key in tox_base.KEYS:
        node = file.toml.node(*path, key)
        if node is None:
            continue
        nodes = file.toml.items(*path, key) if isinstance(node.value, list) else [node]
        group = ".".join(map(str, (*path, key)))
        for node in nodes:
            item = _told(file, node, group, str(path[-1]), kept=kept)
            if item is not None:
                yield item


def _told(
    file: File, node: Node, group: str, environment: str, *, kept: bool
) -> Declaration | None:
    span = node.inner or node.span
    if not isinstance(node.value, str):
        table = isinstance(node.value, dict)
        reason = "looked up by tox when it runs" if table else "tox wants a string here"
        return file.unreadable(
            tox_base.SITE, Role.TESTS, span, reason, group=group, invalid=not table
        )
    against = tox_base.conflict(tox_base.named(node.value), [environment])
    said = (tox_base.KEPT if kept else tox_base.REFUSED).format(against) if against else ""
    return tox_base.declared(
        file,
        span,
        node.value,
        group,
        note="" if kept else said,
        without_effect=said if kept else "",
    )


def _legacy(file: File, base: tuple[Key, ...]) -> Iterator[Declaration]:
    """The INI text inside the file, read where it stands."""
    node = file.toml.node(*base, "legacy_tox_ini")
    source = _inside(file.source, node) if node is not None else None
    span = file.toml.line_span(*base, "legacy_tox_ini")
    if source is None:
        reason = "an INI text with escapes: write it as it is, between three single quotes"
        yield file.unreadable(tox.ENVLIST, Role.TESTS, span, reason)
        return
    both = "tox decides by its version between this and the tables beside it"
    note = both if len(file.toml.table(*base)) > 1 else ""
    try:
        for item in tox.read_ini(file, ini.parse(source), "tox"):
            yield item._replace(note=item.note or note, group=f"legacy {item.group}")
    except UnreadableError as error:
        reason = f"its text is {error.message}"
        yield file.unreadable(tox.ENVLIST, Role.TESTS, span, reason, invalid=True)


_MARK = b"\xef\xbb\xbf"
_STRING = re.compile(r"(?P<quote>\"\"\"|'''|\"|')(?:\r?\n)?(?P<text>.*)(?P=quote)", re.DOTALL)


def _inside(source: Source, node: Node) -> Source | None:
    """The text of a TOML string as a file: blanks before it, so that all places are the same.

    None where the text is not the value.
    """
    match = _STRING.fullmatch(node.raw)
    if match is None or match["text"].replace("\r\n", "\n") != node.value:
        return None
    start = node.span.start + len(node.raw[: match.start("text")].encode())
    mark = _MARK if source.data.startswith(_MARK) else b""
    before = re.sub(rb"[^\r\n]", b" ", source.data[len(mark) : start])
    return Source(source.path, mark + before + match["text"].encode())


EDITORS: dict[str, Editor] = {
    **tox.EDITORS,
    tox.ENVLIST: tox_products.edit,
    tox.SECTION: tox_products.edit,
}

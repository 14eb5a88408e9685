"""Ranges such as requires-python, wherever they stand."""

from collections.abc import Iterator

from pylife.declarations import versions
from pylife.declarations.base import File
from pylife.model import Declaration, Role, Span
from pylife.syntax.toml import Key


def declare(
    file: File,
    site: str,
    text: str,
    span: Span,
    *,
    parse: versions.ParseRange = versions.pep440,
    group: str = "",
    note: str = "",
) -> Declaration:
    """The declaration of the range `text`; what is none is invalid, with the reason."""
    try:
        return file.range(site, Role.SUPPORTS, span, parse(text), group=group, note=note)
    except versions.InexpressibleError as error:
        return file.unreadable(site, Role.SUPPORTS, span, str(error), group=group)
    except ValueError as error:
        return file.unreadable(site, Role.SUPPORTS, span, str(error), group=group, invalid=True)


def toml_string(
    file: File,
    site: str,
    path: tuple[Key, ...],
    *,
    parse: versions.ParseRange = versions.pep440,
    note: str = "",
) -> Iterator[Declaration]:
    """The range that the string at `path` gives; nothing where there is none."""
    node = file.toml.node(*path)
    if node is None:
        if file.toml.get(*path) is not None:
            place = file.toml.line_span(*path)
            reason = "a table, not a string"
            yield file.unreadable(site, Role.SUPPORTS, place, reason, invalid=True)
    elif isinstance(node.value, str):
        yield declare(file, site, node.value, node.inner or node.span, parse=parse, note=note)
    else:
        yield file.unreadable(site, Role.SUPPORTS, node.span, "not a string", invalid=True)

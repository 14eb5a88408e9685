"""`env_list` of tox in TOML: names, products of factors, and ranges.

`{ product = [["py312", "py313"], ["a", "b"]], exclude = ["py312-b"] }`,
`{ prefix = "py3", start = 10, stop = 13 }`, `{ py = ["py312", "py313"] }`.
Source: tox's documentation, "env_list".
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from pylife.declarations.base import CannotEditError, File
from pylife.declarations.sessions import tox, tox_factors
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, PythonVersion, Role, Span
from pylife.syntax.toml import Key, Node

_MOST = 1000
"""More environments are not compared one by one."""


def read(file: File, path: tuple[Key, ...]) -> Iterator[Declaration]:
    """The declarations of the list at `path`."""
    value = file.toml.get(*path)
    number = 0
    for place, item in enumerate(_list(value)):
        node = file.toml.node(*path, place)
        if isinstance(item, dict):
            number += 1
            yield from _table(file, (*path, place), item, f"{tox.PLAIN} table {number}")
        elif isinstance(item, str) and node is not None:
            yield from _name(file, node, tox.PLAIN)
        elif node is not None:
            reason = "tox wants the names of environments as strings"
            yield file.unreadable(
                tox.ENVLIST, Role.TESTS, node.span, reason, group=tox.PLAIN, invalid=True
            )
    if value is not None and not isinstance(value, list):
        yield file.unreadable(
            tox.ENVLIST, Role.TESTS, file.toml.line_span(*path), "tox wants a list here",
            group=tox.PLAIN, invalid=True,
        )  # fmt: skip


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _name(file: File, node: Node, group: str, idle: str = "") -> Iterator[Declaration]:
    """What the name of an environment, or a factor of one, says."""
    span, text = node.inner or node.span, node.value
    if "{" in text and re.search(r"py|\d", text):
        reason = "tox expands no braces in TOML: a table with `product` does"
        yield file.unreadable(tox.ENVLIST, Role.TESTS, span, reason, group=group, invalid=True)
        return
    said = tox_factors.said(text, text)
    if said is None:
        return
    if said.clear == 1:
        reason = tox_factors.vague(text)
        yield file.unreadable(tox.ENVLIST, Role.TESTS, span, reason, group=group)
    else:
        yield file.listed(
            tox.ENVLIST, Role.TESTS, span, said.pythons,
            group=group, note=said.note, without_effect=said.without_effect or idle,
        )  # fmt: skip


def _table(
    file: File, path: tuple[Key, ...], value: dict[str, Any], group: str
) -> Iterator[Declaration]:
    """A product of factors, or a range or a labelled list of them, as element of the list."""
    if "product" not in value:
        yield from _factors(file, path, value, group, {})
        return
    groups = _list(value["product"])
    left = _left_out(groups, _list(value.get("exclude")))
    for place in _clearest(groups):
        inner, factors = (*path, "product", place), groups[place]
        yield from _factors(
            file, inner, factors, f"{group} factor {place + 1}", left.get(place, {})
        )


def _clearest(groups: list[Any]) -> list[int]:
    """The places of the groups that name Pythons most clearly; of bare numbers the first alone."""
    clear = []
    for group in groups:
        said = (tox_factors.said(text, text) for text in _texts(group))
        clear.append(max((item.clear for item in said if item is not None), default=0))
    best = max(clear, default=0)
    places = [place for place, own in enumerate(clear) if own == best > 0]
    return places[:1] if best == tox_factors.NUMBER else places


def _texts(group: Any) -> list[str]:
    """The factors of a group, of a range one of its ends."""
    if isinstance(group, dict) and "prefix" in group:
        end = group.get("start", group.get("stop"))
        return [f"{group['prefix']}{end}"]
    if isinstance(group, dict) and len(group) == 1:
        (value,) = group.values()
        return _texts(value["values"] if isinstance(value, dict) and "values" in value else value)
    return [text for text in _list(group) if isinstance(text, str)]


def read_bases(file: File, path: tuple[Key, ...], listed: list[str]) -> Iterator[Declaration]:
    """The factors of `[env_base.x]`, whose environments run by name unless they are `listed`."""
    for base in file.toml.table(*path):
        inner = (*path, base, "factors")
        groups = _list(file.toml.get(*inner))
        plain = all(isinstance(group, str) for group in groups)
        for place in [-1] if plain else _clearest(groups):
            factors = groups if plain else groups[place]
            own = [name for name in listed if name.startswith(f"{base}-")]
            idle = {
                text: tox.BY_NAME
                for text in _texts(factors)
                if not any(f"-{text}-" in f"{name}-" for name in own)
            }
            where = inner if plain else (*inner, place)
            for item in _factors(file, where, factors, f"env_base {base} {place + 1}", idle):
                yield item._replace(site=tox.SECTION)


def _factors(
    file: File, path: tuple[Key, ...], value: Any, group: str, idle: dict[str, str]
) -> Iterator[Declaration]:
    """The factors of one group of a product; of those in `idle` nothing is left."""
    if isinstance(value, dict) and "prefix" not in value and len(value) == 1:
        (label,) = value
        path, value = (*path, label), value[label]
        if isinstance(value, dict) and "values" in value:
            path, value = (*path, "values"), value["values"]
    if isinstance(value, dict):
        yield from _range(file, path, value, group)
    for place, text in enumerate(_list(value)):
        node = file.toml.node(*path, place)
        if isinstance(text, str) and node is not None:
            yield from _name(file, node, group, idle.get(text, ""))


def _range(
    file: File, path: tuple[Key, ...], value: dict[str, Any], group: str
) -> Iterator[Declaration]:
    """A range of factors, if it is one of Pythons."""
    node = file.toml.node(*path)
    start, stop = value.get("start"), value.get("stop")
    ends = [end for end in (start, stop) if type(end) is int]
    prefix = str(value.get("prefix"))
    if node is None or not any(_python(prefix, end) for end in ends):
        return
    pythons = [_python(prefix, end) for end in range(ends[0], min(ends[-1], ends[0] + _MOST) + 1)]
    if len(ends) < len(("start", "stop")):
        reason = "a range whose ends depend on tox"
    elif None in pythons:
        reason = "a range that leads out of the Pythons"
    else:
        found = [python for python in pythons if python is not None]
        yield file.listed(tox.ENVLIST, Role.TESTS, node.span, found, group=group)
        return
    yield file.unreadable(tox.ENVLIST, Role.TESTS, node.span, reason, group=group)


def _python(prefix: str, number: int) -> PythonVersion | None:
    return tox_factors.python(f"{prefix}{number}")


def _left_out(groups: list[Any], exclude: list[Any]) -> dict[int, dict[str, str]]:
    """By the place of their group, the factors whose environments `exclude` leaves out, all."""
    if any(isinstance(group, dict) for group in groups):
        return {}  # ranges and labels are not written out
    lists = [_texts(group) for group in groups]
    size = 1
    for texts in lists:
        size *= len(texts)
    if not exclude or not 0 < size <= _MOST:
        return {}
    gone = {name for name in exclude if isinstance(name, str)}
    names = [parts for parts in product(*lists) if "-".join(parts) not in gone]
    return {
        place: {
            text: "left out by exclude"
            for text in texts
            if not any(parts[place] == text for parts in names)
        }
        for place, texts in enumerate(lists)
    }


def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """As in INI files, and the ends of a range."""
    if not any(item.raw.startswith("{") for item in declarations):
        edits = tox.edit_names(file, declarations, change)
        if edits and isinstance(change, DropPython):
            _keep_default(file, declarations, change.version)
        return edits
    spread = declarations[0]
    if not isinstance(change, AddPython | DropPython) or not spread.versions:
        raise CannotEditError(spread.unreadable or "a range names several Pythons, not one")
    if (change.version in spread.versions) is isinstance(change, AddPython):
        return []
    ends = tox.range_ends(spread, change.version, add=isinstance(change, AddPython))
    if ends is None:
        raise CannotEditError(f"{change.version} is inside or away from the range {spread.raw!r}")
    old = min(spread.versions), max(spread.versions)
    return [
        _end(file, spread, key, *pair)
        for key, *pair in zip(("start", "stop"), old, ends, strict=True)
        if pair[0] != pair[1]
    ]


def _end(file: File, spread: Declaration, key: str, old: PythonVersion, new: PythonVersion) -> Edit:
    """The edit of one end of a range, which is a minor (`13`) or more (`313`)."""
    match = re.search(rf"\b{key}\s*=\s*(\d+)\b", spread.raw)
    text = tox.spell(match[1], old, new) if match is not None else None
    if match is None or text is None:
        raise CannotEditError(f"{spread.raw!r} has no plain {key}")
    at = spread.span.start + len(spread.raw[: match.start(1)].encode())
    return Edit(file=file.path, span=Span(at, at + len(match[1])), text=text)


def _keep_default(file: File, declarations: Sequence[Declaration], gone: PythonVersion) -> None:
    """Refuse to drop what `default` beside the list names: tox would not find it."""
    names = {item.raw for item in declarations if gone in (item.versions or ())}
    data = file.source.data
    start = data.rfind(b"{", 0, declarations[0].span.start) + 1
    end = data.find(b"}", declarations[-1].span.end)
    beside = file.source.slice(Span(start, max(start, end))) if start else ""
    default = re.search(r"\bdefault\s*=\s*[\"']([^\"'\n]*)", beside)
    if default is not None and default[1] in names:
        raise CannotEditError(f"{default[1]} is the default of its list: name another one first")

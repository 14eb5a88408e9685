"""tox: the environments that `tox.ini` or `[tox:tox]` of setup.cfg lists, and basepython.

Environments are generated: `py{39,310}-{a,b}`, `py3{9,10}`, `py{310-312}`. The
smallest piece that names a Python is a declaration: an alternative inside braces
(its group is that pair of braces), else a whole environment (group `tox.envlist`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pylife.declarations import tox_factors, versions
from pylife.declarations.base import CannotEditError, Editor, File, Reader
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, PythonVersion, Role
from pylife.syntax.ini import Option

_ENVLIST = "tox-envlist"
_BASE = "tox-basepython"
PLAIN = "tox.envlist"
"""The group of environments that stand without braces."""
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ENTRY = re.compile(r"(?:\{[^{}]*\}|[^\s,{}]|[{}])+")
_BRACES = re.compile(r"\{([^{}]*)\}")
_ANY = re.compile(r"(?:py|python|cpython)3?|3")
_RANGE = re.compile(r"(\d*)-(\d+)|(\d+)-")


@dataclass(frozen=True, slots=True)
class _Place:
    """A piece of an environment list: `text` as written at the character `start`."""

    text: str
    start: int
    group: str
    pythons: tuple[PythonVersion, ...] = ()
    note: str = ""
    unreadable: str = ""
    clear: int = 3


def read(file: File) -> Iterator[Declaration]:
    """The environments of the default list, and basepython of each environment."""
    cfg = file.path.rpartition("/")[2] == "setup.cfg"
    prefix = "tox:" if cfg else ""
    if cfg and "tox:tox" not in file.source.text:
        return
    for key in ("env_list", "envlist"):
        option = file.ini.get(f"{prefix}tox", key)
        if option is not None:
            yield from _declared(file, _envlist(option))
            break
    for section in file.ini.sections:
        if section == "testenv" or section.startswith("testenv:"):
            for key in ("base_python", "basepython"):
                option = file.ini.get(section, key)
                if option is not None:
                    yield from _basepython(file, option)


def _declared(file: File, places: Iterator[_Place]) -> Iterator[Declaration]:
    for place in places:
        span = file.ini.span(place.start, place.start + len(place.text))
        if place.unreadable:
            yield file.unreadable(_ENVLIST, Role.TESTS, span, place.unreadable, group=place.group)
        else:
            yield file.listed(
                _ENVLIST, Role.TESTS, span, place.pythons, group=place.group, note=place.note
            )


def _envlist(option: Option) -> Iterator[_Place]:
    seen: dict[str, int] = {}
    for line, start in option.lines():
        for match in _ENTRY.finditer(_COMMENT.sub("", line)):
            yield from _entry(match[0], start + match.start(), seen)


def _entry(entry: str, start: int, seen: dict[str, int]) -> Iterator[_Place]:
    """The declarations of one entry of the list."""
    if re.search(r"\{(?:\[|env:|posargs|toxinidir|/)", entry):
        yield _Place(entry, start, PLAIN, unreadable="takes its names from elsewhere")
        return
    # Factors that the braces leave whole.
    plain = "-".join(name for name in _BRACES.sub("\0", entry).split("-") if "\0" not in name)
    whole = _place(plain if "{" in entry else entry, entry, entry, start, PLAIN)
    braces = []
    for match in _BRACES.finditer(entry):
        head = re.split(r"[-}]", entry[: match.start()])[-1]
        tail = re.split(r"[-{]", entry[match.end() :])[0]
        blank = f"{entry[: match.start()]}{{}}{entry[match.end() :]}"
        group = f"tox.envlist {blank}"
        found = list(_alternatives(match, head, tail, start, group))
        if found:
            braces.append(found)
    clear = [max(place.clear for place in found) for found in braces]
    best = max([whole.clear if whole is not None else 0, *clear])
    # Beside a factor that names a Python, vaguer ones are some other thing's versions.
    chosen = [found for found, own in zip(braces, clear, strict=True) if own == best]
    if not chosen and whole is not None:
        yield whole
    for found in chosen:
        group = found[0].group
        seen[group] = seen.get(group, 0) + 1
        for place in found:
            number = seen[group]
            yield replace(place, group=f"{group} #{number}") if number > 1 else place


def _alternatives(
    match: re.Match[str], head: str, tail: str, start: int, group: str
) -> Iterator[_Place]:
    at = start + match.start(1)
    for part in match[1].split(","):
        text = part.strip()
        place = at + len(part) - len(part.lstrip())
        at += len(part) + 1
        spread = _RANGE.fullmatch(text)
        if spread is not None and re.fullmatch(r"py3?|python3?\.?|3\.", head) and not tail:
            yield _spread(text, place, head, spread, group)
            continue
        environment = f"{match.string[: match.start()]}{text}{match.string[match.end() :]}"
        found = _place(f"{head}{text}{tail}", environment, text, place, group)
        if found is not None:
            yield found


def _spread(text: str, start: int, head: str, spread: re.Match[str], group: str) -> _Place:
    """The Pythons of a range of factors, `py{310-312}`."""
    first, last = (versions.named(f"{head}{end}") for end in (spread[1], spread[2]))
    if first is None or last is None or not first <= last or first.major != last.major:
        return _Place(text, start, group, unreadable="a range whose ends depend on tox")
    pythons = tuple(
        PythonVersion(first.major, minor) for minor in range(first.minor, last.minor + 1)
    )
    return _Place(text, start, group, pythons)


def _place(factors: str, environment: str, text: str, start: int, group: str) -> _Place | None:
    """The piece `text` at `start`, by what `factors` of `environment` say; None for nothing."""
    found = tox_factors.said(factors, environment)
    if found is None:
        return None
    unreadable = tox_factors.vague(environment) if found.clear == 1 else ""
    return _Place(text, start, group, found.pythons, found.note, unreadable, found.clear)


def _basepython(file: File, option: Option) -> Iterator[Declaration]:
    """One declaration a value; `python3`, which is any, says nothing."""
    for line, start in option.lines():
        group = option.section
        for match in re.finditer(r"[^\s,]+", _COMMENT.sub("", line)):
            text = match[0]
            if text.endswith(":"):  # the condition of a `py39: python3.9` line
                group = f"{option.section} {text}"
                continue
            if _ANY.fullmatch(text):
                continue
            begin = start + match.start()
            span = file.ini.span(begin, begin + len(text))
            python = versions.named(text)
            if python is not None:
                yield file.listed(_BASE, Role.TESTS, span, [python], group=group)
            elif tox_factors.OTHER.fullmatch(text):
                note = f"{text} is not CPython"
                yield file.listed(_BASE, Role.TESTS, span, [], group=group, note=note)
            else:
                yield file.unreadable(
                    _BASE, Role.TESTS, span, f"{text!r} names no Python", group=group
                )


def _spell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Also the bare minor of `py3{9,10}`."""
    spelled = versions.respell(text, old, new)
    if spelled is None and old.major == new.major:
        match = re.fullmatch(rf"{old.minor}t?((?:-.*)?)", text)
        if match is not None:
            return f"{new.minor}{'t' if new.free_threaded else ''}{match[1]}"
    return spelled


_edit_list = list_editor(_spell)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The list editor, and the two ends of a range of factors."""
    spread = next((item for item in declarations if len(item.versions or ()) > 1), None)
    version = change.version if isinstance(change, AddPython | DropPython) else None
    if spread is None or spread.versions is None or version is None:
        return _edit_list(file, declarations, change)
    listed = {python for item in declarations for python in item.versions or ()}
    if (version in listed) is isinstance(change, AddPython):
        return []
    low, high = spread.raw.split("-")
    first, last = spread.versions[0], spread.versions[-1]
    match change:
        case AddPython() if version == last.next:
            new = f"{low}-{_spell(high, last, version)}"
        case DropPython() if version == first:
            new = f"{_spell(low, first, first.next)}-{high}"
        case DropPython() if version == last:
            new = f"{low}-{_spell(high, last, spread.versions[-2])}"
        case _:
            raise CannotEditError(f"{version} is inside or away from the range {spread.raw!r}")
    return [Edit(file=file.path, span=spread.span, text=new)]


EDITORS: dict[str, Editor] = {_ENVLIST: _edit, _BASE: edit_single}

READER = Reader(
    name="tox",
    title="tox.ini, or [tox:tox] of setup.cfg",
    read=read,
    editors=EDITORS,
)

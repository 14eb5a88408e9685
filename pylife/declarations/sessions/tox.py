"""tox: what `tox.ini` or `[tox:tox]` of setup.cfg says of environments and their Pythons.

The list of environments, `[testenv:py39]` sections, `base_python`, and the maps
by which plugins choose environments in CI. What a section is named after, and
the list leaves out, runs only when asked for. Source: tox's documentation,
"Configuration".
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, Editor, File, Reader
from pylife.declarations.editing import list_editor
from pylife.declarations.sessions import tox_base, tox_maps, tox_text
from pylife.declarations.sessions.tox_names import Place, expanded, places
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, PythonVersion, Role
from pylife.syntax import ini

ENVLIST = "tox-envlist"
SECTION = "tox-section"
PLAIN = "tox.envlist"
"""The group of environments that stand without braces."""
BY_NAME = "not in the list of environments: it runs when asked for by name"


def read(file: File) -> Iterator[Declaration]:
    """The declarations of tox.ini, or of setup.cfg where no tox.ini takes its place."""
    folder, _, name = file.path.rpartition("/")
    if name == "setup.cfg":
        if "tox:tox" in file.source.text and "tox:tox" in file.ini.sections:
            yield from unless_beside(
                file, folder, ("tox.ini",), read_ini(file, file.ini, "tox:tox")
            )
    else:
        yield from read_ini(file, file.ini, "tox")


def unless_beside(
    file: File, folder: str, names: Sequence[str], found: Iterator[Declaration]
) -> Iterator[Declaration]:
    """`found`, without effect where tox reads one of the files `names` in `folder` instead."""
    other: str | None = None
    for number, item in enumerate(found):
        if not number:
            paths = (f"{folder}/{name}".lstrip("/") for name in names)
            other = next((path for path in paths if _configures(file, path)), None)
        yield item if other is None else _idle(item, f"tox reads {other} instead")


def _idle(item: Declaration, reason: str) -> Declaration:
    """`item` without effect; what cannot be known there does not matter either."""
    return item._replace(
        without_effect=reason, unreadable=None, invalid=False, versions=item.versions or ()
    )


def _configures(file: File, path: str) -> bool:
    beside = file.around.beside(path)
    if beside is None:
        return False
    return path.endswith("tox.ini") or b"[tox:tox]" in beside.source.data


def read_ini(file: File, document: ini.Document, core: str) -> Iterator[Declaration]:
    """What `document`, in the text of `file`, says; `core` is the section of tox itself."""
    seen: set[tuple[str, int, int]] = set()
    for item in _read_ini(file, document, core):
        # What several options refer to is declared once.
        key = (item.site, item.span.start, item.span.end)
        if key not in seen:
            seen.add(key)
            yield item


def _read_ini(file: File, document: ini.Document, core: str) -> Iterator[Declaration]:
    option = document.get(core, "env_list") or document.get(core, "envlist")
    whole = tox_text.value(document, option) if option is not None else tox_text.plain("", 0)
    for place in places(whole, PLAIN):
        yield _settled(file, document, place)
    listed = expanded(whole)
    yield from _sections(file, document, listed)
    kept = _ignores_conflicts(document, core)
    for section in document.sections:
        if section == "testenv" or section.startswith("testenv:"):
            yield from _base(file, document, section, listed, kept=kept)
    yield from tox_maps.read_ini(file, document, listed)


def declared(file: File, document: ini.Document, site: str, place: Place) -> Declaration:
    """A place as a declaration of `site`."""
    span = place.text.span(document)
    if place.unreadable:
        return file.unreadable(site, Role.TESTS, span, place.unreadable, group=place.group)
    return file.listed(
        site, Role.TESTS, span, place.pythons,
        group=place.group, note=place.note, without_effect=place.without_effect,
    )  # fmt: skip


def _settled(file: File, document: ini.Document, place: Place) -> Declaration:
    """A place of the list, by the `base_python` of its environment too."""
    base = _told(document, place.environment) if place.environment else None
    if base is not None:
        section, value, python = base
        if place.clear == 1:
            note = f"{place.text.text} runs on {value} of [{section}]"
            place = place._replace(unreadable="", note=note)
        elif section != "testenv" and place.pythons and place.pythons != (python,):
            note = f"[{section}] gives it {value}, against its name"
            place = place._replace(note=note)
    return declared(file, document, ENVLIST, place)


def _told(document: ini.Document, environment: str) -> tuple[str, str, PythonVersion] | None:
    """The section that gives `environment` its base Python, the value, and its Python.

    None where there is none, or more than one value without condition.
    """
    for section in (f"testenv:{environment}", "testenv"):
        option = _option(document, section)
        if option is None:
            continue
        values = list(tox_base.told(tox_text.value(document, option)))
        if len(values) != 1 or values[0].factors:
            return None
        text = values[0].text.text
        python = tox_base.named(text)
        return (section, text, python) if python is not None else None
    return None


def _option(document: ini.Document, section: str) -> ini.Option | None:
    return document.get(section, "base_python") or document.get(section, "basepython")


def _sections(
    file: File, document: ini.Document, listed: list[str] | None
) -> Iterator[Declaration]:
    """The Pythons that sections are named after: `[testenv:py39]`, `[testenv:x{,-py39}]`."""
    seen: dict[str, int] = {}
    for section in document.sections:
        if not section.startswith("testenv:"):
            continue
        start = document.header(section) + len("testenv:")
        name = tox_text.plain(section.removeprefix("testenv:"), start)
        for place in places(name, "testenv", seen):
            if place.unreadable or not place.pythons:
                continue
            by_name = listed is not None and place.environment not in listed
            own = place._replace(
                group=f"testenv:{place.environment}" if place.group == "testenv" else place.group,
                without_effect=BY_NAME if by_name else place.without_effect,
            )
            yield declared(file, document, SECTION, own)


def _base(
    file: File, document: ini.Document, section: str, listed: list[str] | None, *, kept: bool
) -> Iterator[Declaration]:
    """One declaration a value of `base_python`; `python3`, which is any, says nothing."""
    text = section.removeprefix("testenv").removeprefix(":")
    own = (expanded(tox_text.plain(text, 0)) if text else listed) or []
    for option in document.options(section):
        key = option.key.lower()
        if key not in tox_base.KEYS:
            continue
        for value in tox_base.told(tox_text.value(document, option)):
            group = section if key != "default_base_python" else f"{section} {key}"
            group = f"{group} {value.factors}:" if value.factors else group
            names = own
            if value.factors:
                names = [name for name in own or listed or [] if _meets(name, value.factors)]
            against = "" if key == "default_base_python" else tox_base.conflict(
                tox_base.named(value.text.text), names
            )  # fmt: skip
            idle = bool(against) and kept and bool(text or value.factors)
            said = (tox_base.KEPT if kept else tox_base.REFUSED).format(against) if against else ""
            item = tox_base.declared(
                file, value.text.runs()[0].span(document), value.text.text, group,
                note="" if idle else said, without_effect=said if idle else "",
            )  # fmt: skip
            if item is not None:
                yield item


def _meets(environment: str, factors: str) -> bool:
    """Whether `environment` has all factors of a plain condition such as `py39-django`."""
    return set(factors.split("-")) <= set(environment.split("-"))


def _ignores_conflicts(document: ini.Document, core: str) -> bool:
    option = document.get(core, "ignore_base_python_conflict") or document.get(
        core, "ignore_basepython_conflict"
    )
    return option is not None and option.value.strip().lower() in {"true", "1", "yes", "on"}


def spell(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Also the bare minor of `py3{9,10}`."""
    spelled = versions.respell(text, old, new)
    if spelled is None and old.major == new.major:
        match = re.fullmatch(rf"{old.minor}t?((?:-.*)?)", text)
        if match is not None:
            return f"{new.minor}{'t' if new.free_threaded else ''}{match[1]}"
    return spelled


_edit_list = list_editor(spell)


def edit_names(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """The list editor, and the two ends of a range of factors."""
    version = change.version if isinstance(change, AddPython | DropPython) else None
    spreads = [item for item in declarations if len(item.versions or ()) > 1]
    if version is None or not spreads:
        return _edit_list(file, declarations, change)
    listed = {python for item in declarations for python in item.versions or ()}
    if (version in listed) is isinstance(change, AddPython):
        return []
    for spread in spreads:
        ends = range_ends(spread, version, add=isinstance(change, AddPython))
        if ends is not None:
            return [Edit(file=file.path, span=spread.span, text=_respread(spread, *ends))]
    single = any(len(item.versions or ()) == 1 for item in declarations)
    if not single or any(version in (item.versions or ()) for item in spreads):
        raise CannotEditError(f"{version} is inside or away from the range {spreads[0].raw!r}")
    return _edit_list(file, declarations, change)


def _respread(spread: Declaration, first: PythonVersion, last: PythonVersion) -> str:
    """The range `spread` from `first` to `last`, as it is written: minors or not, up or down."""
    written = spread.raw.split("-")
    backwards = int(written[0]) > int(written[1])
    low, high = reversed(written) if backwards else written
    pythons = spread.versions or ()
    low, high = spell(low, min(pythons), first) or low, spell(high, max(pythons), last) or high
    if first == last:
        return low
    return f"{high}-{low}" if backwards else f"{low}-{high}"


def range_ends(
    spread: Declaration, version: PythonVersion, *, add: bool
) -> tuple[PythonVersion, PythonVersion] | None:
    """The ends of the range `spread` with `version` added or dropped; None where it is no end."""
    pythons = sorted(spread.versions or ())
    first, last = pythons[0], pythons[-1]
    if add and version == last._replace(minor=last.minor + 1):
        return first, version
    if not add and len(pythons) > 1 and version == first:
        return pythons[1], last
    if not add and len(pythons) > 1 and version == last:
        return first, pythons[-2]
    return None


EDITORS: dict[str, Editor] = {
    ENVLIST: edit_names,
    SECTION: edit_names,
    tox_base.SITE: tox_base.edit,
    tox_maps.SITE: tox_maps.edit_map,
}

READER = Reader(
    name="tox",
    title="tox.ini, or [tox:tox] of setup.cfg",
    read=read,
    editors=EDITORS,
    contextual=True,
)

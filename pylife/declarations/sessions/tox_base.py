"""`base_python` of tox: the Python that an environment is told, and where its name says another."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.editing import edit_single
from pylife.declarations.sessions import tox_factors
from pylife.declarations.sessions.tox_text import Text, lines
from pylife.model import Change, Declaration, Edit, PythonVersion, Role, SetPython, Span

SITE = "tox-basepython"
KEYS = ("base_python", "basepython", "default_base_python")
_ANY = re.compile(r"(?:py|python|cpython)3?|3")
_WORD = re.compile(r"\{[^{}]*\}|[^\s,]+")
_MACHINE = re.compile(r"-(?:32|64)(?:-\w+)?")
_CONDITION = re.compile(r"(?P<factors>(?:\{[^{}]*\}|[^\s:{}])+):(?:\s+|$)(?P<value>.*)")


class Told(NamedTuple):
    """One value of an option: the Python it names, perhaps under the condition `factors`."""

    text: Text
    factors: str


def told(whole: Text) -> Iterator[Told]:
    """The values of an option, one a word; `py39: python3.9` has a condition."""
    for line in lines(whole):
        condition = _CONDITION.fullmatch(line.text)
        value = line.found(condition, "value") if condition is not None else line
        for match in _WORD.finditer(value.text):
            yield Told(value.found(match), condition["factors"] if condition is not None else "")


def named(text: str) -> PythonVersion | None:
    """The Python of a value such as `python3.12`, `py312`, `3.12` or `/usr/bin/python3.12`."""
    return versions.named(_MACHINE.sub("", text.rpartition("/")[2]))


def declared(
    file: File, span: Span, text: str, group: str, *, note: str = "", without_effect: str = ""
) -> Declaration | None:
    """What a value says; None for `python3`, which is any."""
    if _ANY.fullmatch(text):
        return None
    python = named(text)
    if python is not None:
        return file.listed(
            SITE, Role.TESTS, span, [python],
            group=group, note=note, without_effect=without_effect,
        )  # fmt: skip
    if "{" in text:
        return file.unreadable(
            SITE, Role.TESTS, span, f"takes its Python from elsewhere ({text})", group=group
        )
    if tox_factors.OTHER.fullmatch(text):
        return file.listed(SITE, Role.TESTS, span, [], group=group, note=f"{text} is not CPython")
    return file.python_named(SITE, Role.TESTS, span, text, group=group)


def conflict(python: PythonVersion | None, environments: Iterable[str]) -> str:
    """Those of `environments` whose names ask for another Python than `python`, as text."""
    against = [
        name for name in environments if tox_factors.python(name) not in {None, python}
    ] if python is not None else []  # fmt: skip
    return ", ".join(against[:3]) + (" and others" if len(against) > 3 else "")


_ENVIRONMENT = re.compile(r"env(?:_base)?\.(?P<name>.+)\.(?:default_)?base_?python")


def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Sets the one Python of an environment that is not named after another."""
    if len(declarations) > 1:
        raise CannotEditError("several Pythons, of which tox takes the first that it finds")
    group = declarations[0].group
    table = _ENVIRONMENT.search(group)
    names = [table["name"]] if table is not None else re.split(r"[\s:{},]+", group)
    against = conflict(change.version, names) if isinstance(change, SetPython) else ""
    if against:
        raise CannotEditError(f"the environment is named {against}: tox would refuse it")
    return edit_single(file, declarations, change)


REFUSED = "tox refuses it for {}, whose name says another Python"
KEPT = "the name decides for {} (ignore_base_python_conflict)"

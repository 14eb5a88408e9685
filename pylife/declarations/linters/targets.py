"""What tools are told about their target, in the spelling of each tool, and how it is edited."""

import re
from collections.abc import Callable, Sequence

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, Editor, File
from pylife.declarations.editing import Spell, single_editor
from pylife.model import Change, Declaration, Edit, PythonVersion, Role, Span

Say = Callable[[File, str, Span, str, str], Declaration]
"""(file, site, span, text, group) -> what the text of one tool says."""


def plain(file: File, site: str, span: Span, text: str, group: str) -> Declaration:
    """`3.9`, `3.9.1` or `py39`: what most tools take."""
    return file.python_named(site, Role.TARGETS, span, text, group=group)


_ISORT = {
    "2": "any Python 2: isort joins their standard libraries",
    "3": "any Python 3: isort joins their standard libraries",
    "all": "any Python: isort joins their standard libraries",
    "auto": "the Python that runs isort",
}


def isort(file: File, site: str, span: Span, text: str, group: str) -> Declaration:
    """`39` (isort's documentation, "Python Version"); it takes neither `3.9` nor `py39`."""
    if text in _ISORT:
        return file.listed(site, Role.TARGETS, span, [], group=group, note=_ISORT[text])
    python = versions.named(f"py{text}") if re.fullmatch(r"[23]\d{1,2}", text) else None
    if python is not None:
        return file.listed(site, Role.TARGETS, span, [python], group=group)
    reason = f"isort takes no py_version {text[:60]!r}: it is spelled like 39"
    return file.unreadable(site, Role.TARGETS, span, reason, group=group, invalid=True)


def pylint(file: File, site: str, span: Span, text: str, group: str) -> Declaration:
    """`3.9`, or `3,9` as older versions of pylint wrote it into a new file."""
    return plain(file, site, span, re.sub(r"(?<=\d),(?=\d)", ".", text), group)


def vermin(file: File, site: str, span: Span, text: str, group: str) -> Declaration:
    """`3.9` or `3,9`; with a `-` behind it (`3.9-`: that or less), which `span` leaves out."""
    number = text.removesuffix("-").replace(",", ".")
    shorter = Span(span.start, span.end - 1) if text.endswith("-") else span
    return plain(file, site, shorter, f"{number}.0" if number in {"2", "3"} else number, group)


def editor(spell: Spell = versions.respell) -> Editor:
    """The editor of a target that is one version; several given at once are left to people."""
    single = single_editor(spell)

    def edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
        if len(declarations) > 1:
            raise CannotEditError("several versions are given: people know which is meant")
        return single(file, declarations, change)

    return edit


def respell_comma(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Spell for a place that may hold `3,9` for 3.9."""
    comma = f"{old.major},{old.minor}"
    if text.strip("\"'") == comma:
        return text.replace(comma, f"{new.major},{new.minor}")
    return versions.respell(text, old, new)

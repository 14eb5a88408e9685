"""Targets that tools are told in INI files: mypy, isort, pylint, flake8, pytype and vermin.

Sources: each tool's documentation of its configuration files. pylint takes its
options from any section of a file of its own, and from `[pylint...]` of others.
flake8 has no target itself; its plugin flake8-typing-imports has.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pylife.declarations.base import Editor, File, Reader
from pylife.declarations.linters import targets
from pylife.model import Declaration
from pylife.syntax.ini import Option


class _Tool(NamedTuple):
    """Where a tool looks: sections by regular expression, keys, and how it spells a version."""

    site: str
    sections: str
    keys: tuple[str, ...]
    say: targets.Say = targets.plain
    comments: bool = False
    """Whether it takes the rest of a line behind `#` or `;` for a comment."""


_FLAKE8 = _Tool("flake8-target", "flake8", ("min_python_version", "min-python-version"))
_ISORT = _Tool("isort-target", "isort|tool:isort", ("py_version",), targets.isort)
_MYPY = _Tool("mypy-target", "mypy", ("python_version",))
_PYLINT = _Tool("pylint-target", "pylint.*", ("py-version",), targets.pylint, comments=True)
_PYTYPE = _Tool("pytype-target", "pytype", ("python_version",))
_VERMIN = _Tool("vermin-target", "vermin", ("targets",), targets.vermin)
_OWN_PYLINT = _PYLINT._replace(sections=".*")

_TOOLS: dict[str, tuple[_Tool, ...]] = {
    "setup.cfg": (_MYPY, _ISORT, _PYLINT, _FLAKE8, _PYTYPE, _VERMIN),
    "tox.ini": (_ISORT, _PYLINT, _FLAKE8),
    "mypy.ini": (_MYPY,),
    ".mypy.ini": (_MYPY,),
    ".isort.cfg": (_ISORT._replace(sections="settings|isort"),),
    ".flake8": (_FLAKE8,),
    "pylintrc": (_OWN_PYLINT,),
    ".pylintrc": (_OWN_PYLINT,),
    "pytype.cfg": (_PYTYPE,),
    "vermin.ini": (_VERMIN,),
    "vermin.conf": (_VERMIN,),
    ".vermin": (_VERMIN,),
}


def read(file: File) -> Iterator[Declaration]:
    """The targets of the file, which is parsed only where it speaks of one."""
    text = file.source.text
    for tool in _TOOLS.get(file.path.rpartition("/")[2], ()):
        if not any(key in text for key in tool.keys):
            continue
        for section in file.ini.sections:
            if re.fullmatch(tool.sections, section, re.IGNORECASE):
                options = (file.ini.get(section, key) for key in tool.keys)
                for option in filter(None, options):
                    yield from _option(file, tool, option)


def _option(file: File, tool: _Tool, option: Option) -> Iterator[Declaration]:
    """The version, or each of a list of them."""
    for line, start in option.lines():
        kept = re.split(r"(?:^|\s)[#;]", line)[0].rstrip() if tool.comments else line
        # vermin takes one target a line, and so does everybody who gives several.
        if kept:
            span = file.ini.span(start, start + len(kept))
            yield tool.say(file, tool.site, span, kept, option.section)


_EDITOR = targets.editor(targets.respell_comma)
EDITORS: dict[str, Editor] = {
    tool.site: _EDITOR for tool in (_FLAKE8, _ISORT, _MYPY, _PYLINT, _PYTYPE, _VERMIN)
}

READER = Reader(
    name="tools-ini",
    title="targets of mypy, isort, pylint, flake8, pytype and vermin in INI files",
    read=read,
    editors=EDITORS,
)

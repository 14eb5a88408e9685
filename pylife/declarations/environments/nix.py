"""Nix: the attribute `python311` (and `python311Packages`) of a shell, flake or devenv.

Read as words, not as a program: comments are left out, and what a string holds
counts only in its `${...}`. `languages.python.version` is devenv's own setting.
Sources: the Nixpkgs manual, "Python"; devenv's documentation, "Python".
"""

import re
from collections.abc import Iterator

from pylife.declarations import versions
from pylife.declarations.base import File, Reader
from pylife.declarations.containers import images
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, PythonVersion, Role

_ATTRIBUTE = "nix-python"
_DEVENV = "devenv-python"
_LEXEME = re.compile(
    r"#[^\n]*|/\*.*?(?:\*/|\Z)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"?|''(?:[^']|'(?!')|'''|''\$|''\\.)*(?:'')?)"
    r"|(?<![\w'-])python(?P<digits>3\d{1,2})(?:Full|Packages|Minimal|FreeThreading)?(?![\w'-])",
    re.S,
)
_INSIDE = re.compile(
    r"\$\{[^{}]{0,200}?(?<![\w'-])python(?P<digits>3\d{1,2})(?:Full|Packages)?(?![\w'-])"
)
_LANGUAGE = re.compile(
    r"\blanguages\.python(?:\.version\s*=\s*|\s*=\s*\{[^{}]{0,500}?\bversion\s*=\s*)\"([^\"\n]*)\""
)


def read(file: File) -> Iterator[Declaration]:
    """Each attribute and version, those of one Python in one group."""
    text = file.source.text
    seen: list[PythonVersion] = []
    for start, digits in _attributes(text):
        python = versions.named(f"py{digits}")
        if python is None:
            continue
        if python not in seen:
            seen.append(python)
        number = seen.index(python) + 1
        group = "python" if number == 1 else f"python #{number}"
        span = file.source.span(start, start + len(digits))
        yield file.listed(_ATTRIBUTE, Role.RUNS_ON, span, [python], group=group)
    blank = _LEXEME.sub(lambda match: _blank(match[0]), text)
    for match in _LANGUAGE.finditer(blank):
        span = file.source.span(match.start(1), match.end(1))
        found = file.python_named(
            _DEVENV, Role.RUNS_ON, span, match[1], group="languages.python.version"
        )
        yield found._replace(note=found.note or images.pin(match[1]))


def _attributes(text: str) -> Iterator[tuple[int, str]]:
    """The digits of each `python311`, and where they stand."""
    for match in _LEXEME.finditer(text):
        if match["digits"]:
            yield match.start("digits"), match["digits"]
        elif match["text"]:
            for inner in _INSIDE.finditer(match["text"]):
                yield match.start() + inner.start("digits"), inner["digits"]


def _blank(lexeme: str) -> str:
    """A comment as blanks; the rest as it is."""
    return " " * len(lexeme) if lexeme.startswith(("#", "/*")) else lexeme


READER = Reader(
    name="nix",
    title="flake.nix, shell.nix, devenv.nix",
    read=read,
    editors={_ATTRIBUTE: edit_single, _DEVENV: edit_single},
)

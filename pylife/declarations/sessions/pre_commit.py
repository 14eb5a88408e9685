"""pre-commit's hooks: versions in their arguments, and the Pythons that they run with.

An argument such as `--py39-plus` is a target of the hook's tool; which options
name a Python depends on the tool, so they count only in hooks of that name
(django-upgrade's `--target-version` is a Django). Source: pre-commit's
documentation, ".pre-commit-config.yaml", and the options of each tool.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pylife.declarations import versions
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import single_editor, unquoted_number
from pylife.declarations.linters import targets
from pylife.model import Change, Declaration, Edit, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_ARGUMENT = "pre-commit-argument"
_DEFAULT = "pre-commit-default-python"
_HOOK = "pre-commit-python"

_ANY = re.compile(r"(?:python|py)3?|3|default|system")
_PLUS = re.compile(r"--(py[23]\d{1,2})-plus")
_NO_FLOOR = "add-trailing-comma"
"""Its `--py36-plus` switches a fix on, and there is none for later Pythons."""
_OPTION = re.compile(r"(--?[\w-]+)(?:=(.*))?", re.S)


class _Option(NamedTuple):
    """An option that names a Python: of which hooks, how it is spelled, who reads it."""

    hooks: str
    value: str
    say: targets.Say = targets.plain


_DOTTED = r"[23]\.\d+(?:\.\d+)?"
_VERMIN = _Option("vermin", r"[23](?:[.,]\d+)?-?", targets.vermin)
_ISORT = _Option("isort", r"[23]\d+", targets.isort)
_OPTIONS: dict[str, tuple[_Option, ...]] = {
    "--target-version": (_Option("black|ruff", r"py\d+"),),
    "-t": (_Option("black", r"py\d+"), _VERMIN),
    "--target": (_VERMIN,),
    "--py": (_ISORT,),
    "--python-version": (
        _ISORT,
        _Option(r"mypy|\bty\b|pyrefly|pytype|refurb", _DOTTED),
    ),
    "--pythonversion": (_Option("pyright", _DOTTED),),
    "--py-version": (_Option("pylint", r"[23][.,]\d+", targets.pylint),),
    "--min-python-version": (_Option("flake8", _DOTTED),),
    "--min-py-version": (_Option("setup-cfg-fmt", _DOTTED),),
}


class _Word(NamedTuple):
    """A word of a command line, at a place where it stands as it is."""

    text: str
    span: Span
    bare: bool
    """Whether it is an unquoted scalar of its own, which YAML may take for a number."""


def read(file: File) -> Iterator[Declaration]:
    """The default Python, and of each hook its Python and the targets among its arguments."""
    seen: Counter[str] = Counter()
    spans: set[Span] = set()
    for document in file.yaml[:1]:
        default = yaml.get(document, "default_language_version", "python")
        yield from _python(file, _DEFAULT, default, "default_language_version.python")
        for repository in yaml.elements(yaml.get(document, "repos")):
            for hook in yaml.elements(yaml.get(repository, "hooks")):
                for item in _hook(file, hook, seen):
                    if item.span not in spans:  # an alias stands where its anchor does
                        spans.add(item.span)
                        yield item


def _hook(file: File, hook: Node, seen: Counter[str]) -> Iterator[Declaration]:
    name = _text(yaml.get(hook, "id")) or "hook"
    seen[name] += 1
    group = name if seen[name] == 1 else f"{name} #{seen[name]}"
    language = _text(yaml.get(hook, "language"))
    python = yaml.get(hook, "language_version")
    # `3.2.1` alone may be a Ruby.
    if language == "python" or "py" in _text(python):
        yield from _python(file, _HOOK, python, f"{group} language_version")
    entry, arguments = yaml.get(hook, "entry"), yaml.get(hook, "args")
    words = [*_words(file, entry), *(w for n in yaml.elements(arguments) for w in _word(file, n))]
    tool = f"{name} {_text(entry)}"
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        yield from _argument(file, tool, group, word, following)


def _text(node: Node | None) -> str:
    return node.value if yaml.is_scalar(node) else ""


def _python(file: File, site: str, node: Node | None, group: str) -> Iterator[Declaration]:
    """The Python that hooks run with; `python3`, which is any, and paths say nothing."""
    if not yaml.is_scalar(node) or _ANY.fullmatch(node.value):
        return
    if versions.named(node.value) is None and versions.other(node.value) is None:
        return
    span = yaml.scalar_span(file.source, node)
    if node.style:
        yield file.python_named(site, Role.TESTS, span, node.value, group=group)
    else:
        yield file.number_named(site, Role.TESTS, span, node.value, "YAML", group=group)


def _words(file: File, node: Node | None) -> Iterator[_Word]:
    """The words of a local hook's `entry`, which is a command line."""
    if yaml.is_scalar(node):
        span = yaml.scalar_span(file.source, node)
        if file.source.slice(span) == node.value and node.value.isascii():
            for match in re.finditer(r"\S+", node.value):
                place = Span(span.start + match.start(), span.start + match.end())
                yield _Word(match[0], place, bare=False)


def _word(file: File, node: Node) -> Iterator[_Word]:
    if yaml.is_scalar(node):
        span = yaml.scalar_span(file.source, node)
        if file.source.slice(span) == node.value:
            yield _Word(node.value, span, bare=not node.style)


def _argument(
    file: File, tool: str, group: str, word: _Word, following: _Word | None
) -> Iterator[Declaration]:
    """What one argument says, perhaps with the one that follows it."""
    if _PLUS.fullmatch(word.text) and not tool.startswith(_NO_FLOOR):
        python = versions.named(word.text[2:-5])
        if python is not None:
            where = f"{group} --py-plus"
            yield file.listed(_ARGUMENT, Role.TARGETS, word.span, [python], group=where)
        return
    match = _OPTION.fullmatch(word.text)
    if match is None:
        return
    inside = match[2] is not None
    value = _after(word, match.start(2)) if inside else following
    for option in _OPTIONS.get(match[1], ()):
        if re.search(option.hooks, tool) and value is not None:
            if re.fullmatch(option.value, value.text):
                yield _valued(file, option, value, f"{group} {match[1]}")
            return


def _after(word: _Word, start: int) -> _Word:
    """The part of `word` behind its `=`; what stands before it is ASCII."""
    lead = len(word.text[:start].encode())
    return _Word(word.text[start:], Span(word.span.start + lead, word.span.end), bare=False)


def _valued(file: File, option: _Option, value: _Word, group: str) -> Declaration:
    if value.bare and versions.number(value.text):
        return file.number_named(
            _ARGUMENT, Role.TARGETS, value.span, value.text, "YAML", group=group
        )
    return option.say(file, _ARGUMENT, value.span, value.text, group)


_EDIT = targets.editor(targets.respell_comma)
_EDIT_BARE = targets.editor(unquoted_number)
_STARTS = re.compile(r"(?:[\[,]|^[ \t]*-)\s*\Z", re.MULTILINE)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """A version that is a scalar of its own is quoted where YAML would take it for a number."""
    before = file.source.slice(Span(0, min(item.span.start for item in declarations)))
    bare = re.match(r"\d", declarations[0].raw) and _STARTS.search(before[-200:])
    return (_EDIT_BARE if bare else _EDIT)(file, declarations, change)


READER = Reader(
    name="pre-commit",
    title="pre-commit hooks",
    read=read,
    editors={
        _ARGUMENT: _edit,
        _DEFAULT: single_editor(unquoted_number),
        _HOOK: single_editor(unquoted_number),
    },
)

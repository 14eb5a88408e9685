"""cibuildwheel: the Pythons that wheels are built for.

`build` names them by selectors (`cp310-*`, `cp3{10,11}-manylinux*`), as a list
or as words of one string, in `[tool.cibuildwheel]` or as CIBW_BUILD of a CI
file. A selector for all CPythons (`*`, `cp3*`) says nothing. `skip` names
Pythons that are not built, `test-skip` such as are built and not tested;
`overrides` only give options, and select nothing. `${{ matrix.X }}` is declared
where the matrix names it. Source: cibuildwheel's documentation, "Options".
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import islice
from typing import NamedTuple

from pylife.declarations import ranges, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values
from pylife.declarations.ci.ci_values import Value
from pylife.declarations.editing import edit_range, list_editor
from pylife.declarations.sessions.cibuildwheel_edits import edit_selectors, edit_words, spell
from pylife.model import Declaration, PythonVersion, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

_BUILD = "cibuildwheel-build"
_WORDS = "cibuildwheel-build-words"
_SKIP = "cibuildwheel-skip"
_RANGE = "cibuildwheel-requires-python"
_MATRIX = "cibuildwheel-matrix"
_INCLUDE = "cibuildwheel-include"

_OPTIONS = ("build", "skip", "test-skip")
_TABLE = ("tool", "cibuildwheel")
_WORD = re.compile(r"[^\s\"']+")
_BRACED = re.compile(r"([^-{}]*)\{([^{}]*)\}([^-{}]*)(?=-|\Z)")
_HEAD = re.compile(r"(?:[^-\[]|\[[^\]]*\])*")
_TAG = re.compile(r"cp3\d{1,2}t?")
_OTHER = re.compile(r"(?:pp|gp)\d[\w?*]*")
_SETS = re.compile(r"cp3(?:\d|\[[\d-]+\]){1,2}t?")
_SOME = re.compile(r"cp3[\d?*\[\]!-]*\dt?|cp3[\d?*\[\]!-]*\?t?|cp3\d[\d?*\[\]!-]*t?")
_EXPRESSION = re.compile(r"\$\{\{\s*matrix\.([\w.-]+)\s*\}\}")
_RANGE_OF = re.compile(r"(\d{1,3})\.\.(\d{1,3})")
_MOST = 100
"""Selectors of `skip` that are followed: real ones are a handful."""
_LONE = "braces around one alternative are taken as they are, and match nothing"
_GLOB = "a glob: which Pythons it selects is for the version of cibuildwheel to know"
_GIVEN = "an expression that is evaluated when the job runs"


class _Word(NamedTuple):
    """A selector as written: `text` at the character `start`."""

    text: str
    start: int


class _Said(NamedTuple):
    pythons: tuple[PythonVersion, ...] = ()
    note: str = ""
    unreadable: str = ""


def read(file: File) -> Iterator[Declaration]:
    """The selectors of the file, each place once."""
    found = _toml(file) if file.path.endswith(".toml") else _yaml(file)
    yield from ci_values.once(found)


def _toml(file: File) -> Iterator[Declaration]:
    words: dict[str, list[_Word]] = {}
    lists = set()
    for option in _OPTIONS:
        path = (*_TABLE, option)
        node = file.toml.node(*path)
        nodes = [node] if node is not None and isinstance(node.value, str) else []
        if isinstance(file.toml.get(*path), list):
            nodes = list(file.toml.items(*path))
            lists.add(option)
        words[option] = [
            word
            for item in nodes
            if isinstance(item.value, str) and "\\" not in item.raw
            for word in _words(item.raw, file.source.index(item.span.start))
        ]
    for option, found in words.items():
        site = _BUILD if option in lists else _WORDS
        yield from _selectors(file, option, found, f"tool.cibuildwheel.{option}", site, words)
    node = file.toml.node(*_TABLE, "project-requires-python")
    if node is not None and node.inner is not None:
        item = ranges.declare(file, _RANGE, node.value, node.inner)
        yield item._replace(role=Role.CONDITIONS)


def _yaml(file: File) -> Iterator[Declaration]:
    for document in file.yaml:
        jobs = yaml.get(document, "jobs")
        for job, node in yaml.pairs(jobs):
            yield from _environments(file, node, f"jobs.{job}", _matrix(node, f"jobs.{job}"))
        for key, node in [("", document), *yaml.pairs(document)]:
            if key != "jobs" or not yaml.is_mapping(node):
                yield from _environments(file, node, key, [], deep=bool(key))


def _environments(
    file: File, root: Node, prefix: str, matrix: list[Value], *, deep: bool = True
) -> Iterator[Declaration]:
    """The variables CIBW_* in and below `root`, by whatever form the CI system gives them."""
    below = ci_values.walk(root, ("name", "id", "job", "label", "key"))
    for path, node in below if deep else islice(below, 1):
        given = dict(yaml.pairs(node))
        name = given.get("name")
        if yaml.is_scalar(name) and name.value.startswith("CIBW_") and "value" in given:
            given = {name.value: given["value"]}
        words: dict[str, list[_Word]] = {}
        for option in _OPTIONS:
            scalar = given.get("CIBW_" + option.upper().replace("-", "_"))
            if yaml.is_scalar(scalar):
                words[option] = _scalar_words(file, scalar)
        inside = ".".join(filter(None, [prefix, path]))
        for option, found in words.items():
            group = f"{inside}.CIBW_{option.upper().replace('-', '_')}".lstrip(".")
            if any("${{" in word.text for word in found):
                scalar = given[f"CIBW_{option.upper().replace('-', '_')}"]
                if option == "build" and yaml.is_scalar(scalar):
                    yield from _expression(file, scalar, group, matrix)
                continue
            yield from _selectors(file, option, found, group, _WORDS, words)


def _scalar_words(file: File, node: ScalarNode) -> list[_Word]:
    start, end = node.start_mark.index, node.end_mark.index
    text = file.source.text[start:end]
    if node.style in {"|", ">"}:
        head = text.partition("\n")[0]
        text, start = text[len(head) :], start + len(head)
    elif "\\" in text:
        return []
    if "${{" in text:
        return [_Word(text, start)]
    return list(_words(text, start))


def _words(text: str, start: int) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        yield _Word(match[0], start + match.start())


def _selectors(
    file: File,
    option: str,
    found: list[_Word],
    group: str,
    site: str,
    words: dict[str, list[_Word]],
) -> Iterator[Declaration]:
    skipped = [word.text for word in words.get("skip", ())[:_MOST]] if option == "build" else []
    for word in found:
        match = _BRACED.match(word.text)
        if match is None:
            said = _said(_head(word.text))
            yield from _declared(file, option, word, said, group, site, word.text, skipped)
            continue
        tail = word.text[match.end() :]
        blank = f"{group} {match[1]}{{}}{match[3]}{tail}"
        at = word.start + match.start(2)
        for part in match[2].split(","):
            head = f"{match[1]}{part}{match[3]}"
            spread = _RANGE_OF.fullmatch(part)
            place = _Word(part, at)
            at += len(part) + 1
            said = _said(_head(head))
            if spread is not None:
                said = _spread(match[1], spread, match[3])
            elif "," not in match[2]:
                said = _Said(unreadable=_LONE)
            yield from _declared(file, option, place, said, blank, _BUILD, head + tail, skipped)


def _spread(before: str, ends: re.Match[str], after: str) -> _Said | None:
    """What `cp3{9..12}` says."""
    minors = range(int(ends[1]), int(ends[2]) + 1)
    found = [_said(f"{before}{minor}{after}") for minor in minors[:100]]
    return _Said(tuple(python for said in found if said for python in said.pythons)) or None


def _head(selector: str) -> str:
    """The Python tag of a selector: up to the first hyphen that is not in brackets."""
    match = _HEAD.match(selector)
    return match[0] if match else ""


def _said(tag: str) -> _Said | None:
    """What the Python tag of a selector says; None for nothing, as a glob for all CPythons."""
    if _TAG.fullmatch(tag):
        python = versions.named(tag)
        return _Said((python,)) if python is not None else None
    if _OTHER.fullmatch(tag):
        return _Said(note=f"{tag} is not CPython")
    if _SETS.fullmatch(tag):
        minors = [minor for minor in range(100) if fnmatchcase(f"cp3{minor}", tag.rstrip("t"))]
        threads = tag.endswith("t")
        return _Said(tuple(PythonVersion(3, minor, threads) for minor in minors))
    if _SOME.fullmatch(tag):
        return _Said(unreadable=_GLOB)
    return None


def _declared(
    file: File,
    option: str,
    word: _Word,
    said: _Said | None,
    group: str,
    site: str,
    whole: str,
    skipped: list[str],
) -> Iterator[Declaration]:
    if said is None:
        return
    place = file.source.span(word.start, word.start + len(word.text))
    if option != "build":
        if said.pythons:
            named = ", ".join(map(str, said.pythons))
            note = f"not built: {named}" if option == "skip" else f"built, not tested: {named}"
            yield file.listed(_SKIP, Role.TESTS, place, [], group=group, note=note)
    elif said.unreadable:
        bad = said.unreadable == _LONE
        yield file.unreadable(site, Role.TESTS, place, said.unreadable, group=group, invalid=bad)
    else:
        gone = any(fnmatchcase(whole, pattern) for pattern in skipped if pattern.count("*") < 8)
        yield file.listed(
            site,
            Role.TESTS,
            place,
            said.pythons,
            group=group,
            note=said.note,
            without_effect="left out by skip" if gone else "",
        )


def _matrix(job: Node, prefix: str) -> list[Value]:
    """The values of the job's matrix, and of its `include` entries."""
    matrix = yaml.get(job, "strategy", "matrix")
    found = []
    for name, nodes in yaml.pairs(matrix):
        group = f"{prefix}.strategy.matrix.{name}"
        for node in yaml.elements(nodes):
            for key, value in yaml.pairs(node):
                if (scalar := ci_values.plain(value)) is not None:
                    called = key if name == "include" else f"{name}.{key}"
                    found.append(Value(called, scalar, _INCLUDE, group))
            if (scalar := ci_values.plain(node)) is not None and name != "exclude":
                found.append(Value(name, scalar, _MATRIX, group))
    return found


def _expression(
    file: File, node: ScalarNode, group: str, matrix: list[Value]
) -> Iterator[Declaration]:
    """A selector with `${{ matrix.X }}`: declared where X is named, if it is one word that is."""
    text = node.value.strip()
    match = _EXPRESSION.search(text)
    name = match[1] if match is not None else ""
    values = [value for value in matrix if value.name == name]
    if match is None or not values or "${{" in text[: match.start()]:
        yield file.unreadable(_WORDS, Role.TESTS, ci_values.span(file, node), _GIVEN, group=group)
        return
    for value in values:
        head = _head(f"{text[: match.start()]}{value.node.value}{text[match.end() :]}")
        said = _said(head) if not re.search(r"[\s{]", head) else None
        # Those under a name of Python's are read with the workflow.
        read = ci_values.names_python(name) and ci_values.says_version(value.node.value)
        if said is not None and said.pythons and not read:
            place = ci_values.span(file, value.node)
            yield file.listed(value.site, Role.TESTS, place, said.pythons, group=value.group)


READER = Reader(
    name="cibuildwheel",
    title="cibuildwheel (build and skip)",
    read=read,
    editors={
        _BUILD: edit_selectors,
        _WORDS: edit_words,
        _MATRIX: list_editor(spell),
        _RANGE: edit_range,
    },
)

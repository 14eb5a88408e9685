"""What readers of platforms share: names of managed runtimes, YAML values that name a Python.

A managed runtime is named `python3.9` (AWS Lambda), `python39` (Google Cloud),
`PYTHON|3.9` (Azure), or by a version of its own, whose Python
`pylife/data/runtimes.toml` knows.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from pylife import resources
from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File
from pylife.declarations.containers import images
from pylife.declarations.editing import list_editor, single_editor, unquoted_number
from pylife.model import Declaration, PythonVersion, Role, Span
from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node, ScalarNode

NAME = re.compile(r"python[23][\d.]*")
"""The name of a managed Python runtime; other languages have names of their own."""

_COMPUTED = re.compile(r"\$|\{\{")
"""What is filled in by a template, a shell or a deployment tool."""

_TEST = re.compile(r"(?:.*/)?(?:tests?/.*|(?:test_[^/]*|[^/]*_test|conftest)\.py)")
IN_A_TEST = "stands in a test: nothing is deployed with it"


def in_a_test(path: str) -> str:
    """Why a runtime that the code in `path` names takes no effect; empty where it does."""
    return IN_A_TEST if _TEST.fullmatch(path) else ""


def once(found: Iterable[Declaration]) -> Iterator[Declaration]:
    """Each place once: an alias or a variable leads to the same place many times."""
    seen = set()
    for item in found:
        if item.span not in seen:
            seen.add(item.span)
            yield item


def walk(node: Node | None) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every value of mappings and lists under `node` with its path, each node once."""
    seen: set[int] = set()
    pending: list[tuple[tuple[str, ...], Node]] = [((), node)] if node is not None else []
    while pending:
        path, here = pending.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield path, here
        inner = [((*path, key), value) for key, value in yaml.pairs(here)]
        inner += [((*path, str(at)), value) for at, value in enumerate(yaml.elements(here))]
        pending += reversed(inner)


def plain(file: File, node: ScalarNode) -> Span | None:
    """The place of a scalar whose text is its value, as written; None for any other."""
    span = yaml.scalar_span(file.source, node)
    return span if file.source.slice(span) == node.value else None


def tag(node: Node) -> str:
    """The tag that is written before a YAML node, such as `!Ref`; its type's where none is."""
    return str(getattr(node, "tag", ""))


def runtime(
    file: File, site: str, node: Node | None, group: str, *, without_effect: str = ""
) -> Iterator[Declaration]:
    """The Python runtime that a scalar names; nothing for another language's."""
    if yaml.is_scalar(node) and node.value.lower().startswith("python"):
        span = yaml.scalar_span(file.source, node)
        found = file.python_named(site, Role.RUNS_ON, span, node.value.strip(), group=group)
        yield found._replace(without_effect=without_effect)


def version(file: File, site: str, node: Node | None, group: str) -> Iterator[Declaration]:
    """The version that a scalar such as `"3.11"` gives."""
    if node is None:
        return
    if not yaml.is_scalar(node):
        span = yaml.outer_span(file.source, node)
        yield file.unreadable(site, Role.RUNS_ON, span, "not a version", group=group)
        return
    span = yaml.scalar_span(file.source, node)
    if _COMPUTED.search(node.value):
        reason = "filled in when it is deployed"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)
    elif node.style:
        yield file.python_named(site, Role.RUNS_ON, span, node.value, group=group)
    elif node.value:
        yield file.number_named(site, Role.RUNS_ON, span, node.value, "YAML", group=group)


def image(
    file: File, site: str, node: Node | None, group: str, *, note: str = ""
) -> Iterator[Declaration]:
    """What the image reference of a scalar says; nothing where it speaks of no Python."""
    if not yaml.is_scalar(node):
        return
    whole = yaml.scalar_span(file.source, node)
    name = node.value.rpartition("/")[2]  # what is filled in before it says nothing of a Python
    if _COMPUTED.search(name):
        if name.startswith("python:"):
            reason = "the image's tag is filled in when it is deployed"
            yield file.unreadable(site, Role.RUNS_ON, whole, reason, group=group)
        return
    place = plain(file, node)

    def at(start: int, end: int) -> Span | None:
        return Span(place.start + start, place.start + end) if place and ascii_only else None

    ascii_only = node.value.isascii()
    yield from images.declare(file, site, node.value, whole, at, group=group, note=note)


_CONDA = re.compile(
    r"(?:[\w-]+::)?python(?:\s*==?\s*|\s+)(?P<version>\d[\w.*]*)(?:=\S*)?\s*", re.ASCII
)
_CONDA_RANGE = re.compile(r"(?:[\w-]+::)?python\s*(?:[<>!~=].*)?")


def conda(file: File, site: str, text: str, span: Span, group: str) -> Iterator[Declaration]:
    """`python=3.9.18` among conda's dependencies; `text` is written at `span`."""
    match = _CONDA.fullmatch(text)
    if match is not None and file.source.slice(span) == text:
        start = span.start + match.start("version")  # all of it is ASCII
        place = Span(start, start + len(match["version"]))
        yield file.python_named(site, Role.RUNS_ON, place, match["version"], group=group)
    elif _CONDA_RANGE.fullmatch(text):
        reason = "a range: conda chooses when the environment is made"
        yield file.unreadable(site, Role.RUNS_ON, span, reason, group=group)


def without_threads(text: str, old: PythonVersion, new: PythonVersion) -> str | None:
    """Spell for managed runtimes, `python3.9` and `python39` alike."""
    if new.free_threaded:
        raise CannotEditError("platforms have no runtime of the free-threaded build")
    return versions.respell(text, old, new)


edit_runtime = single_editor(without_threads)
"""The editor of one managed runtime."""

edit_runtimes = list_editor(without_threads)
"""The editor of a list of managed runtimes."""

edit_number = single_editor(unquoted_number)
"""The editor of a version in YAML, where an unquoted 3.10 is a number."""


@cache
def _tables() -> dict[str, dict[str, str]]:
    from pylife.syntax import toml  # most files that are read here name their Python

    path = resources.data("runtimes.toml")
    tables = toml.parse(Source(path.name, path.read_bytes())).table("table")
    return {name: table["python"] for name, table in tables.items()}


_DATABRICKS = re.compile(r"(\d+\.\d+)\.x-\S+")


def databricks(file: File, site: str, text: str, span: Span, group: str) -> Declaration:
    """The Python of a Databricks Runtime key such as `13.3.x-scala2.12`."""
    match = _DATABRICKS.fullmatch(text)
    if match is None:
        reason = "names no Databricks Runtime such as 15.4.x-scala2.12"
        return file.unreadable(site, Role.RUNS_ON, span, reason, group=group)
    return known(file, site, "databricks-runtime", match[1], span, group, "Databricks Runtime")


def known(
    file: File, site: str, table: str, key: str, span: Span, group: str, title: str
) -> Declaration:
    """The Python that the table of the data file gives for `key`, else unreadable."""
    python = versions.named(_tables()[table].get(key, ""))
    if python is None:
        reason = f"the Python of {title} {key} is not in pylife's table"
        return file.unreadable(site, Role.RUNS_ON, span, reason, group=group)
    note = f"{title} {key} has Python {python}"
    return file.listed(site, Role.RUNS_ON, span, [python], group=group, note=note)

"""GitHub Actions workflows: the Pythons of matrices and of the steps that set one up.

Read are lists of `strategy.matrix` under a key that names Python (or that such a
step refers to), Pythons among its `include` entries, and literal
`python-version:` inputs, also through `${{ env.NAME }}` of the same file. An
element that `exclude` leaves no combination is listed with no versions. An
expression such as `fromJSON(needs....)` is unreadable: its value is made when
the workflow runs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pylife.declarations import github_expressions, versions
from pylife.declarations.base import File, Reader
from pylife.declarations.editing import list_editor, single_editor, unquoted_number
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

_MATRIX = "github-matrix"
_INCLUDE = "github-include"
_STEP = "github-setup-python"
_LINES = "github-setup-pythons"

_KEY = re.compile(r"(?:py|python|cpython)(?:[-_]?ver(?:sion)?s?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Job:
    """What the declarations of one job need: its place, and the literals around it."""

    file: File
    name: str
    env: dict[str, ScalarNode]


def read(file: File) -> Iterator[Declaration]:
    """The declarations of every job, each place once."""
    if not file.yaml:
        return
    workflow = file.yaml[0]
    seen: set[Span] = set()
    for name, node in yaml.pairs(yaml.get(workflow, "jobs")):
        env = {**_env(workflow), **_env(node)}
        for item in _job(_Job(file, name, env), node):
            if item.span not in seen:
                seen.add(item.span)
                yield item


def _env(node: Node) -> dict[str, ScalarNode]:
    return {key: value for key, value in yaml.pairs(yaml.get(node, "env")) if yaml.is_scalar(value)}


def _job(job: _Job, node: Node) -> Iterator[Declaration]:
    inputs = list(_inputs(job, node))
    referred = {path for _, value, _ in inputs for path in github_expressions.references(value)}
    matrix = yaml.get(node, "strategy", "matrix")
    if yaml.is_scalar(matrix):
        if referred and matrix.value.strip():
            yield _unreadable(job, _MATRIX, matrix, f"jobs.{job.name}.strategy.matrix")
    else:
        yield from _matrix(job, matrix, referred)
    for group, value, env in inputs:
        yield from _input(_Job(job.file, job.name, env), value, group)


def _inputs(job: _Job, node: Node) -> Iterator[tuple[str, Node, dict[str, ScalarNode]]]:
    """The `python-version` inputs of a job's steps, or of the workflow that it calls."""
    steps = yaml.elements(yaml.get(node, "steps"))
    for number, step in enumerate([node, *steps]):
        group = f"jobs.{job.name}.steps.{number}" if number else f"jobs.{job.name}.with"
        if yaml.get(step, "uses") is None:
            continue
        for key, value in yaml.pairs(yaml.get(step, "with")):
            if _KEY.fullmatch(key):
                yield group, value, {**job.env, **_env(step)}


def _matrix(job: _Job, matrix: Node | None, referred: set[str]) -> Iterator[Declaration]:
    """The lists under Python's keys, and Python's values among the `include` entries."""
    root = f"jobs.{job.name}.strategy.matrix"
    axes = [(key, value) for key, value in yaml.pairs(matrix) if key not in {"include", "exclude"}]
    heads = {path.partition(".")[0] for path in referred}
    for key, values in axes:
        if not (_KEY.fullmatch(key) or key in heads):
            continue
        if yaml.is_scalar(values):
            yield from _expression(job, values, f"{root}.{key}")
            continue
        for element in yaml.elements(values):
            inner = _inside(element, key, referred)
            if not yaml.is_scalar(inner):
                continue
            # A value inside a mapping has neighbours of its own: it is no list to edit.
            site = _MATRIX if inner is element else _INCLUDE
            if inner is element and github_expressions.excluded(matrix, axes, key, inner.value):
                yield job.file.listed(
                    site,
                    Role.TESTS,
                    _span(job.file, inner),
                    [],
                    group=f"{root}.{key}",
                    note="left out by strategy.matrix.exclude",
                )
            else:
                yield from _scalar(job, site, inner, f"{root}.{key}")
    include = yaml.get(matrix, "include")
    if yaml.is_scalar(include):
        if referred and not any(_KEY.fullmatch(key) for key, _ in axes):
            yield _unreadable(job, _INCLUDE, include, f"{root}.include")
        return
    for entry in yaml.elements(include):
        for key, value in yaml.pairs(entry):
            inner = _inside(value, key, referred)
            if (_KEY.fullmatch(key) or key in heads) and yaml.is_scalar(inner):
                yield from _scalar(job, _INCLUDE, inner, f"{root}.include")


def _inside(element: Node, key: str, referred: set[str]) -> Node | None:
    """The scalar that names the Python: the element, or what `matrix.KEY.a.b` refers to in it."""
    if not yaml.is_mapping(element):
        return element
    paths = [path.split(".")[1:] for path in sorted(referred) if path.startswith(f"{key}.")]
    return next((node for node in (yaml.get(element, *path) for path in paths) if node), None)


def _input(job: _Job, value: Node, group: str) -> Iterator[Declaration]:
    """A `python-version` input: one version, one a line, or an expression."""
    if not yaml.is_scalar(value):
        span = yaml.outer_span(job.file.source, value)
        yield job.file.unreadable(_STEP, Role.TESTS, span, "not text", group=group)
    elif value.style in {"|", ">"}:
        yield from _block(job, value, group)
    elif "${{" not in value.value:
        if value.value.strip():
            yield from _scalar(job, _STEP, value, group)
    else:
        yield from _expression(job, value, group, site=_STEP)


def _block(job: _Job, value: ScalarNode, group: str) -> Iterator[Declaration]:
    """A block scalar with one version a line."""
    source = job.file.source
    start = value.start_mark.index
    at = start
    for line in source.text[start : value.end_mark.index].split("\n"):
        text = line.strip()
        begin = at + len(line) - len(line.lstrip())
        at += len(line) + 1
        if not text or begin == start:
            continue  # the `|` itself
        span = source.span(begin, begin + len(text))
        if "${{" not in text:
            yield job.file.python_named(_LINES, Role.TESTS, span, text, group=group)
        elif not github_expressions.is_matrix(text):
            yield job.file.unreadable(
                _LINES, Role.TESTS, span, github_expressions.why(text), group=group
            )


def _expression(
    job: _Job, node: ScalarNode, group: str, *, site: str = _MATRIX
) -> Iterator[Declaration]:
    """`${{ ... }}`: a literal list or a name of this file is read, a matrix is read elsewhere."""
    whole = github_expressions.EXPRESSION.fullmatch(node.value.strip())
    context = github_expressions.CONTEXT.fullmatch(whole[1]) if whole else None
    if context is not None and context[1] == "matrix" and site == _STEP:
        return
    if context is not None and context[1] == "env" and context[2] in job.env:
        literal = job.env[context[2]]
        if "${{" not in literal.value and literal.style not in {"|", ">"}:
            yield from _scalar(job, _STEP, literal, f"env.{context[2]}")
            return
    array = github_expressions.JSON.fullmatch(whole[1]) if whole else None
    span = _span(job.file, node)
    if array is not None and job.file.source.slice(span) == node.value:
        base = job.file.source.index(span.start) + node.value.index(array[1])
        for match in re.finditer(r'"([^"]*)"', array[1]):
            place = job.file.source.span(base + match.start(1), base + match.end(1))
            yield job.file.python_named(site, Role.TESTS, place, match[1], group=group)
        return
    if node.value.strip():
        yield _unreadable(job, site, node, group)


def _scalar(job: _Job, site: str, node: ScalarNode, group: str) -> Iterator[Declaration]:
    """One version as YAML scalar, the float trap included."""
    if "${{" in node.value:
        if not github_expressions.is_matrix(node.value):
            yield _unreadable(job, site, node, group)
        return
    span = _span(job.file, node)
    if not node.style and versions.number(node.value) is not None:
        yield job.file.number_named(site, Role.TESTS, span, node.value, "YAML", group=group)
        return
    bare = not node.style and node.value == "3.1"
    note = "3.1 is what YAML reads for an unquoted 3.10" if bare else ""
    yield job.file.python_named(site, Role.TESTS, span, node.value, group=group, note=note)


def _unreadable(job: _Job, site: str, node: ScalarNode, group: str) -> Declaration:
    span = _span(job.file, node)
    reason = github_expressions.why(node.value)
    return job.file.unreadable(
        site,
        Role.TESTS,
        span,
        reason,
        group=group,
        invalid=reason == github_expressions.PLAIN,
    )


def _span(file: File, node: ScalarNode) -> Span:
    return yaml.scalar_span(file.source, node)


_LIST_EDITOR = list_editor(unquoted_number)

READER = Reader(
    name="github-actions",
    title="GitHub Actions workflows",
    read=read,
    editors={
        _MATRIX: _LIST_EDITOR,
        _LINES: list_editor(),
        _STEP: single_editor(unquoted_number),
    },
)

"""What the steps of GitHub Actions say: inputs, scripts, `env`, images.

Shared by workflows and composite actions, whose steps are alike.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from pylife.declarations import versions
from pylife.declarations.base import File
from pylife.declarations.ci import github_commands, github_text
from pylife.declarations.ci import github_expressions as expressions
from pylife.declarations.ci import github_scope as scopes
from pylife.declarations.ci.github_expressions import KEY
from pylife.declarations.ci.github_scope import Scope
from pylife.declarations.ci.github_text import Literal
from pylife.declarations.ci.github_values import LIST, STEP, evaluated, said_plainly, scalar
from pylife.declarations.containers import images
from pylife.model import Declaration, Role, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

LINES = "github-setup-pythons"
IMAGE = "github-image"
RUN = "github-run"
TOX = "github-tox"
NOX = "github-nox"


_BEFORE = "default|main|latest|oldest|newest|primary"
_ABOUT = "test|tests|testing|matrix|ci|supported|target|build|base|lint|docs|uv|all|tox|nox"
_AFTER = "json|list|matrix|default|latest|oldest|newest|lint|docs|build|test|tests"
NAME = re.compile(
    rf"(?:(?:{_BEFORE}|{_ABOUT})[-_]){{0,3}}(?:py|pythons?|cpython)(?:[-_]?ver(?:sion)?s?)?"
    rf"(?:[-_](?:{_AFTER})){{0,2}}",
    re.IGNORECASE,
)
"""Names of variables and inputs that mean Python where their value is a version.

A minimum or maximum is the end of a range: that it is run is not said.
"""

_GENERATED = re.compile(r"do not edit|(?:auto-?|automatically |is )generated", re.IGNORECASE)


def generated(file: File) -> int | None:
    """The line of the comment at the top that says that the file is generated, if there is one."""
    for number, line in enumerate(file.source.text[:2000].split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            return None
        if _GENERATED.search(line):
            return number
    return None


def inputs(scope: Scope, step: Node, group: str) -> Iterator[Declaration]:
    """The `with:` of a step, or of a job that calls a workflow."""
    uses = yaml.get(step, "uses")
    if not yaml.is_scalar(uses):
        return
    if uses.value.startswith("docker://"):
        yield from image(scope, uses, group, skip=len("docker://"))
    given = dict(yaml.pairs(yaml.get(step, "with")))
    for key, value in given.items():
        if KEY.fullmatch(key):
            inner = group if key == "python-version" else f"{group}.{key}"
            yield from _input(scope, value, inner, certain="ver" in key.lower())
        elif NAME.fullmatch(key) and yaml.is_scalar(value):
            yield from said_plainly(scope, value, f"{group}.{key}", STEP)
    named = given.get("python-version-file")
    if yaml.is_scalar(named) and "python-version" not in given:
        yield from _elsewhere(scope, named, group)


def _input(scope: Scope, node: Node, group: str, *, certain: bool) -> Iterator[Declaration]:
    """An input that names Pythons; `certain` where it can be nothing else."""
    file = scope.file
    if not yaml.is_scalar(node):
        span = yaml.outer_span(file.source, node)
        yield file.unreadable(STEP, Role.TESTS, span, "not text", group=group)
    elif not node.value.strip():
        return
    elif node.style in {"|", ">"}:
        yield from _block(scope, node, group)
    elif "${{" in node.value:
        if not expressions.is_matrix(node.value):
            yield from evaluated(scope, node, scope.values(node), group, STEP)
    else:
        found = list(said_plainly(scope, node, group, STEP))
        if found or not (certain or versions.other(node.value)):
            yield from found
        else:
            yield scalar(file, STEP, node, group)


def _block(scope: Scope, node: ScalarNode, group: str) -> Iterator[Declaration]:
    """A block scalar with one version a line."""
    file = scope.file
    written = github_text.script(file.source, node)
    for match in re.finditer(r"[^\n]+", written.text):
        line = written[match.start() : match.end()].stripped()
        if not line.text:
            continue
        span = line.span(file.source)
        if "${{" not in line.text:
            yield file.python_named(LINES, Role.TESTS, span, line.text, group=group)
        elif not expressions.is_matrix(line.text):
            reason = expressions.why(line.text)
            yield file.unreadable(LINES, Role.TESTS, span, reason, group=group)


def _elsewhere(scope: Scope, node: ScalarNode, group: str) -> Iterator[Declaration]:
    """A version that another file gives: only what no reader knows is said here."""
    from pylife.declarations.registry import claims  # which lists this module's reader too

    path = node.value.strip().removeprefix("./")
    if path and "${{" not in path and not claims(path):
        span = yaml.scalar_span(scope.file.source, node)
        reason = f"the version is in {path}, which is not read"
        yield scope.file.unreadable(STEP, Role.TESTS, span, reason, group=group)


def environment(scope: Scope, node: Node, prefix: str) -> Iterator[Declaration]:
    """Variables of `node` whose name and value both speak of Python."""
    for key, value in yaml.pairs(yaml.get(node, "env")):
        if not yaml.is_scalar(value) or "${{" in value.value:
            continue
        group = f"{prefix}env.{key}"
        if key == "TOXENV":
            text = github_text.literal(scope.file.source, value)
            yield from _environments(scope.file, text, group)
        elif NAME.fullmatch(key):
            yield from said_plainly(scope, value, group, scopes.ENV)


def _environments(file: File, names: Literal, group: str) -> Iterator[Declaration]:
    for match in re.finditer(r"[^\s,]+", names.text):
        python = github_commands.tox_environment(match[0])
        if python is not None:
            span = names[match.start() : match.end()].span(file.source)
            yield file.listed(TOX, Role.TESTS, span, [python], group=group)


def defaults(scope: Scope) -> Iterator[Declaration]:
    """The defaults of inputs whose name and default both speak of Python."""
    for group, node in scopes.inputs(scope.document):
        default = yaml.get(node, "default")
        if NAME.fullmatch(group.rpartition(".")[2]) and yaml.is_scalar(default):
            where = f"{group}.default"
            yield from said_plainly(scope, default, where, scopes.DEFAULT, expressions.ANOTHER)


_DIGIT = re.compile("[23]")
"""Without one of these no Python is named."""


def commands(scope: Scope, step: Node, group: str, note: str) -> Iterator[Declaration]:
    """The Pythons that a step's script names."""
    run = yaml.get(step, "run")
    if not yaml.is_scalar(run) or not _DIGIT.search(run.value):
        return
    file = scope.file
    found = github_commands.mentions(github_text.script(file.source, run))
    for number, mention in enumerate(found, 1):
        plain = LIST if len(mention.named) > 1 else RUN
        site = {"tox": TOX, "nox": NOX}.get(mention.tool, plain)
        where = f"{group}.run {number}"
        for word, python in mention.named:
            yield file.listed(
                site,
                Role.TESTS,
                word.span(file.source),
                [python],
                group=where,
                note="" if site == plain else note,
            )


def image(scope: Scope, node: Node | None, group: str, skip: int = 0) -> Iterator[Declaration]:
    """A container image of a job, a service or a step."""
    if not yaml.is_scalar(node) or "${{" in node.value:
        return
    file = scope.file
    text = github_text.literal(file.source, node)[skip:]

    def at(start: int, end: int) -> Span | None:
        return text[start:end].span(file.source) if text.exact and end > start else None

    note = PINNED if "@" in text.text else ""
    yield from images.declare(
        file, IMAGE, text.text, text.span(file.source), at, role=Role.TESTS, group=group, note=note
    )


PINNED = "pinned by digest"


def steps(scope: Scope, node: Node, note: str) -> Iterator[Declaration]:
    """All that the steps of a job or an action say."""
    for number, step in scopes.steps(node):
        if not _says(step):
            continue
        group = f"{scope.name}.steps.{number}"
        inner = scope.within(group, step)
        found = chain(
            inputs(inner, step, group),
            commands(inner, step, group, note),
            environment(inner, step, f"{group}."),
        )
        yield from unless_off(found, step, group)


_SAYING = frozenset({"with", "run", "env"})
"""The keys of a step under which Pythons are named."""


def _says(step: Node) -> bool:
    """Whether a step can name a Python at all: many, such as a checkout, cannot."""
    return any(
        key in _SAYING or (key == "uses" and str(value.value).startswith("docker://"))
        for key, value in yaml.pairs(step)
    )


def unless_off(items: Iterable[Declaration], node: Node, group: str) -> Iterator[Declaration]:
    """`items`, without effect where the literal `if: false` turns off what declares them."""
    off = f"{group}.if is false" if is_off(node) else ""
    for item in items:
        yield item._replace(without_effect=off) if off and not item.without_effect else item


def is_off(node: Node | None) -> bool:
    """Whether a job or a step never runs: a literal `if: false`."""
    condition = yaml.get(node, "if")
    if not yaml.is_scalar(condition):
        return False
    return re.fullmatch(r"(?:\$\{\{\s*)?false(?:\s*\}\})?", condition.value.strip()) is not None

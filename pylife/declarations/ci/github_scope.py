"""What the names of an expression stand for in one workflow or composite action.

`env.X`, the defaults of `inputs.X`, and outputs of jobs and steps are followed
through the file as far as their texts stand in it. Source: GitHub's
documentation, "Contexts" and "Workflow commands".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pylife.declarations.base import File
from pylife.declarations.ci import github_evaluation, github_text
from pylife.declarations.ci import github_expressions as expressions
from pylife.declarations.ci.github_expressions import Value
from pylife.declarations.ci.github_text import Literal
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

ENV = "github-env"
DEFAULT = "github-default"
OUTPUT = "github-output"
_DEEPEST = 6
_MOST = 200


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: the document, its job or action, and the `env` around it."""

    file: File
    document: Node
    name: str = ""
    """The group of the job, such as `jobs.test`; `runs` of an action."""
    node: Node | None = None
    env: dict[str, tuple[str, ScalarNode]] = field(default_factory=dict)
    """By name: the group of the place, and the value."""
    depth: int = _DEEPEST
    budget: list[int] = field(default_factory=lambda: [_MOST])
    """How many more expressions may be followed for the one that was asked for."""

    def within(self, name: str, node: Node) -> "Scope":
        """The scope of a job or a step: with its `env`."""
        own = _env(name, node)
        env = {**self.env, **own} if own else self.env
        return Scope(self.file, self.document, name, node, env, self.depth, self.budget)

    def values(self, node: ScalarNode, where: str = "", site: str = "") -> list[Value]:
        """What the scalar `node`, which stands at `where`, may be."""
        text = github_text.literal(self.file.source, node)
        if "${{" not in node.value:
            return [Value(text=text, where=where, site=site)]
        if self.depth == _DEEPEST:
            self.budget[0] = _MOST
        self.budget[0] -= 1
        if not self.depth or self.budget[0] < 0:
            return [Value(reason=expressions.why(node.value))]
        return github_evaluation.evaluate(text, replace(self, depth=self.depth - 1).resolve)

    def resolve(self, path: tuple[str, ...]) -> list[Value]:
        """The values of a name such as `env.PYTHON` or `needs.setup.outputs.pythons`."""
        unknown = [Value(reason=expressions.why(f"${{{{ {'.'.join(path)} }}}}"))]
        match path:
            case ("matrix", *rest):
                return [Value(matrix=".".join(rest))]
            case ("env", name) if name in self.env:
                where, node = self.env[name]
                return self.values(node, where, ENV)
            case ("inputs", name) | ("github", "event", "inputs", name):
                return self._input(name)
            case ("needs" | "jobs", job, "outputs", name):
                return self._output(job, name) or unknown
            case ("steps", step, "outputs", name):
                return self._written(step, name) or unknown
            case _:
                return unknown

    def _input(self, name: str) -> list[Value]:
        """The defaults of an input: whoever starts the workflow may give another."""
        found = []
        for group, node in inputs(self.document):
            default = yaml.get(node, "default")
            if group.rpartition(".")[2] == name and yaml.is_scalar(default):
                found += self.values(default, f"{group}.default", DEFAULT)
        given = [Value(reason="given by whoever starts the workflow")]
        return [
            value._replace(loose=True, note=value.note or expressions.ANOTHER)
            for value in found or given
        ]

    def _output(self, job: str, name: str) -> list[Value]:
        node = yaml.get(self.document, "jobs", job)
        output = yaml.get(node, "outputs", name)
        if node is None or not yaml.is_scalar(output):
            return []
        outer = Scope(self.file, self.document, depth=self.depth, budget=self.budget)
        around = replace(outer, env=_env("", self.document)).within(f"jobs.{job}", node)
        return around.values(output, f"jobs.{job}.outputs.{name}", OUTPUT)

    def _written(self, step: str, name: str) -> list[Value]:
        """What a step of the same job writes to GITHUB_OUTPUT under `name`."""
        for place, node in steps(self.node):
            named = yaml.get(node, "id")
            run = yaml.get(node, "run")
            if yaml.is_scalar(named) and named.value == step and yaml.is_scalar(run):
                shell = yaml.get(node, "shell")
                if yaml.is_scalar(shell) and shell.value not in {"bash", "sh"}:
                    return []
                group = f"{self.name}.steps.{place}.{name}"
                return list(_echoed(github_text.script(self.file.source, run), name, group))
        return []


def _env(name: str, node: Node) -> dict[str, tuple[str, ScalarNode]]:
    env = yaml.get(node, "env")
    if env is None:
        return {}
    prefix = f"{name}.env." if name else "env."
    return {key: (prefix + key, value) for key, value in yaml.pairs(env) if yaml.is_scalar(value)}


def outermost(file: File, document: Node) -> Scope:
    """The scope of the whole document."""
    return Scope(file, document, env=_env("", document))


def inputs(document: Node) -> Iterator[tuple[str, Node]]:
    """The inputs of a workflow or an action, each with its group."""
    for event in ("workflow_call", "workflow_dispatch"):
        for name, node in yaml.pairs(yaml.get(document, "on", event, "inputs")):
            yield f"on.{event}.inputs.{name}", node
    for name, node in yaml.pairs(yaml.get(document, "inputs")):
        yield f"inputs.{name}", node


def steps(node: Node | None) -> Iterator[tuple[int, Node]]:
    """The steps of a job or an action, numbered from 1."""
    yield from enumerate(yaml.elements(yaml.get(node, "steps")), 1)


_ECHO = re.compile(
    r"""[ \t]*echo[ \t]+(?P<quote>["']?)(?P<old>::set-output[ \t]+name=)?(?P<name>[\w-]+)
    (?(old)::|=)(?P<value>.*?)(?P=quote)[ \t]*
    (?(old)|>>[ \t]*["']?\$\{?GITHUB_OUTPUT\}?["']?)[ \t]*\r?\Z""",
    re.VERBOSE,
)
_LINE = re.compile(r"(?<![^\n])[^\n]{1,2000}(?![^\n])")


def _echoed(script: Literal, name: str, group: str) -> Iterator[Value]:
    """The texts that `echo "name=..." >> $GITHUB_OUTPUT` writes; each that may be chosen."""
    lines = (match.span() for match in _LINE.finditer(script.text))
    matches = (_ECHO.match(script.text, start, end) for start, end in lines)
    found = [match for match in matches if match is not None and match["name"] == name]
    writes = re.findall(rf"(?<![\w-]){re.escape(name)}(?==|<<|::)", script.text)
    if len(found) != len(writes):
        yield Value(reason="made by a script when the workflow runs")
    for number, match in enumerate(found, 1):
        text = _shell(script[match.start("value") : match.end("value")], match["quote"])
        if text is None:
            yield Value(reason="made by a script when the workflow runs")
        else:
            where = f"{group} choice {number}" if len(found) > 1 else group
            yield Value(text=text, where=where, site=OUTPUT)


def _shell(value: Literal, quote: str) -> Literal | None:
    """What a shell reads for a word in these quotes; None where it computes something."""
    if quote == "'":
        return value
    if quote == '"':
        if re.search(r"(?<!\\)[$`]", value.text):
            return None
        kept = [m.end() - 1 for m in re.finditer(r'\\["\\]|.', value.text)]
        text = "".join(value.text[index] for index in kept)
        return Literal(text, tuple(value.places[index] for index in kept), value.whole)
    # Without quotes a shell takes quotes and blanks for its own.
    return value if re.fullmatch(r"[\w.,:=-]*(?:\[[\w.,-]*\])?", value.text) else None

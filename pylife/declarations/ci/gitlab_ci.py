"""GitLab CI: images of jobs, variables, and `parallel: matrix`.

Read are the `image` and `services` of the file, its `default` and each job, the
lists of `parallel:matrix` under a name of Python's, and variables so called.
`python:$VERSION` is declared where the literal of VERSION stands: in the
matrix, in the job, in a job that it extends, or in the file. What an `include`
brings is in another file. Source: GitLab's documentation, "CI/CD YAML syntax".
"""

import re
from collections import ChainMap
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values, ci_variables
from pylife.declarations.ci.ci_entries import edit_entries
from pylife.declarations.ci.ci_values import Value
from pylife.declarations.containers import images
from pylife.model import Declaration
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_IMAGE = "gitlab-image"
_MATRIX = "gitlab-matrix"
_ENTRY = "gitlab-matrix-entry"
_VARIABLE = "gitlab-variable"

_REFERENCE = re.compile(r"\$\{(\w+)\}|\$(\w+)|\$\[\[\s*inputs\.([\w-]+)(?:\s*\|[^\]]*)?\s*\]\]")
_NOT_JOBS = frozenset(
    {"include", "stages", "types", "workflow", "cache", "variables", "spec", "image", "services"}
)
_DEEPEST = 8


def read(file: File) -> Iterator[Declaration]:
    """What the file says, each place once."""
    yield from ci_values.once(item for document in file.yaml for item in _document(file, document))


def _document(file: File, document: Node) -> Iterator[Declaration]:
    jobs = {
        name: node
        for name, node in ci_values.members(document).items()
        if name not in _NOT_JOBS and yaml.is_mapping(node)
    }
    shared = _variables(document, "") + _inputs(file.yaml[0])
    given = {name: _given(node, f"{name}.") for name, node in jobs.items()}
    # A job that is only extended takes its variables from those that extend it.
    anywhere = ci_values.gathered([value for values in given.values() for value in values])
    everywhere = ci_values.gathered(shared)
    whole = [(name, ci_values.members(node)) for name, node in jobs.items()]
    for name, keys in [("", ci_values.members(document)), *whole]:
        own = given.get(name, [])
        inherited = _inherited(jobs, given, keys)
        # The nearest one counts.
        values = ChainMap(ci_values.gathered(own), inherited, everywhere, anywhere)
        for image in _images(keys, f"{name}." if name else ""):
            yield from ci_variables.resolved(file, image, values, _REFERENCE, image=True)
        for value in [*own, *(() if name else shared)]:
            yield from _value(file, value)


def _inherited(
    jobs: dict[str, Node], given: dict[str, list[Value]], keys: dict[str, Node]
) -> dict[str, list[Value]]:
    """The matrices and variables of the jobs that a job extends; of a name the nearest."""
    found: dict[str, list[Value]] = {}
    for _ in range(_DEEPEST):
        extended = keys.get("extends")
        names = [
            node.value for node in [extended, *yaml.elements(extended)] if yaml.is_scalar(node)
        ]
        keys = {}
        for name in names:
            if name in jobs:
                keys = {**keys, **ci_values.members(jobs[name])}
                found = {**ci_values.gathered(given[name]), **found}
        if not keys:
            break
    return found


def _given(node: Node, prefix: str) -> list[Value]:
    """What a job gives to its variables; a matrix counts before `variables:`."""
    matrix = _matrix(ci_values.members(node), prefix)
    names = {value.name for value in matrix}
    return matrix + [value for value in _variables(node, prefix) if value.name not in names]


def _inputs(document: Node) -> list[Value]:
    """The defaults of the file's inputs, which stand in a header of its own."""
    return [
        Value(name, scalar, _VARIABLE, f"spec.inputs.{name}.default")
        for name, value in yaml.pairs(yaml.get(document, "spec", "inputs"))
        if (scalar := ci_values.plain(yaml.get(value, "default"))) is not None
    ]


def _images(keys: dict[str, Node], prefix: str) -> Iterator[Value]:
    """The image and the services of a job, or of the file."""
    places = [(f"{prefix}image", keys.get("image"))]
    places += [
        (f"{prefix}services.{number}", service)
        for number, service in enumerate(yaml.elements(keys.get("services")))
    ]
    for group, node in places:
        named = yaml.is_mapping(node)
        scalar = ci_values.plain(ci_values.members(node).get("name") if named else node)
        if scalar is not None:
            yield Value("", scalar, _IMAGE, f"{group}.name" if named else group)


def _variables(node: Node, prefix: str) -> list[Value]:
    """`variables:` of a job or of the file, as text or as `value:` with a description."""
    found = []
    for name, given in ci_values.members(ci_values.members(node).get("variables")).items():
        value = ci_values.members(given).get("value") if yaml.is_mapping(given) else given
        scalar = ci_values.plain(value)
        if scalar is not None:
            found.append(Value(name, scalar, _VARIABLE, f"{prefix}variables.{name}"))
    return found


def _matrix(keys: dict[str, Node], prefix: str) -> list[Value]:
    """The values of `parallel: matrix:`, lists and single ones."""
    found = []
    matrix = yaml.elements(yaml.get(keys.get("parallel"), "matrix"))
    for number, entry in enumerate(matrix):
        single = []
        for name, values in ci_values.members(entry).items():
            group = f"{prefix}parallel.matrix"
            if values.id == "sequence":
                group = f"{group}.{number}.{name}"
                found += [
                    Value(name, node, _MATRIX, group)
                    for node in map(ci_values.plain, yaml.elements(values))
                    if node is not None
                ]
            elif (node := ci_values.plain(values)) is not None:
                single.append(Value(name, node, _ENTRY, group))
        found += ci_values.entry(single)
    return found


def _value(file: File, value: Value) -> Iterator[Declaration]:
    """A variable or an element of a matrix that is called after Python, or after tox."""
    text = value.node.value
    if value.name.upper() == "TOXENV":
        yield from ci_values.toxenv(file, value)
    elif ci_values.names_python(value.name) and ci_values.says_version(text):
        yield ci_values.version(file, value)


READER = Reader(
    name="gitlab-ci",
    title="GitLab CI (.gitlab-ci.yml)",
    read=read,
    editors={
        _IMAGE: images.edit_image,
        _MATRIX: ci_values.edit_list,
        _ENTRY: edit_entries,
        _VARIABLE: ci_values.edit_value,
    },
    contextual=True,
)

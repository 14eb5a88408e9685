r"""AppVeyor: the environments of the build matrix, and the stack.

An entry of `environment: matrix:` is a job; it names its Python by a folder of
the build machine (`C:\Python310-x64`), by a version, or by TOXENV. A folder of
Miniconda says only which Python conda itself runs on, and declares nothing.
Source: AppVeyor's documentation, "appveyor.yml reference" and "Build configuration".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values
from pylife.declarations.ci.ci_entries import edit_entries
from pylife.declarations.ci.ci_values import Excluded, Value
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, PythonVersion, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_MATRIX = "appveyor-matrix"
_VARIABLE = "appveyor-variable"
_STACK = "appveyor-stack"

_FOLDER = re.compile(r"(?:.*[\\/])?python([23])(\d{1,2})(?:-x64)?[\\/]*", re.IGNORECASE | re.DOTALL)
_CONDA = re.compile(r"([23])\.?(\d{1,2})")
_IN_STACK = re.compile(r"(?:^|,)\s*python\s+([23]\.\d+(?:\.\d+)?)\s*(?=,|\Z)")


def read(file: File) -> Iterator[Declaration]:
    """What the file says, each place once."""
    for document in file.yaml[:1]:
        yield from ci_values.once(_config(file, document))


def _config(file: File, document: Node) -> Iterator[Declaration]:
    environment = yaml.get(document, "environment")
    for key, node in yaml.pairs(environment):
        if key == "global":
            for name, value in yaml.pairs(node):
                yield from _value(file, name, value, _VARIABLE, f"environment.global.{name}")
        elif key != "matrix":
            yield from _value(file, key, node, _VARIABLE, f"environment.{key}")
    matrix = [*yaml.elements(environment), *yaml.elements(yaml.get(environment, "matrix"))]
    excluded = ci_values.excluded(yaml.get(document, "matrix", "exclude"), {})
    for entry in matrix:
        yield from _entry(file, entry, excluded)
    stack = ci_values.plain(yaml.get(document, "stack"))
    match = _IN_STACK.search(stack.value) if stack is not None else None
    if stack is not None and match is not None:
        start = stack.start_mark.index + (1 if stack.style else 0)
        place = file.source.span(start + match.start(1), start + match.end(1))
        if file.source.slice(place) == match[1]:
            yield file.python_named(_STACK, Role.TESTS, place, match[1], group="stack")


def _entry(file: File, entry: Node, excluded: Excluded) -> Iterator[Declaration]:
    """The Python of one job: of what names it, the first."""
    texts = {key: node.value for key, node in yaml.pairs(entry) if yaml.is_scalar(node)}
    gone = any(one.items() <= texts.items() for one in excluded.entries)
    effect = "left out by matrix.exclude" if gone else ""
    for key, node in yaml.pairs(entry):
        found = list(_value(file, key, node, _MATRIX, "environment.matrix", effect))
        if found:
            yield from found
            return


def _value(
    file: File, name: str, node: Node, site: str, group: str, effect: str = ""
) -> Iterator[Declaration]:
    """What one variable says of Python; nothing for most."""
    scalar = ci_values.plain(node)
    if scalar is None:
        return
    value = Value(name, scalar, site, group, without_effect=effect)
    folder = _FOLDER.fullmatch(scalar.value)
    if name.upper() == "CONDA_PY":
        folder = _CONDA.fullmatch(scalar.value)
    if name.upper() == "TOXENV":
        yield from ci_values.toxenv(file, value)
    elif folder is not None:
        python = PythonVersion(int(folder[1]), int(folder[2]))
        place = ci_values.span(file, scalar)
        yield file.listed(site, Role.TESTS, place, [python], group=group, without_effect=effect)
    elif ci_values.names_python(name) and ci_values.says_version(scalar.value):
        yield ci_values.version(file, value)


READER = Reader(
    name="appveyor",
    title="AppVeyor (appveyor.yml)",
    read=read,
    editors={
        _MATRIX: edit_entries,
        _VARIABLE: ci_values.edit_value,
        _STACK: edit_single,
    },
)

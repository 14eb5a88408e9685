"""Zuul: jobs that are named after a Python, and the variables that give them one.

A project's pipelines list jobs by name (`openstack-tox-py312`); what a template
of another repository brings (`openstack-python3-jobs`) is not here. A job that
is defined here says its Python by `tox_envlist` or `python_version`, by the job
that it is made from, or by its own name. Source: Zuul's documentation, "Project
Configuration" (jobs, projects, project templates).
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations import versions
from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.ci import ci_values
from pylife.declarations.ci.ci_values import Value
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import AddPython, Change, Declaration, DropPython, Edit, Role, SetPython
from pylife.syntax import yaml
from pylife.syntax.yaml import Node, ScalarNode

_JOBS = "zuul-jobs"
_JOB = "zuul-job"
_PARENT = "zuul-parent"
_VARIABLE = "zuul-variable"
_TOXENV = "zuul-tox-envlist"

_PYTHON = re.compile(r"(?<![A-Za-z0-9])(?:cpython|python|py|cp)-?(?:3\.|3|2\.)\d{1,2}t?(?![\d.])")
_VARS = ("vars", "extra-vars", "host-vars", "group-vars")


def read(file: File) -> Iterator[Declaration]:
    """What the file says, each place once."""
    yield from ci_values.once(_items(file))


def _items(file: File) -> Iterator[Declaration]:
    nameless = 0
    for document in file.yaml:
        for element in yaml.elements(document):
            for kind, node in yaml.pairs(element):
                if kind == "job":
                    yield from _job(file, node)
                elif kind in {"project", "project-template"}:
                    name = yaml.get(node, "name")
                    label = name.value if yaml.is_scalar(name) else kind
                    nameless += not yaml.is_scalar(name)
                    if label == kind and nameless > 1:
                        label = f"{kind} #{nameless}"
                    yield from _project(file, node, label)


def _project(file: File, node: Node, label: str) -> Iterator[Declaration]:
    """The jobs of each pipeline, and the templates, which bring jobs by name."""
    for pipeline, settings in ci_values.members(node).items():
        jobs = settings if pipeline == "templates" else yaml.get(settings, "jobs")
        for element in yaml.elements(jobs):
            yield from _listed(file, element, f"{label}.{pipeline}")


def _listed(file: File, element: Node, group: str) -> Iterator[Declaration]:
    """A job of a pipeline, by its name or with settings of its own below the name."""
    names = [element]
    if yaml.is_mapping(element):
        names = [key for key, _ in element.value]
    for node in names:
        scalar = ci_values.plain(node)
        if scalar is not None:
            yield from _named(file, scalar, _JOBS, group)


def _named(file: File, node: ScalarNode, site: str, group: str) -> Iterator[Declaration]:
    """What the name of a job says; nothing where it names no Python, or several."""
    found = {versions.named(match[0]) for match in _PYTHON.finditer(node.value)}
    pythons = [python for python in found if python is not None]
    if len(pythons) == 1:
        place = ci_values.span(file, node)
        yield file.listed(site, Role.TESTS, place, pythons, group=group)


def _job(file: File, node: Node) -> Iterator[Declaration]:
    """A job that is defined here, by the clearest of what it says."""
    keys = ci_values.members(node)
    name = ci_values.plain(keys.get("name"))
    label = f"job {name.value if name is not None else ''}".rstrip()
    found: list[Declaration] = []
    for where in _VARS:
        for key, value in ci_values.members(keys.get(where)).items():
            scalar = ci_values.plain(value)
            if scalar is None:
                continue
            group = f"{label}.{where}.{key}"
            if key == "tox_envlist":
                found += ci_values.toxenv(file, Value(key, scalar, _TOXENV, group))
            elif ci_values.names_python(key) and ci_values.says_version(scalar.value):
                found.append(ci_values.version(file, Value(key, scalar, _VARIABLE, group)))
    parent = ci_values.plain(keys.get("parent"))
    if not found and parent is not None:
        found += _named(file, parent, _PARENT, f"{label}.parent")
    if not found and name is not None:
        found += _named(file, name, _JOB, label)
    yield from found


_edit_names = list_editor()


def _edit_jobs(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """Adds a job only if this file defines it; a job with settings goes by hand."""
    if isinstance(change, SetPython):
        raise CannotEditError("another job is another name: choose one that there is")
    edits = _edit_names(file, declarations, change)
    if isinstance(change, AddPython):
        defined = set(_defined(file))
        for edit in edits:
            for name in re.findall(r"[\w.-]*\w", edit.text):
                if name not in defined:
                    raise CannotEditError(f"no job {name} is defined in this file")
        return edits
    for item in declarations:
        goes = isinstance(change, DropPython) and change.version in (item.versions or ())
        after = file.source.data[item.span.end : item.span.end + 2].lstrip(b"\"'")
        if goes and edits and after[:1] == b":":
            raise CannotEditError(f"the job {item.raw} has settings of its own")
    return edits


def _defined(file: File) -> Iterator[str]:
    for document in file.yaml:
        for element in yaml.elements(document):
            name = yaml.get(element, "job", "name")
            if yaml.is_scalar(name):
                yield name.value


READER = Reader(
    name="zuul",
    title="Zuul (.zuul.yaml, zuul.d)",
    read=read,
    editors={
        _JOBS: _edit_jobs,
        _VARIABLE: ci_values.edit_value,
        _TOXENV: edit_single,
    },
)

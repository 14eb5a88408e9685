"""Travis CI: the `python` list, the jobs of `jobs.include`, and TOXENV.

`matrix` is the old name of `jobs`. Jobs of another `language` have no `python`.
Source: Travis CI's documentation, "Building a Python project" and "Build matrix".
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import ci_values
from pylife.declarations.ci.ci_entries import edit_entries
from pylife.declarations.ci.ci_values import Excluded, Value
from pylife.declarations.editing import edit_single, list_editor
from pylife.model import Declaration, Role
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_LIST = "travis-python"
_SINGLE = "travis-one-python"
_INCLUDE = "travis-include"
_TOXENV = "travis-toxenv"
_TOXENV_ONE = "travis-one-toxenv"

_NAMES_TOXENV = re.compile(r"(?:^|\s)TOXENV=[\"']?([^\s\"']+)")
_EXCLUDED = "left out by jobs.exclude"


def read(file: File) -> Iterator[Declaration]:
    """What the file says, each place once."""
    for document in file.yaml[:1]:
        yield from ci_values.once(_config(file, document))


def _config(file: File, document: Node) -> Iterator[Declaration]:
    keys = ci_values.members(document)
    jobs = [(name, keys[name]) for name in ("jobs", "matrix") if name in keys]
    allowed = [
        entry
        for _, node in jobs
        for entry in yaml.elements(yaml.get(node, "allow_failures"))
        if len(ci_values.members(entry)) == 1
    ]
    may_fail = {node.value for entry in allowed for node in _texts(yaml.get(entry, "python"))}
    pythons = keys.get("python")
    axes = {"python": yaml.elements(pythons), "os": yaml.elements(keys.get("os"))}
    effect = _language(keys.get("language"))
    for name, node in jobs:
        excluded = ci_values.excluded(yaml.get(node, "exclude"), axes)
        yield from _pythons(file, pythons, excluded, may_fail, effect)
        yield from _include(file, name, node, may_fail, effect)
    if not jobs:
        yield from _pythons(file, pythons, Excluded([], {}), may_fail, effect)
    yield from _env(file, keys.get("env"))


def _language(node: Node | None) -> str:
    """Why `python:` takes no effect where the language is another."""
    if yaml.is_scalar(node) and node.value.lower() != "python":
        return f"the language is {node.value}"
    return ""


def _texts(node: Node | None) -> list[yaml.ScalarNode]:
    return [found for item in [node, *yaml.elements(node)] if (found := ci_values.plain(item))]


def _pythons(
    file: File, node: Node | None, excluded: Excluded, may_fail: set[str], effect: str
) -> Iterator[Declaration]:
    site = _SINGLE if yaml.is_scalar(node) else _LIST
    for scalar in _texts(node):
        gone = _EXCLUDED if excluded.leaves_out("python", scalar.value) else ""
        note = "may fail: allow_failures" if scalar.value in may_fail else ""
        yield _python(file, Value("", scalar, site, "python", note, effect or gone))


def _python(file: File, value: Value) -> Declaration:
    text = value.node.value.strip()
    if text == "nightly":
        note = "nightly is CPython's main branch of the day"
        place = ci_values.span(file, value.node)
        return file.listed(value.site, Role.TESTS, place, [], group=value.group, note=note)
    return ci_values.version(file, value)


def _include(
    file: File, name: str, jobs: Node, may_fail: set[str], effect: str
) -> Iterator[Declaration]:
    """The jobs of `include:`; one that only says TOXENV is told by that."""
    for entry in yaml.elements(yaml.get(jobs, "include")):
        keys = ci_values.members(entry)
        own = _language(keys["language"]) if "language" in keys else effect
        group = f"{name}.include"
        pythons = _texts(keys.get("python"))
        for scalar in pythons:
            note = "may fail: allow_failures" if scalar.value in may_fail else ""
            yield _python(file, Value("", scalar, _INCLUDE, group, note, own))
        for scalar in [] if pythons else _texts(keys.get("env")):
            yield from _toxenv(file, scalar, _INCLUDE, group)


def _toxenv(file: File, scalar: yaml.ScalarNode, site: str, group: str) -> Iterator[Declaration]:
    """What TOXENV says among the variables of one job."""
    match = _NAMES_TOXENV.search(scalar.value)
    if match is not None:
        yield from ci_values.toxenv(file, Value("TOXENV", scalar, site, group), match[1])


def _env(file: File, env: Node | None) -> Iterator[Declaration]:
    """TOXENV of `env:`, which is a list of jobs unless it is `env.global`."""
    for group, node in [("env", env), *((f"env.{key}", node) for key, node in yaml.pairs(env))]:
        if node is None or group == "env.TOXENV":
            continue
        site = _TOXENV_ONE if yaml.is_scalar(node) else _TOXENV
        for scalar in _texts(node):
            yield from _toxenv(file, scalar, site, group)
    one = ci_values.plain(yaml.get(env, "TOXENV"))
    if one is not None:
        yield from ci_values.toxenv(file, Value("TOXENV", one, _TOXENV_ONE, "env.TOXENV"))


READER = Reader(
    name="travis",
    title="Travis CI (.travis.yml)",
    read=read,
    editors={
        _LIST: ci_values.edit_list,
        _SINGLE: ci_values.edit_value,
        _INCLUDE: edit_entries,
        _TOXENV: list_editor(),
        _TOXENV_ONE: edit_single,
    },
)

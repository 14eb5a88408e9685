"""The job for GitLab CI in a file of its own, and the line of `.gitlab-ci.yml` that includes it.

The folder is one of templates: what is in it is not read as a declaration of the
project, whose tests do not run in pylife's image.
"""

import json
import re

from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node
from pylife.workflow.integrations import yaml_lists
from pylife.workflow.integrations.base import (
    Plan,
    Planned,
    Settings,
    images,
    template,
    there,
    whole,
)
from pylife.workflow.integrations.yaml_lists import UnusualError

PATH = ".gitlab/templates/pylife.gitlab-ci.yml"
MAIN = ".gitlab-ci.yml"

_ELEMENT = f"- local: {PATH}\n"
_INCLUDE = f"include:\n  {_ELEMENT}"
_DEFAULT = "test"


def plan(settings: Settings) -> Plan:
    """The two files."""
    before = there(settings.root, MAIN)
    main, stage = _main(before)
    image = settings.image or images()["check"]
    values = {"version": settings.version, "image": image, "stage": stage}
    return Plan(
        (whole(settings, PATH, template("gitlab.yml", values)), main),
        ("push a branch: the job pylife runs with the project's others",),
    )


def _main(before: bytes | None) -> tuple[Planned, str]:
    """`.gitlab-ci.yml` with the include, and the stage that the job goes to."""
    if before is None:
        return Planned(MAIN, None, _INCLUDE.encode(), ours=False), _DEFAULT
    source = Source(MAIN, before)
    stage = _DEFAULT
    try:
        document = yaml_lists.document(source)
        stage = _stage(document)
        after = before if _included(document) else _with_include(source, document)
    except UnusualError as error:
        hand = f"{error}; add to its include:\n\n{_ELEMENT}"
        return Planned(MAIN, before, before, ours=False, by_hand=hand), stage
    return Planned(MAIN, before, after, ours=False), stage


def _with_include(source: Source, document: Node) -> bytes:
    if yaml.get(document, "include") is not None:
        return yaml_lists.append(source, "include", _ELEMENT)
    newline = "\r\n" if "\r\n" in source.text else "\n"
    text = source.text.rstrip("\r\n") + newline * 2 + _INCLUDE.replace("\n", newline)
    added = yaml_lists.parsed(_INCLUDE)
    return yaml_lists.proved(source, text, lambda old: [*old, *added])


def _included(document: Node) -> bool:
    node = yaml.get(document, "include")
    found = [node, *yaml.elements(node)] if node is not None else []
    paths = [yaml.get(one, "local") if yaml.is_mapping(one) else one for one in found]
    return any(yaml.is_scalar(path) and path.value.lstrip("/") == PATH for path in paths)


def _stage(document: Node) -> str:
    """`test`, or where the project has stages of its own without it the first of them."""
    stages = [
        node.value for node in yaml.elements(yaml.get(document, "stages")) if yaml.is_scalar(node)
    ]
    if not stages or _DEFAULT in stages:
        return _DEFAULT
    return stages[0] if re.fullmatch(r"[A-Za-z][\w-]*", stages[0]) else json.dumps(stages[0])

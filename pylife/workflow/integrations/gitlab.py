"""The jobs for GitLab CI in files of their own, and what includes them in `.gitlab-ci.yml`.

The folder is one of templates: what is in it is not read as a declaration of the
project, whose tests do not run in pylife's image.
"""

import json
import re
from collections.abc import Sequence

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
NIGHTLY = ".gitlab/templates/pylife-nightly.gitlab-ci.yml"
MAIN = ".gitlab-ci.yml"

_DEFAULT = "test"


def plan(settings: Settings) -> Plan:
    """The job for each pipeline, and the file that includes it."""
    paths = [PATH, NIGHTLY] if "gitlab-nightly" in settings.wanted else [PATH]
    main, stage = _main(there(settings.root, MAIN), paths)
    image = settings.image or images()["check"]
    values = {"version": settings.version, "image": image, "stage": stage}
    return Plan(
        (whole(settings, PATH, template("gitlab.yml", values)), main),
        ("push a branch: the job pylife runs with the project's others",),
    )


def nightly(settings: Settings) -> Plan:
    """The jobs of every night; what includes them is planned with the other job, if that is."""
    main, stage = _main(there(settings.root, MAIN), [NIGHTLY])
    image = settings.image or images()["nightly"]
    values = {"version": settings.version, "image": image, "stage": stage}
    file = whole(settings, NIGHTLY, template("gitlab-nightly.yml", values))
    return Plan(
        (file,) if "gitlab" in settings.wanted else (file, main),
        (
            "make a schedule in GitLab whose variable PYLIFE_NIGHTLY is true",
            "set the variable PYLIFE_PAGES to true, if its site may be on GitLab Pages",
        ),
    )


def _main(before: bytes | None, paths: Sequence[str]) -> tuple[Planned, str]:
    """`.gitlab-ci.yml` with the includes, and the stage that the jobs go to."""
    elements = [f"- local: {path}\n" for path in paths]
    if before is None:
        lines = "".join(f"  {element}" for element in elements)
        return Planned(MAIN, None, f"include:\n{lines}".encode(), ours=False), _DEFAULT
    stage, after = _DEFAULT, before
    try:
        stage = _stage(yaml_lists.document(Source(MAIN, before)))
        for path, element in zip(paths, elements, strict=True):
            source = Source(MAIN, after)
            document = yaml_lists.document(source)
            if not _included(document, path):
                after = _with_include(source, document, element)
    except UnusualError as error:
        hand = f"{error}; add to its include:\n\n{''.join(elements)}"
        return Planned(MAIN, before, before, ours=False, by_hand=hand), stage
    return Planned(MAIN, before, after, ours=False), stage


def _with_include(source: Source, document: Node, element: str) -> bytes:
    if yaml.get(document, "include") is not None:
        return yaml_lists.append(source, "include", element)
    include = f"include:\n  {element}"
    newline = "\r\n" if "\r\n" in source.text else "\n"
    text = source.text.rstrip("\r\n") + newline * 2 + include.replace("\n", newline)
    added = yaml_lists.parsed(include)
    return yaml_lists.proved(source, text, lambda old: [*old, *added])


def _included(document: Node, wanted: str) -> bool:
    node = yaml.get(document, "include")
    found = [node, *yaml.elements(node)] if node is not None else []
    paths = [yaml.get(one, "local") if yaml.is_mapping(one) else one for one in found]
    return any(yaml.is_scalar(path) and path.value.lstrip("/") == wanted for path in paths)


def _stage(document: Node) -> str:
    """`test`, or where the project has stages of its own without it the first of them."""
    stages = [
        node.value for node in yaml.elements(yaml.get(document, "stages")) if yaml.is_scalar(node)
    ]
    if not stages or _DEFAULT in stages:
        return _DEFAULT
    return stages[0] if re.fullmatch(r"[A-Za-z][\w-]*", stages[0]) else json.dumps(stages[0])

"""The pip part of a conda environment file; what conda itself installs is not judged.

Source: conda's documentation, "Managing environments" (`environment.yml`).
"""

from collections.abc import Callable

from pylife.syntax import yaml
from pylife.syntax.text import Source
from pylife.syntax.yaml import Node
from pylife.workflow.dependencies.inputs.lines import Reader

_NOT_PACKAGES = frozenset({"python", "pip"})


def read(source: Source, read_file: Callable[[str, Reader], None]) -> Reader:
    """The requirements under `pip:`; raises UnreadableError for what is no YAML.

    `read_file` reads a requirements file that is included there.
    """
    reader = Reader()
    conda: set[str] = set()
    for document in yaml.compose_all(source):
        for item in yaml.elements(yaml.get(document, "dependencies")):
            if yaml.is_scalar(item):
                conda.add(_name(item.value))
            for one in yaml.elements(yaml.get(item, "pip")):
                _pip(reader, one, source, read_file)
    others = sorted(conda - _NOT_PACKAGES)
    if others:
        reader.missing(source.path, None, f"conda installs {', '.join(others)}")
    return reader


def _pip(
    reader: Reader, node: Node, source: Source, read_file: Callable[[str, Reader], None]
) -> None:
    line = source.position(yaml.outer_span(source, node).start)[0]
    if not yaml.is_scalar(node):
        reader.missing(source.path, line, "an item under pip is no text")
        return
    word, _, rest = node.value.strip().partition(" ")
    if word in {"-r", "--requirement"} and rest:
        read_file(rest.strip(), reader)
    elif word.startswith("-"):
        reader.missing(source.path, line, f"{node.value} is for pip to read")
    else:
        reader.add(node.value, source.path, line)


def _name(text: str) -> str:
    """`numpy` of `conda-forge::numpy>=1.2`."""
    name = text.rpartition("::")[2].strip()
    end = next((place for place, sign in enumerate(name) if sign in " <>=!~["), len(name))
    return name[:end].lower()

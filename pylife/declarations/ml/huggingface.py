"""A Hugging Face Space: `python_version` in the front matter of its README.md.

Source: Hugging Face's documentation, "Spaces Configuration Reference". A bare
3.10 is taken there as it is written.
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.editing import edit_single
from pylife.model import Declaration, Role

_SITE = "huggingface-python-version"
_END = re.compile(r"^---[ \t\r]*$", re.MULTILINE)
_VERSION = re.compile(
    r"^python_version:[ \t]+(?P<quote>[\"']?)(?P<version>[^\s\"'#]+)(?P=quote)[ \t\r]*(?:#.*)?$",
    re.MULTILINE,
)
_SDK = re.compile(r"^sdk:[ \t]+[\"']?(?P<sdk>\w+)", re.MULTILINE)


def read(file: File) -> Iterator[Declaration]:
    """The Python that the Space runs on."""
    text = file.source.text
    opened = _END.match(text)
    closed = _END.search(text, opened.end()) if opened else None
    if opened is None or closed is None:
        return
    sdk = _SDK.search(text, opened.end(), closed.start())
    version = _VERSION.search(text, opened.end(), closed.start())
    if sdk is None or version is None:
        return
    span = file.source.span(*version.span("version"))
    found = file.python_named(_SITE, Role.RUNS_ON, span, version["version"])
    docker = "a Space of the docker kind has the Python of its Dockerfile"
    yield found._replace(without_effect=docker if sdk["sdk"] == "docker" else "")


READER = Reader(
    name="huggingface",
    title="Hugging Face Spaces (README.md)",
    read=read,
    editors={_SITE: edit_single},
)

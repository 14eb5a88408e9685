"""conda_build_config.yaml: the Pythons for which conda-build builds a package, one each.

Source: conda-build's documentation, "Build variants". An entry may name a build
too, as conda-forge's do: `3.12.* *_cpython`. conda-build reads all scalars as text,
so an unquoted 3.10 is no number.
"""

import re
from collections.abc import Iterator, Sequence

from pylife.declarations.base import CannotEditError, File, Reader
from pylife.declarations.editing import list_editor
from pylife.declarations.packaging import conda_spec
from pylife.model import Change, Declaration, Edit, Role
from pylife.syntax import yaml

_SITE = "conda-variant"


def read(file: File) -> Iterator[Declaration]:
    """The list under `python`."""
    for document in file.yaml[:1]:
        for element in yaml.elements(yaml.get(document, "python")):
            if not yaml.is_scalar(element):
                continue
            word, _, build = element.value.strip().partition(" ")
            span = yaml.scalar_span(file.source, element)
            if "pypy" in build:
                yield file.listed(_SITE, Role.TESTS, span, [], group="python", note="PyPy's build")
            elif word:
                # `_cp313t` is the build without the global lock.
                threads = "t" if re.search(r"cp\d+t\Z", build) else ""
                plain = re.sub(r"(\.\*)+\Z|\*\Z", "", word)
                named = f"{plain}{threads}"
                yield file.python_named(_SITE, Role.TESTS, span, named, group="python")


_LIST = list_editor(conda_spec.spell)


def _edit(file: File, declarations: Sequence[Declaration], change: Change) -> list[Edit]:
    """A list that runs along with others, by `zip_keys`, keeps its length: that is for people."""
    for document in file.yaml[:1]:
        keys = yaml.elements(yaml.get(document, "zip_keys"))
        groups = [yaml.elements(key) or [key] for key in keys]
        if any(yaml.is_scalar(key) and key.value == "python" for group in groups for key in group):
            raise CannotEditError("python runs along with other lists (zip_keys)")
    return _LIST(file, declarations, change)


READER = Reader(
    name="conda-variants",
    title="conda build variants (conda_build_config.yaml)",
    read=read,
    editors={_SITE: _edit},
)

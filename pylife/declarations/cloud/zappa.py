"""Zappa's settings and Firebase's `firebase.json`: the runtime of functions.

Sources: Zappa's README, "Advanced Settings"; Firebase's documentation, "Manage
functions: set runtime options".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration
from pylife.syntax import yaml
from pylife.syntax.yaml import Node

_ZAPPA = "zappa-runtime"
_FIREBASE = "firebase-runtime"


def read(file: File) -> Iterator[Declaration]:
    """The runtime of each stage, or of each codebase."""
    name = file.path.rpartition("/")[2]
    document = file.json if name.endswith(".json") else next(iter(file.yaml), None)
    if name == "firebase.json":
        yield from _firebase(file, yaml.get(document, "functions"))
        return
    yield from runtimes.once(
        item
        for stage, settings in yaml.pairs(document)
        for item in runtimes.runtime(
            file, _ZAPPA, yaml.get(settings, "runtime"), f"{stage}.runtime"
        )
    )


def _firebase(file: File, functions: Node | None) -> Iterator[Declaration]:
    if yaml.is_mapping(functions):
        runtime = yaml.get(functions, "runtime")
        yield from runtimes.runtime(file, _FIREBASE, runtime, "functions.runtime")
    for number, entry in enumerate(yaml.elements(functions), 1):
        codebase = yaml.get(entry, "codebase")
        name = codebase.value if yaml.is_scalar(codebase) else str(number)
        runtime = yaml.get(entry, "runtime")
        yield from runtimes.runtime(file, _FIREBASE, runtime, f"functions.{name}.runtime")


READER = Reader(
    name="zappa",
    title="Zappa settings, firebase.json",
    read=read,
    editors={_ZAPPA: runtimes.edit_runtime, _FIREBASE: runtimes.edit_runtime},
)

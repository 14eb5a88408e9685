"""AWS App Runner: `runtime` and `run.runtime-version` of `apprunner.yaml`.

Source: the AWS App Runner developer guide, "App Runner configuration file reference".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration
from pylife.syntax import yaml

_RUNTIME = "apprunner-runtime"
_VERSION = "apprunner-runtime-version"


def read(file: File) -> Iterator[Declaration]:
    """The Python of the service: its exact version where one is given."""
    for document in file.yaml[:1]:
        runtime = yaml.get(document, "runtime")
        if not yaml.is_scalar(runtime) or not runtime.value.startswith("python"):
            continue
        version = yaml.get(document, "run", "runtime-version")
        yield from runtimes.version(file, _VERSION, version, "run.runtime-version")
        if version is None or runtime.value != "python3":
            yield from runtimes.runtime(file, _RUNTIME, runtime, "runtime")


READER = Reader(
    name="apprunner",
    title="AWS App Runner (apprunner.yaml)",
    read=read,
    editors={_RUNTIME: runtimes.edit_runtime, _VERSION: runtimes.edit_number},
)

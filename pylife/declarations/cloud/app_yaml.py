"""Google App Engine: `runtime: python39`, and the version of the flexible environment.

A service's file may have any name; one that is not called `app.yaml` is known by
a key of App Engine beside the runtime.

Source: Google Cloud's documentation, "app.yaml reference" (standard environment,
flexible environment).
"""

import re
from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.cloud import runtimes
from pylife.model import Declaration, Role
from pylife.syntax import yaml

_RUNTIME = "app-engine-runtime"
_VERSION = "app-engine-runtime-version"
_NAME = re.compile(r"app(?:[-_.].*)?\.ya?ml")
_KEYS = frozenset(
    {
        "automatic_scaling",
        "basic_scaling",
        "default_expiration",
        "env_variables",
        "handlers",
        "inbound_services",
        "instance_class",
        "manual_scaling",
        "service",
        "vpc_access_connector",
    }
)


def read(file: File) -> Iterator[Declaration]:
    """The runtime of the service."""
    for document in file.yaml[:1]:
        keys = {key for key, _ in yaml.pairs(document)}
        name = file.path.rpartition("/")[2]
        if "apiVersion" in keys or not (_NAME.fullmatch(name) or keys & _KEYS):
            continue
        runtime = yaml.get(document, "runtime")
        if not yaml.is_scalar(runtime) or not runtime.value.startswith("python"):
            continue
        if runtime.value != "python":
            yield from runtimes.runtime(file, _RUNTIME, runtime, "runtime")
            continue
        config = yaml.get(document, "runtime_config")
        keyed = [yaml.get(config, key) for key in ("runtime_version", "python_version")]
        node = next((found for found in keyed if found is not None), None)
        yield from runtimes.version(file, _VERSION, node, "runtime_config")
        if node is None:
            span = yaml.scalar_span(file.source, runtime)
            reason = "no runtime_config.runtime_version: whichever Python is the default there"
            yield file.unreadable(_RUNTIME, Role.RUNS_ON, span, reason, group="runtime")


READER = Reader(
    name="app-yaml",
    title="Google App Engine (app.yaml)",
    read=read,
    editors={_RUNTIME: runtimes.edit_runtime, _VERSION: runtimes.edit_number},
)

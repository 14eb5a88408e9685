"""Cut GitHub's API description down to what the peer serves.

    python -m tests.forges.peer.openapi.cut .../openapi.json [--check]

writes `github.json.gz` beside this file, or with `--check` compares with it.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SAMPLE = HERE / "github.json.gz"

_NOTES = frozenset({"description", "summary", "example", "examples", "externalDocs", "tags"})
_NAMED = frozenset({"properties", "responses", "schemas", "parameters", "headers", "paths"})
"""Keys whose value is a mapping from free names, of which none is a note."""


def cut(whole: dict[str, Any], served: set[tuple[str, str]]) -> dict[str, Any]:
    """The description with the operations `served` (method, path) and what they refer to."""
    paths: dict[str, Any] = {}
    for path, operations in sorted(whole["paths"].items()):
        kept = {
            key: value
            for key, value in operations.items()
            if key == "parameters" or (key.upper(), path) in served
        }
        if set(kept) - {"parameters"}:
            paths[path] = _plain(kept)
    components: dict[str, dict[str, Any]] = {}
    waiting = sorted(set(_references(paths)))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = _plain(whole["components"][kind][name])
            waiting += sorted(set(_references(components[kind][name])))
    return {
        "openapi": whole["openapi"],
        "info": {"title": whole["info"]["title"], "version": whole["info"]["version"]},
        "servers": whole["servers"],
        "paths": paths,
        "components": components,
    }


def _plain(value: Any, *, named: bool = False) -> Any:
    match value:
        case dict():
            # A response must have a description, if only an empty one.
            return {
                key: ""
                if key == "description" and not named
                else _plain(inner, named=key in _NAMED)
                for key, inner in value.items()
                if named
                or (key not in _NOTES and not key.startswith("x-"))
                or (key == "description" and "content" in value)
            }
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for inner in value.values():
                yield from _references(inner)
        case list():
            for inner in value:
                yield from _references(inner)


def main(arguments: list[str]) -> int:
    """Write the sample, or compare it."""
    from tests.forges.peer.routes import ROUTES

    whole = json.loads(Path(arguments[0]).read_bytes())
    served = {(route.method, route.template) for route in ROUTES}
    found = cut(whole, served)
    if "--check" in arguments:
        return 0 if found == json.loads(gzip.decompress(SAMPLE.read_bytes())) else 1
    text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    SAMPLE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

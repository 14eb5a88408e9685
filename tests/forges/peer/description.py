"""Messages held against GitHub's own API description."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

SAMPLE = Path(__file__).resolve().parent / "openapi" / "github.json.gz"
_HOST = "https://api.github.com"

EVERYWHERE = frozenset({401, 403, 404, 410, 429, 500, 502, 503})
"""What GitHub answers to any request, whether or not the operation's description lists it."""


@dataclass
class _Request:
    host_url: str
    path: str
    method: str
    content_type: str
    body: bytes | None
    parameters: RequestParameters


@dataclass
class _Response:
    status_code: int
    content_type: str
    data: bytes
    headers: Headers = field(default_factory=Headers)


@cache
def _description() -> tuple[OpenAPI, dict[str, Any]]:
    whole: dict[str, Any] = json.loads(gzip.decompress(SAMPLE.read_bytes()))
    _mend(whole)
    # In words it takes a plain list too, which its schema leaves out.
    labels = whole["paths"]["/repos/{owner}/{repo}/issues/{issue_number}/labels"]["post"]
    labels["requestBody"]["content"]["application/json"]["schema"]["oneOf"].append(
        {"type": "array", "minItems": 1, "items": {"type": "string"}}
    )
    # Its own validation takes a quarter of a minute, and GitHub does it for us.
    # The repository of a pull request's branch is null once a fork was deleted.
    for name in ("pull-request", "pull-request-simple"):
        head = whole["components"]["schemas"][name]["properties"]["head"]["properties"]
        head["repo"] = {
            "nullable": True,
            "oneOf": [head["repo"], {"nullable": True, "enum": [None]}],
        }
    return OpenAPI.from_dict(
        whole,
        config=Config(spec_validator_cls=None),  # type: ignore[arg-type] # as its manual says
    ), whole


def _mend(value: Any) -> None:
    """Read `nullable` as GitHub means it: null does also where an `enum` or `oneOf` lists no null."""
    match value:
        case dict():
            if value.get("nullable") is True:
                if "enum" in value and None not in value["enum"]:
                    value["enum"] = [*value["enum"], None]
                for key in ("oneOf", "anyOf"):
                    if key in value:
                        value[key] = [*value[key], {"nullable": True, "enum": [None]}]
            for inner in value.values():
                _mend(inner)
        case list():
            for inner in value:
                _mend(inner)


def _operation(method: str, template: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = _description()[1]["paths"].get(template, {}).get(method.lower())
    return found


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        _, _, kind, name = value["$ref"].split("/")
        value = _description()[1]["components"][kind][name]
    return value


def _request(
    method: str, template: str, values: Mapping[str, str], query: Mapping[str, str], body: bytes
) -> _Request:
    path = template
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe="") or "%2E")
    return _Request(
        _HOST,
        path,
        method.lower(),
        "application/json",
        body or None,
        RequestParameters(query=ImmutableMultiDict(query.items())),
    )


def request(
    method: str, template: str, values: Mapping[str, str], query: Mapping[str, str], body: bytes
) -> list[str]:
    """What is wrong with a request; stricter than GitHub, which ignores what it does not know."""
    operation = _operation(method, template)
    if operation is None:
        return [f"{method} {template} is not described"]
    said = _said(
        _description()[0].iter_request_errors(_request(method, template, values, query, body))
    )
    known = {_resolved(one)["name"] for one in operation.get("parameters", [])}
    said += [f"the parameter {name} is not described" for name in query if name not in known]
    content = operation.get("requestBody")
    if content is None:
        return said
    if content.get("required") and not body:
        said.append("it has no body")
    schema = _resolved(content["content"].get("application/json", {}).get("schema", {}))
    if body and schema.get("properties") and not schema.get("additionalProperties"):
        sent = json.loads(body)
        if isinstance(sent, dict):
            extra = sorted(set(sent) - set(schema["properties"]))
            said += [f"the field {name} is not described" for name in extra]
    return said


def response(
    method: str,
    template: str,
    values: Mapping[str, str],
    status: int,
    media: str,
    body: bytes,
) -> list[str]:
    """What is wrong with an answer."""
    operation = _operation(method, template)
    if operation is None:
        return [f"{method} {template} is not described"]
    described = operation["responses"].get(str(status))
    if described is None:
        if status in EVERYWHERE:
            return []
        return [f"it answers {status}, which is not described"]
    if "content" not in _resolved(described):
        return ["it has a body, and none is described"] if body and status < 400 else []
    if not media.startswith("application/json"):
        return []  # raw contents have no schema
    given = _Response(status, "application/json", body)
    errors = _description()[0].iter_response_errors(
        _request(method, template, values, {}, b""), given
    )
    return _said(errors)


def _said(errors: Iterable[Exception]) -> list[str]:
    said = []
    for error in errors:
        inner = getattr(error.__cause__, "schema_errors", None) or [error.__cause__ or error]
        said += [
            f"{'/'.join(map(str, getattr(one, 'absolute_path', [])))}: {one}"[:400] for one in inner
        ]
    return said

"""From a request to an answer, without a network in between."""

import json
import re
from http import HTTPStatus
from typing import Tuple

from .models import Catalogue

_PREDICT = re.compile(r"/models/(?P<name>[a-z0-9-]+)/predict")


def answer(catalogue: Catalogue, method: str, path: str, body: bytes) -> Tuple[HTTPStatus, bytes]:
    """The status and the body for one request."""
    if path == "/health":
        return HTTPStatus.OK, _dump({"models": catalogue.names()})
    found = _PREDICT.fullmatch(path)
    if not found:
        return HTTPStatus.NOT_FOUND, _dump({"error": "no such path"})
    if method != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED, _dump({"error": "use POST"})
    try:
        values = {str(k): float(v) for k, v in json.loads(body)["values"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return HTTPStatus.BAD_REQUEST, _dump({"error": "values are missing"})
    name = found["name"]
    try:
        score = catalogue.score(name, values)
    except KeyError:
        return HTTPStatus.NOT_FOUND, _dump({"error": f"no model {name}"})
    version = catalogue.get(name).version
    return HTTPStatus.OK, _dump({"model": name, "version": version, "score": score})


def _dump(data: dict) -> bytes:
    return json.dumps(data).encode()

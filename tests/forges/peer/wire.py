"""A request as the operations see it, their answers, and the table of operations."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.forges.peer.state import Hosted, Token, User

if TYPE_CHECKING:
    from tests.forges.peer.hub import Hub

Json = dict[str, Any]

_DOCUMENTATION = "https://docs.example/rest"


@dataclass
class Call:
    """One request to one operation.

    `api` is the address that the client uses for the API, which may have a prefix; `values`
    are those of the path's variables, decoded. `full` says that bodies are wanted as HTML and
    text too.
    """

    hub: "Hub"
    method: str
    template: str
    values: dict[str, str]
    query: dict[str, str]
    headers: Mapping[str, str]
    data: bytes
    api: str
    web: str
    token: Token | None = None
    found: Hosted | None = None
    full: bool = False
    raw: bool = False

    @property
    def user(self) -> User:
        """Whose token it is."""
        if self.token is None:
            raise RefusedError(401, "Requires authentication")
        return self.token.user

    @property
    def repository(self) -> Hosted:
        """The repository that the path names."""
        if self.found is None:
            raise RefusedError(404, "Not Found")
        return self.found

    @property
    def body(self) -> Json:
        """The JSON object that was sent; empty where nothing was."""
        if not self.data:
            return {}
        try:
            value = json.loads(self.data)
        except ValueError:
            raise RefusedError(400, "Problems parsing JSON") from None
        if not isinstance(value, dict):
            raise RefusedError(400, "Body should be a JSON object")
        return value

    @property
    def items(self) -> Any:
        """The JSON value that was sent, of any kind."""
        try:
            return json.loads(self.data or b"{}")
        except ValueError:
            raise RefusedError(400, "Problems parsing JSON") from None

    def paged(self, items: list[Any]) -> "tuple[list[Any], dict[str, str]]":
        """The page of `items` that is wanted, and the header that names the others."""
        size = min(max(int(self.query.get("per_page", "30")), 1), 100)
        page = max(int(self.query.get("page", "1")), 1)
        last = max((len(items) + size - 1) // size, 1)
        path = re.sub(r"\{(\w+)\}", lambda match: self.values[match[1]], self.template)
        links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        told = [
            f'<{self.api}{path}?{_query(self.query | {"page": str(number)})}>; rel="{name}"'
            for name, number in links.items()
            if (name in {"next", "last"} and page < last)
            or (name in {"prev", "first"} and page > 1)
        ]
        shown = items[(page - 1) * size : page * size]
        return shown, {"Link": ", ".join(told)} if told else {}


@dataclass
class Reply:
    """What an operation answers; `value` is JSON, `data` anything else."""

    status: int = 200
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    data: bytes | None = None
    media: str = "application/json; charset=utf-8"

    def content(self) -> bytes:
        """The bytes of the body."""
        if self.data is not None:
            return self.data
        return b"" if self.value is None else json.dumps(self.value).encode()


class RefusedError(Exception):
    """The operation answers with an error. `errors` are those of a validation (422)."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Json] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def reply(self) -> Reply:
        """As GitHub words it."""
        value: Json = {"message": self.message, "documentation_url": _DOCUMENTATION}
        if self.errors is not None:
            value["errors"] = self.errors
        value["status"] = str(self.status)
        return Reply(self.status, value, dict(self.headers))


def invalid(resource: str, message: str, field_name: str | None = None) -> RefusedError:
    """A 422 with one error of a field."""
    error: Json = {"resource": resource, "code": "custom", "message": message}
    if field_name:
        error["field"] = field_name
    return RefusedError(422, "Validation Failed", errors=[error])


Operation = Callable[[Call], Reply]


class Route(NamedTuple):
    """One operation of GitHub's description, and what answers it."""

    method: str
    template: str
    pattern: re.Pattern[str]
    answer: Operation
    level: str
    """What the token must be allowed, such as `contents:write`; empty for nothing."""


_LONG = {"ref": ".+", "path": ".*", "branch": ".+", "basehead": ".+", "name": ".+"}
"""Variables whose values may hold slashes."""

TABLE: list[Route] = []


def route(method: str, template: str, level: str = "") -> Callable[[Operation], Operation]:
    """Register the answer of an operation."""

    def register(answer: Operation) -> Operation:
        pattern = re.sub(
            r"\{(\w+)\}",
            lambda match: f"(?P<{match[1]}>{_LONG.get(match[1], '[^/]+')})",
            template,
        )
        TABLE.append(Route(method, template, re.compile(pattern), answer, level))
        return answer

    return register


def _query(values: Mapping[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(values)

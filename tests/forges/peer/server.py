"""The HTTP side: from a request to its answer, with all that is checked on the way."""

import hashlib
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import unquote

from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request

from tests.forges.peer import auth, backend, description, graphql, routes, transport
from tests.forges.peer.faults import Fault
from tests.forges.peer.hub import Hub
from tests.forges.peer.limits import Limits
from tests.forges.peer.state import Hosted, Token
from tests.forges.peer.wire import Call, RefusedError, Reply, Route

_API = frozenset(
    {"repos", "user", "users", "app", "installation", "orgs", "rate_limit", "meta", "graphql"}
)
_PREFIX = "/api/v3"
"""Of the API of an Enterprise server; on github.com it has a host of its own."""

_READING = frozenset({"GET", "HEAD"})


class Seen(NamedTuple):
    """A request that came in, with what it was answered (0: nothing)."""

    method: str
    path: str
    query: str
    status: int
    authorization: str
    body: bytes
    template: str


class Server:
    """The peer's HTTP server on loopback; `app` is plain WSGI."""

    def __init__(self, hub: Hub, limits: Limits) -> None:
        self.hub = hub
        self.limits = limits
        self.validate = True
        self.latency = 0.0
        self.requests: list[Seen] = []
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self._turn = threading.RLock()
        hub.limits = limits.overview
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", 0, self.app, threaded=True, request_handler=transport.handler(hub.clock)
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def app(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if self.latency:
            time.sleep(self.latency)
        data = request.get_data()
        with self._turn:
            reply, fault, template = self._answer(request, data)
            lost = fault is not None and fault.breakage in {"drop", "hang"}
            self.requests.append(
                Seen(
                    request.method,
                    request.path,
                    request.query_string.decode(),
                    0 if lost else reply.status,
                    request.headers.get("Authorization", ""),
                    data,
                    template,
                )
            )
        if fault is not None and fault.breakage:
            return transport.spoil(environ, start, reply, fault)
        return transport.response(reply, request.method)(environ, start)

    def _answer(self, request: Request, data: bytes) -> tuple[Reply, Fault | None, str]:
        path = request.path
        fault = next((one for one in self.faults if one.strikes(request.method, path)), None)
        if fault is not None and not fault.after:
            reply = fault.reply() if fault.status else Reply(500)
            return reply, fault, ""
        self._leak(request, data)
        reply, template = self._perform(request, data)
        if fault is not None and fault.status:
            reply = fault.reply()
        return reply, fault, template

    def _leak(self, request: Request, data: bytes) -> None:
        """A token belongs into one header and nowhere else."""
        headers = [value for name, value in request.headers if name != "Authorization"]
        text = "\n".join([request.full_path, *headers, data.decode(errors="replace")])
        for token in self.hub.tokens:
            if token in text:
                self.violations.append(f"{request.method} {request.path} has a token in its text")

    def _perform(self, request: Request, data: bytes) -> tuple[Reply, str]:
        token: Token | None = None
        counted = False
        template = ""
        try:
            path, prefix = _of_api(request.path)
            if path is None:
                token = auth.token(self.hub, dict(request.headers))
                self.limits.counts["git"] += 1
                return backend.answer(self.hub, request, data, token), "git"
            if not request.headers.get("User-Agent"):
                raise RefusedError(403, "Request forbidden by administrative rules.")  # noqa: TRY301 - one way out
            if not path.startswith("/app") or path.startswith("/apps"):
                token = auth.token(self.hub, dict(request.headers))
            counted = True
            reads = path == "/graphql" and graphql.reads(data)
            self.limits.begin(token, "GET" if reads else request.method)
            found = routes.find(request.method, path)
            if path == "/graphql":
                reply = graphql.answer(self.hub, token, data, self.url)
            elif found is None:
                other = routes.methods(path)
                self.violations.append(
                    f"{request.method} {path} is no operation of the peer {other}"
                )
                raise RefusedError(404, "Not Found")  # noqa: TRY301 - one way out
            else:
                template = found[0].template
                reply = self._operate(request, data, token, found, self.url + prefix)
        except RefusedError as refused:
            reply = refused.reply()
            self._check_reply(request, template, reply)
        reply = _revalidated(request, reply)
        if counted:
            self.limits.end(token, reply.status)
        reply.headers = self.limits.headers(token) | self._scopes(token) | reply.headers
        return reply, template

    def _operate(
        self,
        request: Request,
        data: bytes,
        token: Token | None,
        found: tuple[Route, dict[str, str]],
        api: str,
    ) -> Reply:
        route, values = found
        query = dict(request.args.items())
        values = {name: unquote(value) for name, value in values.items()}
        if self.validate:
            for problem in description.request(route.method, route.template, values, query, data):
                self.violations.append(f"request {route.method} {request.path}: {problem}")
        accept = request.headers.get("Accept", "")
        call = Call(
            self.hub, route.method, route.template, values, query, dict(request.headers), data,
            api=api, web=self.url, token=token, full="full" in accept, raw="raw" in accept,
        )  # fmt: skip
        if "repo" in values:
            call.found = self._repository(values)
        auth.require(token, call.found, route.level)
        if call.data and not isinstance(call.items, dict | list):
            raise RefusedError(400, "Problems parsing JSON")
        try:
            reply = route.answer(call)
        except RefusedError:
            raise
        except Exception as error:
            # What lacks a field was told as a violation already; this may be the peer's own fault.
            where = "".join(traceback.format_exception(error)[-2:])
            self.violations.append(f"{request.method} {request.path} cannot be answered: {where}")
            raise RefusedError(422, "Invalid request", errors=[]) from error
        self._check_reply(request, route.template, reply, values)
        return reply

    def _repository(self, values: dict[str, str]) -> Hosted:
        found = self.hub.named(f"{values['owner']}/{values['repo']}")
        if found is None:
            raise RefusedError(404, "Not Found")
        return found

    def _check_reply(
        self, request: Request, template: str, reply: Reply, values: dict[str, str] | None = None
    ) -> None:
        if not self.validate or not template:
            return
        if values is None:
            path, _ = _of_api(request.path)
            found = routes.find(request.method, path or "")
            values = found[1] if found else {}
        for problem in description.response(
            request.method, template, values, reply.status, reply.media, reply.content()
        ):
            self.violations.append(f"answer to {request.method} {request.path}: {problem}")

    @staticmethod
    def _scopes(token: Token | None) -> dict[str, str]:
        if token is None or token.kind != "classic":
            return {}
        return {"X-OAuth-Scopes": ", ".join(token.scopes), "X-Accepted-OAuth-Scopes": "repo"}


def _of_api(path: str) -> tuple[str | None, str]:
    """The path within the API and what stands before it; None where it is not of the API."""
    for prefix in (_PREFIX, "/api", ""):
        rest = path.removeprefix(prefix)
        if path.startswith(prefix + "/") and rest.split("/")[1] in _API:
            return rest, "" if prefix == "" else prefix
    return None, ""


def _revalidated(request: Request, reply: Reply) -> Reply:
    """The answer, or 304 where the client has it already."""
    if request.method not in _READING or reply.status != 200:
        return reply
    tag = f'W/"{hashlib.sha256(reply.content()).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=60, s-maxage=60"}
    if request.headers.get("If-None-Match") == tag:
        return Reply(304, headers=headers)
    reply.headers |= headers
    return reply

"""Answers on the wire: whole, spoilt on demand, and dated by the peer's clock."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.http import http_date
from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Response

from tests.forges.peer.faults import Fault
from tests.forges.peer.wire import Reply


def spoil(
    environ: dict[str, Any], start: Callable[..., Any], reply: Reply, fault: Fault
) -> Iterable[bytes]:
    match fault.breakage:
        case "cut":
            content = reply.content()
            reply.data, reply.value = content[: len(content) // 2], None
            return response(reply, "GET")(environ, start)
        case "cut-short":
            content = reply.content()
            made = response(reply, "GET")
            made.headers["Content-Length"] = str(len(content))
            made.set_data(content)
            made.headers["Content-Length"] = str(len(content) * 2)
            return made(environ, start)
        case "hang":
            time.sleep(fault.seconds)
    with contextlib.suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("on demand")


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    clock: Callable[[], float]

    def date_time_string(self, timestamp: float | None = None) -> str:
        """What the `Date` header says: limits are told by it."""
        return http_date(type(self).clock() if timestamp is None else timestamp)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's own
        """Tests read `Peer.requests` instead."""


def handler(clock: Callable[[], float]) -> type[WSGIRequestHandler]:
    return type("Handler", (_Quiet,), {"clock": staticmethod(clock)})


def response(reply: Reply, method: str) -> Response:
    content = b"" if method == "HEAD" else reply.content()
    made = Response(content, reply.status, content_type=reply.media)
    for name, value in reply.headers.items():
        made.headers[name] = value
    if reply.status in {204, 304}:
        made.headers.pop("Content-Type", None)
    return made

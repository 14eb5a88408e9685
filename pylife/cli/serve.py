"""`pylife report --serve`: the site on this machine alone, until Ctrl-C."""

import contextlib
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pylife.errors import UsageError

ADDRESS = "127.0.0.1"
_NAMES = {"127.0.0.1", "localhost"}


class Handler(SimpleHTTPRequestHandler):
    """Files of one folder, to be looked at: no listings, nothing kept, and no other host's name."""

    def send_head(self):  # type: ignore[no-untyped-def] # as the standard library has it
        """Answer with the file; a page of another site that gave us its name gets nothing."""
        # A name that resolves to this machine would let its pages read these (DNS rebinding).
        name = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        if name not in _NAMES:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        return super().send_head()

    def list_directory(self, path: str) -> None:  # type: ignore[override]
        """No listing: what has no index.html is not there."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """The headers that a published site would have."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing of each request."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of `folder` on the loopback address; `port` 0 is any free one.

    Raises UsageError where the port is taken or not to be had.
    """
    try:
        return ThreadingHTTPServer((ADDRESS, port), partial(Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"the port {port} cannot be used: {reason}", help="name another one, or 0 for any"
        ) from None


def serve(found: ThreadingHTTPServer) -> None:
    """Answer until Ctrl-C."""
    with found, contextlib.suppress(KeyboardInterrupt):
        found.serve_forever()

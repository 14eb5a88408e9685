"""Serve until stopped."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from nw_config import load

from .app import answer
from .models import Catalogue


def make_handler(catalogue: Catalogue) -> type:
    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, data = answer(catalogue, self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _respond

    return Handler


def main() -> None:
    settings = load("serving")
    address = (settings.text("host", "127.0.0.1"), settings.integer("port", 8080))
    ThreadingHTTPServer(address, make_handler(Catalogue())).serve_forever()


if __name__ == "__main__":
    main()

"""Fetching and pushing, by git's own `http-backend`."""

import subprocess

from werkzeug.wrappers import Request

from tests.forges.peer import auth
from tests.forges.peer.hub import Hub
from tests.forges.peer.state import Token
from tests.forges.peer.store import environment
from tests.forges.peer.wire import RefusedError, Reply


def answer(hub: Hub, request: Request, data: bytes, token: Token | None) -> Reply:
    """Fetching and pushing, by git's own `http-backend`."""
    owner, _, rest = request.path.strip("/").partition("/")
    name, _, inner = rest.partition("/")
    what = hub.named(f"{owner}/{name.removesuffix('.git')}")
    service = request.args.get("service", inner.rpartition("/")[2])
    if what is None or inner not in {"info/refs", "git-upload-pack", "git-receive-pack"}:
        return RefusedError(404, "Not Found").reply()
    writes = service == "git-receive-pack"
    if token is None and (writes or what.private):
        refused = RefusedError(401, "Requires authentication").reply()
        refused.headers["WWW-Authenticate"] = 'Basic realm="GitHub"'
        return refused
    auth.require(token, what, "contents:write" if writes else "contents:read")
    said = subprocess.run(
        ["git", "http-backend"],
        input=data,
        capture_output=True,
        check=False,
        env=environment()
        | {
            "GIT_PROJECT_ROOT": str(what.git.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{inner}",
            "QUERY_STRING": request.query_string.decode(),
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "REMOTE_USER": token.user.login if token else "",
            "REMOTE_ADDR": "127.0.0.1",
        },
    )
    if writes and inner == "git-receive-pack":
        what.git.reload()
        hub.settle(what)
    return _from_cgi(said.stdout)


def _from_cgi(said: bytes) -> Reply:
    head, _, body = said.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
    status = int(fields.pop("Status", "200").split()[0])
    media = fields.pop("Content-Type", "text/plain")
    return Reply(status, headers=fields, data=body, media=media)

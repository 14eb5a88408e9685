"""A package index of a few small distributions, served on loopback, with faults where wanted.

    with serve({"one": [Dist("1.0"), Dist("1.0", tag="sdist")]}) as index:
        index.url                                     # http://127.0.0.1:PORT/simple
        index.faults["one"] = Status(500, times=1)    # the first answer only
        index.asked                                   # the paths that were asked for

The wheels and sdists are real: uv and pip install and build them. It ends with the block.
"""

import base64
import contextlib
import gzip
import hashlib
import html
import http.server
import io
import json
import ssl
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

Answer = Literal["html", "json", "negotiated"]


class Dist(NamedTuple):
    """A distribution file: a wheel of `tag`, or an sdist where that is `sdist`.

    `uploaded` is a day, None where the index does not tell. `wrong_hash`: the page says another
    hash than the file has.
    """

    version: str
    tag: str = "py3-none-any"
    requires: tuple[str, ...] = ()
    requires_python: str | None = None
    yanked: str | None = None
    uploaded: str | None = "2025-01-15"
    wrong_hash: bool = False

    def filename(self, name: str) -> str:
        """The name of the file."""
        stem = f"{name.replace('-', '_')}-{self.version}"
        return f"{stem}.tar.gz" if self.tag == "sdist" else f"{stem}-{self.tag}.whl"

    def metadata(self, name: str) -> str:
        """The METADATA (or PKG-INFO) that is in it."""
        lines = ["Metadata-Version: 2.2", f"Name: {name}", f"Version: {self.version}"]
        if self.requires_python:
            lines.append(f"Requires-Python: {self.requires_python}")
        extras = {line.partition("extra == ")[2].strip("'\" ") for line in self.requires} - {""}
        lines += [f"Provides-Extra: {extra}" for extra in sorted(extras)]
        return "\n".join([*lines, *(f"Requires-Dist: {line}" for line in self.requires)]) + "\n"

    def content(self, name: str) -> bytes:
        """Its bytes, always the same."""
        return self._sdist(name) if self.tag == "sdist" else self._wheel(name)

    def _wheel(self, name: str) -> bytes:
        module = name.replace("-", "_")
        info = f"{module}-{self.version}.dist-info"
        pure = self.tag.endswith("-any")
        files = {
            f"{module}.py": f"version = {self.version!r}\n",
            f"{info}/METADATA": self.metadata(name),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: served\n"
            f"Root-Is-Purelib: {str(pure).lower()}\nTag: {self.tag}\n",
        }
        record = [
            f"{path},sha256={_urlsafe(text.encode())},{len(text)}" for path, text in files.items()
        ]
        files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as wheel:
            for path, text in files.items():
                wheel.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
        return buffer.getvalue()

    def _sdist(self, name: str) -> bytes:
        stem = f"{name.replace('-', '_')}-{self.version}"
        wheel = self._replace(tag="py3-none-any")
        backend = (
            "import base64, pathlib\n"
            "def build_wheel(folder, *given, **named):\n"
            f"    data = base64.b64decode({base64.b64encode(wheel._wheel(name))!r})\n"
            f"    pathlib.Path(folder, {wheel.filename(name)!r}).write_bytes(data)\n"
            f"    return {wheel.filename(name)!r}\n"
        )
        files = {
            "PKG-INFO": self.metadata(name),
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "back"\n'
            'backend-path = ["."]\n',
            "back.py": backend,
        }
        buffer = io.BytesIO()
        # Without a time of its own: the hash that a page says must be that of the file.
        with (
            gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w") as archive,
        ):
            for path, text in files.items():
                member = tarfile.TarInfo(f"{stem}/{path}")
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        return buffer.getvalue()


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


Projects = Mapping[str, Sequence[Dist]]


class Status(NamedTuple):
    """Answers with `code`, the first `times` times (0: always)."""

    code: int
    times: int = 0
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Stall(NamedTuple):
    """Answers nothing for `seconds`, the first `times` times."""

    seconds: float
    times: int = 0
    begun: bool = False
    """Whether half of the answer comes before that."""


class Truncated(NamedTuple):
    """Breaks off in the middle; `framed`: after saying how much there would be."""

    times: int = 0
    framed: bool = True


class Body(NamedTuple):
    """Answers with something else."""

    content: bytes
    kind: str = "text/html"


class Redirect(NamedTuple):
    """Sends the client elsewhere."""

    to: str


Fault = Status | Stall | Truncated | Body | Redirect


@dataclass
class Served:
    """A running index: what it has, its faults by name of project, and what was asked."""

    projects: Projects
    answer: Answer
    user: str | None
    password: str | None
    validators: bool
    url: str = ""
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    together: int = 0
    most_together: int = 0
    lock: Any = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)

    def files(self, name: str) -> list[dict[str, Any]]:
        """The files of `name` as PEP 691 has them, addresses relative to the page."""
        return [_described(name, dist) for dist in self.projects.get(name, ())]


def _described(name: str, dist: Dist) -> dict[str, Any]:
    content = b"another" if dist.wrong_hash else dist.content(name)
    told: dict[str, Any] = {
        "filename": dist.filename(name),
        "url": f"../../files/{name}/{dist.filename(name)}",
        "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
    }
    if dist.requires_python is not None:
        told["requires-python"] = dist.requires_python
    if dist.yanked is not None:
        told["yanked"] = dist.yanked or True
    if dist.uploaded is not None:
        told["upload-time"] = f"{dist.uploaded}T12:00:00.000000Z"
    if dist.tag != "sdist" and not dist.wrong_hash:
        metadata = hashlib.sha256(dist.metadata(name).encode()).hexdigest()
        told["core-metadata"] = {"sha256": metadata}
    return told


def as_html(name: str, files: Sequence[Mapping[str, Any]]) -> bytes:
    """The page of PEP 503 that says what PEP 691's `files` do."""
    lines = []
    for file in files:
        fragment = "".join(f"#{kind}={value}" for kind, value in file.get("hashes", {}).items())
        told = {"href": file["url"] + fragment}
        for key in ("requires-python", "upload-time"):
            if key in file:
                told[f"data-{key}"] = file[key]
        if file.get("yanked", False) is not False:
            told["data-yanked"] = "" if file["yanked"] is True else file["yanked"]
        if file.get("core-metadata"):
            (one,) = file["core-metadata"].items()
            told["data-dist-info-metadata"] = "=".join(one)
        attributes = " ".join(f'{key}="{html.escape(value)}"' for key, value in told.items())
        lines.append(f"<a {attributes}>{html.escape(file['filename'])}</a><br/>")
    head = f"<!DOCTYPE html>\n<html>\n<head><title>Links for {html.escape(name)}</title></head>"
    return "\n".join([head, "<body>", *lines, "</body>", "</html>", ""]).encode()


def as_json(name: str, files: Sequence[Mapping[str, Any]]) -> bytes:
    """The page of PEP 691."""
    return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": files}).encode()


def write(folder: Path, projects: Projects) -> Path:
    """The same index as files below `folder`; gives the folder of the pages, `folder/simple`."""
    for name, dists in projects.items():
        page = folder / "simple" / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_bytes(as_html(name, [_described(name, dist) for dist in dists]))
        write_flat(folder / "files" / name, {name: dists})
    return folder / "simple"


def write_flat(folder: Path, projects: Projects) -> Path:
    """The files of all projects in one folder, which is given back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, dists in projects.items():
        for dist in dists:
            (folder / dist.filename(name)).write_bytes(dist.content(name))
            if dist.tag != "sdist":
                metadata = folder / f"{dist.filename(name)}.metadata"
                metadata.write_text(dist.metadata(name), encoding="utf-8")
    return folder


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Served

    def log_message(self, *given: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        served = self.served
        with served.lock:
            served.asked.append(self.path)
            served.headers.append(dict(self.headers))
            served.together += 1
            served.most_together = max(served.most_together, served.together)
        try:
            self._answer()
        finally:
            with served.lock:
                served.together -= 1

    def _answer(self) -> None:
        # A client that takes this for its proxy sends the whole address.
        parts = [unquote(part) for part in urlsplit(self.path).path.split("/") if part]
        if self.served.user is not None and not self._known():
            self._send(401, b"", "text/plain", {"WWW-Authenticate": 'Basic realm="index"'})
        elif parts[:1] == ["files"]:
            self._file(parts)
        elif parts[:1] == ["flat"]:
            named = self.served.projects
            files = [_described(name, dist) for name in named for dist in named[name]]
            for file in files:
                file["url"] = file["url"].removeprefix("../..")
            self._send(200, as_html("all", files), "text/html")
        elif len(parts) == 2 and parts[0] == "simple":
            self._page(parts[1])
        else:
            self._send(404, b"", "text/plain")

    def _known(self) -> bool:
        wanted = f"{self.served.user}:{self.served.password or ''}".encode()
        given = self.headers.get("Authorization", "")
        return given == "Basic " + base64.b64encode(wanted).decode()

    def _file(self, parts: list[str]) -> None:
        for dist in self.served.projects.get(parts[1], ()):
            filename = dist.filename(parts[1])
            if parts[2] == filename:
                return self._send(200, dist.content(parts[1]), "application/octet-stream")
            if parts[2] == f"{filename}.metadata":
                return self._send(200, dist.metadata(parts[1]).encode(), "text/plain")
        return self._send(404, b"", "text/plain")

    def _page(self, name: str) -> None:
        served = self.served
        with served.lock:
            fault = served.faults.get(name)
            served.counts[name] = count = served.counts.get(name, 0) + 1
        files = served.files(name)
        wants_json = "application/vnd.pypi.simple.v1+json" in self.headers.get("Accept", "")
        if served.answer == "json" or (served.answer == "negotiated" and wants_json):
            content, kind = as_json(name, files), "application/vnd.pypi.simple.v1+json"
        else:
            content, kind = as_html(name, files), "text/html; charset=utf-8"
        match fault:
            case Status(code, times, headers, body) if not times or count <= times:
                self._send(code, body, "text/plain", headers)
            case Stall(seconds, times, begun) if not times or count <= times:
                self._stall(seconds, content, kind, begun=begun)
            case Truncated(times, framed) if not times or count <= times:
                self._truncated(content, kind, framed=framed)
            case Body(other, other_kind):
                self._send(200, other, other_kind)
            case Redirect(to):
                self._send(302, b"", "text/plain", {"Location": to})
            case _ if name not in served.projects:
                self._send(404, b"", "text/plain")
            case _:
                self._send_page(content, kind)

    def _send_page(self, content: bytes, kind: str) -> None:
        if not self.served.validators:
            return self._send(200, content, kind)
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == tag:
            return self._send(304, b"", kind, {"ETag": tag})
        return self._send(200, content, kind, {"ETag": tag})

    def _stall(self, seconds: float, content: bytes, kind: str, *, begun: bool) -> None:
        half = len(content) // 2 if begun else 0
        if begun:
            self._head(200, kind, {"Content-Length": str(len(content))})
            self.wfile.write(content[:half])
            self.wfile.flush()
        self.served.ended.wait(seconds)
        if begun:
            self.wfile.write(content[half:])
        else:
            self._send(200, content, kind)

    def _truncated(self, content: bytes, kind: str, *, framed: bool) -> None:
        self.close_connection = True
        told = {"Content-Length": str(len(content))} if framed else {}
        self._head(200, kind, {**told, "Connection": "close"})
        self.wfile.write(content[: len(content) * 2 // 3])

    def _head(self, code: int, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def _send(
        self, code: int, content: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self._head(code, kind, {"Content-Length": str(len(content)), **(headers or {})})
        self.wfile.write(content)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # A client that is not polite closes in the middle; a stalled answer ends with the server.
    block_on_close = False

    def handle_error(self, *given: object) -> None:
        """Nothing: a client that went away is no error."""


@contextlib.contextmanager
def serve(
    projects: Projects,
    *,
    answer: Answer = "html",
    faults: Mapping[str, Fault] | None = None,
    user: str | None = None,
    password: str | None = None,
    validators: bool = False,
    certificate: Path | None = None,
) -> Iterator[Served]:
    """Serve `projects` on loopback; `user` and `password` are then needed for everything.

    `validators`: pages come with an ETag. `certificate` is a PEM file with its key: https.
    """
    served = Served(projects, answer, user, password, validators, faults=dict(faults or {}))
    handler = type("Handler", (_Handler,), {"served": served})
    with _Server(("127.0.0.1", 0), handler) as server:
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        served.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/simple"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield served
        finally:
            served.ended.set()
            server.shutdown()
            thread.join()

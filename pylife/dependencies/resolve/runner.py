"""uv, asked one question at a time: a private folder, a clean environment, a time to end in."""

import os
import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pylife.dependencies.index import targets
from pylife.dependencies.records import Answer, Bound, Broken, Demand, Target
from pylife.dependencies.resolve import answer, binary, environment, links, process, question, trace
from pylife.dependencies.resolve.question import Added, BadLineError, Credentials
from pylife.dependencies.resolve.trace import Trace
from pylife.model import PythonVersion

_HOUR = 3600


class Told(NamedTuple):
    """What uv answered, and what it looked at on the way."""

    answer: Answer
    trace: Trace = Trace()


class Uv:
    """Asks uv; may be used by several threads at a time.

    `interpreters` are those that
    build sources for their own feature release; where there is none, uv looks for one.
    `max_age`: for how many seconds pages of an index are taken from uv's cache; 0 has each one
    fetched anew, once. `timeout` in
    seconds ends a question that takes longer. `credentials` are those of indexes by address.
    """

    def __init__(
        self,
        *,
        interpreters: Mapping[PythonVersion, Path] | None = None,
        credentials: Credentials | None = None,
        surroundings: Mapping[str, str] | None = None,
        offline: bool = False,
        max_age: int = _HOUR,
        timeout: float = 600.0,
        build_timeout: float = 900.0,
    ) -> None:
        """Raises ToolError where there is no uv."""
        self._uv = binary.path()
        self._interpreters = interpreters or {}
        self._credentials = credentials or {}
        self._environment = environment.clean(os.environ if surroundings is None else surroundings)
        self._offline = offline
        self._max_age = max_age
        self._began = time.monotonic()
        self._timeouts = {False: timeout, True: build_timeout}
        self._processes = process.Processes()

    def ask(
        self,
        demand: Demand,
        target: Target,
        *,
        build: bool = False,
        bound: Bound = "highest",
        added: Added = Added(),  # noqa: B008 - immutable
    ) -> Told:
        """Have uv resolve `demand` on `target`, without asking whether pip would agree.

        Raises UsageError for a platform that is not known.
        """
        platform = targets.find(target.platform)
        folder = Path(tempfile.mkdtemp(prefix="pylife-uv-"))
        try:
            names = question.index_names(demand.indexes, self._credentials)
            age = self._max_age or int(time.monotonic() - self._began) + 1
            question.write(folder, demand, added, max_age=age, names=names)
            command = question.command(
                self._uv, demand, target, added, platform=platform.uv, build=build, bound=bound
            )
            command += self._python(target, build=build) + ["--offline"] * self._offline
            secrets = question.secrets(demand.indexes, self._credentials, names)
            env = self._environment | dict(platform.variables) | secrets
            ended = self._processes.run(command, cwd=folder, env=env, timeout=self._timeouts[build])
            return self._understood(ended, demand, added, folder, env, build=build)
        except BadLineError as error:
            return Told(Broken(environment.redact(str(error), self._environment)))
        except OSError as error:
            return Told(Broken(f"uv could not be run: {error}"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def stop(self) -> None:
        """End what runs; questions that are open, and later ones, are answered with Broken."""
        self._processes.stop()

    def _python(self, target: Target, *, build: bool) -> list[str]:
        """The interpreter: for wheels any will do, and looking for one takes a second."""
        if build:
            found = self._interpreters.get(target.python)
            return [] if found is None else ["--python", str(found)]
        # uv takes from its interpreter whether wheels for free-threaded builds are wanted.
        plain = not sysconfig.get_config_var("Py_GIL_DISABLED")
        usable = plain and sys.implementation.name == "cpython" and sys.executable
        return ["--python", sys.executable] if usable else []

    def _understood(
        self,
        ended: process.Ended,
        demand: Demand,
        added: Added,
        folder: Path,
        env: Mapping[str, str],
        *,
        build: bool,
    ) -> Told:
        log, rest = trace.split(ended.err)
        told = environment.redact(rest, env).replace(f"{folder}{os.sep}", "")
        read = trace.read(log)
        if ended.code is None:
            return Told(Broken(f"uv took longer than {self._timeouts[build]:.0f} s"), read)
        if ended.code != 0:
            return Told(answer.unsolved_or_broken(ended.code, told), read)
        lines = dict(added.excluded)
        found = answer.solved(ended.out, read, question.PROJECT, lines)
        stranger = _stranger(ended.out, demand)
        return Told(found if stranger is None else Broken(stranger), read)


def _stranger(out: str, demand: Demand) -> str | None:
    """What is wrong where a name of the fleet's own came from elsewhere; None where none did."""
    own = links.read(demand.links)
    if not own or demand.links is None:
        return None
    home = demand.links.resolve()
    for name, origin in answer.origins(out).items():
        if name in own and Path(unquote(urlsplit(origin).path)) != home:
            return f"{name} is the fleet's own, but uv took it from {origin}"
    return None

"""uv, asked one question at a time: a private folder, a clean environment, a time to end in."""

import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pylife.dependencies.index import targets
from pylife.dependencies.records import Answer, Bound, Broken, Demand, Target
from pylife.dependencies.resolve import answer, binary, environment, links, process, question, trace
from pylife.dependencies.resolve.question import Added, BadLineError, Credentials, Question
from pylife.dependencies.resolve.trace import Trace
from pylife.model import PythonVersion

_HOUR = 3600


class Told(NamedTuple):
    """What uv answered, and what it looked at on the way."""

    answer: Answer
    trace: Trace = Trace()


class Uv:
    """Asks uv; may be used by several threads at a time.

    `interpreters` build sources, each for its own feature release; where there is none, uv looks
    for one. `max_age`: for how many seconds pages of an index are taken from uv's cache; 0 has
    each one fetched anew, once. `timeout` in seconds ends a question that takes longer.
    `credentials` are those of indexes by address.
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
        self._max_age = max_age or _HOUR
        # For how long a page is fresh, uv remembers from when it was fetched; those that are to
        # be fetched anew have to be named.
        self._anew: set[str] | None = None if max_age else set()
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
        asked = Question(demand, target, build, bound, added)
        told = self._ask(asked)
        if self._anew is None:
            return told
        while new := tuple(name for name in told.trace.names if name not in self._anew):
            self._ask(asked._replace(anew=new))
            self._anew.update(new)
            # This keeps the pages as ones that are fresh for a while.
            told = self._ask(asked)
        return told

    def _ask(self, asked: Question) -> Told:
        platform = targets.find(asked.target.platform)
        folder = Path(tempfile.mkdtemp(prefix="pylife-uv-"))
        try:
            indexes = asked.demand.indexes
            names = question.index_names(indexes, self._credentials)
            question.write(folder, asked, max_age=self._max_age, names=names)
            command = question.command(self._uv, asked, platform.uv)
            command += self._python(asked) + ["--offline"] * self._offline
            secrets = question.secrets(indexes, self._credentials, names)
            env = self._environment | dict(platform.variables) | secrets
            timeout = self._timeouts[asked.build]
            ended = self._processes.run(command, cwd=folder, env=env, timeout=timeout)
            return self._understood(ended, asked, folder, env)
        except BadLineError as error:
            return Told(Broken(environment.redact(str(error), self._environment)))
        except OSError as error:
            return Told(Broken(f"uv could not be run: {error}"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def stop(self) -> None:
        """End what runs; questions that are open, and later ones, are answered with Broken."""
        self._processes.stop()

    def _python(self, asked: Question) -> list[str]:
        """The interpreter: for wheels any will do, and looking for one takes a second."""
        if asked.build:
            found = self._interpreters.get(asked.target.python)
            return [] if found is None else ["--python", str(found)]
        # uv takes from its interpreter whether wheels for free-threaded builds are wanted.
        plain = not sysconfig.get_config_var("Py_GIL_DISABLED")
        usable = plain and sys.implementation.name == "cpython" and sys.executable
        return ["--python", sys.executable] if usable else []

    def _understood(
        self, ended: process.Ended, asked: Question, folder: Path, env: Mapping[str, str]
    ) -> Told:
        log, rest = trace.split(ended.err)
        told = environment.redact(rest, env).replace(f"{folder}{os.sep}", "")
        read = trace.read(log)
        if ended.code is None:
            late = f"uv took longer than {self._timeouts[asked.build]:.0f} s"
            return Told(Broken("stopped" if self._processes.stopped else late), read)
        if ended.code != 0:
            return Told(answer.unsolved_or_broken(ended.code, told), read)
        found = answer.solved(ended.out, read, question.PROJECT, asked.added.excluded)
        stranger = _stranger(ended.out, asked.demand)
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

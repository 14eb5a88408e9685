"""Whether projects' code may be run here at all: asked once before a run, never assumed."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pylife.errors import ToolError, UsageError
from pylife.matrix import guard
from pylife.matrix.base import MatrixProject
from pylife.matrix.context import Context
from pylife.matrix.isolation import Wrapper

_MARK = "PYLIFE_SEEN_FROM_INSIDE"
_SECONDS = 60.0
_PROBE = f"""
import json, os, sys
seen = []
for pid in os.listdir("/proc") if os.path.isdir("/proc") else ():
    if pid.isdigit():
        try:
            with open("/proc/" + pid + "/environ", "rb") as file:
                if b"{_MARK}=" in file.read():
                    seen.append("other processes")
                    break
        except OSError:
            pass
for path in sys.argv[1:]:
    try:
        open(path, "rb").close()
        seen.append(path)
    except OSError:
        pass
print(json.dumps(seen))
"""


def admit(projects: Iterable[MatrixProject], context: Context) -> None:
    """Raise where code of one of `projects` could read a credential that it is not granted.

    Without a wrapper, as `guard.require` finds it; with one, by trying it.
    Raises UsageError, and ToolError for a wrapper that does not work here.
    """
    groups: dict[str, list[MatrixProject]] = {}
    for project in projects:
        groups.setdefault(repr(project.preset.isolation), []).append(project)
    for group in groups.values():
        isolation = group[0].preset.isolation
        if isolation.wrapper is not Wrapper.NONE:
            _try(group[0], context)
        elif not guard.is_trusted(context.environment):
            guard.require(
                context.environment,
                [project.folder for project in group],
                granted=isolation.grant,
            )


def _try(project: MatrixProject, context: Context) -> None:
    """Start a program in the project's wrapper, and see what it sees."""
    wrapper = project.preset.isolation.wrapper
    listed = guard.candidates(context.environment, [project.folder])
    secrets = sorted({str(path) for path, file in listed if guard.holds(path, file)})
    with context.work("probe") as folder, _marked():
        log = folder / "probe.log"
        ended = context.execute(
            # The project's own work folder is no matter here.
            replace(project, name="pylife-probe"),
            [sys.executable, "-I", "-S", "-c", _PROBE, *secrets],
            folder=folder,
            cwd=folder,
            env=context.cleaned(project, folder),
            log=log,
            timeout=_SECONDS,
        )
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    if ended.code != 0 or not lines:
        why = lines[-1] if lines else f"it ended with {ended.code}"
        raise ToolError(
            f"the wrapper {wrapper.value!r} of the matrix preset does not work here: {why}",
            help="see docs/matrix.md, Isolation",
        )
    seen: list[str] = json.loads(lines[-1])
    if seen and not guard.is_trusted(context.environment):
        raise UsageError(
            f"the wrapper {wrapper.value!r} of the matrix preset hides too little:"
            f" from inside {', '.join(seen[:3])} can be read",
            help="it has to hide other processes and the home folder; see docs/matrix.md",
        )


@contextlib.contextmanager
def _marked() -> Iterator[None]:
    """A process beside us with the mark in its environment."""
    program = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, env={_MARK: "1"}) as process:
        try:
            yield
        finally:
            if process.stdin is not None:
                process.stdin.close()

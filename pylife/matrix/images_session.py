"""The session of an image's cell, and from what it left behind to its status."""

import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pylife.matrix import images, installs, verdict
from pylife.matrix.base import CellPlan
from pylife.matrix.counts import Counted
from pylife.matrix.images import Builder, Steps
from pylife.matrix.observe import Observed, Places
from pylife.matrix.verdict import Verdict
from pylife.model import CellStatus

SESSION = "image"
FILE = ".pylife-noxfile.py"
_NOXFILE = '''\
import nox


@nox.session(venv_backend="none")
def {session}(session: nox.Session) -> None:
    """Build the image, ask it for its Python, and try it."""
{before}
    open({output!r}, "w").close()
    for command in {versions!r}:
        try:
            said = session.run(*command, external=True, silent=True)
        except nox.command.CommandFailed:
            continue
        with open({output!r}, "w", encoding="utf-8") as file:
            file.write(str(said))
        break
    else:
        session.error("no Python starts in the image")
{after}
'''
_INSTALLS = re.compile(
    r"No matching distribution found for|No solution found|Failed to build|Failed building wheel"
)
_NO_BASE = re.compile(
    r"manifest unknown|pull access denied|repository does not exist|no such image"
    r"|unable to copy from source|initializing source|failed to resolve source metadata"
    r"|short-name .* did not resolve|did not resolve to an alias",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"connection refused|no such host|i/o timeout|timed? ?out|name resolution"
    r"|network is unreachable|connection reset|tls handshake",
    re.IGNORECASE,
)
_ENGINE = re.compile(
    r"OCI (?:runtime error|permission denied|runtime attempted)|failed to create (?:shim )?task"
    r"|cannot start a container|error creating (?:container|network)",
    re.IGNORECASE,
)
"""What docker, podman and buildah say where the machine lets them run nothing."""
_SECONDS = 120


def steps(plan: CellPlan, builder: Builder, tree: Path, places: Places) -> Steps:
    """The commands of the cell; the image is called after the cell's own work folder."""
    file = tree / (images.file_of(tree) or images.FILES[0])
    name = f"pylife-{re.sub(r'[^a-z0-9]+', '-', places.folder.name.lower())}"
    smoke = tuple(tuple(shlex.split(line)) for line in plan.project.preset.smoke)
    return images.steps(builder, file, name, smoke)


def write(plan: CellPlan, tree: Path, places: Places, source: Mapping[str, str]) -> Path:
    """Write the noxfile, and not into `tree`: that is what the image is built from.

    Where the builder that the plan had found is gone, the session says why it skips.
    """
    builder = images.find(source)
    if isinstance(builder, str):
        text = _NO_BUILDER.format(session=SESSION, reason=builder)
    else:
        found = steps(plan, builder, tree, places)
        text = _NOXFILE.format(
            session=SESSION,
            before=_runs((found.build, *found.prepare)),
            versions=found.versions,
            output=str(output_of(places)),
            after=_runs(found.smoke),
        )
    path = places.folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


_NO_BUILDER = '''\
import nox


@nox.session(venv_backend="none")
def {session}(session: nox.Session) -> None:
    """There is no builder."""
    session.skip({reason!r})
'''


def clean(plan: CellPlan, tree: Path, places: Places, environment: Mapping[str, str]) -> None:
    """Remove the image and what still runs of it; what cannot be removed is left."""
    builder = images.find(environment)
    if isinstance(builder, str):
        return
    for command in steps(plan, builder, tree, places).clean:
        try:
            subprocess.run(
                command, env={**environment}, stdin=subprocess.DEVNULL, capture_output=True,
                check=False, timeout=_SECONDS,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return


def output_of(places: Places) -> Path:
    """Where the image's Python is told."""
    return places.folder / "image.txt"


def judge(seen: Observed, plan: CellPlan, places: Places) -> tuple[Verdict, Observed]:
    """Status and reason of an image cell that ran, and `seen` with the counts of it."""
    status, reason = _judge(seen, plan, places)
    counts = {CellStatus.PASSED: {"passed": 1}, CellStatus.FAILED: {"failed": 1}}
    told = Counted(counts=counts.get(status, {}))
    return (status, verdict.one_line(reason)), replace(seen, tests=told)


def _judge(seen: Observed, plan: CellPlan, places: Places) -> Verdict:
    result = seen.sessions[0].result if seen.sessions else ""
    if result == "skipped" and seen.sessions:
        return CellStatus.NOT_RUN, seen.sessions[0].reason
    if seen.ended.code < 0 or seen.ended.stopped or seen.ended.timed_out or result != "success":
        status, reason = verdict.judge(
            replace(seen, tests=None), plan.python, plan.project.preset.timeout
        )
        return _failed(seen, places, reason) if status is CellStatus.FAILED else (status, reason)
    inside = _inside(places)
    if inside != str(plan.python.plain):
        return CellStatus.FAILED, f"the Python inside is {inside or 'unknown'}, not {plan.python}"
    tried = "; ".join(plan.project.preset.smoke)
    return CellStatus.PASSED, f"builds, has Python {inside}" + (f", runs: {tried}" if tried else "")


def _failed(seen: Observed, places: Places, reason: str) -> Verdict:
    """What a failed command means: one of the build may have had no network, base or package."""
    if found := _ENGINE.search(seen.log):
        line = _line(seen.log, found.start())
        return CellStatus.INFRASTRUCTURE, f"the builder runs no container here: {line}"
    if output_of(places).exists():
        return CellStatus.FAILED, reason
    if _INSTALLS.search(seen.log):
        return installs.explain(seen.log)
    if found := _NO_BASE.search(seen.log):
        line = _line(seen.log, found.start())
        if _NETWORK.search(line):
            return CellStatus.INFRASTRUCTURE, f"no network: {line}"
        return CellStatus.BLOCKED, f"its base image cannot be had: {line}"
    return CellStatus.FAILED, reason


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else len(text)].strip()


def _inside(places: Places) -> str:
    try:
        return output_of(places).read_text(encoding="utf-8").strip()[:20]
    except (OSError, UnicodeDecodeError):
        return ""


def _runs(commands: tuple[tuple[str, ...], ...]) -> str:
    lines = [f"    session.run(*{command!r}, external=True)" for command in commands]
    return "\n".join(lines) or "    # nothing else was asked for"

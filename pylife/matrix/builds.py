"""Building a project's wheel from a copy of its source, and keeping it by the source's digest."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from pylife.matrix import generated, tools
from pylife.matrix.base import Interpreter, MatrixProject
from pylife.matrix.context import Context
from pylife.model import PythonVersion

_SECONDS = 900.0
_ANY = "any"
_UV_WORDS = ("hint:", "cause:", "error:", "Building ", "Caused by", "\u00d7", "\u2570")
"""How uv's own lines begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A project's wheel, or why there is none."""

    wheel: Path | None = None
    reason: str = ""


def build(project: MatrixProject, digest: str, interpreter: Interpreter, context: Context) -> Built:
    """The wheel of `project` for `interpreter`: built now, or kept from an earlier run.

    A pure wheel, once built with any Python, is the same for all.
    """
    if (there := kept(context.state, digest, interpreter.version)) is not None:
        return Built(wheel=there)
    house = context.state / "wheelhouse" / digest
    if not generated.is_installable(project.folder):
        return Built(reason="it is no installable project")
    try:
        return _build(project, interpreter, house, context)
    except OSError as error:
        return Built(reason=f"its wheel cannot be built here: {error.strerror}")


def kept(state: Path, digest: str, python: PythonVersion) -> Path | None:
    """The wheel of the source `digest` for `python` that an earlier run left, if there is one."""
    house = state / "wheelhouse" / digest
    return min([*house.glob(f"{_ANY}/*.whl"), *house.glob(f"{python}/*.whl")], default=None)


def _build(
    project: MatrixProject, interpreter: Interpreter, house: Path, context: Context
) -> Built:
    with context.work(f"{project.name}-wheel") as folder:
        tree = context.copy(project, folder)
        log = folder / "build.log"
        ended = context.execute(
            project,
            [tools.uv(), "build", "--wheel", "--no-create-gitignore", "--python",
             str(interpreter.path), "--out-dir", str(folder / "out"), str(tree)],
            folder=folder,
            cwd=tree,
            env=context.cleaned(project, folder, interpreter),
            log=log,
            timeout=_SECONDS,
        )  # fmt: skip
        wheels = sorted((folder / "out").glob("*.whl"))
        if ended.code != 0 or not wheels:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return Built(reason=_why(lines) or f"`uv build` ended with {ended.code}")
        place = house / (_ANY if _is_pure(wheels[0].name) else str(interpreter.version))
        place.mkdir(parents=True, exist_ok=True)
        # Moved, so that what is there under this name is always whole.
        partial = place / f".{folder.name}"
        shutil.copyfile(wheels[0], partial)
        return Built(wheel=partial.replace(place / wheels[0].name))


def _why(lines: list[str]) -> str:
    """The line of uv's output that says most: an exception, else the backend's last word."""
    said = [line.strip() for line in lines if line.strip()]
    raised = [line for line in said if ": " in line and line.split(":")[0].endswith("Error")]
    words = [line for line in said if not line.startswith(_UV_WORDS)]
    return (raised or words or said or [""])[-1][:200]


def _is_pure(name: str) -> bool:
    try:
        *_, tags = parse_wheel_filename(name)
    except InvalidWheelFilename:
        return False
    return all(tag.abi == "none" and tag.platform == "any" for tag in tags) and any(
        tag.interpreter in {"py3", "py2.py3"} for tag in tags
    )

"""Locks and compiled requirements files made anew by the tools that made them, in a private copy.

pip-compile resolves for the Python that it runs under, so it runs in an environment of the wanted
one, which is kept in the state folder; uv is told which. Pins that still hold stay: each tool is
given the file as it is. Nothing is built, so no code of the project or of a package runs, but for
the locks of Poetry and PDM, which read some packages by building them. What cannot be done is a
line for a person, with the command and the reason.
"""

import functools
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pylife.errors import PylifeError, UnreadableError
from pylife.matrix import guard, secrets, tools
from pylife.model import PythonVersion
from pylife.syntax import text
from pylife.upgrade import ProjectPlan
from pylife.upgrade.diff import unified
from pylife.upgrade.headers import Recipe, Refused
from pylife.upgrade.locks import Lock, Stale, command_for, following, locks
from pylife.upgrade.records import Refreshed
from pylife.workflow.lock_inputs import NotHereError, of_lock, of_recipe
from pylife.workflow.lock_outputs import as_before, forward, names_credentials, not_emitted
from pylife.workflow.lock_tools import Tools
from pylife.workflow.records import Read


class Locks:
    """Makes the locks of plans anew; `environment` tells where packages come from.

    `state` is where environments with pip-tools are kept. `offline` makes none: all is left to
    people.
    """

    def __init__(self, state: Path, environment: Mapping[str, str], *, offline: bool) -> None:
        self._environment = environment
        self._tools = Tools(state, environment)
        self._offline = offline

    def __call__(self, read: Read, plan: ProjectPlan) -> ProjectPlan:
        """The plan with its locks made anew; what could not be made is told to a person."""
        if plan.empty and not plan.stale:
            return plan
        plan = _with_following(plan, read.member.files)
        for stale in _ordered(plan):
            try:
                data, by = self._made(plan, stale)
            except NotHereError as reason:
                plan = _told(plan, stale, f"{stale.line} ({reason})")
            except (PylifeError, OSError) as error:
                said = str(error) if isinstance(error, PylifeError) else error.strerror
                plan = _told(plan, stale, f"{stale.line} ({said or 'it failed'})")
            else:
                plan = _made(plan, stale, data, by)
        return plan

    def _made(self, plan: ProjectPlan, stale: Stale) -> tuple[bytes, str]:
        """The new content, and what made it; raises NotHereError with the reason where nothing."""
        content = functools.partial(_content, plan)
        how = stale.how
        if how is None:
            raise NotHereError("pylife does not know how")
        if isinstance(how, Refused):
            raise NotHereError(how.reason)
        if self._offline:
            raise NotHereError("pylife works offline")
        inputs = of_recipe(how, content) if isinstance(how, Recipe) else of_lock(how, content)
        with tempfile.TemporaryDirectory(prefix="pylife-locks-") as temporary:
            copy = Path(temporary).resolve() / "project"
            for path, data in inputs.items():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                (copy / path).write_bytes(data)
            if isinstance(how, Recipe):
                by = self._compile(copy, how, stale.to, inputs[how.path])
            else:
                by = self._lock(copy, how, stale.to)
            made = as_before((copy / how.path).read_bytes(), inputs[how.path])
            if str(copy).encode() in made:
                raise NotHereError("it would name a folder of this machine")
            if names_credentials(made) and not names_credentials(inputs[how.path]):
                raise NotHereError("it would hold credentials of an index")
        if isinstance(how, Recipe):
            forward(inputs[how.path], made)
        return made, by

    def _compile(self, copy: Path, recipe: Recipe, to: PythonVersion | None, before: bytes) -> str:
        """Run a recipe in `copy`; returns what did that."""
        if to is None:
            raise NotHereError("there is no Python to make it for")
        if recipe.tool == "uv pip compile" and recipe.python is None:
            raise NotHereError("it does not say for which Python it was made")
        told = command_for(recipe, to) if recipe.tool != "pip-compile" else recipe.command
        folder = copy / recipe.folder
        output = str((copy / recipe.path).relative_to(folder))
        extra = {"CUSTOM_COMPILE_COMMAND": told, "UV_CUSTOM_COMPILE_COMMAND": told}
        if recipe.tool == "pip-compile":
            start = [*self._tools.pip_tools(to), "compile", "--quiet", f"--output-file={output}"]
            start += [f"--no-emit-{name}" for name in not_emitted(before, recipe)]
        else:
            start = [tools.uv(), "pip", "compile", "--quiet", "--no-build", "--no-progress"]
            start += [f"--python-version={to}", f"--output-file={output}"]
        self._tools.run([*start, *recipe.arguments], folder, extra)
        version = (
            self._tools.version(start)
            if recipe.tool == "pip-compile"
            else self._tools.version(start[:1])
        )
        return f"{version}, for Python {to}"

    def _lock(self, copy: Path, lock: Lock, to: PythonVersion | None) -> str:
        """Run the command of a lock in `copy`; returns what did that."""
        folder = (copy / lock.path).parent
        if lock.command != "uv lock" and not guard.is_trusted(self._environment):
            # They may build packages to learn what these require, which runs others' code.
            guard.require(self._environment, kinds=(secrets.Kind.FORGE,))
        match lock.command:
            case "uv lock":
                python = self._tools.python(to) if to is not None else None
                if python is None:
                    raise NotHereError(f"there is no Python {to} here to lock with")
                self._tools.run(
                    [tools.uv(), "lock", "--no-build", "--python", str(python)], folder, {}
                )
                return self._tools.version([tools.uv()])
            case "poetry lock":
                return self._poetry(folder)
            case "pdm lock":
                pdm = self._tools.find("pdm")
                self._tools.run(
                    [pdm, "lock", "--update-reuse"], folder, {"PDM_CHECK_UPDATE": "false"}
                )
                return self._tools.version([pdm])
            case _:
                raise NotHereError("pylife does not know how")

    def _poetry(self, folder: Path) -> str:
        poetry = self._tools.find("poetry")
        version = self._tools.version([poetry])
        major = re.search(r"(\d+)\.", version)
        before = re.search(r"Poetry (\d+)\.", (folder / "poetry.lock").read_text("utf-8")[:200])
        if major and before and major[1] != before[1]:
            raise NotHereError(f"it was made by Poetry {before[1]}, and here is {version}")
        keep = ["--no-update"] if major and major[1] == "1" else []
        quiet = {"POETRY_NO_INTERACTION": "1", "POETRY_VIRTUALENVS_CREATE": "false"}
        self._tools.run([poetry, "lock", *keep], folder, quiet)
        return version


def _with_following(plan: ProjectPlan, files: Iterable[str]) -> ProjectPlan:
    """The plan, also with what follows from the requirements that rise."""
    changed = {bump.file for bump in plan.bumps}
    if not changed:
        return plan
    listed = list(files)
    known = {item.file for item in plan.stale}
    more = [*following(plan.folder, listed, changed, plan.lock_for), *locks(listed, plan.lock_for)]
    new = tuple(item for item in more if item.file not in known)
    return replace(
        plan,
        stale=(*plan.stale, *new),
        needs_person=(*plan.needs_person, *(item.line for item in new)),
    )


def _ordered(plan: ProjectPlan) -> list[Stale]:
    """What is to be made anew; that of which others are made, or by which they are held, first."""
    needs = {item.file: _needs(plan, item) for item in plan.stale}
    left, found = list(plan.stale), list[Stale]()
    while left:
        open_ = {item.file for item in left}
        ready = [item for item in left if not needs[item.file] & open_] or left[:1]
        found += ready
        left = [item for item in left if item not in ready]
    return found


def _needs(plan: ProjectPlan, stale: Stale) -> set[str]:
    if not isinstance(stale.how, Recipe):
        return set()
    try:
        found = of_recipe(stale.how, functools.partial(_content, plan))
    except (NotHereError, OSError):
        return set()
    return set(found) - {stale.file}


def _content(plan: ProjectPlan, path: str) -> bytes:
    """A file as it is with the plan; raises UnreadableError."""
    if path in plan.contents:
        return plan.contents[path]
    if (plan.folder / path).is_symlink():
        raise UnreadableError("it is a link", path=path)
    return text.read(plan.folder, path).data


def _told(plan: ProjectPlan, stale: Stale, line: str) -> ProjectPlan:
    lines = [line if item == stale.line else item for item in plan.needs_person]
    return replace(plan, needs_person=tuple(lines))


def _made(plan: ProjectPlan, stale: Stale, data: bytes, by: str) -> ProjectPlan:
    """The plan with a file made anew; it changes nothing where the file is the same."""
    before = plan.before.get(stale.file)
    if before is None:
        before = text.read(plan.folder, stale.file).data
    contents, was = dict(plan.contents), dict(plan.before)
    if data != before:
        contents[stale.file], was[stale.file] = data, before
    return replace(
        plan,
        contents=dict(sorted(contents.items())),
        before=was,
        diff=unified(was, contents),
        refreshed=(*plan.refreshed, Refreshed(stale.file, by))
        if data != before
        else plan.refreshed,
        needs_person=tuple(line for line in plan.needs_person if line != stale.line),
    )

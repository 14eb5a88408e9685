"""Which of a project's tox environments run its tests, and under which Pythons.

`tox config --format json` (tox 4.67) tells the environments; it READS the project's
configuration and its plugins, so it runs in a copy, cleaned, with a deadline.

An environment whose Python is its own (`py313-django5`) is a cell for that Python. For
Pythons that the configuration does not name, the environment of that name with the
other Python is asked for, as `tox -e py315` would be, and taken where it runs the same
commands. One without a Python in its name (`tests`) gets the cell's.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pylife.matrix import places, tools, tox_files, tox_names
from pylife.matrix.base import MatrixProject
from pylife.matrix.context import Context
from pylife.matrix.process import MARK
from pylife.matrix.sessions import Listed, ListingError, deadline, telling
from pylife.matrix.tox_names import ANY, FACTOR, FACTORED, OTHER, label, plain, renamed
from pylife.model import CellStatus, PythonVersion

_DEADLINE = 300.0
"""Seconds; a configuration with `requires` has tox install what that names first."""
_KEYS = ("base_python", "pass_env", "commands", "labels", "env_dir", "env_name")
_TESTING = frozenset({"test", "tests", "testing", "unit", "unittest", "unittests", "pytest"})
_ELSE = frozenset(
    {
        "lint", "linters", "flake8", "ruff", "black", "isort", "pylint", "format", "fmt", "style",
        "mypy", "pyright", "typing", "type", "types", "typecheck", "typeguard", "check", "checks",
        "docs", "doc", "sphinx", "linkcheck", "mkdocs", "changelog", "news", "pre", "spelling",
        "build", "dist", "package", "packaging", "release", "publish", "upload", "manifest",
        "clean", "report", "combine", "coverage_report", "bench", "benchmark", "dev", "devenv",
    }
)  # fmt: skip
"""Factors of environments that look at code, or make something, rather than test."""
_ELSE_PROGRAMS = frozenset(
    {
        "mypy", "pyright", "flake8", "ruff", "black", "isort", "pylint", "pre-commit", "vulture",
        "sphinx-build", "sphinx-autobuild", "mkdocs", "twine", "build", "check-manifest", "echo",
        "towncrier", "bandit", "pydocstyle", "codespell", "doc8", "pyroma", "interrogate",
    }
)  # fmt: skip
_PASSED = ("PYTEST_ADDOPTS", "PYTHONPATH", "UV_*", "PIP_*", MARK)
"""What tox must let through to the session: where its report goes, and its constraints."""
_NO_MODULE = re.compile(r"No module named '([^']+)'")
HELP = "needs tox, which is not here: install it beside pylife, or put it on PATH"


class _Found(NamedTuple):
    """An environment as tox tells it."""

    name: str
    python: PythonVersion | None
    """None where it is the Python that tox runs on: the configuration names none."""
    values: Mapping[str, Any]


def find(
    project: MatrixProject, pythons: Sequence[PythonVersion], context: Context
) -> list[Listed]:
    """The environments that test, on each of `pythons` on which they can run; by Python, name.

    Raises ListingError where the configuration cannot be read, or tox is not here.
    """
    file = tox_files.find(project.folder)
    if file is None:
        raise ListingError("its tox configuration is not there")
    with context.work(f"{project.name}-list") as folder:
        tree = context.copy(project, folder)
        ask = _Asker(project, context, folder, tree)
        there = [one for one in ask("ALL") if _is_wanted(one, project)]
        if not there:
            # Without an env_list tox runs `py`, which "ALL" does not name.
            there = [one for one in ask("py") if _is_wanted(one, project)]
        found = {
            (label(one.name), one.python): _listed(one, one.python, (), tree, file)
            for one in there
            if one.python is not None and one.python in pythons
        }
        others = _others(there, pythons, set(found))
        made = _made(sorted({name for one, _, name in others if name != one.name}), ask)
        for one, python, name in others:
            if listed := _forced(one, python, made.get(name, one), tree, file):
                found[listed.name, python] = listed
    return sorted(found.values(), key=lambda one: (one.python, one.name))


class _Asker:
    """Calls `tox config` in a copy of the tree."""

    def __init__(self, project: MatrixProject, context: Context, folder: Path, tree: Path) -> None:
        self._context, self._project = context, project
        self._folder, self._tree = folder, tree
        self._environment = context.cleaned(project, folder)
        self._deadline = deadline(project.preset, _DEADLINE)

    def __call__(self, names: str) -> list[_Found]:
        """The environments of those names (with commas), which tox may make from factors."""
        return [
            _Found(name, _python(name, values), values)
            for name, values in self._document(names).get("env", {}).items()
            if isinstance(values, dict) and values.get("commands")
        ]

    def _document(self, names: str) -> dict[str, Any]:
        program = tools.tox()
        if program is None:
            raise ListingError(HELP, CellStatus.NEEDS)
        output, log = self._folder / "tox.json", self._folder / "list.log"
        output.unlink(missing_ok=True)
        ended = self._context.execute(
            self._project,
            [*program, "config", "-e", names, "--workdir", str(self._folder / "tox"),
             "--colored", "no", "--format", "json", "-o", str(output), "-k", *_KEYS],
            folder=self._folder,
            cwd=self._tree,
            env=self._environment,
            log=log,
            timeout=self._deadline,
        )  # fmt: skip
        if ended.stopped:
            raise ListingError("stopped before its environments were listed")
        if ended.timed_out:
            raise ListingError(f"tox did not read its configuration within {self._deadline:g} s")
        try:
            document: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise _unread(log.read_text(encoding="utf-8", errors="replace")) from None
        return document


def _unread(log: str) -> ListingError:
    """Why tox told nothing, from what it printed."""
    last = telling(list(filter(None, map(str.strip, log.splitlines())))) or "it printed nothing"
    if missing := _NO_MODULE.search(last):
        return ListingError(
            f"its tox configuration needs the module {missing[1]}, which tox here does not have",
            CellStatus.NEEDS,
        )
    if "unrecognized arguments" in log or "invalid choice" in log:
        return ListingError("needs a tox that can tell its configuration as JSON (4.5x or newer)",
                            CellStatus.NEEDS)  # fmt: skip
    return ListingError(f"tox cannot read its configuration: {last[:200]}")


def _python(name: str, values: Mapping[str, Any]) -> PythonVersion | None:
    """The one Python of the environment: as the name says, else as the configuration does."""
    told = values.get("base_python") or ()
    found = (tox_names.python(str(text)) for text in (*name.split("-"), *told))
    return next(filter(None, found), None)


def _is_wanted(one: _Found, project: MatrixProject) -> bool:
    factors = set(re.split(r"[-_]", one.name)) | {one.name, label(one.name)}
    labels = set(one.values.get("labels") or ())
    preset = project.preset
    if OTHER.search(one.name):
        return False
    if preset.sessions or preset.tags:
        return bool((factors | labels) & set(preset.sessions) or labels & set(preset.tags))
    if factors & _ELSE or all(_program(line) in _ELSE_PROGRAMS for line in _commands(one)):
        return False
    return any(FACTOR.fullmatch(factor) for factor in factors) or bool(factors & _TESTING)


def _commands(one: _Found) -> list[str]:
    return [str(line) for line in one.values["commands"]]


def _program(command: str) -> str:
    """The name of the program that a command starts; of `python -m` the module's."""
    words = command.lstrip("-! ").split()
    if len(words) > 2 and "python" in Path(words[0]).name and words[1] == "-m":
        return words[2]
    return Path(words[0]).name if words else ""


def _others(
    there: Sequence[_Found],
    pythons: Sequence[PythonVersion],
    known: Iterable[tuple[str, PythonVersion | None]],
) -> list[tuple[_Found, PythonVersion, str]]:
    """What to ask for on the Pythons that the configuration does not name.

    The environment to go by (the one with the newest Python, whose factors are the
    likeliest to hold for the next), the Python, and the environment's name there.
    """
    newest: dict[str, _Found] = {}
    for one in sorted(there, key=lambda one: (one.python is not None, one.python or pythons[0])):
        newest[label(one.name)] = one
    asked = []
    for common, one in sorted(newest.items()):
        fixed = one.python is not None and one.name == common
        for python in pythons if not fixed else ():
            if (common, python) not in known:
                name = plain(common, python) if one.name == common else renamed(one.name, python)
                asked.append((one, python, name))
    return asked


def _made(names: Sequence[str], ask: _Asker) -> dict[str, _Found]:
    """The environments that tox makes of these names; none where it makes not all of them."""
    if not names:
        return {}
    try:
        return {one.name: one for one in ask(",".join(names))}
    except ListingError:
        return {}


def _forced(
    one: _Found, python: PythonVersion, made: _Found, tree: Path, file: str
) -> Listed | None:
    """The environment `made` for another Python than that of `one`.

    None where it is not the same: where tox made none, or one with other commands.
    """
    if made is not one:
        return _listed(made, python, (), tree, file) if _shape(made) == _shape(one) else None
    if one.python is not None or FACTORED.search(one.name):
        return None
    base = f"{tox_files.table(tree, file, one.name)}base_python=python{python}"
    return _listed(one, python, ("-x", base), tree, file)


def _shape(one: _Found) -> list[str]:
    """The environment's commands, without its name: in paths, and where it can be no other word."""
    name = re.escape(one.name)
    word = rf"/{name}(?=[/\s'\"]|$)"
    if one.name not in ANY:
        word += rf"|(?<![A-Za-z0-9]){name}(?![A-Za-z0-9])"
    return [re.sub(word, "{env}", line) for line in _commands(one)]


def _listed(
    one: _Found, python: PythonVersion, more: tuple[str, ...], tree: Path, file: str
) -> Listed:
    passed = sorted({*one.values.get("pass_env", ()), *_PASSED})
    override = f"{tox_files.table(tree, file, one.name)}pass_env={','.join(passed)}"
    return Listed(
        name=label(one.name),
        python=python,
        tags=tuple(sorted(map(str, one.values.get("labels") or ()))),
        arguments=("-e", one.name, "-x", override, *more),
        source=places.tox(tree, file, one.name),
    )

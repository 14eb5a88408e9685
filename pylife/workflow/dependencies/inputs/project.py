"""A project's sets of requirements, from all of its files."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pylife.errors import UnreadableError
from pylife.syntax import text, toml
from pylife.workflow.dependencies.inputs import (
    metadata,
    owned,
    pyproject,
    uv_settings,
    version,
)
from pylife.workflow.dependencies.inputs.files import Files
from pylife.workflow.dependencies.inputs.poetry import specifier
from pylife.workflow.dependencies.inputs.records import Group, Inputs, Options, Sort
from pylife.workflow.dependencies.inputs.uv_settings import Settings

_REQUIREMENTS = re.compile(
    r"(?:[^/]*/)?[^/]*requirements[^/]*\.(?:txt|in)|requirements/[^/]*\.(?:txt|in)"
)
_CONDA = ("environment.yml", "environment.yaml", "conda.yaml", "conda.yml")
_MAIN = ("requirements.in", "requirements.txt")


def read(
    folder: Path,
    names: Iterable[str],
    *,
    limit: Path | None = None,
    environment: Mapping[str, str] | None = None,
    workspace: Settings | None = None,
) -> Inputs:
    """What the project in `folder` requires; `names` are its files, by their paths from it.

    Nothing outside of the folder `limit` is read (of `folder`, unless given). `environment` is
    for `${NAME}` in requirements files, `workspace` what the root of its workspace says.
    """
    files = Files(folder, names, limit or folder, environment or {})
    settings = _settings(files, workspace)
    poetry = metadata.poetry_of(files)
    own = metadata.groups(files, poetry)
    found = list(own)
    pinned = uv_settings.pinned(settings)
    if poetry is not None:
        pinned |= poetry.pinned
    pipenv = files.parsed("Pipfile", toml.parse) if not _has_plain(found) else None
    if pipenv is not None:
        from pylife.workflow.dependencies.inputs import pipfile

        found += pipfile.groups(pipenv)
        pinned |= pipfile.pinned(pipenv)
    found += _listed(files, plain=not _has_plain(found))
    sourced = [
        group._replace(lines=tuple(uv_settings.sourced(one, settings) for one in group.lines))
        for group in found
    ]
    return Inputs(
        name=files.name,
        version=version.find(files.place, files.pyproject, files.cfg, files.script),
        requires_python=_requires_python(files),
        groups=tuple(owned.expanded(files.name, sourced)),
        constraints=settings.constraints,
        overrides=settings.overrides,
        prereleases=tuple(sorted(poetry.prereleases)) if poetry is not None else (),
        options=Options(pre=settings.any_prerelease),
        pinned=tuple(sorted(pinned)),
        problems=tuple(files.problems),
        is_package=_has_plain(own) and files.name is not None,
    )


def settings_of(folder: Path, names: Iterable[str]) -> Settings | None:
    """What the root of a uv workspace says of its members; None where it is no such root."""
    if "pyproject.toml" not in names:
        return None
    with contextlib.suppress(UnreadableError):
        found = uv_settings.read(toml.parse(text.read(folder, "pyproject.toml")))
        return found if found.is_root else None
    return None


def _settings(files: Files, workspace: Settings | None) -> Settings:
    if files.pyproject is None:
        return workspace or Settings()
    own = uv_settings.read(files.pyproject)
    return own if workspace is None or own.is_root else own.under(workspace)


def _has_plain(groups: Iterable[Group]) -> bool:
    return any(group.sort is Sort.RUN for group in groups)


def _listed(files: Files, *, plain: bool) -> list[Group]:
    """The requirements files; with `plain`, one of them is the plain set."""
    found = []
    for path in files.names:
        if _REQUIREMENTS.fullmatch(path) and path not in files.taken:
            try:
                found.append(files.requirements(path))
            except UnreadableError as error:
                reason = f"{path} cannot be read: {error.message}"
                found.append(Group(Sort.FILE, path, (), (reason,)))
    for path in _CONDA:
        source = files.parsed(path, _decoded)
        if source is None:
            continue
        from pylife.workflow.dependencies.inputs import conda

        try:
            found.append(metadata.group(Sort.FILE, path, conda.read(source, files.take)))
        except UnreadableError as error:
            reason = f"{path} cannot be read: {error.message}"
            found.append(Group(Sort.FILE, path, (), (reason,)))
    main = next((group for name in _MAIN for group in found if group.name == name), None)
    if main is None and len(found) == 1:
        main = found[0]
    if plain and main is not None:
        found[found.index(main)] = main._replace(sort=Sort.RUN, name="")
        found.sort(key=lambda group: group.sort is not Sort.RUN)
    return found


def _decoded(source: text.Source) -> text.Source:
    return source


def _requires_python(files: Files) -> str | None:
    if files.pyproject is not None:
        for path in (
            ("project", "requires-python"),
            ("tool", "flit", "metadata", "requires-python"),
        ):
            if (value := pyproject.text(files.pyproject, *path)) is not None:
                return value
        value = pyproject.text(files.pyproject, "tool", "poetry", "dependencies", "python")
        if value is not None:
            with contextlib.suppress(ValueError):
                return specifier(value)
            return None
    found = files.cfg.text("options", "python_requires") if files.cfg is not None else None
    return found or (files.script.text("python_requires") if files.script is not None else None)

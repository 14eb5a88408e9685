"""A plain requirements file, judged as if it were a project."""

from collections.abc import Mapping
from pathlib import Path

from pylife.errors import UnreadableError, UsageError
from pylife.fleet import Member
from pylife.model import Kind, Project
from pylife.workflow.dependencies.gathering import Owned
from pylife.workflow.dependencies.inputs import requirement_files
from pylife.workflow.dependencies.inputs.records import Inputs, Sort
from pylife.workflow.dependencies.inputs.requirement_files import Place


def owned(path: Path, environment: Mapping[str, str]) -> Owned:
    """The file at `path` as a project of that name; includes are relative to the file.

    Raises UsageError where it cannot be read.
    """
    place = Place(path.parent)
    try:
        group = requirement_files.read(path.name, place, environment, sort=Sort.RUN, name="")
    except UnreadableError as error:
        raise UsageError(f"--requirement {path}: {error.message}") from None
    project = Project(name=path.as_posix(), path=path.as_posix(), kind=Kind.SERVICE)
    member = Member(project, folder=path.parent, files=(path.name,), root=Path())
    return Owned(member, Inputs(None, None, None, (group,)))

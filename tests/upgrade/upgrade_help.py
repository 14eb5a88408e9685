"""What the tests of upgrades share: the example fleet, plans of small trees, and policies."""

import datetime as dt
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from pylife import calendar, declarations, policy
from pylife.fleet import Member, load
from pylife.model import Kind, Project, PythonVersion
from pylife.upgrade import ProjectPlan, plan

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples" / "platform"
TODAY = dt.date(2026, 11, 21)


def v(text: str) -> PythonVersion:
    return PythonVersion.parse(text)


def window(day: dt.date = TODAY) -> policy.Window:
    """The platform's policy: on TODAY 3.10 is deprecated, 3.11 to 3.14 supported, 3.15 adopting."""
    return policy.window(policy.find("policies/platform.toml", EXAMPLE), calendar.load(), day)


def files_of(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() and ".git" not in path.relative_to(folder).parts
    )


def plan_of(
    folder: Path,
    *,
    kind: Kind = Kind.LIBRARY,
    name: str = "demo",
    day: dt.date = TODAY,
    without: Collection[PythonVersion] = (),
) -> ProjectPlan:
    files = files_of(folder)
    project = Project(name=name, path=".", kind=kind)
    reading = declarations.read(folder, files)
    return plan(project, folder, files, reading, window(day), without=without)


def carry_out(made: ProjectPlan, folder: Path) -> None:
    for path, data in made.contents.items():
        (folder / path).write_bytes(data)


def example(folder: Path) -> list[Member]:
    """The members of a copy of the example fleet in `folder`."""
    shutil.copytree(EXAMPLE, folder)
    return list(load(folder, cache=folder / ".cache", fetch=False).members)


def plan_member(member: Member, day: dt.date = TODAY) -> ProjectPlan:
    assert member.folder is not None
    reading = declarations.read(member.folder, member.files)
    return plan(member.project, member.folder, member.files, reading, window(day))


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8", newline="")
    return folder

"""What a project itself says about a Python: by its range, else by what it is deployed with."""

from enum import StrEnum

from pylife.model import Role
from pylife.site.documents import Doc

_RANGES = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "pixi.toml",
    "Pipfile",
    "environment.yml",
    "environment.yaml",
)
"""The files in which a project may say where it may be installed."""


class Declared(StrEnum):
    """What a project itself says about a Python; `ABSENT` and `UNREADABLE` are not `NO`."""

    YES = "declared"
    PARTLY = "declared in part"
    RUNS_ON = "runs on it"
    """It declares no range, and is deployed with this Python."""
    NO = "not declared"
    ABSENT = "not stated"
    UNREADABLE = "unreadable"

    @property
    def claims(self) -> bool:
        """Whether somebody may count on this Python because of what is declared."""
        return self in {Declared.YES, Declared.PARTLY, Declared.RUNS_ON}


def declaration(project: Doc, python: str) -> Declared:
    """What the project says about `python`: its range first, then what it is deployed with."""
    supports = project.get("supports")
    if supports is not None:
        if python in supports["versions"]:
            return Declared.YES
        return Declared.PARTLY if python in supports["partial"] else Declared.NO
    if project.get("supports_unreadable") or unread_range(project):
        return Declared.UNREADABLE
    runtimes = [d for d in project["declarations"] if d["role"] == Role.RUNS_ON]
    if python in runs_on_versions(project):
        return Declared.RUNS_ON
    if any(d.get("unreadable") for d in runtimes):
        return Declared.UNREADABLE
    return Declared.NO if runtimes else Declared.ABSENT


def unread_range(project: Doc) -> str:
    """The file of the project's own folder that may say its range and cannot be read, or empty.

    Only where no range was found elsewhere: what such a file says is unknown, not absent.
    """
    if project.get("supports") is not None:
        return ""
    folder = "" if project["path"] == "." else f"{project['path']}/"
    files = {problem["file"] for problem in project["problems"]}
    return next((folder + name for name in _RANGES if folder + name in files), "")


def runs_on_versions(project: Doc) -> frozenset[str]:
    """The Pythons that its deployment files name (a range, such as Lambda's, names none)."""
    return frozenset(
        version
        for d in project["declarations"]
        if d["role"] == Role.RUNS_ON and d.get("specifier") is None
        for version in (() if d.get("without_effect") else d.get("versions") or ())
    )

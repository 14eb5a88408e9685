"""Every fatal error of pylife, each with its exit code and what to do next.

This module imports nothing of pylife. What is wrong with *one* file or project
of a fleet is not fatal: it is a `pylife.model.Problem`, a row of the report.
"""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns; `combine` says which wins where several hold."""

    OK = 0
    """No finding at or above `--fail-on`."""
    FINDINGS = 1
    """At least one finding at or above `--fail-on`."""
    USAGE = 2
    """The command line, a policy or `pylife.toml` is wrong."""
    NOTHING = 3
    """Nothing was checked, which is not a pass."""
    INCOMPLETE = 4
    """Some projects could not be checked."""
    TOOL = 5
    """A program that the step needs (git, uv, nox) is missing or failed."""
    STATE = 6
    """The state folder cannot be used (locked, unreadable, of a newer version)."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C (128 + SIGINT); what had finished is kept."""


MEANINGS = {
    ExitCode.INTERRUPTED: "interrupted; what had finished is kept",
    ExitCode.USAGE: "the command line, a policy or pylife.toml is wrong",
    ExitCode.NOTHING: "nothing was checked",
    ExitCode.INCOMPLETE: "some projects could not be checked",
    ExitCode.STATE: "the state folder cannot be used",
    ExitCode.TOOL: "a program that the step needs is missing or failed, or a server cannot be had",
    ExitCode.FINDINGS: "findings at or above --fail-on",
    ExitCode.OK: "none of these",
}
"""What each code means to people, in the order of precedence."""


def combine(codes: Iterable[ExitCode]) -> ExitCode:
    """The one exit code of a run in which all of `codes` hold: 2, 3, 4, then 1."""
    held = set(codes)
    return next((code for code in MEANINGS if code in held), ExitCode.OK)


class PylifeError(Exception):
    """A fatal error: one line for people, with file, line and what to do.

    `path` is shown as given; `line` and `column` count from 1.
    """

    exit_code: ExitCode = ExitCode.USAGE

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        help: str | None = None,  # noqa: A002 - the word that people see
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.help = help

    def __str__(self) -> str:
        place = ":".join(str(p) for p in (self.path, self.line, self.column) if p is not None)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.help})" if self.help else text


class UsageError(PylifeError):
    """The command line asks for something that cannot be done."""


class ConfigError(PylifeError):
    """`pylife.toml`, a policy or a matrix file is wrong."""


class NothingCheckedError(PylifeError):
    """There was nothing to look at."""

    exit_code = ExitCode.NOTHING


class ToolError(PylifeError):
    """A program that this step needs is missing or failed."""

    exit_code = ExitCode.TOOL


class RateLimitedError(ToolError):
    """A forge says that it was asked too much; `wait` is for how many seconds, where it says so."""

    wait: float | None = None


class StateError(PylifeError):
    """The state folder cannot be used."""

    exit_code = ExitCode.STATE


class UnreadableError(PylifeError):
    """A file of a project cannot be read or parsed.

    Readers raise it; `pylife.declarations` turns it into a `Problem`, so it
    never ends a run.
    """

    exit_code = ExitCode.INCOMPLETE

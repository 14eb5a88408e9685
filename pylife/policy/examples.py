"""A policy's own tests: what the organisation published, as examples beside the rules."""

import datetime as dt
from typing import Any, NamedTuple

from pylife.calendar import Calendar
from pylife.model import Kind, Project, PythonVersion
from pylife.policy.floors import dependency_floors
from pylife.policy.records import Layer, Policy
from pylife.policy.scopes import for_project
from pylife.policy.window import window
from pylife.syntax.schema import at


class Example(NamedTuple):
    """On the day `as_of`, `subject` (a Python or a package) is at `expected`, a stage or a floor.

    For a Python `python` is given. `project` is the one that is meant, where the policy has
    scopes. It was written in `file` at `line`; `source` is where the organisation said so.
    """

    as_of: dt.date
    subject: str
    expected: str
    python: PythonVersion | None
    project: Project | None
    source: str
    file: str
    line: int


class Outcome(NamedTuple):
    """What the policy gives for an example, and the rule by which it does."""

    example: Example
    found: str
    rule: str

    @property
    def passed(self) -> bool:
        """Whether that is what the example expects."""
        return self.found == self.example.expected


def read(item: Layer) -> tuple[Example, ...]:
    """The examples of one file, in its order; raises ConfigError for a day that is none."""
    tables = item.document.value.get("example", ())
    return tuple(_example(item, number, table) for number, table in enumerate(tables))


def run(policy: Policy, examples: tuple[Example, ...], calendar: Calendar) -> tuple[Outcome, ...]:
    """What `policy` gives for each of `examples`, in their order."""
    return tuple(_outcome(policy, example, calendar) for example in examples)


def _outcome(policy: Policy, example: Example, calendar: Calendar) -> Outcome:
    if example.project is not None:
        policy = for_project(policy, example.project)
    if example.python is None:
        floor = dependency_floors(policy, example.as_of).get(example.subject)
        return Outcome(example, floor.version if floor else "none", floor.rule if floor else "")
    found = window(policy, calendar, example.as_of)
    info = found.stages.get(example.python)
    return Outcome(example, found.stage(example.python).value, info.rule if info else "")


def _example(item: Layer, number: int, table: dict[str, Any]) -> Example:
    try:
        day = dt.date.fromisoformat(str(table["as-of"]))
    except ValueError:
        message = f"{table['as-of']!r} is no date such as 2026-04-01"
        raise at(item.document, item.shown, message, "example", number, "as-of") from None
    dependency = table.get("dependency")
    return Example(
        as_of=day,
        subject=dependency or table["python"],
        expected=table["floor"] if dependency else table["stage"],
        python=None if dependency else PythonVersion.parse(table["python"]),
        project=_project(table),
        source=table.get("source", ""),
        file=item.shown,
        line=item.document.line("example", number),
    )


def _project(table: dict[str, Any]) -> Project | None:
    if not {"kind", "tier", "owner", "path", "name"}.intersection(table):
        return None
    path = table.get("path", ".")
    return Project(
        name=table.get("name", path.rpartition("/")[2]),
        path=path,
        kind=Kind(table.get("kind", "library")),
        tier=table.get("tier"),
        owner=table.get("owner"),
    )

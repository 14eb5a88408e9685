"""The three documents that the site is made of, checked and indexed."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pylife.errors import UsageError
from pylife.model import CellStatus, MigrationState, Outcome
from pylife.site import slugs
from pylife.site.text import python_key

Doc = Mapping[str, Any]
"""A table of a JSON document."""

READ, RUN, UPGRADE = "pylife/read/1", "pylife/matrix-run/1", "pylife/upgrade/1"


@dataclass(frozen=True, kw_only=True)
class Documents:
    """What the steps found out; `run` and `upgrade` are None where the step was not run."""

    read: Doc
    run: Doc | None
    upgrade: Doc | None
    projects: tuple[Doc, ...]
    """By name and path."""
    slugs: dict[tuple[str, str], str]
    cells: dict[str, tuple[Doc, ...]]
    """By project, sorted by Python and session."""
    proposals: dict[str, Doc]
    rules: dict[str, Doc]
    by_name: dict[str, Doc]
    """The first project of each name; cells and proposals know projects by name."""

    def slug(self, project: Doc) -> str:
        """The file name of `project`, without folder and extension."""
        return self.slugs[project["name"], project["path"]]

    def window(self, project: Doc) -> Doc:
        """What the project's policy says about each Python; empty without a policy."""
        policy = self.read["policies"].get(project.get("policy") or "")
        return policy["pythons"] if policy else {}

    @functools.cached_property
    def fleet_findings(self) -> tuple[Doc, ...]:
        """The findings of the fleet as a whole, without those of a project of the fleet's name."""
        named = self.read["fleet"]["name"]
        own = [f for p in self.projects if p["name"] == named for f in p["findings"]]
        return tuple(f for f in self.read.get("findings", ()) if f not in own)

    @functools.cached_property
    def findings(self) -> tuple[Doc, ...]:
        """All findings that hold, of projects and of the fleet: what is waived is not counted."""
        every = (*(f for p in self.projects for f in p["findings"]), *self.fleet_findings)
        return tuple(finding for finding in every if not finding.get("suppressed"))

    @functools.cached_property
    def checked(self) -> tuple[Doc, ...]:
        """The projects that were looked at: neither excluded nor in error."""
        return tuple(p for p in self.projects if is_checked(p))


def is_checked(project: Doc) -> bool:
    """Whether the project was looked at at all."""
    return not project.get("excluded") and not project.get("error")


def load(read: Doc, run: Doc | None, upgrade: Doc | None) -> Documents:
    """Index the documents; raises UsageError where one is of another schema or has an odd token."""
    for document, schema in ((read, READ), (run, RUN), (upgrade, UPGRADE)):
        if document is not None and document.get("schema") != schema:
            raise UsageError(
                f"the site needs a document of schema {schema}, not {document.get('schema')!r}",
                help="make it again with this version of pylife",
            )
    projects = tuple(sorted(read["projects"], key=lambda p: (p["name"], p["path"])))
    cells: dict[str, list[Doc]] = {}
    for cell in run["cells"] if run else ():
        _token(CellStatus, cell["status"], f"the status of {cell['project']!r}")
        cells.setdefault(cell["project"], []).append(cell)
    proposals = {}
    for proposal in upgrade["proposals"] if upgrade else ():
        _token(MigrationState, proposal["state"], f"the state of {proposal['project']!r}")
        _token(Outcome, proposal["outcome"], f"the outcome of {proposal['project']!r}")
        proposals[proposal["project"]] = proposal
    return Documents(
        read=read,
        run=run,
        upgrade=upgrade,
        projects=projects,
        slugs=slugs.assign((p["name"], p["path"]) for p in projects),
        cells={
            name: tuple(sorted(some, key=lambda c: (python_key(c["python"]), c["session"])))
            for name, some in sorted(cells.items())
        },
        proposals=dict(sorted(proposals.items())),
        rules={rule["code"]: rule for rule in sorted(read["rules"], key=lambda r: r["code"])},
        by_name={p["name"]: p for p in reversed(projects)},
    )


def _token(kind: type[CellStatus | MigrationState | Outcome], value: str, what: str) -> None:
    if value not in set(kind):
        raise UsageError(
            f"{what} is {value!r}, which this version of pylife does not know",
            help=f"known are {', '.join(kind)}",
        )

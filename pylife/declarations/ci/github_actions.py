"""GitHub Actions workflows: every Python that a job is run with.

Read are the lists of `strategy.matrix` under a key that names Python (or that a
step refers to), the Pythons of its `include` and `exclude` entries, inputs of
steps and of called workflows, scripts, variables, defaults of inputs, and
container images. An expression is followed through the file; what it makes only
when the workflow runs is unreadable. What `exclude` or `if: false` leaves out is
read as written, without effect. Sources: GitHub's documentation, "Workflow
syntax for GitHub Actions" and "Running variations of jobs in a workflow".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader, Runs
from pylife.declarations.ci import github_lists, github_steps
from pylife.declarations.ci import github_scope as scopes
from pylife.declarations.ci.github_edits import EDITORS
from pylife.declarations.ci.github_scope import Scope
from pylife.model import Declaration, Span
from pylife.syntax import yaml
from pylife.syntax.yaml import Node


def read(file: File) -> Iterator[Declaration]:
    """The declarations of the file, each place once: with effect, if it has one anywhere."""
    if not file.yaml:
        return
    outer = scopes.outermost(file, file.yaml[0])
    found: dict[Span, Declaration] = {}
    for items in (*(items for _, _, items in jobs(file)), _around(outer)):
        for item in items:
            before = found.get(item.span)
            if before is None or (before.without_effect and not item.without_effect):
                found[item.span] = item
    yield from found.values()


def jobs(file: File) -> Iterator[tuple[str, Node, Iterator[Declaration]]]:
    """Each job with what it declares, also in places that it shares with others."""
    if not file.yaml:
        return
    outer = scopes.outermost(file, file.yaml[0])
    note = "the file says that it is generated" if github_steps.generated(file) else ""
    for name, node in yaml.pairs(yaml.get(file.yaml[0], "jobs")):
        scope = outer.within(f"jobs.{name}", node)
        yield name, node, github_steps.unless_off(_job(scope, node, note), node, scope.name)


def _around(outer: Scope) -> Iterator[Declaration]:
    """Variables and defaults that speak of Python themselves, used or not."""
    yield from github_steps.environment(outer, outer.document, "")
    yield from github_steps.defaults(outer)
    for name, node in yaml.pairs(yaml.get(outer.document, "jobs")):
        found = github_steps.environment(outer, node, f"jobs.{name}.")
        yield from github_steps.unless_off(found, node, f"jobs.{name}")


def _job(scope: Scope, node: Node, note: str) -> Iterator[Declaration]:
    matrix = yaml.get(node, "strategy", "matrix")
    root = f"{scope.name}.strategy.matrix"
    uses = github_lists.used(node)
    yield from github_lists.declare(scope, matrix, root, uses)
    yield from github_steps.inputs(scope, node, f"{scope.name}.with")
    for container, group in _containers(scope, node):
        yield from github_steps.image(scope, container, group)
    yield from github_steps.steps(scope, node, note)


def _containers(scope: Scope, node: Node) -> Iterator[tuple[Node, str]]:
    """The images of a job: its own, and those of its services."""
    services = [
        (service, f"{scope.name}.services.{name}")
        for name, service in yaml.pairs(yaml.get(node, "services"))
    ]
    own = yaml.get(node, "container")
    for holder, group in [*([(own, f"{scope.name}.container")] if own else []), *services]:
        image = yaml.get(holder, "image") if yaml.is_mapping(holder) else holder
        if image is not None:
            yield image, f"{group}.image"


def _tested(file: File) -> list[Runs]:
    from pylife.declarations.ci import github_tested  # which reads the jobs as this module does

    return github_tested.effective(file)


READER = Reader(
    name="github-actions",
    title="GitHub Actions workflows",
    read=read,
    editors=EDITORS,
    contextual=True,
    tested=_tested,
)

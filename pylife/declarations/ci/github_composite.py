"""GitHub's composite actions (`action.yml`): defaults of inputs, and steps as in workflows.

Source: GitHub's documentation, "Metadata syntax for GitHub Actions".
"""

from collections.abc import Iterator

from pylife.declarations.base import File, Reader
from pylife.declarations.ci import github_scope as scopes
from pylife.declarations.ci import github_steps
from pylife.declarations.ci.github_edits import EDITORS
from pylife.model import Declaration, Span
from pylife.syntax import yaml


def read(file: File) -> Iterator[Declaration]:
    """The declarations of an action, each place once; nothing for a file of another kind."""
    if not file.yaml:
        return
    outer = scopes.outermost(file, file.yaml[0])
    runs = yaml.get(outer.document, "runs")
    if not yaml.is_mapping(runs) or runs is None:
        return
    image = yaml.get(runs, "image")
    note = "the file says that it is generated" if github_steps.generated(file) else ""
    scope = outer.within("runs", runs)
    seen: set[Span] = set()
    docker = yaml.is_scalar(image) and image.value.startswith("docker://")
    for items in (
        github_steps.defaults(outer),
        github_steps.steps(scope, runs, note),
        github_steps.image(scope, image, "runs.image", skip=len("docker://")) if docker else (),
    ):
        for item in items:
            if item.span not in seen:
                seen.add(item.span)
                yield item


READER = Reader(
    name="github-composite",
    title="GitHub composite actions",
    read=read,
    editors=EDITORS,
    contextual=True,
)

"""What is deployed as a whole: the cells of models and images, beside those of sessions.

Their sessions are written by pylife: a model's makes its recorded environment and
predicts (`models_session`), an image's builds and tries it (`images_session`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pylife.errors import UnreadableError
from pylife.matrix import images, images_session, models, models_session, models_verdict
from pylife.matrix.base import CellPlan, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.isolation import Isolation, Wrapper
from pylife.matrix.observe import Observed, Places
from pylife.matrix.verdict import Verdict
from pylife.model import CellStatus, Kind, PythonVersion

ORIGINS = frozenset({Origin.MODEL, Origin.IMAGE})
_LEFT_OUT = ("leaves models out (models = false)", "leaves images out (images = false)")
_OTHER = "makes an image of Python "


def is_meant(reason: str) -> bool:
    """Whether a `not-run` cell's reason says that nobody wants it to run: nothing is amiss."""
    return reason.endswith(_LEFT_OUT) or (reason.startswith("its ") and f" {_OTHER}" in reason)


def plan(
    project: MatrixProject, wanted: Sequence[PythonVersion], context: Context
) -> list[CellPlan]:
    """The cells of `project` as a model or an image; none where it is neither."""
    if models.is_model(project.folder):
        return [_model(project, python, context) for python in wanted]
    if project.kind is Kind.IMAGE:
        return [_image(project, python, context) for python in wanted]
    return []


def away(project: MatrixProject, wanted: Sequence[PythonVersion]) -> list[CellPlan]:
    """The cells of a model whose files are not here: they need them."""
    return [
        CellPlan(
            project=project,
            python=python,
            session=models_session.SESSION,
            origin=Origin.MODEL,
            decided=(CellStatus.NEEDS, project.away),
        )
        for python in wanted
    ]


def _model(project: MatrixProject, python: PythonVersion, context: Context) -> CellPlan:
    interpreter = context.interpreters.get(python)
    arguments: tuple[str, ...] = ()
    decided: tuple[CellStatus, str] | None = None
    try:
        model = models.read(project.folder)
    except UnreadableError as error:
        decided = (CellStatus.NOT_RUN, _told(error))
    else:
        baseline = context.interpreters.get(project.baseline) if project.baseline else None
        arguments = models_session.arguments(project, python, model, baseline)
        if model.lacks:
            decided = (CellStatus.NEEDS, model.lacks)
    if not project.preset.models:
        reason = f"the matrix preset {project.preset.name} {_LEFT_OUT[0]}"
        decided = (CellStatus.NOT_RUN, reason)
    elif interpreter is None:
        decided = decided or (CellStatus.MISSING_INTERPRETER, context.missing(python))
    return CellPlan(
        project=project,
        python=python,
        session=models_session.SESSION,
        origin=Origin.MODEL,
        interpreter=interpreter,
        nox=arguments,
        source=models.MLMODEL,
        decided=decided,
    )


def _image(project: MatrixProject, python: PythonVersion, context: Context) -> CellPlan:
    file = images.file_of(project.folder)
    return CellPlan(
        project=project,
        python=python,
        session=images_session.SESSION,
        origin=Origin.IMAGE,
        # The image has its own Python; that of the machine only starts nox's session.
        interpreter=context.interpreters.get(python)
        or next(iter(context.interpreters.values()), None),
        nox=("-s", images_session.SESSION),
        source=file or "",
        decided=_no_image(project, python, context, file),
    )


def _no_image(
    project: MatrixProject, python: PythonVersion, context: Context, file: str | None
) -> tuple[CellStatus, str] | None:
    if not project.preset.images:
        reason = f"the matrix preset {project.preset.name} {_LEFT_OUT[1]}"
        return CellStatus.NOT_RUN, reason
    if file is None:
        return CellStatus.NOT_RUN, f"its folder has no {' or '.join(images.FILES)}"
    if not project.runs_on:
        return CellStatus.NOT_RUN, f"which Python its {file} makes an image of is not known"
    if python not in project.runs_on:
        named = ", ".join(map(str, project.runs_on))
        return CellStatus.NOT_RUN, f"its {file} {_OTHER}{named}"
    builder = images.find(context.environment)
    if isinstance(builder, str):
        return CellStatus.NOT_RUN, builder
    if project.preset.isolation.wrapper is not Wrapper.NONE and images.is_open(
        builder, context.environment
    ):
        reason = "buildah with BUILDAH_ISOLATION=chroot isolates nothing, and the preset isolates"
        return CellStatus.NOT_RUN, reason
    return None


def write(plan: CellPlan, tree: Path, places: Places, source: Mapping[str, str]) -> str:
    """Write the noxfile of the cell; its path. `tree` is the copy of the project's folder.

    `source` is the environment that pylife was started with.
    """
    if plan.origin is Origin.IMAGE:
        return str(images_session.write(plan, tree, places, source))
    return str(models_session.write(plan, tree, places))


def isolated(plan: CellPlan) -> MatrixProject:
    """The project of the cell, without a wrapper for a builder, which makes its own isolation."""
    project = plan.project
    if plan.origin is not Origin.IMAGE:
        return project
    return replace(project, preset=replace(project.preset, isolation=Isolation()))


def environment(plan: CellPlan, source: Mapping[str, str]) -> dict[str, str]:
    """What the cell's programs see beside the usual few: a builder what it needs itself."""
    return images.environment_of(source) if plan.origin is Origin.IMAGE else {}


def outputs(places: Places) -> tuple[Path, ...]:
    """The files that a cell's own processes write, beside nox's and the tests'."""
    return (
        models_session.output_of(places),
        models_session.baseline_of(places),
        images_session.output_of(places),
    )


def judge(seen: Observed, plan: CellPlan, places: Places, tree: Path) -> tuple[Verdict, Observed]:
    """Status and reason of a cell that ran, and `seen` with what is to be told of a failure."""
    if plan.origin is Origin.IMAGE:
        return images_session.judge(seen, plan, places)
    return models_verdict.judge(seen, plan, places, tree)


def clean(plan: CellPlan, tree: Path, places: Places, source: Mapping[str, str]) -> None:
    """Remove what the cell has left outside of its work folder: its image."""
    if plan.origin is Origin.IMAGE:
        images_session.clean(plan, tree, places, source)


def _told(error: UnreadableError) -> str:
    where = f"{error.path}:{error.line}: " if error.path and error.line else ""
    return f"its model folder cannot be read: {where}{error.message}"

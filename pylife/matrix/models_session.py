"""The session of a model's cell: the recorded environment with the cell's Python, and a probe.

The noxfile is written beside a copy of the model. Its first session makes the
environment as MLflow does (build requirements, then the rest, in the order in which
`python_env.yaml` has them) and runs `models_probe.py` in it. Where no output is
recorded, a second session does the same under the Python that the model was saved with.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from pylife.matrix import models
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject
from pylife.matrix.models import Model
from pylife.matrix.observe import Places
from pylife.matrix.presets import MatrixPreset
from pylife.model import PythonVersion

SESSION = "model"
BASELINE = "baseline"
FILE = ".pylife-noxfile.py"
"""In the copy of the model, since nox works in its noxfile's folder."""
_PROBE = ".pylife-probe.py"
_SOURCE = Path(__file__).with_name("models_probe.py")
_BUILD, _REQUIREMENTS = ".pylife-build.txt", ".pylife-requirements.txt"

_NOXFILE = '''\
import os

import nox


@nox.session(python={python!r})
def {session}(session: nox.Session) -> None:
    """Make the recorded environment, load the model, predict on its example."""
{body}
    open({done!r}, "w").close()
'''
_BASELINE = '''

@nox.session(python={python!r})
def {session}(session: nox.Session) -> None:
    """The same under the Python that the model was saved with, to compare with."""
    if not os.path.exists({done!r}):
        session.skip("the model does not predict")
{body}
'''


def arguments(project: MatrixProject, python: PythonVersion, model: Model,
              baseline: Interpreter | None) -> tuple[str, ...]:  # fmt: skip
    """What nox is told to run the sessions of the cell: with the baseline's, where it is needed."""
    chosen = ["-s", f"{SESSION}-{python}"]
    if needs_baseline(project, python, model) and baseline is not None:
        chosen.append(f"{BASELINE}-{project.baseline}")
    return tuple(chosen)


def needs_baseline(project: MatrixProject, python: PythonVersion, model: Model) -> bool:
    """Whether only another Python's prediction can tell what is right."""
    return (
        model.example is not None and not model.expected and project.baseline not in {None, python}
    )


def write(plan: CellPlan, tree: Path, places: Places) -> Path:
    """Write the noxfile and what it needs into `tree`, the copy of the model.

    Raises UnreadableError where the model's files are broken.
    """
    model = models.read(tree)
    (tree / _PROBE).write_bytes(_SOURCE.read_bytes())
    (tree / _BUILD).write_text("".join(f"{line}\n" for line in model.build), encoding="utf-8")
    (tree / _REQUIREMENTS).write_text(
        "".join(f"{line}\n" for line in model.requirements), encoding="utf-8"
    )
    output, baseline = str(output_of(places)), str(baseline_of(places))
    done = str(places.folder / "predicted")
    text = _NOXFILE.format(
        python=str(plan.python), session=SESSION, body=_body(model, output), done=done
    )
    if len(plan.nox) > 2:
        text += _BASELINE.format(
            python=str(plan.project.baseline), session=BASELINE, done=done,
            body=_body(model, baseline),
        )  # fmt: skip
    path = tree / FILE
    path.write_text(text, encoding="utf-8")
    return path


def output_of(places: Places) -> Path:
    """Where the probe tells what came out."""
    return places.folder / "model.json"


def baseline_of(places: Places) -> Path:
    """Where the probe tells what came out under the Python that the model was saved with."""
    return places.folder / "baseline.json"


def key_parts(preset: MatrixPreset) -> list[object]:
    """What of pylife itself and of the preset can change a model cell's outcome."""
    return [_probe_digest(), preset.relative_tolerance, preset.absolute_tolerance]


@lru_cache(maxsize=1)
def _probe_digest() -> str:
    return sha256(_SOURCE.read_bytes()).hexdigest()


def _body(model: Model, output: str) -> str:
    lines = []
    for name, wanted in ((_BUILD, model.build), (_REQUIREMENTS, model.requirements)):
        if wanted:
            lines.append(f'session.install("-r", {name!r})')
    # -I: what lies beside the model must not shadow a module of the environment.
    lines.append(f'session.run("python", "-I", {_PROBE!r}, ".", {output!r})')
    return "\n".join(f"    {line}" for line in lines)

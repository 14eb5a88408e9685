"""Models that MLflow itself saved, loaded by MLflow in the environments that they record.

Needs the package index that this machine is set up with (mlflow-skinny, pandas), and two
Pythons that the newest MLflow runs on; says so where it skips. Saving is done in an
environment of the saving Python, as a training job would: MLflow is never in pylife's.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pylife.matrix import models, tools
from pylife.matrix.isolation import Cache, Isolation
from pylife.matrix.presets import MatrixPreset
from pylife.model import Cell, CellStatus, Kind, PythonVersion
from tests.matrix.matrix_help import found, make, python, run

pytestmark = pytest.mark.slow

PACKAGES = ("mlflow-skinny>=3.4", "pandas>=2.2", "numpy>=2.1")
PYTHONS = ("3.12", "3.13", "3.11", "3.14")
"""Two of these, the first that are here: the saving one, and the candidate."""

SAVE = """\
import sys
from pathlib import Path

import mlflow
import pandas as pd

frame = pd.DataFrame({"a": [1.0, 2.0], "b": [0.5, 0.25]})
loader = '''\
import json
import sys
from pathlib import Path


class Model:
    def __init__(self, weights):
        self.weights = weights

    def predict(self, model_input, params=None):
        return BODY


def _load_pyfunc(path):
    return Model(json.loads(Path(path).read_text()))
'''
bodies = {
    "same": "model_input['a'] * self.weights['a'] + model_input['b']",
    "other": "model_input['a'] * self.weights['a'] + sys.version_info[1] / 100",
    "typed": "(model_input['a'] if sys.version_info[:2] == SAVED else model_input[['a']])",
    "random": "model_input['a'] + __import__('random').random()",
    "broken": "model_input['a'] if sys.version_info[:2] == SAVED else {}['gone']",
    "bare": "model_input['a']",
}
for name, body in bodies.items():
    folder = Path(name + "-source")
    folder.mkdir()
    module = f"loader_{name}"
    code = loader.replace("BODY", body.replace("SAVED", repr(tuple(sys.version_info[:2]))))
    (folder / f"{module}.py").write_text(code)
    (folder / "weights.json").write_text('{"a": 2.0}')
    mlflow.pyfunc.save_model(
        name,
        loader_module=module,
        data_path=str(folder / "weights.json"),
        code_paths=[str(folder / f"{module}.py")],
        input_example=None if name == "bare" else frame,
        pip_requirements=REQUIREMENTS,
    )
"""


@pytest.fixture(scope="module")
def pythons() -> tuple[PythonVersion, PythonVersion]:
    here = [python(text) for text in PYTHONS if python(text) in found()]
    if len(here) < 2:
        pytest.skip(f"fewer than two of the Pythons {', '.join(PYTHONS)} are on this machine")
    return here[0], here[1]


@pytest.fixture(scope="module")
def saved(
    tmp_path_factory: pytest.TempPathFactory, pythons: tuple[PythonVersion, PythonVersion]
) -> Path:
    """The models, saved by MLflow under the first Python."""
    base = tmp_path_factory.mktemp("saved")
    uv, environment = tools.uv(), base / "environment"
    subprocess.run([uv, "venv", "-q", "-p", found()[pythons[0]].path, environment], check=True)
    program = environment / "bin" / "python"
    done = subprocess.run(
        [uv, "pip", "install", "-q", "-p", program, *PACKAGES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"MLflow cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    frozen = subprocess.run(
        [uv, "pip", "freeze", "-p", program], capture_output=True, text=True, check=True
    ).stdout.split()
    needed = [
        line for line in frozen if line.startswith(("mlflow-skinny==", "pandas==", "numpy=="))
    ]
    script = SAVE.replace("REQUIREMENTS", repr(needed))
    subprocess.run([program, "-c", script], cwd=base, check=True, capture_output=True, timeout=600)
    return base


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One state folder for all, so that what was downloaded once is there."""
    return tmp_path_factory.mktemp("state")


def cell(
    saved: Path, name: str, state: Path, pythons: Sequence[PythonVersion], only: int = 1
) -> Cell:
    """The cell of the model `name` on the candidate (or on the saving Python)."""
    project = replace(
        make(saved, name, {}),
        kind=Kind.MODEL,
        preset=MatrixPreset(
            name="t", timeout=600, retries=1, isolation=Isolation(cache=Cache.SHARED)
        ),
        pythons=(pythons[only],),
        baseline=pythons[0],
    )
    return next(one for one in run([project], state) if one.python == pythons[only])


def test_a_model_predicts_the_same_under_another_python(
    saved: Path, state: Path, pythons: tuple[PythonVersion, PythonVersion]
) -> None:
    one = cell(saved, "same", state, pythons)
    assert one.status is CellStatus.PASSED, one.failure
    assert one.reason == (
        f"predicts 2 values as on Python {found()[pythons[0]].release}, with which it was saved"
    )
    assert one.log is not None
    assert "uv pip install -r .pylife-requirements.txt" in (state / one.log).read_text()
    again = cell(saved, "same", state, pythons)
    assert again.cached
    assert again.reason == one.reason


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("other", CellStatus.FAILED, "the largest difference is 0.01, at [0].a: "),
        ("typed", CellStatus.FAILED, "predicts DataFrame, 2 rows, columns a (float64), not Series"),
        ("broken", CellStatus.FAILED, "it does not predict: KeyError: 'gone'"),
        ("random", CellStatus.NOT_VALIDATED, "it predicts something else each time"),
        ("bare", CellStatus.NOT_VALIDATED, "it loads, and has no input example"),
    ],
)
def test_what_differs_is_told(
    saved: Path,
    state: Path,
    pythons: tuple[PythonVersion, PythonVersion],
    name: str,
    status: CellStatus,
    reason: str,
) -> None:
    one = cell(saved, name, state, pythons)
    assert one.status is status, one.reason + one.failure
    assert reason in one.reason


def test_the_recorded_output_goes_before_everything(
    saved: Path, tmp_path: Path, state: Path, pythons: tuple[PythonVersion, PythonVersion]
) -> None:
    """Made as the documentation says, by MLflow's own command."""
    shutil.copytree(saved / "same", tmp_path / "same")
    done = subprocess.run(
        [saved / "environment" / "bin" / "mlflow", "models", "predict", "-m", "same",
         "-i", "same/serving_input_example.json", "-t", "json", "-o", f"same/{models.EXPECTED}",
         "--env-manager", "local"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (tmp_path / "same" / models.EXPECTED).exists(), done.stderr
    one = cell(tmp_path, "same", state, pythons)
    assert one.status is CellStatus.PASSED, one.reason
    assert one.reason == "predicts 2 values as recorded in pylife-expected.json"
    (tmp_path / "same" / models.EXPECTED).write_text('{"predictions": [2.5, 9.25]}')
    one = cell(tmp_path, "same", state, pythons)
    # Under the Python that it was saved with it is as far from that: the record is wrong.
    assert one.status is CellStatus.FAILS_ON_BASELINE
    assert "the largest difference is 5, at [1]: 4.25, not 9.25" in one.reason


def test_where_it_was_saved_nothing_is_compared(
    saved: Path, state: Path, pythons: tuple[PythonVersion, PythonVersion]
) -> None:
    one = cell(saved, "same", state, pythons, only=0)
    assert one.status is CellStatus.NOT_VALIDATED
    assert "this is the Python that it was saved with" in one.reason

"""Models: what their folders say, how predictions are compared, and what each end means."""

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.errors import UnreadableError
from pylife.matrix import models, models_compare, models_probe, models_session, models_verdict
from pylife.matrix.artefacts import plan as plan_cells
from pylife.matrix.base import CellPlan, Interpreter, MatrixProject, Origin
from pylife.matrix.context import Context
from pylife.matrix.models import Model
from pylife.matrix.models_compare import Tolerance
from pylife.matrix.observe import Observed, Places, Session
from pylife.matrix.presets import MatrixPreset
from pylife.matrix.process import Ended
from pylife.model import CellStatus, Kind
from tests.conftest import ROOT
from tests.matrix.matrix_help import ABSENT, HERE, found, make, python, run

CHURN = ROOT / "examples" / "platform" / "models" / "churn-model"
MLMODEL = """\
flavors:
  python_function:
    env: {conda: conda.yaml, virtualenv: python_env.yaml}
    loader_module: mlflow.pyfunc.model
    python_version: 3.10.4
"""
EXAMPLE = "saved_input_example_info: {artifact_path: input_example.json, type: dataframe}\n"
PYTHON_ENV = """\
python: 3.10.4
build_dependencies:
- pip==23.3.1
dependencies:
- -r requirements.txt
- nw-core==1.2
"""


def folder(base: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        (base / name).write_text(content, encoding="utf-8")
    return base


# What a folder says


def test_the_examples_model_is_read_as_mlflow_reads_it() -> None:
    assert models.read(CHURN) == Model(
        python="3.9.18",
        build=("pip==23.3.1", "setuptools==68.2.2", "wheel==0.41.3"),
        requirements=("-r requirements.txt",),
        example="input_example.json",
        expected=True,
    )


def test_python_env_goes_before_conda_and_that_before_requirements(tmp_path: Path) -> None:
    conda = "dependencies:\n- python=3.11\n- pip<=24\n- pip:\n  - numpy==1.24.4\n  - pandas\n"
    folder(tmp_path, {"MLmodel": MLMODEL, "requirements.txt": "numpy\n"})
    assert models.read(tmp_path) == Model("3.10.4", (), ("-r requirements.txt",))
    folder(tmp_path, {"conda.yaml": conda})
    assert models.read(tmp_path) == Model("3.11", (), ("numpy==1.24.4", "pandas"))
    folder(tmp_path, {"python_env.yaml": PYTHON_ENV})
    expected = Model("3.10.4", ("pip==23.3.1",), ("-r requirements.txt", "nw-core==1.2"))
    assert models.read(tmp_path) == expected
    folder(tmp_path, {"MLmodel": MLMODEL + EXAMPLE, models.EXPECTED: "{}"})
    assert models.read(tmp_path) == expected._replace(example="input_example.json", expected=True)


def test_what_conda_itself_installs_is_said(tmp_path: Path) -> None:
    conda = "dependencies:\n- python=3.10\n- conda-forge::cudatoolkit>=11\n- lightgbm\n"
    folder(tmp_path, {"MLmodel": MLMODEL.replace("virtualenv: python_env.yaml", ""),
                      "conda.yaml": conda})  # fmt: skip
    lacks = models.read(tmp_path).lacks
    assert "needs conda for conda-forge::cudatoolkit>=11, lightgbm (conda.yaml)" in lacks


def test_a_model_without_an_environment_says_so(tmp_path: Path) -> None:
    folder(tmp_path, {"MLmodel": MLMODEL.replace("    env: {conda: conda.yaml, ", "    #")})
    assert "records no environment" in models.read(tmp_path).lacks


@pytest.mark.parametrize(
    ("mlmodel", "message"),
    [
        ("flavors:\n  spark: {}\n", r"no python_function flavour.*\(flavours: spark\)"),
        ("flavors: 3\n", r"no python_function flavour.*\(flavours: none\)"),
        ("- a\n", "MLmodel is no table"),
        ("", "MLmodel is no table"),
        ("flavors: {python_function: {}\n", "not valid YAML"),
        (MLMODEL + "saved_input_example_info: {artifact_path: [a]}\n", "artifact_path is no text"),
    ],
)
def test_what_is_no_model_is_told(tmp_path: Path, mlmodel: str, message: str) -> None:
    folder(tmp_path, {"MLmodel": mlmodel})
    with pytest.raises(UnreadableError, match=message):
        models.read(tmp_path)


def test_requirements_that_are_no_list_are_told(tmp_path: Path) -> None:
    folder(tmp_path, {"MLmodel": MLMODEL, "python_env.yaml": "dependencies: numpy\n"})
    with pytest.raises(UnreadableError, match=r"python_env.yaml: dependencies is no list"):
        models.read(tmp_path)


# Which cells there are


def model_project(
    base: Path, files: Mapping[str, str], *, baseline: str | None = "3.9", **preset: Any
) -> MatrixProject:
    project = make(base, "m", {"MLmodel": MLMODEL, **files})
    return replace(
        project,
        kind=Kind.MODEL,
        baseline=python(baseline) if baseline else None,
        preset=MatrixPreset(name="t", retries=0, **preset),
    )


def context(tmp_path: Path, *versions: str) -> Context:
    there = {
        python(text): Interpreter(
            version=python(text), path=Path(sys.executable), release=f"{text}.1", build="b"
        )
        for text in versions
    }
    return Context(state=tmp_path, interpreters=there, environment={"PATH": ""})


def test_a_model_has_a_cell_on_each_python_and_the_saved_one_to_compare_with(
    tmp_path: Path,
) -> None:
    project = model_project(tmp_path, {"MLmodel": MLMODEL + EXAMPLE, "requirements.txt": "numpy\n"})
    cells = plan_cells(
        project, [python("3.9"), python("3.12"), ABSENT], context(tmp_path, "3.9", "3.12")
    )
    assert [(cell.session, cell.origin, cell.nox) for cell in cells[:2]] == [
        ("model", Origin.MODEL, ("-s", "model-3.9")),
        ("model", Origin.MODEL, ("-s", "model-3.12", "baseline-3.9")),
    ]
    assert [cell.decided and cell.decided[0] for cell in cells] == [
        None, None, CellStatus.MISSING_INTERPRETER,
    ]  # fmt: skip
    (tmp_path / "m" / models.EXPECTED).write_text("{}")
    [cell] = plan_cells(project, [python("3.12")], context(tmp_path, "3.9", "3.12"))
    assert cell.nox == ("-s", "model-3.12")  # the recorded output needs no other Python


def test_what_cannot_be_tried_is_known_before(tmp_path: Path) -> None:
    there = context(tmp_path, "3.12")
    bare = model_project(tmp_path / "1", {})
    [cell] = plan_cells(bare, [python("3.12")], there)
    assert cell.decided is not None
    assert cell.decided[0] is CellStatus.NEEDS
    assert "records no environment" in cell.decided[1]
    broken = model_project(tmp_path / "2", {"MLmodel": "flavors: {}\n"})
    [cell] = plan_cells(broken, [python("3.12")], there)
    assert cell.decided is not None
    assert cell.decided[0] is CellStatus.NOT_RUN
    assert "no python_function flavour" in cell.decided[1]
    off = model_project(tmp_path / "3", {"requirements.txt": ""}, models=False)
    [cell] = plan_cells(off, [python("3.12")], there)
    assert cell.decided == (
        CellStatus.NOT_RUN, "the matrix preset t leaves models out (models = false)",
    )  # fmt: skip
    assert plan_cells(make(tmp_path / "4", "x", {"x.py": ""}), [HERE], there) == []


def test_a_model_whose_files_are_elsewhere_needs_them(tmp_path: Path) -> None:
    project = replace(
        model_project(tmp_path, {}), folder=tmp_path / "gone", away="its files are at s3://b/m",
        pythons=(HERE,),
    )  # fmt: skip
    [cell] = run([project], tmp_path / "state")
    assert (cell.session, cell.status, cell.reason) == (
        "model", CellStatus.NEEDS, "its files are at s3://b/m",
    )  # fmt: skip


def test_the_written_session_is_what_mlflow_does(tmp_path: Path) -> None:
    project = model_project(
        tmp_path,
        {"MLmodel": MLMODEL + EXAMPLE, "python_env.yaml": PYTHON_ENV, "requirements.txt": "a\n"},
    )
    [cell] = plan_cells(project, [python("3.12")], context(tmp_path, "3.9", "3.12"))
    path = models_session.write(cell, project.folder, Places(tmp_path))
    text = path.read_text()
    compile(text, "noxfile", "exec")
    assert text.index("@nox.session(python='3.12')") < text.index("@nox.session(python='3.9')")
    assert text.count("session.install(\"-r\", '.pylife-build.txt')") == 2
    assert (project.folder / ".pylife-build.txt").read_text() == "pip==23.3.1\n"
    assert (project.folder / ".pylife-requirements.txt").read_text() == (
        "-r requirements.txt\nnw-core==1.2\n"
    )
    alone = replace(cell, nox=("-s", "model-3.12"))
    assert "3.9" not in models_session.write(alone, project.folder, Places(tmp_path)).read_text()


def test_the_tolerance_is_part_of_what_a_result_stands_for() -> None:
    usual = models_session.key_parts(MatrixPreset(name="a"))
    assert usual == models_session.key_parts(MatrixPreset(name="b"))
    assert usual != models_session.key_parts(MatrixPreset(name="a", relative_tolerance=0.1))


# Comparing

NUMBERS = Tolerance(relative=0.1, absolute=0.01)


@pytest.mark.parametrize(
    ("have", "want", "reason"),
    [
        ([1.0, 2.05], [1.0, 2.0], ""),
        ([1.0, 2.3], [1.0, 2.0], ("1 of 2 values differ by more than the tolerance; the largest"
         " difference is 0.3, at [1]: 2.3, not 2.0")),
        ([1.5, 5.0], [1.0, 2.0], ("2 of 2 values differ by more than the tolerance; the largest"
         " difference is 3, at [1]: 5.0, not 2.0")),
        ([1], [1.0], ""),
        ([math.nan, math.inf], [math.nan, math.inf], ""),
        ([math.nan], [1.0], ("1 of 1 values differ by more than the tolerance; the largest"
         " difference is nan, at [0]: nan, not 1.0")),
        ([-math.inf], [math.inf], ("1 of 1 values differ by more than the tolerance; the largest"
         " difference is inf, at [0]: -inf, not inf")),
        (["a"], ["a"], ""),
        (["a"], ["b"], "predicts otherwise at [0]: 'a', not 'b'"),
        ([True], [1], "predicts otherwise at [0]: True, not 1"),
        ([None], [0.0], "predicts otherwise at [0]: None, not 0.0"),
        ([1.0], [1.0, 2.0], "predicts otherwise at the value: 1 items, not 2"),
        ({"p": [1.0]}, {"p": [1.0]}, ""),
        ({"p": [9.0]}, {"p": [1.0]}, ("1 of 1 values differ by more than the tolerance; the largest"
         " difference is 8, at p[0]: 9.0, not 1.0")),
        ({"p": 1}, {"q": 1}, "predicts otherwise at the value: the names p, not q"),
        ([{"0": 1.0}, {"0": 2.0}], [1.0, 2.0], ""),  # a column, as a server answers it
        ([1.0, 2.0], [{"score": 1.0}, {"score": 2.0}], ""),
        ([{"0": 1.0}], [{"1": 1.0}], "predicts otherwise at [0]: the names 0, not 1"),
        ([], [], ""),
        (3, [3], "predicts otherwise at the value: 3, not [3]"),
    ],
)  # fmt: skip
def test_predictions_are_compared(have: Any, want: Any, reason: str) -> None:
    assert models_compare.values(have, want, NUMBERS).reason == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@given(JSON)
def test_what_is_the_same_never_differs(value: Any) -> None:
    assert not models_compare.values(value, json.loads(json.dumps(value)), Tolerance(0, 0)).reason


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.data())
def test_one_number_further_than_the_tolerance_is_found(rows: list[float], data: Any) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    other = list(rows)
    other[place] += 3 * (0.01 + 0.1 * abs(rows[place]))
    compared = models_compare.values(other, rows, NUMBERS)
    assert [one.place for one in compared.differences] == [f"[{place}]"]


def test_many_differences_are_not_all_told() -> None:
    compared = models_compare.values([0.0] * 30, [1.0] * 30, NUMBERS)
    assert compared.text.count("\n") == 10
    assert compared.text.endswith("and 20 more")


def test_forms_differ_in_words() -> None:
    one = {"type": "ndarray", "dtype": "float64", "shape": [2]}
    assert models_compare.form(one, dict(one)) == ""
    assert models_compare.form(one, {**one, "dtype": "float32"}) == (
        "predicts ndarray of float64, shape (2), not ndarray of float32, shape (2)"
    )
    inside = {"type": "dict", "items": {"p": one}}
    other = {"type": "dict", "items": {"p": {**one, "shape": [2, 1]}}}
    assert models_compare.form(inside, other).endswith("at p")
    frame = {"type": "DataFrame", "rows": 2, "columns": [["a", "int64"]]}
    assert "DataFrame, 2 rows, columns a (int64)" in models_compare.form(frame, one)


# The probe's own words, without MLflow: it is a script of the standard library.


def test_the_probe_describes_what_is_predicted() -> None:
    assert models_probe.form([1, 2]) == {
        "type": "list", "length": 2, "items": ['{"type": "int"}'],
    }  # fmt: skip
    assert models_compare.opaque(models_probe.form({"a": [object()]})) == "object"
    assert models_compare.opaque(models_probe.form({"a": [None, "b", 1.5]})) == ""
    assert models_probe.values({1: (True, b"\x01", None)}) == {"1": [True, "01", None]}


def test_the_probe_reads_requests_and_says_when_there_is_none(tmp_path: Path) -> None:
    class Metadata:
        saved_input_example_info = None

    assert models_probe.example(str(tmp_path), Metadata()) == (False, None, None)
    serving = tmp_path / "serving_input_example.json"
    serving.write_text('{"inputs": [1, 2], "params": {"k": 3}}')
    assert models_probe.example(str(tmp_path), Metadata()) == (True, [1, 2], {"k": 3})
    serving.write_text('{"instances": {"a": [1]}}')
    assert models_probe.example(str(tmp_path), Metadata()) == (True, {"a": [1]}, None)
    serving.write_text("{}")
    with pytest.raises(ValueError, match="none of dataframe_split"):
        models_probe.example(str(tmp_path), Metadata())


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.14"])
def test_the_probe_starts_under_every_python_of_a_model(tmp_path: Path, version: str) -> None:
    if python(version) not in found():
        pytest.skip(f"no Python {version} on this machine")
    done = subprocess.run(
        [found()[python(version)].path, "-I", "-S", models_probe.__file__, ".", tmp_path / "o"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    told = json.loads((tmp_path / "o").read_text())
    assert done.returncode == 1
    assert told["stage"] == "import"
    assert told["module"] == "mlflow"
    assert told["python"].startswith(version + ".")


# Verdicts


def observed(*results: str, code: int = 0, log: str = "", **more: Any) -> Observed:
    names = ("model-3.12", "baseline-3.9")
    sessions = [
        Session(name=name, result=one, reason="") for name, one in zip(names, results, strict=False)
    ]
    return Observed(
        ended=Ended(code=code, seconds=1.0),
        log=log,
        sessions=tuple(sessions),
        pythons=frozenset({python("3.12")}),
        **more,
    )


def prediction(values: Any, **form: Any) -> dict[str, Any]:
    return {"form": {"type": "list", **form}, "values": values}


def told(values: Any, again: Any = None, **form: Any) -> dict[str, Any]:
    return {
        "python": "3.12.1",
        "stage": "done",
        "example": True,
        "predictions": prediction(values, **form),
        "again": prediction(values if again is None else again, **form),
    }


def verdict(
    tmp_path: Path,
    seen: Observed,
    model: object = None,
    *,
    baseline: object = None,
    expected: str | None = None,
    nox: tuple[str, ...] = ("-s", "model-3.12"),
    saved: str | None = "3.9",
) -> tuple[CellStatus, str]:
    tmp_path.mkdir(exist_ok=True)
    project = model_project(tmp_path, {"requirements.txt": ""}, baseline=saved)
    if expected is not None:
        (project.folder / models.EXPECTED).write_text(expected)
    places = Places(tmp_path)
    for path, value in (
        (models_session.output_of(places), model),
        (models_session.baseline_of(places), baseline),
    ):
        if value is not None:
            path.write_text(value if isinstance(value, str) else json.dumps(value))
    cell = CellPlan(
        project=project, python=python("3.12"), session="model", origin=Origin.MODEL, nox=nox
    )
    found_, _ = models_verdict.judge(seen, cell, places, project.folder)
    return found_


GOOD = observed("success")
BOTH = ("-s", "model-3.12", "baseline-3.9")


def test_a_pass_is_a_prediction_that_was_compared(tmp_path: Path) -> None:
    answer = '{"predictions": [0.5, 1.0]}'
    assert verdict(tmp_path / "1", GOOD, told([0.5, 1.0]), expected=answer) == (
        CellStatus.PASSED, "predicts 2 values as recorded in pylife-expected.json",
    )  # fmt: skip
    status, reason = verdict(tmp_path / "2", GOOD, told([0.5, 1.1]), expected=answer)
    assert status is CellStatus.FAILED
    assert "the largest difference is 0.1, at [1]: 1.1, not 1.0" in reason
    assert verdict(
        tmp_path / "3", observed("success", "success"), told([0.5]), nox=BOTH,
        baseline={**told([0.5]), "python": "3.9.18"},
    ) == (CellStatus.PASSED, "predicts 1 value as on Python 3.9.18, with which it was saved")  # fmt: skip
    status, reason = verdict(
        tmp_path / "4", observed("success", "success"), told([0.5], dtype="a"), nox=BOTH,
        baseline=told([0.5], dtype="b"),
    )  # fmt: skip
    assert status is CellStatus.FAILED
    assert reason.startswith("predicts list of a, not list of b, as on Python 3.12.1")


@pytest.mark.parametrize(
    ("model", "more", "reason"),
    [
        ({"stage": "done", "example": False}, {}, "it loads, and has no input example"),
        (told([1.0]), {}, "and Python 3.9, with which it was saved, is not here"),
        (told([1.0]), {"saved": "3.12"}, "and this is the Python that it was saved with"),
        (told([1.0]), {"saved": None}, "and which Python it was saved with is not known"),
        (told([1.0], [2.0]), {"expected": "[1.0]"}, "something else each time"),
        (told(["<x>"], opaque=True, type="Thing"), {"expected": '["<x>"]'}, "predicts a Thing"),
        (told([1.0]), {"expected": "nothing"}, "pylife-expected.json is no JSON"),
        (
            told([1.0]),
            {"nox": BOTH, "baseline": {"stage": "load", "error": "KeyError: 'x'"}},
            "on Python 3.9, with which it was saved, it does not predict here: KeyError: 'x'",
        ),
    ],
)
def test_what_was_not_compared_is_not_validated(
    tmp_path: Path, model: object, more: dict[str, Any], reason: str
) -> None:
    status, said = verdict(tmp_path, GOOD, model, **more)
    assert status is CellStatus.NOT_VALIDATED
    assert reason in said


INSTALL = "nox > Command uv pip install -r .pylife-requirements.txt failed with exit code 1:\n"
UNBUILT = INSTALL + "error: Failed to build `numpy==1.24.4`\nModuleNotFoundError: No module\n"
NETWORK = INSTALL + "error: Failed to fetch: `x`\n  error sending request: Connection refused\n"
CRASH = "nox > Command python -I .pylife-probe.py . x failed with exit code -11\n"


@pytest.mark.parametrize(
    ("seen", "model", "status", "reason"),
    [
        (observed("failed", log=UNBUILT, code=1), None, CellStatus.BLOCKED,
         "numpy==1.24.4 does not build"),
        (observed("failed", log=NETWORK, code=1), None, CellStatus.INFRASTRUCTURE, "no network"),
        (observed("failed", log=CRASH, code=1), {"stage": "load"}, CellStatus.FAILED,
         "it does not load: its process was ended by signal 11 (SIGSEGV)"),
        (observed("failed", code=1),
         {"stage": "load", "error": "TypeError: code() takes", "traceback": "TypeError: code()"},
         CellStatus.FAILED, "it does not load: TypeError: code() takes"),
        (observed("failed", code=1), {"stage": "predict", "error": "E: 1", "traceback": "E: 1"},
         CellStatus.FAILED, "it does not predict: E: 1"),
        (observed("failed", code=1), {"stage": "import", "error": "No mlflow", "module": "mlflow"},
         CellStatus.NEEDS, "needs mlflow, which its recorded requirements lack"),
        (GOOD, None, CellStatus.FAILED, "ended before it had predicted"),  # os._exit(0)
        (GOOD, {"stage": "predict"}, CellStatus.FAILED, "ended before it had predicted"),
        (GOOD, "no JSON", CellStatus.FAILED, "ended before it had predicted"),
        (GOOD, {**told([1]), "predictions": 3}, CellStatus.FAILED, "ended before it had predicted"),
        (replace(GOOD, pythons=frozenset()), told([1]), CellStatus.FAILED, "ended before"),
        (replace(GOOD, ended=Ended(code=-9, seconds=1, timed_out=True)), told([1]),
         CellStatus.TIMEOUT, "not done after 900 s"),
        (replace(GOOD, ended=Ended(code=-2, seconds=1, stopped=True)), told([1]),
         CellStatus.NOT_RUN, "stopped"),
    ],
)  # fmt: skip
def test_every_other_end_has_its_status(
    tmp_path: Path, seen: Observed, model: object, status: CellStatus, reason: str
) -> None:
    have = verdict(tmp_path, seen, model, expected="[1]")
    assert have[0] is status, have
    assert reason in have[1]


def test_a_baseline_without_network_is_asked_again(tmp_path: Path) -> None:
    seen = observed("success", "failed", log=NETWORK, code=1)
    status, reason = verdict(tmp_path, seen, told([1.0]), nox=BOTH)
    assert status is CellStatus.INFRASTRUCTURE
    assert reason.startswith("on Python 3.9, to compare with: no network")


# Real nox and uv, without MLflow


def test_a_model_without_mlflow_is_run_and_says_so(tmp_path: Path) -> None:
    project = replace(
        model_project(tmp_path, {"requirements.txt": "", "MLmodel": MLMODEL}, baseline=None),
        pythons=(HERE,),
    )
    [cell] = run([project], tmp_path / "state")
    assert (cell.session, cell.status) == ("model", CellStatus.NEEDS)
    assert cell.reason == "needs mlflow, which its recorded requirements lack"


def test_recorded_requirements_that_are_not_to_be_had_block(tmp_path: Path) -> None:
    line = f"nw-gone @ {(tmp_path / 'gone.whl').as_uri()}\n"
    project = model_project(tmp_path, {"requirements.txt": line}, baseline=None)
    [cell] = run([project], tmp_path / "state")
    assert cell.status is CellStatus.BLOCKED
    assert "nw-gone" in cell.reason or "gone.whl" in cell.reason

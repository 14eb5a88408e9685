"""Loads a model with MLflow, predicts on its example, and writes what came out as JSON.

This file is never imported by pylife: it is copied beside the model and run by the
Python of the model's own environment, so it needs nothing but MLflow and must stay
readable for Python 3.8. `python -I models_probe.py MODEL OUTPUT`; exit code 1 where
loading or predicting raised, which the output then tells.
"""

# ruff: noqa: BLE001, PTH100, PTH113, PTH118, PTH123
# Whatever a model raises is told; `os` has what is needed, as little as it is.

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import sys
import traceback
from typing import Any


def main(model_path: str, output: str) -> int:
    """Do it, and write the outcome to `output`."""
    # Nothing of a model's test leaves this machine.
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "true"
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    told: dict[str, Any] = {"python": ".".join(map(str, sys.version_info[:3]))}
    try:
        _validate(os.path.abspath(model_path), told, output)
    except BaseException as error:
        traceback.print_exc()
        told["error"] = f"{type(error).__name__}: {error}"
        told["module"] = error.name if isinstance(error, ImportError) else None
        told["traceback"] = traceback.format_exc()[-8000:]
    _write(told, output)
    return 1 if "error" in told else 0


def _write(told: dict[str, Any], output: str) -> None:
    with open(output, "w", encoding="utf-8") as file:
        json.dump(told, file)


def _validate(path: str, told: dict[str, Any], output: str) -> None:
    def begin(stage: str) -> None:
        # Told before it is tried: a crash tells nothing any more.
        told["stage"] = stage
        _write(told, output)

    begin("import")
    pyfunc = importlib.import_module("mlflow.pyfunc")
    begin("load")
    model = pyfunc.load_model(path)
    begin("example")
    found, data, params = example(path, model.metadata)
    told["example"] = found
    if found:
        begin("predict")
        told["predictions"] = _predict(model, data, params)
        # A model that does not agree with itself can be compared with nothing.
        told["again"] = _predict(model, data, params)
    told["stage"] = "done"


def _predict(model: Any, data: Any, params: Any) -> dict[str, Any]:
    result = model.predict(data) if params is None else model.predict(data, params=params)
    return {"form": form(result), "values": values(result)}


def example(path: str, metadata: Any) -> tuple[bool, Any, Any]:
    """Whether there is an example, the example, and its parameters.

    MLflow itself reads the one that it recorded. A `serving_input_example.json` that
    is there without being recorded is read as a request to a model server would be.
    """
    if metadata.saved_input_example_info is not None:
        read_params = getattr(metadata, "load_input_example_params", None)
        return (
            True,
            metadata.load_input_example(path),
            read_params(path) if read_params is not None else None,
        )
    serving = os.path.join(path, "serving_input_example.json")
    if not os.path.isfile(serving):
        return False, None, None
    with open(serving, encoding="utf-8") as file:
        request = json.load(file)
    params = request.get("params")
    if "dataframe_split" in request or "dataframe_records" in request:
        pandas = importlib.import_module("pandas")
        split = request.get("dataframe_split")
        frame = (
            pandas.DataFrame(**split)
            if split is not None
            else pandas.DataFrame(request["dataframe_records"])
        )
        return True, frame, params
    for name in ("inputs", "instances"):
        if name in request:
            return True, request[name], params
    raise ValueError("serving_input_example.json has none of dataframe_split, dataframe_records,"
                     " inputs, instances")  # fmt: skip


def form(value: Any) -> dict[str, Any]:
    """What `value` is made of, without the values: types, shapes, names."""
    name = type(value).__name__
    if name == "DataFrame" and hasattr(value, "columns"):
        columns = [[str(column), str(value[column].dtype)] for column in value.columns]
        return {"type": name, "rows": len(value), "columns": columns}
    if name == "Series" and hasattr(value, "dtype"):
        return {"type": name, "rows": len(value), "dtype": str(value.dtype)}
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return {"type": name, "dtype": str(value.dtype), "shape": list(value.shape)}
    if isinstance(value, dict):
        return {"type": "dict", "items": {str(key): form(item) for key, item in value.items()}}
    if isinstance(value, (list, tuple)):
        inner = {json.dumps(form(item), sort_keys=True) for item in value}
        return {"type": name, "length": len(value), "items": sorted(inner)}
    return {"type": name} if _is_simple(value) else {"type": name, "opaque": True}


def _is_simple(value: Any) -> bool:
    simple = (str, bytes, bool, int, float, dt.date, dt.timedelta)
    return value is None or isinstance(value, simple)


def values(value: Any) -> Any:
    """`value` as a model server of MLflow answers it: a table as records, an array as lists."""
    name = type(value).__name__
    if name == "DataFrame" and hasattr(value, "to_dict"):
        return values(value.to_dict(orient="records"))
    if name == "Series" and hasattr(value, "tolist"):
        column = "0" if value.name is None else str(value.name)
        return [{column: values(item)} for item in value.tolist()]
    if hasattr(value, "tolist"):
        return values(value.tolist())
    if isinstance(value, dict):
        return {str(key): values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [values(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2]))

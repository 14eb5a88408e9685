"""Each row of the table of values, run by every real interpreter that is found."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.source.oracle.truth import interpreters
from tests.source.test_uses import VALUES

PYTHONS = interpreters()
X = {
    "import json; json.loads(x, encoding='a')": "'1'",
    "import traceback; traceback.print_exception(x)": "ValueError()",
    "import traceback; traceback.format_exception_only(x)": "ValueError()",
    "import random; random.shuffle([1], x)": "lambda: 0.5",
}
"""What `x` is, where it is no number."""
PROGRAM = """
import io, json, os, sys, warnings
warnings.simplefilter("ignore")
failing = []
for source, x in json.load(sys.stdin):
    open("x", "w").close()
    output, sys.stderr = sys.stderr, io.StringIO()
    try:
        exec(source, {"x": eval(x)})
    except Exception as error:
        failing.append(source)
    finally:
        sys.stderr = output
print(json.dumps(failing))
"""


def failing(python: str, folder: Path) -> set[str]:
    """Those that fail under the interpreter at that path."""
    given = json.dumps([(source, X.get(source, "1.0")) for source in VALUES])
    done = subprocess.run(
        [python, "-I", "-c", PROGRAM], input=given, cwd=folder, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return set(json.loads(done.stdout))


def among(pythons: str, python: str) -> bool:
    """Whether `3.8-3.10` (or `3.8`) holds a Python."""
    first, _, last = pythons.partition("-")
    minor = int(python[2:])
    return int(first[2:]) <= minor <= int((last or first)[2:])


@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_said_of_values_is_what_happens(python: str, tmp_path: Path) -> None:
    found = failing(PYTHONS[python], tmp_path)
    said = {source for source, (_, pythons) in VALUES.items() if among(pythons, python)}
    if python == "3.8":
        said |= {source for source in VALUES if ".is_relative_to(" in source}  # came in 3.9
    assert found == said

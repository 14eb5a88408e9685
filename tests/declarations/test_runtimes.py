"""Managed runtimes: the table of their Pythons, and what must not be edited."""

import subprocess
import sys
from pathlib import Path

import pytest

from pylife import declarations
from pylife.declarations import CannotEditError
from pylife.model import PythonVersion, SetPython, Target
from pylife.syntax import blocks, code
from pylife.syntax.text import Source

ROOT = Path(__file__).resolve().parents[2]


def test_the_shipped_table_is_what_its_source_gives() -> None:
    tool = ROOT / "tools" / "refresh_runtimes.py"
    assert subprocess.run([sys.executable, tool, "--check"], check=False).returncode == 0


def test_a_default_stays_within_its_allowed_values() -> None:
    text = (
        "Parameters:\n  Py:\n    Default: python3.9\n    AllowedValues: [python3.9, python3.12]\n"
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Runtime: !Ref Py}\n"
    )
    source = Source("template.yaml", text.encode())
    at = Target("template.yaml", "lambda-runtime-parameter", "Parameters.Py")
    assert declarations.edit(source, SetPython(at, PythonVersion(3, 12)))[0].text == "python3.12"
    with pytest.raises(CannotEditError, match="AllowedValues of the parameter Py"):
        declarations.edit(source, SetPython(at, PythonVersion(3, 14)))


def test_no_platform_has_a_free_threaded_runtime() -> None:
    source = Source("app.yaml", b"runtime: python39\n")
    at = Target("app.yaml", "app-engine-runtime", "runtime")
    with pytest.raises(CannotEditError, match="free-threaded"):
        declarations.edit(source, SetPython(at, PythonVersion(3, 14, free_threaded=True)))


@pytest.mark.parametrize(
    "text",
    [
        'a = x ? "b" : "c"\n',
        'a = "x" + "y"\n',
        "a = f(x)\n",
        'a = <<EOT\nb = "c"\nEOT\n',
        '# a = "b"\n/* a = "b" */ // a = "b"\n',
        'a = "unclosed\n',
    ],
)
def test_what_is_computed_has_no_entry(text: str) -> None:
    assert not [entry for entry in blocks.entries(text) if entry.kind == "string"]


def test_comments_are_blank_and_strings_are_kept() -> None:
    read = code.read("a /* b\n */ \"// c\" // 'd'\ne = `f\n`")
    assert read.text == 'a     \n    "// c"       \ne = `f\n`'
    assert [read.text[start:end] for start, end in read.strings] == ['"// c"', "`f\n`"]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.ts", b"Runtime.PYTHON_3_9 " * 20_000),
        ("a.ts", b"compatibleRuntimes: [" * 20_000 + b"Runtime.PYTHON_3_9"),
        ("a.ts", b"runtime: 'python3.9' " + b'"\\' * 50_000),
        ("a.tf", b"python <<A\n" * 20_000),
        ("a.tf", b'python a = "${' * 20_000),
        ("a.bicep", b"linuxFxVersion: '${" * 20_000),
        ("a.sh", b"gcloud --runtime " * 20_000),
        ("a.sh", b"#" * 100_000 + b"--runtime python39"),
        ("a.yaml", b"deploymentSpec: &a {executors: &b [*a, *b]}"),
        ("a.yaml", b"spark_version: &a [*a]"),
    ],
    ids=range(10),
)
def test_odd_files_take_no_long_time(path: str, data: bytes) -> None:
    import contextlib
    import time

    from pylife.errors import UnreadableError

    begun = time.process_time()
    with contextlib.suppress(UnreadableError):
        declarations.read_source(Source(path, data))
    assert time.process_time() - begun < 5

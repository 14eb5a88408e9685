"""Known changes of Python: each pattern against the message of the real interpreter."""

import importlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from pylife.matrix import whatsnew
from pylife.model import PythonVersion
from tests.matrix.matrix_help import found, python

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@lru_cache(maxsize=1)
def cases() -> list[tuple[str, str, bool]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOLS))
        tool = importlib.import_module("refresh_whatsnew")
        source = tool.SOURCE.read_text(encoding="utf-8")
        return list(tool.examples(tomllib.loads(source)))


def pythons() -> Iterator[PythonVersion]:
    return (PythonVersion(3, minor) for minor in range(9, 16))


def said(version: PythonVersion, code: str, folder: Path) -> tuple[int, str]:
    script = folder / "example.py"
    script.write_text(code, encoding="utf-8")
    path = found()[version].path
    done = subprocess.run(
        [str(path), "-I", "-S", "-W", "ignore", str(script)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("since", list(pythons()), ids=str)
def test_each_pattern_knows_the_message_of_the_first_python_that_says_it(
    since: PythonVersion, tmp_path: Path
) -> None:
    if since not in found():
        pytest.skip(f"no Python {since} on this machine")
    before = PythonVersion(3, since.minor - 1)
    mine = [(code, sure) for row, code, sure in cases() if row == str(since)]
    assert len(mine) >= 3
    for code, sure in mine:
        number, text = said(since, code, tmp_path)
        assert number != 0, code
        told = whatsnew.recognise(text, since)
        assert len(told) == 1, (code, text[-300:], told)
        assert str(since) in told[0]
        if sure and before in found():
            assert said(before, code, tmp_path)[0] == 0, (before, code)
        # On a Python that still has it, the same words must have another reason.
        assert whatsnew.recognise(text, before) == ()


def test_explanations_name_the_version_and_what_to_use() -> None:
    words = "E   ModuleNotFoundError: No module named 'distutils.version'"
    assert whatsnew.recognise(words, python("3.12")) == (
        "distutils was removed in 3.12: use packaging or setuptools",
    )
    words = "cannot import name 'Mapping' from 'collections' (/x/collections/__init__.py)"
    assert whatsnew.recognise("ImportError: " + words, python("3.14t")) == (
        "since 3.10 the abstract base classes were removed from collections: use collections.abc",
    )
    assert whatsnew.recognise("ImportError: " + words, python("3.9")) == ()


def test_what_is_no_failure_is_not_explained() -> None:
    log = "imported distutils\nWe removed 'imp' long ago\n" * 3
    assert whatsnew.recognise(log, python("3.15")) == ()


def test_changes_come_in_the_order_of_the_text_and_once() -> None:
    lines = ["No module named 'imp'", "No module named 'cgi'", "No module named 'imp'"]
    text = "\n".join(f"ModuleNotFoundError: {line}" for line in lines)
    told = whatsnew.recognise(text, python("3.13"))
    assert [one.split()[0] for one in told] == ["imp", "cgi"]


def test_the_data_is_what_its_source_gives() -> None:
    done = subprocess.run(
        [sys.executable, str(TOOLS / "refresh_whatsnew.py"), "--check"], check=False
    )
    assert done.returncode == 0
    assert len(whatsnew.changes()) >= 40
    assert all(change.source and change.use for change in whatsnew.changes())

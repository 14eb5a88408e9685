import os
import sys
from pathlib import Path

import pytest

from pylife.matrix import interpreters
from tests.matrix.matrix_help import HERE, found


def test_the_running_python_is_found() -> None:
    there = found()[HERE]
    assert there.version == HERE
    assert there.release.startswith(f"{HERE}.")
    assert there.path.exists()
    assert "\n" not in there.build


def test_versions_are_in_order_and_once() -> None:
    versions = list(found())
    assert versions == sorted(set(versions))


def test_probe_believes_only_what_answers(tmp_path: Path) -> None:
    broken = tmp_path / "python3.13"
    for script in ("#!/bin/sh\nexit 3\n", "#!/bin/sh\necho Python 3.13\n", "#!/no/such\n"):
        broken.write_text(script)
        broken.chmod(0o755)
        assert interpreters.probe(broken) is None
    assert interpreters.probe(tmp_path / "none") is None
    other = tmp_path / "pypy"
    other.write_text('#!/bin/sh\necho \'["3.11.9", "x", false, "PyPy"]\'\n')
    other.chmod(0o755)
    assert interpreters.probe(other) is None
    threaded = tmp_path / "t"
    threaded.write_text('#!/bin/sh\necho \'["3.14.0rc1+", "a\\\\nb", true, "CPython"]\'\n')
    threaded.chmod(0o755)
    seen = interpreters.probe(threaded)
    assert seen is not None
    assert (str(seen.version), seen.release, seen.build) == ("3.14t", "3.14.0rc1+", "a b")


@pytest.mark.slow
def test_a_folder_given_comes_first_and_a_broken_one_in_it_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / f"python{HERE}"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    there = interpreters.find([tmp_path, Path(sys.executable).parent])
    assert there[HERE].path != broken


def test_pyenv_versions_newest_first(tmp_path: Path) -> None:
    for name in ("3.9.18", "3.13.0", "3.10.13", "pypy3.10-7.3", "my-env"):
        (tmp_path / "versions" / name / "bin").mkdir(parents=True)
    folders = interpreters.pyenv({"PYENV_ROOT": str(tmp_path)})
    assert [folder.parent.name for folder in folders] == ["3.13.0", "3.10.13", "3.9.18"]
    assert interpreters.pyenv({"PYENV_ROOT": os.devnull}) == []

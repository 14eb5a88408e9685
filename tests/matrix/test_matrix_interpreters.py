import os
import sys
from pathlib import Path

import pytest

from pylife.errors import UsageError
from pylife.matrix import interpreters
from pylife.matrix.base import MatrixProject
from pylife.matrix.presets import MatrixPreset
from pylife.model import Kind, PythonVersion
from pylife.workflow import wanted as wanting
from pylife.workflow.wanted import Wanted
from tests.matrix.matrix_help import HERE, found, python


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


def wrapper(folder: Path, version: str, *, threaded: bool = False, release: str = "") -> Path:
    """A program that says that it is that Python."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"python{version}"
    said = f'["{release or version + ".0"}", "b", {str(threaded).lower()}, "CPython"]'
    path.write_text(f"#!/bin/sh\necho '{said}'\n")
    path.chmod(0o755)
    return path


def projects(*versions: PythonVersion, folders: tuple[Path, ...] = ()) -> list[MatrixProject]:
    preset = MatrixPreset(name="t", interpreters=folders)
    return [
        MatrixProject(
            name="thing",
            folder=Path("/nowhere"),
            kind=Kind.LIBRARY,
            preset=preset,
            pythons=versions,
        )
    ]


@pytest.mark.slow
def test_folders_of_the_option_the_variable_and_the_preset(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("option", "variable", "preset")]
    for folder in folders:
        folder.mkdir()
        (folder / f"python{HERE}").symlink_to(found()[HERE].path.resolve())
    option, variable, preset = folders
    environment = {wanting.VARIABLE: str(variable)}

    def first(*given: Path, environment: dict[str, str], folders: tuple[Path, ...]) -> Path:
        there, _ = wanting.pythons(
            projects(HERE, folders=folders), Wanted(folders=given), tmp_path / "state", environment
        )
        return there[HERE].path.parent

    assert first(option, environment=environment, folders=(preset,)) == option
    assert first(environment=environment, folders=(preset,)) == variable
    assert first(environment={}, folders=(preset,)) == preset
    assert first(environment={}, folders=()) not in folders


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--interpreters: .* is no folder"):
        wanting.pythons([], Wanted(folders=(tmp_path / "none",)), tmp_path, {})
    with pytest.raises(UsageError, match=r"PYLIFE_INTERPRETERS: .* is no folder"):
        wanting.pythons([], Wanted(), tmp_path, {wanting.VARIABLE: str(tmp_path / "none")})


def test_a_free_threaded_build_is_a_python_of_its_own(tmp_path: Path) -> None:
    seen = interpreters.probe(wrapper(tmp_path, "3.13t", threaded=True, release="3.13.1"))
    assert seen is not None
    assert seen.version == python("3.13t")
    assert seen.version != python("3.13")


@pytest.mark.slow
def test_nothing_is_downloaded_unless_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[PythonVersion] = []

    def install(versions: set[PythonVersion], *_: object) -> dict[PythonVersion, str]:
        asked.extend(versions)
        return dict.fromkeys(versions, "and it cannot be downloaded: no network")

    monkeypatch.setattr(interpreters, "install", install)
    absent = python("3.99")
    _, failed = wanting.pythons(projects(HERE, absent), Wanted(), tmp_path, {})
    assert (asked, failed) == ([], {})
    _, failed = wanting.pythons(projects(HERE, absent), Wanted(download=True), tmp_path, {})
    assert asked == [absent], "what is here is not downloaded"
    assert failed[absent].endswith("no network")


@pytest.mark.slow
def test_what_cannot_be_downloaded_says_why(tmp_path: Path) -> None:
    """uv itself, with a mirror that is not there."""
    environment = {**os.environ, "UV_PYTHON_INSTALL_MIRROR": (tmp_path / "none").as_uri()}
    wanted = [python("3.12"), python("3.99")]
    failed = interpreters.install(wanted, tmp_path / "into", environment)
    assert set(failed) == set(wanted)
    for reason in failed.values():
        assert reason.startswith("and it cannot be downloaded: ")
        assert len(reason.split(": ", 1)[1]) > 5
    assert interpreters.installed(tmp_path / "into") == []

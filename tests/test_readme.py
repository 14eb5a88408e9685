"""What the README says is so."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, Pylife

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(python3 -m venv .*)\n```", README)


def test_it_starts_with_two_commands_and_ci_runs_the_second() -> None:
    assert len(COMMANDS) == 2
    script = ROOT / ".ci" / "run"
    if not script.is_file():
        pytest.skip("not a checkout: an sdist has no CI script")
    assert COMMANDS[1] in script.read_text(encoding="utf-8").splitlines()


def test_links_lead_somewhere() -> None:
    for page in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{page} leads to {target}"


def test_the_example_of_check_is_its_output(pylife: Pylife, tmp_path: Path) -> None:
    match = re.search(r"```console\n\$ pylife (check .*)\n((?:.*\n)+?)```", README)
    assert match is not None
    arguments = match[1].replace("examples/", f"{ROOT}/examples/").split()
    shown = match[2].splitlines()
    printed = pylife(*arguments, "--state", tmp_path).out.splitlines()
    assert printed[: len(shown)] == shown


def test_the_examples_of_files_are_valid(pylife: Pylife) -> None:
    for text in re.findall(r"```toml\n((?:.*\n)+?)```", README):
        assert tomllib.loads(text)
    match = re.search(r"`pylife (policy show [^`]*)`", README)
    assert match is not None
    arguments = match[1].replace("examples/", f"{ROOT}/examples/").split()
    assert pylife(*arguments).code == 0


def test_extras_and_requirements_are_what_it_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    words = ["no", "one", "two", "three", "four", "five", "six", "seven"]
    assert f"{words[len(project['dependencies'])]} small requirements" in README
    everything = [*project["dependencies"], *project["optional-dependencies"]["nightly"]]
    assert all(">=" in requirement for requirement in everything)

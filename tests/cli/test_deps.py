"""`pylife deps` on the command line: its contract, its exit codes, its words."""

import json
from pathlib import Path

import jsonschema
import pytest

from pylife import resources
from tests.conftest import MakeTree, Pylife
from tests.dependencies.served import Dist
from tests.dependencies.workflow.worlds_deps import configured, deps, project

PYTHONS = ("--python", "3.12", "--python", "3.13")


@pytest.fixture(autouse=True)
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    with configured(monkeypatch, tmp_path / "home") as served:
        yield served


@pytest.fixture
def validator() -> jsonschema.Draft7Validator:
    text = resources.data("deps.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


def test_the_contract(
    pylife: Pylife, tree: MakeTree, validator: jsonschema.Draft7Validator
) -> None:
    more = "[project.optional-dependencies]\nx = ['capped']\n"
    root = tree(
        {
            "a/pyproject.toml": project("a", "compiled<2", "pure", more=more),
            "b/pyproject.toml": project("b", "a", "other @ https://files.example/other.zip"),
            "c/README.md": "nothing\n",
        }
    )
    found = deps(
        pylife, root, *PYTHONS, "--platform", "linux-x86_64", "--platform", "linux-aarch64",
        "--since", "--sets", "run,extra,group,file", code=4,
    )  # fmt: skip
    validator.validate(found)
    one = next(item for item in found["projects"] if item["name"] == "a")["pythons"]["3.12"]
    assert one["platforms"]["linux-x86_64"]["verdict"] == "installs"
    assert one["platforms"]["linux-aarch64"]["verdict"] == "blocked"
    assert (one["verdict"], one["platform"]) == ("blocked", "linux-aarch64")
    assert {"package", "chain", "reason", "own_cap", "loads_from", "evidenced_from"} <= set(
        one["blockers"][0]
    )
    assert one["basis"]["resolver"].startswith("uv ")
    assert one["basis"]["age"] == 0


def test_plain_requirements_files_need_no_project(
    pylife: Pylife, tree: MakeTree, validator: jsonschema.Draft7Validator, tmp_path: Path
) -> None:
    root = tree(
        {"one.txt": "-r inner/two.txt\npure\n", "inner/two.txt": "compiled<2\n", "three.txt": ""}
    )
    found = deps(
        pylife, "--requirement", root / "one.txt", "-r", root / "three.txt", *PYTHONS,
        "--state", tmp_path / "state",
    )  # fmt: skip
    validator.validate(found)
    one, three = found["projects"]
    assert {python: said["verdict"] for python, said in one["pythons"].items()} == {
        "3.12": "installs",
        "3.13": "blocked",
    }
    assert one["pythons"]["3.13"]["blockers"][0]["own_cap_at"] == "inner/two.txt:1"
    assert {said["verdict"] for said in three["pythons"].values()} == {"installs"}
    # Without a project, results are the user's, not of the folder in which it runs.
    assert pylife("deps", "-r", root / "one.txt", "--python", "3.12").code == 0
    assert not (tmp_path / ".pylife").exists()
    assert (tmp_path / "home" / ".cache" / "pylife" / "dependencies").is_dir()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--python", "3"), "is not a Python feature release"),
        (("--sets", "run,all"), "'all' is none"),
        (("--platform", "amiga"), "'amiga' is no platform"),
        (("--refresh", "--offline"), "--refresh needs the network"),
        (("--requirement", "gone.txt"), "gone.txt: no such file"),
    ],
)
def test_wrong_arguments(
    pylife: Pylife, tree: MakeTree, arguments: tuple[str, ...], says: str
) -> None:
    root = tree({"pyproject.toml": project("a", "pure")})
    ran = pylife("deps", root, *arguments)
    assert ran.code == 2
    assert says in ran.err


def test_exit_codes(pylife: Pylife, tree: MakeTree) -> None:
    blocked = tree({"pyproject.toml": project("a", "compiled<2")})
    assert pylife("deps", blocked, *PYTHONS).code == 0
    nothing = tree({"pyproject.toml": "[tool.x]\n"})
    assert pylife("deps", nothing, *PYTHONS).code == 3
    unknown = tree({"pyproject.toml": project("a", "pure", "x @ https://files.example/x.zip")})
    assert pylife("deps", unknown, *PYTHONS).code == 4


def test_the_words(pylife: Pylife, tree: MakeTree) -> None:
    root = tree(
        {
            "app/pyproject.toml": project("app", "needs-compiled", "compiled <2"),
            "lib/pyproject.toml": project("lib", "needs-compiled"),
            "odd/pyproject.toml": project("odd", "x @ https://user:secret@files.example/x.zip"),
        }
    )
    ran = pylife("deps", root, *PYTHONS, "--no-floors")
    assert ran.code == 4
    assert ran.out.splitlines()[:4] == [
        "     3.12      3.13",
        "app  installs  blocked",
        "lib  installs  blocked",
        "odd  unknown   unknown",
    ]
    assert "compiled on 3.13: no-wheel" in ran.out
    assert "holds back 2 projects (app, lib)" in ran.out
    assert "loads from 2.0 (2025-11-01)" in ran.out
    assert (
        "odd on 3.12, 3.13: pyproject.toml:6: x comes from https://files.example/x.zip" in ran.out
    )
    assert "secret" not in ran.out
    assert "3 projects: 2 installs, 2 blocked, 2 unknown; by uv" in ran.out


def test_the_window_and_the_next_python_are_the_default(pylife: Pylife, tree: MakeTree) -> None:
    root = tree({"pyproject.toml": project("a", "pure")})
    found = deps(pylife, root, "--policy", "nep29", "--as-of", "2026-11-21", "--no-floors")
    window = json.loads(
        pylife("policy", "show", "nep29", "--as-of", "2026-11-21", "--format", "json").out
    )
    text = json.dumps(window)
    pythons = list(found["projects"][0]["pythons"])
    assert len(pythons) > 2
    assert all(f'"{python}"' in text for python in pythons)
    last = int(pythons[-1].partition(".")[2])
    assert f'"3.{last - 1}"' in text


def test_it_shows_no_credentials(
    pylife: Pylife, tree: MakeTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    projects = {"private": [Dist("1.0")]}
    with configured(
        monkeypatch, tmp_path / "other", projects, user="me", password="hidden"
    ) as served:
        url = served.url.replace("http://", "http://me:hidden@")
        monkeypatch.delenv("UV_DEFAULT_INDEX")
        root = tree({"requirements.txt": f"--index-url {url}\nprivate\n"})
        ran = pylife("deps", root, *PYTHONS, "--format", "json")
    assert ran.code == 0, ran.err
    assert '"installs"' in ran.out
    assert "hidden" not in ran.out + ran.err
    for path in (root / ".pylife").rglob("*"):
        assert not path.is_file() or b"hidden" not in path.read_bytes()

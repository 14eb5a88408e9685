import subprocess
from pathlib import Path

import pytest

from pylife import fleet
from pylife.errors import ConfigError, NothingCheckedError, UsageError
from pylife.fleet.git import without_credentials
from pylife.fleet.graph import internal
from pylife.model import Kind
from tests.conftest import MakeTree

PROJECT = '[project]\nname = "{}"\nrequires-python = ">=3.10"\ndependencies = [{}]\n'


def load(root: Path, *, fetch: bool = False) -> fleet.Fleet:
    return fleet.load(root, cache=root.parent / "cache", fetch=fetch)


def test_a_monorepo_is_searched_and_files_belong_to_the_nearest_project(tree: MakeTree) -> None:
    root = tree(
        {
            "tox.ini": "[tox]\n",
            "libs/a/pyproject.toml": PROJECT.format("A_lib", '"b-lib>=1"'),
            "libs/a/docs/requirements.txt": "sphinx\n",
            "libs/b/setup.py": "from setuptools import setup\nsetup(name='b.lib')\n",
            "libs/c/setup.cfg": "[metadata]\nname = c\n[options]\ninstall_requires =\n  A.lib\n",
            "models/m/MLmodel": "flavors: {}\n",
            "tool/pyproject.toml": "[tool.ruff]\n",
        }
    )
    found = load(root)
    assert [(m.project.path, m.project.name, m.project.kind) for m in found.members] == [
        (".", "tree", Kind.WORKSPACE),
        ("libs/a", "a-lib", Kind.LIBRARY),
        ("libs/b", "b-lib", Kind.LIBRARY),
        ("libs/c", "c", Kind.LIBRARY),
        ("models/m", "m", Kind.MODEL),
    ]
    assert found.members[0].files == ("tool/pyproject.toml", "tox.ini")
    assert found.members[1].files == ("docs/requirements.txt", "pyproject.toml")
    assert internal(found.members) == {
        "tree": (), "a-lib": ("b-lib",), "b-lib": (), "c": ("a-lib",), "m": (),
    }  # fmt: skip


def test_what_is_left_out_has_a_reason(tree: MakeTree) -> None:
    root = tree(
        {
            "pyproject.toml": PROJECT.format("x", ""),
            "_template/pyproject.toml": PROJECT.format("t", ""),
            "src/vendor/setup.py": "",
            "tests/fixtures/p/setup.py": "",
            "tests/unit/test/data/p/setup.py": "",
            "src/data/p/setup.py": "",
            ".git/config": "",
            "node_modules/p/setup.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/setup.py": "",
        }
    )
    found = load(root)
    assert [member.project.name for member in found.members] == ["x", "p"]
    assert [(skip.path, skip.reason) for skip in found.skipped] == [
        ("_template", "a template"),
        ("env", "a virtual environment"),
        ("src/vendor", "vendored code"),
        ("tests/fixtures", "test data"),
        ("tests/unit/test/data", "test data"),
    ]


def test_projects_of_workspaces_are_found(tree: MakeTree) -> None:
    root = tree(
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
            "packages/a/pyproject.toml": PROJECT.format("a", '"b"'),
            "packages/b/pyproject.toml": PROJECT.format("b", ""),
            "packages/b/examples/demo/pyproject.toml": PROJECT.format("demo", '"b"'),
            "pants/src/c/BUILD": "python_sources()\npython_distribution(\n  name='dist',\n)\n",
            "pants/src/d/BUILD": "python_sources()\n",
            "bazel/e/BUILD.bazel": 'load("@x//:y.bzl", "py_wheel")\npy_wheel(\n    name = "e",\n)\n',
        }
    )
    found = load(root)
    assert [(m.project.path, m.project.kind) for m in found.members] == [
        (".", Kind.WORKSPACE),
        ("bazel/e", Kind.LIBRARY),
        ("packages/a", Kind.LIBRARY),
        ("packages/b", Kind.LIBRARY),
        ("packages/b/examples/demo", Kind.LIBRARY),
        ("pants/src/c", Kind.LIBRARY),
    ]


def test_skipped_folders_are_not_looked_into(tree: MakeTree) -> None:
    root = tree(
        {
            "pylife.toml": '[fleet]\nskip = ["examples/", "./tests/samples"]\n',
            "pyproject.toml": PROJECT.format("x", ""),
            "examples/a/setup.py": "",
            "tests/samples/b/setup.py": "",
            "tests/test_x.py": "",
        }
    )
    found = load(root)
    assert [member.project.name for member in found.members] == ["x"]
    assert [skip.path for skip in found.skipped] == ["examples", "tests/samples"]
    tree({"pylife.toml": '[fleet]\nskip = ["examples"]\n[[project]]\npath = "."\n'})
    assert [member.project.name for member in load(root).members] == ["x", "b"]


def test_a_wildcard_matches_no_hidden_folder(tree: MakeTree) -> None:
    project = PROJECT.format("x", "")
    files = {"a/pyproject.toml": project, ".pylife/b/pyproject.toml": project, ".git/config": ""}
    root = tree({**files, "pylife.toml": '[[project]]\npath = "*"\n'})
    assert [member.project.path for member in load(root).members] == ["a"]
    tree({"pylife.toml": '[[project]]\npath = ".pylife/*"\n'})
    assert [member.project.path for member in load(root).members] == [".pylife/b"]


def test_links_to_folders_are_not_followed(tree: MakeTree) -> None:
    root = tree({"pyproject.toml": PROJECT.format("x", ""), "a/f": ""})
    (root / "a" / "loop").symlink_to(root)
    (root / "outside").symlink_to("/")
    assert load(root).members[0].files == ("a/f", "pyproject.toml")


CONFIG = """
[fleet]
name = "F"
policy = "spec0"

[[project]]
path = "libs/*"
tier = 2
owner = "team"

[[project]]
path = "libs/b"
kind = "service"

[[project]]
path = "gone"

[[project]]
path = "old"
exclude = "archived"
"""


def test_pylife_toml_describes_and_a_later_table_overrides(tree: MakeTree) -> None:
    root = tree(
        {
            "pylife.toml": CONFIG,
            "libs/a/pyproject.toml": PROJECT.format("a", ""),
            "libs/b/pyproject.toml": PROJECT.format("b", ""),
            "old/setup.py": "",
            "unlisted/pyproject.toml": PROJECT.format("u", ""),
        }
    )
    found = load(root)
    assert found.name == "F"
    assert {member.project.policy for member in found.members} == {"spec0"}
    rows = {member.project.name: member.project for member in found.members}
    assert sorted(rows) == ["a", "b", "gone", "old"]
    assert (rows["a"].kind, rows["a"].tier, rows["a"].owner) == (Kind.LIBRARY, 2, "team")
    assert (rows["b"].kind, rows["b"].tier) == (Kind.SERVICE, None)
    assert rows["gone"].error == "no such folder"
    assert rows["old"].excluded == "archived"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "[[project]]\npath = 'a'\nknd = 'library'\n",
            r"pylife.toml:3:1: unknown key 'knd' .*'kind'",
        ),
        (
            "[[project]]\npath = 'a'\nkind = 'libary'\n",
            r"pylife.toml:3:1: .*did you mean 'library'",
        ),
        ("[[project]]\ntier = 1\n", r"pylife.toml:\d:1: .*either a path or a url"),
        ("[[project]]\npath = '../a'\n", "leads out"),
        ("[flet]\n", r"pylife.toml:\d:\d: unknown key 'flet' .*'fleet'"),
        ("[fleet\n", r"pylife.toml:1:\d+: not valid TOML"),
    ],
)
def test_a_wrong_configuration_names_its_line(tree: MakeTree, text: str, error: str) -> None:
    with pytest.raises(ConfigError, match=error):
        load(tree({"pylife.toml": text, "a/f": ""}))


def test_nothing_to_look_at_is_not_a_pass(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingCheckedError):
        load(tmp_path / "empty")
    with pytest.raises(UsageError, match="does not exist"):
        load(tmp_path / "absent")


def git(*arguments: str | Path) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *map(str, arguments)],
        check=True,
        capture_output=True,
    )


def test_a_repository_by_url_is_fetched_and_an_unreachable_one_is_a_row(
    tree: MakeTree, tmp_path: Path
) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "pyproject.toml").write_text(PROJECT.format("far", ""))
    git("init", "-q", "-b", "main", origin)
    git("-C", origin, "add", ".")
    git("-C", origin, "commit", "-qm", "one")
    git("-C", origin, "branch", "1.x")
    url = origin.as_uri()
    root = tree(
        {
            "pylife.toml": f"[[project]]\nurl = '{url}'\nbranches = ['main', '1.x']\n"
            f"[[project]]\nurl = '{url}-absent'\n"
        }
    )
    before = {m.project.name: m.project.error for m in load(root).members}
    assert all(error and "has not been fetched" in error for error in before.values())
    members = {m.project.name: m for m in load(root, fetch=True).members}
    assert sorted(members) == ["far@1.x", "far@main", "origin-absent"]
    assert members["far@main"].files == ("pyproject.toml",)
    assert "cannot be fetched" in str(members["origin-absent"].project.error)
    # A new commit is seen by the next fetch, and only then.
    (origin / "setup.py").write_text("")
    git("-C", origin, "add", ".")
    git("-C", origin, "commit", "-qm", "two")
    stale = {m.project.name: m for m in load(root).members}
    assert stale["far@main"].files == ("pyproject.toml",)
    fresh = {m.project.name: m for m in load(root, fetch=True).members}
    assert fresh["far@main"].files == ("pyproject.toml", "setup.py")


def test_credentials_of_a_url_are_not_shown() -> None:
    assert without_credentials("https://me:secret@host/x.git") == "https://host/x.git"
    assert without_credentials("git@host:x.git") == "git@host:x.git"


@pytest.mark.parametrize("name", ["../../x", "/x", "a b", "evil\\npwned:", "x @ file:///y", "ä"])
def test_what_is_no_name_of_a_distribution_is_not_taken_for_one(tree: MakeTree, name: str) -> None:
    root = tree(
        {
            "lib/pyproject.toml": PROJECT.format(name, ""),
            "b/pyproject.toml": PROJECT.format("b", ""),
        }
    )
    (found,) = (one for one in load(root).members if one.project.path == "lib")
    assert (found.project.name, found.named) == ("lib", False)

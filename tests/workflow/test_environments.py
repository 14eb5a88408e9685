"""Ranges that decide nothing, environments' pins, runtimes that cannot move: none holds up the rest."""

from pathlib import Path

from tests.conftest import AS_OF, MakeTree, Pylife

PACKAGE = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'
OLD = PACKAGE.replace("3.11", "3.9")


def planned(pylife: Pylife, root: Path) -> str:
    return pylife("upgrade", "plan", root, "--as-of", AS_OF, "-v").out


def test_an_environments_pin_is_a_runtime_and_no_range(tree: MakeTree, pylife: Pylife) -> None:
    root = tree({"pyproject.toml": PACKAGE, "environment.yml": "dependencies:\n  - python=3.12\n"})
    assert pylife("check", root, "--as-of", AS_OF).out.startswith("1 project checked; no finding")
    assert "needs-person" not in planned(pylife, root)
    (root / "environment.yml").write_text("dependencies:\n  - python=3.8  # why\n")
    out = pylife("check", root, "--as-of", AS_OF).out
    assert "environment.yml:2:11 warning RUN201 runs on 3.8" in out
    assert pylife("check", root, "--as-of", AS_OF, "--fix", "--unsafe-fixes").code == 0
    assert (root / "environment.yml").read_text() == "dependencies:\n  - python=3.15  # why\n"


def test_an_environment_without_a_package_judges_nothing_else(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = tree(
        {"environment.yml": "dependencies: [python=3.12]\n", "Dockerfile": "FROM python:3.13\n"}
    )
    assert "no finding" in pylife("check", root, "--as-of", AS_OF).out


def test_a_scripts_own_range_does_not_hold_up_the_package(tree: MakeTree, pylife: Pylife) -> None:
    script = '# /// script\n# requires-python = ">=3.9,<3.11"\n# ///\n'
    root = tree({"pyproject.toml": OLD, "tools/old.py": script})
    out = planned(pylife, root)
    assert "x: awaiting-pr" in out
    pylife("upgrade", "apply", root, "--as-of", AS_OF)
    assert 'requires-python = ">=3.11"' in (root / "pyproject.toml").read_text()


def test_a_runtime_that_cannot_move_hides_no_other(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(
        {
            "pyproject.toml": PACKAGE,
            "Dockerfile": "FROM python:3.9-slim\n",
            ".tool-versions": "python 3.9.18\n",
        }
    )
    out = planned(pylife, root)
    assert "awaiting-pr" in out
    assert ".tool-versions:1" in out
    pylife("upgrade", "apply", root, "--as-of", AS_OF)
    assert (root / "Dockerfile").read_text() == "FROM python:3.15-slim\n"


def test_all_runtimes_of_a_service_are_named_where_one_cannot_move(
    tree: MakeTree, pylife: Pylife
) -> None:
    root = tree(
        {
            "pylife.toml": '[[project]]\npath = "."\nkind = "service"\n',
            "Dockerfile": "FROM python:3.9-slim\n",
            "worker.Dockerfile": "FROM python:3.9@sha256:0123\n",
        }
    )
    out = planned(pylife, root)
    assert "Dockerfile:1: dockerfile-from: set to 3.15" in out
    assert "worker.Dockerfile:1" in out
    before = (root / "Dockerfile").read_text()
    pylife("upgrade", "apply", root, "--as-of", AS_OF)
    assert (root / "Dockerfile").read_text() == before, "what is deployed moves as a whole"


def test_check_and_upgrade_move_a_runtime_to_the_same_python(
    tree: MakeTree, pylife: Pylife
) -> None:
    text = "FROM python:3.10-slim AS build\nFROM python:3.12-slim\nCOPY --from=build /d /d\n"
    root = tree({"pyproject.toml": PACKAGE, "Dockerfile": text})
    assert "move to 3.12" in pylife("check", root, "--as-of", AS_OF).out
    assert "Run on Python 3.12" in planned(pylife, root)


def test_a_list_of_runtimes_loses_the_dead_ones(tree: MakeTree, pylife: Pylife) -> None:
    layer = (
        "Resources:\n  L:\n    Type: AWS::Serverless::LayerVersion\n    Properties:\n"
        "      CompatibleRuntimes: [python3.9, python3.12]\n"
    )
    root = tree({"template.yaml": layer})
    out = pylife("check", root, "--as-of", AS_OF).out
    assert "warning RUN201 lists 3.9" in out
    pylife("check", root, "--as-of", AS_OF, "--fix", "--unsafe-fixes")
    assert "CompatibleRuntimes: [python3.12]" in (root / "template.yaml").read_text()


def test_a_condition_is_no_place_to_upgrade(tree: MakeTree, pylife: Pylife) -> None:
    wheels = '[tool.cibuildwheel]\nbuild = "cp3*"\nproject-requires-python = ">=3.11"\n'
    root = tree({"pyproject.toml": PACKAGE + wheels})
    assert pylife("upgrade", "plan", root, "--as-of", AS_OF).code == 0


def test_a_workspaces_lock_follows_its_members(tree: MakeTree, pylife: Pylife) -> None:
    root = tree(
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["libs/*"]\n',
            "uv.lock": 'version = 1\nrequires-python = ">=3.9"\n\n[manifest]\nmembers = ["x"]\n',
            "libs/x/pyproject.toml": OLD,
        }
    )
    assert "uv.lock: refresh the workspace's lock (uv lock)" in planned(pylife, root)

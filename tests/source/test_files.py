"""Which files are Python source, what they are for, and what they can import of their own."""

from pathlib import Path

import pytest

from pylife.model import Scope
from pylife.source.files import find
from pylife.source.layout import left_out, named_packages
from tests.conftest import MakeTree


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("src/x/a.py", Scope.PACKAGE),
        ("x/a.py", Scope.PACKAGE),
        ("x/tools/a.py", Scope.PACKAGE),
        ("x/docs/a.py", Scope.PACKAGE),
        ("src/tools/a.py", Scope.PACKAGE),
        ("x/test/client.py", Scope.PACKAGE),
        ("x/_vendor/b/c.py", Scope.PACKAGE),
        ("a.py", Scope.PACKAGE),
        ("a.pyw", Scope.PACKAGE),
        ("tests/a.py", Scope.TESTS),
        ("x/tests/a.py", Scope.TESTS),
        ("test/a.py", Scope.TESTS),
        ("x/test_a.py", Scope.TESTS),
        ("x/a_test.py", Scope.TESTS),
        ("docs/test_snippets.py", Scope.TESTS),
        ("conftest.py", Scope.TESTS),
        ("docs/conf.py", Scope.DOCS),
        ("examples/b/a.py", Scope.DOCS),
        ("setup.py", Scope.TOOLS),
        ("noxfile.py", Scope.TOOLS),
        ("tools/b/a.py", Scope.TOOLS),
        (".github/a.py", Scope.TOOLS),
        ("x/setup.py", Scope.PACKAGE),
    ],
)
def test_scopes(path: str, scope: Scope) -> None:
    listed = ["x/__init__.py", "src/x/__init__.py", path]
    assert find(Path(), listed)[-1][:2] == (path, scope)


def test_a_folder_test_with_tests_in_a_package_is_of_tests() -> None:
    found = find(Path(), ["x/__init__.py", "x/test/helpers.py", "x/test/test_a.py"])
    assert [file.scope for file in found] == [Scope.PACKAGE, Scope.TESTS, Scope.TESTS]


def test_only_source_counts_and_scripts_by_their_first_line(tree: MakeTree) -> None:
    root = tree(
        {
            "a.py": "",
            "a.pyi": "",
            "a.ipynb": "",
            "bin/run": "#!/usr/bin/env python3\n",
            "bin/other": "#!/bin/sh\n",
            "scripts/do": "#! /usr/bin/python3.9 -E\n",
            "x/run": "#!/usr/bin/env python3\n",
        }
    )
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert [file.path for file in find(root, paths)] == ["a.py", "bin/run", "scripts/do"]


def test_what_a_file_can_import_of_its_own() -> None:
    own = {
        file.path: file.own
        for file in find(
            Path(),
            [
                "src/ast/__init__.py",
                "src/x/__init__.py",
                "src/x/cgi.py",
                "src/single.py",
                "tools/imp.py",
                "tools/use.py",
                "tests/data/nntplib/__init__.py",
            ],
        )
    }
    assert own["src/x/cgi.py"] == {"ast", "x", "single"}, "not what is inside the package"
    assert own["tools/use.py"] >= {"ast", "imp"}, "what is beside a script"
    assert "imp" not in own["src/x/cgi.py"]
    assert "nntplib" not in own["src/x/cgi.py"], "not what some test data hold"
    assert "nntplib" in own["tests/data/nntplib/__init__.py"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[tool.setuptools]\npackages = ['tools', 'x.y']\n", {"tools", "x/y"}),
        ("[tool.setuptools]\npackages = ['x']\npackage-dir = {'' = 'lib'}\n", {"lib/x"}),
        ("[tool.poetry]\npackages = [{include = 'docs', from = 'python'}]\n", {"python/docs"}),
        ("[tool.hatch.build.targets.wheel]\npackages = ['src/tools']\n", {"src/tools"}),
        ("[tool.flit.module]\nname = 'bin'\n", {"bin", "src/bin"}),
        ("[tool.setuptools.packages.find]\nwhere = ['src']\n", set()),
        ("[tool.setuptools]\npackages = 3\n[tool.poetry]\npackages = [1]\n", set()),
        ("[[[", set()),
    ],
)
def test_named_packages(tree: MakeTree, text: str, named: set[str]) -> None:
    root = tree({"pyproject.toml": text})
    assert named_packages(root, ["pyproject.toml"]) == named


def test_a_named_package_is_installed_whatever_it_is_called() -> None:
    found = find(Path(), ["tools/a.py", "tools/tests/a.py", "docs/a.py"], {"tools"})
    assert [file.scope for file in found] == [Scope.PACKAGE, Scope.TESTS, Scope.DOCS]
    assert all("tools" in file.own for file in found)


def test_shipped_code_that_a_walk_leaves_out_by_its_name(tree: MakeTree) -> None:
    root = tree(
        {
            "x/__init__.py": "",
            "x/_vendor/six.py": "",
            "x/_vendor/deep/__pycache__/a.py": "",
            "x/template/__init__.py": "",
            "x/templates/page.py": "",
            "x/vendor/a.py": "",
            "third_party/a.py": "",
            "tests/__init__.py": "",
            "tests/fixtures/broken.py": "",
        }
    )
    files = ["x/__init__.py", "tests/__init__.py"]
    assert left_out(root, files, ["x/vendor"]) == ["x/_vendor/six.py", "x/template/__init__.py"]

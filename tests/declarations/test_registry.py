from pathlib import Path

import pytest

from pylife import declarations
from pylife.declarations.registry import CLAIMS, Claim, claimants, claims, reader
from tests.conftest import MakeTree

FOLDER = Path(declarations.__file__).parent


def test_every_reader_module_is_listed_once() -> None:
    modules = {
        f"{path.parent.name}.{path.stem}"
        for path in FOLDER.rglob("*.py")
        if "\nREADER = " in path.read_text()
    }
    assert [claim.module for claim in CLAIMS] == list(
        dict.fromkeys(claim.module for claim in CLAIMS)
    )
    assert modules == {claim.module for claim in CLAIMS}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.module)
def test_every_reader_has_a_claim_and_a_title(claim: Claim) -> None:
    assert claim.names or claim.paths or claim.endings
    assert not claim.endings or claim.paths or claim.needles, "it would parse every such file"
    assert reader(claim.module).title
    for name in claim.names:
        assert claim in claims(f"some/where/{name}", aside=claim.aside)


def test_what_nobody_claims_is_not_opened() -> None:
    for path in ("LICENSE", "src/x.pyc", "Dockerfile.dockerignore", "x.toml"):
        assert claims(path) == ()
    assert claimants(".github/ci.yml", b"jobs: {}\n") == ()


def test_a_python_file_is_read_only_where_it_holds_what_is_looked_for() -> None:
    assert claimants("src/x.py", b"import os\n") == ()
    assert [found.name for found in claimants("src/x.py", b"f(base_image='x')")] == ["kfp"]


def test_a_common_file_that_cannot_be_parsed_is_an_unreadable_declaration(tree: MakeTree) -> None:
    root = tree(
        {
            "chart/deployment.yaml": "kind: Pod\napiVersion: v1\nmetadata: {\nspec: [\nimage: python:3.9\n",
            "old.py": "print 'x'\nf(base_image='python:3.9')\n",
            "cog.yaml": "build: [python_version\n",
            "utf16.yaml": "apiVersion: v1\n".encode("utf-16") + b"apiVersion:",
        }
    )
    reading = declarations.read(root, ["chart/deployment.yaml", "old.py", "cog.yaml", "utf16.yaml"])
    assert [(item.file, item.line, item.site) for item in reading.declarations] == [
        ("chart/deployment.yaml", 2, "kubernetes"),
        ("old.py", 2, "kfp"),
    ]
    assert all("cannot be parsed" in (item.unreadable or "") for item in reading.declarations)
    assert [problem.file for problem in reading.problems] == ["cog.yaml"]

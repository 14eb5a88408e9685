from pathlib import Path

import pytest

from pylife import declarations
from pylife.declarations.registry import CLAIMS, Claim, claimants, reader

FOLDER = Path(declarations.__file__).parent


def test_every_reader_module_is_listed_once() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py") if "\nREADER = " in path.read_text()}
    assert [claim.module for claim in CLAIMS] == list(
        dict.fromkeys(claim.module for claim in CLAIMS)
    )
    assert modules == {claim.module for claim in CLAIMS}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.module)
def test_every_reader_has_a_claim_and_a_title(claim: Claim) -> None:
    assert claim.names or claim.paths
    assert reader(claim.module).title
    for name in claim.names:
        assert reader(claim.module) in claimants(f"some/where/{name}")


def test_what_nobody_claims_is_not_opened() -> None:
    for path in ("README.md", "src/x.py", "Dockerfile.dockerignore", ".github/ci.yml", "x.toml"):
        assert claimants(path) == ()

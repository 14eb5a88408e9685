"""The bytes of every format, for a report with every kind of row and finding."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.formats.formats_samples import GOLDEN, snapshots

NAMES = sorted(path.name for path in GOLDEN.iterdir())
DIGEST = """
import hashlib
from tests.formats.formats_samples import snapshots
print(hashlib.sha256("".join(snapshots().values()).encode()).hexdigest())
"""


@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_snapshot(name: str) -> None:
    assert snapshots()[name].encode() == (GOLDEN / name).read_bytes()


def test_there_is_a_snapshot_of_each() -> None:
    assert sorted(snapshots()) == NAMES


def test_hash_seeds_change_no_byte() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            cwd=ROOT, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(digests) == 1

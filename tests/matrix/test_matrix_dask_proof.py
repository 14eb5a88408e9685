"""The tests of upgraded trees on a cluster."""

import json
from pathlib import Path

import pytest

from tests.conftest import Pylife
from tests.matrix.dask_help import started
from tests.matrix.matrix_help import DAY, HERE, OWN_TESTS

pytestmark = pytest.mark.slow
POLICY = """\
name = "tiny"
[stages]
adopt = { anchor = "python.release" }
deprecate = { anchor = "python.eol" }
drop = { anchor = "python.eol", offset = "P24M" }
"""
CHECKS = f"""\
import pathlib
import unittest

assert "<{HERE}" not in pathlib.Path("pyproject.toml").read_text(), "the tree as it was"


class Test(unittest.TestCase):
    def test(self):
        pass


unittest.main()
"""


def test_upgrades_are_proven_where_cells_run(tmp_path: Path, pylife: Pylife) -> None:
    root, state = tmp_path / "fleet", tmp_path / "state"
    (root / "tiny").mkdir(parents=True)
    (root / "policy.toml").write_text(POLICY)
    (root / "pylife.toml").write_text(
        '[fleet]\nname = "tiny"\npolicy = "policy.toml"\n[[project]]\npath = "tiny"\n'
    )
    files = {"noxfile.py": OWN_TESTS, "run.py": CHECKS}
    files["pyproject.toml"] = (
        f'[project]\nname = "tiny"\nversion = "1"\nrequires-python = ">=3.9,<{HERE}"\n'
    )
    for name, text in files.items():
        (root / "tiny" / name).write_text(text)
    with started(tmp_path / "cluster") as cluster:
        ran = pylife(
            "upgrade", "prove", root, "--state", state, "--as-of", str(DAY), "--offline",
            "--executor", "dask", "--scheduler", cluster.address, "--wait", "5",
        )  # fmt: skip
    (row,) = json.loads((state / "results" / "run.json").read_text())["proofs"].values()
    cells = {cell["python"]: cell["status"] for cell in row["cells"]}
    assert cells[str(HERE)] == "passed", ran.out + ran.err

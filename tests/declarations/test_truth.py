"""Reading without executing, beside what the projects' own build backends wrote."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples"
TOOL = ROOT / "tools" / "compare_truth.py"


def compare(*folders: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(TOOL), *map(str, folders), "--verbose"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )


def test_nothing_is_read_wrongly() -> None:
    folders = sorted(path.parent for path in SAMPLES.rglob("truth.tsv"))
    assert len(folders) == 4
    done = compare(*folders)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "agree 14 unknown 2 wrong 0"


def test_a_wrong_truth_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "pyproject.toml").write_text(
        '[project]\nrequires-python = ">=3.9"\n'
        'classifiers = ["Programming Language :: Python :: 3.9"]\n'
    )
    (tmp_path / "truth.tsv").write_text(
        "path\tpackage\trequires_python\tclassifiers\tmethod\n"
        "a\ta\t>=3.10\tProgramming Language :: Python :: 3.10\tx\n"
        "missing\tb\t>=3.10\tProgramming Language :: Python :: 3.10\tx\n"
    )
    done = compare(tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "agree 0 unknown 2 wrong 2"

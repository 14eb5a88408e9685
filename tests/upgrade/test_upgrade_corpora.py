"""Real fleets, each project with its floor one higher and one more Python: only declarations."""

import shutil
from pathlib import Path

import pytest

from tests.upgrade import corpora
from tests.upgrade.upgrade_help import EXAMPLE

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
FLEETS = [EXAMPLE, *sorted(path for path in SAMPLES.iterdir() if path.is_dir())]


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda path: path.name)
def test_a_real_fleet_moves_by_declarations_alone(
    tmp_path: Path, fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = corpora.mutate(Path(shutil.copytree(fleet, tmp_path / fleet.name)))
    assert found.others == ()
    assert found.disagreeing == ()
    assert found.again == ()
    assert (found.changed, found.lines) > (0, 0)
    assert corpora.main([str(fleet)]) == 0
    assert "; 0 other lines, 0 places that read otherwise, 0 files" in capsys.readouterr().out


def test_other_lines_are_seen() -> None:
    before = b'[project]\nname = "a"\nrequires-python = ">=3.9"\n'
    after = before.replace(b"3.9", b"3.10").replace(b'"a"', b'"b"')
    lines = corpora.changed_lines("pyproject.toml", before, after)
    assert [line for line, ours in lines if not ours] == ['-name = "a"', '+name = "b"']

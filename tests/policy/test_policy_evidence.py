"""`[evidence]`: how old evidence may be, and how long it is kept."""

from pathlib import Path

import pytest

from pylife import policy
from pylife.errors import ConfigError
from pylife.policy.offsets import Offset
from pylife.policy.parts import Retention

HEAD = 'name = "x"\n[stages]\ndrop = { anchor = "python.eol" }\n'


def _parsed(text: str, folder: Path | None = None) -> policy.Policy:
    return policy.parse((HEAD + text).encode(), shown="p.toml", folder=folder)


def test_what_is_said_is_read() -> None:
    found = _parsed('[evidence]\nmax-age = "P30D"\nkeep-logs = "P90D"\nkeep = "P2Y"\n').retention
    assert found == Retention(Offset(0, 30, "P30D"), Offset(0, 90, "P90D"), Offset(24, 0, "P2Y"))
    assert _parsed('[evidence]\nkeep = "P1M"\n').retention == Retention(results=Offset(1, 0, "P1M"))


def test_nothing_said_is_no_end() -> None:
    assert _parsed("").retention is None
    assert _parsed("[evidence]\n").retention is None


def test_later_files_win_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        HEAD.replace('"x"', '"base"') + '[evidence]\nmax-age = "P1D"\nkeep = "P1Y"\n'
    )
    text = f'extends = "base.toml"\n{HEAD}[evidence]\nmax-age = "P7D"\n'
    found = policy.parse(text.encode(), shown="p.toml", folder=tmp_path).retention
    assert found == Retention(Offset(0, 7, "P7D"), None, Offset(12, 0, "P1Y"))


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('[evidence]\nmax-age = "30 days"\n', "5:1", "evidence.max-age"),
        ('[evidence]\nkeep = "-P1Y"\n', "5:1", "evidence.keep"),
        ("[evidence]\nkeep-logs = 90\n", "5:1", "must be a string, not 90"),
        ('[evidence]\nmax-aeg = "P1D"\n', "5:1", "did you mean 'max-age'"),
        (
            '[[scope]]\nkind = "model"\n[scope.evidence]\nkeep = "P1D"\n',
            "",
            "unknown key 'evidence'",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, place: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _parsed(text)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"p.toml:{place}")

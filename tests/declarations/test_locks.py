"""Lock files: only the part that speaks of Python is parsed, and a giant is nobody's problem."""

from pathlib import Path

import pytest

from pylife import declarations
from pylife.errors import UnreadableError
from pylife.syntax import text
from pylife.syntax.text import Source

PACKAGE = '\n[[package]]\nname = "größer"\nrequires-python = ">=3.7"\npython-versions = "*"\n'


def read(path: str, content: str) -> list[tuple[int, str]]:
    found = declarations.read_source(Source(path, content.encode()))
    return [(item.line, item.raw) for item in found]


def test_what_follows_the_head_of_uv_lock_is_not_parsed() -> None:
    assert read("uv.lock", 'requires-python = ">=3.9"\n' + PACKAGE + "not TOML\n") == [(1, ">=3.9")]


def test_the_metadata_at_the_end_of_poetry_lock_is_found_behind_many_packages() -> None:
    content = PACKAGE * 1000 + '\n[metadata]\npython-versions = "^3.9"\n'
    assert read("poetry.lock", content) == [(5003, "^3.9")]


@pytest.mark.parametrize(
    "content",
    [
        'a = """\n[metadata]\npython-versions = "^3.8"\n"""\n[metadata]\npython-versions = "^3.9"\n',
        "a = '''\n[metadata]\n'''\n[metadata]\npython-versions = \"^3.9\"\n",
        '[metadata]\nfiles = [\n[1],\n]\npython-versions = "^3.9"\n',
        '[ metadata ]\npython-versions = "^3.9"\n',
        'metadata = { python-versions = "^3.9" }\n',
        'metadata.python-versions = "^3.9"\n',
    ],
)
def test_where_a_part_is_not_surely_whole_all_is_parsed(content: str) -> None:
    assert [raw for _, raw in read("poetry.lock", content)] == ["^3.9"]


def test_a_lock_in_conflict_is_a_problem() -> None:
    with pytest.raises(UnreadableError):
        read("uv.lock", 'version = 1\n<<<<<<< HEAD\nrequires-python = ">=3.9"\n')


def test_a_lock_that_is_too_large_leaves_the_project_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "MAX_BYTES", 100)
    (tmp_path / "uv.lock").write_text('requires-python = ">=3.9"\n' + PACKAGE * 10)
    assert declarations.read(tmp_path, ["uv.lock"]) == ((), ())


def test_only_the_lock_of_a_workspace_is_for_several_projects(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text('requires-python = ">=3.9"\n')
    for content, site in (
        ('[project]\nname = "x"\n', "uv-lock-python"),
        ('[tool.uv.workspace]\nmembers = ["a"]\n', "uv-workspace-lock-python"),
        ("not TOML", "uv-lock-python"),
    ):
        (tmp_path / "pyproject.toml").write_text(content)
        (found,) = declarations.read(tmp_path, ["uv.lock"]).declarations
        assert found.site == site

"""CODEOWNERS by GitHub's rules, and who owns a project."""

from pathlib import Path

import pytest

from pylife.fleet import codeowners

TEXT = """\
# who owns what
*            @org/all   # unless said otherwise
/libs/       @org/libs
libs/core/   @alice bob@example.com
libs/*       @shallow
*.toml       @deps
/libs/nobody/
/libs/broken/ not an owner!
!/libs/other @never
/libs/[ab]/  @never
apps/        @apps
**/logs      @logs
docs/*       @docs
/with\\ space/ @space
"""


@pytest.mark.parametrize(
    ("folder", "owners"),
    [
        ("", ("org/all",)),
        ("libs/core", ("alice",)),  # an address is nobody who can be asked to review
        ("libs/other", ("org/libs",)),
        ("libs", ("shallow",)),  # files right in it
        ("libs/nobody", ()),
        ("libs/broken", ("org/libs",)),
        ("deep/apps/web", ("apps",)),
        ("x/logs/y", ("logs",)),
        ("docs/guide", ("org/all",)),
        ("with space/x", ("space",)),
    ],
)
def test_the_owners_of_a_project_are_not_those_of_each_file(
    folder: str, owners: tuple[str, ...]
) -> None:
    assert codeowners.of_project(codeowners.parse(TEXT), folder) == owners


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.py", "a/b/c.py", True),
        ("/*.py", "a/b/c.py", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/a/b.md", False),
        ("docs/**", "docs/a/b.md", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/b", True),
        ("/build/logs/", "build/logs/x", True),
        ("/build/logs/", "x/build/logs/x", False),
        ("file?.txt", "file1.txt", True),
        ("a.b", "axb", False),
        ("README", "README", True),
        ("Readme", "README", False),
    ],
)
def test_patterns(pattern: str, path: str, *, expected: bool) -> None:
    assert codeowners.matches(pattern, path) is expected


def test_the_first_place_counts(tmp_path: Path) -> None:
    assert codeowners.find(tmp_path) is None
    (tmp_path / "CODEOWNERS").write_text("* @root\n")
    assert codeowners.find(tmp_path) == [codeowners.Rule("*", ("@root",))]
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CODEOWNERS").write_text("* @hidden\n")
    assert codeowners.find(tmp_path) == [codeowners.Rule("*", ("@hidden",))]

"""Conditions of tox's settings that a Python which comes may have to follow."""

from pathlib import Path

import pytest

from tests.upgrade.upgrade_help import plan_of, write

PROJECT = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\n'
TOX = "[tox]\nenvlist = py3{10,11,12,13,14}-test\n[testenv]\ndeps =\n    %s\n"


def said(tmp_path: Path, line: str) -> list[str]:
    made = plan_of(write(tmp_path, {"pyproject.toml": PROJECT, "tox.ini": TOX % line}))
    assert "py3{10,11,12,13,14,15}-test" in made.contents["tox.ini"].decode()
    return [text for text in made.needs_person if text.startswith("tox.ini:5")]


@pytest.mark.parametrize(
    "condition", ["py3{10,11,12,13,14}-test", "py310,py311,py312,py313,py314", "py3{13,14}"]
)
def test_one_that_holds_for_the_newest_is_told(tmp_path: Path, condition: str) -> None:
    assert said(tmp_path, f"{condition}: -r test.txt") == [
        f"tox.ini:5: see whether its condition {condition} is for 3.15 too"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "py3{10,11}: tomli",  # for old ones only
        "py314: one-thing",  # for one
        "test: pytest",
        "!py310: pytest",
        "py3{13,14,15}: ready",
        "pytest >= 8",
        "-e file:///x{1,2}",
        "{a,b}{c,d}{e,f}{a,b}{c,d}{e,f}{a,b}{c,d}{e,f}{a,b}py3{13,14}: many",
    ],
)
def test_others_are_not(tmp_path: Path, line: str) -> None:
    assert said(tmp_path, line) == []

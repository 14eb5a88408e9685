"""The words of a proposal, and that nothing in them acts on its own."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pylife.model import Cell, CellStatus, Kind
from pylife.upgrade import ProjectPlan, text
from tests.upgrade.upgrade_help import plan_of, v, write

HOSTILE = "x`\n# <b>@admin</b> --> <!-- #1 | [a](http://b) ```"

FILES = {
    "pyproject.toml": '[project]\nname = "d"\nversion = "1"\nrequires-python = ">=3.9"\n'
    'classifiers = ["Programming Language :: Python :: 3.9",'
    ' "Programming Language :: Python :: 3.13"]\n'
}


def cell(
    python: str, *, status: CellStatus, reason: str = "", counts: dict[str, int] | None = None
) -> Cell:
    return Cell(
        project="d",
        python=v(python),
        session="tests",
        status=status,
        reason=reason,
        counts=counts or {},
    )


@pytest.fixture
def made(tmp_path: Path) -> ProjectPlan:
    return plan_of(write(tmp_path, FILES))


def test_titles_name_the_versions(made: ProjectPlan) -> None:
    assert text.title(made) == "Support Python 3.11, 3.12, 3.14 and 3.15; drop 3.9"
    moved = replace(made, adds=(), runtime=v("3.14"))
    assert text.title(moved) == "Run on Python 3.14; drop 3.9"
    assert text.title(replace(moved, runtime=None)) == "Drop Python 3.9"
    assert text.title(replace(made, adds=(), drops=())) == "Require Python 3.10 or newer"
    bare = replace(made, adds=(), drops=(), floor=None)
    assert text.title(bare) == "Follow the Python window 3.10 to 3.15"


def test_branches_can_be_used_in_any_url(made: ProjectPlan) -> None:
    assert made.branch == "pylife/python-3.10-3.15"
    assert re.fullmatch(r"[a-z0-9./-]+", made.branch)


def test_the_body_says_what_why_and_on_what_evidence(made: ProjectPlan) -> None:
    passed, blocked = CellStatus.PASSED, CellStatus.BLOCKED
    cells = [
        cell("3.14", status=passed, counts={"passed": 7}),
        cell("3.15", status=blocked, reason="no numpy"),
        cell("3.12", status=CellStatus.NOT_RUN, reason="no interpreter"),
    ]
    body = text.body(made, cells=cells)
    assert "- 3.9 is dropped since 2026-01-31: end of life + P3M, to the month end" in body
    assert "| `pyproject.toml:4` | `requires-python` | `>=3.9` | `>=3.10` |" in body
    assert "| 3.14 | `tests` | passed (7 tests) |" in body
    assert "| 3.15 | `tests` | **blocked**: `no numpy` |" in body
    assert "| 3.12 | `tests` | **not tested**: `no interpreter` |" in body
    assert "Not tested: 3.10, 3.11 and 3.12." in body
    marker = text.read_marker(body)
    assert marker is not None
    assert marker["project"] == "demo"
    assert marker["adds"] == ["3.11", "3.12", "3.14", "3.15"]


def test_no_evidence_is_said_to_be_none(made: ProjectPlan) -> None:
    assert "Nothing: no test was run." in text.body(made)


def test_what_people_do_is_a_list_to_tick_off(made: ProjectPlan) -> None:
    body = text.body(replace(made, needs_person=("uv.lock: refresh the lock",)))
    assert "- [ ] `uv.lock: refresh the lock`" in body


def test_hostile_names_are_neutral(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, FILES), name=HOSTILE, kind=Kind.LIBRARY)
    made = replace(made, policy=HOSTILE, needs_person=(HOSTILE,))
    cells = [cell("3.14", status=CellStatus.FAILED, reason=HOSTILE)._replace(session=HOSTILE)]
    body = text.body(made, cells=cells)
    marker = text.read_marker(body)
    assert marker is not None
    assert marker["project"] == HOSTILE
    shown = "\n".join(line for line in body.splitlines() if not line.startswith("<!-- "))
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "CODE", shown)
    assert not re.search(r"[<@#\[](?![ \]#])", outside.replace("- [ ]", "")), outside
    assert "-->" not in outside
    assert [line.count("-->") for line in body.splitlines() if line.startswith("<!--")] == [1]
    assert HOSTILE not in text.title(made) + text.message(made)
    assert re.fullmatch(r"[a-z0-9./-]+", made.branch)


def test_code_spans_hold_anything() -> None:
    assert text.code("a|b") == "`a|b`"
    assert text.code("a``b`") == "``` a``b` ```"
    assert text.code("a\r\n\tb\u2028c") == "`a b c`"
    assert text.code("") == "` `"


def test_a_bar_does_not_end_a_tables_cell(made: ProjectPlan) -> None:
    body = text.body(made, cells=[cell("3.14", status=CellStatus.FAILED, reason="a|b")])
    assert "**failed**: `a\\|b` |" in body


def test_a_broken_marker_is_none() -> None:
    assert text.read_marker("<!-- pylife: {oops} -->") is None
    assert text.read_marker("nothing") is None


def test_the_message_is_the_title_and_the_reasons(made: ProjectPlan) -> None:
    first, blank, *rest = text.message(made).splitlines()
    assert (first, blank) == (text.title(made), "")
    assert rest == [f"- {reason}" for reason in made.reasons]

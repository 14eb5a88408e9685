"""The text of a pull request: what pylife wrote, what people changed, what fits."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pylife.forges import github_body as body
from pylife.forges.github_body import LIMIT, Wrote
from pylife.model import Proposed

WROTE = Wrote("demo", "pylife/x", "main", "Support 3.15")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=300)


def proposed(**changes: Any) -> Proposed:
    fields: dict[str, Any] = {
        "project": "demo",
        "folder": ".",
        "branch": "pylife/x",
        "title": "Support 3.15",
        "body": "Why.",
        "message": "m\n",
        "contents": {},
        "as_of": dt.date(2026, 11, 21),
    }
    return Proposed(**(fields | changes))


def known(text: str, title: str = "Support 3.15", base: str = "main") -> dict[str, Any]:
    return {"title": title, "body": text, "base": {"ref": base}, "head": {"ref": "pylife/x"}}


@given(TEXT, TEXT, TEXT)
def test_what_is_written_is_read_again(text: str, title: str, project: str) -> None:
    wrote = WROTE._replace(title=title, project=project)
    found = body.read(body.compose(text, wrote))
    assert found.wrote == wrote._replace(body=body.written(text, wrote))
    assert (found.touched, found.again, found.below) == (False, False, "")


@given(TEXT)
def test_a_forges_line_ends_are_no_change(text: str) -> None:
    found = body.read(body.compose(text, WROTE).replace("\n", "\r\n"))
    assert not found.touched


@pytest.mark.parametrize("title", ["-->", "<!-- pylife-wrote: {} -->", "\n", "<b>", "\u2028"])
def test_no_title_ends_the_hidden_line(title: str) -> None:
    text = body.compose("Why.", WROTE._replace(title=title))
    assert body.read(text).wrote is not None
    assert text.count("-->") == 2


@pytest.mark.parametrize(
    "line",
    ["<!-- pylife-wrote: {} -->", '<!-- pylife-wrote: {"schema": "pylife/wrote/1"} -->',
     '<!-- pylife-wrote: {"schema": 1, -->', "<!-- pylife-wrote: [] -->", ""],
)  # fmt: skip
def test_a_broken_line_is_none(line: str) -> None:
    found = body.read(f"Text\n\n{line}\n")
    assert (found.wrote, found.touched, found.again) == (None, True, False)
    assert body.differences(proposed(title="Other"), "main", known(f"Text\n{line}"), found) == {}


def test_ticks_are_no_change_and_stay() -> None:
    text = "- [ ] lock\n- [ ] docs\n* [ ] more"
    written = body.compose(text, WROTE)
    ticked = body.read(written.replace("- [ ] docs", "- [x] docs").replace("* [ ]", "* [X]"))
    assert not ticked.touched
    anew = body.compose("New.\n\n- [ ] docs\n- [ ] lock\n* [ ] more", WROTE, ticked)
    assert "- [x] docs\n- [ ] lock\n* [x] more" in anew
    assert "- [ ] <!-- pylife-again -->" in anew


def test_the_box_that_asks_for_it_anew() -> None:
    written = body.compose("Why.", WROTE)
    asked = body.read(written.replace("- [ ] <!-- pylife-again", "- [x] <!-- pylife-again"))
    assert asked.again
    fields = body.differences(proposed(), "main", known(written), asked)
    assert not body.read(fields["body"]).again


def test_an_edited_text_stays_until_there_is_something_else_to_say() -> None:
    written = body.compose("Why.", WROTE)
    edited = body.read(written.replace("Why.", "Why, in my words."))
    assert edited.touched
    assert body.differences(proposed(), "main", known(written), edited) == {}
    fields = body.differences(proposed(body="New."), "main", known(written), edited)
    assert fields["body"].startswith("New.\n")
    fields = body.differences(proposed(title="Other"), "main", known(written), edited)
    assert fields["title"] == "Other"
    assert fields["body"].startswith("Why, in my words.\n")


def test_a_base_that_is_wanted_now() -> None:
    written = body.compose("Why.", WROTE)
    fields = body.differences(proposed(), "next", known(written), body.read(written))
    assert fields["base"] == "next"
    found = body.read(fields["body"]).wrote
    assert found is not None
    assert found.base == "next"


@pytest.mark.parametrize("state", ["retired", "abandoned"])
@pytest.mark.parametrize("title", ["Support 3.15", "Theirs"])
@pytest.mark.parametrize("text", ["Their own text", None])
def test_what_is_put_away_is_known_as_that(state: str, title: str, text: str | None) -> None:
    given = text if text is not None else body.compose("Why.", WROTE)
    fields = body.put_away("demo", known(given, title), state)
    found = body.read(fields["body"])
    assert found.wrote is not None
    assert (found.wrote.state, found.wrote.project) == (state, "demo")
    assert found.own.startswith(text or "Why.")
    assert ("title" in fields) == (title == "Support 3.15" and text is None)
    again = known(fields["body"], fields.get("title", title))
    assert body.put_away("demo", again, state) == {}
    if state == "abandoned" and "title" in fields:
        assert fields["title"] == "[abandoned] Support 3.15"
        assert body.wanted_again(again, found, found.wrote)["title"] == "Support 3.15"


@pytest.mark.parametrize("line", ["x" * 99, "é" * 99, "😀" * 50, "- [ ] a box", "`code`"])
def test_what_is_too_long_is_cut_with_a_remark(line: str) -> None:
    text = f"{line}\n" * 20_000 + "\n<!-- pylife: {} -->"
    written = body.compose(text, WROTE)
    assert len(written.encode("utf-16-le")) // 2 <= LIMIT
    assert "Shortened" in written
    assert "<!-- pylife: {} -->" in written
    found = body.read(written)
    assert found.wrote is not None
    assert body.written(text, WROTE) == found.wrote.body, "and so it is unchanged tomorrow"


def test_a_cut_closes_the_code_that_it_cuts() -> None:
    text = "````diff\n" + "+ x\n```\n" * 20_000 + "````\nend"
    lines = body.fit(text, 1_000).splitlines()
    assert lines.count("````") == 1
    assert lines[-1].startswith("*Shortened")


def test_what_people_wrote_below_counts_against_the_room() -> None:
    below = body.read(body.compose("Why.", WROTE) + "\n" + "mine\n" * 4_000)
    written = body.compose("line\n" * 20_000, WROTE, below)
    assert len(written) <= LIMIT
    assert body.read(written).below == below.below
    again = body.read(written)
    wish = proposed(body="line\n" * 20_000)
    assert body.differences(wish, "main", known(written), again) == {}

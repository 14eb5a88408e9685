"""`# pylife: ignore[CODE] reason`: what is one, what is not, and which of them were needed."""

import pytest

from pylife.source.ignores import Ignore, find, unused


def only(text: str) -> Ignore:
    (found,) = find(text.encode())
    return found


def test_a_comment_names_rules_and_says_why() -> None:
    found = only("import cgi\nimport imp  # pylife: ignore[SRC602, SRC603] - runs on 3.8 only\n")
    assert found == Ignore(2, 13, ("SRC602", "SRC603"), "runs on 3.8 only")
    assert found.speaks_of("SRC602")
    assert not found.speaks_of("SRC601")


def test_a_family_names_all_its_rules_and_a_code_no_other() -> None:
    family = only("import imp  # pylife: ignore[SRC] because\n")
    assert family.speaks_of("SRC602")
    assert not family.speaks_of("RNG001")
    assert not only("x  # pylife: ignore[SRC6] because\n").speaks_of("SRC602")


@pytest.mark.parametrize(
    "text",
    [
        'x = "# pylife: ignore[SRC602] text"\n',
        '"""\n# pylife: ignore[SRC602] a string over lines\n"""\n',
        "x = 1  # pylint: ignore[SRC602] another tool's\n",
        "x = 1  # pylife: marker\n",
        "\0# pylife: ignore[SRC602] no source\n",
        "# -*- coding: none-such -*-\nx = 1  # pylife: ignore[SRC602] cannot be read\n",
    ],
)
def test_what_is_none(text: str) -> None:
    assert find(text.encode()) == ()


@pytest.mark.parametrize(
    ("comment", "wrong"),
    [
        ("# pylife: ignore", "names no rule: write `# pylife: ignore[CODE] reason`"),
        ("# pylife: ignore because", "names no rule: write `# pylife: ignore[CODE] reason`"),
        ("# pylife: ignore[] why", "'' is no rule's code: write `# pylife: ignore[CODE] reason`"),
        ("# pylife: ignore[a b] why", "'A B' is no rule's code"),
        ("# pylife: ignore[SRC602]", "gives no reason: write it behind the bracket"),
    ],
)
def test_what_is_wrong_ignores_nothing_and_says_so(comment: str, wrong: str) -> None:
    found = only(f"import imp  {comment}\n")
    assert found.wrong.startswith(wrong)
    assert not found.speaks_of("SRC602")


def test_other_comments_may_stand_before_it_and_codes_may_be_small() -> None:
    found = only("import imp  # noqa: F401  # pylife: ignore[src602] needed\n")
    assert (found.codes, found.column, found.reason) == (("SRC602",), 27, "needed")


def test_other_encodings_and_a_file_that_breaks_off() -> None:
    latin = "# -*- coding: latin-1 -*-\nx = 'é'  # pylife: ignore[SRC602] schön\n"
    (found,) = find(latin.encode("latin-1"))
    assert (found.column, found.reason) == (10, "schön")
    (found,) = find(b"import imp  # pylife: ignore[SRC602] first\nx = (\n")
    assert found.line == 1


def test_one_is_unused_where_no_finding_stands_on_its_line() -> None:
    found = find(
        b"import imp  # pylife: ignore[SRC602] used\n"
        b"import cgi  # pylife: ignore[SRC601] another rule\n"
        b"import os  # pylife: ignore[SRC] nothing here\n"
        b"import re  # pylife: ignore\n"
    )
    left = unused(found, [(1, "SRC602"), (2, "SRC602")])
    assert [item.line for item in left] == [2, 3]  # the fourth is wrong, and told as that

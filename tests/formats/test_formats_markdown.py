"""Markdown: by a renderer that is not ours, and within what forges take."""

import re
from pathlib import Path

import pytest

from pylife.formats import CheckReport, github, markdown
from pylife.model import Severity
from tests.conftest import ROOT
from tests.formats.formats_samples import checked, everything, finding, tree

NASTY = r"`a` | *b* _c_ <img src=x> &amp; [d](e) ~~f~~ $g$ \| # @all #12 </details>"


def rendered(text: str) -> list[list[str]]:
    """The cells of all tables, as a reader sees them."""
    markdown_it = pytest.importorskip("markdown_it")
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    rows: list[list[str]] = []
    for token in parser.parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level > 3:
            rows[-1].append("".join(seen(child) for child in token.children))
    return rows


def seen(token: object) -> str:
    kind, content = getattr(token, "type"), getattr(token, "content")  # noqa: B009 - no types
    if kind == "html_inline":
        return {"<br>": "\n", "<code>": "", "</code>": ""}[content]
    assert kind in {"text", "text_special", "code_inline", "strong_open", "strong_close"}, kind
    return str(content)


@pytest.mark.parametrize("name", ["everything", "tree", "platform"])
def test_every_finding_is_in_a_table(name: str, tmp_path: Path) -> None:
    if name == "everything":
        report = everything()
    else:
        report = checked(tree(tmp_path) if name == "tree" else ROOT / "examples" / "platform")
    cells = [row for row in rendered(markdown.render(report)) if row[1] != "rule"]
    assert len(cells) == len(report.findings)
    for item in report.findings:
        assert any(row[1] == item.code and item.message in row[3] for row in cells)


def test_text_of_a_repository_makes_no_markup() -> None:
    item = finding("A1", "client", "s", NASTY, NASTY, (NASTY.replace(" ", ""), 1, 1, None))
    text = markdown.render(everything()._replace(findings=(item,)))
    _, row = rendered(text)
    first, second = row[3].replace("\u200b", "").split("\n")
    assert (first, second) == (NASTY, NASTY)
    assert row[2] == f"{item.file}:1:1"
    outside = re.sub("<code>.*?</code>", "", text)
    assert not re.search(r"@\w", outside)
    assert "</details>" not in text.split("<details>")[0]


def many() -> CheckReport:
    report = everything()
    base = finding("RNG002", "client", "s", "m" * 60 + " 漢字", "h" * 40, ("a/b.toml", 1, 1, 2))
    found = tuple(
        base._replace(
            subject=str(number), project=f"p{number % 300}", message=f"{base.message} {number}",
            severity=list(Severity)[number % 3],
        )
        for number in range(30_000)
    )  # fmt: skip
    return report._replace(findings=found)


def test_it_fits_and_says_what_it_leaves_out() -> None:
    report = many()
    for text, most in (
        (markdown.render(report), markdown.MOST_COMMENT),
        (github.job_summary(report), github.MOST_SUMMARY),
    ):
        assert most * 0.9 < len(text.encode()) <= most
        left = re.search(r"\n(\d+) of (\d+) entries are left out", text)
        assert left
        shown = text.count("| RNG002 |")
        other = text.count("\n- ")
        assert shown + other + int(left[1]) == int(left[2]) >= 30_000
        assert text.count("<details>") == text.count("</details>")
    assert "ℹ️ info" not in markdown.render(report)  # 10,000 errors come first


def test_the_summary_of_a_job_has_all_where_there_is_room() -> None:
    assert github.job_summary(everything()) == markdown.render(everything())

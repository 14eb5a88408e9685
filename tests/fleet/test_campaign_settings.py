"""`[upgrade]` of pylife.toml: what it says, and what is refused with its place."""

import datetime as dt
from pathlib import Path

import pytest

from pylife.errors import ConfigError
from pylife.fleet import campaign, load
from pylife.fleet.campaign import Campaign, Changelog, Freeze

TEXT = """\
[upgrade]
forge = "github"
url = "https://github.example.com"
labels = ["python"]
title = "chore: {title}"
commit = "{message}"
changelog = { path = "changes/{slug}.md", text = "{title}" }
sign-off = true
reviewers = "owners"
owners = { core = "@northwind/core" }
max-open = 10
max-per-hour = 5
canary = 2
draft = ["unproven"]
snooze = 2027-01-11
freeze = [{ from = "2026-12-18", to = 2027-01-04, reason = "holidays" }]

[[project]]
path = "a"
[project.upgrade]
labels = []
reviewers = ["alice", "northwind/team"]
repository = "northwind/a"
hold-floors = false
freeze = [{ from = "2027-03-01", to = "2027-03-02" }]

[[project]]
path = "b"
upgrade = { opt-out = "replaced by c", prove = false, parents = "merged", unproven = "wait" }
"""


def made(tmp_path: Path, text: str) -> tuple[Campaign, ...]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "setup.py").write_text("")
    (tmp_path / "pylife.toml").write_text(text)
    fleet = load(tmp_path, cache=tmp_path / ".cache", fetch=False)
    document = fleet.configs[0].document
    assert document is not None
    table = document.value.get("upgrade", {})
    return tuple(campaign.parse(table, member.upgrade) for member in fleet.members)


def test_what_a_project_says_goes_before_and_freezes_add_up(tmp_path: Path) -> None:
    first, second = made(tmp_path, TEXT)
    holidays = Freeze(dt.date(2026, 12, 18), dt.date(2027, 1, 4), "holidays")
    assert first.changelog == Changelog("changes/{slug}.md", "{title}")
    assert (first.labels, second.labels) == ((), ("python",))
    assert (first.reviewers, second.reviewers) == (("alice", "northwind/team"), "owners")
    assert first.repository == "northwind/a"
    assert not first.hold_floors
    assert first.freeze == (holidays, Freeze(dt.date(2027, 3, 1), dt.date(2027, 3, 2)))
    assert second.freeze == (holidays,)
    assert (second.opt_out, second.prove, second.parents, second.unproven) == (
        "replaced by c", False, "merged", "wait",
    )  # fmt: skip
    assert first.snooze == dt.date(2027, 1, 11)
    assert (first.max_open, first.max_per_hour, first.canary) == (10, 5, 2)
    assert first.frozen(dt.date(2027, 1, 4)) == holidays
    assert first.frozen(dt.date(2027, 1, 5)) is None


def test_a_fleet_that_says_nothing_has_the_usual(tmp_path: Path) -> None:
    assert made(tmp_path, '[[project]]\npath = "a"\n') == (Campaign(),)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('title = "{name}"', 2, "no placeholder {name} is known here; there are {branch}"),
        ('commit = "{"', 2, "not a template"),
        ('changelog = { path = "{title}", text = "x" }', 2, "no placeholder {title}"),
        ('changelog = { path = "x" }', 2, "lacks text"),
        ('snooze = "2027-02-30"', 2, "2027-02-30 is no day of the calendar"),
        ('freeze = [{ from = "2027-02-03", to = "2027-02-02" }]', 2, "ends before it begins"),
        ('forge = "gitlab"', 2, "not one of local, github"),
        ("max-opne = 3", 2, "did you mean 'max-open'?"),
        ('reviewers = "everyone"', 2, "not one of owners, codeowners"),
        ('url = "https://user:pass@github.example.com"', 2, "does not fit"),
        ('repository = "a/b"', 2, "unknown key 'repository'"),
        ("canary = -1", 2, "does not fit"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        made(tmp_path, f"[upgrade]\n{text}\n\n[[project]]\npath = 'a'\n")
    assert caught.value.line == line
    assert said in str(caught.value)


def test_a_projects_own_table_is_held_to_the_same(tmp_path: Path) -> None:
    text = "[[project]]\npath = 'a'\nupgrade.title = '{nothing}'\n"
    with pytest.raises(ConfigError, match="no placeholder") as caught:
        made(tmp_path, text)
    assert caught.value.line == 3

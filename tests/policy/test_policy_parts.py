"""Scopes, floors, waivers, examples and the data on releases."""

import datetime as dt
from pathlib import Path

import pytest

from pylife import calendar, policy, releases
from pylife.errors import ConfigError
from pylife.model import Kind, Project, PythonVersion, Stage
from pylife.policy import examples, load, texts

V = PythonVersion.parse
TODAY = dt.date(2026, 11, 21)

SCOPED = """
name = "scoped"
warn = "P90D"
[stages]
drop = { anchor = "python.eol" }
[[scope]]
kind = ["model", "image"]
stages.drop = { anchor = "python.eol", offset = "P1Y" }
[[scope]]
tier = [1, 2]
warn = "P1Y"
[[scope]]
path = "models/*"
name = "nw-*"
owner = ["ds-*", "ml-*"]
[[scope.override]]
python = "3.8"
drop = 2027-06-30
reason = "one customer"
"""


def made(text: str) -> policy.Policy:
    return policy.parse(text.encode(), shown="p.toml")


def project(
    kind: Kind = Kind.LIBRARY,
    *,
    tier: int | None = None,
    path: str = ".",
    name: str = "a",
    owner: str | None = None,
) -> Project:
    return Project(name=name, path=path, kind=kind, tier=tier, owner=owner)


@pytest.mark.parametrize(
    ("given", "scope", "dropped", "warn"),
    [
        (project(), "", "3.9", "P90D"),
        (project(tier=3, owner="ds-a", name="nw-x"), "", "3.9", "P90D"),
        (project(Kind.MODEL), "kind model or image", "3.8", "P90D"),
        (project(tier=2), "tier 1 or 2", "3.9", "P1Y"),
        (project(Kind.IMAGE, tier=1), "kind model or image; tier 1 or 2", "3.8", "P1Y"),
        (
            project(Kind.MODEL, path="models/churn", name="nw-churn", owner="ds-churn"),
            "kind model or image; owner ds-* or ml-*, path models/*, name nw-*",
            "3.7",
            "P90D",
        ),
        # All the given keys must match.
        (project(path="models/churn", name="nw-churn", owner="web"), "", "3.9", "P90D"),
        (project(path="models/churn", name="nw-churn"), "", "3.9", "P90D"),
    ],
)
def test_scopes(given: Project, scope: str, dropped: str, warn: str) -> None:
    found = policy.for_project(made(SCOPED), given)
    assert (found.scope, found.warn.text, found.name) == (scope, warn, "scoped")
    window = policy.window(found, calendar.load(), dt.date(2026, 7, 1))
    assert max(window.at(Stage.DROPPED)) == V(dropped)


def test_a_fleet_computes_few_policies() -> None:
    base = made(SCOPED)
    fleet = [
        project(kind, tier=number % 4, name=f"p{number}")
        for number, kind in enumerate([Kind.MODEL, Kind.LIBRARY, Kind.SERVICE, Kind.IMAGE] * 250)
    ]
    found = [policy.for_project(base, member) for member in fleet]
    assert len({id(item) for item in found}) <= 4
    plain = made('name = "x"\nwindow = 2\n')
    assert policy.for_project(plain, fleet[0]) is plain


def test_dependency_floors() -> None:
    spec0 = policy.find("spec0", Path())
    numpy = policy.dependency_floors(spec0, TODAY)["numpy"]
    # 2.1 was released on 2024-08-18 and 2.2 on 2024-12-08: two years, to the quarter's end.
    assert (numpy.version, numpy.since) == ("2.2", dt.date(2026, 9, 30))
    assert (numpy.next_version, numpy.next_date) == ("2.3", dt.date(2026, 12, 31))
    assert numpy.rule == "numpy release + P2Y, to the quarter end"
    assert list(policy.dependency_floors(spec0, TODAY, {"pandas", "click"})) == ["pandas"]
    assert policy.dependency_floors(spec0, TODAY, {"click"}) == {}
    assert policy.dependency_floors(policy.find("upstream", Path()), TODAY) == {}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
    schema = "pylife/releases/1"
    [package.thing]
    source = "s"
    date = 2026-11-21
    releases = { "1.9" = "2020-01-01", "1.10" = "2021-01", "2.0" = "2021-03-01", "3.0" = "2027-01-01" }
    expected = ["3.0"]
    supports = { "3.12" = "2.0" }
    """
    packages = releases.parse(text.encode(), shown="r.toml")
    monkeypatch.setattr(releases, "find", packages.get)


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    ("keep", "day", "expected"),
    [
        (1, "2019-12-31", None),
        (1, "2020-06-01", ("1.9", None, "1.10", "2022-01-01")),
        (1, "2022-01-01", ("1.10", "2022-01-01", "2.0", "2023-01-31")),
        # The newest one stays, until there is a newer one.
        (1, "2026-01-01", ("2.0", "2023-01-31", "3.0", "2027-01-01")),
        (1, "2027-01-01", ("3.0", "2027-01-01", None, None)),
        (2, "2026-01-01", ("1.10", "2022-01-01", "2.0", "2027-01-01")),
        (9, "2026-01-01", ("1.9", None, None, None)),
    ],
)
def test_the_floor_rises_with_time(keep: int, day: str, expected: tuple[str, ...] | None) -> None:
    found = made(
        'name = "x"\nwindow = 1\n[dependencies.thing]\n'
        f'drop = {{ anchor = "dependency.release", offset = "P2Y" }}\nkeep-newest = {keep}\n'
    )
    floors = policy.dependency_floors(found, dt.date.fromisoformat(day))
    if expected is None:
        assert floors == {}
    else:
        assert [str(part) for part in floors["thing"][:4]] == [str(part) for part in expected]


@pytest.mark.usefixtures("lines")
def test_the_data_on_releases() -> None:
    thing = releases.find("thing")
    assert thing is not None
    assert list(thing.releases) == ["1.9", "1.10", "2.0", "3.0"]
    assert thing.releases["3.0"].expected
    assert thing.releases["1.10"].last == dt.date(2021, 1, 31)
    assert thing.first_for(V("3.12")) == thing.releases["2.0"]
    assert thing.first_for(V("3.13")) is None
    with pytest.raises(ConfigError, match=r"r\.toml:1: not of the schema pylife/releases/1"):
        releases.parse(b'schema = "pylife/releases/2"\n', shown="r.toml")


def test_the_shipped_data_on_releases_is_whole() -> None:
    for package in releases.load().values():
        assert package.source, package.name
        assert set(package.supports.values()) <= set(package.releases), package.name
        assert set(package.lts) <= set(package.releases), package.name
        for date in package.releases.values():
            assert date.expected or date.first <= package.date, package.name


def test_waivers_know_where_they_were_written() -> None:
    text = (
        'name = "x"\nwindow = 2\n\n[[waiver]]\nrule = "RNG002"\nproject = "nw-*"\n'
        'owner = "ml"\nreason = "r"\nuntil = 2027-03-31\n[[waiver]]\nrule = "*"\nowner = "o"\n'
        'reason = "all"\nuntil = "2027-01-01"\nsubject = "floor*"\n'
    )
    one, other = made(text).waivers
    assert (one.rule, one.project, one.subject, one.until) == (
        "RNG002",
        "nw-*",
        "*",
        dt.date(2027, 3, 31),
    )
    assert (one.file, one.line) == ("p.toml", 4)
    assert (other.project, other.subject, other.line) == ("*", "floor*", 10)


def test_examples_are_run() -> None:
    text = (
        SCOPED
        + """
[[example]]
as-of = 2025-10-31
python = "3.9"
stage = "dropped"
source = "PEP 596"
[[example]]
as-of = "2025-10-31"
python = "3.9"
stage = "dropped"
kind = "model"
[[example]]
as-of = 2026-11-21
dependency = "numpy"
floor = "2.2"
[dependencies.numpy]
drop = { anchor = "dependency.release", offset = "P2Y", round = "quarter-end" }
"""
    )
    layer = load.layer_of(text.encode(), "p.toml")
    outcomes = examples.run(made(text), examples.read(layer), calendar.load())
    assert [outcome.passed for outcome in outcomes] == [True, False, True]
    assert (outcomes[1].found, outcomes[1].example.line) == ("supported", 26)
    assert outcomes[0].rule == "dropped: end of life"


def test_a_policy_is_put_together_again_from_its_texts(tmp_path: Path) -> None:
    text = SCOPED.replace("[stages]", "extends = 'nep29'\n[stages]")
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    found = policy.find("own.toml", tmp_path)
    again = texts.assemble(texts.sources(found))
    for day in (dt.date(2020, 1, 1), TODAY):
        one, other = (policy.window(item, calendar.load(), day) for item in (found, again))
        assert one.stages == other.stages
    assert again.dependencies == found.dependencies
    assert again.scopes == found.scopes

"""The presets against what the organisations published, and the data that some of them rest on."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache

import pytest

from pylife import calendar, policy, releases
from pylife.model import PythonVersion, Stage
from pylife.policy import Policy, examples
from pylife.policy.moments import Anchored, Combined, Moment
from pylife.policy.offsets import Offset
from pylife.workflow import policies
from tests.conftest import ROOT

V = PythonVersion.parse
PRESETS = (
    "airflow", "aws-sdk", "azure-sdk", "django", "google-cloud", "home-assistant", "nep29",
    "pubnub", "pytorch", "speakeasy", "spec0", "upstream", "uv",
)  # fmt: skip


@lru_cache
def preset(name: str) -> Policy:
    return policies.given(name)


def failing(found: Policy, of: str) -> list[examples.Outcome]:
    """The examples of the preset `of` that do not hold under `found`."""
    written = examples.read(preset(of).layers[-1])
    return [
        outcome for outcome in examples.run(found, written, calendar.load()) if not outcome.passed
    ]


def test_the_presets_are_those_that_are_promised() -> None:
    assert policy.names() == list(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_every_example_holds(name: str) -> None:
    outcomes = policies.tested(preset(name))
    assert len(outcomes) >= 5
    assert [outcome for outcome in outcomes if not outcome.passed] == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_passes_the_strict_validation_and_says_where_it_is_from(name: str) -> None:
    path = ROOT / "policies" / f"{name}.toml"
    found = policy.parse(path.read_bytes(), shown=path.name, folder=path.parent)
    assert found.name == name
    assert found.title
    assert found.description
    assert "2026-" in found.published, "the day on which the source was read"
    written = examples.read(found.layers[-1])
    assert all(example.source for example in written)
    assert len({(item.as_of, item.subject) for item in written}) == len(written)
    for override in found.overrides:
        assert len(override.reason) > 20


def moved(moment: Moment, months: int) -> Moment:
    assert isinstance(moment, Anchored | Combined)
    offset = Offset(moment.offset.months + months, moment.offset.days)
    return moment._replace(offset=offset)


def mutations(found: Policy) -> Iterator[tuple[str, Policy]]:
    """The preset with what drops a Python (or, where nothing does, deprecates it) moved."""
    if found.window is not None:
        yield "a window of one more", found._replace(window=found.window + 1)
        return
    bound = getattr(found.drop or found.deprecate, "at", None)
    rounding = getattr(found.drop, "rounding", None)
    # A month is less than what lies between two releases, and than a quarter.
    coarse = bound is not None or rounding == "quarter-end"
    for months in (12, -12) if coarse else (1, -1, 12, -12):
        if found.drop is not None:
            yield f"drop {months:+} months", found._replace(drop=moved(found.drop, months))
        else:
            assert found.deprecate is not None
            changed = moved(found.deprecate, months)
            yield f"deprecate {months:+} months", found._replace(deprecate=changed)


@pytest.mark.parametrize("name", PRESETS)
def test_the_examples_catch_a_preset_that_is_a_month_or_a_year_off(name: str) -> None:
    for what, changed in mutations(preset(name)):
        assert failing(changed, name), f"{name} with {what}: no example fails"


@pytest.mark.parametrize("name", PRESETS)
def test_the_examples_tell_a_preset_from_every_other(name: str) -> None:
    for other in PRESETS:
        if other != name:
            assert failing(preset(other), name), f"{other} passes for {name}"


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("azure-sdk", {"overrides": ()}),
        ("aws-sdk", {"overrides": ()}),
        ("google-cloud", {"overrides": ()}),
        ("google-cloud", {"deprecate": None}),
        ("airflow", {"overrides": ()}),
        ("airflow", {"adopt": Anchored("python.release")}),
        ("django", {"overrides": ()}),
        ("pytorch", {"overrides": ()}),
        ("pytorch", {"deprecate": None}),
        ("spec0", {"deprecate": None}),
        ("spec0", {"dependencies": ()}),
        ("nep29", {"dependencies": ()}),
        ("uv", {"overrides": ()}),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value),
)
def test_no_part_of_a_preset_is_without_an_example(name: str, changed: dict[str, object]) -> None:
    """But for NEP 29's newest two: Pythons have come so often that these were never needed."""
    assert failing(preset(name)._replace(**changed), name)  # type: ignore[arg-type]


def dropped(name: str, python: str) -> dt.date | None:
    info = policy.window(preset(name), calendar.load(), dt.date(2040, 1, 1)).stages[V(python)]
    return info.since if info.stage is Stage.DROPPED else None


@pytest.mark.parametrize(
    ("name", "python", "published"),
    [
        # AWS Developer Tools Blog: "AWS SDKs End Of Support".
        ("aws-sdk", "3.6", "2022-05"),
        ("aws-sdk", "3.7", "2023-12"),
        ("aws-sdk", "3.8", "2025-04"),
        ("aws-sdk", "3.9", "2026-04"),
        ("aws-sdk", "3.10", "2027-04"),
        ("aws-sdk", "3.11", "2028-04"),
        # azure-sdk-for-python, doc/python_version_support_policy.md: "SDKs End Of Support".
        ("azure-sdk", "2.7", "2022-01"),
        ("azure-sdk", "3.6", "2022-08"),
        ("azure-sdk", "3.7", "2023-12"),
        ("azure-sdk", "3.8", "2025-04"),
        ("azure-sdk", "3.9", "2026-04-30"),
        ("azure-sdk", "3.10", "2027-04-30"),
        ("azure-sdk", "3.11", "2028-04-30"),
        ("azure-sdk", "3.12", "2029-04-30"),
        ("azure-sdk", "3.13", "2030-04-30"),
        ("azure-sdk", "3.14", "2031-04-30"),
        ("azure-sdk", "3.15", "2032-04-30"),
        # NEP 29's drop schedule; its 3.7 is a day earlier than calendar months give.
        ("nep29", "3.6", "2020-06-23"),
        ("nep29", "3.7", "2021-12-27"),
        ("nep29", "3.8", "2023-04-14"),
        ("nep29", "3.9", "2024-04-05"),
        ("nep29", "3.10", "2025-04-04"),
        ("nep29", "3.11", "2026-04-24"),
        # SPEC 0's schedule: the quarter's end.
        ("spec0", "3.9", "2023-12-31"),
        ("spec0", "3.10", "2024-12-31"),
        ("spec0", "3.11", "2025-12-31"),
        ("spec0", "3.12", "2026-12-31"),
        ("spec0", "3.13", "2027-12-31"),
        ("spec0", "3.14", "2028-12-31"),
        # google-api-core: python_eol + a week, or gapic_end.
        ("google-cloud", "3.7", "2023-07-04"),
        ("google-cloud", "3.8", "2024-10-14"),
        ("google-cloud", "3.9", "2026-01-03"),
        ("google-cloud", "3.10", "2026-10-11"),
        ("google-cloud", "3.11", "2027-10-31"),
        ("google-cloud", "3.12", "2028-10-09"),
        ("google-cloud", "3.13", "2029-10-14"),
        ("google-cloud", "3.14", "2030-10-14"),
        # The release of each that requires a newer Python.
        ("airflow", "3.6", "2022-04-30"),
        ("airflow", "3.7", "2023-08-18"),
        ("airflow", "3.8", "2025-04-22"),
        ("airflow", "3.9", "2025-09-25"),
        ("django", "3.5", "2019-12-02"),
        ("django", "3.6", "2021-12-07"),
        ("django", "3.7", "2021-12-07"),
        ("django", "3.8", "2023-12-04"),
        ("django", "3.9", "2023-12-04"),
        ("django", "3.10", "2025-12-03"),
        ("django", "3.11", "2025-12-03"),
        ("pytorch", "3.9", "2025-10-15"),
        ("pytorch", "3.10", "2026-10-28"),
        # So many months or days after the end of life.
        ("speakeasy", "3.8", "2025-01-07"),
        ("speakeasy", "3.9", "2026-01-31"),
        ("pubnub", "3.8", "2024-11-06"),
        ("pubnub", "3.9", "2025-11-30"),
    ],
)
def test_the_published_dates(name: str, python: str, published: str) -> None:
    date = dropped(name, python)
    assert str(date).startswith(published)


@pytest.mark.parametrize("python", ["3.12", "3.13"])
def test_what_waits_for_an_own_release_that_is_planned_has_its_date(python: str) -> None:
    """Django 7.0 is planned for December 2027; the end of 6.2's support outlives both."""
    assert dropped("django", python) == dt.date(2027, 12, 31)


@pytest.mark.parametrize(
    ("name", "python"), [("airflow", "3.11"), ("django", "3.14"), ("uv", "3.6")]
)
def test_what_nobody_knows_has_no_date(name: str, python: str) -> None:
    assert dropped(name, python) is None


def test_floors_are_those_of_the_published_schedule() -> None:
    """SPEC 0's schedule.json for the second quarter of 2026, when that quarter is over."""
    found = policy.dependency_floors(preset("spec0"), dt.date(2026, 7, 1))
    assert {name: floor.version for name, floor in found.items()} == {
        "ipython": "8.27",
        "matplotlib": "3.10",
        "networkx": "3.4",
        "numpy": "2.1",
        "pandas": "2.3",
        "scikit-image": "0.25",
        "scikit-learn": "1.6",
        "scipy": "1.15",
        "xarray": "2024.7",
        "zarr": "3.0",
    }


# SPEC 0's support window chart, and NEP 29's list for NumPy: the initial releases.
RELEASED = [
    "numpy",
    "1.17",
    "2019-07-26",
    "numpy",
    "1.22",
    "2021-12-31",
    "numpy",
    "1.24",
    "2022-12-18",
    "scipy",
    "1.7",
    "2021-06-20",
    "scipy",
    "1.10",
    "2023-01-03",
    "matplotlib",
    "3.5",
    "2021-11-16",
    "matplotlib",
    "3.7",
    "2023-02-13",
    "pandas",
    "1.3",
    "2021-07-02",
    "pandas",
    "2.0",
    "2023-04-03",
    "scikit-image",
    "0.19",
    "2021-12-03",
    "networkx",
    "3.1",
    "2023-04-04",
    "scikit-learn",
    "1.0",
    "2021-09-24",
    "scikit-learn",
    "1.2",
    "2022-12-08",
    "xarray",
    "2022.3",
    "2022-03-02",
    "xarray",
    "2023.5",
    "2023-05-19",
    "ipython",
    "7.24",
    "2021-05-28",
    "ipython",
    "8.13",
    "2023-04-28",
]


def test_release_dates_are_those_that_were_published() -> None:
    for name, version, date in zip(RELEASED[::3], RELEASED[1::3], RELEASED[2::3], strict=True):
        package = releases.find(name)
        assert package is not None
        assert str(package.releases[version]) == date, f"{name} {version}"


@pytest.mark.parametrize(
    ("name", "python", "first"),
    [
        # What came with wheels for it: RELEASE.md says 3.12 with 2.2, 3.13 with 2.5 (experimental).
        ("torch", "3.12", "2.2"),
        ("torch", "3.13", "2.5"),
        ("numpy", "3.12", "1.26"),
        ("pandas", "3.13", "2.3"),
        ("django", "3.13", "5.2"),
        ("apache-airflow", "3.14", "3.2"),
    ],
)
def test_the_first_release_that_supports_a_python(name: str, python: str, first: str) -> None:
    package = releases.find(name)
    assert package is not None
    assert package.supports[V(python)] == first
    assert package.first_for(V(python)) == package.releases[first]


def test_a_pure_package_claims_no_python_by_its_wheels() -> None:
    package = releases.find("networkx")
    assert package is not None
    assert package.supports == {}


def test_every_package_has_a_source_and_a_day_and_only_planned_releases_lie_ahead() -> None:
    found = releases.load()
    assert set(found) >= {rule.name for rule in preset("spec0").dependencies}
    for package in found.values():
        assert package.source
        assert package.date.year >= 2026
        for version, date in package.releases.items():
            assert date.expected is (date.last > package.date), f"{package.name} {version}"


@pytest.mark.parametrize("tool", ["refresh_releases.py", "presets_page.py"])
def test_what_is_made_is_what_its_sources_give(tool: str) -> None:
    script = ROOT / "tools" / tool
    ran = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "")

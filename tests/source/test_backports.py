"""What is known of backports: where it comes from, and what it answers."""

import datetime as dt
import runpy
import subprocess
import sys
import tomllib

import pytest

from pylife import resources
from pylife.errors import ConfigError, UnreadableError
from pylife.model import PythonVersion
from pylife.source import backports
from tests.conftest import ROOT

V = PythonVersion.parse
SCRIPT = ROOT / "tools" / "refresh_backports.py"


def test_the_shipped_file_is_what_its_sources_give() -> None:
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "")


def test_each_row_says_where_it_comes_from_and_when() -> None:
    data = tomllib.loads(resources.data("backports.toml").read_text(encoding="utf-8"))
    rows = [*data["backport"].values(), *data["returned"].values()]
    assert len(rows) > 70
    for row in rows:
        assert row["source"]
        assert isinstance(row["date"], dt.date)
        assert row["date"] <= data["snapshot"]


@pytest.mark.parametrize(
    ("module", "names", "expected"),
    [
        ("tomli", (), ["tomli"]),
        ("tomli._parser", (), ["tomli"]),
        ("tomlib", (), []),
        ("tomlikit", (), []),
        ("backports", ("zoneinfo",), ["backports-zoneinfo"]),
        ("backports.zoneinfo", ("ZoneInfo",), ["backports-zoneinfo"]),
        ("backports", (), []),
        ("backports.asyncio.runner", (), ["backports-asyncio-runner"]),
        ("backports.asyncio", ("runner",), ["backports-asyncio-runner"]),
        ("importlib_metadata", ("version",), ["importlib-metadata"]),
        ("typing_extensions", ("Self",), ["typing-extensions"]),
        ("cgi", (), []),
    ],
)
def test_what_an_import_is_of(module: str, names: tuple[str, ...], expected: list[str]) -> None:
    assert [item.distribution for item in backports.of_import(module, names)] == expected


@pytest.mark.parametrize(
    ("what", "added", "expected"),
    [
        ("tomllib", "3.11", ["tomli"]),
        ("tomllib.loads", "3.11", ["tomli"]),
        ("typing.Self", "3.11", ["typing_extensions"]),
        ("warnings.deprecated", "3.13", ["typing_extensions"]),
        ("enum.StrEnum", "3.11", ["backports.strenum", "strenum"]),
        ("zoneinfo.ZoneInfo", "3.9", ["backports.zoneinfo"]),
        ("asyncio.timeout", "3.11", ["async_timeout"]),
        ("importlib.metadata.packages_distributions", "3.10", []),  # newer than the backport
        ("typing.nothing", "3.11", []),
        ("shutil.which", "3.3", []),
    ],
)
def test_what_has_a_standard_thing_for_older_pythons(
    what: str, added: str, expected: list[str]
) -> None:
    assert [item.module for item in backports.of_standard(what, V(added))] == expected


def test_what_puts_a_module_under_the_standard_name() -> None:
    assert backports.providers("cgi") == ("legacy-cgi", "standard-cgi")
    assert set(backports.providers("distutils.core")) == {"setuptools", "standard-distutils"}
    assert backports.providers("graphlib.TopologicalSorter") == ("graphlib-backport",)
    assert backports.providers("dataclasses") == ("dataclasses",)
    assert backports.providers("tomllib") == ()
    assert backports.providers("json") == ()


def test_until_when_a_backport_is_needed() -> None:
    tomli = backports.of_distribution("tomli")
    typed = backports.of_distribution("typing-extensions")
    metadata = backports.of_distribution("importlib-metadata")
    assert tomli is not None
    assert typed is not None
    assert metadata is not None
    assert tomli.until(()) == tomli.until(("loads",)) == V("3.11")
    assert metadata.until(("version",)) is None
    assert typed.until(("Self",)) == V("3.11")
    assert typed.until(("Self", "override", "List")) == V("3.12")
    assert typed.until(("Self", "TypedDict")) is None
    assert typed.until(("Self", "SomethingNew")) is None
    assert typed.until(()) is None


def test_names_are_there_no_later_than_they_are_the_same() -> None:
    typed = backports.of_distribution("typing-extensions")
    assert typed is not None
    assert len(typed.names) > 90
    assert not [name for name, item in typed.names.items() if item.same and item.same < item.since]
    # Known from the documentation of the standard library, not from the measurement.
    for name, since in (
        ("Annotated", "3.9"), ("ParamSpec", "3.10"), ("Self", "3.11"), ("Unpack", "3.11"),
        ("override", "3.12"), ("Buffer", "3.12"), ("TypeIs", "3.13"), ("CapsuleType", "3.13"),
    ):  # fmt: skip
        assert typed.names[name].since == V(since), name


def test_what_is_no_such_file_is_an_error() -> None:
    with pytest.raises(ConfigError, match="schema"):
        backports.parse(b'schema = "pylife/backports/2"', shown="b.toml")
    with pytest.raises(UnreadableError):
        backports.parse(b"schema =", shown="b.toml")


def test_the_script_refuses_a_row_that_is_none() -> None:
    script = runpy.run_path(str(SCRIPT))
    row = {
        "distribution": "tomli", "import": "tomli", "standard": "tomllib", "since": "3.11",
        "source": "s", "date": dt.date(2026, 11, 21),
    }  # fmt: skip
    sources = {"snapshot": {"date": row["date"]}, "returned": [], "backport": [row]}
    names = {"date": row["date"], "names": {}}
    assert "[backport.tomli]" in script["render"](sources, names)
    for wrong in (
        [row, row], [row | {"since": "3.x"}], [row | {"distribution": "Tom_li"}],
    ):  # fmt: skip
        with pytest.raises(ValueError):  # noqa: PT011 - which one it is does not matter
            script["render"](sources | {"backport": wrong}, names)


def test_the_script_measures_where_a_name_is_at_home() -> None:
    script = runpy.run_path(str(SCRIPT))
    probe, home = script["Probe"], script["home"]
    probes = [
        probe("3.9", "1", {"A": {}, "B": {"typing": False}}),
        probe("3.10", "1", {"A": {"typing": False}, "B": {"typing": True}}),
        probe("3.11", "1", {"A": {"typing": True}, "B": {"typing": False}}),
        probe("3.12", "1", {"A": {"typing": True}}),
    ]
    assert home("A", probes) == '{ standard = "typing.A", since = "3.10", same = "3.11" }'
    # What is the same for a while only is not.
    assert home("B", probes) == '{ standard = "typing.B", since = "3.9" }'
    # A name that went away stays as it was.
    assert home("B", probes[:2] + probes[3:]).endswith('since = "3.9", same = "3.10" }')
    assert home("C", probes) == ""
    assert '[names]\nA = { standard = "typing.A"' in script["measured"](probes, dt.date(2026, 1, 1))

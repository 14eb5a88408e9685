"""`[resolve]`: the platforms on which dependencies have to install."""

from pathlib import Path

import pytest

from pylife import policy
from pylife.errors import ConfigError
from pylife.workflow.dependencies.platforms import Platforms, platforms_of
from pylife.workflow.dependencies.results import Asked

HEAD = 'name = "x"\n[stages]\ndrop = { anchor = "python.eol" }\n'


def _parsed(text: str, folder: Path | None = None) -> policy.Policy:
    return policy.parse((HEAD + text).encode(), shown="p.toml", folder=folder)


def test_the_first_platform_counts_and_the_others_are_told() -> None:
    found = _parsed('[resolve]\nplatforms = ["linux-aarch64", "macos-arm64", "linux-aarch64"]\n')
    assert platforms_of(found, Asked()) == Platforms(("linux-aarch64",), ("macos-arm64",))


@pytest.mark.parametrize("text", ["", "[resolve]\n"])
def test_nothing_said_is_what_is_usual(text: str) -> None:
    found = _parsed(text)
    assert found.platforms == ()
    assert platforms_of(found, Asked()) == Platforms(("linux-x86_64",), ("linux-aarch64",))


def test_what_is_asked_for_goes_before_a_policy_and_all_of_it_counts() -> None:
    found = _parsed('[resolve]\nplatforms = ["no-such"]\n')
    asked = Asked(platforms=("windows-x86_64", "linux-x86_64"))
    assert platforms_of(found, asked) == Platforms(("windows-x86_64", "linux-x86_64"))


def test_a_later_file_replaces_the_list(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        HEAD.replace('"x"', '"base"') + '[resolve]\nplatforms = ["macos-arm64"]\n'
    )
    above = f'extends = "base.toml"\n{HEAD}'
    found = policy.parse(above.encode(), shown="p.toml", folder=tmp_path)
    assert found.platforms == ("macos-arm64",)
    above += '[resolve]\nplatforms = ["linux-x86_64-glibc-2.28"]\n'
    found = policy.parse(above.encode(), shown="p.toml", folder=tmp_path)
    assert found.platforms == ("linux-x86_64-glibc-2.28",)


def test_a_platform_that_is_not_known_is_told_with_its_place_and_those_that_are() -> None:
    found = _parsed('[resolve]\nplatforms = [\n    "linux-x86_64",\n    "linux-arm46",\n]\n')
    with pytest.raises(ConfigError, match="'linux-arm46' is no platform that is known") as caught:
        platforms_of(found, Asked())
    assert str(caught.value).startswith("p.toml:7:5")
    assert "linux-aarch64" in (caught.value.help or "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[resolve]\nplatforms = []\n", "resolve.platforms"),
        ('[resolve]\nplatforms = "linux-x86_64"\n', "resolve.platforms"),
        ('[resolve]\nplatforms = ["Linux x86"]\n', "resolve.platforms"),
        ('[resolve]\nplatform = ["linux-x86_64"]\n', "did you mean 'platforms'"),
        ('[[scope]]\nkind = "model"\n[scope.resolve]\n', "unknown key 'resolve'"),
    ],
)
def test_what_is_wrong_is_told(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _parsed(text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("p.toml:")

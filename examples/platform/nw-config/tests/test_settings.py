import pytest

from nw_config import Settings, load
from nw_core import ConfigurationError


@pytest.fixture
def ini(tmp_path):
    path = tmp_path / "jobs.ini"
    path.write_text("[serving]\nport = 9000\nhost = example.internal\n", encoding="utf-8")
    return path


def test_the_file_wins_over_defaults(ini):
    settings = load("serving", path=ini, defaults={"port": "80", "workers": "2"}, environment={})
    assert settings.integer("port") == 9000
    assert settings.integer("workers") == 2


def test_the_environment_wins_over_the_file(ini):
    settings = load("serving", path=ini, environment={"NW_SERVING_PORT": "9100", "OTHER": "x"})
    assert settings.integer("port") == 9100
    assert settings.text("host") == "example.internal"


def test_an_absent_section_is_empty(ini):
    assert "port" not in load("training", path=ini, environment={})


@pytest.mark.parametrize(("text", "expected"), [("yes", True), ("OFF", False), ("1", True)])
def test_flags(text, expected):
    assert Settings("x", {"debug": text}).flag("debug") is expected


def test_what_cannot_be_read_names_its_key():
    settings = Settings("Serving EU", {"port": "http"})
    with pytest.raises(ConfigurationError, match=r"serving-eu\.port: 'http' is no number"):
        settings.integer("port")


def test_a_missing_setting_is_an_error():
    with pytest.raises(ConfigurationError, match="has no default"):
        Settings("x", {}).text("token")

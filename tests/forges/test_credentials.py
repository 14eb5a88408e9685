"""Where tokens come from, and that they are shown nowhere."""

import pickle
from pathlib import Path

import pytest

from pylife.errors import ConfigError, UsageError
from pylife.forges.credentials import App, Secret, Token, find

CANARY = "ghp_canary0123456789"
KEY = "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\n"
SERVER = "https://git.example"


def private(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("environment", "url", "where"),
    [
        ({"PYLIFE_GITHUB_TOKEN": "a", "GITHUB_TOKEN": "b"}, "", "$PYLIFE_GITHUB_TOKEN"),
        ({"GITHUB_TOKEN": "a", "GH_TOKEN": "b"}, "", "$GITHUB_TOKEN"),
        ({"PYLIFE_GITHUB_TOKEN": " ", "GH_TOKEN": "b"}, "https://github.com", "$GH_TOKEN"),
        ({"GITHUB_TOKEN": "a", "GITHUB_SERVER_URL": SERVER}, SERVER, "$GITHUB_TOKEN"),
        ({"GH_ENTERPRISE_TOKEN": "a", "GH_TOKEN": "b"}, SERVER, "$GH_ENTERPRISE_TOKEN"),
        ({"PYLIFE_GITHUB_TOKEN": "a"}, SERVER, "$PYLIFE_GITHUB_TOKEN"),
    ],
)
def test_the_first_that_is_for_this_server(
    environment: dict[str, str], url: str, where: str
) -> None:
    found = find(environment, url=url)
    assert isinstance(found, Token)
    assert found.where == where
    assert found.secret.reveal() == environment[where[1:]]


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, ""),
        ({"GITHUB_TOKEN": CANARY, "GH_TOKEN": CANARY}, SERVER),
        ({"GITHUB_TOKEN": CANARY, "GITHUB_SERVER_URL": SERVER}, ""),
        ({"GH_ENTERPRISE_TOKEN": CANARY}, ""),
    ],
)
def test_no_server_is_shown_the_token_of_another(environment: dict[str, str], url: str) -> None:
    with pytest.raises(UsageError, match="there is no token for") as caught:
        find(environment, url=url)
    assert CANARY not in str(caught.value)


def test_another_variable_and_a_file(tmp_path: Path) -> None:
    file = private(tmp_path / "token", f"{CANARY}\n")
    found = find({"OURS": "a", "PYLIFE_GITHUB_TOKEN": "b"}, variable="OURS", file=file)
    assert found == Token(found.secret, "$OURS")  # type: ignore[union-attr] # a token
    found = find({}, file=file)
    assert isinstance(found, Token)
    assert (found.secret.reveal(), found.where) == (CANARY, str(file))


def test_an_app(tmp_path: Path) -> None:
    file = private(tmp_path / "key.pem", KEY)
    environment = {"PYLIFE_GITHUB_APP_ID": "12", "PYLIFE_GITHUB_APP_KEY_FILE": str(file)}
    found = find(environment | {"GITHUB_TOKEN": "b"})
    assert isinstance(found, App)
    assert (found.app_id, found.key.reveal(), found.installation) == ("12", KEY, None)
    found = find(environment | {"PYLIFE_GITHUB_APP_INSTALLATION": "7"})
    assert isinstance(found, App)
    assert found.installation == 7


@pytest.mark.parametrize(
    ("text", "mode", "message"),
    [
        (CANARY, 0o640, "may be read by others"),
        (CANARY, 0o604, "may be read by others"),
        (f"{CANARY} and more", 0o600, "holds no token"),
        (f"{CANARY}\n{CANARY}", 0o600, "holds no token"),
        ("", 0o600, "holds no token"),
        ("é", 0o600, "holds no token"),
        ("x" * 70_000, 0o600, "no text with a token"),
        (None, 0, "cannot be read"),
    ],
)
def test_files_that_cannot_be_used(
    tmp_path: Path, text: str | None, mode: int, message: str
) -> None:
    file = tmp_path / "token"
    if text is not None:
        private(file, text, mode)
    with pytest.raises(ConfigError, match=message) as caught:
        find({}, file=file)
    assert CANARY not in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "PYLIFE_GITHUB_APP_KEY_FILE is not"),
        ({"PYLIFE_GITHUB_APP_ID": "a b"}, "is not an App's id"),
        ({"PYLIFE_GITHUB_APP_KEY_FILE": "token"}, "holds no private key"),
        (
            {"PYLIFE_GITHUB_APP_KEY_FILE": "key", "PYLIFE_GITHUB_APP_INSTALLATION": "x"},
            "is not an installation's number",
        ),
    ],
)
def test_apps_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    private(tmp_path / "token", CANARY)
    private(tmp_path / "key", KEY)
    with pytest.raises((ConfigError, UsageError), match=message) as caught:
        find({"PYLIFE_GITHUB_APP_ID": "12"} | more)
    assert "canary" not in str(caught.value)


def test_a_secret_gives_nothing_away() -> None:
    secret = Secret(CANARY)
    shown = [repr(secret), str(secret), f"{secret}", repr(Token(secret, "$X"))]
    shown.append(repr(App("1", secret, None, "x")))
    assert not any("canary" in text for text in shown)
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError):
        pickle.dumps(secret)

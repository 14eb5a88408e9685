"""Which indexes are configured, as uv, pip, Poetry and PDM would see them; secrets stay secret."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pylife.dependencies.index import address, settings
from pylife.dependencies.index.access import Access
from pylife.dependencies.index.address import Credentials
from pylife.dependencies.index.settings import Configured
from pylife.dependencies.records import Index, Indexes, Strategy
from pylife.errors import ConfigError
from tests.conftest import MakeTree
from tests.dependencies.served import serve

BEST, FIRST = Strategy.UNSAFE_BEST_MATCH, Strategy.FIRST_INDEX
USUAL = settings.default_index()


@pytest.fixture
def home(tree: MakeTree) -> Path:
    """A folder with nothing configured: `home`, `etc`, `project` are below it."""
    return tree({"home/x": "", "etc/x": "", "project/x": ""})


def configured(
    home: Path, environment: Mapping[str, str] | None = None, *, at: str = "project"
) -> Configured:
    given = {"HOME": str(home / "home"), **(environment or {})}
    return settings.configured(given, home / at, system=home / "etc")


def write(home: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)


def short(found: Indexes) -> list[str]:
    """The indexes in one line each."""
    return [
        " ".join(
            [
                *([index.name] if index.name else []),
                index.url.replace(USUAL, "USUAL"),
                *(word for word in ("default", "explicit", "flat") if getattr(index, word)),
            ]
        )
        for index in found.indexes
    ]


UV = '[[index]]\nname = "a"\nurl = "https://a.example/simple"\n'


@pytest.mark.parametrize(
    ("files", "environment", "wanted", "strategy", "told_by"),
    [
        ({}, {}, ["USUAL default"], FIRST, "the default"),
        # uv
        ({"project/uv.toml": UV}, {}, ["a https://a.example/simple", "USUAL default"], FIRST, "uv.toml"),
        ({"project/pyproject.toml": "[tool.uv]\n" + UV.replace("[[", "[[tool.uv.")}, {}, ["a https://a.example/simple", "USUAL default"], FIRST, "pyproject.toml"),
        ({"project/uv.toml": UV + "default = true\n"}, {}, ["a https://a.example/simple default"], FIRST, "uv.toml"),
        ({"project/uv.toml": UV + "explicit = true\nformat = 'flat'\n"}, {}, ["a https://a.example/simple explicit flat", "USUAL default"], FIRST, "uv.toml"),
        ({"project/uv.toml": "index-url = 'https://b.example/simple'\nextra-index-url = ['https://c.example/simple']\n"}, {}, ["https://c.example/simple", "https://b.example/simple default"], FIRST, "uv.toml"),
        ({"project/uv.toml": "index-url = 'https://b.example/x'\n[pip]\nindex-url = 'https://c.example/x'\nindex-strategy = 'unsafe-first-match'"}, {}, ["https://c.example/x default"], Strategy.UNSAFE_FIRST_MATCH, "uv.toml"),
        ({"uv.toml": UV, "project/pyproject.toml": "[project]\n"}, {}, ["a https://a.example/simple", "USUAL default"], FIRST, None),
        ({"uv.toml": UV, "project/pyproject.toml": "[tool.uv]\nmanaged = true\n"}, {}, ["USUAL default"], FIRST, "the default"),
        ({"home/.config/uv/uv.toml": UV}, {}, ["a https://a.example/simple", "USUAL default"], FIRST, "~/.config/uv/uv.toml"),
        ({"etc/uv/uv.toml": UV}, {}, ["a https://a.example/simple", "USUAL default"], FIRST, None),
        ({"etc/uv/uv.toml": UV}, {"UV_NO_CONFIG": "1"}, ["USUAL default"], FIRST, "the default"),
        ({"home/.config/uv/uv.toml": UV.replace("a.ex", "user.ex") + "[[index]]\nurl = 'https://z.example'\ndefault = true", "project/uv.toml": UV}, {}, ["a https://a.example/simple", "https://z.example default"], FIRST, "uv.toml and ~/.config/uv/uv.toml"),
        ({"project/uv.toml": UV}, {"UV_INDEX": "b=https://b.example/x https://c.example/x?a=b", "UV_DEFAULT_INDEX": "https://d.example/x"}, ["b https://b.example/x", "https://c.example/x?a=b", "a https://a.example/simple", "https://d.example/x default"], FIRST, "the environment and uv.toml"),
        ({}, {"UV_INDEX_URL": "https://d.example/x", "UV_EXTRA_INDEX_URL": "https://e.example/x https://f.example/x", "UV_INDEX_STRATEGY": "unsafe-best-match"}, ["https://e.example/x", "https://f.example/x", "https://d.example/x default"], BEST, "the environment"),
        # pip, where uv has none
        ({"home/.config/pip/pip.conf": "[global]\nextra-index-url =\n    https://a.example/x\n    https://b.example/x\n"}, {}, ["https://a.example/x", "https://b.example/x", "USUAL default"], BEST, "pip's configuration (~/.config/pip/pip.conf)"),
        ({"etc/pip.conf": "[global]\nindex-url = https://a.example/x\n", "home/.pip/pip.conf": "[install]\nindex_url = https://b.example/x\n[global]\nindex-url = https://c.example/x\n"}, {}, ["https://b.example/x default"], BEST, "pip's configuration (~/.pip/pip.conf)"),
        ({"etc/pip.conf": "[global]\nindex-url = https://a.example/x\n"}, {"PIP_INDEX_URL": "https://e.example/x", "PIP_EXTRA_INDEX_URL": "https://f.example/x https://g.example/x"}, ["https://f.example/x", "https://g.example/x", "https://e.example/x default"], BEST, "pip's configuration (the environment)"),
        ({"etc/pip.conf": "[global]\nindex-url = https://a.example/x\n"}, {"PIP_CONFIG_FILE": os.devnull}, ["USUAL default"], FIRST, "the default"),
        ({"etc/xdg/pip/pip.conf": "[global]\nindex-url = https://a.example/x\n"}, {}, ["https://a.example/x default"], BEST, None),
        ({"etc/pip.conf": "[global]\nindex-url = https://a.example/x\n"}, {"UV_INDEX_STRATEGY": "first-index"}, ["https://a.example/x default"], FIRST, None),
        ({"etc/pip.conf": "[global]\nindex-url = https://a.example/x\n", "project/uv.toml": UV}, {}, ["a https://a.example/simple", "USUAL default"], FIRST, "uv.toml"),
        ({"etc/pip.conf": "[global]\nno-index = true\nfind-links = https://a.example/files\n"}, {}, [], BEST, None),
        ({"etc/pip.conf": "[global]\ntimeout = 60\n"}, {}, ["USUAL default"], FIRST, "the default"),
    ],
)  # fmt: skip
def test_the_indexes_of_a_project(
    home: Path, files: dict[str, str], environment: dict[str, str], wanted: list[str], strategy: Strategy, told_by: str | None,
) -> None:  # fmt: skip
    write(home, files)
    found = configured(home, environment).indexes
    assert short(found) == wanted
    assert found.strategy is strategy
    assert told_by is None or found.told_by == told_by


POETRY = (
    '[tool.poetry]\nname = "x"\n[[tool.poetry.source]]\nname = "a"\nurl = "https://a.example/x"\n'
)
PDM = '[[tool.pdm.source]]\nname = "{}"\nurl = "{}"\n'


@pytest.mark.parametrize(
    ("pyproject", "wanted", "strategy"),
    [
        (POETRY, ["a https://a.example/x default"], BEST),
        (POETRY + 'priority = "supplemental"\n', ["a https://a.example/x", "USUAL default"], BEST),
        (POETRY + 'priority = "explicit"\n', ["a https://a.example/x explicit", "USUAL default"], BEST),
        (POETRY + '[[tool.poetry.source]]\nname = "PyPI"\n', ["a https://a.example/x", "USUAL default"], BEST),
        (POETRY + 'secondary = true\npriority = "nonsense"\n', ["USUAL default"], BEST),
        (PDM.format("b", "https://b.example/${TEAM}"), ["b https://b.example/one", "USUAL default"], BEST),
        (PDM.format("pypi", "https://b.example/x"), ["pypi https://b.example/x default"], BEST),
        (PDM.format("b", "https://b.example/x") + "[tool.pdm.resolution]\nrespect-source-order = true\n", ["b https://b.example/x", "USUAL default"], FIRST),
        ("[tool.poetry]\nsource = 3\n", ["USUAL default"], FIRST),
        ("[tool.poetry\n", ["USUAL default"], FIRST),
    ],
)  # fmt: skip
def test_the_sources_that_a_project_names(
    home: Path, pyproject: str, wanted: list[str], strategy: Strategy
) -> None:
    write(home, {"project/pyproject.toml": pyproject})
    found = configured(home, {"TEAM": "one"}).indexes
    assert short(found) == wanted
    assert found.strategy is strategy
    # pip's mirror stands for what is usual; uv's configuration goes before all.
    mirrored = configured(
        home, {"TEAM": "one", "PIP_INDEX_URL": "https://mirror.example/x"}
    ).indexes
    assert short(mirrored) == [one.replace("USUAL", "https://mirror.example/x") for one in wanted]
    uv = configured(home, {"UV_DEFAULT_INDEX": "https://uv.example/x"}).indexes
    assert short(uv) == ["https://uv.example/x default"]


def test_links_to_files(home: Path) -> None:
    write(
        home,
        {
            "project/uv.toml": 'find-links = ["wheels", "https://a.example/files"]\n',
            "uv-own.toml": UV,
        },
    )
    found = configured(home, {"UV_FIND_LINKS": "/opt/b,https://c.example/f"}).indexes
    assert found.find_links == (
        "/opt/b", "https://c.example/f", str(home / "project" / "wheels"), "https://a.example/files",
    )  # fmt: skip
    own = configured(home, {"UV_CONFIG_FILE": str(home / "uv-own.toml")}).indexes
    assert (short(own), own.find_links) == (["a https://a.example/simple", "USUAL default"], ())
    write(
        home, {"etc/pip.conf": "[global]\nfind-links = /one https://b.example/f\n  file:///two\n"}
    )
    pip = configured(home, at="home").indexes
    assert pip.find_links == ("/one", "https://b.example/f", "file:///two")


@pytest.mark.parametrize(
    ("files", "environment", "message"),
    [
        ({"project/uv.toml": "index = ["}, {}, "uv's configuration cannot be read"),
        ({}, {"UV_CONFIG_FILE": "/none/uv.toml"}, "there is no such file"),
        ({"etc/pip.conf": "index-url = x\n"}, {}, "pip's configuration cannot be read"),
    ],
)
def test_what_cannot_be_read_is_an_error(
    home: Path, files: dict[str, str], environment: dict[str, str], message: str
) -> None:
    write(home, files)
    with pytest.raises(ConfigError, match=message):
        configured(home, environment)


SECRET = "s3cr-et"


@pytest.mark.parametrize(
    ("files", "environment", "name", "password"),
    [
        ({"project/uv.toml": f'[[index]]\nname = "my-own"\nurl = "https://me:{SECRET}@a.example/x"\n'}, {}, "my-own", SECRET),
        ({"project/uv.toml": f'[[index]]\nurl = "https://me:{SECRET}@a.example/x"\n'}, {}, "index-1", SECRET),
        ({"project/uv.toml": '[[index]]\nname = "my.own"\nurl = "https://a.example/x"\n'}, {"UV_INDEX_MY_OWN_USERNAME": "me", "UV_INDEX_MY_OWN_PASSWORD": SECRET}, "my.own", SECRET),
        ({}, {"UV_INDEX": f"https://me:{SECRET}@a.example/x"}, "index-1", SECRET),
        ({}, {"PIP_EXTRA_INDEX_URL": f"https://me:{SECRET}@a.example/x"}, "index-1", SECRET),
        ({}, {"PIP_FIND_LINKS": f"https://me:{SECRET}@a.example/x"}, "index-1", SECRET),
        ({"project/pyproject.toml": POETRY}, {"POETRY_HTTP_BASIC_A_USERNAME": "me", "POETRY_HTTP_BASIC_A_PASSWORD": SECRET}, "a", SECRET),
        ({"project/pyproject.toml": PDM.format("b", "https://me:${PASS}@a.example/x")}, {"PASS": SECRET}, "b", SECRET),
        ({"project/pyproject.toml": PDM.format("b", "https://a.example/x") + 'username = "me"\npassword = "${PASS}"\n'}, {"PASS": SECRET}, "b", SECRET),
    ],
)  # fmt: skip
def test_credentials_are_in_the_access_alone(
    home: Path, files: dict[str, str], environment: dict[str, str], name: str, password: str
) -> None:
    write(home, files)
    found = configured(home, environment)
    assert SECRET not in repr(found)
    index = found.indexes.indexes[0]
    assert (index.name, index.url) == (name, "https://a.example/x")
    assert found.access.auth("https://a.example/x/one/") == (b"me", password.encode())
    for other in ("https://b.example/x/one/", "http://a.example/x/", "https://a.example:444/x/"):
        assert found.access.auth(other) is None
    # uv gets them by its own variables.
    told = found.access.environment(environment)
    variable = "UV_INDEX_" + name.upper().replace("-", "_").replace(".", "_")
    assert told[f"{variable}_USERNAME"] == "me"
    assert told[f"{variable}_PASSWORD"] == password


def test_a_name_that_is_given_is_none_that_there_is(home: Path) -> None:
    urls = f"https://me:{SECRET}@a.example/x index-1=https://me:other@b.example/x"
    found = configured(home, {"UV_INDEX": urls})
    assert [index.name for index in found.indexes.indexes[:2]] == ["index-1x", "index-1"]
    assert dict(found.access.variables)["UV_INDEX_INDEX_1X_PASSWORD"] == SECRET


def test_of_two_indexes_on_a_host_each_has_its_own(home: Path) -> None:
    urls = "https://a:1@h.example/one/simple https://b:2@h.example/two/simple"
    access = configured(home, {"UV_INDEX": urls}).access
    assert access.auth("https://h.example/one/simple/x/") == (b"a", b"1")
    assert access.auth("https://h.example/two/simple/x/") == (b"b", b"2")


@pytest.mark.parametrize(
    ("environment", "files", "ca", "told"),
    [
        ({"SSL_CERT_FILE": "{0}/home/x", "PIP_CERT": "{0}/etc/x"}, {}, "home/x", {}),
        ({"REQUESTS_CA_BUNDLE": "{0}/home/x"}, {}, "home/x", {"SSL_CERT_FILE": "{0}/home/x"}),
        ({"SSL_CERT_DIR": "{0}/home"}, {}, "home", {}),
        ({"PIP_CERT": "{0}/etc/x"}, {}, "etc/x", {"SSL_CERT_FILE": "{0}/etc/x"}),
        ({}, {"etc/pip.conf": "[global]\ncert = {0}/etc/x\n"}, "etc/x", {"SSL_CERT_FILE": "{0}/etc/x"}),
        ({"SSL_CERT_FILE": "{0}/none"}, {}, None, {}),
        ({"PIP_PROXY": "http://proxy.example:3128"}, {}, None, {"HTTP_PROXY": "http://proxy.example:3128", "HTTPS_PROXY": "http://proxy.example:3128"}),
        ({"UV_SYSTEM_CERTS": "1"}, {}, None, {"UV_SYSTEM_CERTS": "1"}),
        ({"PIP_KEYRING_PROVIDER": "import"}, {}, None, {"UV_KEYRING_PROVIDER": "subprocess"}),
    ],
)  # fmt: skip
def test_certificates_and_proxies(
    home: Path, environment: dict[str, str], files: dict[str, str], ca: str | None, told: dict[str, str]
) -> None:  # fmt: skip
    write(home, {name: text.format(home) for name, text in files.items()})
    found = configured(home, {key: value.format(home) for key, value in environment.items()}).access
    assert found.ca == (str(home / ca) if ca else None)
    assert dict(found.variables) == {key: value.format(home) for key, value in told.items()}
    assert found.system is ("UV_SYSTEM_CERTS" in environment)


def test_keyring_is_asked_where_it_is_configured(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, {"modules/keyring.py": "class C:\n    username, password = 'me', 'ring'\ndef get_credential(service, user):\n    return C if service == 'a.example' and user in (None, 'me') else None\n"})  # fmt: skip
    monkeypatch.syspath_prepend(str(home / "modules"))
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    asked = {"UV_INDEX": "https://me@a.example/x"}
    assert configured(home, asked).access.auth("https://a.example/x/") == (b"me", b"")
    ringing = configured(home, {**asked, "UV_KEYRING_PROVIDER": "subprocess"}).access
    assert ringing.auth("https://a.example/x/") == (b"me", b"ring")
    assert ringing.auth("https://b.example/x/") is None


def test_pip_itself_reads_the_same_files(home: Path) -> None:
    """Of what several places say, pip takes what we take."""
    write(
        home,
        {
            "home/.pip/pip.conf": "[global]\nindex-url = https://weak.example/x\nfind-links = /a\n",
            "home/.config/pip/pip.conf": "[global]\nindex-url = https://strong.example/x\n[install]\nextra-index-url = https://i.example/x\n",
        },
    )  # fmt: skip
    given = {
        "HOME": str(home / "home"),
        "PATH": os.environ["PATH"],
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "-v", "nothing-of-this-name", "--timeout", "1", "--retries", "0"],
        capture_output=True, text=True, check=False, env=given,
    )  # fmt: skip
    if "No module named pip" in ran.stderr:
        pytest.skip("no pip is installed here")
    found = configured(home).indexes
    for url in ("https://strong.example/x", "https://i.example/x"):
        assert url in ran.stdout
        assert url in [index.url for index in found.indexes]
    assert "weak.example" not in ran.stdout
    assert found.find_links == ("/a",)


def named(name: str, more: str = "") -> str:
    return f'[[index]]\nname = "{name}"\nurl = "URL/{name}"\n{more}\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "environment"),
    [
        ({"project/uv.toml": named("a") + named("b", "default = true") + named("c")}, {}),
        ({"project/uv.toml": named("a") + named("b", "explicit = true") + named("c", "default = true")}, {}),
        ({"project/uv.toml": named("a") + named("b", "default = true"), "home/.config/uv/uv.toml": named("c") + named("d", "default = true")}, {}),
        ({"project/pyproject.toml": (named("a") + named("b", "default = true")).replace("[[", "[[tool.uv.")}, {"UV_INDEX": "x=URL/x URL/y", "UV_DEFAULT_INDEX": "URL/z"}),
        ({"project/uv.toml": 'index-url = "URL/i"\nextra-index-url = ["URL/e", "URL/f"]\n' + named("a")}, {}),
        ({"project/uv.toml": 'index-url = "URL/i"\n[pip]\nindex-url = "URL/j"\n'}, {}),
        ({"project/uv.toml": 'index-url = "URL/i"\n'}, {"UV_EXTRA_INDEX_URL": "URL/x URL/y"}),
        ({"uv.toml": named("a", "default = true")}, {}),
        ({"uv.toml": named("a", "default = true"), "project/uv.toml": named("b", "default = true")}, {}),
        ({"project/uv.toml": named("a"), "project/pyproject.toml": "[tool.uv]\n", "other.toml": named("o", "default = true")}, {"UV_CONFIG_FILE": "ROOT/other.toml"}),
    ],
)  # fmt: skip
def test_uv_itself_asks_the_same_indexes_in_the_same_order(
    home: Path, files: dict[str, str], environment: dict[str, str]
) -> None:
    uv = pytest.importorskip("uv").find_uv_bin()
    with serve({}) as served:
        url = served.url.removesuffix("/simple")
        write(home, {name: text.replace("URL", url) for name, text in files.items()})
        given = {
            key: text.replace("URL", url).replace("ROOT", str(home))
            for key, text in environment.items()
        }
        found = configured(home, given).indexes
        wanted = [index for index in found.indexes if not index.explicit]
        own = {
            "HOME": str(home / "home"),
            "PATH": os.environ["PATH"],
            "UV_PYTHON_DOWNLOADS": "never",
        }
        (home / "in.txt").write_text("nothing")
        ran = subprocess.run(
            [uv, "pip", "compile", "-q", "--cache-dir", home / "cache", home / "in.txt"],
            cwd=home / "project", env={**own, **given}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "not found" in ran.stderr, ran.stderr
        asked = [path.removesuffix("/nothing/") for path in served.asked]
    assert asked == [index.url.removeprefix(url) for index in wanted]


def test_the_usual_index_is_what_a_library_says() -> None:
    pypi_simple = pytest.importorskip("pypi_simple")
    assert pypi_simple.PYPI_SIMPLE_ENDPOINT.rstrip("/") == USUAL


@pytest.mark.parametrize(
    ("url", "bare", "credentials"),
    [
        ("https://a.example/x", "https://a.example/x", None),
        ("https://me:p%40ss@a.example:8443/x?y", "https://a.example:8443/x?y", Credentials("me", "p@ss")),
        ("https://token@a.example/x", "https://a.example/x", Credentials("token")),
        ("https://@a.example/x", "https://a.example/x", None),
        ("/a/path@home", "/a/path@home", None),
        ("file:///a/path@home", "file:///a/path@home", None),
    ],
)  # fmt: skip
def test_an_address_is_told_apart(url: str, bare: str, credentials: Credentials | None) -> None:
    assert address.split(url) == (bare, credentials)
    assert "p@ss" not in repr(credentials)


def test_an_access_shows_nothing() -> None:
    access = Access((("https://a.example", Credentials("me", SECRET)),), variables=(("X", SECRET),))
    assert SECRET not in f"{access!r} {access}"


def test_statuses_that_mean_nothing_is_there(home: Path) -> None:
    write(home, {"project/uv.toml": UV + "ignore-error-codes = [401, 403]\ndefault = true\n"})
    assert [index.ignored for index in configured(home).indexes.indexes] == [(401, 403)]


def test_indexes_alone(home: Path) -> None:
    given = {"HOME": str(home / "home"), "UV_DEFAULT_INDEX": "https://a.example/x"}
    found = settings.indexes(given, system=home / "etc")
    assert found.indexes == (Index("https://a.example/x", default=True),)
